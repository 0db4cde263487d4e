import {
  organisationName,
  readersMinute,
  sayWithdrawn,
  tell,
  whenOf,
  withdrawnOf,
} from "../page/telling.ts";
import { helps, reasons, type Tone, texts, titleOf, within } from "../page/verdict-view.ts";
import { percentDecode, readLink } from "../shared/digital-link.ts";
import type { TraceEvent } from "../shared/event.ts";
import type { Finding } from "../shared/findings.ts";
import type { Histories } from "../shared/histories.ts";
import { DAY, HOUR, MINUTE } from "../shared/time.ts";
import type { Evidence } from "../shared/verify.ts";
import { fill, type Language, type Words, wordFor } from "../shared/words.ts";
import type { Form } from "./form.ts";
import type { Held, Judgement } from "./judge.ts";
import type { Whereabouts } from "./place.ts";
import type ja from "./words/ja.json";

/** What this page says, beside what all pages say. */
export type OwnWords = typeof ja;

export interface Said {
  tone: Tone;
  title: string;
  lines: string[];
}

/** What somebody asked, as far as the answer speaks of it. */
export interface Asked {
  url: string | null;
  maxAgeMs: number | null;
  now: number;
  /** Whose answer the proof is; null for a file. */
  host: string | null;
  /** Where this page stands. */
  site: string;
  seconds: number;
}

export interface Speech {
  language: Language;
  words: Words;
  own: OwnWords;
}

/** The verdict in words: for whoever checks on purpose, so it tells apart what a shopper need not. */
export function sayJudgement(judgement: Judgement, asked: Asked, speech: Speech): Said {
  const { own } = speech;
  switch (judgement.kind) {
    case "no_proof":
      return sayNoProof(judgement.form, asked, own);
    case "unnamed":
      return { tone: "amber", title: own.unnamedTitle, lines: [own.unnamedHelp] };
    case "another":
      return {
        tone: asked.host === null ? "amber" : "red",
        title: own.anotherTitle,
        lines: [
          fill(own.anotherAsked, { thing: thingOfUrl(asked.url ?? "", own) }),
          fill(own.anotherFound, { thing: thingOf(judgement.held, speech) }),
          asked.host === null ? own.anotherHelp : fill(own.anotherServer, { host: asked.host }),
        ],
      };
    case "stranger":
      return judgement.openly
        ? { tone: "amber", title: own.otherLedgerTitle, lines: [own.otherLedgerText] }
        : { tone: "red", title: own.strangerTitle, lines: [own.strangerText] };
    case "broken":
      return sayBroken(judgement, asked, speech);
    case "held":
      return sayHeld(judgement, asked, speech);
  }
}

function sayNoProof(form: Exclude<Form, "proof" | "damaged">, asked: Asked, own: OwnWords): Said {
  if (form === "newer") {
    return { tone: "amber", title: own.newerTitle, lines: [own.newerHelp] };
  }
  if (asked.host !== null) {
    const line = fill(own.silence_stranger, { host: asked.host });
    return { tone: "amber", title: own.noAnswerTitle, lines: [line] };
  }
  return {
    tone: "amber",
    title: own.noProofTitle,
    lines: [own[`form_${form}`], own.noProofHelp],
  };
}

function sayBroken(
  { verification, where, found, isWhole }: Judgement & { kind: "broken" },
  { host }: Asked,
  { words, own }: Speech,
): Said {
  const place = placeOf(where, words, own);
  const { there, stated } = where;
  if (isWhole !== undefined && host === null) {
    const help = isWhole ? own.rewrittenHelp : own.rewrittenUnsure;
    return { tone: "amber", title: own.rewrittenTitle, lines: [help] };
  }
  return {
    tone: "red",
    title: own.brokenTitle,
    lines: [
      // That it is out of order follows from what was changed in it
      ...reasons((found ?? verification).verdict, "failed", "{check}: {reason}", words),
      ...(place === null ? [] : [fill(own.where, { place })]),
      ...(there === undefined || stated === undefined
        ? []
        : [fill(there < stated ? own.fewer : own.more, { there, stated })]),
      host === null ? own.brokenFile : fill(own.brokenServer, { host }),
    ],
  };
}

