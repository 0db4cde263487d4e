import type { Way } from "../shared/cold-chain.ts";
import { percentDecode } from "../shared/digital-link.ts";
import { integerOf, type TraceEvent, textOf } from "../shared/event.ts";
import { byTime, type Severity } from "../shared/findings.ts";
import type { Entry } from "../shared/histories.ts";
import { isObject, type Json, type JsonObject } from "../shared/json.ts";
import { subject, typeOf } from "../shared/subject.ts";
import { compareText } from "../shared/text-order.ts";
import { DAY, HOUR, MINUTE, readTime } from "../shared/time.ts";
import type { Evidence, Verdict } from "../shared/verify.ts";
import { fill, type Language, type Words, wordFor } from "../shared/words.ts";
import { type SaidWay, sayLimit, sayLimits, sayWay } from "./way.ts";

/** What a page tells of a verified story, in one language. The server's `Telling` is its twin. */
export interface Telling {
  /** What windows and previews of a link call it: they say first what people must act on. */
  headline: string;
  title: string;
  /** What of its name no longer holds. */
  warning: string | null;
  /** Whether what is known of the goods is known of this thing; a label that is none has no goods. */
  genuine: boolean;
  /** The picture that the product's description names; null for units and where it names none. */
  photo: Photo | null;
  alerts: Alert[];
  /** What stands above the verdict. */
  brief: Field[];
  facts: Field[];
  notices: Notice[];
  steps: Step[];
  temperatures: Temperature[];
  inputs: Input[];
  certificates: Certificate[];
}

/** Who shows it compares the hash first. */
export interface Photo {
  /** SHA-256 of its bytes, base64url. */
  hash: string;
  type: string;
}

export interface Field {
  label: string;
  text: string;
}

/** What people must know before they read anything else. */
export interface Alert {
  code: AlertCode;
  tone: Severity;
  title: string;
  texts: string[];
  /** By what people know it again in their kitchen. */
  marks: Field[];
  /** What to do, first things first. */
  steps: string[];
  call: Call | null;
  rows: Field[];
}

/** Whom to call. */
export interface Call {
  title: string;
  /** As it is written. */
  number: string;
  /** What else they say of it, such as the hours. */
  more: string;
}

export type AlertCode =
  | "recalled"
  | "input_recalled"
  | "label_unknown"
  | "product_unknown"
  | "label_voided"
  | "label_not_activated"
  | "no_records";

export interface Notice {
  code: string;
  severity: Severity;
  text: string;
  /** Which things it is about, where that isn't plain. */
  about: string[];
}

export interface Step {
  /** Event id. */
  id: string;
  day: string;
  /** Null where only the day was declared. */
  time: string | null;
  /** Whether the clocks of its place show another time than where the thing is now. */
  local: boolean;
  /** When it was recorded, if that was days later; else null. */
  later: string | null;
  what: string;
  who: string;
  /** Who recorded it on behalf of `who`. */
  agent: string | null;
  thirdParty: boolean;
  state: "recorded" | "corrected" | "unconfirmed";
  place: string | null;
  data: Field[];
  correction: Correction | null;
}

export interface Correction {
  text: string;
  /** The event that says it right, if it is told too. */
  right: { id: string; what: string } | null;
}

/** What boxes measured around one case. */
export interface Temperature extends SaidWay {
  /** Which case, where there are several. */
  title: string | null;
}

export interface Input {
  title: string;
  /** In short: whose, which, from when to when, and what others found. */
  about: string[];
  /** Whether it is what the thing itself was before. */
  open: boolean;
  steps: Step[];
}

export interface Certificate {
  title: string;
  thirdParty: boolean;
  tone: Severity | "good";
  /** Why it bears no claim; null where it does. */
  fault: string | null;
  status: string;
  rows: Field[];
  /** The paper that its holder has handed over. */
  paper: Photo | null;
}

/** An event with how it stands in all the histories that tell it. */
interface Told {
  entry: Entry;
  declaration: Entry | null;
  confirmed: boolean;
}

const SEVERITIES: Severity[] = ["red", "amber", "neutral"];
const THIRD_PARTIES = ["inspector", "certifier", "authority"];
const SAME_GOODS = ["lots_merged", "lot_split", "repackaged"];
/** Of a label that no goods are known to be behind, the gravest first. */
const LABELS = ["label_unknown", "label_voided", "label_not_activated"] as const;
/** Alerts say it better. */
const TOLD_ELSEWHERE: string[] = ["recalled", "input_recalled", ...LABELS];
const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;
const DESCRIBED = /^(organisation|place|product)\//;
const DECISIONS = ["granted", "suspended", "revoked", "renewed"].map((one) => `certificate_${one}`);
const PHOTO_HASH = /^[A-Za-z0-9_-]{43}$/;
const PHOTO_TYPE = /^image\/(jpeg|png|webp)$/;
const PAPER_TYPE = /^(application\/pdf|image\/(jpeg|png|webp))$/;
/** Behind the word for a member. */
const UNIT = / \((.+)\)$/;
const DATE = /^20\d\d-(0[1-9]|1[0-2])-\d\d$/;
/** Until when it may be eaten, and until when it is at its best. */
export const UNTIL = ["sanchi:useBy", "sanchi:bestBefore"];
export const TELEPHONE = /((?:\+\d{1,3}[- ]?|0)\d{1,4}[- ]\d{1,4}[- ]\d{3,4})/;
/** What stands before a number: that it is one. */
const BEFORE_NUMBER = /^\s*(電話|Telephone|Phone|Tel\.?)?[\s:：、,]*/i;
/** The rest, where all of it stands in brackets. */
const BRACKETED = /^[(（]([^()（）]*)[)）]\s*$/;
/** Local hours between which a harvest is one of the morning. */
const MORNING = [3, 10] as const;
const FRESH = 36 * HOUR;

