import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, test } from "node:test";
import { toBase64Url } from "../base64.ts";
import { daysWithout, hasRoom, withReadings } from "../box-days.ts";
import { concat, sameBytes, utf8 } from "../bytes.ts";
import { headOf } from "../histories.ts";
import { canonical, type Json, readCanonical, readJson, TRUST_LIMITS } from "../json.ts";
import { Malformed, orNull } from "../malformed.ts";
import { leafHash, merkleRoot } from "../merkle.ts";
import { isLowS, verifyRaw } from "../p256.ts";
import { sha256 } from "../sha256.ts";
import { compareText } from "../text-order.ts";
import { readTrust, type Trust } from "../trust.ts";
import { type Evidence, type Freshness, type Verdict, verifyBundle } from "../verify.ts";
import { Random, RandomWorld } from "./random-world.ts";
import {
  CERTIFICATE,
  GROWER,
  issue,
  komatsuna,
  type LabelRun,
  LOT,
  leaf,
  link,
  memberJson,
  newKey,
  newMember,
  type Served,
  SHOP,
  SSCC,
  time,
  type World,
} from "./world.ts";

const challenge = new Uint8Array(32).fill(7);

type Scene = Awaited<ReturnType<typeof komatsuna>>;
let shared: Scene;
let trust: Trust;

before(async () => {
  shared = await komatsuna();
  trust = readTrust(shared.world.trustJson());
});

const failureOf = ({ checks }: Verdict): string => {
  const failed = checks.find(({ result }) => result === "failed");
  return failed ? `${failed.check}: ${failed.reason}` : "";
};

const openOf = ({ checks }: Verdict): string[] =>
  checks
    .filter(({ result }) => result === "not_checked")
    .map(({ check, reason }) => `${check}: ${reason}`);

const observe = (step: string, disposition: string): [string, string, string, string] => [
  "ObjectEvent",
  "OBSERVE",
  step,
  disposition,
];

/** The verdict on label 3 of a world, served with its label unless told otherwise. */
async function verdictOn(
  { world, labels }: { world: World; labels: LabelRun },
  with_: Served = {},
  freshness: Freshness = { challenge },
  pinned = readTrust(world.trustJson()),
): Promise<Verdict> {
  const url = labels.url(3);
  const bytes = await world.bundle(url, challenge, { label: labels.label(3), ...with_ });
  return (await verifyBundle(bytes, pinned, url, freshness)).verdict;
}

test("the truth passes", async () => {
  const verdict = await verdictOn(shared);
  assert.equal(failureOf(verdict), "");
  assert.equal(verdict.verdict, "passed");
  assert.equal(verdict.completeUpTo, SHOP);
  assert.deepEqual(verdict.statement?.members, ["AyaMSP", "KumiaiMSP"]);
  assert.equal(verdict.counts.signatures, verdict.counts.events + 2);
  assert.deepEqual(
    verdict.findings.map(({ code }) => code),
    ["not_measured", "readings_awaited"],
  );
});

test("a lot and a unit can be the start", async () => {
  const { world } = shared;
  for (const url of [link(...LOT), link("00", SSCC)]) {
    const bytes = await world.bundle(url, challenge);
    const { verdict } = await verifyBundle(bytes, trust, url, { challenge });
    assert.equal(failureOf(verdict), "");
    assert.equal(verdict.verdict, "passed");
  }
});

