/** The proof that was asked for, as it comes, and the trust list; null if the server can't be reached. */
export interface Asked {
  challenge: Uint8Array;
  /** Whether the server has answered that it can't. */
  troubled: boolean;
  bundle: Promise<Response | null>;
  trust: Promise<Uint8Array<ArrayBuffer> | null>;
}

const PATIENCE_MS = 20_000;

/** Asks for the proof of what stands in the address bar, with a challenge of its own. */
export function ask(): Asked {
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const query = `subject=${encodeURIComponent(location.pathname)}&challenge=${base64Url(challenge)}`;
  const failed = (error: unknown) => {
    asked.troubled ||= error instanceof Unanswered;
    return null;
  };
  const asked: Asked = {
    challenge,
    troubled: false,
    bundle: get(`/api/bundles?${query}`).catch(failed),
    trust: load("/trust.json").catch(failed),
  };
  return asked;
}

/** Not the one of `shared/`: this comes alone and first, on slow mobile data. */
const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

class Unanswered extends Error {}

async function get(url: string, cache: RequestCache = "no-store"): Promise<Response> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(url, { cache, credentials: "omit", signal });
  if (!response.ok) throw new Unanswered(`${response.status}`);
  return response;
}

export const load = async (url: string, cache?: RequestCache): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await (await get(url, cache)).arrayBuffer());

/** Asked for at once: the proof is on its way while the program that checks it and the page still load. */
export const first = ask();
