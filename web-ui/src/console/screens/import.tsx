import { useSignal } from "@preact/signals";
import { gs1Value } from "../../shared/gs1.ts";
import { orNull } from "../../shared/malformed.ts";
import { post, postText } from "../api.ts";
import { readTable, writeCsv } from "../csv.ts";
import { freeNumber } from "../numbers.ts";
import {
  Choices,
  count,
  Form,
  fill,
  Screen,
  Show,
  TableBox,
  today,
  useAnswer,
  useLoad,
} from "../parts.tsx";
import { committed, type Draft, postSigned, RefusedEvent, salted, signAll } from "../record.ts";
import { type Place, type Product, prefixesOf, type Rights } from "../rights.ts";
import { say, words } from "../state.ts";
import { commissioning, lotMembers } from "./lots.tsx";
import { useRights } from "./products.tsx";

interface Row {
  cells: string[];
  /** What keeps the row from being recorded; null if nothing does. */
  fault: string | null;
  draft: Draft | null;
  document: string | null;
}

const PRODUCT_COLUMNS = {
  ja: ["商品名", "name_ja", "product"],
  en: ["英語名", "name_en"],
  gtin: ["jan"],
};
const LOT_COLUMNS = {
  gtin: ["jan"],
  lot: ["ロット"],
  place: ["gln", "場所"],
  date: ["日付", "day"],
  origin: ["産地"],
  variety: ["品種"],
};

/** Products or lots out of a spreadsheet: a preview first, then every row is signed on its own. */
export function ImportScreen() {
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
                {(where) => <Import own={own} products={known.products} places={where.places} />}
              </Show>
            )}
          </Show>
        )}
      </Show>
    </Screen>
  );
}

