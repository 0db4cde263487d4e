import { integerOf, type TraceEvent, textOf } from "./event.ts";
import { type Entry, type Histories, liveKinds, liveOf } from "./histories.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Rights } from "./rights.ts";
import { type Start, subject, typeOf } from "./subject.ts";
import { DAY, dateOf, HOUR } from "./time.ts";

export const PACKED = ["packed", "packed_lot", "packed_unit"];
const COMMISSIONING = /^(lot_commissioned|transformed|repackaged|lot_split|lots_merged)$/;
const PRIVILEGED = ["inspector", "certifier", "authority"];
const MAX_BOX_DAYS = 31;
const LAST_TIME = Date.UTC(2100, 0, 1) - 1;

export const isUnit = (text: string): boolean => /^(sscc|crate)\//.test(text);

const refs = ({ event }: Entry, member: string): string[] => event.refs[member] ?? [];
export const isParent = (entry: Entry, unit: string): boolean =>
  refs(entry, "parentID").includes(unit);

const within = (number: number, first: Json | undefined, last: Json | undefined): boolean =>
  number >= (first as number) && number <= (last as number);

/** Whether a member pair, as in `sanchi:first` and `sanchi:last`, covers the number of the run. */
export const covers = (
  event: TraceEvent,
  names: [string, string, string],
  run: string,
  n: number,
) => textOf(event, names[0]) === run && within(n, event.payload[names[1]], event.payload[names[2]]);

const BOUND: [string, string, string] = ["sanchi:run", "sanchi:first", "sanchi:last"];
const RELABELLED: [string, string, string] = ["sanchi:newRun", "sanchi:newFirst", "sanchi:newLast"];

/** Whether a lot comes into being by the event: by its commissioning, or as output of a transformation. */
const commissions = ({ event }: Entry, lot: string): boolean =>
  COMMISSIONING.test(event.kind) && event.corrects === null && event.subjects.includes(lot);

/** A unit in a box, from its loading on; `to` does not belong to it. */
export interface Carriage {
  unit: string;
  /** The box's days without the date. */
  box: string;
  from: number;
  to: number;
}

/** Everything that a verdict about the start needs, computed from the histories of a bundle: section 7. */
export class Closure {
  readonly start: Start;
  readonly histories: Histories;
  readonly rights: Rights;
  readonly subjects = new Set<string>();
  readonly mainLots = new Set<string>();
  /** Those that are not main too. */
  readonly inputLots = new Set<string>();
  readonly units = new Set<string>();
  readonly boxDays = new Set<string>();
  readonly carriages: Carriage[] = [];
  /** Of a package whose serial has section 3's form. */
  readonly run: string | null;
  readonly printed: Entry | undefined;
  /** Whether the package's number was printed in its run. */
  readonly inRun: boolean;
  /** What binds the package's number to a lot. */
  readonly binding: Entry | undefined;
  private readonly holders = new Map<string, Set<string>>();
  private readonly packageHolders = new Set<string>();

  constructor(start: Start, consortium: string, histories: Histories, rights: Rights) {
    this.start = start;
    this.histories = histories;
    this.rights = rights;
    this.findHolders();
    const { gtin, label } = start;
    this.run = label === null ? null : subject("run", gtin, label.run);
    if (this.run !== null) {
      const run = histories.get(this.run) ?? [];
      this.printed = run.find(({ event }) => event.row && event.kind === "labels_printed");
      this.binding = this.bindings()[0];
    }
    this.inRun =
      this.printed !== undefined &&
      label !== null &&
      label.number < integerOf(this.printed.event, "sanchi:count");

    this.add(subject("consortium", consortium));
    this.add(start.subject);
    if (start.type === "lot") this.addLot(start.subject, true);
    if (start.type === "unit") this.startAtUnit();
    if (start.type === "package") this.startAtPackage();

    for (const { event } of this.printed ? [this.printed] : []) {
      if (event.actor !== null) this.packageHolders.add(event.actor);
    }
    for (const unit of this.units) {
      for (const holder of this.holders.get(unit) ?? []) this.packageHolders.add(holder);
    }
    for (const unit of this.units) this.addBoxDays(unit);
    this.addPlaces();
  }

