import "../page.css";
import "./verify.css";
import { copiesView } from "../page/copies.ts";
import { loadWords, type Reader } from "../page/dictionary.ts";
import { loadOutlines, mapView } from "../page/map.ts";
import { routeOf } from "../page/route.ts";
import { tell, type Withdrawn, withdrawnOf } from "../page/telling.ts";
import { basisView, checksView, type Tone } from "../page/verdict-view.ts";
import {
  alertsView,
  briefView,
  factsView,
  fields,
  section,
  sign,
  storyView,
} from "../page/view.ts";
import { toBase64Url } from "../shared/base64.ts";
import { daysWithout, hasRoom, withReadings } from "../shared/box-days.ts";
import { proofFile, trustFile } from "../shared/file-name.ts";
import type { Finding } from "../shared/findings.ts";
import { grouped, readFingerprint } from "../shared/fingerprint.ts";
import { type Attributes, h, type Piece, show } from "../shared/html.ts";
import { orNull } from "../shared/malformed.ts";
import { DAY, HOUR, MINUTE } from "../shared/time.ts";
import { readTrust, type Trust } from "../shared/trust.ts";
import type { Evidence, Verdict } from "../shared/verify.ts";
import { fill, type Language, withMore, wordFor } from "../shared/words.ts";
import { formOf } from "./form.ts";
import { type Held, hasProof, type Judgement, judge } from "./judge.ts";
import { findingPlace, type OwnWords, sayJudgement, thingOf } from "./saying.ts";
import { askSite, type Silence } from "./site.ts";

/*
 * Checks a proof that somebody saved or that the code's own site answers, wherever this page stands.
 * It asks nobody unless its user presses a button, but for what lies beside it.
 */

const NAMES: Record<Reader, string> = { ja: "日本語", easy: "やさしい日本語", en: "English" };

const OWN_WORDS: Record<Reader, () => Promise<{ default: Partial<OwnWords> }>> = {
  ja: () => import("./words/ja.json"),
  easy: () => import("./words/easy.json"),
  en: () => import("./words/en.json"),
};

const MORE_WORDS = {
  ja: () => import("../shared/words/more/ja.json"),
  en: () => import("../shared/words/more/en.json"),
};

const wanted = new URLSearchParams(location.search).get("lang") ?? navigator.language;
const reader: Reader = wanted === "easy" ? "easy" : wanted.startsWith("ja") ? "ja" : "en";
const language: Language = reader === "en" ? "en" : "ja";
const easy = reader === "easy" ? await import("../page/easy.ts") : null;
const words = withMore(await loadWords(reader), (await MORE_WORDS[language]()).default);
const { ui } = words;
const own = {
  ...(await OWN_WORDS[language]()).default,
  ...(easy === null ? {} : (await OWN_WORDS.easy()).default),
} as OwnWords;
const speech = { language, words, own };

const UNITS = { minutes: MINUTE, hours: HOUR, days: DAY };
type Unit = keyof typeof UNITS;
const COMMAND_UNITS = { minutes: "m", hours: "h", days: "d" };
const MOST_OF_A_UNIT = 9999;

const field = (id: string, label: string, input: Piece, hint: string | null = null): Piece =>
  h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    input,
    h("p", { class: "fault", id: `${id}-fault`, role: "alert" }),
    hint !== null && h("span", { class: "hint", id: `${id}-hint` }, hint),
  );

const input = (id: string, hinted: boolean, more: Attributes = {}): Piece =>
  h("input", {
    id,
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": `${id}-fault${hinted ? ` ${id}-hint` : ""}`,
    ...more,
  });

const text = (id: string, label: string, hint: string | null, more: Attributes = {}): Piece =>
  field(id, label, input(id, hint !== null, more), hint);

/** Browsers write "choose a file" in their own language, which need not be the page's. */
const file = (id: string, label: string, hint: string | null = null): Piece =>
  field(
    id,
    label,
    [
      input(id, hint !== null, {
        type: "file",
        accept: ".json,application/json",
        class: "unseen",
      }),
      h("label", { for: id, class: "choose" }, own.choose),
      h("span", { class: "name", id: `${id}-name`, role: "status" }),
    ],
    hint,
  );

