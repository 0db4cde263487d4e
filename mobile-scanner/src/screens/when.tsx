import type { When } from "@shared/draft.ts";
import { useState } from "preact/hooks";
import { SheetHead } from "./sheet-head.tsx";
import { language, screen, when, words } from "./state.ts";

const locale = () => (language.value === "en" ? "en-GB" : "ja-JP");
const two = (number: number) => String(number).padStart(2, "0");

/** The phone's own date, `YYYY-MM-DD`. */
const dateOf = (time: Date): string =>
  `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;

function yesterday(): string {
  const time = new Date();
  time.setDate(time.getDate() - 1);
  return dateOf(time);
}

/** As a person says it; a day's hour is never made up. */
export function sayWhen(told: When | null): string {
  const { ui } = words.value;
  if (told === null) return ui.now;
  if ("day" in told) {
    const day = new Date(`${told.day}T12:00:00`);
    return day.toLocaleDateString(locale(), { year: "numeric", month: "short", day: "numeric" });
  }
  return new Date(told.at).toLocaleString(locale(), {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
}

/** Late entries: what was done yesterday, or at an hour when nobody had a hand free. */
export function WhenScreen() {
  const { ui } = words.value;
  const [other, setOther] = useState(false);
  const [day, setDay] = useState(dateOf(new Date()));
  const [time, setTime] = useState("");
  const [wrong, setWrong] = useState(false);
  const choose = (chosen: When | null) => {
    when.value = chosen;
    screen.value = null;
  };
  const take = () => {
    const future =
      time === "" ? day > dateOf(new Date()) : Date.parse(`${day}T${time}`) > Date.now();
    setWrong(future);
    if (!future) choose(time === "" ? { day } : { at: Date.parse(`${day}T${time}`) });
  };
  return (
    <section class="page" data-screen="when">
      <SheetHead title={ui.whenAsk} />
      {!other && (
        <div class="steps one">
          <button type="button" class="step" onClick={() => choose(null)}>
            {ui.now}
          </button>
          <button type="button" class="step" onClick={() => choose({ day: yesterday() })}>
            {ui.yesterday}
          </button>
          <button type="button" class="step other" onClick={() => setOther(true)}>
            {ui.otherTime}
          </button>
        </div>
      )}
      {other && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            take();
          }}
        >
          <label class="asked">
            {ui.day}
            <input type="date" value={day} onInput={(event) => setDay(event.currentTarget.value)} />
          </label>
          <label class="asked">
            {ui.time}
            <input
              type="time"
              value={time}
              aria-describedby="time-help"
              onInput={(event) => setTime(event.currentTarget.value)}
            />
          </label>
          <p class="sub" id="time-help">
            {ui.timeHelp}
          </p>
          {wrong && (
            <p class="alarm" role="alert">
              <b aria-hidden="true">✕</b> {ui.future}
            </p>
          )}
          <button type="submit" class="step" disabled={day === ""}>
            {ui.ok}
          </button>
        </form>
      )}
    </section>
  );
}