export function tell(
  evidence: Evidence,
  verdict: Verdict,
  language: Language,
  words: Words,
): Telling {
  return new Teller(evidence, verdict, language, words).telling();
}

/** The name that an organisation gives itself, else its number. */
export function organisationName(evidence: Evidence, gln: string, language: Language): string {
  return nameOf(evidence, subject("organisation", gln), language) ?? gln;
}

export function documentOf({ described, documents }: Evidence, of: string): JsonObject | null {
  const document = documents.get(described.get(of) ?? "");
  return isObject(document) ? document : null;
}

/** How many described things there are, and which of them have no description here. */
export function withdrawnOf({ described, documents }: Evidence): Withdrawn {
  const missing = [...described].filter(([, hash]) => !documents.has(hash)).map(([of]) => of);
  return { of: described.size, missing };
}

export interface Withdrawn {
  of: number;
  missing: string[];
}

export const sayWithdrawn = ({ of, missing }: Withdrawn, { ui }: Words): string =>
  fill(ui.withdrawn, { count: missing.length, of });

/** A text of a document: one for all languages, or one for each. */
function localised(value: Json | undefined, language: Language): string | null {
  const given = isObject(value) ? (value[language] ?? value["en"] ?? value["ja"]) : value;
  return typeof given === "string" && given !== "" ? given : null;
}

/** What a document names by its hash. */
function fileOf(value: Json | undefined, types: RegExp): Photo | null {
  const { hash, type } = isObject(value) ? value : {};
  const named = typeof hash === "string" && PHOTO_HASH.test(hash);
  return named && typeof type === "string" && types.test(type) ? { hash, type } : null;
}

const nameOf = (evidence: Evidence, of: string, language: Language): string | null =>
  localised(documentOf(evidence, of)?.["name"], language);

/** What somebody wrote, as that organisation's own terms say it in the reader's language. */
export function termOf(
  evidence: Evidence,
  gln: string | null,
  text: string,
  language: Language,
): string | null {
  const terms = gln === null ? null : documentOf(evidence, subject("organisation", gln))?.["terms"];
  const term = (Array.isArray(terms) ? terms : []).find(
    (one) => isObject(one) && Object.values(one).includes(text),
  );
  return localised(term, language);
}

/** Its name, and in brackets where that is, as far as it says so. */
export function placeName(
  evidence: Evidence,
  place: string,
  language: Language,
  words: Words,
): string | null {
  const document = documentOf(evidence, place);
  const name = localised(document?.["name"], language);
  const more = localised(document?.["area"], language);
  return name === null || more === null ? name : fill(words.ui.inBrackets, { text: name, more });
}

/** Both languages write a comma between thousands. */
const inThousands = (value: number): string =>
  /^\d{5,}$/.test(`${value}`) ? `${value}`.replace(/\d(?=(\d{3})+$)/g, "$&,") : `${value}`;

const distinct = (texts: string[]): string[] => [...new Set(texts)];

/** The values in a subject, decoded. */
const valuesOf = (of: string): string[] => of.split("/").slice(1).map(percentDecode);

class Teller {
  private readonly evidence: Evidence;
  private readonly verdict: Verdict;
  private readonly language: Language;
  private readonly words: Words;
  private dictionary: Map<string, string> | null = null;
  private homeOffset: number | null = null;

  constructor(evidence: Evidence, verdict: Verdict, language: Language, words: Words) {
    this.evidence = evidence;
    this.verdict = verdict;
    this.language = language;
    this.words = words;
  }

  telling(): Telling {
    const { ui } = this.words;
    const label = this.label();
    const alerts = [...this.recalls(), ...(label === null ? [] : [label])];
    const genuine = label === null;
    const own = this.toldOf(this.own(label?.code));
    const title = this.title(label);
    const warning = genuine ? this.warning() : null;
    const first =
      (alerts[0] && ui[`headline_${alerts[0].code}`]) ??
      (warning === null ? undefined : ui.headline_certificate_revoked);
    return {
      headline: first === undefined ? title : fill(ui.headline, { first, title: this.thing() }),
      title,
      warning,
      genuine,
      photo: genuine ? this.photo() : null,
      alerts,
      brief: genuine ? this.brief() : [],
      facts: genuine ? this.facts() : [],
      notices: genuine ? this.notices() : [],
      steps: own.map((one) => this.step(one, own)),
      temperatures: genuine ? this.temperatures() : [],
      inputs: genuine ? this.inputs() : [],
      certificates: genuine ? [...this.certificates(), ...this.declared()] : [],
    };
  }

  /** What is wrong with the label or the number itself: then no goods are known behind it. */
  private label(): Alert | null {
    const { ui } = this.words;
    const { start, closure } = this.evidence;
    const alert = (
      code: AlertCode,
      tone: Severity,
      title: string,
      texts: string[],
      ...steps: string[]
    ): Alert => ({ code, tone, title, texts, marks: [], steps, call: null, rows: [] });
    const code = this.trouble();
    switch (code) {
      case "product_unknown": {
        const text = fill(ui.foreignText, { gtin: start.gtin });
        return alert(code, "amber", ui.foreignTitle, [text], ui.helpUnknown, ui.helpForeign);
      }
      case "no_records": {
        const title = start.type === "lot" ? this.lotTitle(start.subject) : this.thing();
        const text = fill(ui.noRecordsText, { title });
        return alert(code, "neutral", ui.noRecordsTitle, [text], ui.helpUnknown, ui.helpNoRecords);
      }
      case "label_unknown": {
        const text = fill(ui.unknownText, { title: this.thing() });
        return alert(code, "red", ui.distrust, [text], ui.helpUnknown, ui.helpVoided);
      }
      case "label_voided": {
        const { event } = this.verdict.findings.find((one) => one.code === code) ?? {};
        const voiding = this.history(closure.run ?? "").find((entry) => entry.event.id === event);
        const texts = this.byWhom(ui.voidedText, voiding);
        return alert(code, "red", ui.voidedTitle, texts, ui.helpVoided);
      }
      case "label_not_activated": {
        const texts = this.byWhom(ui.unactivatedText, closure.printed);
        return alert(code, "amber", ui.unactivated, texts, ui.helpUnactivated, ui.helpUnused);
      }
      default:
        return null;
    }
  }