const second = (id: string, label: string, onclick: () => void): Piece =>
  h("button", { type: "button", id, class: "second", onclick }, label);

document.documentElement.lang = language;
document.title = fill(ui.pageTitle, { title: ui.verifyTitle });
show(document.querySelector(".skip") as Element, ui.skip);
show(document.querySelector("header") as Element, [
  h("a", { class: "brand", href: `/?lang=${reader}` }, ui.home),
  h(
    "nav",
    { "aria-label": ui.languages },
    ...(Object.keys(NAMES) as Reader[])
      .filter((other) => other !== reader)
      .map((other) => {
        const lang = other === "en" ? "en" : "ja";
        const onclick = (event: Event) => {
          const address = scanned.value.trim();
          (event.currentTarget as HTMLAnchorElement).hash = address === "" ? "" : `#${address}`;
        };
        return h("a", { href: `?lang=${other}`, lang, hreflang: lang, onclick }, NAMES[other]);
      }),
  ),
]);
show(document.querySelector("main") as Element, [
  h("h1", {}, ui.verifyTitle),
  h("p", {}, own.lead),
  h(
    "form",
    { id: "drop", class: "drop", novalidate: true, onsubmit: submitted, oninput: changed },
    h(
      "div",
      { class: "box" },
      h("h2", {}, own.byFile),
      file("bundle", own.proof, own.proofHint),
      h("button", { type: "submit" }, own.check),
    ),
    h(
      "div",
      { class: "box" },
      h("h2", {}, own.byAddress),
      text("scanned", own.address, own.addressHint, { inputmode: "url" }),
      h(
        "p",
        {},
        h("button", { type: "button", id: "ask", onclick: () => void ask() }, own.ask),
        h("span", { class: "hint" }, own.askHint),
      ),
    ),
    h(
      "details",
      { id: "whom" },
      h(
        "summary",
        {},
        `${own.settings}: `,
        // It is there already when the list comes, so that nothing moves then
        h("span", { id: "trust-used", class: "name" }, own.trustOfSite),
      ),
      field(
        "age",
        own.age,
        h(
          "div",
          { class: "pair" },
          input("age", true, { inputmode: "numeric" }),
          h(
            "select",
            { id: "age-unit", "aria-label": own.ageUnit },
            ...(Object.keys(UNITS) as Unit[]).map((unit) =>
              h("option", { value: unit }, own[`unit_${unit}`]),
            ),
          ),
        ),
        own.ageHint,
      ),
      h("h3", {}, own.trustTitle),
      h("p", { class: "hint" }, own.trustHint),
      h("div", { id: "compared", role: "status" }),
      text("fingerprint", own.fingerprint, own.fingerprintHint),
      file("trust", own.trust),
      text("trust-address", own.trustAddress, null, { inputmode: "url" }),
      h(
        "p",
        {},
        second("trust-load", own.trustLoad, () => void askTrust()),
      ),
    ),
  ),
  h("section", { id: "verdict" }),
  h("div", { id: "result" }),
  h(
    "details",
    { id: "command", ontoggle: () => void tellSum() },
    h("summary", {}, own.commandTitle),
    h("p", {}, own.commandText),
    h("p", { id: "command-list" }),
    h("pre", {}, h("code", { id: "command-line" })),
    h("div", { id: "jar" }),
  ),
  h("p", { class: "small" }, ui.howLimit),
]);

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const scanned = element<HTMLInputElement>("scanned");
const age = element<HTMLInputElement>("age");
const ageUnit = element<HTMLSelectElement>("age-unit");
const fingerprint = element<HTMLInputElement>("fingerprint");

/** Something given, and where it is from. */
interface Given {
  bytes: Uint8Array<ArrayBuffer>;
  name: string;
  /** The host that answered it; null for a file. */
  host: string | null;
}

