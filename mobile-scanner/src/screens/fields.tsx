import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { setting } from "../device/store.ts";
import type { Thing } from "../steps/code.ts";
import type { Question } from "../steps/questions.ts";
import { type Field, isMuch, missing, numberOf, pressed } from "../steps/steps.ts";
import { fill, nameOf, wordFor } from "../words/words.ts";
import { called, lotName } from "./known.ts";
import { SheetHead } from "./sheet-head.tsx";
import {
  active,
  confirm,
  doing,
  fillIn,
  language,
  question,
  screen,
  stepName,
  things,
  titleOf,
  words,
} from "./state.ts";

/** Asks for the one thing that the step needs next. */
export function Fields() {
  const task = doing.value;
  const field = task && missing(task.step, task.values);
  const asked = question.value;
  if (!task || (!field && asked === null)) return null;
  const stop = () => {
    doing.value = null;
  };
  return (
    <section class="sheet" data-field={asked === null ? field?.type : "question"}>
      <SheetHead title={stepName(task.step)} back={stop} />
      <p class="sub about">{sayThings()}</p>
      {asked !== null ? (
        <Ask asked={asked} stop={stop} />
      ) : (
        field && <Asked key={field.name} field={field} kind={task.step.kind} />
      )}
    </section>
  );
}

/** What it is about, and how much of it is told already: 「小松菜 238K-0JDF・12枚」. */
function sayThings(): string {
  const { ui } = words.value;
  const [first, ...more] = things.value;
  if (first === undefined) return "";
  const values = doing.value?.values ?? {};
  const said = [`${titleOf(first)}${more.length > 0 ? ` +${more.length}` : ""}`];
  const last = values["last"] as Thing | undefined;
  if (first.type === "package" && last?.type === "package" && last.run === first.run) {
    const count = Math.abs(last.number - first.number) + 1;
    said.push(count === 1 ? ui.labelOne : fill(ui.labelCount, { count }));
  }
  const lot = values["lot"] as Thing | undefined;
  if (lot?.type === "lot") said.push(`${ui.thing_lot} ${lot.lot}`);
  return said.join("・");
}

/** What somebody should know before this is on the ledger for good. */
function Ask({ asked, stop }: { asked: Question; stop: () => void }) {
  const { ui } = words.value;
  const task = doing.value;
  const step = task === null ? "" : stepName(task.step);
  const sentence = {
    recalled: () =>
      asked.id === "recalled"
        ? fill(ui.recalledAsk, { lot: lotName(asked.recall.link, asked.recall.product) })
        : "",
    elsewhere: () =>
      asked.id === "elsewhere" ? fill(ui.elsewhereAsk, { name: called(asked.to) }) : "",
    withdrawal: () =>
      asked.id === "withdrawal"
        ? fill(ui.withdrawalAsk, {
            date: sayDay(asked.withdrawal.end),
            product: asked.withdrawal.product,
          })
        : "",
  }[asked.id]();
  return (
    <>
      <p class="alarm" role="alert">
        <b aria-hidden="true">!</b> {sentence}
      </p>
      <button type="button" class="step other" onClick={stop}>
        {ui.cancel}
      </button>
      <button type="button" class="step bad" onClick={() => void confirm(asked)}>
        {fill(ui.askYes, { step })}
      </button>
    </>
  );
}

const sayDay = (day: string): string =>
  new Date(`${day}T12:00:00`).toLocaleDateString(language.value === "en" ? "en-GB" : "ja-JP", {
    month: "long",
    day: "numeric",
  });

function Asked({ field, kind }: { field: Field; kind: string }) {
  switch (field.type) {
    case "number":
      return <Keys field={field} kind={kind} />;
    case "choice":
      return <Choice field={field} kind={kind} />;
    case "place":
    case "partner":
      return <Party field={field} kind={kind} />;
    case "scheme":
      return <Scheme field={field} />;
    case "date":
      return <Day field={field} />;
    default:
      return <Another field={field} />;
  }
}