  private trouble(): AlertCode | null {
    const { start } = this.evidence;
    const found = LABELS.find((code) => this.verdict.findings.some((one) => one.code === code));
    const nothing =
      start.type === "package"
        ? found === "label_unknown"
        : this.history(start.subject).length === 0;
    if (!nothing) return found ?? null;
    const described = start.type === "unit" || this.isDescribed(start.gtin);
    return described ? (found ?? "no_records") : "product_unknown";
  }

  private isDescribed(gtin: string): boolean {
    return this.history(subject("product", gtin)).length > 0;
  }

  private byWhom(sentence: string, entry: Entry | undefined): string[] {
    if (entry === undefined) return [];
    const who = this.organisation(entry.event.actor ?? "");
    return [fill(sentence, { who, when: whenOf(this.words, entry.event) })];
  }

  private get closure() {
    return this.evidence.closure;
  }

  private get mainLots(): string[] {
    return [...this.closure.mainLots].sort(compareText);
  }

  private get inputLots(): string[] {
    return [...this.closure.inputLots].sort(compareText);
  }

  private history(of: string): Entry[] {
    return this.closure.histories.get(of) ?? [];
  }

  private organisation(gln: string): string {
    return organisationName(this.evidence, gln, this.language);
  }

  private join(texts: string[]): string {
    return texts.join(this.words.ui.and);
  }

  private title(label: Alert | null): string {
    const { ui } = this.words;
    if (label?.code === "label_unknown") return ui.unknownTitle;
    return label?.code === "product_unknown" ? ui.foreignName : this.thing();
  }

  private thing(): string {
    const { start } = this.evidence;
    if (start.type !== "unit") return this.productName(start.gtin);
    return `${this.words.ui.unit} ${valuesOf(start.subject)[0]}`;
  }

  private photo(): Photo | null {
    const { start } = this.evidence;
    if (start.type === "unit") return null;
    return fileOf(documentOf(this.evidence, subject("product", start.gtin))?.["photo"], PHOTO_TYPE);
  }

  private productName(gtin: string): string {
    const name = nameOf(this.evidence, subject("product", gtin), this.language);
    return name ?? fill(this.words.ui.noTitle, { gtin });
  }

  private lotTitle(of: string): string {
    const [gtin, lot] = valuesOf(of) as [string, string];
    return fill(this.words.ui.lotOf, { title: this.productName(gtin), lot });
  }

  /** A revoked certificate that its name claims. */
  private warning(): string | null {
    const { subject: of } =
      this.verdict.findings.find(({ code }) => code === "certificate_revoked") ?? {};
    const claimed = of === undefined ? undefined : this.claims().get(of);
    return claimed === undefined
      ? null
      : fill(this.words.ui.revokedName, { claim: this.join(claimed) });
  }

  private inputs(): Input[] {
    const { ui, kinds } = this.words;
    const told = this.inputLots.map((lot) => ({ lot, steps: this.steps([lot]) }));
    const harvested = told.filter(({ steps }) =>
      steps.some(({ what }) => what === kinds.harvested || what === ui.landedStep),
    );
    return told.map(({ lot, steps }) => {
      const [gtin, number] = valuesOf(lot) as [string, string];
      const [from, to] = [steps[0]?.day, steps.at(-1)?.day];
      const found = steps.flatMap(({ thirdParty, state, who, data }) => {
        const result = data.find(({ label }) => label === ui.result)?.text;
        return thirdParty && state === "recorded" && result
          ? [fill(ui.inspection, { result, who })]
          : [];
      });
      return {
        title: this.productName(gtin),
        about: distinct(
          [
            this.commissioner(lot) ?? [],
            `${ui.lot} ${number}`,
            from === undefined || to === undefined
              ? []
              : from === to
                ? from
                : fill(ui.range, { from, to }),
            found,
          ].flat(),
        ),
        open: harvested.length === 1 && harvested[0]?.lot === lot,
        steps,
      };
    });
  }

  private commissioner(lot: string): string | null {
    const actor = this.closure.commissioning(lot)?.event.actor;
    return actor ? this.organisation(actor) : null;
  }

  /** Whose goods were put together in a lot; nobody knows whose are in one bag of it. */
  private producers(lot: string): string[] {
    const names = this.growers(lot, new Set());
    return names.length > 1
      ? [fill(this.words.ui.oneOrMoreOf, { names: this.join(names) })]
      : names;
  }

  private growers(lot: string, seen: Set<string>): string[] {
    if (seen.has(lot)) return [];
    seen.add(lot);
    const gathered = this.gathered(lot);
    if (gathered.length === 0) return distinct([this.commissioner(lot) ?? []].flat());
    return distinct(gathered.flatMap((input) => this.growers(input, seen)));
  }

  /** The lots that a lot was put together from, where the goods stayed what they were. */
  private gathered(lot: string): string[] {
    const event = this.closure.liveCommissioning(lot)?.event;
    return (event && isKind(event, ...SAME_GOODS) && event.refs["inputQuantityList"]) || [];
  }

  private gatherer(lot: string): string | null {
    return this.gathered(lot).length === 0 ? null : this.commissioner(lot);
  }

  private placeOf(event: TraceEvent): string | null {
    const [place] = event.refs["readPoint"] ?? [];
    return place === undefined ? null : placeName(this.evidence, place, this.language, this.words);
  }