interface GivenTrust extends Given {
  trust: Trust;
}

let bundle: (Given & { challenge: Uint8Array | null }) | null = null;
let trust: GivenTrust | null = null;
/** The list that was there before: two copies from two places should be the same. */
let otherTrust: GivenTrust | null = null;
/** Counts what was begun, so that an answer that comes late changes nothing. */
let turn = 0;

// Faults stand at their fields, and go when something is done about them

const FIELDS = ["bundle", "scanned", "age", "fingerprint", "trust", "trust-address"];

function blame(id: string, sentence: string): void {
  forget();
  const at = element<HTMLInputElement>(id);
  at.closest("details")?.setAttribute("open", "");
  at.setAttribute("aria-invalid", "true");
  show(element(`${id}-fault`), sentence);
  at.focus();
}

function clear(id: string): void {
  element(id).removeAttribute("aria-invalid");
  show(element(`${id}-fault`), []);
}

/** What was said is not of what stands there now. */
function forget(): void {
  turn++;
  for (const id of FIELDS) clear(id);
  show(element("verdict"), []);
  show(element("result"), []);
}

function changed(event: Event): void {
  const { id } = event.target as HTMLElement;
  if (id === "bundle" || id === "trust") return;
  forget();
  // While it is typed, not when it is left: what moves under a button that is pressed takes the press
  if (id === "fingerprint") compare();
  tellCommand();
}

function take(given: Given, challenge: Uint8Array | null): void {
  forget();
  bundle = { ...given, challenge };
  element("bundle-name").textContent = given.name;
  tellCommand();
}

/** Whether it is a trust list; if not, the one before stays. */
function takeTrust(given: Given): boolean {
  const read = orNull(() => readTrust(given.bytes));
  if (read === null) return false;
  forget();
  otherTrust = trust;
  trust = { ...given, trust: read };
  tellTrust(given);
  compare();
  tellCommand();
  return true;
}

function tellTrust({ name, host, bytes }: Given): void {
  element("trust-used").textContent = name;
  element("trust-name").textContent = host === null ? name : "";
  // The command line needs it as a file
  const download = fileOfTrust();
  show(
    element("command-list"),
    host !== null && h("a", { href: downloadable(bytes), download }, own.saveTrust),
  );
}

const fileOfTrust = (): string =>
  trust === null ? "sanchi-trust-….json" : trustFile(trust.trust.consortium, Date.now());

/** This page's own list, and what its server answers elsewhere, are one source. */
const isOfThisSite = ({ host }: Given): boolean => host === location.host;

function compare(): void {
  const typed = readFingerprint(fingerprint.value);
  show(element("compared"), [
    trust !== null && [
      h("p", { class: "label" }, `${own.fingerprintOwn} (${trust.name})`),
      h("p", {}, h("code", { class: "fingerprint" }, grouped(trust.trust.fingerprint))),
      h("p", { class: "label" }, own.trustMembers),
      h(
        "ul",
        { id: "trust-members" },
        ...trust.trust.members.map(({ mspId, operator }) => {
          const name = wordFor(words.words, mspId);
          // Of one that runs them all a sentence tells
          return h(
            "li",
            {},
            trust?.trust.oneOperator ? name : fill(own.trustMember, { name, operator }),
          );
        }),
      ),
      h("p", {}, trust.trust.oneOperator ? ui.oneOperator : own.trustAskMember),
      typed.state === "whole"
        ? sayCompared(typed.fingerprint === trust.trust.fingerprint, true)
        : typed.state === "none" && otherTrust !== null && compareLists(trust, otherTrust),
    ],
  ]);
}

const sayMalformed = (length: number | null): string =>
  length === null ? own.fingerprintOther : fill(own.fingerprintShort, { length });

const sayCompared = (isSame: boolean, isTyped: boolean): Piece =>
  isSame
    ? h(
        "p",
        { class: "tone-good", "data-same": "yes" },
        sign("good"),
        isTyped ? own.sameTyped : own.same,
      )
    : h(
        "p",
        { class: "tone-red", "data-same": "no" },
        sign("red"),
        isTyped ? own.differentTyped : fill(own.different, { name: trust?.name ?? "" }),
      );

