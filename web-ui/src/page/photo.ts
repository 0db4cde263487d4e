import { toBase64Url } from "../shared/base64.ts";
import { h, type Piece } from "../shared/html.ts";
import { sha256 } from "../shared/sha256.ts";
import type { Words } from "../shared/words.ts";
import type { Photo } from "./telling.ts";

/**
 * What stands in the photo's place: the picture only if these bytes are the ones that the signed
 * description names. They are shown as they were hashed and never fetched a second time.
 */
export function photoOf(
  { hash, type }: Photo,
  bytes: Uint8Array | null,
  title: string,
  { ui }: Words,
): Piece {
  if (bytes === null) return h("p", {}, ui.photoMissing);
  if (!isNamed(bytes, hash)) return h("p", { class: "wrong" }, ui.photoWrong);
  const data = toBase64Url(bytes).replaceAll("-", "+").replaceAll("_", "/");
  return h("img", { src: `data:${type};base64,${data}`, alt: title });
}

export const isNamed = (bytes: Uint8Array, hash: string): boolean =>
  toBase64Url(sha256(bytes)) === hash;
