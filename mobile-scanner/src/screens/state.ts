import { batch, computed, effect, signal } from "@preact/signals";
import { instantOf, type When } from "@shared/draft.ts";
import type { JsonObject } from "@shared/json.ts";
import { printShortCode, shortCodeOfLabel } from "@shared/short-code.ts";
import type { Mark } from "../camera/camera.tsx";
import type { Read } from "../camera/reader.worker.ts";
import { tone } from "../camera/sound.ts";
import { askAs, clockDifference, Refusal } from "../device/api.ts";
import { follow, isNetwork, refresh } from "../device/enrolment.ts";
import { type Enrolment, type Entry, keep, type Name, setting, store } from "../device/store.ts";
import {
  entries,
  explain,
  HOLD_MS,
  log,
  onChange,
  round,
  undo,
  unexplained,
  unsent,
} from "../queue/queue.ts";
import { namesProductOnly, readCode, type Thing } from "../steps/code.ts";
import { draft, isoTime, mayBeTakenBack } from "../steps/draft.ts";
import { saying } from "../steps/saying.ts";
import {
  type Field,
  type Goods,
  isUnusual,
  type LotFacts,
  mainType,
  missing,
  prefilled,
  STEPS,
  type Step,
  stepsFor,
  type Values,
  WrongThing,
  withPlace,
} from "../steps/steps.ts";
import { type Run, takenOf } from "../steps/taken.ts";
import { isLanguage, type Language, nameOf, usual, wordFor, wordsOf } from "../words/words.ts";

const NOTICE_MS = 4_000;
const LEARN_MS = 700;

/** The screens over the camera; null is the camera itself. */
export type Screen = null | "type" | "records" | "settings" | "whom" | "enrol" | "when";

/** What `GET /api/scan` told about a thing, as far as it is shown. */
export interface Details {
  product?: Name;
  lot?: string | null;
  label?: { state: string };
  contents?: { lot: string; product: Name }[];
  place?: { gln: string; name: Name } | null;
  day?: string | null;
  recalledSince?: number | null;
  /** Of a lot. */
  facts?: {
    goods: Goods | null;
    registered: boolean;
    variety: string | null;
    species: string | null;
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
export const places = signal<Record<string, string>>({});
export const things = signal<Thing[]>([]);
export const details = signal<Record<string, Details>>({});
/** Of which things the server has just been asked. */
export const learning = signal<string[]>([]);
export const doing = signal<{ step: Step; values: Values } | null>(null);
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
  text: string;
  /** So long it goes without a trace; ms since 1970. */
  until: number;
  /** Whether it can be taken back afterwards. */
  corrigible: boolean;
} | null>(null);
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
  };
});

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

const allowed = computed(() => stepsFor(things.value, roles.value, suggestions.value, used.value));
/** Buttons for what was read; the server's suggestions first. */
export const steps = computed(() =>
  allowed.value.filter((step) => !isUnusual(step, lotFacts.value)),
);
/** What nobody does with such goods, but for once. */
export const unusual = computed(() =>
  allowed.value.filter((step) => isUnusual(step, lotFacts.value)),
);
/** How many of them are suggestions, at most 4; the others stand behind a button. */
export const suggested = computed(() => {
  const told = suggestions.value;
  if (told === null) return Math.min(4, steps.value.length);
  const fitting = steps.value.filter(({ kind }) => told.includes(kind)).length;
  return Math.min(4, Math.max(fitting, 1));
});

/** What is wrong with what was read, in words; null if nothing is. */
export const warning = computed(() => {
  const { ui } = words.value;
  for (const thing of things.value) {
    const told = details.value[thing.id];
    const gtinLot = thing.type === "lot" ? thing.uri : null;
    const recalledLot = active.value?.handbook?.lots.find(({ link }) => link === gtinLot)?.recalled;
    if (told?.recalledSince || recalledLot) return ui.recalled;
    if (told?.label?.state === "unknown") return ui.labelUnknown;
    if (told?.label?.state === "voided") return ui.labelVoided;
  }
  return null;
});

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
      return `${ui.thing_unit} …${thing.uri.slice(-6)}`;
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
    linger();
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
  batch(() => {
    things.value = [...things.value, thing];
    notice.value = null;
    saved.value = null;
  });
  tone(true);
  void learn(thing);
  return "good";
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
  if (field?.type !== "thing") return mine ? "known" : "bad";
  if (mine) return "known";
  if (field.of !== thing.type) {
    object(thing.id, words.value.ui.wrongThing, now);
    return "bad";
  }
  quiet.set(thing.id, now + QUIET_MS);
  tone(true);
  void fillIn(field, thing);
  return "good";
}

/**
 * Asks the server what a thing is; without a network the phone's own knowledge must do. Buttons wait
 * for the answer a moment, and never change places under a finger afterwards.
 */
async function learn(thing: Thing): Promise<void> {
  if (!status.value.online) return;
  learning.value = [...learning.value, thing.id];
  const over = () => {
    learning.value = learning.value.filter((id) => id !== thing.id);
  };
  setTimeout(over, LEARN_MS);
  try {
    await inquire(thing);
  } finally {
    over();
  }
}

async function inquire(thing: Thing): Promise<void> {
  const enrolment = active.value;
  if (enrolment === null || thing.type === "invitation") return;
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
  if (warning.value !== null) tone(false);
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

/** Begins a step; logs at once if nothing more is needed. */
export async function begin(step: Step): Promise<void> {
  // A thumb in a glove taps twice.
  if (doing.value !== null) return;
  const values = prefilled(step, things.value, toldByLots());
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

export async function fillIn(field: Field, value: string | Thing): Promise<void> {
  const task = doing.value;
  if (task === null) return;
  doing.value = { step: task.step, values: { ...task.values, [field.name]: value } };
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
  if (logging) return;
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
    const title = more.length > 0 ? `${about} +${more.length}` : about;
    const id = await log({ kid: enrolment.kid, kind: step.id, title, payload }, now);
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
        text: [
          `${wordFor(words.value.steps, step.id)} ${title}`,
          ...saying(payload, words.value, language.value),
        ].join("・"),
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
  if (screen.value === "records") list.value = await entries();
}

/** The list is there before it is shown: an old one would change under a finger. */
export async function openRecords(): Promise<void> {
  list.value = await entries();
  screen.value = "records";
}

let nextTry = 0;
let pause = 2_000;
let settled = false;

async function turn(): Promise<void> {
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
  onChange(() => void look());
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
