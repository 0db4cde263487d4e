import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { toBase64Url } from "../../shared/base64.ts";
import type { JsonObject } from "../../shared/json.ts";
import { thumbprint } from "../../shared/p256.ts";
import { shortCodeOfKey } from "../../shared/short-code.ts";
import { enrolmentProof, newKey, pointOfJwk, proof, works } from "../../shared/signing.ts";
import { get, logIn, post } from "../api.ts";
import { trialPrefix, withCheckDigit } from "../numbers.ts";
import { Choices, Form, fill, Screen, Text, Wrong } from "../parts.tsx";
import { committed, type Draft, describe, postSigned, signAlike, signAll } from "../record.ts";
import { go, identities, memberKey, named, session, words } from "../state.ts";
import { type Identity, keepIdentity, store } from "../store.ts";

/** Roles that one member gives alone. */
export const PLAIN_ROLES = ["grower", "fisher", "processor", "carrier", "retailer"];

/** Makes a key, keeps it, takes it out again and signs with it; stops where that fails. */
async function madeKey(): Promise<Pick<Identity, "key" | "jwk" | "kid">> {
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

const consortiumOf = async (): Promise<string> =>
  (await get<{ consortium: string }>("trust")).consortium;

async function keep(identity: Identity): Promise<Identity> {
  await keepIdentity(identity);
  identities.value = [...identities.value, identity];
  return identity;
}

/** With the launcher's link: this browser becomes the administrator of the local members. */
export function First({ token }: { token: string }) {
  const w = words.value.first;
  return (
    <Screen title={w.title} lead={w.lead}>
      <ol class="plain">
        <li>{w.step1}</li>
        <li>{w.step2}</li>
        <li>{w.step3}</li>
      </ol>
      <Form
        button={w.button}
        submit={async () => {
          const made = await madeKey();
          const consortium = await consortiumOf();
          const { certificates } = await post<{ certificates: Record<string, string> }>("first", {
            token,
            jwk: made.jwk,
            proof: await proof(made.key, "sanchi/first/1", consortium, token),
          });
          await keep({
            ...made,
            consortium,
            seq: 0,
            serverPoint: await serverPoint(),
            certificates,
            organisation: null,
            name: null,
            offer: null,
          });
          history.replaceState(null, "", "#/");
          go("start");
        }}
      />
    </Screen>
  );
}

/** Admits the own organisation, gives it roles and numbers, enrols this browser, logs it in. */
export function Start() {
  const w = words.value.first;
  const identity = memberKey.value;
  const gln = useSignal("");
  const prefix = useSignal("");
  const turn = useSignal(0);
  if (identity === null) return <LogIn />;
  const members = Object.keys(identity.certificates ?? {});
  const trial = () => {
    prefix.value = trialPrefix();
    gln.value = withCheckDigit(`${prefix.value.padEnd(11, "0").slice(0, 11)}1`);
    turn.value++;
  };
  return (
    <Screen title={w.organisationTitle} lead={w.organisationLead}>
      <p>
        <button type="button" class="quiet" onClick={trial}>
          {w.trial}
        </button>{" "}
        <span class="soft">{w.trialHint}</span>
      </p>
      <Form
        key={turn.value}
        button={w.admit}
        fields={{ "/sanchi:gln": "gln", "/sanchi:prefix": "prefix" }}
        submit={async (values) => {
          const own = values.text("gln");
          const roles = values.all("roles");
          if (roles.length === 0) throw new Wrong("roles", w.roleNeeded);
          const member = members[0] as string;
          const made = await madeKey();
          const enrolment: Draft = {
            kind: "device_enrolled",
            member,
            members: {
              "sanchi:gln": own,
              "sanchi:jwk": made.jwk,
              "sanchi:proof": await enrolmentProof(made.key, identity.consortium, own),
              "sanchi:administrator": true,
            },
          };
          const range = values.text("prefix");
          await committed(
            await postSigned([
              ...(await signAll([
                { kind: "organisation_admitted", member, members: { "sanchi:gln": own } },
                ...roles.map((role) => ({
                  kind: "role_granted",
                  member,
                  members: { "sanchi:gln": own, "sanchi:role": role },
                })),
              ])),
              ...(await signAlike(
                "range_granted",
                { "sanchi:gln": own, "sanchi:prefix": range },
                members,
                members.length,
              )),
              ...(await signAll([enrolment])),
            ]),
          );
          const name = { ja: values.text("ja"), en: values.text("en") || values.text("ja") };
          const device = await keep({
            ...made,
            consortium: identity.consortium,
            seq: 0,
            serverPoint: await serverPoint(),
            certificates: null,
            organisation: own,
            name,
            offer: null,
          });
          session.value = await logIn(device);
          await describe("organisation_described", {}, { name });
          go("");
        }}
      >
        <Text name="ja" label={w.nameJa} maxLength={60} />
        <Text name="en" label={w.nameEn} required={false} maxLength={60} />
        <Choices
          name="roles"
          label={w.roles}
          options={PLAIN_ROLES.map((role) => ({
            value: role,
            text: words.value.roles[role as "grower"],
          }))}
          value={["grower"]}
        />
        <Text
          name="gln"
          label={w.gln}
          hint={w.glnHint}
          value={gln.value}
          pattern="[0-9]{13}"
          inputMode="numeric"
        />
        <Text
          name="prefix"
          label={w.prefix}
          hint={w.prefixHint}
          value={prefix.value}
          pattern="[0-9]{4,12}"
          inputMode="numeric"
        />
      </Form>
    </Screen>
  );
}

/** Who holds a key of an organisation logs in by signing. */
export function LogIn() {
  const w = words.value.login;
  const devices = identities.value.filter(
    ({ organisation, offer }) => organisation !== null && offer === null,
  );
  if (devices.length === 0) {
    return (
      <Screen title={w.noneTitle} lead={w.noneLead}>
        <ul class="plain">
          <li>{w.noneFirst}</li>
          <li>{w.noneInvited}</li>
        </ul>
      </Screen>
    );
  }
  return (
    <Screen title={w.title} lead={w.lead}>
      {devices.map((identity) => (
        <Form
          key={identity.kid}
          button={fill(w.buttonFor, { name: named(identity.name, identity.organisation ?? "") })}
          submit={async () => {
            session.value = await logIn(identity);
            if (location.hash === "#/login") go("");
          }}
        />
      ))}
      <p class="soft">{w.note}</p>
    </Screen>
  );
}

interface Invited {
  consortium: string;
  organisation: { gln: string; name: Record<string, string> | null };
  state: string;
}

/** A second administrator's browser: offers its key, and waits for the first one. */
export function Invitation({ token }: { token: string }) {
  const w = words.value.invitation;
  const offered = useSignal<Identity | null>(
    identities.value.find(({ offer }) => offer?.token === token) ?? null,
  );
  const state = useSignal<string>("");
  const follow = async (identity: Identity) => {
    const { state: now } = await get<Invited>(`invitations/${encodeURIComponent(token)}`);
    state.value = now;
    if (now === "enrolled") {
      const enrolled = { ...identity, offer: null };
      await keepIdentity(enrolled);
      identities.value = identities.value.map((one) => (one.kid === enrolled.kid ? enrolled : one));
      session.value = await logIn(enrolled);
      history.replaceState(null, "", "#/");
      go("");
    }
  };
  return (
    <Screen title={w.title} lead={w.lead}>
      {offered.value === null ? (
        <Form
          button={w.button}
          submit={async () => {
            const invited = await get<Invited>(`invitations/${encodeURIComponent(token)}`);
            const made = await madeKey();
            const gln = invited.organisation.gln;
            const shown = await enrolmentProof(made.key, invited.consortium, gln);
            await post(`invitations/${encodeURIComponent(token)}`, {
              jwk: made.jwk,
              proof: shown,
              name: w.deviceName,
            });
            offered.value = await keep({
              ...made,
              consortium: invited.consortium,
              seq: 0,
              serverPoint: await serverPoint(),
              certificates: null,
              organisation: gln,
              name: invited.organisation.name,
              offer: { token, proof: shown },
            });
          }}
        />
      ) : (
        <Waiting identity={offered.value} state={state.value} follow={follow} />
      )}
    </Screen>
  );
}

function Waiting({
  identity,
  state,
  follow,
}: {
  identity: Identity;
  state: string;
  follow: (identity: Identity) => Promise<void>;
}) {
  const w = words.value.invitation;
  useEffect(() => {
    const timer = setInterval(() => follow(identity).catch(() => undefined), 4000);
    return () => clearInterval(timer);
  }, [identity.kid]);
  return (
    <>
      <p>{w.compare}</p>
      <p class="code">{shortCodeOfKey(identity.kid)}</p>
      {state !== "" && state !== "offered" && <p class="fault">{w.states[state as "expired"]}</p>}
      <Form button={w.check} submit={() => follow(identity)} />
    </>
  );
}
