import { Malformed } from "./malformed.ts";

const SET_82 = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*$/;

function checkDigit(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const weight = (digits.length - 1 - i) % 2 === 0 ? 1 : 3;
    sum += weight * (digits.charCodeAt(i) - 48);
  }
  return sum % 10 === 0;
}

/** Digits with a check digit, then up to `serial` characters. */
function keyed(value: string, lengths: number[], serial: number, digits: RegExp): string {
  const head = lengths[lengths.length - 1] as number;
  const fits =
    serial === 0
      ? lengths.includes(value.length)
      : value.length >= head && value.length <= head + serial;
  if (!fits) throw new Malformed("gs1_bad_length");
  if (!digits.test(value.slice(0, head)) || !SET_82.test(value.slice(head))) {
    throw new Malformed("gs1_bad_character");
  }
  if (!checkDigit(value.slice(0, head))) throw new Malformed("gs1_bad_check_digit");
  return value;
}

const DIGITS = /^[0-9]+$/;

/** The canonical value of an application identifier: only a GTIN changes, it is padded to 14 digits. */
export function gs1Value(key: string, value: string): string {
  switch (key) {
    case "00":
      return keyed(value, [18], 0, DIGITS);
    case "01":
      return keyed(value, [8, 12, 13, 14], 0, DIGITS).padStart(14, "0");
    case "414":
    case "417":
      return keyed(value, [13], 0, DIGITS);
    case "253":
      return keyed(value, [13], 17, DIGITS);
    case "8003":
      return keyed(value, [14], 16, /^0[0-9]+$/);
    case "8004":
      if (value.length < 5 || value.length > 30) throw new Malformed("gs1_bad_length");
      if (!/^[0-9]{4}/.test(value) || !SET_82.test(value)) throw new Malformed("gs1_bad_character");
      return value;
    case "10":
    case "21":
    case "22":
      if (value.length < 1 || value.length > 20) throw new Malformed("gs1_bad_length");
      // Browsers fold a path segment of one or two dots away.
      if (!SET_82.test(value) || value === "." || value === "..") {
        throw new Malformed("gs1_bad_character");
      }
      return value;
    default:
      throw new Malformed("link_unknown_key");
  }
}
