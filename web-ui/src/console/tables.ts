import { readSheet, type SheetRow } from "./csv.ts";

/** Where a table's columns stand, and what is no row of it. */
export interface Table {
  /** The row with the headings; null where none is found. */
  head: SheetRow | null;
  /** Columns that the sheet does not have. */
  absent: string[];
  /** By column, what the sheet calls it. */
  headings: Record<string, string>;
  /** Headings that nothing is made of. */
  ignored: string[];
  rows: { number: number; values: Record<string, string> }[];
  /** Rows that are no goods, with the words in them: titles, sums, the example of the form. */
  skipped: { number: number; text: string; why: "above" | "sum" | "example" }[];
  unclosed: number | null;
}

const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s※*:・_-]/g, "");

/** Without what stands in brackets: 数量（kg） */
const bare = (text: string): string => plain(text).replace(/\([^)]*\)|\[[^\]]*\]|【[^】]*】/g, "");

/** How far down the headings may stand: above them are titles. */
const HEAD_WITHIN = 30;

const SUM =
  /^(総?合計|小計|総計|計|平均|total|subtotal|grandtotal|sum|average)(\(|\d|$|件|行|袋|kg)/;
const EXAMPLE = /^(例|記入例|見本|example|e\.g\.)(:|\s|$)/i;

/**
 * Reads a table whatever its columns are called and wherever it begins.
 *
 * @param columns the names that people have for each column
 * @param enough as many of the columns make a row the headings
 */
export function readTable(
  text: string,
  columns: Record<string, readonly string[]>,
  enough: number,
): Table {
  const { rows, unclosed } = readSheet(text);
  const names = Object.entries(columns).map(
    ([name, called]) => [name, new Set([name, ...called].map(plain))] as const,
  );
  const placesIn = (cells: string[]) => {
    const places: Record<string, number> = {};
    for (const [name, called] of names) {
      const exact = cells.findIndex((one) => one !== "" && called.has(plain(one)));
      const at = exact >= 0 ? exact : cells.findIndex((one) => one !== "" && called.has(bare(one)));
      if (at >= 0 && !Object.values(places).includes(at)) places[name] = at;
    }
    return places;
  };
  let head = -1;
  let places: Record<string, number> = {};
  rows.slice(0, HEAD_WITHIN).forEach((row, i) => {
    const found = placesIn(row.cells);
    const many = Object.keys(found).length;
    if (many >= enough && many > Object.keys(places).length) {
      head = i;
      places = found;
    }
  });
  const table: Table = {
    head: rows[head] ?? null,
    absent: Object.keys(columns).filter((name) => places[name] === undefined),
    headings: Object.fromEntries(
      Object.entries(places).map(([name, at]) => [name, rows[head]?.cells[at] ?? ""]),
    ),
    ignored: (rows[head]?.cells ?? []).filter(
      (cell, at) => cell !== "" && !Object.values(places).includes(at),
    ),
    rows: [],
    skipped: [],
    unclosed,
  };
  if (head < 0) return table;
  rows.forEach(({ number, cells }, i) => {
    const skip = (why: "above" | "sum" | "example") =>
      table.skipped.push({ number, text: cells.filter((one) => one !== "").join(" "), why });
    if (i < head) skip("above");
    if (i <= head) return;
    const first = cells.find((one) => one !== "") ?? "";
    if (SUM.test(plain(first))) skip("sum");
    else if (cells.some((one) => EXAMPLE.test(one.normalize("NFKC")))) skip("example");
    else {
      const values = Object.entries(places).map(([name, at]) => [name, cells[at] ?? ""]);
      // A row of which only columns are filled that nothing is made of
      if (values.some(([, value]) => value !== "")) {
        table.rows.push({ number, values: Object.fromEntries(values) });
      }
    }
  });
  return table;
}

/** Written so that two ways to write one name are equal: wide letters, spaces, ヵ and ケ. */
export const alike = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s・]/g, "")
    .replace(/[ァ-ヶ]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0x60));
