import { batch, computed, effect, signal } from "@preact/signals";
import { instantOf, type When } from "@shared/draft.ts";
import type { JsonObject } from "@shared/json.ts";
import { printShortCode, shortCodeOfLabel } from "@shared/short-code.ts";
import type { Mark } from "../camera/camera.tsx";
import type { Read } from "../camera/reader.worker.ts";
import { tone } from "../camera/sound.ts";
import { ask, askAs, clockDifference, Refusal } from "../device/api.ts";
import { follow, isNetwork, refresh } from "../device/enrolment.ts";
import {
  type Enrolment,
  type Entry,
  keep,
  type Name,
  type Party,
  setting,
  store,
} from "../device/store.ts";
import {
  entries,
  explain,
  HOLD_MS,
  log,
  onChange,
  rescue,
  round,
  undo,
  unexplained,
  unsent,
  waiting,
} from "../queue/queue.ts";
import { namesProductOnly, readCode, type Thing } from "../steps/code.ts";
import { draft, isoTime, mayBeTakenBack } from "../steps/draft.ts";
import { NOTHING, type Own, ownOf } from "../steps/own.ts";
import {
  type Question,
  questionsFor,
  type Recall,
  type Shipment,
  type Withdrawal,
} from "../steps/questions.ts";
import { saying } from "../steps/saying.ts";
import {
  type Field,
  type Goods,
  HANDS_ON,
  type LotFacts,
  mainType,
  missing,
  OF_VOID,
  prefilled,
  recalledFirst,
  STEPS,
  type Step,
  stepsFor,
  suits,
  TAKES_BACK,
  type Values,
  WrongThing,
  withPlace,
} from "../steps/steps.ts";
import { type Run, takenOf } from "../steps/taken.ts";
import {
  fill,
  isLanguage,
  type Language,
  nameOf,
  usual,
  wordFor,
  wordsOf,
} from "../words/words.ts";
import { contentsOf, lotOf, ownGlns, partyName, recallsOf, shipmentOf } from "./known.ts";

const NOTICE_MS = 4_000;
const LEARN_MS = 700;
/** So long what was read belongs together. */
const TOGETHER_MS = 120_000;
/** So long it stays said that something was saved. */
const SAID_MS = 30_000;

/** The screens over the camera; null is the camera itself. */
export type Screen = null | "type" | "records" | "settings" | "whom" | "enrol" | "when" | "invite";

/** What `GET /api/scan` told about a thing, as far as it is shown. */
export interface Details {
  product?: Name;
  lot?: string | null;
  label?: { state: string };
  /** Of a unit, with what lies in the units within it. */
  contents?: {
    lot: string;
    product: Name;
    packages: number;
    kilograms: number | null;
    direct: boolean;
  }[];
  /** Of a unit: how many others it holds. */
  units?: number;
  shipment?: Shipment | null;
  recalls?: Recall[];
  /** Of a lot. */
  commissioner?: Party | null;
  place?: { gln: string; name: Name } | null;
  day?: string | null;
  recalledSince?: number | null;
  /** Of a lot. */
  facts?: {
    goods: Goods | null;
    registered: boolean;
    variety: string | null;
    species: string | null;
    withdrawal?: Withdrawal | null;
  };
  /** Null if they came too late for the buttons. */
  steps: string[] | null;
  subject: string | null;
}

