import { useState } from "preact/hooks";
import { FINAL } from "../steps/steps.ts";
import { fill, nameOf, wordFor } from "../words/words.ts";
import {
  begin,
  clear,
  details,
  language,
  pondering,
  screen,
  status,
  steps,
  suggested,
  things,
  titleOf,
  unusual,
  warning,
  when,
  words,
} from "./state.ts";
import { sayWhen } from "./when.tsx";

/** What was read, and what can be logged with it. */
export function Found() {
  const { ui, steps: names } = words.value;
  const [open, setOpen] = useState<"suggested" | "usual" | "all">("suggested");
  const read = things.value;
  const shown = [
    ...(open === "suggested" ? steps.value.slice(0, suggested.value) : steps.value),
    ...(open === "all" ? unusual.value : []),
  ];
  const more = shown.length < steps.value.length ? "usual" : open === "all" ? null : "all";
  const alarm = warning.value;
  return (
    <section class="sheet" aria-live="polite">
      <div class="sheet-head">
        <div>
          <h1>
            {read.length === 1
              ? titleOf(read[0] as (typeof read)[0])
              : fill(ui.readMany, { count: read.length })}
          </h1>
          <p class="sub">
            {read.length === 1
              ? about(read[0]?.id ?? "")
              : read.map(titleOf).slice(0, 3).join(", ")}
          </p>
        </div>
        <button type="button" class="small" onClick={clear}>
          {ui.clear}
        </button>
      </div>
      {alarm !== null && (
        <p class="alarm" role="alert">
          <b aria-hidden="true">✕</b> {alarm}
        </p>
      )}
      {!pondering.value && steps.value.length + unusual.value.length === 0 && (
        <p class="sub">{ui.noStep}</p>
      )}
      {steps.value.length + unusual.value.length > 0 && (
        <button
          type="button"
          class="small when"
          data-late={when.value !== null}
          onClick={() => {
            screen.value = "when";
          }}
        >
          <small>{ui.when}</small> {sayWhen(when.value)}
        </button>
      )}
      <div class="steps" aria-busy={pondering.value}>
        {pondering.value && <span class="step other">…</span>}
        {!pondering.value &&
          shown.map((step) => (
            <button
              key={step.id}
              type="button"
              class={FINAL.includes(step.kind) ? "step final" : "step"}
              onClick={() => void begin(step)}
            >
              {wordFor(names, step.id)}
            </button>
          ))}
        {!pondering.value && more === "usual" && (
          <button type="button" class="step other" onClick={() => setOpen("usual")}>
            {ui.others}
          </button>
        )}
        {!pondering.value && more === "all" && unusual.value.length > 0 && (
          <button type="button" class="step other" onClick={() => setOpen("all")}>
            {ui.unusual}
          </button>
        )}
      </div>
    </section>
  );
}

/** What the server told of it. */
function about(id: string): string {
  const { ui } = words.value;
  const told = details.value[id];
  if (told === undefined) return status.value.online ? ui.more : ui.offlineThing;
  const parts: string[] = [];
  for (const content of told.contents ?? []) {
    const lot = content.lot.slice(content.lot.lastIndexOf("/") + 1);
    parts.push(`${nameOf(content.product, language.value, "")} ${decodeURIComponent(lot)}`.trim());
  }
  if (told.lot && told.label) parts.push(decodeURIComponent(told.lot.split("/").pop() ?? ""));
  if (told.place) parts.push(nameOf(told.place.name, language.value, told.place.gln));
  return parts.join(" · ") || ui.more;
}