function Import({ own, products, places }: { own: Rights; products: Product[]; places: Place[] }) {
  const w = words.value.import;
  const what = useSignal<"products" | "lots">("products");
  const text = useSignal("");
  const done = useSignal(0);
  const ofProducts = what.value === "products";
  const asked = (ofProducts ? productsNamed(text.value) : lotsNamed(text.value)).join(" ");
  const there = useAnswer<{ asked: string; known: Set<string> }>(
    text.value === "" ? null : asked,
    async (subjects) => ({ asked: subjects, known: await knownOf(subjects) }),
  );
  // Of an earlier table, or not yet
  const known = there.data?.asked === asked ? there.data.known : null;
  const rows =
    text.value === "" || known === null
      ? []
      : ofProducts
        ? productRows(text.value, products, prefixesOf(own), known)
        : lotRows(text.value, products, places, known);
  const good = rows.filter(({ fault }) => fault === null);
  return (
    <>
      <Choices
        name="what"
        label={w.what}
        several={false}
        value={[what.value]}
        options={[
          { value: "products", text: words.value.nav.products },
          { value: "lots", text: words.value.nav.lots },
        ]}
        onChange={(value) => {
          what.value = value as "products";
        }}
      />
      <p class="soft">
        {w.columns} <code>{ofProducts ? w.productColumns : w.lotColumns}</code>
      </p>
      <div class="field">
        <label for="csv">{w.file}</label>
        <input
          id="csv"
          type="file"
          accept=".csv,.xlsx,text/csv,text/plain"
          onChange={async (event) => {
            const file = event.currentTarget.files?.[0];
            if (file === undefined) return;
            try {
              text.value = isWorkbook(file) ? await readWorkbook(file) : await readText(file);
            } catch (error) {
              console.info(error);
              say(w.unreadable, "red");
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
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </div>
      {text.value !== "" && known === null && (
        <Show of={{ ...there, data: null }}>{() => null}</Show>
      )}
      {rows.length > 0 && (
        <>
          <h2>{fill(w.preview, { good: count(good.length), all: count(rows.length) })}</h2>
          <TableBox title={w.title}>
            <table>
              <tbody>
                {rows.map((row, i) => (
                  <tr key={i} class={row.fault === null ? "" : "wrong"}>
                    {row.cells.map((cell, column) => (
                      <td key={column}>{cell}</td>
                    ))}
                    <td>{row.fault === null ? `✓ ${w.ready}` : row.fault}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableBox>
          {good.length > 0 && (
            <Form
              button={fill(w.sign, { count: count(good.length) })}
              submit={async () => {
                done.value = 0;
                const events: string[] = [];
                for (let at = 0; at < good.length; at += SIGNED_AT_ONCE) {
                  const part = good.slice(at, at + SIGNED_AT_ONCE);
                  events.push(...(await signAll(part.map(({ draft }) => draft as Draft))));
                  done.value = events.length / 2;
                }
                try {
                  const ids = await postSigned(events, (sent) => {
                    done.value = (events.length + sent) / 2;
                  });
                  for (const { document } of good) {
                    if (document !== null) await postText("documents", document);
                  }
                  await committed(ids);
                } catch (error) {
                  if (error instanceof RefusedEvent) {
                    const cells = good[error.index]?.cells.join(", ") ?? "";
                    error.message = fill(w.refused, { row: cells, why: error.message });
                  }
                  throw error;
                }
                say(fill(w.done, { count: count(good.length) }));
                text.value = "";
                done.value = 0;
              }}
            />
          )}
          {done.value > 0 && (
            <p aria-live="polite">
              <progress max={good.length} value={done.value} aria-label={w.progress} />{" "}
              {fill(w.progressOf, {
                done: count(Math.floor(done.value)),
                all: count(good.length),
              })}
            </p>
          )}
        </>
      )}
    </>
  );
}

/** Signing a thousand rows takes a while: what is done is shown in between. */
const SIGNED_AT_ONCE = 50;

const isWorkbook = (file: File): boolean => /\.xlsx$/i.test(file.name);

/**
 * The first sheet of an Excel workbook, as the text that a CSV file would have: so both go one way from here.
 * The library is loaded by who brings such a file.
 */
export async function readWorkbook(file: Blob): Promise<string> {
  const { readSheet } = await import("read-excel-file/universal");
  return writeCsv(await readSheet(file));
}

/** UTF-8, else Shift_JIS: what spreadsheets in Japan write. */
export async function readText(file: Blob): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("shift_jis").decode(bytes);
  }
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

const gtinOf = (gtin: string): string => orNull(() => gs1Value("01", gtin)) ?? "";

const productsNamed = (text: string): string[] =>
  readTable(text, PRODUCT_COLUMNS)
    .map(({ gtin = "" }) => gtinOf(gtin))
    .filter((gtin) => gtin !== "")
    .map((gtin) => `product/${gtin}`);

const lotsNamed = (text: string): string[] =>
  readTable(text, LOT_COLUMNS)
    .filter(({ lot = "" }) => LOT_NUMBER.test(lot))
    .map(({ gtin = "", lot = "" }) => ({ gtin: gtinOf(gtin), lot }))
    .filter(({ gtin }) => gtin !== "")
    .map(({ gtin, lot }) => `lot/${gtin}/${lot}`);

/** Nothing in it is encoded in a subject. */
const LOT_NUMBER = /^[A-Za-z0-9._-]{1,20}$/;

function productRows(
  text: string,
  listed: Product[],
  prefixes: string[],
  known: ReadonlySet<string>,
): Row[] {
  const w = words.value.import;
  const used = new Set(listed.map(({ gtin }) => gtin));
  return readTable(text, PRODUCT_COLUMNS).map(({ ja = "", en = "", gtin = "" }) => {
    const number = gtin === "" ? freeNumber("gtin", prefixes, used) : gtinOf(gtin);
    const there = used.has(number) || known.has(`product/${number}`);
    const fault = ja === "" ? w.noName : number === "" ? w.badGtin : there ? w.known : null;
    if (fault !== null) return { cells: [ja, en, gtin], fault, draft: null, document: null };
    used.add(number);
    const { text: document, hash } = salted({ name: { ja, en: en || ja } });
    return {
      cells: [ja, en, number],
      fault,
      draft: {
        kind: "product_described",
        members: { "sanchi:gtin": number, "sanchi:document": hash },
      },
      document,
    };
  });
}

function lotRows(
  text: string,
  products: Product[],
  places: Place[],
  known: ReadonlySet<string>,
): Row[] {
  const w = words.value.import;
  const used = new Set(known);
  return readTable(text, LOT_COLUMNS).map(
    ({ gtin = "", lot = "", place = "", date = "", origin = "", variety = "" }) => {
      const number = gtinOf(gtin);
      const subject = `lot/${number}/${lot}`;
      const product = products.find((one) => one.gtin === number);
      const where = places.find(
        ({ gln, name }) => gln === place || Object.values(name ?? {}).includes(place),
      );
      const day = (date || today()).replaceAll("/", "-");
      const fault =
        product === undefined
          ? w.unknownProduct
          : !LOT_NUMBER.test(lot)
            ? w.badLot
            : where === undefined
              ? w.unknownPlace
              : !/^20[0-9]{2}-[0-9]{2}-[0-9]{2}$/.test(day) || Number.isNaN(Date.parse(day))
                ? w.badDate
                : used.has(subject)
                  ? w.known
                  : null;
      const cells = [gtin, lot, place, day];
      if (fault !== null || product === undefined || where === undefined) {
        return { cells, fault, draft: null, document: null };
      }
      used.add(subject);
      const defaults = product.defaults ?? {};
      const members = lotMembers({
        ...defaults,
        origin: origin || defaults.origin,
        variety: variety || defaults.variety,
      });
      return {
        cells,
        fault,
        draft: commissioning(number, lot, where.gln, day, members),
        document: null,
      };
    },
  );
}
