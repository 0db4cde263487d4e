// A small consortium of its own, so that the verifier is tested against bytes that no Java code made:
// three members, their authorities, organisations, devices, and a ledger that chains what it is given.
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { toBase64, toBase64Url } from "../base64.ts";
import { concat, u64, utf8 } from "../bytes.ts";
import { Closure } from "../closure.ts";
import { percentEncode } from "../digital-link.ts";
import { readEvent } from "../event.ts";
import { entriesOf, type Histories, headOf } from "../histories.ts";
import { canonical, type Json } from "../json.ts";
import { orNull } from "../malformed.ts";
import { merkleRoot } from "../merkle.ts";
import { thumbprint } from "../p256.ts";
import { Rights } from "../rights.ts";
import { labelHash } from "../serial.ts";
import { sha256 } from "../sha256.ts";
import { readStart, subject } from "../subject.ts";
import { compareText } from "../text-order.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export interface Key {
  privateKey: CryptoKey;
  point: Uint8Array;
  kid: string;
}

export async function newKey(): Promise<Key> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { privateKey: pair.privateKey, point, kid: toBase64Url(thumbprint(point)) };
}

export const sign = async (key: Key, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.sign(ALGORITHM, key.privateKey, message.slice()));

const tlv = (tag: number, ...content: Uint8Array[]): Uint8Array => {
  const body = concat(...content);
  const { length } = body;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return concat(Uint8Array.of(tag, ...size), body);
};
const fromHex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));

function derInteger(value: bigint): Uint8Array {
  const text = value.toString(16);
  const bytes = fromHex(text.padStart(text.length + (text.length % 2), "0"));
  return tlv(2, (bytes[0] as number) >= 0x80 ? concat(Uint8Array.of(0), bytes) : bytes);
}

export function derSignature(raw: Uint8Array, lowS = true): Uint8Array {
  const r = BigInt(`0x${Buffer.from(raw.subarray(0, 32)).toString("hex")}`);
  const s = BigInt(`0x${Buffer.from(raw.subarray(32)).toString("hex")}`);
  return tlv(0x30, derInteger(r), derInteger(s > N / 2n === lowS ? N - s : s));
}

let serials = 0x100n;

export interface Issued {
  der: Uint8Array;
  key: Key;
  name: Uint8Array;
  serial: string;
}

export async function issue(
  commonName: string,
  unit: string,
  issuer: Issued | null,
  authority: boolean,
): Promise<Issued> {
  const key = await newKey();
  const attribute = (oid: string, text: string) =>
    tlv(0x31, tlv(0x30, tlv(6, fromHex(oid)), tlv(0x0c, utf8(text))));
  const units = unit === "" ? [] : [attribute("55040b", unit)];
  const name = tlv(0x30, ...units, attribute("550403", commonName));
  const algorithm = fromHex("300a06082a8648ce3d040302");
  const info = tlv(
    0x30,
    fromHex("301306072a8648ce3d020106082a8648ce3d030107"),
    tlv(3, Uint8Array.of(0), key.point),
  );
  const usage = authority ? Uint8Array.of(1, 0x06) : Uint8Array.of(7, 0x80);
  const constraints = tlv(0x30, ...(authority ? [fromHex("0101ff")] : []));
  const extension = (oid: string, value: Uint8Array) =>
    tlv(0x30, tlv(6, fromHex(oid)), fromHex("0101ff"), tlv(4, value));
  const serial = serials++;
  const tbs = tlv(
    0x30,
    fromHex("a003020102"),
    derInteger(serial),
    algorithm,
    issuer?.name ?? name,
    tlv(0x30, tlv(0x17, utf8("200101000000Z")), tlv(0x17, utf8("400101000000Z"))),
    name,
    info,
    tlv(0xa3, tlv(0x30, extension("551d0f", tlv(3, usage)), extension("551d13", constraints))),
  );
  const signature = derSignature(await sign(issuer?.key ?? key, tbs));
  const der = tlv(0x30, tbs, algorithm, tlv(3, Uint8Array.of(0), signature));
  return { der, key, name, serial: serial.toString(16).padStart(4, "0") };
}

