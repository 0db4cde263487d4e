import { textOf } from "../shared/event.ts";
import { byTime, completeUpTo } from "../shared/findings.ts";
import { type Entry, liveKinds } from "../shared/histories.ts";
import { h, type Tag } from "../shared/html.ts";
import { MINUTE } from "../shared/time.ts";
import type { Evidence } from "../shared/verify.ts";
import { fill, type Language, type Words } from "../shared/words.ts";
import { degreesBetween, type Stop, stopAt } from "./route.ts";
import { organisationName, placeName, termOf, whenOf } from "./telling.ts";
import { section, sign } from "./view.ts";

/*
 * Whether one package was in two places between which nobody can have carried it, before it was
 * sold. That accuses nobody: a code may have been copied, or a time or a place written wrongly.
 * What somebody says of a copy whom the package was not sent to stands here calmly: it may help who
 * bought it there, and must not let a rival redden a page.
 */

const KILOMETRES = (6371 * Math.PI) / 180;
/** Of an airliner, from door to door. */
const KILOMETRES_A_MINUTE = 1000 / 60;
/** How far from its described position a place may really be. */
const ROUGHLY = 50;
/** Of each time, as in the wire format. */
const GIVE_OR_TAKE = 10;

interface Copy {
  earlier: Entry;
  later: Entry;
  from: Stop;
  to: Stop;
  kilometres: number;
  minutes: number;
}

function copyOf(evidence: Evidence, language: Language, words: Words): Copy | null {
  const { closure } = evidence;
  if (closure.start.type !== "package") return null;
  const own = closure.confirmed(closure.start.subject);
  // What happens to a case without the package is nothing to it
  const opened = [...closure.units]
    .flatMap((unit) => closure.confirmed(unit))
    .filter(({ event }) => event.row !== null && event.kind === "unpacked")
    .map(({ event }) => event.eventTime);
  const inside = Math.min(...opened, ...own.map(({ event }) => event.eventTime));
  const entries = new Map<string, Entry>(
    [...closure.units]
      .flatMap((unit) => closure.confirmed(unit))
      .filter(({ event }) => event.eventTime <= inside)
      .concat(own)
      .map((entry) => [entry.event.id, entry]),
  );
  let before: { entry: Entry; stop: Stop } | null = null;
  for (const entry of [...entries.values()].sort(byTime)) {
    const { event } = entry;
    const [place] = (event.row?.custody && !event.dayPrecision && event.refs["readPoint"]) || [];
    const stop = place === undefined ? null : stopAt(evidence, place, language, words);
    if (stop === null) continue;
    if (before !== null) {
      const kilometres = degreesBetween(before.stop, stop) * KILOMETRES;
      const minutes = (event.eventTime - before.entry.event.eventTime) / MINUTE;
      if (kilometres - ROUGHLY > (minutes + 2 * GIVE_OR_TAKE) * KILOMETRES_A_MINUTE) {
        return {
          earlier: before.entry,
          later: entry,
          from: before.stop,
          to: stop,
          kilometres,
          minutes,
        };
      }
    }
    before = { entry, stop };
    // Who bought it may take it anywhere
    if (event.kind === "sold") break;
  }
  return null;
}

/** Notices of a copied code, of those who had the package or of others, and what they say. */
function noticesOf(
  { closure }: Evidence,
  confirmed: boolean,
): { event: Entry["event"]; reason: string }[] {
  const { subject } = closure.start;
  return liveKinds(closure.histories, subject, "clone_noticed")
    .filter((entry) => closure.isConfirmed(subject, entry) === confirmed)
    .map(({ event }) => ({ event, reason: textOf(event, "sanchi:reason") }));
}

/** With the reason, and with what those who had the package say of it. */
export function copiesView(evidence: Evidence, language: Language, words: Words): Tag | null {
  const { ui } = words;
  const copy = copyOf(evidence, language, words);
  const told = (sentence: string, confirmed: boolean): string[] =>
    noticesOf(evidence, confirmed).map(({ event, reason }) =>
      fill(sentence, {
        who: organisationName(evidence, event.actor ?? "", language),
        when: whenOf(words, event),
        reason: termOf(evidence, event.actor, reason, language) ?? reason,
      }),
    );
  if (copy === null) {
    const said = told(ui.copiesSaid, false);
    if (said.length === 0) return null;
    const sale = evidence.closure
      .confirmed(evidence.closure.start.subject)
      .find(({ event }) => event.row !== null && event.kind === "sold")?.event;
    const [at] = sale?.refs["readPoint"] ?? [];
    const seller = sale?.actor ?? completeUpTo(evidence.closure);
    const name = organisationName(evidence, seller ?? "", language);
    const place = (at && placeName(evidence, at, language, words)) ?? name;
    // A question that accuses nobody, and that whoever is concerned can answer
    return section("copies", "tone-amber", {}, [
      h("h2", {}, sign("amber"), fill(ui.copiesSaidTitle, { name })),
      h("p", {}, h("strong", {}, ui.copiesSaidHelp)),
      sale !== undefined && h("p", {}, fill(ui.copiesSold, { when: whenOf(words, sale), place })),
      ...said.map((sentence) => h("p", {}, sentence)),
      h("p", {}, ui.copiesSaidNote),
    ]);
  }
  const answers = told(ui.copiesAnswer, true);
  return section("copies", "tone-amber", {}, [
    h("h2", {}, sign("amber"), ui.copiesTitle),
    h(
      "p",
      {},
      fill(ui.copiesText, {
        from: copy.from.name,
        left: whenOf(words, copy.earlier.event),
        to: copy.to.name,
        came: whenOf(words, copy.later.event),
        kilometres: Math.round(copy.kilometres),
        minutes: Math.round(copy.minutes),
      }),
    ),
    h("p", {}, ui.copiesWhy),
    ...(answers.length > 0 ? answers : [ui.copiesNoAnswer]).map((said) => h("p", {}, said)),
  ]);
}