  /** Whether a live event counts in the history of the subject: nobody outside may redden it. */
  isConfirmed(subjectOf: string, { event, recordTime }: Entry): boolean {
    if (event.row === null) return true;
    const type = typeOf(subjectOf);
    const judged =
      type === "lot" || (event.row.custody && (type === "package" || isUnit(subjectOf)));
    if (!judged) return true;
    const { actor, organisation } = event;
    if (actor !== null && this.holdersOf(subjectOf).has(actor)) return true;
    return organisation !== null && this.rights.hasRole(organisation, PRIVILEGED, recordTime);
  }

  confirmed(subjectOf: string): Entry[] {
    return liveOf(this.histories, subjectOf).filter((entry) => this.isConfirmed(subjectOf, entry));
  }

  /** Events that bind the package's number to a lot, in the order of the run's history. */
  bindings(): Entry[] {
    const { label } = this.start;
    if (label === null || this.run === null) return [];
    return liveOf(this.histories, this.run).filter(
      ({ event }) =>
        (event.kind === "labels_bound" && covers(event, BOUND, label.run, label.number)) ||
        (event.kind === "packages_relabelled" &&
          covers(event, RELABELLED, label.run, label.number)),
    );
  }

  /** Events that took the package's number out of use. */
  voidings(): Entry[] {
    const { label } = this.start;
    if (label === null || this.run === null) return [];
    return liveKinds(this.histories, this.run, "labels_voided", "packages_relabelled").filter(
      ({ event }) => covers(event, BOUND, label.run, label.number),
    );
  }

  boundLot(): string | undefined {
    return this.binding && refs(this.binding, "quantityList")[0];
  }

  /** The first event that commissions the lot, corrected or not. */
  commissioning(lot: string): Entry | undefined {
    return this.histories.get(lot)?.find((entry) => commissions(entry, lot));
  }

  /** All confirmed events that commission the lot, corrected or not. */
  commissionings(lot: string): Entry[] {
    return (this.histories.get(lot) ?? []).filter(
      (entry) => commissions(entry, lot) && this.isConfirmed(lot, entry),
    );
  }

  liveCommissioning(lot: string): Entry | undefined {
    return liveOf(this.histories, lot).find((entry) => commissions(entry, lot));
  }

  private holdersOf(subjectOf: string): ReadonlySet<string> {
    switch (typeOf(subjectOf)) {
      case "package":
        return this.packageHolders;
      case "lot": {
        const actor = this.commissioning(subjectOf)?.event.actor;
        return new Set(actor ? [actor] : []);
      }
      default:
        return this.holders.get(subjectOf) ?? new Set();
    }
  }

  /** H(u) of all units: grows until nothing is added, since a parent's holders are its children's too. */
  private findHolders(): void {
    const units = [...this.histories.keys()].filter(isUnit);
    for (const unit of units) {
      const packers = liveKinds(this.histories, unit, ...PACKED)
        .filter((entry) => isParent(entry, unit))
        .flatMap(({ event }) => event.actor ?? []);
      this.holders.set(unit, new Set(packers));
    }
    for (let grown = true; grown; ) {
      grown = false;
      for (const unit of units) {
        const holders = this.holders.get(unit) as Set<string>;
        const before = holders.size;
        for (const entry of liveKinds(this.histories, unit, "shipped", "returned", "packed_unit")) {
          if (!holders.has(entry.event.actor ?? "")) continue;
          const added =
            entry.event.kind === "packed_unit"
              ? refs(entry, "parentID").flatMap((parent) => [...(this.holders.get(parent) ?? [])])
              : refs(entry, "destinationList");
          for (const gln of added) holders.add(gln);
        }
        grown ||= holders.size > before;
      }
    }
  }

  private startAtUnit(): void {
    const unit = this.start.subject;
    this.addUnit(unit);
    for (const entry of liveKinds(this.histories, unit, "packed", "packed_lot")) {
      for (const lot of refs(entry, "childQuantityList")) this.addLot(lot, true);
    }
  }

  private startAtPackage(): void {
    const { gtin, label } = this.start;
    this.add(subject("product", gtin));
    if (label === null || this.run === null) return;
    this.add(this.run);
    const lot = this.boundLot();
    if (lot !== undefined) this.addLot(lot, true);
    for (const entry of liveKinds(this.histories, this.run, "packed")) {
      const ranges = entry.event.payload["sanchi:packages"] as JsonObject[];
      const packed = ranges.some(
        (range) =>
          range["sanchi:gtin"] === gtin &&
          range["sanchi:run"] === label.run &&
          within(label.number, range["sanchi:first"], range["sanchi:last"]),
      );
      if (packed) for (const unit of refs(entry, "parentID")) this.addUnit(unit);
    }
  }