export const language = signal<Language>(usual());
export const words = computed(() => wordsOf(language.value));
export const enrolments = signal<Enrolment[]>([]);
export const whom = signal<{ kid: string; onBehalfOf: string | null } | null>(null);
export const screen = signal<Screen>(null);
/** Of the invitation that is being answered. */
export const token = signal<string | null>(null);
const INVITATION = "sanchi-invitation";
/** An invitation survives a reload until it is answered or put away. */
export const keptInvitation = (): string | null => sessionStorage.getItem(INVITATION);
/** From then on the token stands in the tab's memory, and in no address. */
export function keepInvitation(): void {
  effect(() => {
    if (token.value === null) sessionStorage.removeItem(INVITATION);
    else sessionStorage.setItem(INVITATION, token.value);
  });
}
export const places = signal<Record<string, string>>({});
export const things = signal<Thing[]>([]);
export const details = signal<Record<string, Details>>({});
/** Of which things the server has just been asked. */
export const learning = signal<string[]>([]);
/** What this phone itself has logged of them. */
export const own = signal<Record<string, Own>>({});
export const doing = signal<{
  step: Step;
  values: Values;
  /** The questions that were answered with yes. */
  confirmed?: string[];
} | null>(null);
/** When what is being logged happened; null is now. Of the handful in view only. */
export const when = signal<When | null>(null);
export const notice = signal<{ text: string; help?: string; bad: boolean } | null>(null);
effect(() => {
  const said = notice.value;
  if (said === null) return;
  // Whatever it was about has left the view, or has been said again.
  setTimeout(() => {
    if (notice.value === said) notice.value = null;
  }, NOTICE_MS);
});
/** What was logged last, until something else is read. */
export const saved = signal<{
  id: number;
  kind: string;
  text: string;
  /** So long it goes without a trace; ms since 1970. */
  until: number;
  /** Whether it can be taken back afterwards. */
  corrigible: boolean;
} | null>(null);
effect(() => {
  const said = saved.value;
  if (said === null) return;
  setTimeout(() => {
    if (saved.value === said) saved.value = null;
  }, SAID_MS);
});
/** Of the record whose taking back is being asked about. */
export const askedBack = signal<number | null>(null);
export const list = signal<Entry[]>([]);
export const status = signal({
  online: navigator.onLine,
  unsent: 0,
  /** Of them, how many may still go without a trace. */
  held: 0,
  oldest: null as number | null,
  /** How many were refused and wait for somebody's word. */
  refused: 0,
});
/** The server's clock minus this phone's, ms; null before its first answer. */
export const clock = signal<number | null>(null);
export const cameraRefused = signal<"denied" | "none" | null>(null);
export const used = signal<string[]>([]);

export const active = computed(() => {
  const chosen = enrolments.value.find(({ kid }) => kid === whom.value?.kid);
  return chosen?.state === "enrolled" || chosen?.state === "revoked" ? chosen : null;
});
export const roles = computed(() => {
  const book = active.value?.handbook;
  const represented = whom.value?.onBehalfOf;
  if (!book) return [];
  return represented === null || represented === undefined
    ? book.organisation.roles
    : (book.represents.find(({ gln }) => gln === represented)?.roles ?? []);
});
export const place = computed(() => places.value[whom.value?.kid ?? ""] ?? null);

const suggestions = computed(() => {
  const about = mainType(things.value);
  const first = things.value.find(({ type }) => type === about);
  return (first && details.value[first.id]?.steps) ?? null;
});
/** Whether the server's suggestions may still come. */
export const pondering = computed(() => {
  const about = mainType(things.value);
  const first = things.value.find(({ type }) => type === about);
  return first !== undefined && learning.value.includes(first.id);
});
/** What the lots in view say, where all of them say the same; without a network the roles must do. */
const lotFacts = computed((): LotFacts => {
  const lots = things.value.filter(({ type }) => type === "lot");
  const told = lots.map(({ id }) => details.value[id]?.facts);
  const known = active.value?.handbook?.lots.map(({ link }) => link) ?? [];
  const alike = new Set(told.map((facts) => facts?.goods ?? goodsOfRoles(roles.value)));
  return {
    goods: alike.size === 1 ? ([...alike][0] ?? null) : null,
    registered: lots.every(({ id }, i) => told[i]?.registered ?? known.includes(id)),
    foreign: lots.some((lot) => foreignerOf(lot) !== null),
  };
});

/** Whose lot it is, if it is of somebody for whom this phone does not record. */
export function foreignerOf(thing: Thing): Party | null {
  const commissioner = details.value[thing.id]?.commissioner ?? null;
  return commissioner === null || ownGlns().includes(commissioner.gln) ? null : commissioner;
}

function goodsOfRoles(roles: string[]): Goods | null {
  const [grows, fishes] = ["grower", "fisher"].map((role) => roles.includes(role));
  return grows === fishes ? null : grows ? "plants" : "fish";
}

/** What a step would ask, and all lots in view say already. */
function toldByLots(): Record<string, string> {
  const known: Record<string, string> = {};
  const told = things.value
    .filter(({ type }) => type === "lot")
    .map(({ id }) => details.value[id]?.facts);
  for (const name of ["variety", "species"] as const) {
    const texts = new Set(told.map((facts) => facts?.[name] ?? null));
    const [only] = texts;
    if (texts.size === 1 && only) known[name] = only;
  }
  return known;
}

/** The recalls over what is in view. */
export const recalls = computed(() => things.value.flatMap(recallsOf));

/** What follows what this phone has just logged itself: the server may not know of it yet. */
const nextHere = computed((): string | null => {
  const mine = (type: Thing["type"], done: (one: Own) => boolean) => {
    const those = things.value.filter((thing) => thing.type === type);
    return those.length > 0 && those.every(({ id }) => done(own.value[id] ?? NOTHING));
  };
  if (mine("unit", ({ packed }) => packed)) return "shipped";
  return mine("package", ({ lot }) => lot !== null) ? "packed" : null;
});

