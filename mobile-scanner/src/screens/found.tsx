import { useState } from "preact/hooks";
import type { Recall } from "../steps/questions.ts";
import { FINAL, inOrder, type Step } from "../steps/steps.ts";
import { fill, nameOf } from "../words/words.ts";
import { called, lotName, lotOf, sayContents, sayShipment } from "./known.ts";
import {
  begin,
  clear,
  details,
  foreignerOf,
  labelFault,
  language,
  pondering,
  recalls,
  screen,
  status,
  stepName,
  steps,
  suggested,
  things,
  titleOf,
  unusual,
  when,
  words,
} from "./state.ts";
import { sayWhen } from "./when.tsx";

/** What was read, and what can be logged with it. */
export function Found() {
  const { ui } = words.value;
  const [open, setOpen] = useState<"suggested" | "usual" | "all">("suggested");
  const read = things.value;
  const [recall] = recalls.value;
  const first = steps.value.slice(0, suggested.value);
  const shown: Step[] =
    open === "suggested"
      ? first
      : [
          ...(recall === undefined ? inOrder(steps.value) : steps.value),
          ...(open === "all" ? unusual.value : []),
        ];
  const more =
    open === "suggested" && first.length < steps.value.length
      ? "usual"
      : open !== "all" && unusual.value.length > 0
        ? "all"
        : null;
  const none = !pondering.value && steps.value.length + unusual.value.length === 0;
  const foreigner = read.map(foreignerOf).find((one) => one !== null) ?? null;
  return (
    <section class="sheet" aria-live="polite" data-recalled={recall !== undefined}>
      <div class="sheet-head">
        <Heading />
        <button type="button" class="small close" aria-label={ui.clear} onClick={clear}>
          ✕
        </button>
      </div>
      {recall !== undefined && <Recalled recall={recall} />}
      {recall === undefined && labelFault.value !== null && (
        <p class="alarm" role="alert">
          <b aria-hidden="true">✕</b> {labelFault.value}
        </p>
      )}
      {none && (
        <p class="sub">
          {labelFault.value !== null
            ? ui.newLabel
            : foreigner !== null
              ? fill(ui.foreignLot, { name: called(foreigner) })
              : ui.noStep}
        </p>
      )}
      {!none && (
        <div class="pair">
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
          {open !== "suggested" && (
            <button type="button" class="small" onClick={() => setOpen("suggested")}>
              {ui.back}
            </button>
          )}
        </div>
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
              {stepName(step)}
            </button>
          ))}
        {!pondering.value && more !== null && (
          <button type="button" class="step other" onClick={() => setOpen(more)}>
            {more === "usual" ? ui.others : ui.unusual}
          </button>
        )}
      </div>
    </section>
  );
}

/** One thing by its name and number, several by their count. */
function Heading() {
  const { ui } = words.value;
  const read = things.value;
  const [one] = read;
  if (one === undefined) return null;
  const lines = read.length === 1 ? about(one) : [read.map(titleOf).slice(0, 3).join("、")];
  return (
    <div>
      <h1>{read.length === 1 ? titleOf(one) : fill(ui.readMany, { count: read.length })}</h1>
      {lines.map((line) => (
        <p key={line} class="sub">
          {line}
        </p>
      ))}
    </div>
  );
}

/** What is recalled, by whom, and whom to call. */
function Recalled({ recall }: { recall: Recall }) {
  const { ui } = words.value;
  const contact = nameOf(recall.contact, language.value, "");
  const number = /\+?[0-9][0-9 ()‐-]{6,}[0-9]/.exec(contact)?.[0] ?? null;
  const recaller = nameOf(recall.recaller.name, language.value, recall.recaller.gln ?? "");
  return (
    <div class="recall" role="alert">
      <strong>
        <b aria-hidden="true">✕</b> {ui.recalled}
      </strong>
      <p>{lotName(recall.link, recall.product)}</p>
      {recall.reason !== null && <p>{fill(ui.recallReason, { reason: recall.reason })}</p>}
      {recaller !== "" && <p>{fill(ui.recalledBy, { name: recaller })}</p>}
      {number === null ? (
        contact !== "" && <p>{contact}</p>
      ) : (
        <a class="step call" href={`tel:${number.replace(/[^+0-9]/g, "")}`}>
          {contact}
        </a>
      )}
    </div>
  );
}

/** What is known of it, in lines. */
function about(thing: (typeof things.value)[number]): string[] {
  const { ui } = words.value;
  const told = details.value[thing.id];
  const held = thing.type === "unit" ? sayContents(thing).join("・") : "";
  const sent = thing.type === "unit" ? sayShipment(thing) : null;
  const lines = [held, sent ?? ""].filter((line) => line !== "");
  const lot = thing.type === "package" ? lotOf(thing) : null;
  if (lot !== null) lines.push(fill(ui.ofLot, { lot: lotName(lot, null).split(" ").pop() ?? "" }));
  if (told?.place) lines.push(nameOf(told.place.name, language.value, told.place.gln));
  if (lines.length > 0) return lines;
  return [told !== undefined || status.value.online ? ui.more : ui.offlineThing];
}
