import { toBase64Url } from "../shared/base64.ts";
import type { JsonObject } from "../shared/json.ts";
import { idOf } from "../shared/jws.ts";
import { thumbprint } from "../shared/p256.ts";
import { enrolmentProof, newKey, pointOfJwk, works } from "../shared/signing.ts";
import { get, Refusal } from "./api.ts";
import { Wrong } from "./parts.tsx";
import { committed, describe, postSigned, signAlike, signAll } from "./record.ts";
import type { Rights } from "./rights.ts";
import { identities, memberKey, words } from "./state.ts";
import { type Identity, keepIdentity, store } from "./store.ts";

/** Roles that one member gives alone. */
export const PLAIN_ROLES = ["grower", "fisher", "processor", "carrier", "retailer"];

/** Makes a key, keeps it, takes it out again and signs with it; stops where that fails. */
export async function madeKey(): Promise<Pick<Identity, "key" | "jwk" | "kid">> {
  const made = await newKey();
  const database = await store();
  try {
    await database.put("setting", made.key, "self-test");
    const kept = (await database.get("setting", "self-test")) as CryptoKey;
    if (!(await works(kept, made.point))) throw new Error("the key signs wrongly");
  } catch {
    throw new Wrong("", words.value.first.cannotKeep);
  } finally {
    await database.delete("setting", "self-test");
  }
  return made;
}

export async function serverPoint(): Promise<Uint8Array<ArrayBuffer>> {
  const { jwk, kid } = await get<{ jwk: JsonObject; kid: string }>("server-key");
  const point = pointOfJwk(jwk);
  if (toBase64Url(thumbprint(point)) !== kid) throw new Error("the server's key has another name");
  return point;
}

export const consortiumOf = async (): Promise<string> =>
  (await get<{ consortium: string }>("trust")).consortium;

export async function keep(identity: Identity): Promise<Identity> {
  await keepIdentity(identity);
  identities.value = [...identities.value, identity];
  return identity;
}

/** Roles that need a majority of members. */
export const GREAT_ROLES = ["inspector", "certifier", "authority"];

export interface Admission {
  gln: string;
  /** MSP id of the member that admits. */
  member: string;
  name: Record<string, string>;
  roles: string[];
  /** A GS1 prefix of its own, or empty. */
  prefix: string;
}

/** A fresh key for an organisation, which nobody knows yet. */
const newIdentity = async (
  consortium: string,
  organisation: string,
  name: Identity["name"],
): Promise<Identity> => ({
  ...(await madeKey()),
  consortium,
  seq: 0,
  serverPoint: await serverPoint(),
  certificates: null,
  organisation,
  name,
  offer: null,
});

/**
 * Admits an organisation with its roles and numbers, and enrols a key of this browser as its first
 * administrator: somebody has to invite the others.
 */
export async function admit({ gln, member, name, roles, prefix }: Admission): Promise<Identity> {
  const administrator = memberKey.value as Identity;
  const { consortium } = administrator;
  const all = Object.keys(administrator.certificates ?? {});
  const ordered = [member, ...all.filter((one) => one !== member)];
  const identity = await newIdentity(consortium, gln, name);
  const plain = roles.filter((role) => PLAIN_ROLES.includes(role));
  const events = await signAll([
    { kind: "organisation_admitted", member, members: { "sanchi:gln": gln } },
    ...plain.map((role) => ({
      kind: "role_granted",
      member,
      members: { "sanchi:gln": gln, "sanchi:role": role },
    })),
  ]);
  for (const role of roles.filter((one) => GREAT_ROLES.includes(one))) {
    const members = { "sanchi:gln": gln, "sanchi:role": role };
    events.push(...(await signAlike("role_granted", members, ordered, all.length)));
  }
  if (prefix !== "") {
    const members = { "sanchi:gln": gln, "sanchi:prefix": prefix };
    events.push(...(await signAlike("range_granted", members, ordered, all.length)));
  }
  const proof = await enrolmentProof(identity.key, consortium, gln);
  const enrolment = {
    kind: "device_enrolled",
    member,
    members: {
      "sanchi:gln": gln,
      "sanchi:jwk": identity.jwk,
      "sanchi:proof": proof,
      "sanchi:administrator": true,
    },
  };
  events.push(...(await signAll([enrolment])));
  // Kept before it is sent: once it is on the ledger, this browser must have it
  await keep(identity);
  try {
    await committed(await postSigned(events));
  } catch (error) {
    if (!(await isEnrolled(events))) await forget(identity);
    throw error;
  }
  await describe("organisation_described", {}, { name }, [], identity);
  return identity;
}

/**
 * Enrols a key of this browser for an organisation that exists: for who has lost all others. The member
 * that admitted it signs; which one that was, the ledger knows, so each is tried.
 */
export async function enrolAgain(gln: string): Promise<Identity> {
  const administrator = memberKey.value as Identity;
  const { consortium } = administrator;
  const identity = await newIdentity(consortium, gln, null);
  const members = {
    "sanchi:gln": gln,
    "sanchi:jwk": identity.jwk,
    "sanchi:proof": await enrolmentProof(identity.key, consortium, gln),
    "sanchi:administrator": true,
  };
  await keep(identity);
  let refusal: unknown = null;
  for (const member of Object.keys(administrator.certificates ?? {})) {
    const events = await signAll([{ kind: "device_enrolled", member, members }]);
    try {
      await committed(await postSigned(events));
      return identity;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal ??= error;
    }
  }
  await forget(identity);
  throw refusal;
}

/** Calls a key's organisation by the name that the ledger has for it. */
export async function learnName(identity: Identity): Promise<void> {
  const { names } = await get<Rights>(`organisations/${identity.organisation}`);
  const name = names[identity.organisation ?? ""] ?? null;
  if (name === null) return;
  const called = { ...identity, name };
  await keepIdentity(called);
  identities.value = identities.value.map((one) => (one.kid === called.kid ? called : one));
}

async function isEnrolled(events: string[]): Promise<boolean> {
  const id = idOf(events[events.length - 1] as string);
  return (await get<{ status: string }>(`events/${id}`).catch(() => null)) !== null;
}

/** Takes a key out of this browser, for good. */
export async function forget(identity: Identity): Promise<void> {
  await (await store()).delete("identity", identity.kid);
  identities.value = identities.value.filter(({ kid }) => kid !== identity.kid);
}
