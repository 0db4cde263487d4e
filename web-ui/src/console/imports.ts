import { readDay, yearsBetween } from "./days.ts";
import { freeNumber, GLN, GTIN, LOT } from "./numbers.ts";
import type { Expiry, Place, Product, ProductDefaults } from "./rights.ts";
import { named, words } from "./state.ts";
import { alike, readTable, type Table } from "./tables.ts";
import { fill } from "./words.ts";

/** What a row of a table would record. */
export interface Row {
  /** In the sheet, from 1. */
  number: number;
  /** As it would be signed; as it stands in the sheet where that is wrong. */
  cells: string[];
  /** What keeps it from being recorded, all of it. */
  faults: string[];
  /** What was put in for it, or left out of it, to be looked at. */
  note: string | null;
  /** Whether something that the sheet says is not recorded. */
  unused?: boolean;
  /** The ledger's name for it; empty as long as there is none. */
  subject: string;
}

export interface ProductRow extends Row {
  gtin: string;
  ja: string;
  en: string;
}

export interface LotRow extends Row {
  product: Product | undefined;
  lot: string;
  place: Place | undefined;
  day: string;
  bestBefore: string;
  /** Which kind of date that is. */
  expiry: Expiry;
  /** What the product adds, and what the sheet says instead of it. */
  defaults: ProductDefaults;
  /** Of the day's harvest; null where the sheet says none. */
  kilograms: number | null;
}

export interface Read<T extends Row> extends Pick<Table, "skipped" | "ignored" | "unclosed"> {
  /** Whether anything stands there, and whether its headings were found. */
  headed: boolean;
  /** Needed columns that nothing in the sheet is called like. */
  absent: string[];
  rows: T[];
}

const GTIN_NAMES = [
  "jan",
  "janコード",
  "gtinコード",
  "商品コード",
  "商品番号",
  "バーコード",
  "ean",
];
const PRODUCT_COLUMNS = {
  ja: [
    "商品名",
    "品名",
    "商品",
    "品目",
    "名前",
    "名称",
    "名前（日本語）",
    "product",
    "product name",
    "name",
    "name_ja",
  ],
  en: [
    "英語名",
    "英名",
    "商品名（英語）",
    "名前（英語）",
    "英語",
    "english",
    "name_en",
    "english name",
  ],
  gtin: GTIN_NAMES,
};
const LOT_COLUMNS = {
  gtin: GTIN_NAMES,
  product: ["商品名", "品名", "商品", "品目", "作物", "作物名", "product name", "name"],
  lot: [
    "ロット",
    "ロット番号",
    "ロット名",
    "ロットno",
    "ロットno.",
    "lot no",
    "lot no.",
    "lot number",
    "batch",
  ],
  place: [
    "場所",
    "場所名",
    "圃場",
    "圃場名",
    "ほ場",
    "ほ場名",
    "ほじょう",
    "畑",
    "田畑",
    "いけす",
    "作業場",
    "gln",
    "place name",
    "field",
    "plot",
  ],
  date: [
    "日付",
    "収穫日",
    "収穫年月日",
    "製造日",
    "製造年月日",
    "年月日",
    "日",
    "水揚げ日",
    "水揚日",
    "水揚げ年月日",
    "仕込み日",
    "day",
    "harvested",
    "harvest date",
  ],
  origin: ["産地", "原産地", "産地名"],
  variety: ["品種", "品種名"],
  bestBefore: ["期限", "賞味期限", "消費期限", "消費・賞味期限", "best before", "use by"],
  amount: [
    "収穫量",
    "水揚げ量",
    "水揚量",
    "漁獲量",
    "量",
    "数量",
    "重量",
    "目方",
    "重さ",
    "収量",
    "quantity",
    "weight",
    "harvest",
    "landed weight",
  ],
};

const KILOGRAMS: [RegExp, number][] = [
  [/kg|キロ|㌔|kilo/, 1],
  [/トン|(^|[^a-z])t($|[^a-z])/, 1000],
  [/グラム|(^|[^a-z])g($|[^a-z])/, 0.001],
];

/**
 * A weight in kilograms, where its cell or its column says what is counted. A bare number may be
 * bags: what is signed must not be guessed.
 *
 * @param bareAreKilograms whether somebody has said what bare numbers are
 */