const allowed = computed(() => {
  const fitting = stepsFor(things.value, roles.value, suggestions.value, used.value).filter(
    (step) =>
      suits(step, lotFacts.value, roles.value) &&
      (labelFault.value === null || OF_VOID.includes(step.kind)) &&
      !(step.kind === "labels_bound" && nextHere.value === "packed"),
  );
  const next = nextHere.value;
  const first = (step: Step) => Number(step.kind === next);
  const sorted = [...fitting].sort((a, b) => first(b) - first(a));
  return recalls.value.length > 0 ? recalledFirst(sorted) : sorted;
});
/** Buttons for what was read; the server's suggestions first. */
export const steps = computed(() =>
  recalls.value.length === 0
    ? allowed.value
    : allowed.value.filter(({ kind }) => !HANDS_ON.includes(kind)),
);
/** What nobody does with recalled goods, but for a reason; each asks first. */
export const unusual = computed(() =>
  recalls.value.length === 0 ? [] : allowed.value.filter(({ kind }) => HANDS_ON.includes(kind)),
);
/** What a step is called: what swims is landed. */
export function stepName(step: Step): string {
  const { steps: names, ui } = words.value;
  return step.kind === "harvested" && lotFacts.value.goods === "fish"
    ? ui.landed
    : wordFor(names, step.id);
}

/** How many of them are suggestions, at most 4; the others stand behind a button. */
export const suggested = computed(() => {
  const told = suggestions.value;
  if (labelFault.value !== null) return 0;
  if (recalls.value.length > 0) {
    return steps.value.filter(({ kind }) => TAKES_BACK.includes(kind)).length;
  }
  if (told === null || nextHere.value !== null) return Math.min(4, steps.value.length);
  const fitting = steps.value.filter(({ kind }) => told.includes(kind)).length;
  return Math.min(4, Math.max(fitting, 1));
});

/** What is wrong with a label in view, in words; null if nothing is. */
export const labelFault = computed(() => {
  const { ui } = words.value;
  for (const { id } of things.value) {
    const state = details.value[id]?.label?.state;
    if (state === "unknown") return ui.labelUnknown;
    if (state === "voided") return ui.labelVoided;
  }
  return null;
});

const dayOf = (time: number): string => isoTime(time + offsetAt(time) * 60_000).slice(0, 10);

/** What has to be answered before the step can be logged; null for nothing. */
export const question = computed((): Question | null => {
  const task = doing.value;
  if (task === null) return null;
  const told = when.value;
  const asked = questionsFor(task.step, {
    recalls: recalls.value,
    shipments: things.value.flatMap((thing) => shipmentOf(thing) ?? []),
    withdrawals: things.value.flatMap((thing) => [
      ...[details.value[thing.id]?.facts?.withdrawal ?? []].flat(),
      ...(own.value[thing.id]?.withdrawals ?? []),
    ]),
    own: ownGlns(),
    day: told !== null && "day" in told ? told.day : dayOf(told?.at ?? Date.now()),
  });
  return asked.find(({ id }) => !(task.confirmed ?? []).includes(id)) ?? null;
});

/** Yes to what was asked. */
export async function confirm({ id }: Question): Promise<void> {
  const task = doing.value;
  if (task === null) return;
  doing.value = { ...task, confirmed: [...(task.confirmed ?? []), id] };
  await goOn();
}

/** What a thing is called. */
export function titleOf(thing: Thing): string {
  const { ui } = words.value;
  const told = details.value[thing.id];
  const book = active.value?.handbook;
  const product = (gtin: string) =>
    nameOf(
      told?.product ?? book?.products.find((one) => one.gtin === gtin)?.name ?? null,
      language.value,
      gtin,
    );
  switch (thing.type) {
    case "lot":
      return `${product(thing.gtin)} ${thing.lot}`;
    case "package":
      return `${product(thing.gtin)} ${printShortCode(shortCodeOfLabel(thing.gtin, thing.run, thing.number))}`;
    case "unit":
      return `${contentsOf(thing).units > 0 ? ui.thing_pallet : ui.thing_unit} …${thing.uri.slice(-6)}`;
    case "box":
      return `${ui.thing_box} ${decodeURIComponent(thing.uri.slice(thing.uri.lastIndexOf("/") + 1))}`;
    case "place":
      return placeName(thing.gln);
    default:
      return "";
  }
}

export function placeName(gln: string): string {
  const found = active.value?.handbook?.places.find((one) => one.gln === gln);
  return nameOf(found?.name ?? null, language.value, gln);
}

/** The moment until which a code that was dealt with is silent while it stays in view. */
const quiet = new Map<string, number>();
const QUIET_MS = 3_000;
const complained = new Map<string, number>();