function compareLists(used: GivenTrust, other: GivenTrust): Piece {
  const isSame = used.trust.fingerprint === other.trust.fingerprint;
  if (isSame && isOfThisSite(used) && isOfThisSite(other)) {
    return h("p", { "data-same": "site" }, sign("neutral"), own.sameSite);
  }
  return [
    sayCompared(isSame, false),
    !isSame && [
      h("p", { class: "label" }, other.name),
      h("p", {}, h("code", { class: "fingerprint" }, grouped(other.trust.fingerprint))),
    ],
  ];
}

/** In the width that codes are printed in; an element string of a label is an address, too. */
const typedAddress = (): string =>
  scanned.value
    .normalize("NFKC")
    .trim()
    .replace(/^\(\d.*/, (elements) =>
      elements.replace(/\((\d{2,4})\)/g, "/$1/").replaceAll(" ", ""),
    )
    .replace(/([^/])\/$/, "$1");

/** Asks the site of the code, with a challenge of this page: nobody can have the answer ready. */
async function ask(): Promise<void> {
  const url = typedAddress();
  if (!/^https?:/i.test(url) || !hasProof(url)) return blame("scanned", own.badAddress);
  const { origin, host } = new URL(url);
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const query = `subject=${encodeURIComponent(url)}&challenge=${toBase64Url(challenge)}`;
  const mine = saying({ tone: "neutral", title: fill(own.asking, { host }), lines: [] });
  const reply = await askSite(`${origin}/api/bundles?${query}`);
  if (mine !== turn) return;
  if ("silence" in reply) return sayNoAnswer(own.noAnswerTitle, reply.silence, host);
  take({ bytes: reply.bytes, name: fill(own.answered, { host }), host }, challenge);
  await verifyOrSay();
}

async function askTrust(): Promise<void> {
  const address = element<HTMLInputElement>("trust-address").value.trim();
  if (!/^https?:/i.test(address) || !URL.canParse(address)) {
    return blame("trust-address", own.badTrustAddress);
  }
  const { host } = new URL(address);
  const mine = saying({ tone: "neutral", title: fill(own.asking, { host }), lines: [] });
  const reply = await askSite(address);
  if (mine !== turn) return;
  if ("silence" in reply) return sayNoAnswer(own.noListTitle, reply.silence, host);
  if (!takeTrust({ bytes: reply.bytes, name: fill(own.answered, { host }), host })) {
    sayNoAnswer(own.noListTitle, "stranger", host);
  } else await verifyIfThere();
}

function sayNoAnswer(title: string, silence: Silence, host: string): void {
  saying({ tone: "amber", title, lines: [fill(own[`silence_${silence}`], { host })] });
  reveal();
}

const givenOf = async (chosen: File): Promise<Given> => ({
  bytes: new Uint8Array(await chosen.arrayBuffer()),
  name: chosen.name,
  host: null,
});

element("bundle").addEventListener("change", async (event) => {
  const [chosen] = (event.target as HTMLInputElement).files ?? [];
  if (chosen === undefined) return;
  take(await givenOf(chosen), null);
  await verifyIfThere();
});

element("trust").addEventListener("change", async (event) => {
  const [chosen] = (event.target as HTMLInputElement).files ?? [];
  if (chosen === undefined) return;
  const given = await givenOf(chosen);
  if (takeTrust(given)) return verifyIfThere();
  const isProof = formOf(given.bytes) === "proof";
  blame("trust", fill(isProof ? own.trustIsProof : own.trustNot, { name: given.name }));
});

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  element("drop").classList.add("over");
});
document.addEventListener("dragleave", () => element("drop").classList.remove("over"));
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  element("drop").classList.remove("over");
  // Which of the two a dropped file is, its form says better than its name
  for (const dropped of [...(event.dataTransfer?.files ?? [])]) {
    const given = await givenOf(dropped);
    if (formOf(given.bytes) !== "trust" || !takeTrust(given)) take(given, null);
  }
  await verifyIfThere();
});