  /** R6: whoever signed and acted in a history of the set. */
  private add(subjectOf: string): boolean {
    if (this.subjects.has(subjectOf)) return false;
    this.subjects.add(subjectOf);
    for (const { event } of this.histories.get(subjectOf) ?? []) {
      if (event.jws.x5c === null) this.add(subject("key", event.jws.kid));
      for (const gln of [event.organisation, event.onBehalfOf]) {
        if (gln !== null) this.add(subject("organisation", gln));
      }
      if (event.kind === "device_enrolled" && subjectOf.startsWith("key/")) {
        for (const organisation of event.refs["sanchi:gln"] ?? []) this.add(organisation);
      }
    }
    return true;
  }

  private addLot(lot: string, main: boolean): void {
    if (this.mainLots.has(lot) || (!main && this.inputLots.has(lot))) return;
    const known = this.inputLots.delete(lot);
    (main ? this.mainLots : this.inputLots).add(lot);
    if (!known) {
      this.add(lot);
      this.add(`product/${lot.split("/")[1]}`);
    }
    for (const entry of this.confirmed(lot)) {
      for (const member of ["inputQuantityList", "sanchi:inputs"]) {
        for (const input of refs(entry, member)) this.addLot(input, false);
      }
      for (const certificate of refs(entry, "sanchi:claims")) this.add(certificate);
      if (main && entry.event.kind === "packed_lot") {
        for (const unit of refs(entry, "parentID")) this.addUnit(unit);
      }
    }
  }

  /** A way that is drawn with a place left out would be a lie. */
  private addPlaces(): void {
    const packages = this.start.type === "package" ? [this.start.subject] : [];
    for (const one of [...this.mainLots, ...this.inputLots, ...this.units, ...packages]) {
      for (const entry of this.confirmed(one)) {
        if (entry.event.row === null) continue;
        for (const place of refs(entry, "readPoint")) this.add(place);
      }
    }
  }

  private addUnit(unit: string): void {
    if (this.units.has(unit)) return;
    this.units.add(unit);
    this.add(unit);
    for (const entry of this.confirmed(unit)) {
      if (entry.event.kind !== "packed_unit" || isParent(entry, unit)) continue;
      for (const parent of refs(entry, "parentID")) this.addUnit(parent);
    }
  }

  private parents(unit: string): string[] {
    return this.confirmed(unit)
      .filter(({ event }) => event.row !== null && event.kind === "packed_unit")
      .flatMap((entry) => refs(entry, "parentID"))
      .filter((parent) => parent !== unit && this.units.has(parent));
  }

  /** The unit, and whatever it was packed in. */
  around(unit: string): Set<string> {
    const around = new Set([unit]);
    // A set grows while it is walked.
    for (const one of around) for (const parent of this.parents(one)) around.add(parent);
    return around;
  }

  /** Units of the set that none of its units was packed into. */
  innerUnits(): string[] {
    const outer = new Set([...this.units].flatMap((unit) => this.parents(unit)));
    return [...this.units].filter((unit) => !outer.has(unit));
  }

  private addBoxDays(unit: string): void {
    const entries = this.confirmed(unit);
    const sold = this.start.type === "package" ? this.confirmed(this.start.subject) : [];
    const last = Math.max(...entries.map(({ event }) => event.eventTime)) + 72 * HOUR;
    for (const loaded of entries) {
      if (loaded.event.kind !== "loaded") continue;
      const [box] = refs(loaded, "parentID") as [string];
      const from = loaded.event.eventTime;
      const ends = entries
        .filter((entry) => entry !== loaded && endsCarriage(entry, box))
        .concat(sold.filter(({ event }) => event.kind === "sold"))
        .map(({ event }) => event.eventTime)
        .filter((time) => time >= from);
      const end = ends.length > 0 ? Math.min(...ends) : last;
      let day = from - (from % DAY);
      for (
        let days = 0;
        days < MAX_BOX_DAYS && day <= Math.min(end, LAST_TIME);
        days++, day += DAY
      ) {
        const boxDay = box + dateOf(day);
        this.boxDays.add(boxDay);
        this.add(boxDay);
      }
      this.carriages.push({ unit, box, from, to: Math.min(end, day) });
    }
  }
}

function endsCarriage(entry: Entry, box: string): boolean {
  const { kind } = entry.event;
  if (kind === "unloaded") return refs(entry, "parentID").includes(box);
  return ["unpacked", "received", "loaded", ...PACKED].includes(kind);
}