/** What a server may try, and how the verdict names it. */
const servedLies: Record<string, [string, (scene: Scene) => Served]> = {
  "endorsements of one member only": ["endorsements: threshold_members", () => ({ peers: [0] })],
  "no endorsement at all": ["endorsements: threshold_members", () => ({ peers: [] })],
  "an endorsement with a high s": ["endorsements: endorsement_malformed", () => ({ highS: true })],
  "a statement of another channel": [
    "statement: statement_channel",
    () => ({ statement: { channel: "other" } }),
  ],
  "a statement of another consortium": [
    "statement: statement_consortium",
    () => ({ statement: { consortium: "other-one" } }),
  ],
  "a statement that answers another challenge": [
    "freshness: challenge_mismatch",
    () => ({ statement: { challenge: toBase64Url(new Uint8Array(32)) } }),
  ],
  "a statement with a member more": [
    "statement: statement_malformed",
    () => ({ statement: { height: 7 } }),
  ],
  "the lot's history left out": [
    "required: missing_history",
    ({ world, labels }) => ({
      subjects: [...world.closure(labels.url(3)).subjects].filter((of) => !of.startsWith("lot/")),
    }),
  ],
  "the unit's history left out": [
    "required: missing_history",
    ({ world, labels }) => ({
      subjects: [...world.closure(labels.url(3)).subjects].filter((of) => !of.startsWith("sscc/")),
    }),
  ],
  "a key's history left out": [
    "signatures: key_not_enrolled",
    ({ world, labels }) => ({
      subjects: [...world.closure(labels.url(3)).subjects].filter((of) => !of.startsWith("key/")),
    }),
  ],
  "everything that the server has": [
    "required: surplus_history",
    ({ world, labels }) => ({
      subjects: [...world.closure(labels.url(3)).subjects, "lot/04912345678904/L9"],
    }),
  ],
  "no label": ["label: label_missing", () => ({ label: null })],
  "the label of another number": [
    "label: label_bad_path",
    ({ labels }) => ({ label: labels.label(4) }),
  ],
  "a document that nobody described": [
    "documents: document_surplus",
    () => ({ documents: [toBase64Url(utf8(`{"salt":"${"A".repeat(22)}"}`))] }),
  ],
  "a document without salt": [
    "documents: document_malformed",
    () => ({ documents: [toBase64Url(utf8("{}"))] }),
  ],
  "readings of no window": [
    "readings: readings_surplus",
    () => ({
      readings: [["box/4912345BOX-1/2026-05-20", "A".repeat(43), [toBase64Url(leaf(1, 2, 3))]]],
    }),
  ],
};

for (const [name, [expected, lie]] of Object.entries(servedLies)) {
  test(`${name}: ${expected}`, async () => {
    const verdict = await verdictOn(shared, lie(shared));
    assert.equal(failureOf(verdict), expected);
    assert.equal(verdict.verdict, "failed");
    assert.deepEqual(verdict.findings, []);
    assert.equal(verdict.completeUpTo, null);
  });
}