const field = (number: number, content: Uint8Array): Uint8Array => {
  const size: number[] = [];
  for (let left = content.length; ; left >>= 7) {
    size.push(left > 0x7f ? (left & 0x7f) | 0x80 : left);
    if (left <= 0x7f) break;
  }
  return concat(Uint8Array.of((number << 3) | 2, ...size), content);
};

const pem = (der: Uint8Array): Uint8Array => {
  const lines = (toBase64(der).match(/.{1,64}/g) ?? []).join("\n");
  return utf8(`-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`);
};

export interface TestMember {
  mspId: string;
  operator: string;
  root: Issued;
  peer: Issued;
  admin: Issued;
}

export async function newMember(mspId: string, operator: string): Promise<TestMember> {
  const root = await issue(`ca.${mspId}`, "", null, true);
  return {
    mspId,
    operator,
    root,
    peer: await issue(`peer0.${mspId}`, "peer", root, false),
    admin: await issue(`admin.${mspId}`, "admin", root, false),
  };
}

export const memberJson = ({ mspId, operator, root }: TestMember): Json => ({
  intermediates: [],
  mspId,
  operator,
  roots: [toBase64(root.der)],
});

export const CONSORTIUM = "test-consortium";
export const GTIN = "04912345678904";
export const DAY_ONE = Date.UTC(2026, 4, 20, 3);
const MINUTE = 60_000;

export const time = (ms: number): string => new Date(ms).toISOString();
export const link = (...parts: string[]): string =>
  `https://id.gs1.org/${parts.map(percentEncode).join("/")}`;

type Members = Record<string, Json>;

export class World {
  readonly members: TestMember[] = [];
  readonly histories = new Map<string, { id: string; compact: string; recordTime: number }[]>();
  now = DAY_ONE;
  /** From one record time to the next. */
  step = MINUTE;
  private seq = 0;
  private uuids = 0;

  static async founded(): Promise<World> {
    const world = new World();
    for (const [mspId, operator] of [
      ["AyaMSP", "Aya"],
      ["KumiaiMSP", "Kumiai"],
      ["NorgeMSP", "Norge"],
    ] as const) {
      world.members.push(await newMember(mspId, operator));
    }
    await world.byMember(0, "consortium_founded", {
      "sanchi:members": world.members.map(memberJson),
      "sanchi:threshold": { members: 2, operators: 2 },
      "sanchi:channel": "trace",
      "sanchi:chaincode": "sanchi",
      "sanchi:mode": "fabric",
    });
    return world;
  }

  trustJson(changes: Members = {}): Uint8Array {
    const members = this.members.slice(0, 3).map((member) => ({
      ...(memberJson(member) as object),
      revoked: [] as string[],
    }));
    return utf8(
      canonical({
        channel: "trace",
        chaincode: "sanchi",
        consortium: CONSORTIUM,
        expires: DAY_ONE + 365 * 24 * 60 * MINUTE,
        format: "sanchi-trust-v0",
        members,
        mode: "fabric",
        threshold: { members: 2, operators: 2 },
        version: 1,
        ...changes,
      }),
    );
  }

  common(kind: string): Members {
    const uuid = `00000000-0000-4000-8000-${String(++this.uuids).padStart(12, "0")}`;
    return {
      eventID: `urn:uuid:${uuid}`,
      eventTime: time(this.now - MINUTE),
      "sanchi:loggedAt": time(this.now - MINUTE),
      "sanchi:kind": kind,
      "sanchi:consortium": CONSORTIUM,
    };
  }

  async jws(payload: Members, key: Key, x5c: Issued | null = null): Promise<string> {
    const typ = "@context" in payload ? "sanchi-epcis" : "sanchi-admin";
    const header: Members = { alg: "ES256", kid: key.kid, seq: this.seq++, typ };
    if (x5c !== null) header["x5c"] = [toBase64(x5c.der)];
    const signed = `${toBase64Url(utf8(canonical(header)))}.${toBase64Url(utf8(canonical(payload)))}`;
    return `${signed}.${toBase64Url(await sign(key, utf8(signed)))}`;
  }

