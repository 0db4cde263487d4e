import type { When } from "@shared/draft.ts";
import { Fragment } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Entry } from "../device/store.ts";
import { again, drop, goWithout, takeBack, undo } from "../queue/queue.ts";
import { mayBeTakenBack } from "../steps/draft.ts";
import { saying } from "../steps/saying.ts";
import { countLeft, sayTaken } from "../steps/taken.ts";
import { fill, wordFor } from "../words/words.ts";
import { partyName } from "./known.ts";
import { SheetHead } from "./sheet-head.tsx";
import { askedBack, language, list, notice, words } from "./state.ts";
import { sayWhen } from "./when.tsx";

/** What was logged on this phone, and what became of it. */
export function Records() {
  const { ui } = words.value;
  const asked = list.value.find(({ id }) => id === askedBack.value && id !== undefined) ?? null;
  const setAsked = (entry: Entry | null) => {
    askedBack.value = entry?.id ?? null;
  };
  const question = useRef<HTMLDivElement>(null);
  // The question is at the top of a long list: who asked it is taken there
  useEffect(() => {
    if (asked !== null) question.current?.focus();
  }, [askedBack.value]);
  useEffect(() => () => setAsked(null), []);
  return (
    <section class="page">
      <SheetHead title={ui.records} />
      {asked !== null && (
        <div
          ref={question}
          class="ask"
          role="alertdialog"
          aria-label={ui.takeBack}
          tabIndex={-1}
          onKeyDown={(event) => {
            if (event.key === "Escape") setAsked(null);
          }}
        >
          <p>{fill(ui.takeBackAsk, { what: nameOfEntry(asked) })}</p>
          <button
            type="button"
            class="step bad"
            onClick={() => {
              void takeBack(asked.id as number, Date.now());
              setAsked(null);
            }}
          >
            {ui.takeBackYes}
          </button>
          <button type="button" class="step other" onClick={() => setAsked(null)}>
            {ui.cancel}
          </button>
        </div>
      )}
      {list.value.length === 0 && <p class="sub">{ui.nothingYet}</p>}
      {[...daysOf(list.value)].map(([day, entries]) => (
        <Fragment key={day}>
          <h2>{day}</h2>
          <ol class="records">
            {entries.map((entry) => (
              <li key={entry.id} data-state={entry.state}>
                <Record entry={entry} ask={() => setAsked(entry)} />
              </li>
            ))}
          </ol>
        </Fragment>
      ))}
    </section>
  );
}

/** By the day on which it was tapped, in the order of the list. */
function daysOf(entries: Entry[]): Map<string, Entry[]> {
  const { ui } = words.value;
  const days = new Map<string, Entry[]>();
  const dayOf = (time: Date) =>
    time.toLocaleDateString(language.value === "en" ? "en-GB" : "ja-JP", {
      month: "long",
      day: "numeric",
      weekday: "short",
    });
  const now = new Date();
  const before = new Date(now);
  before.setDate(now.getDate() - 1);
  const [today, yesterday] = [dayOf(now), dayOf(before)];
  for (const entry of entries) {
    const date = dayOf(new Date(entry.at));
    const day = date === today ? ui.today : date === yesterday ? ui.yesterday : date;
    const own = days.get(day);
    if (own === undefined) days.set(day, [entry]);
    else own.push(entry);
  }
  return days;
}

const nameOfEntry = (entry: Entry): string => {
  const { steps, ui } = words.value;
  return `${entry.landed ? ui.landed : wordFor(steps, entry.kind)} ${entry.title}`;
};

/** When it is said to have happened, if it was logged for another time. */
function lateOf({ payload, takesBack }: Entry): When | null {
  const told = String(payload["eventTime"]);
  if (told === payload["sanchi:loggedAt"] || takesBack !== null) return null;
  if (payload["sanchi:precision"] === "minute") return { at: Date.parse(told) };
  // Noon of its day, there where it was logged
  const offset = String(payload["eventTimeZoneOffset"]);
  const local = Date.parse(told) - Date.parse(`1970-01-01T00:00:00${offset}`);
  return { day: new Date(local).toISOString().slice(0, 10) };
}