async function submitted(event: Event): Promise<void> {
  event.preventDefault();
  // Enter where an address stands, without a file, means: ask there
  const isAddress = document.activeElement === scanned && scanned.value.trim() !== "";
  if (isAddress && bundle === null) await ask();
  else await verifyOrSay();
}

async function verifyIfThere(): Promise<void> {
  if (bundle !== null && trust !== null) await verifyOrSay();
}

async function verifyOrSay(): Promise<void> {
  try {
    await verify();
  } catch (error) {
    saying({ tone: "amber", title: ui.notChecked, lines: [ui.incapable] });
    reveal();
    throw error;
  }
}

/** Milliseconds; null where none is set, false where what is set is no number for it. */
function maxAgeMs(): number | null | false {
  const given = age.value.normalize("NFKC").trim();
  if (given === "") return null;
  const count = /^[0-9]{1,4}$/.test(given) ? Number(given) : 0;
  return count >= 1 && count <= MOST_OF_A_UNIT && count * UNITS[ageUnit.value as Unit];
}

async function verify(): Promise<void> {
  if (bundle === null) return blame("bundle", own.noProof);
  if (trust === null) return blame("trust", own.noTrust);
  const url = typedAddress() || null;
  if (url !== null && !hasProof(url)) return blame("scanned", own.badSubject);
  const most = maxAgeMs();
  if (most === false) return blame("age", own.badAge);
  const typed = readFingerprint(fingerprint.value);
  if (typed.state === "malformed") return blame("fingerprint", sayMalformed(typed.length));
  if (typed.state === "whole" && typed.fingerprint !== trust.trust.fingerprint) {
    return sayOtherTrust(typed.fingerprint, trust);
  }
  const mine = saying({ tone: "neutral", title: ui.checking, lines: [] });
  const began = performance.now();
  const { challenge, host } = bundle;
  const question = { trust: trust.trust, url, challenge, maxAgeMs: most, now: Date.now() };
  let judgement = await judge({ ...question, bundle: bundle.bytes });
  let missing = false;
  if (judgement.kind === "held" && url !== null && host !== null) {
    const whole = await readOn(bundle.bytes, judgement, new URL(url).origin, mine);
    if (mine !== turn) return;
    missing = whole === null;
    if (whole !== null && whole !== bundle.bytes) {
      bundle = { ...bundle, bytes: whole };
      judgement = await judge({ ...question, bundle: whole });
    }
  }
  if (mine !== turn) return;
  const seconds = (performance.now() - began) / 1000;
  const { now } = question;
  const asked = { url, maxAgeMs: most, now, host, site: location.host, seconds };
  const said = sayJudgement(judgement, asked, speech);
  if (missing) said.lines.push(own.readingsFailed);
  saying(said);
  render(judgement);
  reveal();
}

/** A bundle with the readings that its server left out; null if they don't come. */
async function readOn(
  bytes: Uint8Array<ArrayBuffer>,
  { evidence }: Held,
  origin: string,
  mine: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const days = daysWithout(bytes, evidence);
  const read: Uint8Array[] = [];
  for (const { subject, head } of days) {
    if (!hasRoom(bytes, days, read) || mine !== turn) return null;
    const progress = { done: read.length + 1, total: days.length };
    show(element("verdict"), blockOf("neutral", fill(ui.readingsComing, progress), []));
    const asked = `subject=${encodeURIComponent(subject)}&head=${head}`;
    const reply = await askSite(`${origin}/api/bundles/readings?${asked}`);
    if ("silence" in reply) return null;
    read.push(reply.bytes);
  }
  if (days.length === 0) return bytes;
  return hasRoom(bytes, days, read) ? withReadings(bytes, read) : null;
}

