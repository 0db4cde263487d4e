import { toBase64Url } from "@shared/base64.ts";
import { canonicalLink, readLink } from "@shared/digital-link.ts";
import { gs1Value } from "@shared/gs1.ts";
import { orNull } from "@shared/malformed.ts";
import { labelHash, readSerial } from "@shared/serial.ts";
import { isGrai } from "@shared/subject.ts";
import { tidied } from "@shared/typed.ts";

/** What a code turned out to be. Two scans of one thing have the same `id`. */
export type Thing =
  | { type: "lot"; id: string; uri: string; gtin: string; lot: string }
  | {
      type: "package";
      id: string;
      /** Null for a code that was typed: its serial is nobody's to know. */
      uri: string | null;
      gtin: string;
      hash: string;
      run: string;
      number: number;
    }
  | { type: "unit"; id: string; uri: string; crate: boolean; day: string | null }
  | { type: "box"; id: string; uri: string }
  | { type: "place"; id: string; gln: string }
  | { type: "invitation"; id: string; token: string }
  /** A card on the wall: the step that it stands for, by its kind. */
  | { type: "action"; id: string; kind: string };

export type ThingType = Thing["type"];

/** Reads the text of a code; null for what this scanner has no use for. */
export function readCode(text: string): Thing | null {
  if (text.startsWith("(")) {
    const path = pathOfElements(text);
    return path === null ? null : readCode(path);
  }
  const invited = /\/scan\/?#i=([A-Za-z0-9_-]{16,64})$/.exec(text);
  if (invited) return { type: "invitation", id: text, token: invited[1] as string };
  const action = /\/scan\/?#do=([a-z_]{3,40})$/.exec(text);
  if (action) return { type: "action", id: `action/${action[1]}`, kind: action[1] as string };
  const link = orNull(() => readLink(text));
  if (link === null || link.variant !== undefined) return null;
  const { key, value, lot, serial } = link;
  switch (key) {
    case "01": {
      if (serial !== undefined) {
        const label = orNull(() => readSerial(serial));
        if (label === null) return null;
        const hash = toBase64Url(labelHash(value, serial));
        const uri = canonicalLink({ key, value, serial });
        return { type: "package", id: `package/${hash}`, uri, gtin: value, hash, ...label };
      }
      if (lot === undefined) return null;
      const uri = canonicalLink({ key, value, lot });
      return { type: "lot", id: uri, uri, gtin: value, lot };
    }
    case "00": {
      const uri = canonicalLink({ key, value });
      return { type: "unit", id: uri, uri, crate: false, day: null };
    }
    case "8003": {
      if (!isGrai(value)) return null;
      const uri = canonicalLink({ key, value });
      return { type: "unit", id: uri, uri, crate: true, day: null };
    }
    case "8004": {
      const uri = canonicalLink({ key, value });
      return { type: "box", id: uri, uri };
    }
    case "414":
      return { type: "place", id: `place/${value}`, gln: value };
    default:
      return null;
  }
}

const KEYS = ["00", "01", "8003", "8004", "414"];

/** The path of a Digital Link that says what a GS1-128 says of its thing: `(01)…(10)…`; null if it names none. */
function pathOfElements(text: string): string | null {
  const values = new Map<string, string>();
  for (const [, ai, value] of text.matchAll(/\(([0-9]{2,4})\)((?:(?!\([0-9]{2,4}\)).)+)/g)) {
    values.set(ai as string, value as string);
  }
  const keys = KEYS.filter((key) => values.has(key));
  const [key] = keys;
  if (key === undefined || keys.length > 1) return null;
  return [key, ...(key === "01" ? ["22", "10", "21"] : [])]
    .filter((ai) => values.has(ai))
    .map((ai) => `/${ai}/${encodeURIComponent(values.get(ai) as string)}`)
    .join("");
}

/** Whether a code names a kind of product and no lot or package of it: a JAN, or as much in another form. */
export function namesProductOnly(text: string): boolean {
  if (/^[0-9]+$/.test(text)) return orNull(() => gs1Value("01", text)) !== null;
  const path = text.startsWith("(") ? pathOfElements(text) : text;
  const link = path === null ? null : orNull(() => readLink(path));
  return link?.key === "01" && link.lot === undefined && link.serial === undefined;
}

/** Whether two names are the same for who reads them aloud: in any case, with or without hyphens. */
export function soundsLike(one: string, other: string): boolean {
  const bare = (text: string) => tidied(text).toUpperCase().replace(/[- ]/g, "");
  return bare(one) === bare(other);
}

/**
 * Reads digits and letters as people type them off a label: an SSCC of 18 digits, with its (00) or
 * without; a GRAI or GIAI behind its (8003) or (8004); a link; else null.
 *
 * @param wanted what a step asks for at the moment: a box then needs no (8004)
 */
export function readTyped(text: string, wanted: ThingType | null = null): Thing | null {
  const bare = tidied(text).replace(/\s/g, "");
  // Assets are named in capitals
  const typed = /^\(?800[34]/.test(bare) ? bare.toUpperCase() : bare;
  const elements = readCode(typed);
  if (elements !== null) return elements;
  const plain = typed.replace(/[()]/g, "");
  const sscc = /^(?:00)?([0-9]{18})$/.exec(plain.replaceAll("-", ""));
  if (sscc) return readCode(`/00/${sscc[1]}`);
  const marked = /^(8003|8004)(.+)$/.exec(plain);
  const [, key, value] = marked ?? ["", "8004", wanted === "box" ? plain : ""];
  const marks = (one: string) => readCode(`/${key}/${encodeURIComponent(one)}`);
  return readCode(plain) ?? marks((value as string).toUpperCase());
}