export function kilogramsIn(
  text: string,
  heading: string,
  bareAreKilograms = false,
): number | null {
  const plain = text.normalize("NFKC").toLowerCase().replace(/[,\s]/g, "");
  const [, digits, own] = /^(\d+(?:\.\d+)?)(.*)$/.exec(plain) ?? [];
  if (digits === undefined) return null;
  const unit = own === "" ? heading.normalize("NFKC").toLowerCase() : (own ?? "");
  const times =
    KILOGRAMS.find(([word]) => word.test(unit))?.[1] ??
    (own === "" && bareAreKilograms ? 1 : undefined);
  const kilograms = times === undefined ? 0 : Number((Number(digits) * times).toFixed(3));
  return kilograms > 0 ? kilograms : null;
}

const PRODUCTS_NEED = 1;
const LOTS_NEED = 2;

/** An Excel that took a number of thirteen digits for an amount. */
const EXPONENT = /^\d(\.\d+)?e\+\d+$/i;

function gtinIn(text: string): { gtin: string; fault: string | null } {
  if (EXPONENT.test(text)) return { gtin: "", fault: words.value.import.exponent };
  const digits = GTIN.tidy(text).replace(/\.0+$/, "");
  const wrong = digits === "" ? null : GTIN.fault(digits);
  const fault = wrong === null ? null : `GTIN: ${wrong}`;
  return { gtin: digits === "" || fault !== null ? "" : digits.padStart(14, "0"), fault };
}

export function readProducts(
  text: string,
  listed: Product[],
  prefixes: string[],
): Read<ProductRow> {
  const w = words.value.import;
  const table = readTable(text, PRODUCT_COLUMNS, PRODUCTS_NEED);
  const used = new Set(listed.map(({ gtin }) => gtin));
  const names = new Map<string, number>();
  const rows = table.rows.map(({ number, values }): ProductRow => {
    const { ja = "", en = "" } = values;
    const typed = values["gtin"] ?? "";
    const read = gtinIn(typed);
    const faults: string[] = [];
    if (ja === "") faults.push(w.noName);
    if (read.fault !== null) faults.push(read.fault);
    const before = names.get(alike(ja));
    if (ja !== "" && before !== undefined) faults.push(fill(w.sameName, { row: before }));
    names.set(alike(ja), number);
    if (read.gtin !== "" && used.has(read.gtin)) faults.push(w.known);
    const gtin =
      typed === "" && faults.length === 0 ? freeNumber("gtin", prefixes, used) : read.gtin;
    if (typed === "" && faults.length === 0 && gtin === "") faults.push(w.noNumber);
    if (faults.length === 0) used.add(gtin);
    return {
      number,
      cells: [ja, en, gtin === "" ? typed : gtin],
      faults,
      note: typed === "" && gtin !== "" ? w.numberGiven : null,
      subject: faults.length === 0 ? `product/${gtin}` : "",
      gtin,
      ja,
      en,
    };
  });
  return { ...ends(table, ["ja"], w.heads.ja), rows };
}

/**
 * @param withDefaults whether the product says what the sheet does not
 * @param harvests whether amounts are a harvest of the office's own
 * @param bareAreKilograms whether amounts without a unit are
 */