  private get commissionings(): Entry[] {
    return this.mainLots.flatMap((lot) => this.closure.liveCommissioning(lot) ?? []);
  }

  /** What people look for first. */
  private brief(): Field[] {
    const { ui } = this.words;
    const harvest = this.harvest();
    return [
      ...this.until(),
      ...this.fieldsOf([
        harvest?.landed ? ui.landed : ui.harvest,
        harvest === null ? [] : [harvest.text],
      ]),
    ];
  }

  private until(): Field[] {
    // What the label says goes before what its lot says
    const { binding } = this.closure;
    const bound = UNTIL.some((name) => binding && textOf(binding.event, name) !== "");
    const entries = bound && binding ? [binding] : this.commissionings;
    return this.fieldsOf(
      ...UNTIL.map((name): [string, string[]] => [
        wordFor(this.words.members, name),
        entries
          .map(({ event }) => textOf(event, name))
          .filter((date) => date !== "")
          .map((date) => dateOf(this.words, date)),
      ]),
    );
  }

  private fieldsOf(...fields: [string, string[]][]): Field[] {
    return fields
      .filter(([, texts]) => texts.length > 0)
      .map(([label, texts]) => ({ label, text: this.join(distinct(texts)) }));
  }

  private facts(): Field[] {
    const { ui } = this.words;
    const lots = this.mainLots;
    const { commissionings } = this;
    const unit = this.evidence.start.type === "unit";
    const places = commissionings.flatMap(({ event }) => this.placeOf(event) ?? []);
    const origins = this.origins(commissionings);
    // Nothing was harvested where it was put together or made into something else
    const elsewhere = this.harvest()?.elsewhere;
    const once =
      !elsewhere && origins.every((origin) => places.some((place) => place.includes(origin)));
    return this.fieldsOf(
      [ui.producer, lots.flatMap((lot) => this.producers(lot))],
      [ui.gatheredBy, lots.flatMap((lot) => this.gatherer(lot) ?? [])],
      [ui.origin, once ? [] : origins],
      [elsewhere ? ui.madeAt : once && origins.length > 0 ? ui.origin : ui.place, places],
      unit
        ? [ui.madeOf, lots.map((lot) => this.lotTitle(lot))]
        : [ui.lot, lots.map((lot) => valuesOf(lot)[1] as string)],
      [ui.allergens, unit ? [] : [ui.allergensText]],
    );
  }

  private origins(commissionings: Entry[]): string[] {
    return commissionings.flatMap(({ event }) => {
      const text = textOf(event, "sanchi:origin");
      return text === "" ? [] : [this.translated(text, event.actor, event.organisation)];
    });
  }

  /**
   * What somebody wrote, in the reader's language where a description here says it in both.
   *
   * @param by who wrote it: nobody else's terms are believed
   */
  private translated(text: string, ...by: (string | null)[]): string {
    for (const gln of by) {
      const own = termOf(this.evidence, gln, text, this.language);
      if (own !== null) return own;
    }
    this.dictionary ??= this.describedWords();
    return this.dictionary.get(text) ?? text;
  }

  /** A text of an event in the reader's language, as far as its authors say it in both. */
  private said(event: TraceEvent, member: string): string {
    return this.translated(textOf(event, member), event.actor, event.organisation);
  }

  private describedWords(): Map<string, string> {
    const known = new Map<string, string>();
    for (const of of [...this.closure.subjects]
      .filter((one) => DESCRIBED.test(one))
      .sort(compareText)) {
      const document = documentOf(this.evidence, of);
      for (const member of ["name", "area"]) {
        const given = document?.[member];
        const own = localised(given, this.language);
        if (!isObject(given) || own === null) continue;
        for (const text of Object.values(given)) {
          if (typeof text === "string" && !known.has(text)) known.set(text, own);
        }
      }
    }
    return known;
  }

  /** When it was harvested, or what it was made from. */
  private harvest(): { text: string; elsewhere: boolean; landed: boolean } | null {
    const { ui } = this.words;
    const main = this.mainLots;
    for (const lots of [main, this.inputLots]) {
      const events = lots
        .flatMap((lot) => this.closure.confirmed(lot))
        .filter(({ event }) => event.row !== null && event.kind === "harvested")
        .sort(byTime)
        .map(({ event }) => event);
      const [from, to] = [events[0], events.at(-1)].map(
        (event) => event && this.marked(event, whenOf(this.words, event)),
      );
      if (from === undefined || to === undefined) continue;
      const text = from === to ? from : fill(ui.range, { from, to });
      const fresh =
        lots === main && events.every(isOfTheMorning) && this.isFresh(events[0] as TraceEvent);
      return {
        text: fresh ? fill(ui.inBrackets, { text, more: ui.morning }) : text,
        elsewhere: lots !== main,
        landed: events.some(isFish),
      };
    }
    return null;
  }

  /** As long as nobody has had it in hand much later: a word that praises must not outlive itself. */
  private isFresh(harvested: TraceEvent): boolean {
    return this.toldOf(this.own(undefined))
      .map(({ entry }) => entry.event)
      .filter(({ row }) => row?.custody)
      .every(({ eventTime }) => eventTime - harvested.eventTime <= FRESH);
  }

  private recalls(): Alert[] {
    const { ui, words } = this.words;
    return this.verdict.findings.flatMap(({ code, event: id, subject: lot }) => {
      const recalled = this.history(lot).find(({ event }) => event.id === id);
      if ((code !== "recalled" && code !== "input_recalled") || recalled === undefined) return [];
      const { event } = recalled;
      const actor = event.actor ?? "";
      const hazard = textOf(event, "sanchi:hazard");
      const rows: [string, string][] = [
        [ui.lot, valuesOf(lot)[1] as string],
        ...(code === "recalled" ? this.until() : []).map((one): [string, string] => [
          one.label,
          one.text,
        ]),
        [ui.contact, this.contact(actor)],
        [ui.why, this.said(event, "sanchi:reason")],
        [ui.recallAdvice, this.said(event, "sanchi:advice")],
        [ui.hazard, hazard === "" ? "" : wordFor(words, hazard)],
        [ui.recall, fill(ui.recallSince, { when: whenOf(this.words, event) })],
        [ui.recordedBy, this.organisation(actor)],
      ];
      return recallAlert(code, this.lotTitle(lot), rows, this.language, this.words);
    });
  }