/** What people may do to a world of their own, and how the verdict names it. */
const worldLies: Record<string, [string, (scene: Scene) => Promise<unknown>]> = {
  "an event hidden from a history": [
    "histories: history_changed",
    async ({ world }) => {
      const honest = world.statement.bind(world);
      world.statement = (subjects, ...rest) => {
        const changed = (subjects as [string, number, string][]).map(
          ([of, n, head]): Json => [of, n, of.startsWith("sscc/") ? "A".repeat(43) : head],
        );
        return honest(changed, ...rest);
      };
    },
  ],
  "an event signed by a key that nobody enrolled": [
    "signatures: key_not_enrolled",
    async ({ world }) =>
      world.log(
        { gln: GROWER, key: await newKey() },
        "harvested",
        observe("collecting", "in_progress"),
        {
          quantityList: [{ epcClass: link(...LOT), quantity: 1 }],
        },
      ),
  ],
  "an event in another organisation's name": [
    "signatures: key_of_another_organisation",
    ({ world, devices: [, , , shop] }) =>
      world.log(
        { gln: GROWER, key: (shop as Scene["devices"][number]).key },
        "harvested",
        observe("collecting", "in_progress"),
        { quantityList: [{ epcClass: link(...LOT), quantity: 1 }] },
      ),
  ],
  "an event of a revoked key": [
    "signatures: key_revoked",
    async ({ world, devices: [grower] }) => {
      const { gln, key } = grower as Scene["devices"][number];
      await world.byMember(0, "device_revoked", { "sanchi:gln": gln, "sanchi:kid": key.kid });
      await world.log({ gln, key }, "harvested", observe("collecting", "in_progress"), {
        quantityList: [{ epcClass: link(...LOT), quantity: 1 }],
      });
    },
  ],
  "a harvest by a shop": [
    "authority: no_role",
    ({ world, devices: [, , , shop] }) =>
      world.log(
        shop as Scene["devices"][number],
        "harvested",
        observe("collecting", "in_progress"),
        {
          quantityList: [{ epcClass: link(...LOT), quantity: 1 }],
        },
      ),
  ],
  "an event for an organisation that appointed nobody": [
    "authority: not_an_agent",
    ({ world, devices: [, , certifier] }) =>
      world.log(
        certifier as Scene["devices"][number],
        "harvested",
        observe("collecting", "in_progress"),
        {
          quantityList: [{ epcClass: link(...LOT), quantity: 1 }],
          "sanchi:onBehalfOf": GROWER,
        },
      ),
  ],
  "a certificate of a scheme without accreditation": [
    "authority: not_accredited",
    ({ world, devices: [, , certifier] }) =>
      world.log(
        certifier as Scene["devices"][number],
        "certificate_granted",
        observe("other", "active"),
        {
          epcList: [link("253", CERTIFICATE)],
          "sanchi:scheme": "asc",
          "sanchi:holder": GROWER,
          "sanchi:validFrom": "2026-01-01",
          "sanchi:validTo": "2026-12-31",
        },
      ),
  ],
  "a role that one member alone approved": [
    "authority: no_role",
    async ({ world, devices: [grower] }) => {
      await world.byMember(0, "role_granted", {
        "sanchi:gln": GROWER,
        "sanchi:role": "inspector",
      });
      await world.log(
        grower as Scene["devices"][number],
        "lot_inspected",
        observe("inspecting", "conformant"),
        { quantityList: [{ epcClass: link(...LOT) }] },
      );
    },
  ],
  "an admission by a client of the member": [
    "signatures: certificate_not_admin",
    async ({ world }) => {
      const [member] = world.members;
      if (member) member.admin = await issue("user", "client", member.root, false);
      await world.byMember(0, "organisation_admitted", { "sanchi:gln": SHOP });
    },
  ],
  "an admission by an administrator of a stranger's authority": [
    "signatures: certificate_not_trusted",
    async ({ world }) => {
      world.members[0] = { ...(await newMember("OtherMSP", "Other")), mspId: "AyaMSP" };
      await world.byMember(0, "organisation_admitted", { "sanchi:gln": SHOP });
      world.members[0] = world.members[2] as World["members"][number];
    },
  ],
  "new roots that their bearer approves itself": [
    "endorsements: endorser_unknown",
    async ({ world }) => {
      const mallory = await newMember("MalloryMSP", "Mallory");
      world.members[0] = mallory;
      await world.byMember(0, "member_changed", { "sanchi:members": [memberJson(mallory)] });
    },
  ],
  "an event in a history that it is not appended to": [
    "histories: event_not_of_subject",
    async ({ world, devices: [grower] }) => {
      const device = grower as Scene["devices"][number];
      const payload = world.epcis(device, "harvested", observe("collecting", "in_progress"), {
        quantityList: [{ epcClass: link("01", "04912345678904", "10", "L2"), quantity: 1 }],
      });
      world.append(await world.jws(payload, device.key), ["lot/04912345678904/L1"]);
    },
  ],
  "a record time that falls": [
    "histories: record_time_back",
    async ({ world, devices: [grower] }) => {
      const device = grower as Scene["devices"][number];
      world.step = -world.step;
      await world.log(device, "harvested", observe("collecting", "in_progress"), {
        quantityList: [{ epcClass: link(...LOT), quantity: 1 }],
      });
      await world.log(device, "harvested", observe("collecting", "in_progress"), {
        quantityList: [{ epcClass: link(...LOT), quantity: 1 }],
      });
    },
  ],
};