function sayHeld(held: Held, asked: Asked, speech: Speech): Said {
  const { words, own, language } = speech;
  const { verification, evidence, start, age, compared } = held;
  const { verdict } = verification;
  const grave = verdict.findings.filter(({ audience }) => audience === "shopper");
  const red = grave.filter(({ severity }) => severity === "red");
  const amber = grave.filter(({ severity }) => severity === "amber");
  const open = verdict.checks.filter(
    ({ check, result }) => result === "not_checked" && check !== "freshness",
  );
  const upTo = verdict.completeUpTo;
  const name = upTo === null ? null : organisationName(evidence, upTo, language);
  const when = readersMinute(words, verdict.statement?.time ?? 0);
  const withdrawn = withdrawnOf(evidence);
  const isBare = withdrawn.missing.length > 0;
  const asOf = fill(isBare ? own.asOfBare : own.asOf, { when });
  // Some of the readings are here, and others are not
  const isPartly =
    evidence.ways !== null && open.length > 0 && open.every(({ check }) => check === "readings");
  const measured = isPartly
    ? tell(evidence, verdict, language, words)
        .temperatures.filter(({ tone }) => tone === "red" || tone === "amber")
        .flatMap(({ sentences }) => sentences)
    : [];
  const wholly = age === "fresh" && compared && open.length === 0;
  const isEmpty =
    start.type === "unit" && (evidence.closure.histories.get(start.subject) ?? []).length === 0;
  const unknown = isEmpty || red.some(({ code }) => code === "label_unknown");
  const title =
    red.length > 0
      ? titleOf(red, "red", words)
      : isEmpty
        ? own.nothingTitle
        : open.length > 0
          ? isPartly
            ? words.reasons.readings_not_included
            : words.ui.notChecked
          : age !== "fresh"
            ? asOf
            : !compared
              ? isBare
                ? own.uncomparedBare
                : own.uncomparedTitle
              : amber.length > 0
                ? titleOf(amber, "amber", words)
                : isBare
                  ? words.ui.passedRecords
                  : words.ui.passed;
  const found = [...red, ...amber];
  return {
    tone: red.length > 0 ? "red" : wholly && !isEmpty && amber.length === 0 ? "good" : "amber",
    title,
    lines: [
      ...texts(found, words).filter((line) => line !== title),
      ...helps(found, words),
      ...measured,
      ...(isPartly && red.length === 0
        ? []
        : reasons({ ...verdict, checks: open }, "not_checked", words.ui.notCheckedBecause, words)),
      // A recall in the title must not hide how old the rest is
      ...(age !== "fresh" && title !== asOf ? [fill(own.asOfLine, { when })] : []),
      ...sayAge(held, when, asked, own),
      fill(own.of, { thing: thingOf(held, speech) }),
      ...(compared ? sayOtherSite(asked, own) : [own.notCompared]),
      ...(unknown
        ? [words.ui.unknownDetail]
        : wholly && found.length > 0
          ? [words.ui.verdictAlso]
          : []),
      fill(words.ui.passedDetail, {
        signatures: verdict.counts.signatures,
        time: within(asked.seconds, words),
      }),
      ...(isBare ? [sayWithdrawn(withdrawn, words)] : []),
      ...(name === null || found.length > 0 || open.length > 0
        ? []
        : [fill(words.ui.completeUpTo, { name })]),
      ...(verdict.trust.oneOperator ? [words.ui.oneOperator] : []),
    ],
  };
}

/** Where the numbers of codes are at home, whoever serves them. */
const CANONICAL = "id.gs1.org";

/** The same number may stand in an address of anybody's. */
function sayOtherSite({ url, site }: Asked, own: OwnWords): string[] {
  if (url === null || !URL.canParse(url)) return [];
  const { host } = new URL(url);
  return host === site || host === CANONICAL ? [] : [fill(own.otherSite, { host, site })];
}