export function readLots(
  text: string,
  products: Product[],
  places: Place[],
  today: string,
  {
    withDefaults,
    harvests,
    bareAreKilograms = false,
  }: { withDefaults: boolean; harvests: boolean; bareAreKilograms?: boolean },
): Read<LotRow> {
  const w = words.value.import;
  const { amount: amounts, ...others } = LOT_COLUMNS;
  const columns = harvests ? { ...others, amount: amounts } : others;
  const table = readTable(text, columns, LOTS_NEED);
  const seen = new Map<string, number>();
  const rows = table.rows.map(({ number, values }): LotRow => {
    const faults: string[] = [];
    const add = (fault: string | null) => {
      if (fault !== null) faults.push(fault);
    };
    const notes: string[] = [];
    const { product, fault } = productOf(values["gtin"] ?? "", values["product"] ?? "", products);
    add(fault);
    const lot = LOT.tidy(values["lot"] ?? "");
    add(lot === "" ? w.noLot : LOT.fault(lot) === null ? null : w.badLot);
    const { place, fault: placeFault } = placeOf(values["place"] ?? "", places);
    add(placeFault);
    const typed = values["date"] ?? "";
    const read = readDay(typed, today);
    add(typed === "" ? w.noDate : read === null ? w.badDate : read.day > today ? w.future : null);
    const until = values["bestBefore"] ?? "";
    const best = until === "" ? null : readDay(until, today);
    if (until !== "") {
      add(
        best === null || best.yearGuessed
          ? w.badUntil
          : read !== null && best.day < read.day
            ? words.value.lots.untilBefore
            : null,
      );
    }
    const subject = product === undefined || lot === "" ? "" : `lot/${product.gtin}/${lot}`;
    const before = seen.get(subject);
    if (subject !== "" && before !== undefined) add(fill(w.sameLot, { row: before }));
    if (faults.length === 0) seen.set(subject, number);
    const amount = values["amount"] ?? "";
    const kilograms = kilogramsIn(amount, table.headings["amount"] ?? "", bareAreKilograms);
    const unused = amount !== "" && kilograms === null;
    if (unused) notes.push(w.noWeight);
    if (read?.yearGuessed) notes.push(w.yearGuessed);
    const years = read === null ? 0 : yearsBetween(read.day, today);
    if (years > 0) notes.push(fill(w.longAgo, { years }));
    const more = (withDefaults && product?.defaults) || {};
    const defaults = { ...more };
    if (values["origin"]) defaults.origin = values["origin"];
    if (values["variety"]) defaults.variety = values["variety"];
    const { minimum = "", maximum = "", minutes } = defaults;
    const expiry = expiryIn(table.headings["bestBefore"] ?? "") ?? defaults.expiry ?? "bestBefore";
    const limited = minimum !== "" || maximum !== "";
    return {
      number,
      cells: [
        product === undefined
          ? values["product"] || values["gtin"] || ""
          : named(product.name, product.gtin),
        lot,
        place === undefined ? (values["place"] ?? "") : named(place.name, place.gln),
        read?.day ?? typed,
        defaults.origin ?? "",
        defaults.variety ?? "",
        best === null ? until : `${words.value.lots.expiries[expiry]} ${best.day}`,
        kilograms === null ? amount : String(kilograms),
        limited ? fill(w.limits, { minimum, maximum, minutes: minutes || 0 }) : "",
        claimOf(defaults),
      ],
      faults,
      note: notes.length === 0 ? null : notes.join(" "),
      unused,
      subject: faults.length === 0 ? subject : "",
      product,
      lot,
      place,
      day: read?.day ?? "",
      bestBefore: best?.day ?? "",
      expiry,
      defaults,
      kilograms,
    };
  });
  const has = (name: string) => !table.absent.includes(name);
  const needed = ["lot", "place", "date"].concat(has("gtin") ? [] : ["product"]);
  return { ...ends(table, needed, w.heads), rows };
}

/** Which kind of date a column's heading says; null where it says both or neither. */
function expiryIn(heading: string): Expiry | null {
  const plain = heading.normalize("NFKC").toLowerCase();
  const useBy = /消費|use by/.test(plain);
  const bestBefore = /賞味|best/.test(plain);
  return useBy === bestBefore ? null : useBy ? "useBy" : "bestBefore";
}

/** What a lot of the product says to be certified, and by which certificate. */
const claimOf = ({ claim, certificate }: ProductDefaults): string => {
  const called: Record<string, string> = words.value.claims;
  return claim && certificate ? `${called[claim] ?? claim} (${certificate.split("/").pop()})` : "";
};

/** What is said about the sheet as a whole. */
function ends(table: Table, needed: string[], heads: string | Record<string, string>) {
  return {
    headed: table.head !== null,
    absent: needed
      .filter((name) => table.absent.includes(name))
      .map((name) => (typeof heads === "string" ? heads : (heads[name] ?? name))),
    ignored: table.ignored,
    skipped: table.skipped,
    unclosed: table.unclosed,
  };
}

function productOf(
  number: string,
  name: string,
  products: Product[],
): { product: Product | undefined; fault: string | null } {
  const w = words.value.import;
  // People write either in the same column
  const digits = number !== "" ? number : /^[\d\s-]{8,}$/.test(name.normalize("NFKC")) ? name : "";
  if (digits !== "") {
    const { gtin, fault } = gtinIn(digits);
    if (fault !== null) return { product: undefined, fault };
    const product = products.find((one) => one.gtin === gtin);
    return { product, fault: product === undefined ? w.unknownProduct : null };
  }
  if (name === "") return { product: undefined, fault: w.noProduct };
  const found = products.filter((one) => calls(one.name, name));
  if (found.length > 1) return { product: undefined, fault: w.twoProducts };
  return { product: found[0], fault: found.length === 0 ? w.unknownName : null };
}

function placeOf(
  text: string,
  places: Place[],
): { place: Place | undefined; fault: string | null } {
  const w = words.value.import;
  if (text === "") return { place: undefined, fault: w.noPlace };
  const found = places.filter(({ gln, name }) => gln === GLN.tidy(text) || calls(name, text));
  if (found.length > 1) return { place: undefined, fault: w.twoPlaces };
  return { place: found[0], fault: found.length === 0 ? w.unknownPlace : null };
}

const calls = (name: Record<string, string> | null, text: string): boolean =>
  Object.values(name ?? {}).some((one) => alike(one) === alike(text));