for (const [name, [expected, lie]] of Object.entries(worldLies)) {
  test(`${name}: ${expected}`, async () => {
    const scene = await komatsuna();
    const pinned = readTrust(scene.world.trustJson());
    await lie(scene);
    assert.equal(failureOf(await verdictOn(scene, {}, { challenge }, pinned)), expected);
  });
}

test("a recall is found, and movements under it", async () => {
  const scene = await komatsuna();
  const [grower, , , shop] = scene.devices;
  assert.ok(grower && shop);
  await scene.world.log(grower, "recalled", observe("holding", "recalled"), {
    quantityList: [{ epcClass: link(...LOT) }],
    "sanchi:reason": "glass",
    "sanchi:advice": "bring it back",
  });
  await scene.world.log(shop, "shipped", observe("shipping", "in_transit"), {
    epcList: [link("00", SSCC)],
    destinationList: [{ destination: link("417", GROWER), type: "owning_party" }],
  });
  const verdict = await verdictOn(scene);
  assert.equal(verdict.verdict, "passed");
  const codes = verdict.findings.map(({ code }) => code);
  assert.ok(codes.includes("recalled"));
  assert.ok(codes.includes("moved_under_recall"));
});

test("an organisation that no shipping leads to changes nothing but a note for those concerned", async () => {
  const scene = await komatsuna();
  const rival = await scene.world.organisation("4912345000071", "retailer");
  await scene.world.log(rival, "received", observe("receiving", "in_progress"), {
    epcList: [link("00", SSCC)],
  });
  const verdict = await verdictOn(scene);
  assert.equal(verdict.completeUpTo, SHOP);
  const codes = verdict.findings.map(({ code, audience }) => `${code} ${audience}`);
  assert.ok(codes.includes("unconfirmed concerned"));
});

test("an event of an unknown kind leaves the verdict open", async () => {
  const scene = await komatsuna();
  const [grower] = scene.devices;
  assert.ok(grower);
  const payload = scene.world.epcis(grower, "from_the_future", observe("other", "active"), {});
  scene.world.append(await scene.world.jws(payload, grower.key), ["lot/04912345678904/L1"]);
  const verdict = await verdictOn(scene);
  assert.equal(verdict.verdict, "not_checked");
  assert.deepEqual(openOf(verdict), ["events: unknown_kind"]);
});

test("members that came by majority endorse, and the removed one doesn't count", async () => {
  const scene = await komatsuna();
  const { world } = scene;
  const pinned = readTrust(world.trustJson());
  const added = await newMember("NewMSP", "New");
  world.members.push(added);
  await world.approved("member_removed", { "sanchi:mspId": "NorgeMSP" });
  await world.approved("member_changed", { "sanchi:members": [memberJson(added)] });
  const good = await verdictOn(scene, { peers: [0, 3] }, { challenge }, pinned);
  assert.equal(good.verdict, "passed");
  const bad = await verdictOn(scene, { peers: [0, 2] }, { challenge }, pinned);
  assert.equal(failureOf(bad), "endorsements: endorser_unknown");
});

test("a certificate that the ledger distrusts endorses no more", async () => {
  const scene = await komatsuna();
  const serial = scene.world.members[1]?.peer.serial as string;
  await scene.world.byMember(1, "certificates_distrusted", { "sanchi:serials": [serial] });
  assert.equal(failureOf(await verdictOn(scene)), "endorsements: certificate_revoked");
});

test("two members of one operator count as one operator", async () => {
  const members = shared.world.members.slice(0, 3).map((member) => ({
    ...(memberJson({ ...member, operator: "One" }) as object),
    revoked: [],
  }));
  const pinned = readTrust(shared.world.trustJson({ members }));
  assert.ok(pinned.oneOperator);
  const verdict = await verdictOn(shared, {}, { challenge }, pinned);
  assert.equal(failureOf(verdict), "endorsements: threshold_operators");
});