function sayOtherTrust(typed: string, { trust: { fingerprint: used } }: GivenTrust): void {
  saying({ tone: "red", title: own.trustDifferentTitle, lines: [own.trustDifferentText] });
  show(
    element("result"),
    [
      [own.fingerprintTyped, typed],
      [own.fingerprintOwn, used],
    ].map(([label, of]) => [
      h("p", { class: "label" }, label as string),
      h("p", {}, h("code", { class: "fingerprint" }, grouped(of as string))),
    ]),
  );
  reveal();
}

const blockOf = (tone: Tone, title: string, lines: string[]): Piece =>
  h(
    "div",
    { class: `verdict tone-${tone}`, "data-tone": tone },
    h("h2", { tabindex: "-1" }, sign(tone), title),
    ...lines.map((line) => h("p", {}, line)),
  );

/** Says it in the place of what was said before; returns whose turn it is. */
function saying({ tone, title, lines }: { tone: Tone; title: string; lines: string[] }): number {
  forget();
  show(element("verdict"), blockOf(tone, title, lines));
  return turn;
}

/** Leads eyes and screen readers to the verdict, once all below it is there. */
function reveal(): void {
  const block = element("verdict");
  block.querySelector("h2")?.focus({ preventScroll: true });
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  block.scrollIntoView({ behavior: isCalm ? "auto" : "smooth", block: "start" });
}

function render(judgement: Judgement): void {
  switch (judgement.kind) {
    case "held":
      show(element("result"), heldView(judgement));
      loadOutlines(element("result"));
      break;
    case "another": {
      const onclick = () => {
        scanned.value = "";
        void verifyOrSay();
      };
      show(
        element("result"),
        bundle?.host === null &&
          h("button", { type: "button", class: "second", onclick }, own.anotherShow),
      );
      break;
    }
    case "broken":
      show(element("result"), checkedView((judgement.found ?? judgement.verification).verdict));
      break;
    case "stranger":
      show(element("result"), checkedView(judgement.verification.verdict));
      break;
  }
}

function checkedView(verdict: Verdict, withdrawn?: Withdrawn): Piece {
  // What an earlier failure left out is one thing, not twelve
  const done = verdict.checks.filter(({ reason }) => reason !== "earlier_failure");
  const left = verdict.checks.length - done.length;
  return section("checks", "", {}, [
    h("h2", {}, ui.checksTitle),
    checksView({ ...verdict, checks: done }, words, withdrawn),
    left > 0 && h("p", { class: "small" }, fill(own.leftOut, { count: left })),
    trust !== null && fields([{ label: own.trustUsed, text: trust.name }]),
    basisView(verdict, words),
  ]);
}

function heldView(held: Held): Piece {
  const { evidence, verification } = held;
  const { verdict } = verification;
  const told = tell(evidence, verdict, language, words);
  const map = mapView(routeOf(evidence, language, words), words);
  return [
    saveView(held),
    checkedView(verdict, withdrawnOf(evidence)),
    findingsView(held),
    h("h2", { class: "told" }, thingOf(held, speech)),
    alertsView(told.alerts, words),
    briefView(told),
    factsView(told),
    copiesView(evidence, language, words),
    storyView(told, words, true, { map }),
  ];
}

const downloadable = (bytes: Uint8Array<ArrayBuffer>): string =>
  URL.createObjectURL(new Blob([bytes], { type: "application/json" }));

/** What was asked for is nowhere yet but here. */
function saveView({ verification }: Held): Piece {
  if (bundle === null || trust === null || bundle.host === null) return null;
  const time = verification.verdict.statement?.time ?? Date.now();
  const proof = proofFile(typedAddress(), time);
  bundle.name = proof;
  tellCommand();
  const list = fileOfTrust();
  const save = (bytes: Uint8Array<ArrayBuffer>, download: string, label: string) =>
    h("li", {}, h("a", { class: "second", href: downloadable(bytes), download }, label));
  return h(
    "ul",
    { class: "actions" },
    save(bundle.bytes, proof, own.save),
    save(trust.bytes, list, own.saveTrust),
  );
}

