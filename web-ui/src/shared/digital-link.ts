import { gs1Value } from "./gs1.ts";
import { Malformed } from "./malformed.ts";

export interface DigitalLink {
  key: string;
  value: string;
  variant?: string;
  lot?: string;
  serial?: string;
}

const KEYS = ["00", "01", "253", "414", "417", "8003", "8004"];
const QUALIFIERS = [
  ["22", "variant"],
  ["10", "lot"],
  ["21", "serial"],
] as const;
const URI =
  /^(?:(?:https?|HTTPS?):\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?)?((?:\/(?:[-A-Za-z0-9._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+)+)(?:\?(?:[-A-Za-z0-9._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?$/;

/** Percent-encodes everything but `A-Z a-z 0-9 - . _ ~`, in UTF-8 and upper-case hexadecimal. */
export const percentEncode = (value: string): string =>
  encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Malformed("link_malformed");
  }
}

/** Reads a Digital Link of any host and path prefix, or only its path; its query is not looked at. */
export function readLink(text: string): DigitalLink {
  const path = URI.exec(text)?.[1];
  if (path === undefined) throw new Malformed("link_malformed");
  const raw = path.slice(1).split("/");
  const segments = raw.map(percentDecode);
  if (segments.some((segment) => segment === "." || segment === "..")) {
    throw new Malformed("link_malformed");
  }
  let at = raw.length - 2;
  while (at >= 0 && !KEYS.includes(raw[at] as string)) at -= 2;
  if (at < 0) throw new Malformed("link_unknown_key");
  const key = raw[at] as string;
  const link: DigitalLink = { key, value: gs1Value(key, segments[at + 1] as string) };
  let last = -1;
  for (let i = at + 2; i < raw.length; i += 2) {
    const order = key === "01" ? QUALIFIERS.findIndex(([name]) => name === raw[i]) : -1;
    const qualifier = QUALIFIERS[order];
    if (qualifier === undefined) throw new Malformed("link_unknown_key");
    if (order <= last) throw new Malformed("link_bad_order");
    link[qualifier[1]] = gs1Value(qualifier[0], segments[i + 1] as string);
    last = order;
  }
  return link;
}

/** The one form that payloads and labels hold. */
export function canonicalLink(link: DigitalLink): string {
  let path = `https://id.gs1.org/${link.key}/${percentEncode(link.value)}`;
  for (const [key, name] of QUALIFIERS) {
    const value = link[name];
    if (value !== undefined) path += `/${key}/${percentEncode(value)}`;
  }
  return path;
}

/** Reads a link and refuses it unless it is the canonical one. */
export function readCanonicalLink(text: string): DigitalLink {
  const link = readLink(text);
  if (canonicalLink(link) !== text) throw new Malformed("link_not_canonical");
  return link;
}