test("freshness: by path, by age, or not at all", async () => {
  const others = Array.from({ length: 5 }, (_, i) => new Uint8Array(16).fill(i));
  others[2] = challenge;
  const hashes = others.map(leafHash) as [Uint8Array, ...Uint8Array[]];
  const node = (a: Uint8Array, b: Uint8Array) => sha256(Uint8Array.of(1), a, b);
  const [a, b, , d, e] = hashes as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const path = [2, 5, [d, node(a, b), e].map(toBase64Url)];
  const root = toBase64Url(merkleRoot(others));
  const byPath = await verdictOn(shared, { path, statement: { challenge: root } });
  assert.equal(byPath.verdict, "passed");
  const elsewhere = await verdictOn(shared, {
    path: [3, 5, path[2] as Json],
    statement: { challenge: root },
  });
  assert.equal(failureOf(elsewhere), "freshness: challenge_mismatch");

  const stated = shared.world.now + 60_000;
  const aged = (now: number) => verdictOn(shared, {}, { maxAgeMs: 600_000, now });
  assert.equal((await aged(stated + 600_000)).verdict, "passed");
  assert.equal(failureOf(await aged(stated + 600_001)), "freshness: statement_too_old");
  assert.equal((await aged(stated - 120_000)).verdict, "passed");
  assert.equal(failureOf(await aged(stated - 120_001)), "freshness: statement_from_future");

  assert.deepEqual(openOf(await verdictOn(shared, {}, {})), ["freshness: no_challenge"]);
  const tick = shared.world.now - 5 * 60_000;
  assert.deepEqual(openOf(await verdictOn(shared, { statement: { tick } })), [
    "freshness: tick_old",
  ]);
  const late = readTrust(shared.world.trustJson({ expires: stated - 1 }));
  const expired = await verdictOn(shared, {}, { challenge }, late);
  assert.deepEqual(openOf(expired), ["trust: trust_expired"]);
});

test("windows need their readings, and the right ones", async () => {
  const scene = await komatsuna();
  const { world } = scene;
  const [grower] = scene.devices;
  assert.ok(grower);
  const from = world.now;
  const leaves = [0, 1, 2].map((i) => leaf(10 + i, from + i * 60_000, 350 + i));
  const to = from + 120_000;
  const event = await world.log(
    grower,
    "window_recorded",
    observe("sensor_reporting", "in_progress"),
    {
      epcList: [link("8004", "4912345BOX-1")],
      sensorElementList: [
        {
          sensorMetadata: { endTime: time(to), startTime: time(from) },
          sensorReport: [{ type: "Temperature", minValue: 3.5, maxValue: 3.52, uom: "CEL" }],
        },
      ],
      "sanchi:from": time(from),
      "sanchi:to": time(to),
      "sanchi:count": 3,
      "sanchi:firstSeq": 10,
      "sanchi:lastSeq": 12,
      "sanchi:gaps": 0,
      "sanchi:root": toBase64Url(merkleRoot(leaves)),
    },
  );
  const box = "box/4912345BOX-1/2026-05-20";
  const served = (of: Uint8Array[]) => ({ readings: [[box, event, of.map(toBase64Url)]] });
  assert.equal((await verdictOn(scene, served(leaves))).verdict, "passed");
  assert.deepEqual(openOf(await verdictOn(scene)), ["readings: readings_not_included"]);
  const warmer = leaves.map((same, i) => (i === 1 ? leaf(11, from + 60_000, 900) : same));
  const wrong = "readings: readings_wrong";
  assert.equal(failureOf(await verdictOn(scene, served(warmer))), wrong);
  assert.equal(failureOf(await verdictOn(scene, served(leaves.slice(0, 2)))), wrong);
  const cut = leaves.map((bytes) => bytes.slice(0, -1));
  assert.equal(failureOf(await verdictOn(scene, served(cut))), "readings: readings_malformed");
});

