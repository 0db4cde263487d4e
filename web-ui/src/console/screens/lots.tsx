import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { canonicalLink } from "../../shared/digital-link.ts";
import type { Json, JsonObject } from "../../shared/json.ts";
import { kindWords } from "../kinds.ts";
import {
  count,
  dateOnly,
  Empty,
  fill,
  Screen,
  Show,
  TableBox,
  today,
  useLoad,
  type Values,
  Wrong,
  wordOf,
} from "../parts.tsx";
import type { Draft } from "../record.ts";
import type { Expiry, LotRow, Product } from "../rights.ts";
import { asked, go, named, words } from "../state.ts";

const STATES = [
  "registered",
  "growing",
  "harvested",
  "packed",
  "recalled",
  "shipped",
  "gone",
  "withdrawn",
] as const;

export const StateTag = ({ state }: { state: LotRow["state"] }) => (
  <span class={`tag state-${state}`}>{words.value.states[state]}</span>
);

const SORTS = ["newest", "oldest", "changed", "number"] as const;

export interface LotPage {
  count: number | null;
  lots: LotRow[];
  next: string | null;
  previous: string | null;
}

/** The server stops counting there. */
const MOST_COUNTED = 10_000;

const withQuery = (query: string): string => (query === "" ? "lots" : `lots?${query}`);

/** Looks for something else; a filter without a value is none. */
function change(values: Record<string, string>): void {
  const all = { ...Object.fromEntries(new URLSearchParams(asked.value)), at: "", ...values };
  go(withQuery(String(new URLSearchParams(Object.entries(all).filter(([, value]) => value)))));
}

const startOf = (day: string): string => String(new Date(`${day}T00:00:00`).getTime());
const DAY_MS = 86_400_000;

/** All lots that concern the organisation: search, filters, order, page by page. */
export function LotsScreen() {
  const w = words.value.lots;
  const products = useLoad<{ products: Product[] }>("products");
  const given = Object.fromEntries(new URLSearchParams(asked.value));
  const { state = "", gtin = "", q = "", from = "", to = "", sort = "", at = "" } = given;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ state, gtin, q, sort })) {
    if (value !== "") query.set(name, value);
  }
  if (from !== "") query.set("from", startOf(from));
  if (to !== "") query.set("to", String(Number(startOf(to)) + DAY_MS));
  const filtered = query.size > (sort === "" ? 0 : 1);
  const [direction, cursor] = at.split(" ");
  if (direction !== undefined && cursor !== undefined) query.set(direction, cursor);
  const page = useLoad<LotPage>(`lots${query.size === 0 ? "" : `?${query}`}`, true);
  // Where there is nothing yet, what to do stands there
  const bare = !filtered && page.data?.lots.length === 0;
  const search = useRef<HTMLInputElement>(null);
  // On a phone the lots come first
  const more = useSignal(matchMedia("(min-width: 48rem)").matches || filtered);
  // Back and forward change what was looked for, too
  useEffect(() => {
    if (search.current !== null) search.current.value = q;
  }, [q]);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const writes = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      if (event.key === "/" && !writes && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        search.current?.focus();
        search.current?.select();
      }
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  return (
    <Screen
      title={w.title}
      actions={
        !bare && (
          <>
            <a class="button quiet" href="#/import/lots">
              {words.value.nav.import}
            </a>
            <a class="button" href="#/lots/new">
              {w.new}
            </a>
          </>
        )
      }
    >
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          change({ q: search.current?.value.trim() ?? "" });
        }}
      >
        <label class="wide">
          <span>
            {w.search} <kbd>/</kbd>
          </span>
          <input
            ref={search}
            name="q"
            type="search"
            maxLength={60}
            defaultValue={q}
            placeholder={w.searchHint}
            onInput={(event) => {
              if (event.currentTarget.value === "" && q !== "") change({ q: "" });
            }}
          />
        </label>
        <button type="submit" class="quiet">
          {w.searchButton}
        </button>
        <details
          class="more"
          open={more.value}
          onToggle={(event) => {
            more.value = event.currentTarget.open;
          }}
        >
          <summary>{w.filters}</summary>
          <div class="filters">
            <Pick
              label={w.state}
              value={state}
              all={w.all}
              options={STATES.map((one) => [one, words.value.states[one]])}
              onChange={(value) => change({ state: value })}
            />
            <Pick
              label={w.product}
              value={gtin}
              all={w.all}
              options={(products.data?.products ?? []).map((one) => [
                one.gtin,
                named(one.name, one.gtin),
              ])}
              onChange={(value) => change({ gtin: value })}
            />
            <label>
              <span>{w.from}</span>
              <input
                type="date"
                value={from}
                onChange={(event) => change({ from: event.currentTarget.value })}
              />
            </label>
            <label>
              <span>{w.to}</span>
              <input
                type="date"
                value={to}
                onChange={(event) => change({ to: event.currentTarget.value })}
              />
            </label>
            <Pick
              label={w.sort}
              value={sort}
              all={w.sorts.newest}
              options={SORTS.slice(1).map((one) => [one, w.sorts[one]])}
              onChange={(value) => change({ sort: value })}
            />
          </div>
        </details>
      </form>
      {from !== "" && to !== "" && from > to && <p class="fault">{w.fromAfterTo}</p>}
      <Show of={page}>
        {({ lots, count: all, next, previous }) => {
          if (lots.length === 0) {
            return filtered ? (
              <Empty title={w.noneFound} text={w.noneFoundText}>
                <button type="button" class="quiet" onClick={() => go("lots")}>
                  {w.clear}
                </button>
              </Empty>
            ) : (
              <Empty title={w.none} text={w.noneText}>
                <a class="button" href="#/lots/new">
                  {w.new}
                </a>
                <a class="button quiet" href="#/import/lots">
                  {words.value.nav.import}
                </a>
              </Empty>
            );
          }
          return (
            <>
              {all !== null && (
                <p class="soft" aria-live="polite">
                  {fill(all >= MOST_COUNTED ? w.countMore : w.count, { count: count(all) })}
                  {filtered && (
                    <a class="after" href="#/lots">
                      {w.clear}
                    </a>
                  )}
                </p>
              )}
              <LotTable lots={lots} />
              {(next !== null || previous !== null) && (
                <nav class="pages" aria-label={w.pages}>
                  <Turn text={w.first} to={previous === null ? null : ""} />
                  <Turn text={w.previous} to={previous === null ? null : `before ${previous}`} />
                  <Turn text={w.next} to={next === null ? null : `after ${next}`} />
                  <Turn text={w.lastPage} to={next === null ? null : "before end"} />
                </nav>
              )}
            </>
          );
        }}
      </Show>
    </Screen>
  );
}