/** Large keys: the phone's own keyboard is for thumbs without gloves. A real keyboard works as well. */
function Keys({ field, kind }: { field: Extract<Field, { type: "number" }>; kind: string }) {
  const { ui, fields } = words.value;
  const [text, setText] = useState("");
  // Keys of a keyboard come faster than the screen is drawn
  const now = useRef("");
  const before = useRemembered(`${kind}.${field.name}`).map(Number);
  /** Whether the number has to be looked at again. */
  const [asked, setAsked] = useState(false);
  const [full, setFull] = useState(false);
  const number = numberOf(text);
  const good = number !== null && (field.name !== "kg" || Number(number) > 0);
  const signed = field.name === "celsius";
  const press = (key: string) => {
    const next = pressed(now.current, key);
    setAsked(false);
    setFull(next === null);
    if (next === null) return;
    now.current = next;
    setText(next);
  };
  const take = () => {
    const typed = numberOf(now.current);
    if (typed === null || (field.name === "kg" && Number(typed) <= 0)) return;
    if (!asked && field.name === "kg" && isMuch(Number(typed), before)) setAsked(true);
    else void fillIn(field, typed);
  };
  // Before anything is painted: whoever sees the keys may type
  useLayoutEffect(() => {
    const type = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || screen.value !== null) return;
      const key = { Backspace: "←", "-": "±", ",": "." }[event.key] ?? event.key;
      if (key === "Enter" && !(event.target instanceof HTMLButtonElement)) take();
      else if (/^[0-9.←]$/.test(key) || (key === "±" && signed)) press(key);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", type);
    return () => removeEventListener("keydown", type);
  });
  return (
    <>
      <p class="asked" id="asked">
        {wordFor(fields, field.name)}
      </p>
      <output class="number" aria-labelledby="asked">
        {text || "0"} <small>{field.unit}</small>
      </output>
      {!asked && (
        <div class="keys">
          {["7", "8", "9", "4", "5", "6", "1", "2", "3", signed ? "±" : ".", "0", "←"].map(
            (key) => (
              <button key={key} type="button" onClick={() => press(key)}>
                {key}
              </button>
            ),
          )}
        </div>
      )}
      {signed && !asked && (
        <button type="button" class="small" onClick={() => press(".")}>
          .
        </button>
      )}
      {full && (
        <p class="sub" role="status">
          {ui.numberFull}
        </p>
      )}
      {asked && (
        <p class="alarm" role="alert">
          {fill(ui.muchAsk, { number: number ?? "", unit: field.unit })}
        </p>
      )}
      <button type="button" class="step" disabled={!good} onClick={take}>
        {asked ? fill(ui.muchYes, { number: number ?? "", unit: field.unit }) : ui.ok}
      </button>
      {asked && (
        <button type="button" class="step other" onClick={() => setAsked(false)}>
          {ui.retype}
        </button>
      )}
    </>
  );
}

function useRemembered(name: string): string[] {
  const [known, setKnown] = useState<string[]>([]);
  useEffect(() => {
    void setting<string[]>(`last.${name}`, []).then(setKnown);
  }, [name]);
  return known;
}

function Choice({ field, kind }: { field: Extract<Field, { type: "choice" }>; kind: string }) {
  const { ui, fields, options: called } = words.value;
  const before = useRemembered(`${kind}.${field.name}`);
  const options = [...new Set([...before, ...field.options])].slice(0, 8);
  const [typed, setTyped] = useState("");
  const [free, setFree] = useState(false);
  const typing = free || options.length === 0;
  return (
    <>
      <p class="asked" id="asked">
        {wordFor(fields, field.name)}
      </p>
      <div class="steps">
        {!typing &&
          options.map((option) => (
            <button
              key={option}
              type="button"
              class="step"
              onClick={() => void fillIn(field, option)}
            >
              {wordFor(called, option)}
            </button>
          ))}
        {!typing && field.free && (
          <button type="button" class="step other" onClick={() => setFree(true)}>
            {ui.free}
          </button>
        )}
      </div>
      {typing && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim() !== "") void fillIn(field, typed.trim());
          }}
        >
          <input
            aria-labelledby="asked"
            value={typed}
            maxLength={200}
            autocomplete="off"
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <button type="submit" class="step" disabled={typed.trim() === ""}>
            {ui.ok}
          </button>
        </form>
      )}
    </>
  );
}