test("readings that come afterwards are judged like those that came along", async () => {
  const scene = await komatsuna();
  const { world, labels } = scene;
  const [grower] = scene.devices;
  assert.ok(grower);
  const many = 200_000;
  const from = Date.parse("2026-05-20T00:00:00Z");
  const leaves = Array.from({ length: many }, (_, i) => leaf(i, from + i * 400, 350));
  const event = await world.log(
    grower,
    "window_recorded",
    observe("sensor_reporting", "in_progress"),
    {
      epcList: [link("8004", "4912345BOX-1")],
      sensorElementList: [
        {
          sensorMetadata: { endTime: time(from + many * 400), startTime: time(from) },
          sensorReport: [{ type: "Temperature", minValue: 3.5, maxValue: 3.5, uom: "CEL" }],
        },
      ],
      "sanchi:from": time(from),
      "sanchi:to": time(from + many * 400),
      "sanchi:count": many,
      "sanchi:firstSeq": 0,
      "sanchi:lastSeq": many - 1,
      "sanchi:gaps": 0,
      "sanchi:root": toBase64Url(merkleRoot(leaves)),
    },
  );
  const box = "box/4912345BOX-1/2026-05-20";
  const url = labels.url(3);
  const given = { label: labels.label(3) };
  const readings = [[box, event, leaves.map(toBase64Url)]];
  const bare = await world.bundle(url, challenge, given);
  const whole = await world.bundle(url, challenge, { ...given, readings });
  const pinned = readTrust(world.trustJson());
  const judge = (bytes: Uint8Array) => verifyBundle(bytes, pinned, url, { challenge });

  const { evidence } = await judge(bare);
  assert.ok(evidence);
  const days = daysWithout(bare, evidence);
  const head = headOf(box, world.histories.get(box) ?? []);
  assert.deepEqual(days, [{ subject: box, head, count: many }]);
  assert.ok(hasRoom(bare, days, []));
  assert.ok(hasRoom(bare, days, [utf8(canonical(readings))]));
  // What can't fit is known before it is asked for, and else when it has come
  const crowded = days.map((day) => ({ ...day, count: 2_000_000 }));
  assert.ok(!hasRoom(bare, crowded, []));
  assert.ok(!hasRoom(bare, days, [new Uint8Array(64 << 20)]));
  const put = withReadings(bare, [utf8(canonical(readings)), utf8("[]")]);
  // ECDSA signs differently each time, so only the statements may differ
  const withoutStatement = (bytes: Uint8Array) => ({
    ...JSON.parse(Buffer.from(bytes).toString()),
    statement: null,
  });
  assert.deepEqual(withoutStatement(put), withoutStatement(whole));
  const began = performance.now();
  const { verdict, evidence: told } = await judge(put);
  console.log(`${many} readings judged in ${Math.round(performance.now() - began)} ms`);
  assert.equal(verdict.verdict, "passed");
  assert.deepEqual(daysWithout(put, told as Evidence), []);
  assert.deepEqual(withReadings(bare, [utf8("[]")]), bare);
  const other = utf8(canonical([[box, event, leaves.slice(1).map(toBase64Url)]]));
  assert.equal(
    failureOf((await judge(withReadings(bare, [other]))).verdict),
    "readings: readings_wrong",
  );
  assert.equal(
    failureOf((await judge(withReadings(bare, [utf8("[nonsense]")]))).verdict),
    "bundle: bundle_malformed",
  );
});

test("a URL of nothing that is verified is refused, not judged", async () => {
  for (const url of [
    "",
    "https://sanchi.example/",
    link("414", "4912345000057"),
    link("01", LOT[1] as string),
  ]) {
    await assert.rejects(verifyBundle(new Uint8Array(), trust, url), Malformed);
  }
});