/** Shoppers see their own; who checks on purpose sees those for the people who handled it too. */
function findingsView({ verification, evidence }: Held): Piece {
  const { findings } = verification.verdict;
  const codes = [...new Set(findings.map(({ code }) => code))];
  return section("findings", "", {}, [
    h("h2", {}, own.findings),
    findings.length === 0
      ? h("p", {}, own.noFindings)
      : h(
          "ul",
          { class: "notices" },
          ...codes.map((code) =>
            findingView(
              findings.filter((one) => one.code === code),
              evidence,
            ),
          ),
        ),
  ]);
}

/** All that were found of one kind. */
function findingView(found: Finding[], evidence: Evidence): Piece {
  const [{ audience, code, severity }] = found as [Finding];
  return h(
    "li",
    { class: `tone-${severity}`, "data-code": code },
    sign(severity),
    h("strong", {}, ui[`severity_${severity}`]),
    ` ${(words.findings as Record<string, string>)[code] ?? code}`,
    audience === "concerned" && h("span", { class: "small" }, ` (${own.forConcerned})`),
    h(
      "ul",
      { class: "about" },
      ...found.map((one) => h("li", {}, findingPlace(one, evidence, words, own))),
    ),
  );
}

const quoted = (text: string): string => `'${text.replaceAll("'", "%27")}'`;

/** The same question for the command line. */
function tellCommand(): void {
  const saved = (given: Given | null, otherwise: string) =>
    given === null || (given.host !== null && !given.name.endsWith(".json"))
      ? otherwise
      : given.name;
  const challenge = bundle?.challenge ?? null;
  const fresh =
    challenge !== null
      ? ` --challenge ${toBase64Url(challenge)}`
      : age.value.trim() !== "" && maxAgeMs() !== false
        ? ` --max-age ${age.value.normalize("NFKC").trim()}${COMMAND_UNITS[ageUnit.value as Unit]}`
        : "";
  element("command-line").textContent =
    `java -jar sanchi-verify.jar ${quoted(saved(bundle, "sanchi-….json"))} ` +
    `${quoted(trust?.host === null ? trust.name : fileOfTrust())} ` +
    `--subject ${quoted(typedAddress() || "https://…")}${fresh}`;
}

/** The verifier for the command line lies beside this page, if whoever serves it put it there. */
async function tellSum(): Promise<void> {
  const jar = element("jar");
  if (jar.childElementCount > 0) return;
  const reply = await askSite(new URL("sanchi-verify.jar.sha256", location.href).href);
  const sum =
    "bytes" in reply ? /^[0-9a-f]{64}/.exec(new TextDecoder().decode(reply.bytes))?.[0] : null;
  show(
    jar,
    sum
      ? [
          h(
            "ul",
            { class: "actions" },
            h(
              "li",
              {},
              h("a", { class: "second", href: "sanchi-verify.jar", download: true }, own.jar),
            ),
          ),
          h("p", { class: "label" }, own.jarSum),
          h("p", {}, h("code", { class: "fingerprint" }, sum)),
          h("p", { class: "small" }, own.jarHint),
        ]
      : h("p", {}, own.jarNone),
  );
}

async function useTrustOfThisSite(): Promise<void> {
  const reply = await askSite(new URL("trust.json", location.href).href);
  if (trust !== null) return;
  const found = "bytes" in reply && orNull(() => readTrust(reply.bytes));
  if (!("bytes" in reply) || !found) {
    element("trust-used").textContent = own.trustNone;
    element("whom").setAttribute("open", "");
    return;
  }
  trust = { bytes: reply.bytes, name: own.trustOfSite, host: location.host, trust: found };
  tellTrust(trust);
  compare();
  tellCommand();
  await verifyIfThere();
}

// What stands behind the # is never sent to a server.
if (location.hash.length > 1) scanned.value = location.hash.slice(1);
tellCommand();
void easy?.keepReadable(document.body);
void useTrustOfThisSite();