  /** How an organisation wants to be reached, if it says so. */
  private contact(gln: string): string {
    const document = documentOf(this.evidence, subject("organisation", gln));
    return localised(document?.["contact"], this.language) ?? "";
  }

  /** What shoppers should know, by severity; recalls have a place of their own. */
  private notices(): Notice[] {
    const notices = new Map<string, Notice>();
    for (const { audience, code, severity, subject: of } of this.verdict.findings) {
      if (audience !== "shopper" || TOLD_ELSEWHERE.includes(code)) continue;
      const notice = notices.get(`${code} ${severity}`) ?? {
        code,
        severity,
        text: wordFor(this.words.findings, code),
        about: [],
      };
      notices.set(`${code} ${severity}`, notice);
      const about = this.about(of);
      if (about !== null && !notice.about.includes(about)) notice.about.push(about);
    }
    const withdrawn = withdrawnOf(this.evidence);
    if (withdrawn.missing.some((of) => this.isOfGoods(of))) {
      const text = sayWithdrawn(withdrawn, this.words);
      notices.set("", { code: "withdrawn", severity: "neutral", text, about: [] });
    }
    return SEVERITIES.flatMap((severity) =>
      [...notices.values()].filter((notice) => notice.severity === severity),
    );
  }

  /** Whether it is a product, or whoever it is of: without their descriptions there are no names. */
  private isOfGoods(of: string): boolean {
    const lots = [...this.closure.mainLots, ...this.closure.inputLots];
    const makers = lots.map((lot) => this.closure.commissioning(lot)?.event.actor);
    return typeOf(of) === "product" || makers.some((gln) => of === `organisation/${gln}`);
  }

  private about(of: string): string | null {
    if (typeOf(of) === "certificate") return this.certificateTitle(of, []);
    const plain = this.closure.mainLots.has(of) && this.closure.mainLots.size === 1;
    return typeOf(of) === "lot" && !plain ? this.lotTitle(of) : null;
  }

  /** The histories that are the thing's own way; of a label without goods its own alone. */
  private own(trouble: AlertCode | undefined): string[] {
    const { start, run, units } = this.closure;
    const own = start.type === "package" ? [start.subject] : [];
    const runs = run === null ? [] : [run];
    if (trouble === "label_voided" || trouble === "label_not_activated") return [...runs, ...own];
    if (trouble !== undefined) return [];
    return [...runs, ...own, ...this.mainLots, ...[...units].sort(compareText)];
  }

  private steps(subjects: string[]): Step[] {
    const inOrder = this.toldOf(subjects);
    return inOrder.map((one) => this.step(one, inOrder));
  }

  /** The events of these histories, in the order of time. */
  private toldOf(subjects: string[]): Told[] {
    const told = new Map<string, Told>();
    for (const of of subjects) {
      const history = this.history(of);
      for (const entry of history) {
        const { event } = entry;
        if (event.row !== null && (event.corrects !== null || !this.isOfLabel(of, event))) continue;
        const declaration = history.find((other) => declares(other, event)) ?? null;
        const confirmed = this.closure.isConfirmed(of, entry);
        const before = told.get(event.id);
        told.set(event.id, {
          entry: before && before.entry.recordTime <= entry.recordTime ? before.entry : entry,
          declaration: before?.declaration ?? declaration,
          confirmed: confirmed && (before?.confirmed ?? true),
        });
      }
    }
    return [...told.values()].sort((a, b) => byTime(a.entry, b.entry));
  }

  /** A run's history tells of hundreds of labels: only what happened to this one is its own way. */
  private isOfLabel(of: string, event: TraceEvent): boolean {
    if (typeOf(of) !== "run") return true;
    const { label } = this.evidence.start;
    if (label === null) return false;
    const covered = (run: string, first: string, last: string) =>
      textOf(event, run) === label.run &&
      integerOf(event, first) <= label.number &&
      label.number <= integerOf(event, last);
    return (
      covered("sanchi:run", "sanchi:first", "sanchi:last") ||
      covered("sanchi:newRun", "sanchi:newFirst", "sanchi:newLast")
    );
  }

  /** Where the thing is now, by whose clocks its readers live. */
  private get home(): number {
    if (this.homeOffset === null) {
      const own = this.toldOf(this.own(undefined)).map(({ entry }) => entry.event);
      const held = own.filter(({ row }) => row?.custody);
      this.homeOffset = (held.at(-1) ?? own.at(-1))?.offset ?? 0;
    }
    return this.homeOffset;
  }

  private isLocal(event: TraceEvent): boolean {
    return !event.dayPrecision && event.offset !== this.home;
  }

  private marked(event: TraceEvent, when: string): string {
    return this.isLocal(event) ? `${when}${this.words.ui.localTime}` : when;
  }

  /** A day after what is told of it has ended. */
  private later(event: TraceEvent, recordTime: number): string | null {
    const { eventTime, dayPrecision, offset } = event;
    if (recordTime - eventTime <= (dayPrecision ? 2 : 1) * DAY) return null;
    const localDay = (time: number, minutes: number): string =>
      new Date(time + minutes * MINUTE).toISOString().slice(0, 10);
    const happened = localDay(eventTime, offset);
    // What was written down together has one date, wherever it happened
    const recorded = localDay(recordTime, this.home);
    const { ui } = this.words;
    const pattern = happened.slice(0, 4) === recorded.slice(0, 4) ? ui.dayMonth : ui.date;
    return fill(ui.recordedLater, { date: dateOf(this.words, recorded, pattern) });
  }

