import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { canonicalLink } from "../../shared/digital-link.ts";
import type { Json } from "../../shared/json.ts";
import { rowOf } from "../../shared/kinds.ts";
import { post, postText, Unreachable } from "../api.ts";
import { writeCsv } from "../csv.ts";
import {
  type LotRow,
  type ProductRow,
  type Read,
  type Row,
  readLots,
  readProducts,
} from "../imports.ts";
import {
  Choices,
  count,
  Form,
  fill,
  Screen,
  Show,
  sentenceOf,
  TableBox,
  today,
  useAnswer,
  useLoad,
  Wrong,
} from "../parts.tsx";
import { committed, type Draft, postAll, salted, signAll } from "../record.ts";
import { type Place, type Product, prefixesOf, type Rights } from "../rights.ts";
import { isWorkbook, NoTable, readText, readWorkbook } from "../sheet-file.ts";
import { language, named, notice, say, words } from "../state.ts";
import { commissioning, lotMembers } from "./lots.tsx";
import { useRights } from "./products.tsx";

type What = "products" | "lots";

/** Products or lots out of a spreadsheet: a preview first, then every row is signed on its own. */
export function ImportScreen({ what }: { what: string | null }) {
  const w = words.value.import;
  const rights = useRights();
  const products = useLoad<{ products: Product[] }>("products");
  const places = useLoad<{ places: Place[] }>("places");
  return (
    <Screen title={w.title} lead={w.lead}>
      <Show of={rights}>
        {(own) => (
          <Show of={products}>
            {(known) => (
              <Show of={places}>
                {(where) => (
                  <Import
                    own={own}
                    products={known.products}
                    places={where.places}
                    first={what === "lots" ? "lots" : "products"}
                    reload={products.reload}
                  />
                )}
              </Show>
            )}
          </Show>
        )}
      </Show>
    </Screen>
  );
}

/** What became of a row after it was signed. */
type Outcome = { went: boolean; text: string };

