import { type Closure, PACKED } from "./closure.ts";
import { exceeds, type Way } from "./cold-chain.ts";
import { type TraceEvent, textOf } from "./event.ts";
import { type Entry, liveKinds, liveOf } from "./histories.ts";
import { windowsIn } from "./readings.ts";
import { subject } from "./subject.ts";
import { compareText } from "./text-order.ts";
import { DAY, dateOf, HOUR, MINUTE, readTime } from "./time.ts";

export type Severity = "red" | "amber" | "neutral";
export type Audience = "shopper" | "concerned";

export interface Finding {
  audience: Audience;
  code: string;
  /** Event id. */
  event: string | null;
  severity: Severity;
  subject: string;
}

const MOVEMENTS = [...PACKED, "loaded", "shipped", "sold"];
const STATUSES = [
  "certificate_granted",
  "certificate_suspended",
  "certificate_revoked",
  "certificate_renewed",
];
const RED_IF_CORRECTED_LATE = ["lot_commissioned", "transformed", "harvested", "cooled", "graded"];

const FIRST_DAY = Date.UTC(2000, 0, 1);
const LAST_DAY = Date.UTC(2099, 11, 31);

/** The start of the event's local date, as if that were UTC. */
function localDay({ eventTime, offset }: TraceEvent): number {
  const local = eventTime + offset * MINUTE;
  return Math.min(Math.max(local - (local % DAY), FIRST_DAY), LAST_DAY);
}

export const localDate = (event: TraceEvent): string => dateOf(localDay(event));

/** When the event may have happened, both ends included. */
function interval({ event, recordTime }: Entry): { start: number; end: number } {
  const { eventTime, offset, dayPrecision } = event;
  let start = eventTime - 10 * MINUTE;
  let end = eventTime + 10 * MINUTE;
  if (dayPrecision) {
    start = localDay(event) - offset * MINUTE;
    end = start + DAY - 1;
  }
  return { start: Math.min(start, recordTime), end: Math.min(end, recordTime) };
}

const isBefore = (a: Entry, b: Entry): boolean => interval(a).end < interval(b).start;

/** The order of (eventTime, recordTime, id). */
export function byTime(a: Entry, b: Entry): number {
  return (
    a.event.eventTime - b.event.eventTime ||
    a.recordTime - b.recordTime ||
    compareText(a.event.id, b.event.id)
  );
}

/** All findings of the closure, in their order: section 7. */
export function findingsOf(closure: Closure, labelHash: string | null, ways: Way[]): Finding[] {
  const finder = new Finder(closure);
  if (closure.start.type === "package") finder.label(labelHash);
  for (const lot of [...closure.mainLots, ...closure.inputLots]) finder.lot(lot);
  for (const lot of closure.mainLots) finder.mainLot(lot);
  for (const unit of closure.units) finder.unit(unit);
  if (closure.start.type === "package") finder.soldPackage(closure.start.subject);
  for (const told of finder.told) finder.everywhere(told);
  for (const unconfirmed of finder.judged) finder.unconfirmed(unconfirmed);
  finder.carriage();
  for (const way of ways) finder.measured(way);
  return finder.sorted();
}

class Finder {
  private readonly found = new Map<string, Finding>();
  private readonly closure: Closure;
  /** The package, the units and the main lots. */
  readonly judged: string[];
  /** Those and the run, if the label is one of it. */
  readonly told: string[];

  constructor(closure: Closure) {
    this.closure = closure;
    const { start, units, mainLots, run, inRun } = closure;
    this.judged = [...units, ...mainLots];
    if (start.type === "package") this.judged.push(start.subject);
    this.told = run !== null && inRun ? [...this.judged, run] : this.judged;
  }

  sorted(): Finding[] {
    return [...this.found.values()].sort(
      (a, b) =>
        compareText(a.code, b.code) ||
        compareText(a.subject, b.subject) ||
        compareText(a.event ?? "", b.event ?? ""),
    );
  }

  private add(
    severity: Severity,
    audience: Audience,
    code: string,
    of: string,
    entry: Entry | null,
  ): void {
    const event = entry === null ? null : entry.event.id;
    this.found.set(`${code} ${of} ${event}`, { audience, code, event, severity, subject: of });
  }

  private live(of: string, ...kinds: string[]): Entry[] {
    return liveKinds(this.closure.histories, of, ...kinds);
  }

  private confirmed(of: string, ...kinds: string[]): Entry[] {
    return this.closure
      .confirmed(of)
      .filter(({ event }) => event.row !== null && kinds.includes(event.kind));
  }

  measured(way: Way): void {
    const { unit, carried, measured, missing } = way;
    if (exceeds(way, "temperature")) {
      this.add("red", "shopper", "temperature_exceeded", unit, null);
    }
    if (exceeds(way, "humidity")) this.add("amber", "shopper", "humidity_exceeded", unit, null);
    // Where readings are missing, nobody knows that
    if (missing === 0 && carried - measured >= MINUTE) {
      this.add("neutral", "shopper", "not_measured", unit, null);
    }
  }

