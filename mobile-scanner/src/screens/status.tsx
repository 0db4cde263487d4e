import { useEffect, useState } from "preact/hooks";
import { fill, nameOf } from "../words/words.ts";
import {
  active,
  cleared,
  clock,
  enrolments,
  language,
  openRecords,
  place,
  placeName,
  saved,
  screen,
  status,
  takeUndo,
  whom,
  words,
} from "./state.ts";

const MINUTE = 60_000;
/** Clocks differ a little; from here on somebody should know. */
const CLOCK_MS = 5 * MINUTE;

export function ageOf(ms: number): string {
  const { ui } = words.value;
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 60) return fill(ui.minutes, { n: minutes });
  if (minutes < 48 * 60) return fill(ui.hours, { n: Math.round(minutes / 60) });
  return fill(ui.days, { n: Math.round(minutes / 1440) });
}

/** Always there: signal, what is unsent, and how old it is. */
export function Bar() {
  const { ui } = words.value;
  const { online, unsent, held, oldest, refused } = status.value;
  const difference = clock.value;
  return (
    <div role="status" class="status">
      <p class="bar" data-waiting={unsent > held || !online}>
        <span>
          <i aria-hidden="true">{online ? "●" : "○"}</i> {online ? ui.online : ui.offline}
        </span>
        {(active.value !== null || unsent > 0) && (
          <span>
            {unsent > 0
              ? fill(ui.unsent, { count: unsent })
              : refused > 0
                ? fill(ui.notTaken, { count: refused })
                : ui.allSent}
            {oldest !== null && Date.now() - oldest > MINUTE && (
              <small> {fill(ui.oldest, { age: ageOf(Date.now() - oldest) })}</small>
            )}
          </span>
        )}
      </p>
      {refused > 0 && screen.value !== "records" && (
        <button type="button" class="clock refused" onClick={() => void openRecords()}>
          <b aria-hidden="true">✕</b> {fill(ui.refusedCount, { count: refused })}
        </button>
      )}
      {difference !== null && Math.abs(difference) > CLOCK_MS && (
        <p class="clock">
          {fill(difference < 0 ? ui.clockFast : ui.clockSlow, { age: ageOf(Math.abs(difference)) })}
        </p>
      )}
      {cleared.value !== null && (
        <p class="clock">
          {cleared.value === "restored" ? ui.restored : fill(ui.memoryLost, { count: unsent })}
        </p>
      )}
      {active.value?.state === "revoked" && <p class="clock">{ui.revoked}</p>}
    </div>
  );
}

/** As whom, and where. */
export function Chips() {
  const { ui } = words.value;
  const enrolment = active.value;
  if (enrolment === null) return null;
  const represented = enrolment.handbook?.represents.find(
    ({ gln }) => gln === whom.value?.onBehalfOf,
  );
  const own = nameOf(enrolment.organisation.name, language.value, enrolment.organisation.gln);
  const several =
    enrolments.value.some(({ kid, state }) => state === "enrolled" && kid !== enrolment.kid) ||
    (enrolment.handbook?.represents.length ?? 0) > 0;
  const name = represented
    ? `${own} ${fill(ui.onBehalf, { name: nameOf(represented.name, language.value, represented.gln) })}`
    : own;
  return (
    <div class="chips" data-plain={!several}>
      {several ? (
        <button
          type="button"
          class="chip"
          onClick={() => {
            screen.value = "whom";
          }}
        >
          <small>{ui.asWhom}</small>
          {name}
        </button>
      ) : (
        <span class="chip">{name}</span>
      )}
      {place.value !== null && (
        <span class="chip">
          <small>{ui.here}</small> {placeName(place.value)}
        </span>
      )}
    </div>
  );
}

/** What was saved last, with the way back: for some seconds without a trace, later by a record of its own. */
export function Saved() {
  const { ui } = words.value;
  const last = saved.value;
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (last === null) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [last]);
  if (last === null) return null;
  const seconds = Math.max(0, Math.ceil((last.until - now) / 1000));
  // Then it would stand in the way
  if (seconds === 0 && screen.value !== null) return null;
  return (
    <div class="saved" role="status">
      <p>
        <strong>✓ {ui.saved}</strong>
        <span>{last.text}</span>
      </p>
      {(seconds > 0 || last.corrigible) && (
        <button type="button" onClick={() => void takeUndo()}>
          {ui.undo}
          {seconds > 0 && <span aria-hidden="true">（{seconds}）</span>}
        </button>
      )}
    </div>
  );
}
