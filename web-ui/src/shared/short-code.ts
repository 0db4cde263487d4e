import { fromHash } from "./base64.ts";
import { utf8 } from "./bytes.ts";
import { Malformed } from "./malformed.ts";
import { CROCKFORD, LAST_NUMBER, RUN } from "./serial.ts";
import { sha256 } from "./sha256.ts";

/** Section 3: what people type or compare by eye. The kernel's twin is `ShortCode`. */
export interface ShortCode {
  run: string;
  number: number;
  check: string;
}

/** The first bits, five a character. */
function base32(bytes: Uint8Array, characters: number): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (let at = 0; text.length < characters; ) {
    if (bits < 5) {
      held = ((held << 8) | (bytes[at++] as number)) & 0xffff;
      bits += 8;
    }
    bits -= 5;
    text += CROCKFORD.charAt((held >> bits) & 31);
  }
  return text;
}

export function shortCodeOfLabel(gtin14: string, run: string, number: number): ShortCode {
  if (!RUN.test(run)) throw new Malformed("serial_malformed");
  const check = base32(sha256(utf8(`sanchi/short/1\0${gtin14}/${run}/${number}`)), 2);
  return { run, number, check };
}

/** As it is printed, such as `K7Q2-0MX4`. */
export const printShortCode = ({ run, number, check }: ShortCode): string =>
  `${run}-${CROCKFORD.charAt(number >> 5)}${CROCKFORD.charAt(number & 31)}${check}`;

/** Reads what was typed: any case, O as 0, I and L as 1, hyphens and spaces anywhere. */
export function readShortCode(typed: string): ShortCode {
  const text = typed.toUpperCase().replace(/[- ]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  if (!/^[0-9A-HJKMNP-TV-Z]{8}$/.test(text)) throw new Malformed("serial_malformed");
  const number = CROCKFORD.indexOf(text.charAt(4)) * 32 + CROCKFORD.indexOf(text.charAt(5));
  if (number > LAST_NUMBER) throw new Malformed("serial_malformed");
  return { run: text.slice(0, 4), number, check: text.slice(6) };
}

/** What a phone and its administrator compare before the key is enrolled, such as `4XK-9QM`. */
export function shortCodeOfKey(kid: string): string {
  const code = base32(sha256(fromHash(kid)), 6);
  return `${code.slice(0, 3)}-${code.slice(3)}`;
}