/** Judges a code in view; takes it up if it is new. Runs for every code in every frame. */
export function onRead({ text, linear }: Read): Mark {
  const now = Date.now();
  if (text === "") {
    strain(now);
    return "bad";
  }
  const thing = readCode(text);
  if (thing === null) {
    if (linear && !lingersAlone(text, now)) return "known";
    complain(text, now);
    return "bad";
  }
  usefulAt = now;
  const silentUntil = quiet.get(thing.id) ?? 0;
  if (now < silentUntil && !isAskedFor(thing)) {
    quiet.set(thing.id, now + QUIET_MS);
    // A card hangs on its wall: it holds for as long as it is in view
    if (thing.type === "action") cardRead = { kind: thing.kind, at: now };
    else linger();
    return "known";
  }
  return take(thing, now);
}

/** When a code was in view that is of use here. */
let usefulAt = 0;
let barcode = { text: "", since: 0, at: 0 };
const ALONE_MS = 1_000;

/**
 * Whether a barcode that is of no use has been in view for a while, and nothing else: beside most
 * labels that are meant there is one.
 */
function lingersAlone(text: string, now: number): boolean {
  const goes = barcode.text === text && now - barcode.at < 2 * ALONE_MS;
  barcode = { text, since: goes ? barcode.since : now, at: now };
  return now - barcode.since >= ALONE_MS && now - usefulAt >= 2 * ALONE_MS;
}

/** Whether the step that is being logged asks for such a thing, and not for one it has. */
function isAskedFor(thing: Thing): boolean {
  const task = doing.value;
  const field = task && missing(task.step, task.values);
  return (
    field?.type === "thing" &&
    field.of === thing.type &&
    !Object.values(task?.values ?? {}).some((one) => typeof one !== "string" && one.id === thing.id)
  );
}

/** Whether a code is in view that was dealt with just now: the screen says why nothing happens. */
export const lingering = signal(false);
const LINGER_MS = 700;
let lingers = 0;

function linger(): void {
  lingering.value = true;
  clearTimeout(lingers);
  lingers = window.setTimeout(() => {
    lingering.value = false;
  }, LINGER_MS);
}

/** Whether a code has been in view for a second that can't be read. */
export const straining = signal(false);
const STRAIN_MS = 1_000;
let strainedSince = 0;
let strains = 0;

function strain(now: number): void {
  if (strains === 0) strainedSince = now;
  clearTimeout(strains);
  strains = window.setTimeout(() => {
    strains = 0;
    straining.value = false;
  }, LINGER_MS);
  if (now - strainedSince >= STRAIN_MS) straining.value = true;
}

/** Takes up a thing that was read or typed. */
export function take(thing: Thing, now = Date.now()): Mark {
  if (thing.type === "invitation") {
    quiet.set(thing.id, now + 60_000);
    token.value = thing.token;
    screen.value = "enrol";
    return "good";
  }
  if (active.value === null) return "bad";
  if (thing.type === "action") return card(thing, now);
  if (doing.value !== null) return answer(thing, now);
  if (things.value.some(({ id }) => id === thing.id)) return "known";
  if (thing.type === "place") {
    quiet.set(thing.id, now + QUIET_MS);
    places.value = { ...places.value, [active.value.kid]: thing.gln };
    void keep("places", places.value);
    const name = placeName(thing.gln);
    tone(true);
    notice.value = { text: words.value.ui.placeSet.replace("{name}", name), bad: false };
    return "good";
  }
  const before = things.value[0];
  // What was read before something else was looked at, or long ago, does not join silently
  const anew = before !== undefined && (wentAway || now - takenAt > TOGETHER_MS);
  wentAway = false;
  takenAt = now;
  batch(() => {
    things.value = anew ? [thing] : [...things.value, thing];
    notice.value = anew
      ? { text: fill(words.value.ui.startedAnew, { name: titleOf(before) }), bad: false }
      : null;
    saved.value = null;
    if (anew) when.value = null;
  });
  tone(true);
  const learnt = learn(thing);
  if (cardRead !== null && now - cardRead.at < CARD_MS) void followCard(learnt);
  return "good";
}

let takenAt = 0;
let wentAway = false;

/** Somebody looks at something else now: what is read next stands for itself. */
function goAway(): void {
  wentAway = things.value.length > 0;
}

/** So long a card waits for what it is about; and what is about it for the rest of the picture. */
const CARD_MS = 15_000;
const PICTURE_MS = 400;
let cardRead: { kind: string; at: number } | null = null;