  private what(event: TraceEvent): string {
    const { kinds, ui } = this.words;
    return isFish(event) ? ui.landedStep : wordFor(kinds, event.kind);
  }

  private step({ entry: { event, recordTime }, declaration, confirmed }: Told, all: Told[]): Step {
    const { ui, words } = this.words;
    const { row, actor, organisation } = event;
    return {
      id: event.id,
      day: dayOf(this.words, event),
      time: event.dayPrecision ? null : this.marked(event, clockOf(event)),
      local: this.isLocal(event),
      later: this.later(event, recordTime),
      what: row === null ? ui.unknownKind : this.what(event),
      who: actor === null ? wordFor(words, event.member ?? "") : this.organisation(actor),
      agent:
        organisation === null || actor === organisation ? null : this.organisation(organisation),
      thirdParty:
        row !== null &&
        row.roles.length > 0 &&
        row.roles.every((role) => THIRD_PARTIES.includes(role)),
      state: declaration !== null ? "corrected" : confirmed ? "recorded" : "unconfirmed",
      place: row === null ? null : this.placeOf(event),
      data: row === null ? [] : this.data(event),
      correction: declaration === null ? null : this.correction(declaration.event, all),
    };
  }

  private correction(declaration: TraceEvent, all: Told[]): Correction {
    const { ui, errors } = this.words;
    const said = declaration.payload["errorDeclaration"] as JsonObject;
    const rightIds = (said["correctiveEventIDs"] ?? []) as string[];
    const right = all.find(({ entry }) =>
      rightIds.includes(entry.event.payload["eventID"] as string),
    );
    return {
      text: fill(ui.correctedBy, {
        when: minuteOf(this.words, readTime(said["declarationTime"] as string), declaration.offset),
        who: this.organisation(declaration.actor ?? ""),
        reason: wordFor(errors, said["reason"] as string),
      }),
      right: right ? { id: right.entry.event.id, what: this.what(right.entry.event) } : null,
    };
  }

  private data(event: TraceEvent): Field[] {
    const { ui, members } = this.words;
    const { payload } = event;
    const fields: Field[] = [];
    const disposition = textOf(event, "disposition");
    if (disposition === "conformant" || disposition === "non_conformant") {
      fields.push({ label: ui.result, text: ui[disposition] });
    }
    const to = event.refs["destinationList"] ?? [];
    if (to.length > 0) {
      const names = distinct(to).map((gln) => this.organisation(gln));
      fields.push({ label: ui.sentTo, text: this.join(names) });
    }
    // A dictionary names what pages show, in their order
    for (const name of Object.keys(members)) {
      const text = this.value(event, name, payload[name]);
      if (text === null) continue;
      const [label, unit] = wordFor(members, name).split(UNIT) as [string, string?];
      fields.push({ label, text: unit ? `${text}\u00a0${unit}` : text });
    }
    return fields;
  }

  private value(event: TraceEvent, name: string, value: Json | undefined): string | null {
    const { payload } = event;
    if (name === "quantity") return this.quantities(payload);
    if (value === undefined) return null;
    if (name === "sanchi:limits") return this.limits(value as JsonObject[]);
    if (typeof value === "number") {
      const unit = name === "sanchi:amount" ? textOf(event, "sanchi:unit") : "";
      return unit === "" ? inThousands(value) : `${inThousands(value)}\u00a0${unit}`;
    }
    const type = event.row?.members[name] ?? event.row?.members[`${name}?`];
    if (type === "date") return dateOf(this.words, value as string);
    if (type === "word") return wordFor(this.words.words, value as string);
    return this.translated(value as string, event.actor, event.organisation);
  }

  private quantities(payload: JsonObject): string | null {
    const of = (...names: string[]): string => {
      const list = names.map((name) => payload[name]).find((given) => given !== undefined);
      const texts = ((list ?? []) as JsonObject[])
        .filter((element) => element["quantity"] !== undefined)
        .map((element) => {
          const uom = (element["uom"] ?? "") as string;
          const unit = wordFor(this.words.units, uom);
          return `${inThousands(element["quantity"] as number)}\u00a0${unit}`;
        });
      return this.join(texts);
    };
    const from = of("inputQuantityList");
    const to = of("outputQuantityList", "quantityList", "childQuantityList");
    if (to === "") return null;
    return from === "" ? to : fill(this.words.ui.turnsInto, { from, to });
  }

  private temperatures(): Temperature[] {
    const { ways } = this.evidence;
    if (ways === null) return [];
    const carried = ways.filter((way) => way.carried > 0);
    const promised = this.promised();
    if (carried.length === 0 && promised !== undefined) {
      const limit = sayLimits(promised, this.words);
      const sentences = [fill(this.words.ui.temperatureUnknown, { limit })];
      return [{ title: null, tone: "neutral", sentences, calculated: false }];
    }
    return carried.map((way) => this.temperature(way, ways.length > 1));
  }

  /** The first limit on temperature. */
  private promised(): JsonObject | undefined {
    return this.commissionings
      .flatMap(({ event }) => (event.payload["sanchi:limits"] ?? []) as JsonObject[])
      .find((limit) => limit["sanchi:measure"] === "temperature");
  }

  private temperature(way: Way, several: boolean): Temperature {
    const title = several ? `${this.words.ui.unit} ${valuesOf(way.unit)[0]}` : null;
    return { title, ...sayWay(way, this.words) };
  }

  private limits(limits: JsonObject[]): string {
    const texts = limits.map((limit) => {
      const measure = wordFor(this.words.words, limit["sanchi:measure"] as string);
      return `${measure} ${sayLimit(limit, this.words)}`;
    });
    return this.join(texts);
  }

