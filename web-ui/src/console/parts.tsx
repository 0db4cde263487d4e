import { useSignal } from "@preact/signals";
import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useId, useRef } from "preact/hooks";
import { get, Refusal, Unreachable } from "./api.ts";
import { changes } from "./live.ts";
import type { Rule } from "./numbers.ts";
import { go, hereAgain, language, notice, route, say, unsaved, words } from "./state.ts";
import { fill } from "./words.ts";

/** What a person reads of something that went wrong. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof Wrong) return error.message;
  if (error instanceof Unreachable) return words.value.common.unreachable;
  console.error(error);
  return words.value.common.failed;
}

/** A screen with its heading, which gets the focus: so who can't see knows where they are. */
export function Screen({
  title,
  sub,
  lead,
  actions,
  children,
}: {
  title: string;
  /** Which one of several that are called so. */
  sub?: string;
  lead?: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, [route.value]);
  useEffect(() => {
    const whole = sub === undefined ? title : `${title} ${sub}`;
    document.title = `${whole} | ${words.value.common.product}`;
  }, [title, sub, language.value]);
  return (
    <>
      <div class="head">
        <h1 tabIndex={-1} ref={heading}>
          {title}
          {sub !== undefined && (
            <>
              {" "}
              <span class="sub">{sub}</span>
            </>
          )}
        </h1>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </div>
      {lead !== undefined && <p class="lead">{lead}</p>}
      {children}
    </>
  );
}

export interface Loaded<T> {
  data: T | null;
  error: string | null;
  /** When it was loaded last, ms since 1970. */
  at: number;
  reload(): Promise<void>;
}

/**
 * What an address of the API answers; asked anew when it changes.
 *
 * @param live also when the server says that something has changed; what is shown stays until then
 */
export const useLoad = <T,>(path: string | null, live = false): Loaded<T> =>
  useAnswer(path, (address) => get<T>(address), live);

/**
 * The same of any question.
 *
 * @param key asked anew when it changes; null asks nothing
 */
export function useAnswer<T>(
  key: string | null,
  ask: (key: string) => Promise<T>,
  live = false,
): Loaded<T> {
  const data = useSignal<T | null>(null);
  const error = useSignal<string | null>(null);
  const at = useSignal(0);
  const asked = useRef(0);
  const heard = useRef(changes.peek());
  const load = async () => {
    const turn = ++asked.current;
    if (key === null) return;
    try {
      const found = await ask(key);
      if (turn === asked.current) {
        data.value = found;
        error.value = null;
        at.value = Date.now();
      }
    } catch (problem) {
      // What is shown is not worth less because a later look failed
      const keep = live && data.value !== null && problem instanceof Unreachable;
      if (turn === asked.current && !keep) error.value = sentenceOf(problem);
    }
  };
  const change = live ? changes.value : 0;
  useEffect(() => {
    if (live && change !== heard.current) {
      heard.current = change;
      load();
    }
  }, [change]);
  useEffect(() => {
    load();
  }, [key, language.value]);
  return { data: data.value, error: error.value, at: at.value, reload: load };
}

/** Shows what has been loaded; until then, or instead, what there is to say. */
export function Show<T>({
  of,
  children,
}: {
  of: Loaded<T>;
  children: (data: T) => ComponentChildren;
}) {
  if (of.error !== null) {
    return (
      <div class="box red" role="alert">
        <p>{of.error}</p>
        <button type="button" onClick={() => of.reload()}>
          {words.value.common.retry}
        </button>
      </div>
    );
  }
  if (of.data === null) return <p class="soft">{words.value.common.loading}</p>;
  return <>{children(of.data)}</>;
}

/** What a form's fields hold. */
export class Values {
  private readonly data: FormData;
  constructor(data: FormData) {
    this.data = data;
  }
  text(name: string): string {
    const value = this.data.get(name);
    return typeof value === "string" ? value.trim() : "";
  }
  all(name: string): string[] {
    return this.data.getAll(name).filter((value): value is string => typeof value === "string");
  }
  file(name: string): File | null {
    const value = this.data.get(name);
    return value instanceof File && value.size > 0 ? value : null;
  }
}

/** A field that a person has to mend before anything is signed. */
export class Wrong extends Error {
  readonly field: string;
  constructor(field: string, sentence: string) {
    super(sentence);
    this.field = field;
  }
}

/** What a form knows of its fields, by their names. */
interface Fields {
  faults: Record<string, string>;
  /** Written as the ledger wants it, and what is still wrong with it. */
  rules: Map<string, Rule>;
  /** What was wrong with a field is of no interest once something else stands in it. */
  forget(name: string): void;
}