/** A card on the wall: with a crate in the same picture nobody has to tap. */
function card(thing: Extract<Thing, { type: "action" }>, now: number): Mark {
  const step = STEPS.find(({ kind }) => kind === thing.kind);
  if (step === undefined) return "bad";
  if (doing.value !== null) return "known";
  quiet.set(thing.id, now + QUIET_MS);
  cardRead = { kind: thing.kind, at: now };
  tone(true);
  if (things.value.length > 0) void followCard(Promise.resolve());
  else {
    const name = wordFor(words.value.steps, step.id);
    notice.value = { text: fill(words.value.ui.cardRead, { step: name }), bad: false };
  }
  return "good";
}

async function followCard(learnt: Promise<void>): Promise<void> {
  const pause = new Promise((resolve) => setTimeout(resolve, PICTURE_MS));
  const late = new Promise((resolve) => setTimeout(resolve, LEARN_MS));
  await Promise.all([pause, Promise.race([learnt, late])]);
  const read = cardRead;
  if (read === null || doing.value !== null || things.value.length === 0) return;
  cardRead = null;
  const step = steps.value.find(({ kind }) => kind === read.kind);
  if (step === undefined) {
    object(read.kind, words.value.ui.cardNotHere, Date.now());
    return;
  }
  await begin(step);
}

function complain(text: string, now: number): void {
  const { ui } = words.value;
  if (namesProductOnly(text)) object(text, ui.productOnly, now, ui.productOnlyHelp);
  else object(text, ui.wrongCode, now, ui.wrongCodeHelp);
}

/** One low tone for a code, and words for as long as it is in view. */
function object(code: string, text: string, now: number, help?: string): void {
  const silent = now < (complained.get(code) ?? 0);
  complained.set(code, now + QUIET_MS);
  if (!silent) tone(false);
  if (notice.value?.text !== text) notice.value = { text, ...(help ? { help } : {}), bad: true };
}

/** A code while a step asks for one. */
function answer(thing: Thing, now: number): Mark {
  const task = doing.value as { step: Step; values: Values };
  const field = missing(task.step, task.values);
  const mine = things.value.some(({ id }) => id === thing.id);
  if (field?.type !== "thing" || question.value !== null) return mine ? "known" : "bad";
  if (mine) return "known";
  if (field.of !== thing.type) {
    const { ui } = words.value;
    const type = (one: string) => wordFor(ui as Record<string, string>, `thing_${one}`);
    const values = { read: type(thing.type), wanted: type(field.pallet ? "pallet" : field.of) };
    object(thing.id, fill(ui.wrongThing, values), now);
    return "bad";
  }
  quiet.set(thing.id, now + QUIET_MS);
  tone(true);
  void holdsGoods(field, thing).then((holds) =>
    holds ? object(thing.id, words.value.ui.notPallet, Date.now()) : fillIn(field, thing),
  );
  return "good";
}

/** Whether a box with goods in it, or a crate that comes back, was read where a pallet was asked for. */
async function holdsGoods(field: Field, thing: Thing): Promise<boolean> {
  if (field.type !== "thing" || !field.pallet || thing.type !== "unit") return false;
  if (thing.crate) return true;
  await knowOwn(thing);
  const late = new Promise((resolve) => setTimeout(resolve, LEARN_MS));
  if (status.value.online) await Promise.race([inquire(thing), late]);
  const mine = own.value[thing.id];
  if (mine !== undefined && mine.contents.length > 0 && mine.units === 0) return true;
  return (details.value[thing.id]?.contents ?? []).some(({ direct }) => direct);
}

/** How far back in this phone's own records it is looked. */
const OWN_RECORDS = 200;
/** A crate is one thing a day. */
const CRATE_MS = 20 * 3_600_000;

let recent: Promise<Entry[]> | null = null;

async function knowOwn(thing: Thing): Promise<void> {
  const since = thing.type === "unit" && thing.crate ? Date.now() - CRATE_MS : 0;
  // Of a dozen codes in one picture the records are read once
  recent ??= entries(OWN_RECORDS);
  const mine = (await recent).filter(({ at }) => at > since);
  own.value = { ...own.value, [thing.id]: ownOf(thing, mine) };
}

/**
 * Asks the server what a thing is; without a network the phone's own knowledge must do. Buttons wait
 * for the answer a moment, and never change places under a finger afterwards.
 */
async function learn(thing: Thing): Promise<void> {
  learning.value = [...learning.value, thing.id];
  const over = () => {
    learning.value = learning.value.filter((id) => id !== thing.id);
  };
  setTimeout(over, LEARN_MS);
  try {
    await knowOwn(thing);
    if (recallsOf(thing).length > 0) tone(false);
    if (status.value.online) await inquire(thing);
  } finally {
    over();
  }
}

