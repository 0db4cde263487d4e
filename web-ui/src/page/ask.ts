import { toBase64Url } from "../shared/base64.ts";

/** The proof that was asked for, and the trust list; null if the server can't be reached. */
export interface Asked {
  challenge: Uint8Array;
  files: Promise<[bundle: Uint8Array<ArrayBuffer>, trust: Uint8Array<ArrayBuffer>] | null>;
}

const PATIENCE_MS = 20_000;

/** Asks for the proof of what stands in the address bar, with a challenge of its own. */
export function ask(): Asked {
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const query = `subject=${encodeURIComponent(location.pathname)}&challenge=${toBase64Url(challenge)}`;
  const files = Promise.all([load(`/api/bundles?${query}`), load("/trust.json")] as const);
  return { challenge, files: files.catch(() => null) };
}

export async function load(
  url: string,
  cache: RequestCache = "no-store",
): Promise<Uint8Array<ArrayBuffer>> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(url, { cache, credentials: "omit", signal });
  if (!response.ok) throw new Error(`${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