  private certificates(): Certificate[] {
    return [...this.claims()].map(([of, claimed]) => this.certificate(of, claimed));
  }

  /** By certificate, in words. */
  private claims(): Map<string, string[]> {
    const claims = new Map<string, string[]>();
    for (const lot of [...this.mainLots, ...this.inputLots]) {
      for (const { event } of this.closure.confirmed(lot)) {
        const certificates = event.refs["sanchi:claims"] ?? [];
        certificates.forEach((of, i) => {
          const claim = (event.payload["sanchi:claims"] as JsonObject[])[i] as JsonObject;
          const word = wordFor(this.words.words, claim["sanchi:claim"] as string);
          claims.set(of, distinct([...(claims.get(of) ?? []), word]));
        });
      }
    }
    return claims;
  }

  private granted(of: string): Entry | undefined {
    return this.history(of).find(({ event }) => isKind(event, "certificate_granted"));
  }

  private certificateTitle(of: string, claimed: string[]): string {
    const grant = this.granted(of);
    const scheme = grant && wordFor(this.words.words, textOf(grant.event, "sanchi:scheme"));
    return scheme ?? (claimed.length > 0 ? this.join(claimed) : (valuesOf(of)[0] as string));
  }

  private certificate(of: string, claimed: string[]): Certificate {
    const { ui } = this.words;
    const grant = this.granted(of)?.event;
    const last = this.decision(of);
    const status = this.certificateStatus(of, grant, this.join(claimed));
    const revoked = last?.kind === "certificate_revoked";
    const thirdParty = grant !== undefined && grant.actor !== textOf(grant, "sanchi:holder");
    if (thirdParty && status.tone === "neutral") status.tone = "good";
    const rows: [string, string][] = [[ui.claim, status.fault === null ? this.join(claimed) : ""]];
    if (grant !== undefined) {
      const from = dateOf(this.words, textOf(grant, "sanchi:validFrom"));
      const to = dateOf(this.words, this.validTo(of));
      rows.push(
        [ui.scope, this.translated(textOf(grant, "sanchi:scope"), grant.actor)],
        [ui.holder, this.organisation(textOf(grant, "sanchi:holder"))],
        [ui.certifier, this.organisation(grant.actor ?? "")],
        [ui.validity, revoked ? "" : fill(ui.range, { from, to })],
      );
    }
    if (revoked || last?.kind === "certificate_suspended") {
      rows.push([ui.why, this.said(last, "sanchi:reason")]);
    }
    rows.push([ui.number, valuesOf(of)[0] as string]);
    return {
      title: this.certificateTitle(of, claimed),
      thirdParty,
      ...status,
      rows: filled(rows),
      paper: null,
    };
  }

  /**
   * What growers say in their own descriptions, as far as it holds for these lots: no certifier here
   * has confirmed it.
   */
  private declared(): Certificate[] {
    const told = new Map<string, Certificate>();
    for (const lot of [...this.mainLots, ...this.inputLots]) {
      const event = this.closure.commissioning(lot)?.event;
      const holder = event?.actor;
      if (event === undefined || holder == null) continue;
      const listed = documentOf(this.evidence, subject("organisation", holder))?.["certificates"];
      (Array.isArray(listed) ? listed : []).forEach((one, i) => {
        const certificate = isObject(one) && this.declaration(one, lot, event);
        if (certificate) told.set(`${holder} ${i}`, certificate);
      });
    }
    return [...told.values()];
  }

  private declaration(
    { issuer, name, number, paper, products, validFrom, validTo }: JsonObject,
    lot: string,
    event: TraceEvent,
  ): Certificate | null {
    const { ui } = this.words;
    const [gtin] = valuesOf(lot) as [string];
    const day = isoOf(event).slice(0, 10);
    const [from, to] = [validFrom, validTo].map((date) =>
      typeof date === "string" && DATE.test(date) ? date : "",
    ) as [string, string];
    const title = localised(name, this.language);
    const elsewhere = Array.isArray(products) && !products.includes(gtin);
    if (title === null || elsewhere || day < from || (to !== "" && day > to)) return null;
    return {
      title,
      thirdParty: false,
      tone: "neutral",
      fault: null,
      status: to === "" ? ui.noEnd : fill(ui.validUntil, { date: dateOf(this.words, to) }),
      rows: filled([
        [ui.holder, this.organisation(event.actor ?? "")],
        [ui.certifier, localised(issuer, this.language) ?? ""],
        [ui.number, localised(number, this.language) ?? ""],
      ]),
      paper: fileOf(paper, PAPER_TYPE),
    };
  }

  /** What the certifier decided last. */
  private decision(of: string): TraceEvent | undefined {
    return this.history(of)
      .map(({ event }) => event)
      .filter((event) => isKind(event, ...DECISIONS))
      .at(-1);
  }

  private certificateStatus(
    of: string,
    grant: TraceEvent | undefined,
    claim: string,
  ): Pick<Certificate, "tone" | "fault" | "status"> {
    const { ui } = this.words;
    const last = this.decision(of);
    if (grant === undefined || last === undefined) {
      const fault = fill(ui.faultNotGranted, { claim });
      return { tone: "red", fault, status: ui.notGranted };
    }
    const date = dayOf(this.words, last);
    switch (last.kind) {
      case "certificate_revoked": {
        const fault = fill(ui.faultRevoked, { date, claim });
        return { tone: "red", fault, status: fill(ui.revokedOn, { date }) };
      }
      case "certificate_suspended": {
        const fault = fill(ui.faultSuspended, { date, claim });
        return { tone: "amber", fault, status: fill(ui.suspendedOn, { date }) };
      }
    }
    const until = dateOf(this.words, this.validTo(of));
    const status = fill(ui.validUntil, { date: until });
    const found = this.verdict.findings.filter(({ subject }) => subject === of);
    const grave = SEVERITIES.find((tone) => found.some(({ severity }) => severity === tone));
    if (grave === undefined || grave === "neutral") return { tone: "neutral", fault: null, status };
    const codes = distinct(found.map(({ code }) => code));
    const fault = codes.map((code) => wordFor(this.words.findings, code)).join(" ");
    return { tone: grave, fault, status };
  }