function Turn({ text, to }: { text: string; to: string | null }) {
  return (
    <button
      type="button"
      class="quiet"
      disabled={to === null}
      onClick={() => {
        if (to !== null) change({ at: to });
      }}
    >
      {text}
    </button>
  );
}

function Pick({
  label,
  value,
  all,
  options,
  onChange,
}: {
  label: string;
  value: string;
  all: string;
  options: (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{all}</option>
        {options.map(([code, text]) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Up and down go from lot to lot; Enter opens one, as a link does. */
function walk(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("td a")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const target = step === undefined ? undefined : links[at < 0 ? 0 : at + step];
  if (target !== undefined) {
    event.preventDefault();
    target.focus();
  }
}

export function LotTable({ lots }: { lots: LotRow[] }) {
  const w = words.value.lots;
  // Where all are one's own, nothing is said by saying so
  const others = lots.some(({ own }) => !own);
  return (
    <TableBox title={w.title}>
      <table onKeyDown={walk}>
        <thead>
          <tr>
            <th scope="col">{w.product}</th>
            <th scope="col">{w.lot}</th>
            <th scope="col">{w.state}</th>
            <th scope="col">{w.place}</th>
            <th scope="col">{w.last}</th>
            {others && <th scope="col">{w.commissioner}</th>}
          </tr>
        </thead>
        <tbody>
          {lots.map((lot) => (
            <tr key={lot.link}>
              <td data-label={w.product}>{named(lot.product, lot.gtin)}</td>
              <td data-label={w.lot}>
                <a class="whole" href={`#/lots/${lot.gtin}/${encodeURIComponent(lot.lot)}`}>
                  {lot.lot}
                </a>
              </td>
              <td data-label={w.state}>
                <StateTag state={lot.state} />
              </td>
              <td data-label={w.place}>{named(lot.place, "")}</td>
              <td data-label={w.last}>
                <span>
                  {wordOf(kindWords(), lot.lastKind)}
                  {lot.lastTime !== null && <span class="soft"> {dateOnly(lot.lastTime)}</span>}
                </span>
              </td>
              {others && (
                <td data-label={w.commissioner}>
                  {lot.own ? w.own : named(lot.commissioner.name, lot.commissioner.gln ?? "")}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

/** The limits and claims of a product's defaults, as a lot's event has them. */
export function lotMembers(values: {
  minimum?: string | undefined;
  maximum?: string | undefined;
  minutes?: string | undefined;
  claim?: string | undefined;
  certificate?: string | undefined;
  origin?: string | undefined;
  variety?: string | undefined;
  species?: string | undefined;
  aquacultureMethod?: string | undefined;
  expiry?: Expiry | "" | undefined;
  /** The day, `YYYY-MM-DD`. */
  until?: string | undefined;
}): JsonObject {
  const members: JsonObject = {};
  if (values.minimum || values.maximum) {
    const limit: JsonObject = {
      "sanchi:allowedMinutes": Number(values.minutes || 0),
      "sanchi:measure": "temperature",
    };
    if (values.minimum) limit["sanchi:minimum"] = Number(values.minimum);
    if (values.maximum) limit["sanchi:maximum"] = Number(values.maximum);
    members["sanchi:limits"] = [limit];
  }
  if (values.claim && values.certificate) {
    members["sanchi:claims"] = [
      { "sanchi:certificate": values.certificate, "sanchi:claim": values.claim },
    ] as Json;
  }
  if (values.origin) members["sanchi:origin"] = values.origin;
  if (values.variety) members["sanchi:variety"] = values.variety;
  if (values.species) members["sanchi:species"] = values.species;
  if (values.aquacultureMethod) members["sanchi:aquacultureMethod"] = values.aquacultureMethod;
  if (values.until && values.expiry) members[`sanchi:${values.expiry}`] = values.until;
  return members;
}

/** A range that nothing can lie in is a slip. */
export function crossed(values: Values): void {
  const [low, high] = ["minimum", "maximum"].map((name) => values.text(name));
  if (low && high && Number(low) > Number(high)) {
    throw new Wrong("maximum", words.value.lots.limitsCrossed);
  }
}

/** Commissions a lot at a place. */
export const commissioning = (
  gtin: string,
  lot: string,
  place: string,
  day: string,
  members: JsonObject,
): Draft => ({
  kind: "lot_commissioned",
  members: {
    quantityList: [{ epcClass: canonicalLink({ key: "01", value: gtin, lot }) }],
    readPoint: { id: `https://id.gs1.org/414/${place}` },
    ...members,
  },
  when: day === today() ? { at: Date.now() } : { day },
});