  label(proved: string | null): void {
    const { closure } = this;
    const { start, run } = closure;
    const other = proved !== null && subject("package", proved) !== start.subject;
    if (!closure.inRun || other) {
      this.add("red", "shopper", "label_unknown", start.subject, null);
    }
    if (run === null || !closure.inRun) return;
    if (closure.binding === undefined) {
      this.add("amber", "shopper", "label_not_activated", run, null);
    }
    for (const entry of closure.voidings()) this.add("red", "shopper", "label_voided", run, entry);
    const bound = closure.boundLot();
    if (bound !== undefined && start.lot !== null && start.lot !== bound) {
      this.add("red", "shopper", "lot_mismatch", bound, null);
    }
  }

  /** Rows about main and input lots. */
  lot(lot: string): void {
    const { closure } = this;
    const main = closure.mainLots.has(lot);
    if (closure.liveCommissioning(lot) === undefined) {
      this.add(main ? "red" : "amber", "shopper", "never_commissioned", lot, null);
    }
    const first = closure.commissioning(lot);
    if (first !== undefined && first !== closure.histories.get(lot)?.[0]) {
      this.add("neutral", "concerned", "explained_late", lot, first);
    }
    const live = this.live(lot, "recalled", "recall_ended");
    live.forEach((entry, i) => {
      if (entry.event.kind === "recall_ended") {
        this.add("neutral", "shopper", "recall_ended", lot, entry);
      } else if (!live.slice(i).some(({ event }) => event.kind === "recall_ended")) {
        this.add("red", "shopper", main ? "recalled" : "input_recalled", lot, entry);
      }
    });
    for (const entry of closure.confirmed(lot)) {
      for (const certificate of entry.event.refs["sanchi:claims"] ?? []) {
        this.claim(certificate, entry, main);
      }
    }
  }

  private claim(certificate: string, claim: Entry, main: boolean): void {
    const tell = (severity: Severity, code: string, entry: Entry) =>
      main
        ? this.add(severity, "shopper", code, certificate, entry)
        : this.add("amber", "shopper", "input_certificate", certificate, entry);
    // Decisions about certificates are never corrected.
    const statuses = (this.closure.histories.get(certificate) ?? []).filter(
      ({ event }) => event.row !== null && STATUSES.includes(event.kind),
    );
    const granted = statuses.find(({ event }) => event.kind === "certificate_granted");
    if (granted === undefined) tell("red", "certificate_not_granted", claim);
    const last = statuses.at(-1);
    if (last?.event.kind === "certificate_revoked") tell("red", "certificate_revoked", last);
    if (last?.event.kind === "certificate_suspended") tell("amber", "certificate_suspended", last);
    if (granted === undefined) return;
    const until = statuses.filter(({ event }) => "sanchi:validTo" in event.payload).at(-1) as Entry;
    const date = localDate(claim.event);
    const valid =
      date >= textOf(granted.event, "sanchi:validFrom") &&
      date <= textOf(until.event, "sanchi:validTo");
    if (!valid) tell("red", "certificate_not_valid_then", claim);
    if (textOf(granted.event, "sanchi:holder") !== claim.event.actor) {
      tell("red", "certificate_of_another", claim);
    }
  }

  mainLot(lot: string): void {
    const commissioner = this.closure.commissioning(lot)?.event.actor ?? null;
    const inspections = this.live(lot, "lot_inspected");
    inspections.forEach((entry, i) => {
      const { event } = entry;
      const supplemented = inspections
        .slice(i + 1)
        .some((later) => textOf(later.event, "sanchi:supplements") === event.id);
      if (event.payload["disposition"] === "non_conformant" && !supplemented) {
        this.add("red", "shopper", "inspection_refused", lot, entry);
      }
      if (commissioner !== null && event.organisation === commissioner) {
        this.add("amber", "shopper", "own_lot_inspected", lot, entry);
      }
    });
    for (const treatment of this.confirmed(lot, "treatment")) {
      const end = textOf(treatment.event, "sanchi:withdrawalEnd");
      for (const harvest of this.live(lot, "harvested")) {
        if (end > localDate(harvest.event) && !isBefore(harvest, treatment)) {
          this.add("red", "shopper", "withdrawal_not_kept", lot, harvest);
        }
      }
    }
    const live = this.live(lot, "recalled", "recall_ended");
    live.forEach((recall, i) => {
      if (recall.event.kind !== "recalled") return;
      const end = live.slice(i).find(({ event }) => event.kind === "recall_ended");
      const until = end?.recordTime ?? Number.POSITIVE_INFINITY;
      this.movedUnderRecall(recall.recordTime, until);
    });
  }

  private movedUnderRecall(from: number, until: number): void {
    const { start, units } = this.closure;
    const moved = start.type === "package" ? [...units, start.subject] : units;
    for (const of of moved) {
      for (const entry of this.confirmed(of, ...MOVEMENTS)) {
        if (entry.recordTime >= from && entry.recordTime < until) {
          this.add("red", "shopper", "moved_under_recall", of, entry);
        }
      }
    }
  }

