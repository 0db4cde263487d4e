import { concat } from "../shared/bytes.ts";
import { readEvent } from "../shared/event.ts";
import { orNull } from "../shared/malformed.ts";

/** What looks like a compact JWS in a JSON text. Nothing rests on it: what is verified is the whole. */
const JWS = /"([\w-]+\.[\w-]+\.[\w-]+)"/g;

/** Characters: more than a compact JWS may have. */
const LONGEST = 1 << 17;

/** The bytes of a bundle, whose events are read while the rest is on its way. */
export async function arrived(bundle: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const decoder = new TextDecoder();
  const reader = (bundle.body as ReadableStream<Uint8Array>).getReader();
  let text = "";
  for (;;) {
    const { value } = await reader.read();
    if (value === undefined) return concat(...parts);
    parts.push(value);
    text += decoder.decode(value, { stream: true });
    let read = 0;
    for (const found of text.matchAll(JWS)) {
      orNull(() => readEvent(found[1] as string));
      read = found.index + found[0].length;
    }
    // What goes on for longer is no event, and must not be searched again with all that follows
    text = text.slice(Math.max(read, text.length - LONGEST));
  }
}

/**
 * Whether these bytes are what a proof may be: a connection that breaks off, or a server that answers
 * nothing, says nothing against the goods.
 */
export function isWhole(bytes: Uint8Array): boolean {
  try {
    return Object.keys(JSON.parse(new TextDecoder().decode(bytes))).length > 0;
  } catch {
    return false;
  }
}
