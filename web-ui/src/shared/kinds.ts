import table from "../../../traceability-ear/kernel/src/main/resources/jp/sanchi/kernel/event/kinds.json";

/** A row of the table of kinds: section 2.2. */
export interface Row {
  type: string;
  action: string;
  bizStep: string;
  dispositions: string[];
  /** Name, with `?` at its end if optional, to type. */
  members: Record<string, string>;
  appends: string[];
  roles: string[];
  scheme: boolean;
  signer: "device" | "administrator" | "member" | "approved" | "either";
  corrigible: boolean;
  custody: boolean;
}

const rows = new Map(Object.entries(table.kinds as unknown as Record<string, Row>));

/** The row of a kind; undefined for a kind that this verifier doesn't know. */
export const rowOf = (kind: string): Row | undefined => rows.get(kind);
