import { type Signal, signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { toBase64Url } from "../../shared/base64.ts";
import { merkleRoot } from "../../shared/merkle.ts";
import { labelHash } from "../../shared/serial.ts";
import { type Drawn, post, postForFile } from "../api.ts";
import { LABEL } from "../numbers.ts";
import {
  Choices,
  count,
  dateTime,
  dayText,
  Empty,
  Form,
  fill,
  localTime,
  Screen,
  Select,
  Show,
  sentenceOf,
  Text,
  today,
  useLoad,
  type Values,
  Wrong,
  wordOf,
} from "../parts.tsx";
import { committed, postSigned, record, signAll } from "../record.ts";
import {
  EXPIRIES,
  type Expiry,
  type LotRow,
  type Place,
  type Product,
  type Rights,
  type Run,
} from "../rights.ts";
import { freeSpans, newRun, newSerials, readNumber, type Span } from "../runs.ts";
import { isLocal, language, named, session, words } from "../state.ts";
import { type Paper, type PrintedRun, store } from "../store.ts";
import { placeOf, type Told } from "../telling.tsx";
import { remember } from "./new-lot.tsx";

const RUN_LABELS = 500;
const MOST_CARDS = 40;
/** Who prints the same again so soon may have missed that the first time was one. */
const JUST_NOW_MS = 3_600_000;
/** So long after the last key the sample is drawn anew. */
const PAUSE_MS = 300;
/** How many labels stand beside and below each other on a sheet. */
const SHEETS: Record<string, [columns: number, rows: number]> = {
  "a4-65": [5, 13],
  "a4-44": [4, 11],
  a4: [3, 8],
  "a4-12": [2, 6],
};

/** Whether the organisation catches or farms fish and grows nothing: its harvest is landed. */
const fishes = signal(false);
const harvestedWord = (): string =>
  fishes.value ? words.value.labels.landed : words.value.labels.harvested;

/** A run whose labels were signed and never answered: who tries the same again gets this one. */
let unanswered: { order: string; printed: PrintedRun; signed: string[] } | null = null;

export function LabelsScreen({ gtin, lot }: { gtin: string | null; lot: string | null }) {
  const w = words.value.labels;
  const products = useLoad<{ products: Product[] }>("products");
  const runs = useLoad<{ runs: Run[] }>("runs", true);
  const kept = useSignal<PrintedRun[]>([]);
  const chosen = useSignal(gtin ?? "");
  const chosenLot = useSignal(lot ?? "");
  const paper = useSignal<Paper>({ format: "a4", ...(lot === null ? {} : { lot }) });
  const notPrinted = useSignal<string[]>([]);
  /** What the chosen lot says of itself. */
  const own = useSignal<OfLot>(NOTHING);
  const rights = useLoad<Rights>(
    session.value === null ? null : `organisations/${session.value.organisation}`,
  );
  const roles = rights.data?.roles;
  useEffect(() => {
    fishes.value = roles?.includes("fisher") === true && !roles.includes("grower");
  }, [roles]);
  const loadKept = async () => {
    kept.value = await (await store()).getAll("run");
  };
  // A run may be here whose answer was lost
  useEffect(() => {
    loadKept();
  }, [runs.data]);
  return (
    <Screen title={w.title} lead={w.lead}>
      {isLocal() && <p class="box amber">{w.localOnly}</p>}
      <p class="soft">{w.notLegal}</p>
      <Show of={products}>
        {({ products: all }) => {
          if (all.length === 0) {
            return (
              <Empty title={words.value.lots.needsProduct} text={w.needsProduct}>
                <a class="button" href="#/products/new">
                  {words.value.products.new}
                </a>
              </Empty>
            );
          }
          const product = all.find(({ gtin }) => gtin === chosen.value) ?? (all[0] as Product);
          return (
            <div class="split" onInput={(event) => follow(event.target, paper)}>
              <Form
                button={w.print}
                fields={{ "/sanchi:count": "count", "/quantityList": "product" }}
                ask={(values) => {
                  const date = dateQuestion(values, own.value);
                  if (date !== null) return date;
                  const before = kept.value.some(
                    (one) =>
                      one.gtin === product.gtin &&
                      one.paper?.lot === paperOf(values).lot &&
                      Date.now() - one.printedAt < JUST_NOW_MS,
                  );
                  return before ? w.printAgain : null;
                }}
                submit={async (values) => {
                  const labels = Number(values.text("count"));
                  const { gtin } = product;
                  const paper = paperOf(values);
                  const { printed, signed } = await runOf(gtin, labels, paper);
                  const { run, serials } = printed;
                  const hashes = serials.map((serial) => labelHash(gtin, serial));
                  const ids = await postSigned(signed);
                  await post("labels", { gtin, run, hashes: hashes.map(toBase64Url) });
                  await committed(ids);
                  const notPrinted = await download(printed, serials, paper, startOf(values));
                  unanswered = null;
                  await remember(gtin, product.defaults ?? {}, values.text("limit") as Expiry | "");
                  await Promise.all([runs.reload(), loadKept()]);
                  return { said: saidOf(w.printed, labels, nameOf(printed), notPrinted) };
                }}
              >
                <Select
                  name="product"
                  label={words.value.lots.product}
                  options={all.map((one) => ({ value: one.gtin, text: named(one.name, one.gtin) }))}
                  value={product.gtin}
                  onChange={(value) => {
                    chosen.value = value;
                    chosenLot.value = "";
                  }}
                />
                <Text
                  name="count"
                  label={w.count}
                  hint={w.countHint}
                  type="number"
                  min={1}
                  max={RUN_LABELS}
                  value={48}
                />
                <PaperChoice formats={["a4-65", "a4-44", "a4", "a4-12", "roll62"]} value="a4" />
                <Start format={paper.value.format} />
                <LotChoice
                  key={product.gtin}
                  gtin={product.gtin}
                  hint={w.lotHint}
                  required={false}
                  value={chosenLot.value}
                  onChange={(value) => {
                    chosenLot.value = value;
                  }}
                />
                <PrintedChoices
                  key={`${product.gtin} ${chosenLot.value}`}
                  product={product}
                  lot={chosenLot.value}
                  paper={paper}
                  own={own}
                />
                <Choices name="mark" label={w.mark} options={[{ value: "jas", text: w.markJas }]} />
              </Form>
              <Sample gtin={product.gtin} paper={paper.value} notPrinted={notPrinted} />
            </div>
          );
        }}
      </Show>
      <Show of={products}>{({ products: all }) => <ShelfCards products={all} />}</Show>
      <h2>{w.runs}</h2>
      <Show of={runs}>
        {({ runs: all }) =>
          all.length === 0 ? (
            <Empty title={w.none} text={w.noneText} />
          ) : (
            <ul class="cards">
              {all.map((run) => (
                <RunCard
                  key={`${run.gtin}/${run.run}`}
                  run={run}
                  kept={kept.value.find(({ id }) => id === `${run.gtin}/${run.run}`) ?? null}
                  reload={runs.reload}
                  remember={loadKept}
                />
              ))}
            </ul>
          )
        }
      </Show>
    </Screen>
  );
}

/** A new run, kept and signed; or the one that was ordered alike and never answered. */
async function runOf(
  gtin: string,
  labels: number,
  paper: Paper,
): Promise<{ printed: PrintedRun; signed: string[] }> {
  const order = JSON.stringify([session.value?.organisation, gtin, labels, paper]);
  if (unanswered?.order === order) return unanswered;
  const run = newRun();
  const serials = newSerials(run, labels);
  const printed: PrintedRun = {
    id: `${gtin}/${run}`,
    gtin,
    run,
    serials,
    printedAt: Date.now(),
    paper,
    // Nothing stands on paper yet
    notPrinted: Object.keys(paper),
  };
  // Kept before it is signed: a run that is on the ledger has its labels
  await (await store()).put("run", printed);
  const signed = await signAll([
    {
      kind: "labels_printed",
      members: {
        quantityList: [{ epcClass: `https://id.gs1.org/01/${gtin}`, quantity: labels }],
        "sanchi:run": run,
        "sanchi:count": labels,
        "sanchi:root": toBase64Url(merkleRoot(serials.map((serial) => labelHash(gtin, serial)))),
      },
    },
  ]);
  unanswered = { order, printed, signed };
  return unanswered;
}

/** The first label that is left on a used sheet, from 1. */
const startOf = (values: Values): number => Number(values.text("start") || 1);

/** Where a sheet that was used before goes on, with a picture of it. */
function Start({ format }: { format: string }) {
  const w = words.value.labels;
  const start = useSignal(1);
  const cells = SHEETS[format];
  if (cells === undefined) return null;
  const [columns, rows] = cells;
  const all = columns * rows;
  return (
    <div class="start" key={format}>
      <Text
        name="start"
        label={w.start}
        hint={fill(w.startHint, { count: count(all) })}
        type="number"
        min={1}
        max={all}
        value={1}
        onInput={(value) => {
          start.value = Number(value);
        }}
      />
      <svg viewBox={`0 0 ${columns * 30} ${rows * 16}`} aria-hidden="true">
        {Array.from({ length: all }, (_, i) => (
          <rect
            key={`${i}`}
            class={i + 1 < start.value ? "used" : ""}
            x={(i % columns) * 30 + 1}
            y={Math.floor(i / columns) * 16 + 1}
            width="28"
            height="14"
            rx="2"
          />
        ))}
      </svg>
    </div>
  );
}

function paperOf(values: Pick<Values, "text">): Paper {
  const paper: Record<string, string> = {};
  const limit = values.text("limit");
  for (const name of ["format", "lot", "place", "harvested", "mark"]) {
    const value = values.text(name);
    if (value !== "") paper[name] = value;
  }
  const day = values.text("limitDate");
  if (day !== "") paper[limit === "" ? "bestBefore" : limit] = day;
  return { format: "a4", ...paper };
}

/** Reads the form that a field is in. */
function follow(field: EventTarget | null, paper: Signal<Paper>) {
  const form = field instanceof Element ? field.closest("form") : null;
  if (form === null) return;
  const data = new FormData(form);
  paper.value = paperOf({ text: (name) => String(data.get(name) ?? "") });
}

function PaperChoice({ formats, value }: { formats: Format[]; value: Format }) {
  const w = words.value.labels;
  return (
    <Select
      name="format"
      label={w.format}
      options={formats.map((format) => ({ value: format, text: w.formats[format] }))}
      value={value}
    />
  );
}
type Format = keyof typeof words.value.labels.formats;

function LotChoice({
  gtin,
  hint,
  required,
  value,
  onChange,
}: {
  gtin: string;
  hint?: string;
  required: boolean;
  value: string;
  onChange: (lot: string) => void;
}) {
  const lots = useLoad<{ lots: LotRow[] }>(`lots?gtin=${gtin}`);
  const able = (lots.data?.lots ?? []).filter(
    ({ own, state }) => own && state !== "recalled" && state !== "gone",
  );
  const first = able[0]?.lot;
  useEffect(() => {
    if (required && value === "" && first !== undefined) onChange(first);
  }, [first, required, value]);
  return (
    <Select
      name="lot"
      label={words.value.lots.lot}
      hint={hint}
      required={required}
      value={value}
      onChange={onChange}
      options={able.map(({ lot }) => ({ value: lot, text: lot }))}
    />
  );
}

/**
 * What the lot says of itself stands there already; where there is none, nothing does. Of another lot
 * these are other fields: nothing of the one before stays in them.
 */
function PrintedChoices({
  product,
  lot,
  paper,
  own,
}: {
  product: Product;
  lot: string;
  /** Follows what stands in the fields before anybody has written anything. */
  paper: Signal<Paper>;
  /** Follows what the lot says. */
  own: Signal<OfLot>;
}) {
  const w = words.value.labels;
  const { gtin, defaults } = product;
  const places = useLoad<{ places: Place[] }>("places");
  const history = useLoad<{ events: Told[] }>(
    lot === "" ? null : `lots/${gtin}/${encodeURIComponent(lot)}/history`,
  );
  const events = lot === "" ? [] : (history.data?.events ?? []);
  const { place, harvested, expiry, until } = printedOf(events);
  const fields = useRef<HTMLDivElement>(null);
  useEffect(() => {
    own.value = { harvested, expiry, until };
  }, [harvested, expiry, until]);
  useEffect(() => follow(fields.current, paper), [lot, history.data, places.data]);
  return (
    <div ref={fields} key={`${gtin} ${lot} ${history.data === null} ${places.data === null}`}>
      <Select
        name="place"
        label={words.value.lots.place}
        required={false}
        options={(places.data?.places ?? []).map(({ gln, name }) => ({
          value: gln,
          text: named(name, gln),
        }))}
        value={place}
      />
      <Text
        name="harvested"
        label={harvestedWord()}
        type="date"
        required={false}
        value={harvested}
      />
      <div class="pair">
        <Select
          name="limit"
          label={w.limit}
          required={false}
          options={EXPIRIES.map((value) => ({ value, text: w[value] }))}
          value={expiry || defaults?.expiry || ""}
        />
        <Text
          name="limitDate"
          label={w.limitDate}
          type="date"
          required={false}
          value={until}
          {...(lot === "" || history.data === null
            ? {}
            : {
                hint:
                  until === ""
                    ? fill(w.lotNoUntil, { lot })
                    : fill(w.lotUntil, {
                        lot,
                        kind: w[expiry || "bestBefore"],
                        day: dayText(until),
                      }),
              })}
        />
      </div>
    </div>
  );
}

/** What a lot says of itself; empty where it does not. */
interface OfLot {
  /** `2026-11-26` */
  harvested: string;
  expiry: Expiry | "";
  until: string;
}
const NOTHING: OfLot = { harvested: "", expiry: "", until: "" };

/**
 * What has to be asked about the dates before they are printed; null where nothing has to. Throws what
 * can't be right: a customer reads it, and nothing else.
 */
function dateQuestion(values: Values, own: OfLot): string | null {
  const w = words.value.labels;
  const [harvested, until] = [values.text("harvested"), values.text("limitDate")];
  if (harvested > today()) throw new Wrong("harvested", words.value.lots.dayAhead);
  const kind = values.text("limit");
  // A kind without a date is what the product's labels begin with: nothing is said of it
  if (until !== "" && kind === "") throw new Wrong("limit", words.value.lots.expiryNeeded);
  if (until !== "" && until < harvested) {
    throw new Wrong("limitDate", fill(w.limitBefore, { harvested: harvestedWord() }));
  }
  if (until !== "" && own.expiry !== "" && kind !== own.expiry) {
    throw new Wrong("limit", fill(w.limitKind, { kind: w[own.expiry] }));
  }
  if (until !== "" && own.until !== "" && until !== own.until) {
    return fill(w.limitOther, { lot: dayText(own.until), day: dayText(until) });
  }
  if (harvested !== "" && own.harvested !== "" && harvested !== own.harvested) {
    return fill(w.harvestOther, {
      harvested: harvestedWord(),
      lot: dayText(own.harvested),
      day: dayText(harvested),
    });
  }
  return until !== "" && until < today() ? fill(w.limitPast, { day: dayText(until) }) : null;
}

const BEGINNINGS: ReadonlySet<string> = new Set([
  "lot_commissioned",
  "transformed",
  "repackaged",
  "lot_split",
  "lots_merged",
]);

/** Out of what was signed of a lot. */
function printedOf(events: Told[]): OfLot & { place: string } {
  const live = events.filter(
    ({ correctedBy, payload }) => correctedBy === null && payload["sanchi:corrects"] === undefined,
  );
  const limited = live.flatMap(({ payload }) =>
    EXPIRIES.flatMap((kind) => {
      const day = payload[`sanchi:${kind}`];
      return typeof day === "string" ? [{ kind, day }] : [];
    }),
  )[0];
  const made = live.find(({ kind }) => BEGINNINGS.has(kind));
  const picked = live.filter(({ kind }) => kind === "harvested");
  const first = Math.min(...picked.map(({ eventTime }) => eventTime));
  return {
    place: (made === undefined ? null : placeOf(made.payload)) ?? "",
    harvested: picked.length === 0 ? "" : localTime(first, true),
    expiry: limited?.kind ?? "",
    until: limited?.day ?? "",
  };
}

function save(file: Blob, name: string) {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * The server draws the sheet, reads every code on it again, and keeps none of the serials.
 *
 * @param serials those of the run that are wanted
 * @param start the first label that is left on the sheet, from 1
 * @returns what the paper has no room for
 */
async function download(
  kept: PrintedRun,
  serials: string[],
  paper: Paper,
  start: number,
): Promise<string[]> {
  const { gtin, run } = kept;
  const asked = { ...paper, gtin, run, serials, start, language: language.value };
  const drawn = await postForFile("sheets", asked);
  save(drawn.file, nameOf(kept));
  await noted(kept, drawn);
  return drawn.notPrinted;
}

const nameOf = ({ run }: PrintedRun): string => `labels-${run}.pdf`;

/** Remembers what stands on paper by now. */
async function noted(kept: PrintedRun, { notPrinted }: Drawn): Promise<void> {
  const never = (kept.notPrinted ?? notPrinted).filter((one) => notPrinted.includes(one));
  await (await store()).put("run", { ...kept, notPrinted: never });
}

const partsOf = (names: string[]): string =>
  names
    .map((name) =>
      name === "harvested" ? harvestedWord() : wordOf(words.value.labels.parts, name),
    )
    .join(words.value.common.and);

/** What was made, and what of the order does not stand on it. */
function saidOf(sentence: string, labels: number, file: string, notPrinted: string[]): string {
  const said = fill(sentence, { count: count(labels), file });
  if (notPrinted.length === 0) return said;
  return `${said} ${fill(words.value.labels.notOnIt, { what: partsOf(notPrinted) })}`;
}

/**
 * What the server will print, drawn by the same code; the sample's own code leads nowhere. Says what
 * the paper has no room for.
 */
function Sample({
  gtin,
  paper,
  notPrinted,
}: {
  gtin: string;
  paper: Paper;
  /** Told what that is. */
  notPrinted: Signal<string[]>;
}) {
  const w = words.value.labels;
  const picture = useSignal<string | null>(null);
  const fault = useSignal<string | null>(null);
  const asked = JSON.stringify({ ...paper, gtin, language: language.value });
  useEffect(() => {
    let current = true;
    const waiting = setTimeout(async () => {
      try {
        const drawn = await postForFile("sheets/sample", JSON.parse(asked));
        const svg = await drawn.file.text();
        if (!current) return;
        picture.value = `data:image/svg+xml,${encodeURIComponent(svg)}`;
        notPrinted.value = drawn.notPrinted;
        fault.value = null;
      } catch (error) {
        if (current) fault.value = sentenceOf(error);
      }
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(waiting);
    };
  }, [asked]);
  return (
    <figure class="label-preview" aria-live="polite">
      {picture.value !== null && <img src={picture.value} alt={w.sample} />}
      <figcaption>{fault.value ?? w.sample}</figcaption>
      {notPrinted.value.length > 0 && (
        <p class={notPrinted.value.some((one) => one !== "otherName") ? "box amber" : "soft"}>
          {fill(w.notPrinted, { what: partsOf(notPrinted.value) })}
        </p>
      )}
    </figure>
  );
}

/** For loose goods on a shelf or a farm stand: the code is the lot's own and holds no secret. */
function ShelfCards({ products }: { products: Product[] }) {
  const w = words.value.labels;
  const chosen = useSignal("");
  const chosenLot = useSignal("");
  const paper = useSignal<Paper>({ format: "card" });
  const notPrinted = useSignal<string[]>([]);
  const open = useSignal(false);
  const own = useSignal<OfLot>(NOTHING);
  const product = products.find(({ gtin }) => gtin === chosen.value) ?? products[0];
  if (product === undefined) return null;
  return (
    <details
      class="box"
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>{w.cards}</summary>
      <p class="soft">{w.cardsText}</p>
      {open.value && (
        <div class="split" onInput={(event) => follow(event.target, paper)}>
          <Form
            button={w.makeCards}
            fields={{ "/lot": "lot", "/count": "count" }}
            ask={(values) => dateQuestion(values, own.value)}
            submit={async (values) => {
              await remember(
                product.gtin,
                product.defaults ?? {},
                values.text("limit") as Expiry | "",
              );
              const asked = {
                ...paperOf(values),
                count: Number(values.text("count")),
                gtin: product.gtin,
                language: language.value,
              };
              const { file, notPrinted } = await postForFile("sheets/cards", asked);
              const name = `cards-${values.text("lot")}.pdf`;
              save(file, name);
              return { said: saidOf(w.cardsMade, asked.count, name, notPrinted) };
            }}
          >
            <Select
              name="product"
              label={words.value.lots.product}
              options={products.map((one) => ({
                value: one.gtin,
                text: named(one.name, one.gtin),
              }))}
              value={product.gtin}
              onChange={(value) => {
                chosen.value = value;
                chosenLot.value = "";
              }}
            />
            <LotChoice
              key={product.gtin}
              gtin={product.gtin}
              required
              value={chosenLot.value}
              onChange={(value) => {
                chosenLot.value = value;
              }}
            />
            <PaperChoice formats={["card", "card-roll62"]} value="card" />
            <Text name="count" label={w.count} type="number" min={1} max={MOST_CARDS} value={4} />
            <PrintedChoices
              key={`${product.gtin} ${chosenLot.value}`}
              product={product}
              lot={chosenLot.value}
              paper={paper}
              own={own}
            />
          </Form>
          <Sample gtin={product.gtin} paper={paper.value} notPrinted={notPrinted} />
        </div>
      )}
    </details>
  );
}

const without = (paper: Paper, names: string[]): Paper => ({
  format: paper.format,
  ...Object.fromEntries(Object.entries(paper).filter(([name]) => !names.includes(name))),
});

/** What stands on a paper besides the product and its maker. */
const wordsOn = ({ lot, harvested, useBy, bestBefore }: Paper): string =>
  [
    lot && `${words.value.lots.lot} ${lot}`,
    harvested && `${harvestedWord()} ${dayText(harvested)}`,
    useBy && `${words.value.labels.useBy} ${dayText(useBy)}`,
    bestBefore && `${words.value.labels.bestBefore} ${dayText(bestBefore)}`,
  ]
    .filter(Boolean)
    .join(" / ") || "—";

const PICTURES: ReadonlySet<string> = new Set(["png", "svg"]);
/** The paper whose label a picture is of. */
const PICTURED = "a4-12";

/** All or some labels of a run that this browser keeps, on any paper or one as a picture. */
function Again({ run, kept, reload }: { run: Run; kept: PrintedRun; reload: () => Promise<void> }) {
  const w = words.value.labels;
  const { serials } = kept;
  const whole = { first: 0, last: serials.length - 1 };
  const usable = freeSpans(run)[0] ?? whole;
  const open = useSignal(false);
  const chosen = useSignal<Paper>({ format: kept.paper?.format ?? "a4" });
  const paper = { ...kept.paper, ...chosen.value };
  /** By the sample, what the chosen paper has no room for. */
  const notPrinted = useSignal<string[]>([]);
  return (
    <details
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>{w.again}</summary>
      {open.value && (
        <div class="split" onInput={(event) => follow(event.target, chosen)}>
          <Form
            button={w.make}
            submit={async (values) => {
              const first = Number(values.text("first"));
              const last = Number(values.text("last"));
              if (last < first) throw new Wrong("last", words.value.packing.crossed);
              const paper = { ...kept.paper, ...paperOf(values) };
              const type = paper.format;
              const voided = run.uses.filter(({ use }) => use === "voided" || use === "replaced");
              const wanted = serials.filter(
                (_, i) =>
                  first - 1 <= i &&
                  i < last &&
                  !voided.some((span) => span.first <= i && i <= span.last),
              );
              if (wanted.length === 0) throw new Wrong("first", notFree(run));
              if (!PICTURES.has(type)) {
                const notPrinted = await download(kept, wanted, paper, startOf(values));
                await reload();
                return { said: saidOf(w.madeAgain, wanted.length, nameOf(kept), notPrinted) };
              }
              const asked = {
                ...paper,
                format: PICTURED,
                gtin: run.gtin,
                language: language.value,
                run: run.run,
                serials: wanted.slice(0, 1),
              };
              const picture = await postForFile(`sheets/${type}`, asked);
              const name = `label-${run.run}-${first}.${type}`;
              save(picture.file, name);
              await noted(kept, picture);
              await reload();
              return { said: saidOf(w.madeAgain, 1, name, picture.notPrinted) };
            }}
          >
            {kept.paper !== undefined && (
              <p class="soft">
                {fill(w.sameWords, { words: wordsOn(without(kept.paper, notPrinted.value)) })}
              </p>
            )}
            <PaperChoice
              formats={["a4-65", "a4-44", "a4", "a4-12", "roll62", "png", "svg"]}
              value={(kept.paper?.format ?? "a4") as Format}
            />
            <Start format={paper.format} />
            <div class="pair">
              {(["first", "last"] as const).map((end) => (
                <Text
                  key={end}
                  name={end}
                  label={words.value.packing[end]}
                  type="number"
                  min={1}
                  max={serials.length}
                  value={usable[end] + 1}
                />
              ))}
            </div>
          </Form>
          <Sample
            gtin={run.gtin}
            paper={PICTURES.has(paper.format) ? { ...paper, format: PICTURED } : paper}
            notPrinted={notPrinted}
          />
        </div>
      )}
    </details>
  );
}

function RunCard({
  run,
  kept,
  reload,
  remember,
}: {
  run: Run;
  kept: PrintedRun | null;
  reload: () => Promise<void>;
  /** Reads anew what this browser keeps. */
  remember: () => Promise<void>;
}) {
  const w = words.value.labels;
  const free = freeSpans(run);
  const left = labelsIn(free);
  const bound = sumOf(run, "bound");
  const voided = sumOf(run, "voided") + sumOf(run, "replaced");
  return (
    <li class="card">
      <div>
        <h3>
          {named(run.product, run.gtin)} · {run.run}
        </h3>
        <p class="soft">
          {dateTime(run.printedAt)} · {run.firstCode} – {run.lastCode}
        </p>
        <p>
          {fill(w.state, {
            labels: count(run.labels),
            bound: count(bound),
            left: count(left),
            voided: count(voided),
          })}
        </p>
        <div class="actions">
          {left > 0 && (
            <a class="button" href="#/packing">
              {words.value.nav.packing}
            </a>
          )}
          {kept === null && <span class="soft">{w.elsewhere}</span>}
        </div>
        {kept?.paper !== undefined && (
          <p class="soft">
            {fill(w.onPaper, { words: wordsOn(without(kept.paper, kept.notPrinted ?? [])) })}
          </p>
        )}
        {left > 0 && <VoidSome run={run} reload={reload} />}
        {kept !== null && <Again run={run} kept={kept} reload={remember} />}
      </div>
    </li>
  );
}

/** Labels that got lost or were spoilt: a sheet, a row, a single one. */
function VoidSome({ run, reload }: { run: Run; reload: () => Promise<void> }) {
  const w = words.value.labels;
  /** Of those that are named, the ones that can still be voided. */
  const reached = (values: Values) => {
    const asked = spanOf(values, run);
    const spans = freeSpans(run).flatMap(({ first, last }) => {
      const span = { first: Math.max(first, asked.first), last: Math.min(last, asked.last) };
      return span.first <= span.last ? span : [];
    });
    if (spans.length === 0) throw new Wrong("first", notFree(run));
    return spans;
  };
  return (
    <details>
      <summary>{w.void}</summary>
      <Form
        button={w.voidButton}
        danger
        ask={(values) => {
          const spans = reached(values);
          return fill(w.voidAsk, { count: count(labelsIn(spans)), spans: spansOf(spans) });
        }}
        submit={async (values) => {
          const spans = reached(values);
          await record(...spans.map((span) => voiding(run, span)));
          await reload();
          return { said: fill(w.voided, { count: count(labelsIn(spans)) }) };
        }}
      >
        <p>{w.voidText}</p>
        <div class="pair">
          <Text
            name="first"
            label={words.value.packing.first}
            hint={words.value.packing.numberHint}
            rule={LABEL}
          />
          <Text
            name="last"
            label={words.value.packing.last}
            hint={w.voidLastHint}
            required={false}
            rule={LABEL}
          />
        </div>
      </Form>
    </details>
  );
}

/** The labels that a form names by their places or their short codes; one where no last one is named. */
export function spanOf(values: Values, run: Run): Span {
  const w = words.value.packing;
  const first = readNumber(values.text("first"), run);
  const last = readNumber(values.text("last") || values.text("first"), run);
  if (first === null) throw new Wrong("first", w.badNumber);
  if (last === null) throw new Wrong("last", w.badNumber);
  if (last < first) throw new Wrong("last", w.crossed);
  return { first, last };
}

/** Which labels can be used, where others were named. */
export const notFree = (run: Run): string =>
  fill(words.value.packing.notFree, {
    spans: spansOf(freeSpans(run)),
  });

/** As people count labels, from 1. */
export const spansOf = (spans: Span[]): string =>
  spans
    .map(({ first, last }) => (first === last ? `${first + 1}` : `${first + 1}–${last + 1}`))
    .join(", ");

const labelsIn = (spans: Span[]): number =>
  spans.reduce((sum, { first, last }) => sum + last - first + 1, 0);

export const voiding = (run: Pick<Run, "gtin" | "run">, { first, last }: Span) => ({
  kind: "labels_voided",
  members: {
    quantityList: [{ epcClass: `https://id.gs1.org/01/${run.gtin}`, quantity: last - first + 1 }],
    "sanchi:run": run.run,
    "sanchi:first": first,
    "sanchi:last": last,
  },
});

const sumOf = (run: Run, use: string): number =>
  labelsIn(run.uses.filter((one) => one.use === use));