  unit(unit: string): void {
    const arrivals = this.live(unit, "received", "unpacked");
    for (const shipped of this.confirmed(unit, "shipped")) {
      const destinations = shipped.event.refs["destinationList"] ?? [];
      if (!arrivals.some(({ event }) => destinations.includes(event.actor ?? ""))) {
        this.add("neutral", "concerned", "record_awaited", unit, shipped);
      }
    }
    const placed = this.closure
      .confirmed(unit)
      .filter(({ event }) => event.row?.custody && !event.dayPrecision && event.refs["readPoint"])
      .sort(byTime);
    placed.forEach((later, i) => {
      const meets = placed
        .slice(0, i)
        .some(
          (earlier) =>
            earlier.event.refs["readPoint"]?.[0] !== later.event.refs["readPoint"]?.[0] &&
            !isBefore(earlier, later) &&
            !isBefore(later, earlier),
        );
      if (meets) this.add("amber", "concerned", "two_places_at_once", unit, later);
    });
  }

  soldPackage(of: string): void {
    let sold = false;
    for (const entry of this.confirmed(of, "sold", "package_returned")) {
      const again = entry.event.kind === "sold";
      if (sold && again) this.add("amber", "shopper", "sold_twice", of, entry);
      sold = again;
    }
  }

  /** Rows about all events of main lots, runs, packages and units. */
  everywhere(of: string): void {
    const { histories } = this.closure;
    for (const entry of liveOf(histories, of)) {
      const { event, recordTime } = entry;
      if (event.row === null) continue;
      if (recordTime - event.eventTime > 72 * HOUR) {
        this.add("neutral", "concerned", "late_entry", of, entry);
      }
      if (event.loggedAt > recordTime + 10 * MINUTE) {
        this.add("neutral", "concerned", "clock_difference", of, entry);
      }
      const revocations = this.live(subject("key", event.jws.kid), "device_revoked");
      const suspect = revocations.some(
        (revoked) =>
          "sanchi:suspectSince" in revoked.event.payload &&
          readTime(textOf(revoked.event, "sanchi:suspectSince")) <= recordTime,
      );
      if (suspect) this.add("amber", "shopper", "key_suspect", of, entry);
    }
    this.corrections(of);
  }

  private corrections(of: string): void {
    const { histories, mainLots, units } = this.closure;
    const entries = histories.get(of) ?? [];
    const shipped = [...units].flatMap((unit) => this.live(unit, "shipped"));
    const firstShipped = Math.min(...shipped.map(({ recordTime }) => recordTime));
    const told = new Set<string | null>([null]);
    for (const { event: declaration, recordTime } of entries) {
      if (declaration.row === null || told.has(declaration.corrects)) continue;
      // Of several declarations the first counts: the ledger refuses the others
      told.add(declaration.corrects);
      const corrected = entries.find(({ event }) => event.id === declaration.corrects);
      if (corrected === undefined || corrected.event.row === null) continue;
      const late =
        mainLots.has(of) &&
        RED_IF_CORRECTED_LATE.includes(corrected.event.kind) &&
        recordTime >= firstShipped;
      if (late) this.add("red", "shopper", "corrected_after_shipping", of, corrected);
      else this.add("neutral", "shopper", "corrected", of, corrected);
    }
  }

  unconfirmed(of: string): void {
    for (const entry of liveOf(this.closure.histories, of)) {
      if (this.closure.isConfirmed(of, entry)) continue;
      const { kind } = entry.event;
      const nonHolder = (kind === "shipped" || kind === "returned") && this.closure.units.has(of);
      if (nonHolder) this.add("amber", "concerned", "shipped_by_non_holder", of, entry);
      else this.add("neutral", "concerned", "unconfirmed", of, entry);
    }
  }

  carriage(): void {
    const { start, units, boxDays } = this.closure;
    if (start.type !== "unit" && units.size === 0) {
      this.add("neutral", "shopper", "carriage_not_known", start.subject, null);
    }
    for (const boxDay of boxDays) {
      if (windowsIn(this.closure.histories, boxDay).length === 0) {
        this.add("neutral", "shopper", "readings_awaited", boxDay, null);
      }
    }
  }
}

/** Up to whom custody is known: the GLN of the last confirmed holder. */
export function completeUpTo(closure: Closure): string | null {
  const { start, units, mainLots } = closure;
  const subjects = start.type === "package" ? [start.subject, ...units] : [...units];
  const last = subjects
    .flatMap((of) => closure.confirmed(of))
    .filter(({ event }) => event.row?.custody)
    .sort(byTime)
    .at(-1);
  if (last !== undefined) return last.event.actor;
  const [lot] = [...mainLots].sort(compareText);
  return (lot && closure.commissioning(lot)?.event.actor) ?? null;
}