function Import({
  own,
  products,
  places,
  first,
  reload,
}: {
  own: Rights;
  products: Product[];
  places: Place[];
  first: What;
  reload: () => Promise<void>;
}) {
  const w = words.value.import;
  const what = useSignal<What>(first);
  const text = useSignal("");
  const file = useSignal("");
  const done = useSignal(0);
  const outcomes = useSignal<ReadonlyMap<number, Outcome>>(new Map());
  /** The rows as they were when they were signed: afterwards they exist. */
  const signed = useSignal<Read<Row> | null>(null);
  const faultsOnly = useSignal(false);
  const withDefaults = useSignal(true);
  const bareAreKilograms = useSignal(false);
  const harvests = rowOf("harvested")?.roles.some((role) => own.roles.includes(role)) ?? false;
  const ofProducts = what.value === "products";
  // Not again with each step of the progress
  const { read, asked } = useMemo(() => {
    const table: Read<Row> = ofProducts
      ? readProducts(text.value, products, prefixesOf(own))
      : readLots(text.value, products, places, today(), {
          withDefaults: withDefaults.value,
          harvests,
          bareAreKilograms: bareAreKilograms.value,
        });
    const subjects = table.rows.map(({ subject }) => subject).filter((subject) => subject !== "");
    return { read: table, asked: subjects.join(" ") };
  }, [
    text.value,
    ofProducts,
    products,
    places,
    own,
    withDefaults.value,
    bareAreKilograms.value,
    language.value,
  ]);
  const there = useAnswer<{ asked: string; known: Set<string> }>(
    text.value === "" || signed.value !== null ? null : asked,
    async (subjects) => ({ asked: subjects, known: await knownOf(subjects) }),
  );
  const begin = (table: string, name: string) => {
    text.value = table;
    file.value = name;
    outcomes.value = new Map();
    signed.value = null;
    faultsOnly.value = false;
    bareAreKilograms.value = false;
    done.value = 0;
    notice.value = null;
  };
  // Of an earlier table, or not yet
  const known = there.data?.asked === asked ? there.data.known : null;
  const rows =
    signed.value?.rows ??
    read.rows.map((row) =>
      known?.has(row.subject) ? { ...row, faults: [w.known], subject: "" } : row,
    );
  const ready = text.value.trim() !== "" && (known !== null || signed.value !== null);
  const good = rows.filter(
    ({ faults, number }) => faults.length === 0 && !outcomes.value.get(number)?.went,
  );
  const isWrong = ({ faults, number }: Row) =>
    faults.length > 0 || outcomes.value.get(number)?.went === false;
  const wrong = rows.filter(isWrong);
  const heads = ofProducts ? PRODUCT_HEADS : LOT_HEADS;
  // Columns that may be missing take no room where nothing stands in them
  const columns = heads
    .map((head, at) => ({ head, at }))
    .filter(({ at }) => at < NEEDED || rows.some(({ cells }) => cells[at] !== ""));
  return (
    <>
      <Choices
        key={what.value}
        name="what"
        label={w.what}
        several={false}
        value={[what.value]}
        options={[
          { value: "products", text: words.value.nav.products },
          { value: "lots", text: words.value.nav.lots },
        ]}
        onChange={(value) => {
          what.value = value as What;
          begin(text.value, file.value);
        }}
      />
      <p class="soft">{ofProducts ? w.productColumns : w.lotColumns}</p>
      <p>
        <a
          class="button quiet"
          download={`${ofProducts ? w.templateProducts : w.templateLots}.csv`}
          href={templateOf(what.value, products, places)}
        >
          {w.template}
        </a>
      </p>
      <div class="field">
        <label for="csv">{w.file}</label>
        <input
          id="csv"
          type="file"
          accept=".csv,.txt,.tsv,.xlsx,text/csv,text/plain"
          onChange={async (event) => {
            const chosen = event.currentTarget.files?.[0];
            if (chosen === undefined) return;
            begin("", "");
            try {
              const table = isWorkbook(chosen)
                ? await readWorkbook(chosen)
                : await readText(chosen);
              begin(table, chosen.name);
              if (table.replace(/[\s,;"\uFEFF]/g, "") === "") {
                say(fill(w.empty, { file: chosen.name }), "red");
              }
            } catch (error) {
              console.info(error);
              const why = error instanceof NoTable ? w.noTable : w.unreadable;
              say(fill(why, { file: chosen.name }), "red");
            }
          }}
        />
      </div>
      <div class="field">
        <label for="pasted">{w.paste}</label>
        <textarea
          id="pasted"
          rows={6}
          value={text.value}
          onInput={(event) => begin(event.currentTarget.value, "")}
        />
      </div>
      {!ofProducts && products.some(({ defaults }) => defaults !== null) && (
        <label class="choice">
          <input
            type="checkbox"
            checked={withDefaults.value}
            disabled={signed.value !== null}
            onChange={(event) => {
              withDefaults.value = event.currentTarget.checked;
            }}
          />
          <span>{w.withDefaults}</span>
        </label>
      )}
      {(bareAreKilograms.value || read.rows.some(({ unused }) => unused)) && (
        <label class="choice">
          <input
            type="checkbox"
            checked={bareAreKilograms.value}
            disabled={signed.value !== null}
            onChange={(event) => {
              bareAreKilograms.value = event.currentTarget.checked;
            }}
          />
          <span>{w.bareAreKilograms}</span>
        </label>
      )}
      {text.value.trim() !== "" && <About read={read} />}
      {text.value.trim() !== "" && !ready && (
        <Show of={{ ...there, data: null }}>{() => null}</Show>
      )}
      {ready && rows.length > 0 && (
        <>
          <h2>
            {signed.value === null
              ? fill(w.preview, { good: count(good.length), all: count(rows.length) })
              : fill(w.result, {
                  good: count(rows.length - wrong.length),
                  all: count(rows.length),
                })}
          </h2>
          {wrong.length > 0 && wrong.length < rows.length && (
            <label class="choice">
              <input
                type="checkbox"
                checked={faultsOnly.value}
                onChange={(event) => {
                  faultsOnly.value = event.currentTarget.checked;
                }}
              />
              <span>{fill(w.faultsOnly, { count: count(wrong.length) })}</span>
            </label>
          )}
          <TableBox title={w.title}>
            <table class="import">
              <thead>
                <tr>
                  <th scope="col">{w.heads.row}</th>
                  {columns.map(({ head }) => (
                    <th scope="col" key={head}>
                      {w.heads[head]}
                    </th>
                  ))}
                  <th scope="col">{w.heads.result}</th>
                </tr>
              </thead>
              <tbody>
                {(faultsOnly.value ? wrong : rows).map((row) => (
                  <tr key={row.number} class={isWrong(row) ? "wrong" : ""}>
                    <td data-label={w.heads.row} class="nowrap">
                      {row.number}
                    </td>
                    {columns.map(({ head, at }) => (
                      <td
                        key={head}
                        data-label={w.heads[head]}
                        class={NARROW.has(head) ? "nowrap" : ""}
                      >
                        {row.cells[at]}
                      </td>
                    ))}
                    <td data-label={w.heads.result}>
                      <Standing row={row} outcome={outcomes.value.get(row.number)} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableBox>
          {good.length > 0 && (
            <Form
              button={fill(signed.value === null ? w.sign : w.signAgain, {
                count: count(good.length),
              })}
              submit={async () => {
                const drafts = good.map((row) => draftOf(row));
                signed.value = { ...read, rows };
                const now = await send(drafts, good, (share) => {
                  done.value = share;
                });
                done.value = 0;
                outcomes.value = new Map([...outcomes.value, ...now]);
                if (ofProducts) await reload();
                const went = [...now.values()].filter((one) => one.went).length;
                if (went === now.size) say(fill(w.done, { count: count(went) }));
                else {
                  throw new Wrong(
                    "",
                    fill(w.partly, { went: count(went), not: count(now.size - went) }),
                  );
                }
              }}
            />
          )}
          {done.value > 0 && (
            <p aria-live="polite">
              <progress max={1} value={done.value} aria-label={w.progress} />{" "}
              {fill(w.progressOf, {
                done: count(Math.floor(done.value * good.length)),
                all: count(good.length),
              })}
            </p>
          )}
          {ofProducts && signed.value !== null && wrong.length < rows.length && (
            <p>
              <a class="button quiet" href="#/products">
                {words.value.nav.products}
              </a>
            </p>
          )}
          {!ofProducts && signed.value !== null && wrong.length < rows.length && (
            <p>
              <a class="button quiet" href="#/lots">
                {words.value.nav.lots}
              </a>
            </p>
          )}
        </>
      )}
    </>
  );
}

const PRODUCT_HEADS = ["ja", "en", "gtin"] as const;
const LOT_HEADS = [
  "product",
  "lot",
  "place",
  "date",
  "origin",
  "variety",
  "bestBefore",
  "amount",
  "limits",
  "claim",
] as const;
/** Those that a sheet may have; what follows comes from the product. */
const LOT_COLUMNS = 8;

const NEEDED = 4;
const NARROW: ReadonlySet<string> = new Set(["gtin", "lot", "date", "bestBefore"]);

/** What was understood of the sheet as a whole, and what was left out. */
function About({ read }: { read: Read<Row> }) {
  const w = words.value.import;
  const said: string[] = [];
  if (!read.headed) said.push(w.noHead);
  else if (read.absent.length > 0) said.push(fill(w.absent, { columns: read.absent.join("、") }));
  if (read.unclosed !== null) said.push(fill(w.unclosed, { row: count(read.unclosed) }));
  if (read.headed && read.rows.length === 0) said.push(w.noRows);
  const skipped = [
    ...read.skipped.map(({ number, text, why }) =>
      fill(w.skipped[why], { row: number, text: text.slice(0, 40) }),
    ),
    ...(read.ignored.length > 0 ? [fill(w.ignored, { columns: read.ignored.join("、") })] : []),
  ];
  return (
    <>
      {said.length > 0 && (
        <div class="box red" role="alert">
          {said.map((one) => (
            <p key={one}>{one}</p>
          ))}
        </div>
      )}
      {skipped.length > 0 && (
        <ul class="plain soft">
          {skipped.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Standing({ row, outcome }: { row: Row; outcome: Outcome | undefined }) {
  if (outcome !== undefined) return <>{`${outcome.went ? "✓" : "✕"} ${outcome.text}`}</>;
  if (row.faults.length > 0) {
    return (
      <ul class="plain">
        {row.faults.map((fault) => (
          <li key={fault}>✕ {fault}</li>
        ))}
      </ul>
    );
  }
  return <>{`${row.unused ? "!" : "✓"} ${row.note ?? words.value.import.ready}`}</>;
}

/** Signing a thousand rows takes a while: what is done is shown in between. */
const SIGNED_AT_ONCE = 50;

interface Signing {
  /** Of a lot, its harvest follows. */
  drafts: Draft[];
  document: string | null;
}

/**
 * Signs and sends, and finds out what became of each.
 *
 * @param share told how much of it is done, from 0 to 1
 */
async function send(
  signings: Signing[],
  rows: Row[],
  share: (done: number) => void,
): Promise<Map<number, Outcome>> {
  const w = words.value.import;
  const outcomes = new Map<number, Outcome>();
  const became = (at: number, went: boolean, text: string) =>
    outcomes.set((rows[at] as Row).number, { went, text });
  const drafts = signings.flatMap((one, at) => one.drafts.map((draft, n) => ({ draft, at, n })));
  const events: string[] = [];
  for (let at = 0; at < drafts.length; at += SIGNED_AT_ONCE) {
    events.push(...(await signAll(drafts.slice(at, at + SIGNED_AT_ONCE).map((one) => one.draft))));
    share(events.length / drafts.length / 2);
  }
  const { accepted, refused, broken } = await postAll(events, (sent) => {
    share((drafts.length + sent) / drafts.length / 2);
  });
  const last: string[] = [];
  for (const { index, id } of accepted) {
    const { at, n } = drafts[index] as { at: number; n: number };
    const document = signings[at]?.document ?? null;
    last.splice(0, 1, id);
    if (n > 0) continue;
    try {
      if (document !== null) await postText("documents", document);
      became(at, true, w.went);
    } catch (error) {
      became(at, false, fill(w.nameless, { why: sentenceOf(error) }));
    }
  }
  for (const { index, message } of refused) {
    const { at, n } = drafts[index] as { at: number; n: number };
    if (n === 0) became(at, false, message);
    else if (outcomes.get((rows[at] as Row).number)?.went) {
      became(at, true, fill(w.wentLot, { why: message }));
    }
  }
  rows.forEach(({ number }, at) => {
    if (!outcomes.has(number)) became(at, false, broken === null ? w.notSent : sentenceOf(broken));
  });
  if (broken !== null && !(broken instanceof Unreachable)) console.error(broken);
  if (last.length > 0) await committed(last);
  return outcomes;
}

const isLot = (row: Row): row is LotRow => "lot" in row;

function draftOf(row: Row): Signing {
  if (!isLot(row)) {
    const { ja, en, gtin } = row as ProductRow;
    const { text, hash } = salted({ name: { ja, en: en || ja } });
    return {
      drafts: [
        {
          kind: "product_described",
          members: { "sanchi:gtin": gtin, "sanchi:document": hash },
        },
      ],
      document: text,
    };
  }
  const { lot, day, bestBefore: until, expiry, defaults, kilograms } = row;
  const { gtin } = row.product as Product;
  const where = (row.place as Place).gln;
  const begun = commissioning(gtin, lot, where, day, lotMembers({ ...defaults, expiry, until }));
  return {
    drafts: kilograms === null ? [begun] : [begun, harvest(begun, gtin, lot, kilograms)],
    document: null,
  };
}

/** At the place and on the day of the lot's registration. */
function harvest(begun: Draft, gtin: string, lot: string, kilograms: number): Draft {
  const epcClass = canonicalLink({ key: "01", value: gtin, lot });
  return {
    kind: "harvested",
    members: {
      quantityList: [{ epcClass, quantity: kilograms, uom: "KGM" }],
      readPoint: begun.members["readPoint"] as Json,
    },
    ...(begun.when && { when: begun.when }),
  };
}

/** An empty table to fill in, with a row that shows how; Excel needs the mark at the start. */
function templateOf(what: What, products: Product[], places: Place[]): string {
  const w = words.value.import;
  const heads = what === "products" ? PRODUCT_HEADS : LOT_HEADS.slice(0, LOT_COLUMNS);
  const product = products[0];
  const place = places[0];
  const example =
    what === "products"
      ? [w.example.product, w.example.english, ""]
      : [
          product === undefined ? w.example.name : named(product.name, product.gtin),
          w.example.lot,
          place === undefined ? w.example.place : named(place.name, place.gln),
          today().replaceAll("-", "/"),
          w.example.origin,
          "",
          "",
          "12.5",
        ];
  const rows = [heads.map((head) => w.heads[head]), example];
  return `data:text/csv;charset=utf-8,${encodeURIComponent(`\uFEFF${writeCsv(rows).replaceAll("\n", "\r\n")}\r\n`)}`;
}

/** Subjects that one request asks about. */
const ASKED_AT_ONCE = 1000;

/** Which of these subjects exist, however many lots and products the office has. */
async function knownOf(subjects: string): Promise<Set<string>> {
  const all = subjects === "" ? [] : subjects.split(" ");
  const known = new Set<string>();
  for (let at = 0; at < all.length; at += ASKED_AT_ONCE) {
    const part = all.slice(at, at + ASKED_AT_ONCE);
    const answer = await post<{ known: string[] }>("ledger/known", { subjects: part });
    for (const subject of answer.known) known.add(subject);
  }
  return known;
}
