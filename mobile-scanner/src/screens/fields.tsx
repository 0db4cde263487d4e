import { useEffect, useState } from "preact/hooks";
import { setting } from "../device/store.ts";
import { type Field, isMuch, missing } from "../steps/steps.ts";
import { fill, nameOf, wordFor } from "../words/words.ts";
import { SheetHead } from "./sheet-head.tsx";
import { active, doing, fillIn, language, screen, things, titleOf, words } from "./state.ts";

/** Asks for the one thing that the step needs next. */
export function Fields() {
  const { steps: names } = words.value;
  const task = doing.value;
  const field = task && missing(task.step, task.values);
  if (!task || !field) return null;
  const [first, ...more] = things.value;
  return (
    <section class="sheet" data-field={field.type}>
      <SheetHead
        title={wordFor(names, task.step.id)}
        back={() => {
          doing.value = null;
        }}
      />
      {first !== undefined && (
        <p class="sub about">
          {titleOf(first)}
          {more.length > 0 && ` +${more.length}`}
        </p>
      )}
      <Asked key={field.name} field={field} kind={task.step.kind} />
    </section>
  );
}

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

/** Large keys: the phone's own keyboard is for thumbs without gloves. */
function Keys({ field, kind }: { field: Extract<Field, { type: "number" }>; kind: string }) {
  const { ui, fields } = words.value;
  const [text, setText] = useState("");
  const before = useRemembered(`${kind}.${field.name}`).map(Number);
  /** Whether the number has to be looked at again. */
  const [asked, setAsked] = useState(false);
  const good =
    /^-?[0-9]{1,7}(\.[0-9]{1,3})?$/.test(text) && (field.name !== "kg" || Number(text) > 0);
  const press = (key: string) => {
    setAsked(false);
    if (key === "←") setText(text.slice(0, -1));
    else if (key === "±") setText(text.startsWith("-") ? text.slice(1) : `-${text}`);
    else if (key !== "." || !text.includes(".")) setText((text + key).slice(0, 9));
  };
  const plain = (value: string) => String(Number(value));
  return (
    <>
      <p class="asked" id="asked">
        {wordFor(fields, field.name)}
      </p>
      <output class="number" aria-labelledby="asked">
        {text || "0"} <small>{field.unit}</small>
      </output>
      <div class="keys">
        {[
          "7",
          "8",
          "9",
          "4",
          "5",
          "6",
          "1",
          "2",
          "3",
          field.name === "celsius" ? "±" : ".",
          "0",
          "←",
        ].map((key) => (
          <button key={key} type="button" onClick={() => press(key)}>
            {key}
          </button>
        ))}
      </div>
      {field.name === "celsius" && (
        <button type="button" class="small" onClick={() => press(".")}>
          .
        </button>
      )}
      {asked && (
        <p class="alarm" role="alert">
          {fill(ui.muchAsk, { number: plain(text), unit: field.unit })}
        </p>
      )}
      <button
        type="button"
        class="step"
        disabled={!good}
        onClick={() => {
          if (!asked && field.name === "kg" && isMuch(Number(text), before)) setAsked(true);
          else void fillIn(field, plain(text));
        }}
      >
        {asked ? fill(ui.muchYes, { number: plain(text), unit: field.unit }) : ui.ok}
      </button>
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
  }));
  const rank = (gln: string) => (before.includes(gln) ? before.indexOf(gln) : before.length);
  const shown = all
    .filter(({ gln, name }) => `${name} ${gln}`.toLowerCase().includes(wanted.toLowerCase()))
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
    </>
  );
}

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
  const asked = { box: ui.readBox, unit: ui.readUnit, lot: ui.readLot, package: ui.readLast };
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
