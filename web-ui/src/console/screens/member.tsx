import { useSignal } from "@preact/signals";
import { fromBase64, toBase64, toBase64Url } from "../../shared/base64.ts";
import { utf8 } from "../../shared/bytes.ts";
import type { JsonObject } from "../../shared/json.ts";
import { Malformed } from "../../shared/malformed.ts";
import { shortCodeOfKey } from "../../shared/short-code.ts";
import { pointOfJwk } from "../../shared/signing.ts";
import { readTrust, type Trust } from "../../shared/trust.ts";
import { findPath, readCertificate } from "../../shared/x509.ts";
import { consortiumOf, keep, madeKey, serverPoint } from "../admission.ts";
import { get } from "../api.ts";
import { Area, Form, Screen, Wrong } from "../parts.tsx";
import { go, identities, words } from "../state.ts";
import { type Identity, keepIdentity } from "../store.ts";

/**
 * On a network whose members keep their own authorities: this browser makes a key, a member's
 * authority certifies it, and the certificate comes back here by hand.
 */
export function Member() {
  const w = words.value.member;
  const request = useSignal<Identity | null>(
    identities.value.find(({ certificates }) => certificates !== null) ?? null,
  );
  if (request.value === null) {
    return (
      <Screen title={w.title} lead={w.lead}>
        <Form
          button={w.make}
          submit={async () => {
            request.value = await keep({
              ...(await madeKey()),
              consortium: await consortiumOf(),
              seq: 0,
              serverPoint: await serverPoint(),
              certificates: {},
              organisation: null,
              name: null,
              offer: null,
            });
          }}
        />
      </Screen>
    );
  }
  const identity = request.value;
  const point = toBase64Url(pointOfJwk(identity.jwk));
  return (
    <Screen title={w.title} lead={w.lead}>
      <h2>{w.step1}</h2>
      <p>{w.hand}</p>
      <pre class="key">{point}</pre>
      <p class="soft">{w.command}</p>
      <pre class="key">{`fabric-config/network administrator certify GrowersMSP --key ${point}`}</pre>
      <p>{w.compare}</p>
      <p class="code">{shortCodeOfKey(identity.kid)}</p>
      <h2>{w.step2}</h2>
      <Form
        button={w.keep}
        submit={async (values) => {
          const trust = readTrust(utf8(JSON.stringify(await get<JsonObject>("trust"))));
          const certificates = { ...identity.certificates };
          for (const der of pasted(values.text("pem"))) {
            certificates[await memberOf(der, pointOfJwk(identity.jwk), trust)] = toBase64(der);
          }
          const certified = { ...identity, certificates };
          await keepIdentity(certified);
          identities.value = identities.value.map((one) =>
            one.kid === certified.kid ? certified : one,
          );
          go("start");
        }}
      >
        <Area name="pem" label={w.pem} hint={w.pemHint} maxLength={20_000} />
      </Form>
    </Screen>
  );
}

/** The certificates in a text, whatever stands around them. */
function pasted(text: string): Uint8Array<ArrayBuffer>[] {
  const found = [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)];
  const w = words.value.member;
  if (found.length === 0) throw new Wrong("pem", w.noCertificate);
  try {
    return found.map((one) => fromBase64((one[1] as string).replace(/\s/g, "")));
  } catch (error) {
    if (error instanceof Malformed) throw new Wrong("pem", w.noCertificate);
    throw error;
  }
}

/** The MSP id of the member whose authority has certified this key for its administrator. */
async function memberOf(der: Uint8Array, point: Uint8Array, trust: Trust): Promise<string> {
  const w = words.value.member;
  let certificate: ReturnType<typeof readCertificate>;
  try {
    certificate = readCertificate(der);
  } catch (error) {
    if (error instanceof Malformed) throw new Wrong("pem", w.noCertificate);
    throw error;
  }
  if (toBase64Url(certificate.publicKey) !== toBase64Url(point)) throw new Wrong("pem", w.otherKey);
  if (!certificate.organisationalUnits.includes("admin")) {
    throw new Wrong("pem", w.noAdministrator);
  }
  for (const member of trust.members) {
    const path = await findPath(certificate, member.intermediates, member.roots, Date.now());
    if (typeof path !== "string") return member.mspId;
  }
  throw new Wrong("pem", w.noMember);
}