  /** Puts an event into histories, of its subjects unless told, a minute after the one before. */
  append(compact: string, to = readEvent(compact).subjects): string {
    const id = toBase64Url(sha256(utf8(compact.slice(0, compact.lastIndexOf(".")))));
    this.now += this.step;
    for (const of of to) {
      const history = this.histories.get(of) ?? [];
      history.push({ id, compact, recordTime: this.now });
      this.histories.set(of, history);
    }
    return id;
  }

  async byMember(
    index: number,
    kind: string,
    members: Members,
    common = this.common(kind),
  ): Promise<string> {
    const { mspId, admin } = this.members[index] as TestMember;
    const payload = { ...common, "sanchi:member": mspId, ...members };
    return this.append(await this.jws(payload, admin.key, admin));
  }

  /** As many members as a majority takes sign the identical payload. */
  async approved(kind: string, members: Members): Promise<void> {
    const common = this.common(kind);
    await this.byMember(0, kind, members, common);
    await this.byMember(1, kind, members, common);
  }

  async enrol(gln: string, administrator: boolean): Promise<Device> {
    const key = await newKey();
    await this.byMember(0, "device_enrolled", {
      "sanchi:gln": gln,
      "sanchi:jwk": {
        crv: "P-256",
        kty: "EC",
        x: toBase64Url(key.point.subarray(1, 33)),
        y: toBase64Url(key.point.subarray(33)),
      },
      "sanchi:proof": "not judged by a verifier",
      "sanchi:administrator": administrator,
    });
    return { gln, key };
  }

  async organisation(gln: string, ...roles: string[]): Promise<Device> {
    await this.byMember(0, "organisation_admitted", { "sanchi:gln": gln });
    for (const role of roles) {
      const granted = { "sanchi:gln": gln, "sanchi:role": role };
      const majority = ["inspector", "certifier", "authority"].includes(role);
      if (majority) await this.approved("role_granted", granted);
      else await this.byMember(0, "role_granted", granted);
    }
    return this.enrol(gln, true);
  }

  epcis(device: Device, kind: string, form: [string, string, string, string], members: Members) {
    const [type, action, bizStep, disposition] = form;
    return {
      ...this.common(kind),
      "@context": [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        { sanchi: "urn:sanchi:" },
      ],
      type,
      ...(action === "" ? {} : { action }),
      bizStep,
      disposition,
      eventTimeZoneOffset: "+09:00",
      "sanchi:precision": "minute",
      "sanchi:organisation": device.gln,
      ...members,
    } as Members;
  }

  async log(
    device: Device,
    kind: string,
    form: [string, string, string, string],
    members: Members,
  ): Promise<string> {
    return this.append(await this.jws(this.epcis(device, kind, form, members), device.key));
  }

  async administer(device: Device, kind: string, members: Members): Promise<string> {
    const payload = { ...this.common(kind), "sanchi:organisation": device.gln, ...members };
    return this.append(await this.jws(payload, device.key));
  }

  /** What a server would load for the URL, as the ledger stands. */
  closure(url: string): Closure {
    const histories: Histories = new Map();
    for (const [of, history] of this.histories) {
      const events = history.flatMap(({ compact, recordTime }) => {
        const event = orNull(() => readEvent(compact));
        return event === null ? [] : [{ event, recordTime }];
      });
      histories.set(of, entriesOf(events));
    }
    return new Closure(readStart(url), CONSORTIUM, histories, new Rights(histories, CONSORTIUM));
  }