const FieldsContext = createContext<Fields>({
  faults: {},
  rules: new Map(),
  forget: () => {},
});

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const controlsOf = (form: HTMLFormElement): Control[] =>
  [...form.elements].filter(
    (one): one is Control =>
      (one instanceof HTMLInputElement ||
        one instanceof HTMLSelectElement ||
        one instanceof HTMLTextAreaElement) &&
      one.name !== "",
  );

/** What people call a field, without what stands beside that. */
const labelOf = (control: Control | undefined): string =>
  (control?.labels?.[0]?.firstChild ?? control?.closest("fieldset")?.querySelector("legend"))
    ?.textContent ?? "";

/** What the browser finds wrong, in the page's language and not in the browser's. */
function browserFault(control: HTMLInputElement): string | null {
  const w = words.value.faults;
  const { validity, min, max, type } = control;
  if (validity.badInput) return type === "number" ? w.number : w.date;
  if (validity.valueMissing) return fill(w.missing, { field: labelOf(control) });
  if (validity.rangeUnderflow) return fill(type === "date" ? w.minDay : w.min, { min });
  if (validity.rangeOverflow) return fill(type === "date" ? w.maxDay : w.max, { max });
  return validity.valid ? null : w.other;
}

/** What follows when a form is through: said at its button, or on the screen that comes next. */
export interface Outcome {
  said: string;
  /** Where to go, unless the person has gone elsewhere in the meantime. */
  to?: string;
}

/**
 * A form that says what is wrong beside the field.
 *
 * @param fields by the beginning of a JSON Pointer, which field it comes from
 * @param ask what has to be asked before anything is signed; null where nothing has to. The question
 *     stands at the button, has the focus, and goes when something is written
 */
export function Form({
  submit,
  ask = () => null,
  button,
  fields = {},
  danger = false,
  cancel,
  children,
}: {
  submit: (values: Values) => Promise<Outcome | undefined> | Promise<void>;
  ask?: (values: Values) => string | null;
  button: string;
  fields?: Record<string, string>;
  danger?: boolean;
  /** Where one goes who leaves it as it was. */
  cancel?: string;
  children?: ComponentChildren;
}) {
  const faults = useSignal<Record<string, string>>({});
  /** Said at the button: what is wrong with no field. */
  const summary = useSignal<string | null>(null);
  /** Said above the form, with a link to each field that has to be mended. */
  const toMend = useSignal<{ control: Control; label: string; fault: string }[]>([]);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (toMend.value.length > 0) list.current?.focus();
  }, [toMend.value]);
  const done = useSignal<string | null>(null);
  const busy = useSignal(false);
  const question = useSignal<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    // The button that was pressed is gone
    if (question.value === null && asked.current && document.activeElement === document.body) {
      form.current?.querySelector<HTMLElement>(".actions > button")?.focus();
    }
    asked.current = question.value !== null;
  }, [question.value]);
  const rules = useRef(new Map<string, Rule>());
  useEffect(
    () => () => {
      unsaved.value = false;
    },
    [],
  );
  const look = (target: HTMLFormElement): Record<string, string> => {
    const found: Record<string, string> = {};
    for (const control of controlsOf(target)) {
      const rule = rules.current.get(control.name);
      if (rule !== undefined) control.value = rule.tidy(control.value);
      const fault =
        browserFault(control as HTMLInputElement) ??
        (control.value === "" ? null : (rule?.fault(control.value.trim()) ?? null));
      if (fault !== null) found[control.name] ??= fault;
    }
    return found;
  };
  const show = (found: Record<string, string>) => {
    faults.value = found;
    const all = form.current === null ? [] : controlsOf(form.current);
    const first = new Map(all.reverse().map((control) => [control.name, control]));
    toMend.value = [...first.values()]
      .reverse()
      .filter(({ name }) => found[name] !== undefined)
      .map((control) => ({
        control,
        label: labelOf(control),
        fault: found[control.name] as string,
      }));
  };
  const onSubmit = async (event: Event) => {
    event.preventDefault();
    await send(false);
  };
  /** @param sure whether what had to be asked was answered */
  const send = async (sure: boolean) => {
    if (busy.value || form.current === null) return;
    summary.value = null;
    notice.value = null;
    const found = look(form.current);
    show(found);
    if (Object.keys(found).length > 0) return;
    busy.value = true;
    done.value = null;
    const here = route.value;
    try {
      const values = new Values(new FormData(form.current));
      question.value = sure ? null : ask(values);
      if (question.value !== null) return;
      const outcome = await submit(values);
      if (route.value === here) unsaved.value = false;
      if (!outcome) return;
      if (outcome.to === undefined) done.value = outcome.said;
      else if (route.value === here) go(outcome.to, outcome.said);
      else say(outcome.said);
    } catch (error) {
      const field = error instanceof Wrong ? error.field : fieldOf(error, fields);
      const sentence = error instanceof Wrong ? error.message : sentenceOf(error);
      const has =
        form.current !== null && controlsOf(form.current).some((one) => one.name === field);
      summary.value = has ? null : sentence;
      show(has && field !== null ? { [field]: sentence } : {});
    } finally {
      busy.value = false;
    }
  };
  const forget = (name: string) => {
    if (faults.value[name] === undefined) return;
    const { [name]: _, ...rest } = faults.value;
    faults.value = rest;
    toMend.value = toMend.value.filter(({ control }) => control.name !== name);
  };
  const onInput = (event: Event) => {
    unsaved.value = true;
    done.value = null;
    question.value = null;
    summary.value = null;
    forget((event.target as Control).name);
  };
  return (
    <form ref={form} onSubmit={onSubmit} onInput={onInput} class="form" noValidate>
      {toMend.value.length > 0 && (
        <div class="box to-mend" tabIndex={-1} ref={list} role="alert">
          <p>{fill(words.value.faults.above, { count: count(toMend.value.length) })}</p>
          <ul>
            {toMend.value.map(({ control, label, fault }) => (
              <li key={control.name}>
                <a
                  href={hereAgain()}
                  onClick={(event) => {
                    event.preventDefault();
                    control.focus();
                    control.closest(".field")?.scrollIntoView({ block: "nearest" });
                  }}
                >
                  {label}
                </a>
                {`: ${fault}`}
              </li>
            ))}
          </ul>
        </div>
      )}
      <FieldsContext.Provider value={{ faults: faults.value, rules: rules.current, forget }}>
        {children}
      </FieldsContext.Provider>
      {summary.value !== null && (
        <p class="fault" role="alert">
          {summary.value}
        </p>
      )}
      {question.value === null ? (
        <div class="actions">
          <button type="submit" class={danger ? "danger" : ""} aria-disabled={busy.value}>
            {busy.value ? words.value.common.signing : button}
          </button>
          {cancel !== undefined && (
            <a class="button quiet" href={`#/${cancel}`}>
              {words.value.common.cancel}
            </a>
          )}
        </div>
      ) : (
        <Question
          text={question.value}
          sure={button}
          danger={danger}
          yes={() => send(true)}
          no={() => {
            question.value = null;
          }}
        />
      )}
      <output class="done">{done.value}</output>
    </form>
  );
}

