import { fromBase64 } from "./base64.ts";
import { hasMembers, isObject, type Json } from "./json.ts";
import { Malformed } from "./malformed.ts";
import { type Certificate, readCertificate, serialNumber } from "./x509.ts";

export const MSP_ID = /^[A-Za-z0-9.-]{1,64}$/;
const MAX_CERTIFICATES = 8;
/** A certificate's serial in trust.json. */
const SERIAL = /^([0-9a-f]{2})+$/;

/** A member of the consortium: who may vouch for its peers and administrators. */
export interface Member {
  mspId: string;
  operator: string;
  intermediates: Certificate[];
  roots: Certificate[];
  /** Serials without leading zeros. */
  revoked: string[];
}

const malformed = (): never => {
  throw new Malformed("member_malformed");
};

const strings = (value: Json | undefined): string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string") ? value : malformed();

/** Reads section 9's member object; events hold it without `revoked`. */
export function readMember(value: Json, pinned: boolean): Member {
  const names = ["intermediates", "mspId", "operator", "roots"];
  if (!isObject(value) || !hasMembers(value, ...names, ...(pinned ? ["revoked"] : []))) {
    return malformed();
  }
  const { mspId, operator } = value;
  if (typeof mspId !== "string" || !MSP_ID.test(mspId)) return malformed();
  if (typeof operator !== "string" || operator === "" || operator.length > 500) return malformed();
  const certificates = (name: string, least: number) => {
    const texts = strings(value[name]);
    const distinct = new Set(texts).size === texts.length;
    if (texts.length < least || texts.length > MAX_CERTIFICATES || !distinct) malformed();
    return texts.map((text) => readCertificate(fromBase64(text)));
  };
  const revoked = pinned ? strings(value["revoked"]) : [];
  if (!revoked.every((serial) => SERIAL.test(serial))) malformed();
  return {
    mspId,
    operator,
    intermediates: certificates("intermediates", 0),
    roots: certificates("roots", 1),
    revoked: revoked.map(serialNumber),
  };
}