  async bundle(url: string, challenge: Uint8Array, with_: Served = {}): Promise<Uint8Array> {
    const closure = this.closure(url);
    const subjects = (with_.subjects ?? [...closure.subjects]).sort(compareText);
    const compacts = new Map<string, string>();
    for (const of of subjects) {
      for (const { id, compact } of this.histories.get(of) ?? []) compacts.set(id, compact);
    }
    const ids = [...compacts.keys()].sort(compareText);
    const stated = subjects.map((of) => {
      const history = this.histories.get(of) ?? [];
      return [of, history.length, headOf(of, history)];
    });
    const bundle: Members = {
      documents: with_.documents ?? [],
      events: ids.map((id) => compacts.get(id) as string),
      format: "sanchi-bundle-v0",
      histories: subjects.map((of) => [
        of,
        (this.histories.get(of) ?? []).map(({ id, recordTime }) => [ids.indexOf(id), recordTime]),
      ]),
      label: with_.label ?? null,
      readings: with_.readings ?? null,
      statement: await this.statement(stated, challenge, with_),
    };
    return utf8(canonical(bundle));
  }

  async statement(subjects: Json[], challenge: Uint8Array, with_: Served): Promise<Json> {
    const json = {
      challenge: toBase64Url(challenge),
      channel: "trace",
      consortium: CONSORTIUM,
      subjects,
      tick: this.now,
      time: this.now + MINUTE,
      ...with_.statement,
    };
    const payload = concat(utf8("sanchi.statement.v1\n"), utf8(canonical(json)));
    const status = fromHex("08c801");
    const action = concat(
      field(3, concat(status, field(3, payload))),
      field(4, field(2, utf8("sanchi"))),
    );
    const hash = new Uint8Array(createHash("sha256").update("proposal").digest());
    const response = concat(field(1, hash), field(2, action));
    const endorsements: [string, string][] = [];
    for (const peer of with_.peers ?? [0, 1]) {
      const { mspId, peer: issued } = this.members[peer] as TestMember;
      const endorser = concat(field(1, utf8(mspId)), field(2, pem(issued.der)));
      const raw = await sign(issued.key, concat(response, endorser));
      const signature = derSignature(raw, !with_.highS);
      endorsements.push([toBase64Url(endorser), toBase64Url(signature)]);
    }
    endorsements.sort(([a], [b]) => compareText(a, b));
    return { endorsements, path: with_.path ?? null, response: toBase64Url(response) };
  }
}

export interface Device {
  gln: string;
  key: Key;
}

/** Where a server serves something else than the plain truth. */
export interface Served {
  subjects?: string[];
  documents?: string[];
  label?: Json;
  readings?: Json;
  statement?: Members;
  path?: Json;
  peers?: number[];
  highS?: boolean;
}

/** A run of labels: its serials, its entries and the path of one of them. */
export class LabelRun {
  readonly serials: string[];
  readonly entries: Uint8Array[];

  constructor(run: string, count: number) {
    const digit = (n: number) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ".charAt(n);
    this.serials = Array.from(
      { length: count },
      (_, n) => `${run}00${digit(n >> 5)}${digit(n & 31)}XYZXYZXYZXYZ`,
    );
    this.entries = this.serials.map((serial) => labelHash(GTIN, serial));
  }

  get root(): string {
    return toBase64Url(merkleRoot(this.entries));
  }

  url(number: number): string {
    return `https://sanchi.example/01/${GTIN}/21/${this.serials[number]}`;
  }

  label(number: number): Json {
    return [
      toBase64Url(this.entries[number] as Uint8Array),
      this.path(number, 0, this.entries.length),
    ];
  }

  /** RFC 9162's PATH, by its recursive definition: the verifier walks it the other way. */
  private path(number: number, from: number, to: number): string[] {
    if (to - from === 1) return [];
    let half = 1;
    while (half * 2 < to - from) half *= 2;
    const middle = from + half;
    return number < middle
      ? [...this.path(number, from, middle), this.rootOf(middle, to)]
      : [...this.path(number, middle, to), this.rootOf(from, middle)];
  }

  private rootOf(from: number, to: number): string {
    return toBase64Url(merkleRoot(this.entries.slice(from, to)));
  }
}

export const GROWER = "4912345000019";
export const INSPECTOR = "4912345000026";
export const CERTIFIER = "4912345000033";
export const SHOP = "4912345000040";
export const PLACE = "4912345000057";
export const LOT = ["01", GTIN, "10", "L1"];
export const SSCC = "049123451234567897";
export const CERTIFICATE = "4912345000033JAS-1";
export const BOX = "4912345BOX-1";

