// The office's half of the tests: what an administrator's console signs, over the public API.
import {
  createHash,
  createPrivateKey,
  randomBytes,
  randomUUID,
  webcrypto,
  X509Certificate,
} from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const address = (process.env.SANCHI_ADDRESS ?? "http://localhost:8080/").replace(/\/$/, "");
const ADMINISTRATORS = process.env.SANCHI_ADMINISTRATORS;
const P256 = { name: "ECDSA", namedCurve: "P-256" };

export const b64u = (bytes) => Buffer.from(bytes).toString("base64url");
export const sha256 = (bytes) => createHash("sha256").update(bytes).digest();

export const canonical = (value) =>
  Array.isArray(value)
    ? `[${value.map(canonical).join(",")}]`
    : typeof value === "object" && value !== null
      ? `{${Object.keys(value)
          .sort()
          .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)
          .join(",")}}`
      : JSON.stringify(value);

/** Asks the server; whatever is no success fails the test. */
export async function api(method, path, body, headers = {}) {
  const response = await fetch(`${address}/api/${path}`, {
    method,
    headers: { Origin: address, "Content-Type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  const cookie = response.headers.get("set-cookie");
  return Object.assign(text === "" ? {} : JSON.parse(text), cookie ? { cookie } : {});
}

export async function post(...events) {
  const { refused } = await api("POST", "events", events);
  if (refused.length > 0) throw new Error(JSON.stringify(refused));
}

const thumbprint = ({ crv, kty, x, y }) => b64u(sha256(canonical({ crv, kty, x, y })));

/** A key and what is signed with it. */
class Signer {
  static async fresh() {
    const pair = await webcrypto.subtle.generateKey(P256, true, ["sign", "verify"]);
    return new Signer(pair.privateKey, await webcrypto.subtle.exportKey("jwk", pair.publicKey));
  }

  constructor(key, { x, y }, certificate = null) {
    this.key = key;
    this.jwk = { crv: "P-256", kty: "EC", x, y };
    this.kid = thumbprint(this.jwk);
    this.certificate = certificate;
    this.seq = 0;
  }

  async raw(message) {
    const signature = await webcrypto.subtle.sign(
      { name: "ECDSA", hash: "SHA-256" },
      this.key,
      Buffer.from(message),
    );
    return b64u(new Uint8Array(signature));
  }

  async jws(header, payload) {
    const input = `${b64u(canonical(header))}.${b64u(canonical(payload))}`;
    return `${input}.${await this.raw(input)}`;
  }

  admin(payload) {
    const header = { alg: "ES256", kid: this.kid, seq: this.seq++, typ: "sanchi-admin" };
    if (this.certificate) header.x5c = [this.certificate];
    return this.jws(header, payload);
  }
}

/** The administrator of a local member, whose key the launcher left in the data folder. */
async function member(mspId) {
  const pem = readFileSync(join(ADMINISTRATORS, `${mspId}.pem`), "utf8");
  const key = createPrivateKey(
    /-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----/.exec(pem)[0],
  );
  const certificate = new X509Certificate(
    /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(pem)[0],
  );
  const jwk = key.export({ format: "jwk" });
  const usable = await webcrypto.subtle.importKey("jwk", jwk, P256, false, ["sign"]);
  return new Signer(usable, jwk, certificate.raw.toString("base64"));
}

const iso = (time = Date.now()) => new Date(time).toISOString();

let consortium = null;

const said = (kind, members) => ({
  eventID: `urn:uuid:${randomUUID()}`,
  eventTime: iso(),
  "sanchi:consortium": consortium,
  "sanchi:kind": kind,
  "sanchi:loggedAt": iso(),
  ...members,
});

/** 12 digits and their check digit. */
export function thirteen(twelve) {
  const sum = [...twelve]
    .reverse()
    .reduce((all, digit, at) => all + Number(digit) * (at % 2 ? 1 : 3), 0);
  return twelve + ((10 - (sum % 10)) % 10);
}

/** The eighteen digits of an SSCC within the prefix. */
export function sscc(prefix, serial) {
  const digits = `0${prefix}${String(serial).padStart(16 - prefix.length, "0")}`;
  const sum = [...digits]
    .reverse()
    .reduce((all, digit, at) => all + Number(digit) * (at % 2 ? 1 : 3), 0);
  return digits + ((10 - (sum % 10)) % 10);
}

/** An organisation with an administrator's browser that is logged in. */
export class Organisation {
  static async admit(name, roles) {
    consortium ??= (await api("GET", "trust")).consortium;
    const prefix = `49${String(randomBytes(4).readUInt32BE() % 10_000_000).padStart(7, "0")}`;
    const one = new Organisation(prefix);
    one.member = await member("GrowersMSP");
    const other = await member("LogisticsMSP");
    one.browser = await Signer.fresh();
    const by = (mspId, kind, members) =>
      said(kind, { "sanchi:gln": one.gln, "sanchi:member": mspId, ...members });
    // What one member can't give alone: the same payload, signed by two.
    const together = [by("GrowersMSP", "range_granted", { "sanchi:prefix": prefix })];
    if (roles.includes("inspector")) {
      together.push(
        by("GrowersMSP", "role_granted", { "sanchi:role": "inspector" }),
        by("GrowersMSP", "accreditation_granted", { "sanchi:scheme": one.scheme }),
      );
    }
    await post(
      await one.member.admin(by("GrowersMSP", "organisation_admitted", {})),
      ...(await Promise.all(
        roles
          .filter((role) => role !== "inspector")
          .map((role) =>
            one.member.admin(by("GrowersMSP", "role_granted", { "sanchi:role": role })),
          ),
      )),
      ...(await Promise.all(
        together.flatMap((payload) => [
          one.member.admin(payload),
          other.admin({ ...payload, "sanchi:member": "LogisticsMSP" }),
        ]),
      )),
      await one.member.admin(
        by("GrowersMSP", "device_enrolled", {
          "sanchi:administrator": true,
          "sanchi:jwk": one.browser.jwk,
          "sanchi:proof": await one.browser.raw(`sanchi/enrolment/1\0${consortium}\0${one.gln}`),
        }),
      ),
    );
    await one.describe("organisation_described", {}, name);
    await one.describe(
      "product_described",
      { "sanchi:gtin": one.gtin },
      { ja: "小松菜", en: "Komatsuna" },
    );
    await one.describe(
      "place_described",
      { "sanchi:place": one.place },
      { ja: "北俣ほ場", en: "Kitamata field" },
    );
    await one.logIn();
    return one;
  }

  constructor(prefix) {
    this.prefix = prefix;
    this.scheme = "aya-grade";
    this.gln = thirteen(`${prefix}001`);
    this.place = thirteen(`${prefix}101`);
    this.gtin = `0${thirteen(`${prefix}111`)}`;
  }

  own(kind, members) {
    return this.browser.admin(said(kind, { "sanchi:organisation": this.gln, ...members }));
  }

  async describe(kind, members, name) {
    const document = canonical({ name, salt: b64u(randomBytes(16)) });
    await post(await this.own(kind, { ...members, "sanchi:document": b64u(sha256(document)) }));
    const response = await fetch(`${address}/api/documents`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: document,
    });
    if (!response.ok) throw new Error(`document: ${response.status}`);
  }

  async logIn() {
    const { challenge } = await api("POST", "sessions/challenge");
    const jws = await this.browser.jws(
      { alg: "ES256", kid: this.browser.kid, typ: "sanchi-session" },
      { challenge, consortium, origin: address },
    );
    const { cookie } = await api("POST", "sessions", { jws });
    this.session = { Cookie: cookie.split(";")[0], "Sanchi-Key": this.browser.kid };
  }

  invite(name, language = "ja") {
    return api("POST", "invitations", { name, language }, this.session);
  }

  async offer(id) {
    const { invitations } = await api("GET", "invitations", undefined, this.session);
    return invitations.find((one) => one.id === id);
  }

  async enrol({ jwk, proof }) {
    await post(
      await this.own("device_enrolled", {
        "sanchi:administrator": false,
        "sanchi:gln": this.gln,
        "sanchi:jwk": jwk,
        "sanchi:proof": proof,
      }),
    );
  }

  async revoke(kid) {
    await post(await this.own("device_revoked", { "sanchi:gln": this.gln, "sanchi:kid": kid }));
  }

  /** Lets another organisation record in this one's name. */
  async appoint(other) {
    await post(await this.own("agent_appointed", { "sanchi:agent": other.gln }));
  }

  /** A lot that the office's own browser commissions. */
  async commission(lot) {
    const payload = said("lot_commissioned", {
      ...this.about("ADD", "commissioning", "active"),
      quantityList: [{ epcClass: `https://id.gs1.org${this.lotLink(lot)}` }],
      readPoint: { id: `https://id.gs1.org/414/${this.place}` },
    });
    await post(await this.trace(payload));
    await this.events(lot, 1);
  }

  /** Four labels: their links' paths. */
  async print(run) {
    const tree = (...parts) => sha256(Buffer.concat(parts));
    const [leaf, node] = [Buffer.of(0), Buffer.of(1)];
    const paths = [0, 1, 2, 3].map((n) => `/01/${this.gtin}/21/${run}000${n}${"0123456789AB"}`);
    const hashes = paths.map((path) => sha256(`https://id.gs1.org${path}`));
    const [a, b, c, d] = hashes.map((hash) => tree(leaf, hash));
    await post(
      await this.trace(
        said("labels_printed", {
          ...this.about("ADD", "encoding", "encoded"),
          quantityList: [{ epcClass: `https://id.gs1.org/01/${this.gtin}`, quantity: 4 }],
          "sanchi:count": 4,
          "sanchi:root": b64u(tree(node, tree(node, a, b), tree(node, c, d))),
          "sanchi:run": run,
        }),
      ),
    );
    return paths;
  }

  async voidLabel(run, number) {
    await post(
      await this.trace(
        said("labels_voided", {
          ...this.about("DELETE", "decommissioning", "inactive"),
          quantityList: [{ epcClass: `https://id.gs1.org/01/${this.gtin}`, quantity: 1 }],
          "sanchi:first": number,
          "sanchi:last": number,
          "sanchi:run": run,
        }),
      ),
    );
  }

  /** Kilograms of a lot into a unit. */
  async packLot(lot, unit, kilograms) {
    await this.aggregate("packed_lot", unit, {
      childQuantityList: [
        {
          epcClass: `https://id.gs1.org${this.lotLink(lot)}`,
          quantity: kilograms,
          uom: "KGM",
        },
      ],
    });
  }

  async stack(unit, pallet) {
    await this.aggregate("packed_unit", pallet, { childEPCs: [`https://id.gs1.org/00/${unit}`] });
  }

  async aggregate(kind, unit, members) {
    await post(
      await this.trace(
        said(kind, {
          ...this.about("ADD", "packing", "in_progress"),
          type: "AggregationEvent",
          parentID: `https://id.gs1.org/00/${unit}`,
          ...members,
        }),
      ),
    );
  }

  async ship(unit, to) {
    await post(
      await this.trace(
        said("shipped", {
          ...this.about("OBSERVE", "shipping", "in_transit"),
          epcList: [`https://id.gs1.org/00/${unit}`],
          destinationList: [
            { destination: `https://id.gs1.org/417/${to.gln}`, type: "owning_party" },
          ],
        }),
      ),
    );
  }

  /** Something that is recorded of a lot. */
  async record(kind, lot, [bizStep, disposition], members) {
    await post(
      await this.trace(
        said(kind, {
          ...this.about("OBSERVE", bizStep, disposition),
          quantityList: [{ epcClass: `https://id.gs1.org${this.lotLink(lot)}` }],
          ...members,
        }),
      ),
    );
  }

  recall(lot) {
    return this.record("recalled", lot, ["holding", "recalled"], {
      "sanchi:advice": "食べないでください",
      "sanchi:reason": "異物",
    });
  }

  about(action, bizStep, disposition) {
    return {
      "@context": [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        { sanchi: "urn:sanchi:" },
      ],
      action,
      bizStep,
      disposition,
      eventTimeZoneOffset: "+09:00",
      "sanchi:organisation": this.gln,
      "sanchi:precision": "minute",
      type: "ObjectEvent",
    };
  }

  /** A trace event that this browser signs. */
  trace(payload) {
    const { kid, seq } = this.browser;
    this.browser.seq++;
    return this.browser.jws({ alg: "ES256", kid, seq, typ: "sanchi-epcis" }, payload);
  }

  lotLink(lot) {
    return `/01/${this.gtin}/10/${lot}`;
  }

  /** How many events the lot has on the ledger, once there are at least so many. */
  async events(lot, least = 0) {
    for (const until = Date.now() + 20_000; ; ) {
      const answer = await fetch(`${address}/api/lots/${this.gtin}/${lot}`);
      const events = answer.status === 404 ? 0 : (await answer.json()).events;
      if (events >= least) return events;
      if (Date.now() > until) throw new Error(`lot ${lot} has ${events} events, not ${least}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
