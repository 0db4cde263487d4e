import { utf8 } from "./bytes.ts";
import { canonicalLink } from "./digital-link.ts";
import { gs1Value } from "./gs1.ts";
import { Malformed } from "./malformed.ts";
import { sha256 } from "./sha256.ts";

export const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const RUN = /^[0-9A-HJKMNP-TV-Z]{4}$/;
/** A run has at most 500 labels. */
export const LAST_NUMBER = 499;

export interface Label {
  run: string;
  number: number;
}

/** The run and number that a serial of section 3's form names. */
export function readSerial(text: string): Label {
  if (!/^[0-9A-HJKMNP-TV-Z]{20}$/.test(text)) throw new Malformed("serial_malformed");
  let number = 0;
  for (const character of text.slice(4, 8)) number = number * 32 + CROCKFORD.indexOf(character);
  if (number > LAST_NUMBER) throw new Malformed("serial_malformed");
  return { run: text.slice(0, 4), number };
}

/** h(label): what a run's Merkle tree holds, and what a package's subject is named by. */
export function labelHash(gtin14: string, serial: string): Uint8Array<ArrayBuffer> {
  if (gtin14.length !== 14) throw new Malformed("gs1_bad_length");
  return sha256(utf8(canonicalLink({ key: "01", value: gs1Value("01", gtin14), serial })));
}
