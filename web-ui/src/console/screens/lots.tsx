import { useSignal } from "@preact/signals";
import { canonicalLink } from "../../shared/digital-link.ts";
import type { Json, JsonObject } from "../../shared/json.ts";
import { get, Refusal } from "../api.ts";
import { kindWords } from "../kinds.ts";
import {
  Choices,
  count,
  dateOnly,
  dateTime,
  Empty,
  Form,
  fill,
  Screen,
  Select,
  Show,
  sentenceOf,
  TableBox,
  Text,
  today,
  useLoad,
  Wrong,
  wordOf,
} from "../parts.tsx";
import { CodeCard } from "../qr.tsx";
import { type Draft, record } from "../record.ts";
import type { LotRow, Place, Product } from "../rights.ts";
import { go, type Name, named, say, words } from "../state.ts";

const STATES = ["registered", "growing", "harvested", "packed", "recalled", "gone"] as const;

export const StateTag = ({ state }: { state: LotRow["state"] }) => (
  <span class={`tag state-${state}`}>{words.value.states[state]}</span>
);

/** All lots that concern the organisation: filter, search, page by page. */
export function LotsScreen() {
  const w = words.value.lots;
  const state = useSignal("");
  const search = useSignal("");
  const more = useSignal<LotRow[]>([]);
  const next = useSignal<string | null | undefined>(undefined);
  const query = new URLSearchParams();
  if (state.value !== "") query.set("state", state.value);
  if (search.value !== "") query.set("q", search.value);
  const path = `lots${query.size === 0 ? "" : `?${query}`}`;
  const first = useLoad<{ lots: LotRow[]; next: string | null }>(path);
  const restart = () => {
    more.value = [];
    next.value = undefined;
  };
  return (
    <Screen
      title={w.title}
      actions={
        <>
          <a class="button" href="#/lots/new">
            {w.new}
          </a>
          <a class="button quiet" href="#/import">
            {words.value.nav.import}
          </a>
        </>
      }
    >
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget);
          restart();
          search.value = String(data.get("q") ?? "").trim();
        }}
      >
        <label>
          <span>{w.state}</span>
          <select
            onChange={(event) => {
              restart();
              state.value = event.currentTarget.value;
            }}
          >
            <option value="">{w.all}</option>
            {STATES.map((one) => (
              <option key={one} value={one}>
                {words.value.states[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{w.search}</span>
          <input name="q" type="search" maxLength={60} placeholder={w.searchHint} />
        </label>
        <button type="submit" class="quiet">
          {w.searchButton}
        </button>
      </form>
      <Show of={first}>
        {(page) => {
          const lots = [...page.lots, ...more.value];
          const after = next.value === undefined ? page.next : next.value;
          if (lots.length === 0) {
            return query.size > 0 ? (
              <p class="soft">{w.noneFound}</p>
            ) : (
              <Empty title={w.none} text={w.noneText}>
                <a class="button" href="#/lots/new">
                  {w.new}
                </a>
              </Empty>
            );
          }
          return (
            <>
              <LotTable lots={lots} />
              {after !== null && (
                <button
                  type="button"
                  class="quiet"
                  onClick={async () => {
                    query.set("after", after);
                    try {
                      const found = await get<{ lots: LotRow[]; next: string | null }>(
                        `lots?${query}`,
                      );
                      more.value = [...more.value, ...found.lots];
                      next.value = found.next;
                    } catch (error) {
                      say(sentenceOf(error), "red");
                    }
                  }}
                >
                  {w.more}
                </button>
              )}
            </>
          );
        }}
      </Show>
    </Screen>
  );
}

export function LotTable({ lots }: { lots: LotRow[] }) {
  const w = words.value.lots;
  return (
    <TableBox title={w.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{w.product}</th>
            <th scope="col">{w.lot}</th>
            <th scope="col">{w.state}</th>
            <th scope="col">{w.last}</th>
            <th scope="col">{w.commissioner}</th>
          </tr>
        </thead>
        <tbody>
          {lots.map((lot) => (
            <tr key={lot.link}>
              <td data-label={w.product}>{named(lot.product, lot.gtin)}</td>
              <td data-label={w.lot}>
                <a href={`#/lots/${lot.gtin}/${encodeURIComponent(lot.lot)}`}>{lot.lot}</a>
              </td>
              <td data-label={w.state}>
                <StateTag state={lot.state} />
              </td>
              <td data-label={w.last}>
                <span>
                  {wordOf(kindWords(), lot.lastKind)}
                  {lot.lastTime !== null && <span class="soft"> {dateOnly(lot.lastTime)}</span>}
                </span>
              </td>
              <td data-label={w.commissioner}>
                {lot.own ? w.own : named(lot.commissioner.name, lot.commissioner.gln ?? "")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

interface History {
  lot: LotRow;
  events: {
    id: string;
    kind: string;
    actor: { gln: string | null; name: Name };
    correctedBy: string | null;
    eventTime: number;
    recordTime: number;
    payload: JsonObject;
  }[];
}

export function LotScreen({ gtin, lot }: { gtin: string; lot: string }) {
  const w = words.value.lots;
  const history = useLoad<History>(`lots/${gtin}/${encodeURIComponent(lot)}/history`);
  const title = history.data === null ? lot : `${named(history.data.lot.product, gtin)} ${lot}`;
  return (
    <Screen title={title}>
      <Show of={history}>
        {({ lot: row, events }) => (
          <>
            <p>
              <StateTag state={row.state} />
            </p>
            {row.recalledSince !== null && (
              <p class="box red">{fill(w.recalledSince, { when: dateTime(row.recalledSince) })}</p>
            )}
            <div class="actions">
              {row.own && row.recalledSince === null && (
                <>
                  <a class="button" href={`#/packing/${gtin}/${encodeURIComponent(lot)}`}>
                    {words.value.nav.packing}
                  </a>
                  <a class="button danger" href={`#/recall/${gtin}/${encodeURIComponent(lot)}`}>
                    {words.value.nav.recall}
                  </a>
                </>
              )}
              <a class="button quiet" href={`/01/${gtin}/10/${encodeURIComponent(lot)}`}>
                {w.page}
              </a>
            </div>
            {row.own && (
              <details class="box">
                <summary>{words.value.codes.lot}</summary>
                <CodeCard
                  kind="lot"
                  link={canonicalLink({ key: "01", value: gtin, lot })}
                  number={lot}
                />
              </details>
            )}
            <h2>{fill(w.history, { count: count(events.length) })}</h2>
            <ol class="events">
              {[...events].reverse().map((event) => (
                <li key={event.id} class={event.correctedBy === null ? "" : "struck"}>
                  <strong>{wordOf(kindWords(), event.kind)}</strong>{" "}
                  <span class="soft">
                    {dateOf(event.payload, event.eventTime)} ·{" "}
                    {named(event.actor.name, event.actor.gln ?? "")}
                  </span>
                  {event.correctedBy !== null && <em> {w.corrected}</em>}
                  <p class="soft">{factsOf(event.payload)}</p>
                </li>
              ))}
            </ol>
          </>
        )}
      </Show>
    </Screen>
  );
}

const dateOf = (payload: JsonObject, time: number): string =>
  payload["sanchi:precision"] === "day" ? dateOnly(time) : dateTime(time);

/** What an event says besides when and who, as one line. */
function factsOf(payload: JsonObject): string {
  const facts: string[] = [];
  for (const list of ["quantityList", "outputQuantityList"]) {
    for (const element of (payload[list] ?? []) as JsonObject[]) {
      if (element["quantity"] !== undefined) {
        const unit = element["uom"] === "KGM" ? " kg" : "";
        facts.push(`${element["quantity"]}${unit}`);
      }
    }
  }
  const quiet = ["kind", "consortium", "organisation", "precision", "loggedAt", "corrects"];
  for (const [name, value] of Object.entries(payload)) {
    if (!name.startsWith("sanchi:") || quiet.includes(name.slice(7))) continue;
    if (typeof value === "string" || typeof value === "number") facts.push(String(value));
  }
  return facts.join(" · ");
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
  bestBefore?: string | undefined;
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
  if (values.bestBefore) members["sanchi:bestBefore"] = values.bestBefore;
  return members;
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

const suggestedLot = (): string => today().replaceAll("-", "").slice(2);

export function NewLotScreen() {
  const w = words.value.lots;
  const products = useLoad<{ products: Product[] }>("products");
  const places = useLoad<{ places: Place[] }>("places");
  const chosen = useSignal("");
  return (
    <Screen title={w.new} lead={w.newLead}>
      <Show of={products}>
        {({ products: all }) => (
          <Show of={places}>
            {({ places: where }) => {
              if (all.length === 0) {
                return (
                  <Empty title={w.needsProduct} text={w.needsProductText}>
                    <a class="button" href="#/products/new">
                      {words.value.products.new}
                    </a>
                  </Empty>
                );
              }
              if (where.length === 0) {
                return (
                  <Empty title={w.needsPlace} text={w.needsPlaceText}>
                    <a class="button" href="#/places/new">
                      {words.value.places.new}
                    </a>
                  </Empty>
                );
              }
              const gtin = chosen.value || (all[0] as Product).gtin;
              const defaults = all.find((one) => one.gtin === gtin)?.defaults ?? {};
              return (
                <Form
                  button={w.sign}
                  fields={{
                    "/quantityList": "lot",
                    "/readPoint": "place",
                    "/sanchi:limits": "maximum",
                    "/eventTime": "day",
                  }}
                  submit={async (values) => {
                    const lot = values.text("lot");
                    const limits = ["minimum", "maximum"].map((name) => values.text(name));
                    if (limits[0] && limits[1] && Number(limits[0]) > Number(limits[1])) {
                      throw new Wrong("maximum", w.limitsCrossed);
                    }
                    const own = lotMembers({
                      ...defaults,
                      minimum: values.text("minimum"),
                      maximum: values.text("maximum"),
                      minutes: values.text("minutes"),
                      origin: values.text("origin"),
                      variety: values.text("variety"),
                      bestBefore: values.text("bestBefore"),
                    });
                    if (!values.all("claimed").includes("yes")) delete own["sanchi:claims"];
                    try {
                      await record(
                        commissioning(gtin, lot, values.text("place"), values.text("day"), own),
                      );
                    } catch (error) {
                      if (error instanceof Refusal && error.reason === "already_commissioned") {
                        throw new Wrong("lot", error.message);
                      }
                      throw error;
                    }
                    say(fill(w.made, { lot }));
                    go(`lots/${gtin}/${encodeURIComponent(lot)}`);
                  }}
                >
                  <Select
                    name="product"
                    label={w.product}
                    options={all.map((one) => ({
                      value: one.gtin,
                      text: named(one.name, one.gtin),
                    }))}
                    value={gtin}
                    onChange={(value) => {
                      chosen.value = value;
                    }}
                  />
                  <Text
                    name="lot"
                    label={w.lotName}
                    hint={w.lotHint}
                    value={suggestedLot()}
                    pattern="[A-Za-z0-9._\-]{1,20}"
                    maxLength={20}
                  />
                  <Select
                    name="place"
                    label={w.place}
                    options={where.map((one) => ({
                      value: one.gln,
                      text: named(one.name, one.gln),
                    }))}
                  />
                  <Text name="day" label={w.day} type="date" value={today()} />
                  <div key={gtin} class="pair">
                    <Text
                      name="minimum"
                      label={w.minimum}
                      required={false}
                      type="number"
                      step="0.1"
                      value={defaults.minimum}
                    />
                    <Text
                      name="maximum"
                      label={w.maximum}
                      required={false}
                      type="number"
                      step="0.1"
                      value={defaults.maximum}
                    />
                    <Text
                      name="minutes"
                      label={w.minutes}
                      hint={w.limitsHint}
                      required={false}
                      type="number"
                      min={0}
                      value={defaults.minutes}
                    />
                  </div>
                  <div key={`${gtin}-more`} class="pair">
                    <Text name="origin" label={w.origin} required={false} value={defaults.origin} />
                    <Text
                      name="variety"
                      label={w.variety}
                      required={false}
                      value={defaults.variety}
                    />
                    <Text name="bestBefore" label={w.bestBefore} required={false} type="date" />
                  </div>
                  {defaults.claim && defaults.certificate && (
                    <Choices
                      name="claimed"
                      label={w.claims}
                      options={[
                        {
                          value: "yes",
                          text: `${wordOf(words.value.claims, defaults.claim)} (${defaults.certificate.split("/").pop()})`,
                        },
                      ]}
                      value={["yes"]}
                    />
                  )}
                </Form>
              );
            }}
          </Show>
        )}
      </Show>
    </Screen>
  );
}
