import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { shortCodeOfKey } from "../../shared/short-code.ts";
import { enrolmentProof, proof } from "../../shared/signing.ts";
import { begin } from "../acting.ts";
import {
  admit,
  consortiumOf,
  enrolAgain,
  forget,
  keep,
  learnName,
  madeKey,
  PLAIN_ROLES,
  serverPoint,
} from "../admission.ts";
import { get, post } from "../api.ts";
import { GLN, numberOf, PREFIX, trialPrefix } from "../numbers.ts";
import { Careful, Choices, Form, fill, Screen, Text, useLoad, Wrong } from "../parts.tsx";
import { go, identities, isLocal, memberKey, named, say, words } from "../state.ts";
import { type Identity, keepIdentity } from "../store.ts";

/** With the launcher's link: this browser becomes the administrator of the local members. */
export function First({ token }: { token: string }) {
  const w = words.value.first;
  const known = identities.value.find(({ organisation }) => organisation !== null);
  return (
    <Screen title={w.title} lead={w.lead}>
      {known !== undefined && (
        <p class="box amber">
          {fill(w.already, { name: named(known.name, known.organisation ?? "") })}{" "}
          <a href="#/">{words.value.nav.work}</a>
        </p>
      )}
      {known === undefined && isLocal() && <p class="box amber">{w.localKey}</p>}
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
    gln.value = numberOf("gln", prefix.value, 1) ?? "";
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
        button={w.admit}
        fields={{ "/sanchi:gln": "gln", "/sanchi:prefix": "prefix" }}
        submit={async (values) => {
          const roles = values.all("roles");
          if (roles.length === 0) throw new Wrong("roles", w.roleNeeded);
          const ja = values.text("ja");
          const own = await admit({
            gln: values.text("gln"),
            member: members[0] as string,
            name: { ja, en: values.text("en") || ja },
            roles,
            prefix: values.text("prefix"),
          });
          await begin(own);
          go("", w.registered);
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
          key={`prefix-${turn.value}`}
          name="prefix"
          label={w.prefix}
          hint={w.prefixHint}
          value={prefix.value}
          rule={PREFIX}
          inputMode="numeric"
          onInput={(text) => {
            const digits = PREFIX.tidy(text);
            gln.value = PREFIX.fault(digits) === null ? (numberOf("gln", digits, 1) ?? "") : "";
          }}
        />
        <Text
          key={`gln-${gln.value}`}
          name="gln"
          label={w.gln}
          hint={gln.value === "" ? w.glnEmptyHint : w.glnHint}
          value={gln.value}
          rule={GLN}
          inputMode="numeric"
        />
      </Form>
      <details class="box">
        <summary>{w.again}</summary>
        <Form
          button={w.againButton}
          fields={{ "/sanchi:gln": "known" }}
          submit={async (values) => {
            const own = await enrolAgain(values.text("known"));
            await begin(own);
            await learnName(own);
            go("", w.againDone);
          }}
        >
          <p>{w.againText}</p>
          <Text name="known" label={w.gln} rule={GLN} inputMode="numeric" />
        </Form>
      </details>
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
        <dl class="ways">
          {(["first", "invited", "lost"] as const).map((way) => (
            <div key={way}>
              <dt>{w.none[way].when}</dt>
              <dd>{w.none[way].what}</dd>
            </div>
          ))}
          <div>
            <dt>{w.none.member.when}</dt>
            <dd>
              {w.none.member.what} <a href="#/member">{words.value.member.title}</a>
            </dd>
          </div>
        </dl>
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
            await begin(identity);
            if (location.hash === "#/login") go("");
          }}
        />
      ))}
      <p>{w.note}</p>
      <details class="box">
        <summary>{w.remove}</summary>
        <p>{w.removeText}</p>
        <ul class="rows">
          {identities.value.map((identity) => {
            const name =
              identity.organisation === null
                ? w.memberKey
                : named(identity.name, identity.organisation);
            return (
              <li key={identity.kid}>
                <span>
                  {name} <span class="soft">{shortCodeOfKey(identity.kid)}</span>
                </span>
                <Careful
                  button={w.removeButton}
                  sure={w.removeSure}
                  keep={w.removeKeep}
                  question={fill(w.removeQuestion, { name })}
                  act={async () => {
                    await forget(identity);
                    say(fill(w.removed, { name }));
                  }}
                />
              </li>
            );
          })}
        </ul>
      </details>
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
  const invited = useLoad<Invited>(`invitations/${encodeURIComponent(token)}`);
  const { gln, name = null } = invited.data?.organisation ?? {};
  const follow = async (identity: Identity) => {
    const { state: now } = await get<Invited>(`invitations/${encodeURIComponent(token)}`);
    state.value = now;
    if (now === "enrolled") {
      const enrolled = { ...identity, offer: null };
      await keepIdentity(enrolled);
      identities.value = identities.value.map((one) => (one.kid === enrolled.kid ? enrolled : one));
      await begin(enrolled);
      history.replaceState(null, "", "#/");
      go("");
    }
  };
  return (
    <Screen
      title={gln === undefined ? w.title : fill(w.titleOf, { name: named(name, gln) })}
      lead={w.lead}
    >
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
