import { readBundle } from "../shared/bundle.ts";
import { BUNDLE_LIMITS, isObject, readJson, textOf } from "../shared/json.ts";
import { orNull } from "../shared/malformed.ts";
import { readTrust } from "../shared/trust.ts";

/**
 * What a file is that somebody gives as a proof. Only `damaged` claims to be a proof of ours and is
 * none; the others say nothing against anything.
 */
export type Form = "proof" | "trust" | "empty" | "cut" | "newer" | "damaged" | "other";

const FORMAT = "sanchi-bundle-v0";
/** Canonical JSON has its members in this order, and others don't begin so. */
const BEGINS = '{"documents":[';

export function formOf(bytes: Uint8Array): Form {
  if (bytes.length === 0) return "empty";
  if (orNull(() => readBundle(bytes)) !== null) return "proof";
  if (orNull(() => readTrust(bytes)) !== null) return "trust";
  const json = orNull(() => readJson(bytes, BUNDLE_LIMITS));
  if (json === null) return startsLikeOne(bytes) && !endsLikeOne(bytes) ? "cut" : "other";
  const format = isObject(json) ? json["format"] : null;
  if (format === FORMAT) return "damaged";
  return typeof format === "string" && /^sanchi-bundle-v[0-9]+$/.test(format) ? "newer" : "other";
}

const textBetween = (bytes: Uint8Array, from: number, to?: number): string =>
  orNull(() => textOf(bytes.subarray(from, to))) ?? "";

function startsLikeOne(bytes: Uint8Array): boolean {
  const start = textBetween(bytes, 0, BEGINS.length);
  return start !== "" && BEGINS.startsWith(start);
}

const endsLikeOne = (bytes: Uint8Array): boolean => textBetween(bytes, -3).trimEnd().endsWith("}}");
