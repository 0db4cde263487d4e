import type { JsonObject } from "@shared/json.ts";
import { enrolmentProof, newKey, pointOfJwk } from "@shared/signing.ts";
import { ask, askAs, Refusal } from "./api.ts";
import { canKeepKeys } from "./keys.ts";
import { type Enrolment, type Handbook, type Party, store } from "./store.ts";

/** What an invitation says to who holds its token. */
export interface Invitation {
  consortium: string;
  organisation: Party;
  name: string;
  language: string;
  /** ms since 1970. */
  expires: number;
  state: string;
  kid: string | null;
}

/** Why a phone can't be enrolled; the words are in the dictionary. */
export class CannotKeepKeys extends Error {}

export async function invitation(token: string): Promise<Invitation> {
  const { body } = await ask("GET", `invitations/${encodeURIComponent(token)}`);
  return body as unknown as Invitation;
}

/**
 * Makes a key and offers it. A second call with the token of an offer that was made goes on with
 * the same key, so that a reload in between does no harm.
 */
export async function offer(token: string, invited: Invitation): Promise<Enrolment> {
  const database = await store();
  let enrolment = (await database.getAll("enrolment")).find((one) => one.token === token);
  if (enrolment === undefined) {
    if (!(await canKeepKeys())) throw new CannotKeepKeys();
    const made = await newKey();
    const { body } = await ask("GET", "server-key");
    enrolment = {
      kid: made.kid,
      organisation: invited.organisation,
      consortium: invited.consortium,
      key: made.key,
      jwk: made.jwk,
      proof: await enrolmentProof(made.key, invited.consortium, invited.organisation.gln),
      token,
      state: "offered",
      since: Date.now(),
      seq: 0,
      serverPoint: pointOfJwk(body["jwk"] as JsonObject),
      handbook: null,
      etag: null,
    };
    await database.put("enrolment", enrolment);
  }
  const { jwk, proof } = enrolment;
  try {
    await ask("POST", `invitations/${encodeURIComponent(token)}`, {
      body: { jwk, proof, name: deviceName() },
    });
  } catch (error) {
    // Another phone was first, or it is over: this key will never be wanted.
    if (error instanceof Refusal) await database.delete("enrolment", enrolment.kid);
    throw error;
  }
  return enrolment;
}

/** How the phone calls itself in the administrator's list. */
function deviceName(): string {
  const model = /\(([^;)]+);?\s*([^;)]*)/.exec(navigator.userAgent);
  return (model ? `${model[1]} ${model[2] ?? ""}` : "phone").trim().slice(0, 60);
}

/** Asks how the offer stands, and remembers the answer where it is final. */
export async function follow(enrolment: Enrolment): Promise<Enrolment> {
  const { state } = await invitation(enrolment.token);
  if (state === "enrolled") {
    await change(enrolment.kid, (one) => {
      one.state = "enrolled";
    });
  } else if (["refused", "expired", "revoked"].includes(state)) {
    await change(enrolment.kid, (one) => {
      one.state = "refused";
    });
  }
  return (await (await store()).get("enrolment", enrolment.kid)) ?? enrolment;
}

/** Brings the handbook up to date; without a network the old one stays. */
export async function refresh(enrolment: Enrolment): Promise<void> {
  try {
    const answer = await askAs(
      enrolment,
      "handbook",
      enrolment.etag === null ? {} : { "If-None-Match": enrolment.etag },
    );
    if (answer.status === 304) return;
    await change(enrolment.kid, (one) => {
      one.handbook = answer.body as unknown as Handbook;
      one.organisation = {
        gln: one.handbook.organisation.gln,
        name: one.handbook.organisation.name,
      };
      one.etag = answer.headers.get("ETag");
    });
  } catch (error) {
    if (error instanceof Refusal && error.reason === "key_revoked") {
      await change(enrolment.kid, (one) => {
        one.state = "revoked";
      });
    } else if (!(error instanceof Refusal) && !isNetwork(error)) {
      throw error;
    }
  }
}

/** What `fetch` throws where nothing answers. */
export const isNetwork = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError");

async function change(kid: string, by: (enrolment: Enrolment) => void): Promise<void> {
  const transaction = (await store()).transaction("enrolment", "readwrite");
  const enrolment = await transaction.store.get(kid);
  if (enrolment !== undefined) {
    by(enrolment);
    await transaction.store.put(enrolment);
  }
  await transaction.done;
}

export const forget = async (kid: string): Promise<void> =>
  (await store()).delete("enrolment", kid);