async function inquire(thing: Thing): Promise<void> {
  const enrolment = active.value;
  if (enrolment === null || thing.type === "invitation" || thing.type === "action") return;
  const link =
    thing.type === "package" ? thing.uri : thing.type === "place" ? `/414/${thing.gln}` : thing.uri;
  if (link === null) return;
  try {
    const { body } = await askAs(enrolment, `scan?link=${encodeURIComponent(link)}`);
    const told = body as unknown as Details;
    const late = !learning.value.includes(thing.id);
    know(thing, late ? { ...told, steps: null } : told);
  } catch (error) {
    if (error instanceof Refusal || isNetwork(error)) return;
    throw error;
  }
}

function know(thing: Thing, told: Details): void {
  details.value = { ...details.value, [thing.id]: told };
  if (thing.type === "unit" && told.day) {
    const day = told.day;
    things.value = things.value.map((one) => (one.id === thing.id ? { ...thing, day } : one));
  }
  if (recalls.value.length > 0 || labelFault.value !== null) tone(false);
}

/** Looks a typed short code up; only the server can. Throws what the network throws. */
export async function takeShortCode(code: string): Promise<void> {
  const enrolment = active.value;
  if (enrolment === null) return;
  const { body } = await askAs(enrolment, `scan?code=${encodeURIComponent(code)}`);
  const told = body as unknown as Details & { gtin: string; label: JsonObject };
  const hash = (told.subject ?? "").slice("package/".length);
  const thing: Thing = {
    type: "package",
    id: `package/${hash}`,
    uri: null,
    gtin: told.gtin,
    hash,
    run: String(told.label["run"]),
    number: Number(told.label["number"]),
  };
  take(thing);
  know(thing, told);
}

/** The lots that a name may mean, one's own first. Throws what the network throws. */
export async function lotsNamed(name: string): Promise<NamedLot[]> {
  const enrolment = active.value;
  if (enrolment === null) return [];
  const { body } = await askAs(enrolment, `scan?lot=${encodeURIComponent(name)}`);
  return body["lots"] as unknown as NamedLot[];
}

export interface NamedLot {
  commissioner: Party;
  gtin: string;
  link: string;
  lot: string;
  own: boolean;
  product: Name;
}

