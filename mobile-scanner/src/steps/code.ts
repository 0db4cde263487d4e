import { toBase64Url } from "@shared/base64.ts";
import { canonicalLink, readLink } from "@shared/digital-link.ts";
import { orNull } from "@shared/malformed.ts";
import { labelHash, readSerial } from "@shared/serial.ts";
import { isGrai } from "@shared/subject.ts";

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
  | { type: "invitation"; id: string; token: string };

export type ThingType = Thing["type"];

/** Reads the text of a QR code; null for what this scanner has no use for. */
export function readCode(text: string): Thing | null {
  const invited = /\/scan\/?#i=([A-Za-z0-9_-]{16,64})$/.exec(text);
  if (invited) return { type: "invitation", id: text, token: invited[1] as string };
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

/**
 * Reads digits and letters as people type them off a label: an SSCC of 18 digits, with its (00) or
 * without; a GRAI or GIAI behind its (8003) or (8004); a link; else null.
 *
 * @param wanted what a step asks for at the moment: a box then needs no (8004)
 */
export function readTyped(text: string, wanted: ThingType | null = null): Thing | null {
  const plain = text.replace(/[\s()]/g, "");
  const sscc = /^(?:00)?([0-9]{18})$/.exec(plain);
  if (sscc) return readCode(`/00/${sscc[1]}`);
  const marked = /^(8003|8004)(.+)$/.exec(plain);
  const [, key, value] = marked ?? ["", "8004", wanted === "box" ? plain : ""];
  return readCode(plain) ?? readCode(`/${key}/${encodeURIComponent(value as string)}`);
}
