/** Comma-separated values (RFC 4180) as spreadsheets write them; a tab or a semicolon is taken, too. */
export function readCsv(text: string): string[][] {
  const plain = text.replace(/^\uFEFF/, "");
  const head = plain.slice(0, plain.search(/[\r\n]|$/));
  const separator = ["\t", ";", ","].find((one) => head.includes(one)) ?? ",";
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  const endRow = () => {
    row.push(field.trim());
    if (row.some((one) => one !== "")) rows.push(row);
    row = [];
    field = "";
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
    else if (character === separator) {
      row.push(field.trim());
      field = "";
    } else if (character === "\n") endRow();
    else if (character !== "\r") field += character;
  }
  endRow();
  return rows;
}

/** Rows as objects by the names in the first row, which may stand in any order. */
export function readTable(
  text: string,
  columns: Record<string, string[]>,
): Record<string, string>[] {
  const [head, ...rows] = readCsv(text);
  const places = Object.entries(columns).map(([name, called]) => {
    const wanted = [name, ...called].map((one) => one.toLowerCase());
    return [name, (head ?? []).findIndex((one) => wanted.includes(one.toLowerCase()))] as const;
  });
  return rows.map((row) =>
    Object.fromEntries(places.map(([name, at]) => [name, at < 0 ? "" : (row[at] ?? "")])),
  );
}

/** Cells as text: a date as its day, a number as its digits. */
export function writeCsv(rows: readonly (readonly unknown[])[]): string {
  const cell = (value: unknown): string => {
    const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value ?? "");
    return /[",\t;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\n");
}