/** Whether somebody else has put a label of this code on something. */
export async function isLabelOfOthers(code: string): Promise<boolean> {
  try {
    await ask("GET", `codes/${encodeURIComponent(code)}`);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** Begins a step; logs at once if nothing more is needed. */
export async function begin(step: Step): Promise<void> {
  // A thumb in a glove taps twice.
  if (doing.value !== null) return;
  const values = prefilled(step, things.value, toldByLots());
  if (step.kind === "packed" && values["lot"] === undefined) {
    const [link, ...more] = new Set(things.value.filter(isPackage).map(lotOf));
    const lot = more.length === 0 && link ? readCode(link) : null;
    if (lot !== null) values["lot"] = lot;
  }
  const now = Date.now();
  values["today"] = isoTime(when.value === null ? now : instantOf(when.value, offsetAt(now))).slice(
    0,
    10,
  );
  const book = active.value?.handbook;
  for (const field of step.fields) {
    if (field.type === "scheme") {
      const schemes = book?.organisation.accreditations ?? [];
      if (schemes.length < 2) values[field.name] = schemes[0] ?? "";
    }
    if (field.type === "place" && place.value !== null) values[field.name] = place.value;
  }
  doing.value = { step, values };
  notice.value = null;
  await goOn();
}

const isPackage = ({ type }: Thing): boolean => type === "package";

export async function fillIn(field: Field, value: string | Thing): Promise<void> {
  const task = doing.value;
  if (task === null) return;
  doing.value = { ...task, values: { ...task.values, [field.name]: value } };
  if (
    typeof value === "string" &&
    value !== "" &&
    (field.type === "choice" || field.type === "partner" || field.name === "kg")
  ) {
    await remember(`${task.step.kind}.${field.name}`, value);
  }
  await goOn();
}

async function remember(name: string, value: string): Promise<void> {
  const before = await setting<string[]>(`last.${name}`, []);
  await keep(`last.${name}`, [value, ...before.filter((one) => one !== value)].slice(0, 6));
}

/** Minutes that the phone's clock is east of UTC. */
export const offsetAt = (time: number): number => -new Date(time).getTimezoneOffset();

let logging = false;

async function goOn(): Promise<void> {
  const task = doing.value;
  const enrolment = active.value;
  if (task === null || enrolment === null || missing(task.step, task.values) !== null) return;
  if (logging || question.value !== null) return;
  logging = true;
  try {
    await save(task, enrolment);
  } finally {
    logging = false;
  }
}

async function save(task: { step: Step; values: Values }, enrolment: Enrolment): Promise<void> {
  const { step, values } = task;
  const now = Date.now();
  try {
    const packed = step.kind === "packed" ? (values["lot"] as Thing).id : null;
    const other = (thing: Thing) => isPackage(thing) && (lotOf(thing) ?? packed) !== packed;
    if (packed !== null && things.value.some(other)) throw new WrongThing("another_lot");
    const members = withPlace(step.kind, step.members(things.value, values), place.value);
    const payload = draft(step.kind, members, {
      consortium: enrolment.consortium,
      organisation: enrolment.organisation.gln,
      onBehalfOf: whom.value?.onBehalfOf ?? null,
      now,
      offset: offsetAt(when.value === null ? now : instantOf(when.value, offsetAt(now))),
      uuid: crypto.randomUUID(),
      when: when.value,
    });
    const [first, ...more] = things.value;
    const about = first ? titleOf(first) : "";
    const name = stepName(step);
    const title = more.length > 0 ? `${about} +${more.length}` : about;
    const landed = name === words.value.ui.landed;
    const id = await log({ kid: enrolment.kid, kind: step.id, title, payload, landed }, now);
    for (const thing of [...things.value, ...Object.values(values)]) {
      if (typeof thing !== "string") quiet.set(thing.id, now + QUIET_MS);
    }
    batch(() => {
      things.value = [];
      doing.value = null;
      when.value = null;
      notice.value = null;
      saved.value = {
        id,
        text: [`${name} ${title}`, ...saying(payload, words.value, language.value, partyName)].join(
          "・",
        ),
        kind: step.id,
        until: now + HOLD_MS,
        corrigible: mayBeTakenBack(payload),
      };
      used.value = [step.id, ...used.value.filter((one) => one !== step.id)].slice(0, 12);
    });
    await keep("used", used.value);
    tone(true);
  } catch (error) {
    if (!(error instanceof WrongThing)) throw error;
    tone(false);
    const last = [...step.fields].reverse().find((field) => field.type === "thing");
    if (last) {
      const { [last.name]: _, ...rest } = values;
      doing.value = { step, values: rest };
    }
    notice.value = { text: wordFor(words.value.ui, error.message), bad: true };
  }
}

/** もどす: the last one that was saved. What is sent already is taken back by another record, after a question. */
export async function takeUndo(): Promise<void> {
  const last = saved.value;
  if (last === null) return;
  saved.value = null;
  const { ui } = words.value;
  if (await undo(last.id)) notice.value = { text: ui.undone, bad: false };
  else if (!last.corrigible) notice.value = { text: ui.cannotTakeBack, bad: true };
  else {
    await openRecords();
    askedBack.value = last.id;
  }
}

export function clear(): void {
  batch(() => {
    for (const { id } of things.value) quiet.set(id, Date.now() + QUIET_MS);
    things.value = [];
    doing.value = null;
    when.value = null;
    notice.value = null;
  });
}

/** One step back, as the phone's own back button means it. False where there is nowhere to go. */
export function back(): boolean {
  if (screen.value !== null) screen.value = null;
  else if (doing.value !== null) doing.value = null;
  else if (things.value.length > 0) clear();
  else return false;
  return true;
}

export async function reload(): Promise<void> {
  const all = await (await store()).getAll("enrolment");
  batch(() => {
    enrolments.value = all;
    // Whoever has seen it first: an invitation that was taken is over
    const answered = all.find(
      (one) => one.token === token.value && (one.state === "enrolled" || one.state === "revoked"),
    );
    if (answered !== undefined) {
      token.value = null;
      if (screen.value === "enrol") screen.value = null;
      whom.value = { kid: answered.kid, onBehalfOf: null };
      void keep("whom", whom.value);
    }
    const was = (...states: Enrolment["state"][]) =>
      all.filter(({ state }) => states.includes(state));
    // One that was revoked stays chosen until its holder has read so.
    if (!was("enrolled", "revoked").some(({ kid }) => kid === whom.value?.kid)) {
      const first = was("enrolled")[0] ?? was("revoked")[0];
      whom.value = first ? { kid: first.kid, onBehalfOf: null } : null;
    }
  });
}

export async function choose(kid: string, onBehalfOf: string | null): Promise<void> {
  whom.value = { kid, onBehalfOf };
  await keep("whom", whom.value);
  screen.value = null;
  void freshen();
}

export async function speak(chosen: Language): Promise<void> {
  language.value = chosen;
  await keep("language", chosen);
}

/** Brings handbook and offers up to date where there is a network. */
export async function freshen(): Promise<void> {
  for (const enrolment of enrolments.value) {
    try {
      if (enrolment.state === "offered") await follow(enrolment);
    } catch (error) {
      if (!(error instanceof Refusal) && !isNetwork(error)) throw error;
    }
  }
  if (active.value?.state === "enrolled") await refresh(active.value);
  await reload();
}

async function look(): Promise<void> {
  const { count, ...more } = await unsent();
  status.value = { ...status.value, unsent: count, ...more };
  const said = saved.value;
  // Never both: that it is saved, and that nobody took it
  if (said !== null && more.refused > 0) {
    const entry = await (await store()).get("entry", said.id);
    if (entry?.state === "refused" && saved.value === said) saved.value = null;
  }
  if (screen.value === "records") list.value = await entries();
}

export function openSettings(): void {
  goAway();
  screen.value = "settings";
}

/** The list is there before it is shown: an old one would change under a finger. */
export async function openRecords(): Promise<void> {
  goAway();
  list.value = await entries();
  screen.value = "records";
}

/** What became of it when somebody cleared this phone's memory under the open page. */
export const cleared = signal<"restored" | "lost" | null>(null);
let lastWaiting: Entry[] = [];

async function guard(): Promise<void> {
  const mine = enrolments.value.filter(({ state }) => state !== "refused");
  try {
    if (await rescue(mine, lastWaiting)) {
      await keep("whom", whom.value);
      await keep("language", language.value);
      cleared.value = "restored";
    }
    lastWaiting = await waiting();
  } catch {
    // The memory can't be written any more: whoever closes the page loses what is unsent
    cleared.value = "lost";
  }
}

let nextTry = 0;
let pause = 2_000;
let settled = false;

async function turn(): Promise<void> {
  await guard();
  const now = Date.now();
  if (now < nextTry) return;
  const online = await round(language.value);
  clock.value = clockDifference();
  if (online === false) {
    pause = Math.min(pause * 2, 30_000);
    nextTry = now + pause;
  } else {
    pause = 2_000;
    nextTry = 0;
  }
  if (online !== null) {
    status.value = { ...status.value, online };
    if (online && !settled) void freshen();
    settled = online;
    if (online && status.value.refused > 0) await explainRefused();
  } else if (!navigator.onLine) {
    status.value = { ...status.value, online: false };
  }
}

/** Asked about once: a server that does not tell is not asked every second. */
const wondered = new Set<number>();

/** Which labels a record was refused for: the ledger's reason alone names none. */
async function explainRefused(): Promise<void> {
  for (const entry of await unexplained()) {
    const id = entry.id as number;
    const enrolment = enrolments.value.find(({ kid }) => kid === entry.kid);
    if (enrolment === undefined || wondered.has(id)) continue;
    try {
      const { body } = await askAs(enrolment, "runs");
      await explain(id, takenOf(entry.payload, body["runs"] as unknown as Run[]));
    } catch (error) {
      if (isNetwork(error)) return;
      if (!(error instanceof Refusal)) throw error;
      wondered.add(id);
    }
  }
}

/** Reads what the phone remembers, and keeps sending from now on. */
export async function open(): Promise<void> {
  const kept = await setting<unknown>("language", null);
  if (isLanguage(kept)) language.value = kept;
  whom.value = await setting("whom", null);
  places.value = await setting("places", {});
  used.value = await setting("used", []);
  await reload();
  restore();
  onChange(() => {
    recent = null;
    void look();
  });
  await look();
  const loop = async () => {
    try {
      await turn();
    } finally {
      setTimeout(loop, 1_000);
    }
  };
  void loop();
  const wake = () => {
    nextTry = 0;
    status.value = { ...status.value, online: navigator.onLine };
  };
  addEventListener("online", wake);
  addEventListener("offline", wake);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) goAway();
  });
  setInterval(() => void freshen(), 60_000);
  void freshen();
}

const HALF_DONE = "sanchi-half-done";

/** What was read and half filled in comes back after a reload. */
function restore(): void {
  try {
    const half = JSON.parse(sessionStorage.getItem(HALF_DONE) ?? "null");
    if (half && active.value) {
      things.value = half.things;
      when.value = half.when ?? null;
      goAway();
      const step = STEPS.find(({ id }) => id === half.step);
      if (step) doing.value = { step, values: half.values };
      for (const thing of things.value) void learn(thing);
    }
  } catch {
    // Of an older version
  }
  effect(() => {
    const half = {
      things: things.value,
      step: doing.value?.step.id ?? null,
      values: doing.value?.values ?? {},
      when: when.value,
    };
    sessionStorage.setItem(HALF_DONE, JSON.stringify(half));
  });
}