/** What is refused for these stays refused, however often it is sent. */
const FINAL_REASONS = [
  "event_malformed",
  "key_revoked",
  "already_commissioned",
  "label_overlap",
  "unit_exists",
  "already_corrected",
];

const MARKS = { held: "…", signed: "…", sent: "✓", committed: "✓✓", refused: "✕" };

function Record({ entry, ask }: { entry: Entry; ask: () => void }) {
  const { ui, reasons } = words.value;
  const state = entry.state === "refused" ? ui.refusedState : ui[entry.state];
  const time = (at: number) =>
    new Date(at).toLocaleTimeString(language.value === "en" ? "en-GB" : "ja-JP", {
      hour: "2-digit",
      minute: "2-digit",
    });
  const why = entry.reason === null ? null : (wordFor(reasons, entry.reason) ?? entry.reason);
  const sentence =
    entry.reason === "receipt_wrong"
      ? ui.receipt_wrong
      : why === entry.reason
        ? (entry.detail ?? why)
        : why;
  const id = entry.id as number;
  const final = entry.reason !== null && FINAL_REASONS.includes(entry.reason);
  const taken = entry.state === "refused" ? (entry.taken ?? []) : [];
  const left = taken.length === 0 ? 0 : countLeft(entry.payload, taken);
  const said = saying(
    { ...entry.payload, eventTime: entry.payload["sanchi:loggedAt"] ?? "" },
    words.value,
    language.value,
    partyName,
  );
  const [dropping, setDropping] = useState(false);
  const late = lateOf(entry);
  const open = entry.takenBackBy === null && entry.takesBack === null;
  return (
    <>
      <p class="record">
        <strong>
          {entry.takesBack !== null
            ? fill(ui.takenBackOf, { what: nameOfEntry(entry) })
            : nameOfEntry(entry)}
        </strong>
        {said.length > 0 && <span>{said.join("・")}</span>}
        <span>
          {time(entry.at)} <b aria-hidden="true">{MARKS[entry.state]}</b> {state}
        </span>
        {late !== null && <small>{fill(ui.loggedFor, { when: sayWhen(late) })}</small>}
        {entry.state === "sent" && entry.commitBy !== null && (
          <small>{fill(ui.receipt, { time: time(entry.commitBy) })}</small>
        )}
        {taken.length > 0
          ? sayTaken(taken, words.value).map((one) => (
              <span class="why" key={one}>
                {one}
              </span>
            ))
          : sentence !== null && <span class="why">{sentence}</span>}
        {entry.state === "refused" && left === 0 && (
          <small>{final ? ui.refusedFinal : ui.refusedHelp}</small>
        )}
        {entry.takenBackBy !== null && <span class="why">{ui.takenBack}</span>}
      </p>
      {entry.state === "held" && (
        <button type="button" class="small" onClick={() => void undo(id)}>
          {entry.takesBack !== null ? ui.keepIt : ui.undo}
        </button>
      )}
      {open && ["signed", "sent", "committed"].includes(entry.state) && (
        <button
          type="button"
          class="small"
          onClick={() => {
            if (mayBeTakenBack(entry.payload)) ask();
            else notice.value = { text: ui.cannotTakeBack, bad: true };
          }}
        >
          {ui.takeBack}
        </button>
      )}
      {entry.state === "refused" && (
        <div class="pair">
          {left > 0 && (
            <button type="button" class="small" onClick={() => void goWithout(id, Date.now())}>
              {fill(ui.withoutThem, { count: left })}
            </button>
          )}
          {!final && (
            <button type="button" class="small" onClick={() => void again(id, Date.now())}>
              {entry.reason === "future_event" ? ui.againNow : ui.again}
            </button>
          )}
          {!dropping && (
            <button type="button" class="small" onClick={() => setDropping(true)}>
              {ui.drop}
            </button>
          )}
        </div>
      )}
      {entry.state === "refused" && dropping && (
        <div class="ask" role="alertdialog" aria-label={ui.drop}>
          <p>{ui.dropAsk}</p>
          <button type="button" class="small bad" onClick={() => void drop(id)}>
            {ui.dropYes}
          </button>
          <button type="button" class="small" onClick={() => setDropping(false)}>
            {ui.cancel}
          </button>
        </div>
      )}
    </>
  );
}
