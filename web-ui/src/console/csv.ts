/** A row of a sheet with its number there, from 1: empty ones count, too. */
export interface SheetRow {
  number: number;
  cells: string[];
}

export interface Sheet {
  /** Those in which anything stands. */
  rows: SheetRow[];
  /** The row with a quotation mark that nobody closes: from there on nothing can be read; or null. */
  unclosed: number | null;
}

/** Comma-separated values (RFC 4180) as spreadsheets write them; a tab or a semicolon is taken, too. */
export function readSheet(text: string): Sheet {
  const plain = text.replace(/^\uFEFF/, "");
  const separator = separatorOf(plain);
  const rows: SheetRow[] = [];
  let cells: string[] = [];
  let field = "";
  let number = 1;
  let quoted = false;
  const endField = () => {
    cells.push(field.trim());
    field = "";
  };
  const endRow = () => {
    endField();
    if (cells.some((one) => one !== "")) rows.push({ number, cells });
    cells = [];
    number++;
  };
  for (let i = 0; i < plain.length; i++) {
    const character = plain.charAt(i);
    if (quoted) {
      if (character !== '"') field += character;
      else if (plain.charAt(i + 1) === '"') {
        field += '"';
        i++;
      } else quoted = false;
    } else if (character === '"' && field === "") quoted = true;
    else if (character === separator) endField();
    else if (character === "\n") endRow();
    else if (character !== "\r") field += character;
  }
  if (quoted) return { rows, unclosed: number };
  endRow();
  return { rows, unclosed: null };
}

/** A title above the table has no separator: the whole text says which one it is. */
function separatorOf(text: string): string {
  const many = (one: string) => text.split(one).length;
  if (text.includes("\t")) return "\t";
  return many(";") > many(",") ? ";" : ",";
}

/** Cells as text: a date as its day, a number as its digits. */
export function writeCsv(rows: readonly (readonly unknown[])[]): string {
  const cell = (value: unknown): string => {
    const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value ?? "");
    return /[",\t;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\n");
}