function Party({
  field,
  kind,
}: {
  field: Extract<Field, { type: "place" | "partner" }>;
  kind: string;
}) {
  const { ui } = words.value;
  const [wanted, setWanted] = useState("");
  const before = useRemembered(`${kind}.${field.name}`);
  const book = active.value?.handbook;
  const all = ((field.type === "place" ? book?.places : book?.partners) ?? []).map((party) => ({
    gln: party.gln,
    name: nameOf(party.name, language.value, party.gln),
    // In every language and reading
    names: readAloud([...Object.values(party.name ?? {}), party.gln].join(" ")),
  }));
  const rank = (gln: string) => (before.includes(gln) ? before.indexOf(gln) : before.length);
  const shown = all
    .filter(({ names }) => names.includes(readAloud(wanted)))
    .sort((a, b) => rank(a.gln) - rank(b.gln))
    .slice(0, 8);
  const title = field.type === "place" ? ui.choosePlace : ui.choosePartner;
  return (
    <>
      <p class="asked">{title}</p>
      {all.length > 6 && (
        <input
          type="search"
          aria-label={ui.search}
          placeholder={ui.search}
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      <div class="steps one">
        {shown.map(({ gln, name }) => (
          <button key={gln} type="button" class="step" onClick={() => void fillIn(field, gln)}>
            {name}
          </button>
        ))}
      </div>
      {shown.length === 0 && (
        <p class="sub" role="status">
          {wanted === "" ? ui.noParty : fill(ui.noMatch, { wanted })}
        </p>
      )}
    </>
  );
}

/** Wide and narrow letters, capitals and both kana are one in a search. */
const readAloud = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/\s/g, "");

function Scheme({ field }: { field: Field }) {
  const { ui, schemes: names } = words.value;
  const schemes = active.value?.handbook?.organisation.accreditations ?? [];
  return (
    <>
      <p class="asked">{ui.chooseScheme}</p>
      <div class="steps one">
        {schemes.map((scheme) => (
          <button
            key={scheme}
            type="button"
            class="step"
            onClick={() => void fillIn(field, scheme)}
          >
            {wordFor(names, scheme)}
          </button>
        ))}
        <button type="button" class="step other" onClick={() => void fillIn(field, "")}>
          {ui.noScheme}
        </button>
      </div>
    </>
  );
}

function Day({ field }: { field: Field }) {
  const { ui, fields } = words.value;
  const [day, setDay] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (day !== "") void fillIn(field, day);
      }}
    >
      <label class="asked">
        {wordFor(fields, field.name)}
        <input type="date" value={day} onInput={(event) => setDay(event.currentTarget.value)} />
      </label>
      <button type="submit" class="step" disabled={day === ""}>
        {ui.ok}
      </button>
    </form>
  );
}

/** Another code has to be read: the camera goes on behind this. */
function Another({ field }: { field: Extract<Field, { type: "thing" }> }) {
  const { ui } = words.value;
  const asked = {
    box: ui.readBox,
    unit: field.pallet ? ui.readPallet : ui.readUnit,
    lot: ui.readLot,
    package: ui.readLast,
  };
  const [first] = things.value;
  return (
    <>
      <p class="asked">{(asked as Record<string, string>)[field.of]}</p>
      <div class="steps one">
        {field.name === "last" && first && (
          <button type="button" class="step" onClick={() => void fillIn(field, first)}>
            {ui.onlyOne}
          </button>
        )}
        <button
          type="button"
          class="step other"
          onClick={() => {
            screen.value = "type";
          }}
        >
          {ui.type}
        </button>
      </div>
    </>
  );
}