function fieldOf(error: unknown, fields: Record<string, string>): string | null {
  if (!(error instanceof Refusal) || error.field === null) return null;
  const pointer = error.field.startsWith("/") ? error.field : `/${error.field}`;
  const found = Object.keys(fields)
    .filter((beginning) => pointer.startsWith(beginning))
    .sort((a, b) => b.length - a.length)[0];
  return found === undefined ? null : (fields[found] as string);
}

interface Labelled {
  name: string;
  label: string;
  hint?: string | undefined;
  required?: boolean;
}

function useFault(name: string, rule?: Rule, value?: string | number) {
  const { faults, rules, forget } = useContext(FieldsContext);
  if (rule !== undefined) rules.set(name, rule);
  // Filled in by the screen
  useEffect(() => {
    if (value) forget(name);
  }, [value]);
  return faults[name] ?? null;
}

function Around({
  id,
  label,
  hint,
  required = false,
  fault,
  children,
}: Omit<Labelled, "name"> & { id: string; fault: string | null; children: ComponentChildren }) {
  return (
    <div class={fault === null ? "field" : "field wrong"}>
      <label for={id}>
        {label}
        {!required && <span class="optional">{words.value.common.optional}</span>}
      </label>
      {children}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault !== null && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}

const described = (id: string, hint: string | undefined, fault: string | null) =>
  [hint !== undefined ? `${id}-hint` : "", fault !== null ? `${id}-fault` : ""]
    .filter((one) => one !== "")
    .join(" ") || undefined;

export function Text({
  name,
  label,
  hint,
  required = true,
  value,
  type = "text",
  rule,
  inputMode,
  maxLength = 200,
  min,
  max,
  step,
  list,
  onInput,
}: Labelled & {
  value?: string | number | undefined;
  type?: "text" | "number" | "date" | "datetime-local";
  rule?: Rule | undefined;
  inputMode?: "numeric" | "decimal" | "text";
  maxLength?: number;
  min?: number | string;
  max?: number | string;
  step?: string;
  list?: string[];
  onInput?: (value: string) => void;
}) {
  const id = useId();
  const fault = useFault(name, rule, value);
  return (
    <Around id={id} label={label} hint={hint} required={required} fault={fault}>
      <input
        id={id}
        name={name}
        type={type}
        required={required}
        defaultValue={value === undefined ? undefined : String(value)}
        inputMode={inputMode}
        maxLength={type === "text" ? maxLength : undefined}
        min={min}
        max={max}
        step={step}
        list={list === undefined ? undefined : `${id}-list`}
        autocomplete="off"
        aria-invalid={fault !== null}
        aria-describedby={described(id, hint, fault)}
        onInput={(event) => onInput?.(event.currentTarget.value)}
      />
      {list !== undefined && (
        <datalist id={`${id}-list`}>
          {list.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </Around>
  );
}

/** A file that nobody has to choose. */
export function FileField({
  name,
  label,
  hint,
  accept,
  children,
}: Omit<Labelled, "required"> & { accept: string; children?: ComponentChildren }) {
  const id = useId();
  const fault = useFault(name);
  return (
    <Around id={id} label={label} hint={hint} required={false} fault={fault}>
      {children}
      <input
        id={id}
        name={name}
        type="file"
        accept={accept}
        aria-invalid={fault !== null}
        aria-describedby={described(id, hint, fault)}
      />
    </Around>
  );
}

export function Area({
  name,
  label,
  hint,
  required = true,
  value,
  maxLength = 500,
}: Labelled & { value?: string; maxLength?: number }) {
  const id = useId();
  const fault = useFault(name);
  return (
    <Around id={id} label={label} hint={hint} required={required} fault={fault}>
      <textarea
        id={id}
        name={name}
        required={required}
        maxLength={maxLength}
        rows={3}
        defaultValue={value}
        aria-invalid={fault !== null}
        aria-describedby={described(id, hint, fault)}
      />
    </Around>
  );
}

export interface Option {
  value: string;
  text: string;
}

export function Select({
  name,
  label,
  hint,
  required = true,
  options,
  value,
  onChange,
}: Labelled & { options: Option[]; value?: string; onChange?: (value: string) => void }) {
  const id = useId();
  const fault = useFault(name);
  return (
    <Around id={id} label={label} hint={hint} required={required} fault={fault}>
      <select
        id={id}
        name={name}
        required={required}
        aria-invalid={fault !== null}
        aria-describedby={described(id, hint, fault)}
        onChange={(event) => onChange?.(event.currentTarget.value)}
      >
        {!required && <option value="">—</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.text}
          </option>
        ))}
      </select>
    </Around>
  );
}

/** Several boxes or one of several circles. */
export function Choices({
  name,
  label,
  hint,
  options,
  value = [],
  several = true,
  onChange,
}: Omit<Labelled, "required"> & {
  options: Option[];
  value?: string[];
  several?: boolean;
  onChange?: (value: string) => void;
}) {
  const fault = useFault(name);
  return (
    <fieldset class={fault === null ? "field" : "field wrong"}>
      <legend>{label}</legend>
      {hint !== undefined && <p class="hint">{hint}</p>}
      <div class="choices">
        {options.map((option) => (
          <label class="choice" key={option.value}>
            <input
              type={several ? "checkbox" : "radio"}
              name={name}
              value={option.value}
              defaultChecked={value.includes(option.value)}
              onChange={() => onChange?.(option.value)}
            />
            <span>{option.text}</span>
          </label>
        ))}
      </div>
      {fault !== null && <p class="fault">{fault}</p>}
    </fieldset>
  );
}

/** A table that scrolls sideways on a narrow screen, also by the keyboard. */
export function TableBox({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached without a mouse
    <section class="table" tabIndex={0} aria-label={title}>
      {children}
    </section>
  );
}

/** Where there is nothing yet: why, and what to do. */
export function Empty({
  title,
  text,
  children,
}: {
  title: string;
  text: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="box empty">
      <h2>{title}</h2>
      <p>{text}</p>
      {children !== undefined && <div class="actions">{children}</div>}
    </div>
  );
}

/**
 * A step that needs a second look: nothing happens at the first press, nor at Enter, since the question
 * has the focus; Escape leaves things as they are.
 *
 * @param sure what the second press does, where that is more than the first button says
 * @param keep what happens if nothing is done
 */
export function Careful({
  button,
  question,
  act,
  done,
  danger = true,
  sure = button,
  keep = words.value.common.cancel,
}: {
  button: string;
  question: string;
  act: () => Promise<void>;
  done?: string;
  danger?: boolean;
  sure?: string;
  keep?: string;
}) {
  const open = useSignal(false);
  const busy = useSignal(false);
  const opener = useRef<HTMLButtonElement>(null);
  const was = useRef(false);
  useEffect(() => {
    if (!open.value && was.current) opener.current?.focus();
    was.current = open.value;
  }, [open.value]);
  if (!open.value) {
    return (
      <button
        type="button"
        class="quiet"
        ref={opener}
        onClick={() => {
          open.value = true;
        }}
      >
        {button}
      </button>
    );
  }
  return (
    <Question
      text={question}
      sure={busy.value ? words.value.common.signing : sure}
      keep={keep}
      danger={danger}
      busy={busy.value}
      yes={async () => {
        busy.value = true;
        try {
          await act();
          if (done !== undefined) say(done);
          open.value = false;
        } catch (error) {
          say(sentenceOf(error), "red");
        } finally {
          busy.value = false;
        }
      }}
      no={() => {
        open.value = false;
      }}
    />
  );
}

/** Stands where a button was, with the focus; Escape is its "no". */
function Question({
  text,
  sure,
  keep = words.value.common.cancel,
  danger,
  busy = false,
  yes,
  no,
}: {
  text: string;
  sure: string;
  keep?: string;
  danger: boolean;
  /** While what was answered is done, nothing else is. */
  busy?: boolean;
  yes: () => Promise<void>;
  no: () => void;
}) {
  const asked = useRef<HTMLParagraphElement>(null);
  useEffect(() => asked.current?.focus(), []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is for the buttons inside
    <div
      class="careful"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !busy) no();
      }}
    >
      <p tabIndex={-1} ref={asked}>
        {text}
      </p>
      <button
        type="button"
        class={danger ? "danger" : ""}
        aria-disabled={busy}
        onClick={() => {
          if (!busy) yes();
        }}
      >
        {sure}
      </button>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          if (!busy) no();
        }}
      >
        {keep}
      </button>
    </div>
  );
}

