import { writeCsv } from "./csv.ts";

export const isWorkbook = (file: File): boolean => /\.xlsx$/i.test(file.name);

/**
 * The first sheet of an Excel workbook, as the text that a CSV file would have: so both go one way from here.
 * The library is loaded by who brings such a file.
 */
export async function readWorkbook(file: Blob): Promise<string> {
  const { readSheet } = await import("read-excel-file/universal");
  return writeCsv(await readSheet(file));
}

/** A file with no text in it. */
export class NoTable extends Error {}

/**
 * UTF-8, UTF-16 with its mark, else Shift_JIS: what spreadsheets in Japan write. Throws where it is no
 * text at all.
 */
export async function readText(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const begins = String.fromCharCode(...bytes.subarray(0, 4));
  if (/^(\u00ff\u00fe|\u00fe\u00ff)/.test(begins)) {
    return new TextDecoder(begins.startsWith("\u00ff") ? "utf-16le" : "utf-16be").decode(bytes);
  }
  // The workbook of an older Excel
  if (begins.startsWith("\u00d0\u00cf")) throw new Error("no text");
  if (begins === "%PDF" || bytes.includes(0)) throw new NoTable();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("shift_jis").decode(bytes);
  }
}
