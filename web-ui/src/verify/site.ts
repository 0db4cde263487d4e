/*
 * Asks a server for something public, and tells the ways apart in which there is no answer. Browsers
 * say little about them: what they hide is found out by asking once more without reading.
 */

/** Why there is no answer. */
export type Silence =
  /** Only https may be asked: neither a browser nor this page's own policy lets others through. */
  | "insecure"
  /** This device has no network. */
  | "offline"
  /** Whoever serves this page forbids it to ask others. */
  | "forbidden"
  /** There is no such server, or nothing answers there. */
  | "nobody"
  | "slow"
  /** There is one, but it lets no pages of others read its answers. */
  | "closed"
  /** One of ours, which refuses or can't answer now. */
  | "busy"
  /** Something answers, but no server of this kind. */
  | "stranger";

export type Reply = { bytes: Uint8Array<ArrayBuffer> } | { silence: Silence };

/** What the page's policy allows beside https. */
const LOCAL = "localhost";
const UNAVAILABLE = [429, 500, 502, 503, 504];

/** @param patienceMs for each of at most two questions */
export async function askSite(address: string, patienceMs = 20_000): Promise<Reply> {
  const url = new URL(address);
  if (url.origin !== location.origin && url.protocol === "http:" && url.hostname !== LOCAL) {
    return { silence: "insecure" };
  }
  let forbidden = false;
  const heard = ({ blockedURI }: SecurityPolicyViolationEvent) => {
    forbidden ||= blockedURI.startsWith(url.origin);
  };
  document.addEventListener("securitypolicyviolation", heard);
  const get = (mode: RequestMode) =>
    fetch(address, {
      cache: "no-store",
      credentials: "omit",
      mode,
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(patienceMs),
    });
  try {
    const response = await get("cors");
    if (response.ok) return { bytes: new Uint8Array(await response.arrayBuffer()) };
    return { silence: UNAVAILABLE.includes(response.status) ? "busy" : "stranger" };
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") return { silence: "slow" };
    if (navigator.onLine === false) return { silence: "offline" };
    // The violation is told a moment after the request has failed
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (forbidden) return { silence: "forbidden" };
    const isThere = await get("no-cors").then(
      () => true,
      () => false,
    );
    return { silence: isThere ? "closed" : "nobody" };
  } finally {
    document.removeEventListener("securitypolicyviolation", heard);
  }
}
