import { Malformed } from "./malformed.ts";

const SHARED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const URL_LETTERS = `${SHARED}-_`;
const STANDARD_LETTERS = `${SHARED}+/`;

const values = (letters: string): Int8Array => {
  const table = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i++) table[letters.charCodeAt(i)] = i;
  return table;
};
const URL_VALUES = values(URL_LETTERS);
const STANDARD_VALUES = values(STANDARD_LETTERS);

function decode(text: string, table: Int8Array, reason: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 === 1) throw new Malformed(reason);
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = table[text.charCodeAt(i)] ?? -1;
    if (value < 0) throw new Malformed(reason);
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  if (held !== 0) throw new Malformed(reason);
  return bytes;
}

function encode(bytes: Uint8Array, letters: string): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += letters.charAt(group >> 18) + letters.charAt((group >> 12) & 63);
    if (left > 1) text += letters.charAt((group >> 6) & 63);
    if (left > 2) text += letters.charAt(group & 63);
  }
  return text;
}

/** base64url without padding; spare bits must be zero. */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  decode(text, URL_VALUES, "base64url_malformed");

export const toBase64Url = (bytes: Uint8Array): string => encode(bytes, URL_LETTERS);

/** RFC 4648 base64 with its padding; spare bits must be zero. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const bare = text.replace(/={1,2}$/, "");
  if (text.length % 4 !== 0) throw new Malformed("base64_malformed");
  return decode(bare, STANDARD_VALUES, "base64_malformed");
}

export function toBase64(bytes: Uint8Array): string {
  const text = encode(bytes, STANDARD_LETTERS);
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

/** The 32 bytes of a hash written in 43 characters. */
export function fromHash(text: string): Uint8Array<ArrayBuffer> {
  if (text.length !== 43) throw new Malformed("base64url_malformed");
  return fromBase64Url(text);
}