/** A button whose work takes a while. */
export function Act({
  button,
  act,
  quiet = false,
  danger = false,
}: {
  button: string;
  act: () => Promise<void>;
  quiet?: boolean;
  danger?: boolean;
}) {
  const busy = useSignal(false);
  return (
    <button
      type="button"
      class={quiet ? "quiet" : danger ? "danger" : ""}
      aria-disabled={busy.value}
      onClick={async () => {
        if (busy.value) return;
        busy.value = true;
        try {
          await act();
        } catch (error) {
          say(sentenceOf(error), "red");
        } finally {
          busy.value = false;
        }
      }}
    >
      {busy.value ? words.value.common.signing : button}
    </button>
  );
}

/** Nothing where the browser has no clipboard: it has one over https only. */
export function CopyButton({
  text,
  label = words.value.common.copy,
}: {
  text: string;
  label?: string;
}) {
  const done = useSignal(false);
  if (!navigator.clipboard) return null;
  return (
    <button
      type="button"
      class="quiet"
      onClick={async () => {
        await navigator.clipboard.writeText(text);
        done.value = true;
      }}
    >
      {done.value ? words.value.common.copied : label}
    </button>
  );
}

const LOCALES = { ja: "ja-JP", en: "en-GB" };

/** As customers' pages and labels write them: 2026年12月3日, 3 Dec 2026. */
export const dateOnly = (time: number): string =>
  new Intl.DateTimeFormat(LOCALES[language.value], {
    dateStyle: language.value === "ja" ? "long" : "medium",
  }).format(time);

export const timeOnly = (time: number): string =>
  new Intl.DateTimeFormat(LOCALES[language.value], {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(time);

export const dateTime = (time: number): string =>
  `${dateOnly(time)}${language.value === "ja" ? "" : ","} ${timeOnly(time)}`;

/** @param day `2026-11-26` */
export const dayText = (day: string): string => dateOnly(new Date(`${day}T12:00`).getTime());

export const count = (n: number): string =>
  new Intl.NumberFormat(LOCALES[language.value]).format(n);

/** As a field for dates or times has it, by the office's clock. */
export function localTime(time: number, byDay: boolean): string {
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString();
  return local.slice(0, byDay ? 10 : 16);
}

/** Today where the office is. */
export const today = (): string => localTime(Date.now(), true);

/** The word for a kind of event, a role or a state. */
export const wordOf = (section: Record<string, string>, code: string | null): string =>
  code === null ? "" : (section[code] ?? code);

export { fill };