const passes = async (bytes: Uint8Array): Promise<boolean> => {
  const { verdict, verdictBytes } = await verifyBundle(bytes, trust, shared.labels.url(3), {
    challenge,
  });
  assert.equal(canonical(JSON.parse(verdictBytes)), verdictBytes);
  return verdict.verdict === "passed";
};

test("no flipped bit passes", async () => {
  const { world, labels } = shared;
  const bytes = await world.bundle(labels.url(3), challenge, { label: labels.label(3) });
  const random = new Random(1);
  assert.ok(await passes(bytes));
  for (let i = 0; i < 1000; i++) {
    const at = random.below(bytes.length);
    const flipped = bytes.slice();
    flipped[at] = (flipped[at] as number) ^ (1 << random.below(8));
    assert.ok(!(await passes(flipped)), `a bit of byte ${at}`);
  }
});

test("no bytes make it throw", async () => {
  const { world, labels } = shared;
  const bytes = await world.bundle(labels.url(3), challenge, { label: labels.label(3) });
  const random = new Random(2);
  const tokens = ["null", "[]", "{}", '""', "-1", "0", "1e9", "9007199254740993", '"\\ud800"', "]"];
  for (let i = 0; i < 400; i++) {
    const at = random.below(bytes.length);
    const end = at + random.below(60);
    const token = utf8(random.one(tokens));
    const other = concat(bytes.subarray(0, at), token, bytes.subarray(end));
    // Now and then a token falls on itself
    if (!sameBytes(other, bytes)) assert.ok(!(await passes(other)));
    assert.ok(!(await passes(crypto.getRandomValues(new Uint8Array(random.below(300))))));
  }
});

/** Replaces one value somewhere in the JSON by another of the same bundle or by something odd. */
function disturbed(value: Json, random: Random): Json {
  if (Array.isArray(value) && value.length > 0 && random.chance(90)) {
    const at = random.below(value.length);
    if (random.chance(10)) return value.filter((_, i) => i !== at);
    if (random.chance(10)) return [...value, value[at] as Json];
    return value.map((item, i) => (i === at ? disturbed(item, random) : item));
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value) && random.chance(95)) {
    const name = random.one(Object.keys(value).sort(compareText));
    return { ...value, [name]: disturbed(value[name] as Json, random) };
  }
  if (typeof value === "number") return value + random.below(3) - 1;
  return random.one([null, "", 0, [], {}, "A".repeat(43), true, 1.5]);
}

test("no disturbed structure makes it throw or pass", async () => {
  const { world, labels } = shared;
  const bytes = await world.bundle(labels.url(3), challenge, { label: labels.label(3) });
  const text = new TextDecoder().decode(bytes);
  const random = new Random(3);
  for (let i = 0; i < 600; i++) {
    const other = canonical(disturbed(JSON.parse(text), random));
    if (other !== text) assert.ok(!(await passes(utf8(other))), other.slice(0, 200));
  }
});

test("worlds in which everything happens give a verdict, the same each time", async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const { world, labels } = await RandomWorld.of(seed, 40);
    const pinned = readTrust(world.trustJson());
    for (const url of [labels.url(5), link(...LOT), link("00", SSCC)]) {
      const bytes = await world.bundle(url, challenge);
      const first = await verifyBundle(bytes, pinned, url, { challenge });
      const second = await verifyBundle(bytes, pinned, url, { challenge });
      assert.equal(first.verdictBytes, second.verdictBytes);
    }
  }
});

test("the hash is SHA-256 at every length of its padding", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = new Uint8Array(length).map((_, i) => i * 7 + length);
    const expected = createHash("sha256").update(bytes).digest();
    assert.deepEqual(Buffer.from(sha256(bytes)), expected);
    assert.deepEqual(Buffer.from(sha256(bytes.subarray(0, 5), bytes.subarray(5))), expected);
  }
});

