import { type Signal, useSignal } from "@preact/signals";
import { canonicalLink, readLink } from "../../shared/digital-link.ts";
import type { JsonObject } from "../../shared/json.ts";
import { put, Refusal } from "../api.ts";
import { FIRST_DAY, yearsBetween } from "../days.ts";
import { LOT } from "../numbers.ts";
import {
  Choices,
  dayText,
  Empty,
  Form,
  fill,
  Screen,
  Select,
  Show,
  Text,
  today,
  useLoad,
  type Values,
  Wrong,
  wordOf,
} from "../parts.tsx";
import { type Draft, record } from "../record.ts";
import {
  EXPIRIES,
  type Expiry,
  type LotRow,
  type Place,
  type Product,
  type ProductDefaults,
} from "../rights.ts";
import { named, words } from "../state.ts";
import { commissioning, crossed, type LotPage, lotMembers } from "./lots.tsx";
import { useRights } from "./products.tsx";

const dated = (): string => today().replaceAll("-", "").slice(2);

/** Today's date, with a number where the product has a lot of that name already. */
function freeLot(taken: LotRow[]): string {
  const names = new Set(taken.map(({ lot }) => lot.toUpperCase()));
  for (let n = 1; ; n++) {
    const name = n === 1 ? dated() : `${dated()}-${n}`;
    if (!names.has(name)) return name;
  }
}

/** What a lot may be made by, out of others: the kinds of events that say so. */
const WAYS = ["transformed", "lot_split", "lots_merged", "repackaged"] as const;

/** As many as an event may name. */
const MOST_SOURCES = 20;

/** A lot of others that went into the new one. */
interface Source {
  link: string;
  /** As typed; empty where nobody weighed it. */
  kilograms: string;
}

/** Which lots went in, by the rows of the form. */
const sourcesOf = (values: Values, rows: number[]): Source[] =>
  rows
    .map((row) => ({ link: values.text(`from-${row}`), kilograms: values.text(`used-${row}`) }))
    .filter(({ link }) => link !== "");

const weighed = (epcClass: string, kilograms: string): JsonObject =>
  kilograms === "" ? { epcClass } : { epcClass, quantity: Number(kilograms), uom: "KGM" };

/** Makes a lot out of others, at the place and on the day of its commissioning. */
function making(begun: Draft, kind: string, sources: Source[], kilograms: string): Draft {
  const { quantityList, ...members } = begun.members;
  const [{ epcClass }] = quantityList as [{ epcClass: string }];
  return {
    ...begun,
    kind,
    members: {
      ...members,
      inputQuantityList: sources.map((one) => weighed(one.link, one.kilograms)),
      outputQuantityList: [weighed(epcClass, kilograms)],
    },
  };
}

/** A lot that is recalled goes into nothing; and no lot is made of itself. */
function refuseSources(values: Values, rows: number[], all: LotRow[]): void {
  const w = words.value.lots;
  const seen = new Set<string>();
  for (const row of rows) {
    const link = values.text(`from-${row}`);
    if (link === "") continue;
    const name = readLink(link).lot ?? "";
    if (all.some((one) => one.link === link && one.recalledSince !== null)) {
      throw new Wrong(`from-${row}`, fill(w.sourceRecalled, { lot: name }));
    }
    const own = canonicalLink({
      key: "01",
      value: values.text("product"),
      lot: values.text("lot"),
    });
    if (link === own) throw new Wrong(`from-${row}`, w.sourceItself);
    if (seen.has(link)) throw new Wrong(`from-${row}`, fill(w.sourceTwice, { lot: name }));
    seen.add(link);
  }
}

/** The kind of date is the same the next time; who may not change a product's defaults types it again. */
export async function remember(
  gtin: string,
  before: ProductDefaults,
  expiry: Expiry | "",
): Promise<void> {
  if (expiry === "" || before.expiry === expiry) return;
  await put(`products/${gtin}/defaults`, { ...before, expiry }).catch(() => undefined);
}

/** Which lots went into it, and how much of each. */
function Sources({
  rows,
  all,
  first,
}: {
  rows: Signal<number[]>;
  all: LotRow[];
  first: string | null;
}) {
  const w = words.value.lots;
  const options = all
    .filter(({ state }) => state !== "withdrawn")
    .map((one) => ({
      value: one.link,
      text: `${named(one.product, one.gtin)} ${one.lot}${one.recalledSince === null ? "" : ` (${words.value.states.recalled})`}`,
    }));
  if (first !== null && !options.some(({ value }) => value === first)) {
    options.unshift({ value: first, text: readLink(first).lot ?? first });
  }
  return (
    <fieldset class="sources">
      <legend>{w.sources}</legend>
      <p class="hint">{w.sourcesHint}</p>
      {rows.value.map((row, i) => (
        <div key={row} class="pair">
          <Select
            name={`from-${row}`}
            label={fill(w.source, { n: i + 1 })}
            required={false}
            options={options}
            value={i === 0 ? (first ?? "") : ""}
          />
          <Text
            name={`used-${row}`}
            label={w.sourceUsed}
            required={false}
            type="number"
            min={0.001}
            step="any"
          />
        </div>
      ))}
      {rows.value.length > 0 && (
        <div class="pair">
          <Select
            name="way"
            label={w.way}
            options={WAYS.map((value) => ({ value, text: w.ways[value] }))}
            value={WAYS[0]}
          />
          <Text
            name="made"
            label={w.madeAmount}
            required={false}
            type="number"
            min={0.001}
            step="any"
          />
        </div>
      )}
      {rows.value.length < MOST_SOURCES && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            rows.value = [...rows.value, (rows.value.at(-1) ?? -1) + 1];
          }}
        >
          {rows.value.length === 0 ? w.addSource : w.addAnother}
        </button>
      )}
    </fieldset>
  );
}

