import type { Party } from "../device/store.ts";
import type { Thing } from "../steps/code.ts";
import type { Content } from "../steps/own.ts";
import type { Recall, Shipment } from "../steps/questions.ts";
import { fill, nameOf } from "../words/words.ts";
import { active, details, language, own, whom, words } from "./state.ts";

/** What lies in a unit: the server's word, or what this phone itself has packed since. */
export function contentsOf(thing: Thing): { contents: Content[]; units: number } {
  const told = details.value[thing.id];
  const mine = own.value[thing.id];
  const packages = (contents: Content[]) =>
    contents.reduce((sum, one) => sum + one.packages + (one.kilograms ?? 0), 0);
  const server = (told?.contents ?? []) as Content[];
  return mine !== undefined && packages(mine.contents) > packages(server)
    ? { contents: mine.contents, units: Math.max(mine.units, told?.units ?? 0) }
    : { contents: server, units: Math.max(told?.units ?? 0, mine?.units ?? 0) };
}

/** The link of the lot that a label stands for; null where nobody knows. */
export function lotOf(thing: Thing): string | null {
  if (thing.type === "lot") return thing.uri;
  if (thing.type !== "package") return null;
  return details.value[thing.id]?.lot ?? own.value[thing.id]?.lot ?? null;
}

/** The recalls over a thing: as the server tells, and by the handbook where it can't be asked. */
export function recallsOf(thing: Thing): Recall[] {
  const told = details.value[thing.id]?.recalls;
  if (told !== undefined && told.length > 0) return told;
  const book = active.value?.handbook;
  const lots = new Set(
    [lotOf(thing), ...contentsOf(thing).contents.map(({ lot }) => lot)].filter(
      (link): link is string => link !== null,
    ),
  );
  const known = (book?.recalls ?? []).filter(({ link }) => lots.has(link));
  if (known.length > 0 || told !== undefined) return known;
  return (book?.lots ?? [])
    .filter(({ link, recalled }) => recalled && lots.has(link))
    .map(({ gtin, link, lot }) => ({
      link,
      lot,
      product: book?.products.find((one) => one.gtin === gtin)?.name ?? null,
      reason: null,
      recaller: { gln: null, name: null },
      contact: null,
    }));
}

export const shipmentOf = (thing: Thing): Shipment | null =>
  details.value[thing.id]?.shipment ?? null;

/** For whom this phone records now: who sends to them sends to us. */
export function ownGlns(): string[] {
  const enrolment = active.value;
  if (enrolment === null) return [];
  return [
    enrolment.organisation.gln,
    ...(enrolment.handbook?.represents.map(({ gln }) => gln) ?? []),
    ...(whom.value?.onBehalfOf ? [whom.value.onBehalfOf] : []),
  ];
}

export const called = (party: Party): string => nameOf(party.name, language.value, party.gln);

/** An organisation by its number, as far as the handbook knows it. */
export function partyName(gln: string): string {
  const book = active.value?.handbook;
  const all = book ? [...book.partners, book.organisation, ...book.represents] : [];
  const found = all.find((one) => one.gln === gln);
  return found === undefined ? gln : called(found);
}

const LOT = /\/01\/([0-9]{14})\/10\/([^/]+)$/;

/** 「ぶりフィレ FIL-261127」, of a lot's link. */
export function lotName(link: string, product: Recall["product"] = null): string {
  const [, gtin = "", lot = ""] = LOT.exec(link) ?? [];
  const name =
    product ?? active.value?.handbook?.products.find((one) => one.gtin === gtin)?.name ?? null;
  return `${nameOf(name, language.value, "")} ${decodeURIComponent(lot)}`.trim();
}

/** What a unit holds, in a line: 「2箱・24パック・ぶりフィレ FIL-261127」. */
export function sayContents(thing: Thing): string[] {
  const { ui } = words.value;
  const { contents, units } = contentsOf(thing);
  const said: string[] = [];
  if (units > 0) said.push(fill(ui.unitCount, { count: units }));
  const packages = contents.reduce((sum, one) => sum + one.packages, 0);
  if (packages > 0) said.push(fill(ui.packCount, { count: packages }));
  const told = details.value[thing.id]?.contents ?? [];
  for (const { lot, kilograms } of contents) {
    const product = told.find((one) => one.lot === lot)?.product ?? null;
    said.push(`${lotName(lot, product)}${kilograms === null ? "" : ` ${kilograms}\u00a0kg`}`);
  }
  return said;
}

/** Who sent it to whom. */
export function sayShipment(thing: Thing): string | null {
  const { ui } = words.value;
  const sent = shipmentOf(thing);
  if (sent === null) return null;
  return fill(ui.sentFromTo, { from: called(sent.from), to: sent.to.map(called).join("、") });
}