/** Komatsuna from the field to the shelf. */
export async function komatsuna(): Promise<{ world: World; labels: LabelRun; devices: Device[] }> {
  const world = await World.founded();
  const grower = await world.organisation(GROWER, "grower");
  const inspector = await world.organisation(INSPECTOR, "inspector");
  const certifier = await world.organisation(CERTIFIER, "certifier");
  const shop = await world.organisation(SHOP, "retailer");
  await world.approved("accreditation_granted", {
    "sanchi:gln": CERTIFIER,
    "sanchi:scheme": "jas_organic",
  });
  const labels = new LabelRun("0A1B", 40);
  const lot: Json = [{ epcClass: link(...LOT) }];
  const observe = (step: string, disposition: string): [string, string, string, string] => [
    "ObjectEvent",
    "OBSERVE",
    step,
    disposition,
  ];
  const place = { id: link("414", PLACE) };
  await world.log(certifier, "certificate_granted", observe("other", "active"), {
    epcList: [link("253", CERTIFICATE)],
    "sanchi:scheme": "jas_organic",
    "sanchi:holder": GROWER,
    "sanchi:validFrom": "2026-01-01",
    "sanchi:validTo": "2026-12-31",
  });
  await world.log(grower, "lot_commissioned", ["ObjectEvent", "ADD", "commissioning", "active"], {
    quantityList: lot,
    readPoint: place,
    "sanchi:claims": [
      { "sanchi:certificate": link("253", CERTIFICATE), "sanchi:claim": "organic" },
    ],
  });
  await world.log(grower, "harvested", observe("collecting", "in_progress"), {
    quantityList: [{ epcClass: link(...LOT), quantity: 12.5, uom: "KGM" }],
  });
  await world.log(inspector, "lot_inspected", observe("inspecting", "conformant"), {
    quantityList: lot,
    "sanchi:grade": "A",
  });
  await world.log(grower, "labels_printed", ["ObjectEvent", "ADD", "encoding", "encoded"], {
    quantityList: [{ epcClass: link("01", GTIN), quantity: 40 }],
    "sanchi:run": "0A1B",
    "sanchi:count": 40,
    "sanchi:root": labels.root,
  });
  await world.log(grower, "labels_bound", ["ObjectEvent", "ADD", "commissioning", "active"], {
    quantityList: lot,
    "sanchi:run": "0A1B",
    "sanchi:first": 0,
    "sanchi:last": 29,
  });
  await world.log(grower, "packed", ["AggregationEvent", "ADD", "packing", "in_progress"], {
    parentID: link("00", SSCC),
    childQuantityList: lot,
    "sanchi:packages": [
      { "sanchi:first": 0, "sanchi:gtin": GTIN, "sanchi:last": 19, "sanchi:run": "0A1B" },
    ],
  });
  await world.log(grower, "loaded", ["AggregationEvent", "ADD", "loading", "in_transit"], {
    parentID: link("8004", BOX),
    childEPCs: [link("00", SSCC)],
  });
  await world.log(grower, "shipped", observe("shipping", "in_transit"), {
    epcList: [link("00", SSCC)],
    destinationList: [{ destination: link("417", SHOP), type: "owning_party" }],
  });
  await world.log(shop, "received", observe("receiving", "in_progress"), {
    epcList: [link("00", SSCC)],
  });
  return { world, labels, devices: [grower, inspector, certifier, shop] };
}

export const boxDay = (): string => subject("box", BOX, time(DAY_ONE).slice(0, 10));

/** A leaf of a window, version 1. */
export const leaf = (seq: number, at: number, hundredths: number): Uint8Array => {
  const value = new DataView(new ArrayBuffer(10));
  value.setUint16(0, 1);
  value.setBigInt64(2, BigInt(hundredths));
  const device = utf8("box-1");
  return concat(
    Uint8Array.of(1, device.length),
    device,
    u64(seq),
    u64(at),
    new Uint8Array(value.buffer),
  );
};
