import type { JsonObject } from "@shared/json.ts";
import { signJws } from "@shared/signing.ts";
import type { Enrolment } from "./store.ts";

/** An answer of the server that is no success. */
export class Refusal extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, sentence: string) {
    super(sentence);
    this.status = status;
    this.reason = reason;
  }
}

const PATIENCE_MS = 15_000;

/** The server's clock minus this phone's in ms, as of the last answer; null before the first. */
let difference: number | null = null;
export const clockDifference = (): number | null => difference;

export type Answer = { status: number; body: JsonObject; headers: Headers };

/**
 * Asks the server. Throws a {@link Refusal} for its problems, and whatever `fetch` throws where there
 * is no network.
 */
export async function ask(
  method: string,
  path: string,
  options: {
    body?: unknown;
    kid?: string | undefined;
    language?: string;
    headers?: Record<string, string>;
  } = {},
): Promise<Answer> {
  const headers: Record<string, string> = { ...options.headers };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.kid !== undefined) headers["Sanchi-Key"] = options.kid;
  if (options.language !== undefined) headers["Accept-Language"] = options.language;
  const response = await fetch(`/api/${path}`, {
    method,
    headers,
    cache: "no-store",
    credentials: "same-origin",
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const date = Date.parse(response.headers.get("Date") ?? "");
  if (!Number.isNaN(date)) difference = date - Date.now();
  const text = await response.text();
  let body: JsonObject = {};
  try {
    if (text !== "") body = JSON.parse(text);
  } catch {
    // Not from our server: a portal of the network in between, perhaps.
    throw new TypeError("no answer of the server");
  }
  if (!response.ok && response.status !== 304) {
    const reason = String(body["reason"] ?? response.status);
    throw new Refusal(response.status, reason, String(body["title"] ?? reason));
  }
  return { status: response.status, body, headers: response.headers };
}

/** Logs the key in: it signs the server's challenge. */
export async function logIn(enrolment: Enrolment): Promise<void> {
  const { body } = await ask("POST", "sessions/challenge");
  const jws = await signJws(
    enrolment.key,
    { alg: "ES256", kid: enrolment.kid, typ: "sanchi-session" },
    {
      challenge: body["challenge"] as string,
      consortium: enrolment.consortium,
      origin: location.origin,
    },
  );
  await ask("POST", "sessions", { body: { jws } });
}

/** Asks in the key's session, and begins one where there is none. */
export async function askAs(
  enrolment: Enrolment,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  try {
    return await ask("GET", path, { kid: enrolment.kid, headers });
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== "login_needed") throw error;
    await logIn(enrolment);
    return ask("GET", path, { kid: enrolment.kid, headers });
  }
}
