import type { JsonObject } from "../shared/json.ts";
import { signJws } from "../shared/signing.ts";
import { language, session } from "./state.ts";
import type { Identity } from "./store.ts";

/** An answer of the server that is no success, with a sentence in the reader's language. */
export class Refusal extends Error {
  readonly status: number;
  readonly reason: string;
  /** JSON Pointer into what was sent, or the name of a parameter. */
  readonly field: string | null;

  constructor(status: number, reason: string, sentence: string, field: string | null) {
    super(sentence);
    this.status = status;
    this.reason = reason;
    this.field = field;
  }
}

/** Nothing answers. */
export class Unreachable extends Error {}

const PATIENCE_MS = 30_000;
/** Five hundred labels are drawn and read again. */
const DRAWING_MS = 180_000;

async function send(
  method: string,
  path: string,
  body?: BodyInit,
  type?: string,
  patience = PATIENCE_MS,
) {
  const headers: Record<string, string> = { "Accept-Language": language.value };
  if (type !== undefined) headers["Content-Type"] = type;
  if (session.value !== null) headers["Sanchi-Key"] = session.value.kid;
  let response: Response;
  try {
    response = await fetch(`/api/${path}`, {
      method,
      headers,
      cache: "no-store",
      credentials: "same-origin",
      signal: AbortSignal.timeout(patience),
      ...(body === undefined ? {} : { body }),
    });
  } catch {
    throw new Unreachable();
  }
  if (response.ok) return response;
  let problem: JsonObject = {};
  try {
    problem = await response.json();
  } catch {
    // A proxy's page: the status has to do
  }
  const reason = String(problem["reason"] ?? response.status);
  if (reason === "login_needed" || reason === "key_revoked") session.value = null;
  const field = problem["field"];
  throw new Refusal(
    response.status,
    reason,
    String(problem["title"] ?? reason),
    typeof field === "string" ? field : null,
  );
}

export async function get<T>(path: string): Promise<T> {
  return (await send("GET", path)).json();
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await send("POST", path, JSON.stringify(body), "application/json");
  return response.status === 204 ? (null as T) : response.json();
}

/** Bytes as they are: a described document, whose hash was signed. */
export async function postText(path: string, text: string): Promise<void> {
  await send("POST", path, text, "application/json");
}

export async function postFile<T>(path: string, file: Blob): Promise<T> {
  return (await send("POST", path, file, "application/octet-stream")).json();
}

/** What the server drew. */
export interface Drawn {
  file: Blob;
  /** Of what was ordered, what the paper has no room for: `lot`, `producer`, … */
  notPrinted: string[];
}

export async function postForFile(path: string, body: unknown): Promise<Drawn> {
  const sent = JSON.stringify(body);
  const answer = await send("POST", path, sent, "application/json", DRAWING_MS);
  const notPrinted = (answer.headers.get("Sanchi-Not-Printed") ?? "").split(",");
  return { file: await answer.blob(), notPrinted: notPrinted.filter((one) => one !== "") };
}

export async function put(path: string, body: unknown): Promise<void> {
  await send("PUT", path, JSON.stringify(body), "application/json");
}

export async function remove(path: string): Promise<void> {
  await send("DELETE", path);
}

export interface Session {
  administrator: boolean;
  expires: number;
  kid: string;
  organisation: string;
}

/** The session that this key still has, or null. */
export async function resume(identity: Identity): Promise<Session | null> {
  const response = await fetch("/api/sessions", {
    headers: { "Sanchi-Key": identity.kid },
    cache: "no-store",
  }).catch(() => null);
  if (response === null) throw new Unreachable();
  return response.ok ? response.json() : null;
}

/** Ends the key's session, if it has one. */
export async function logOut(kid: string): Promise<void> {
  await fetch("/api/sessions", {
    method: "DELETE",
    headers: { "Sanchi-Key": kid },
    credentials: "same-origin",
  }).catch(() => {
    throw new Unreachable();
  });
}

/** Logs the key in: it signs the server's challenge. */
export async function logIn(identity: Identity): Promise<Session> {
  const { challenge } = await post<{ challenge: string }>("sessions/challenge", {});
  const jws = await signJws(
    identity.key,
    { alg: "ES256", kid: identity.kid, typ: "sanchi-session" },
    { challenge, consortium: identity.consortium, origin: location.origin },
  );
  return post<Session>("sessions", { jws });
}