/** @param from the lot that it is made of, where somebody comes from that lot's page */
export function NewLotScreen({ from = null }: { from?: { gtin: string; lot: string } | null }) {
  const w = words.value.lots;
  const products = useLoad<{ products: Product[] }>("products");
  const places = useLoad<{ places: Place[] }>("places");
  const chosen = useSignal("");
  const gtin = chosen.value || (products.data?.products[0]?.gtin ?? "");
  const todays = useLoad<LotPage>(`lots?q=${dated()}`);
  const rights = useRights();
  const recent = useLoad<LotPage>("lots?sort=changed");
  const begun =
    from === null ? null : canonicalLink({ key: "01", value: from.gtin, lot: from.lot });
  const rows = useSignal<number[]>(from === null ? [] : [0]);
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
              // What somebody writes must not be written over by a number that comes late
              const awaited = [todays, recent, rights];
              if (awaited.some(({ data, error }) => data === null && error === null)) {
                return <p class="soft">{words.value.common.loading}</p>;
              }
              const defaults = all.find((one) => one.gtin === gtin)?.defaults ?? {};
              const fishing = rights.data?.roles.includes("fisher") ?? false;
              const sources = recent.data?.lots ?? [];
              return (
                <Form
                  button={w.sign}
                  cancel="lots"
                  fields={{
                    "/quantityList": "lot",
                    "/outputQuantityList": "lot",
                    "/readPoint": "place",
                    "/sanchi:limits": "maximum",
                    "/eventTime": "day",
                  }}
                  ask={(values) => {
                    crossed(values);
                    const [day, until] = [values.text("day"), values.text("until")];
                    if (day > today()) throw new Wrong("day", w.dayAhead);
                    if (day < FIRST_DAY) {
                      throw new Wrong("day", fill(w.dayTooEarly, { day: dayText(FIRST_DAY) }));
                    }
                    if (until !== "" && until < day) throw new Wrong("until", w.untilBefore);
                    if (until !== "" && values.text("expiry") === "") {
                      throw new Wrong("expiry", w.expiryNeeded);
                    }
                    refuseSources(values, rows.value, sources);
                    const limited = values.text("minimum") !== "" || values.text("maximum") !== "";
                    // What is left empty would be signed as a promise
                    if (limited && values.text("minutes") === "") {
                      throw new Wrong("minutes", w.minutesNeeded);
                    }
                    const years = yearsBetween(day, today());
                    return years < 1 ? null : fill(w.dayLongAgo, { day: dayText(day), years });
                  }}
                  submit={async (values) => {
                    const lot = values.text("lot");
                    const day = values.text("day");
                    const own = lotMembers({
                      ...defaults,
                      minimum: values.text("minimum"),
                      maximum: values.text("maximum"),
                      minutes: values.text("minutes"),
                      origin: values.text("origin"),
                      variety: values.text("variety"),
                      species: values.text("species"),
                      aquacultureMethod: values.text("aquacultureMethod"),
                      expiry: values.text("expiry") as Expiry | "",
                      until: values.text("until"),
                    });
                    if (!values.all("claimed").includes("yes")) delete own["sanchi:claims"];
                    const begun = commissioning(gtin, lot, values.text("place"), day, own);
                    const used = sourcesOf(values, rows.value);
                    try {
                      await record(
                        used.length === 0
                          ? begun
                          : making(begun, values.text("way"), used, values.text("made")),
                      );
                    } catch (error) {
                      if (error instanceof Refusal && error.reason === "already_commissioned") {
                        throw new Wrong("lot", error.message);
                      }
                      throw error;
                    }
                    await remember(gtin, defaults, values.text("expiry") as Expiry | "");
                    return {
                      to: `lots/${gtin}/${encodeURIComponent(lot)}`,
                      said: fill(w.made, { lot }),
                    };
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
                    value={freeLot(todays.data?.lots ?? [])}
                    rule={LOT}
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
                  <Text name="day" label={w.day} hint={w.dayHint} type="date" value={today()} />
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
                    {fishing && (
                      <Text
                        name="species"
                        label={w.species}
                        hint={w.speciesHint}
                        required={false}
                        value={defaults.species}
                      />
                    )}
                    {fishing && rows.value.length === 0 && (
                      <Text
                        name="aquacultureMethod"
                        label={w.aquacultureMethod}
                        hint={w.aquacultureMethodHint}
                        required={false}
                        value={defaults.aquacultureMethod}
                      />
                    )}
                  </div>
                  <div key={`${gtin}-until`} class="pair">
                    <Select
                      name="expiry"
                      label={w.expiry}
                      required={false}
                      options={EXPIRIES.map((value) => ({ value, text: w.expiries[value] }))}
                      value={defaults.expiry ?? ""}
                    />
                    <Text
                      name="until"
                      label={w.until}
                      hint={w.untilHint}
                      required={false}
                      type="date"
                    />
                  </div>
                  <Sources rows={rows} all={sources} first={begun} />
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