function sayAge({ age, verification }: Held, when: string, asked: Asked, own: OwnWords): string[] {
  switch (age) {
    case "fresh":
      return [];
    case "behind":
      return [own.behind];
    case "future":
      return [fill(own.future, { when })];
    case "undated":
      return [own.afterwards];
    case "old": {
      const time = verification.verdict.statement?.time ?? asked.now;
      const limit = spanOf(asked.maxAgeMs ?? 0, own);
      return [fill(own.tooOld, { limit, age: spanOf(asked.now - time, own) }), own.afterwards];
    }
  }
}

/** A span of time in the largest unit of which it has one, rounded down. */
export function spanOf(ms: number, own: OwnWords): string {
  if (ms >= 2 * DAY) return fill(own.age_days, { count: Math.floor(ms / DAY) });
  if (ms >= 2 * HOUR) return fill(own.age_hours, { count: Math.floor(ms / HOUR) });
  return fill(own.age_minutes, { count: Math.floor(ms / MINUTE) });
}

const inBrackets = (parts: string[], words: Words): string => parts.join(words.ui.and);

/** What a proof is of, in the words of its own records. */
export function thingOf({ evidence, start, verification }: Held, speech: Speech): string {
  const { language, words, own } = speech;
  const { title } = tell(evidence, verification.verdict, language, words);
  const code = (subject: string): string => percentDecode(subject.split("/").at(-1) ?? "");
  const bound = evidence.closure.boundLot();
  const { label } = start;
  switch (start.type) {
    case "unit":
      return fill(own.thing_unit, {
        codes: fill(own.code_sscc, { code: code(start.subject) }),
      });
    case "lot":
      return fill(own.thing_lot, {
        title,
        codes: fill(own.code_lot, { code: code(start.subject) }),
      });
    case "package": {
      const codes = [
        fill(own.code_gtin, { code: start.gtin }),
        ...(bound === undefined ? [] : [fill(own.code_lot, { code: code(bound) })]),
        ...(label === null || !evidence.closure.inRun
          ? []
          : [fill(own.code_label, { run: label.run, number: label.number + 1 })]),
      ];
      return fill(own.thing_package, { title, codes: inBrackets(codes, words) });
    }
  }
}

/** What an address names, before anything is known of it. */
export function thingOfUrl(url: string, own: OwnWords): string {
  const { key, value, lot, serial } = readLink(url);
  if (key === "00") return fill(own.code_sscc, { code: value });
  const parts = [fill(own.code_gtin, { code: value })];
  if (lot !== undefined) parts.push(fill(own.code_lot, { code: lot }));
  if (serial !== undefined) parts.push(fill(own.code_serial, { code: serial }));
  return parts.join(" ");
}

/** Of a key's name, enough to find it by. */
const SHOWN_OF_KEY = 10;

function placeOf(where: Whereabouts, words: Words, own: OwnWords): string | null {
  const outer = where.subject === undefined ? null : subjectOf(where.subject, own);
  const inner = eventOf(where, words, own);
  if (outer !== null && inner !== null) return fill(own.placeIn, { outer, inner });
  return outer ?? inner;
}

function subjectOf(subject: string, own: OwnWords): string {
  const [type = "", ...parts] = subject.split("/");
  const values = parts.map(percentDecode);
  // The lot's and run's own code comes after that of its product
  const [first = "", second = ""] = values;
  const code =
    type === "lot" || type === "run"
      ? second
      : type === "key"
        ? first.slice(0, SHOWN_OF_KEY)
        : first;
  return fill(wordFor(own, `place_${type}`), { code, more: second });
}

function eventOf({ event, kind }: Whereabouts, words: Words, own: OwnWords): string | null {
  const named = event?.kind ?? kind;
  if (named === undefined) return null;
  const word = wordFor(words.kinds, named);
  if (event === undefined) return fill(own.placeKind, { kind: word });
  return fill(own.placeEvent, { kind: word, when: whenOf(words, event) });
}

/** What a finding is about, in words. */
export function findingPlace(
  { subject, event }: Finding,
  { closure }: Evidence,
  words: Words,
  own: OwnWords,
): string {
  const of = event === null ? undefined : eventIn(closure.histories, event);
  return placeOf(of === undefined ? { subject } : { subject, event: of }, words, own) ?? subject;
}

const eventIn = (histories: Histories, id: string): TraceEvent | undefined =>
  [...histories.values()].flat().find(({ event }) => event.id === id)?.event;