  /** The last day of the last grant or renewal. */
  private validTo(of: string): string {
    const prolonging = this.history(of).filter(({ event }) =>
      isKind(event, "certificate_granted", "certificate_renewed"),
    );
    return textOf((prolonging.at(-1) as Entry).event, "sanchi:validTo");
  }
}

/**
 * What people read of a recall: the offices show it before they confirm one.
 *
 * @param title the lot that is recalled
 * @param rows what is said of it, by label; what is empty is not said
 */
export function recallAlert(
  code: "recalled" | "input_recalled",
  title: string,
  rows: [string, string][],
  language: Language,
  { ui, members }: Words,
): Alert {
  const said = new Map(rows.filter(([, text]) => text !== ""));
  const who = said.get(ui.recordedBy) ?? "";
  const hazard = said.get(ui.hazard);
  const contact = said.get(ui.contact) ?? "";
  const [number] = TELEPHONE.exec(contact) ?? [];
  const reason = said.get(ui.why) ?? hazard;
  const more = reason === hazard ? undefined : hazard;
  const text =
    more === undefined ? (reason ?? "") : fill(ui.inBrackets, { text: reason ?? "", more });
  const [why, ...others] = inItsLanguage(
    [
      [ui.why, text],
      ...[...said].filter(([label]) => !([ui.why, ui.hazard] as string[]).includes(label)),
    ],
    language,
    ui,
  ) as [Field, ...Field[]];
  const marked = [ui.lot, ...UNTIL.map((name) => wordFor(members, name))];
  const isMark = ({ label }: Field) => marked.includes(label);
  return {
    code,
    tone: "red",
    title: ui.recallEat,
    texts: [
      fill(code === "recalled" ? ui.recallText : ui.recallInputText, { title, who }),
      ...(why.text === "" ? [] : [`${why.label}: ${why.text}`]),
      ...(contact === "" ? [ui.noNumber] : []),
    ],
    marks: others.filter(isMark),
    steps: [ui.recallKeep, ui.recallAsk, ui.recallEaten],
    call:
      number === undefined
        ? null
        : {
            title: fill(ui.call, { who }),
            number,
            more: contact.replace(number, "").replace(BEFORE_NUMBER, "").replace(BRACKETED, "$1"),
          },
    rows: others.filter((row) => !isMark(row) && (number === undefined || row.text !== contact)),
  };
}

const filled = (rows: [string, string][]): Field[] =>
  rows.filter(([, text]) => text !== "").map(([label, text]) => ({ label, text }));

/** Says once which language somebody wrote in, where it isn't the reader's. */
function inItsLanguage(rows: [string, string][], language: Language, ui: Words["ui"]): Field[] {
  const first = language === "ja" ? -1 : rows.findIndex(([, text]) => JAPANESE.test(text));
  return rows.map(([label, text], i) => ({
    label: i === first ? fill(ui.inJapanese, { label }) : label,
    text,
  }));
}

/** When something happened, as exactly as it was declared, at the clocks of its place. */
export function whenOf(words: Words, event: TraceEvent): string {
  return event.dayPrecision ? dayOf(words, event) : minuteOf(words, event.eventTime, event.offset);
}

const isoOf = ({ eventTime, offset }: TraceEvent): string =>
  new Date(eventTime + offset * MINUTE).toISOString();

const dayOf = (words: Words, event: TraceEvent): string => dateOf(words, isoOf(event).slice(0, 10));

const clockOf = (event: TraceEvent): string => isoOf(event).slice(11, 16);

export function minuteOf(
  words: Words,
  time: number,
  offset: number,
  pattern = words.ui.date,
): string {
  const iso = new Date(time + offset * MINUTE).toISOString();
  const date = dateOf(words, iso.slice(0, 10), pattern);
  return fill(words.ui.dateTime, { date, time: iso.slice(11, 16) });
}

/**
 * A time by the reader's own clock. The browser's formats for it take a slow phone longer than all
 * the words of a page.
 */
export const readersMinute = (words: Words, time: number, pattern?: string): string =>
  minuteOf(words, time, -new Date(time).getTimezoneOffset(), pattern);

/** The same without its date. */
export const readersClock = (time: number): string =>
  new Date(time - new Date(time).getTimezoneOffset() * MINUTE).toISOString().slice(11, 16);

/** Writes `YYYY-MM-DD` as people do. */
export function dateOf({ ui }: Words, date: string, pattern = ui.date): string {
  const [year, month, day] = date.split("-").map(Number) as [number, number, number];
  return fill(pattern, { year, month: ui.months.split(" ")[month - 1] as string, day });
}

/** Of plants: a catch or a slaughter at that hour means nothing to who buys it. */
export function isOfTheMorning(event: TraceEvent): boolean {
  const { eventTime, offset, dayPrecision } = event;
  const hour = new Date(eventTime + offset * MINUTE).getUTCHours();
  const [from, to] = MORNING;
  return !dayPrecision && hour >= from && hour < to && !isFish(event);
}

/** A harvest that was landed. */
const isFish = (event: TraceEvent): boolean => textOf(event, "sanchi:faoArea") !== "";

const isKind = (event: TraceEvent, ...kinds: string[]): boolean =>
  event.row !== null && kinds.includes(event.kind);

const declares = ({ event }: Entry, corrected: TraceEvent): boolean =>
  event.row !== null && event.corrects === corrected.id && corrected.row !== null;