test("a text is canonical if it is the one that its value is written as", () => {
  const accepted = (text: string) => {
    try {
      return readCanonical(utf8(text), TRUST_LIMITS) !== undefined;
    } catch (error) {
      assert.ok(error instanceof Malformed, text);
      return false;
    }
  };
  const text =
    '{"":[-1.5,0,"\\n\\"\\\\/é\u007f\u2028"],"__proto__":{"b":null},"a":[[],{}],"10":true,"9":"="}';
  const whole = canonical(readJson(utf8(text), TRUST_LIMITS));
  assert.ok(accepted(whole));
  // Every text that differs in one place, by all that matters to the form
  const pieces = [
    "",
    " ",
    "\t",
    "\n",
    "\\",
    "/",
    "\\/",
    "\\u000a",
    "\\u0061",
    "\\u00e9",
    "0",
    ".0",
    "-",
    '"',
    ",",
  ];
  let good = 0;
  let other = 0;
  for (let at = 0; at <= whole.length; at++) {
    for (const piece of pieces) {
      for (const gone of [0, 1, 2]) {
        const changed = whole.slice(0, at) + piece + whole.slice(at + gone);
        const value = orNull(() => readJson(utf8(changed), TRUST_LIMITS));
        const expected = value !== null && canonical(value) === changed;
        assert.equal(accepted(changed), expected, changed);
        if (expected) good++;
        else if (value !== null) other++;
      }
    }
  }
  assert.ok(good > 100 && other > 100, `${good} ${other}`);
  for (const unordered of [
    '{"b":1,"a":1}',
    '{"9":1,"10":1}',
    '{"\ue000":1,"😀":1}',
    '{"a":1,"":1}',
  ]) {
    assert.ok(!accepted(unordered), unordered);
  }
});

test("r and s are from 1 to n-1, and a low s is at most n/2", async () => {
  const { point } = await newKey();
  const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const bytes = (value: bigint) =>
    new Uint8Array(Buffer.from(value.toString(16).padStart(64, "0"), "hex"));
  const real = crypto.subtle.verify;
  // What is out of range never reaches the browser's own judgement
  crypto.subtle.verify = async () => true;
  try {
    for (const [value, good] of [
      [0n, false],
      [1n, true],
      [255n << 240n, true],
      [N - 1n, true],
      [N, false],
      [N + 1n, false],
      [(1n << 256n) - 1n, false],
    ] as const) {
      for (const raw of [concat(bytes(value), bytes(1n)), concat(bytes(1n), bytes(value))]) {
        assert.equal(await verifyRaw(point, raw, new Uint8Array()), good, `${value}`);
      }
    }
  } finally {
    crypto.subtle.verify = real;
  }
  assert.ok(isLowS(concat(bytes(1n), bytes(N / 2n))));
  assert.ok(!isLowS(concat(bytes(1n), bytes(N / 2n + 1n))));
});

test("texts are ordered by their UTF-8 bytes", () => {
  const texts = ["", "a", "ab", "b", "é", "\ud7ff", "\ue000", "\uffff", "😀", "😀a"];
  for (const a of texts) {
    for (const b of texts) {
      const expected = Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      assert.equal(Math.sign(compareText(a, b)), expected, `${a} ${b}`);
    }
  }
});

test("trust is read in any form of JSON, and its fingerprint is of the canonical one", () => {
  const bytes = shared.world.trustJson();
  const loose = utf8(JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), null, 2));
  assert.equal(readTrust(loose).fingerprint, createHash("sha256").update(bytes).digest("hex"));
  for (const bad of ["", "[]", "{}", '{"format":"sanchi-trust-v0"}']) {
    assert.throws(() => readTrust(utf8(bad)), Malformed);
  }
  assert.deepEqual(
    trust.members.map(({ mspId }) => mspId),
    ["AyaMSP", "KumiaiMSP", "NorgeMSP"],
  );
});
