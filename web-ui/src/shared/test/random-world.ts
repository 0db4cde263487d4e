// A world in which everything happens, also what a ledger would refuse: events of all kinds about a few
// lots, units, packages and certificates, by organisations that hold some of the roles.
import { toBase64Url } from "../base64.ts";
import { utf8 } from "../bytes.ts";
import { type Json, type JsonObject, readJson } from "../json.ts";
import { rowOf } from "../kinds.ts";
import { sha256 } from "../sha256.ts";
import {
  type Device,
  GTIN,
  LabelRun,
  link,
  memberJson,
  newKey,
  newMember,
  time,
  World,
} from "./world.ts";

/** Marsaglia's xorshift: the same numbers for the same seed. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  }

  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % limit;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  one<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  some<T>(from: readonly T[], most: number): T[] {
    const chosen = new Set<T>([this.one(from)]);
    while (chosen.size < most && chosen.size < from.length && this.chance(40)) {
      chosen.add(this.one(from));
    }
    return [...chosen];
  }
}

const GLNS = ["4912345000019", "4912345000026", "4912345000033", "4912345000040"];
const PLACES = ["4912345000057", "4912345000064"];
const GTINS = [GTIN, GTIN, GTIN, "09506000134352"];
const LOTS = ["L1", "L1", "L2", "a/b"];
const UNITS = [
  ["00", "049123451234567897"],
  ["00", "395011015300000011"],
  ["8003", "04912345000026CRATE1"],
];
const BOXES = [
  ["8004", "4912345BOX-1"],
  ["8003", "04912345000026CRATE9"],
];
const CERTIFICATES = ["4912345000033A", "4912345000033B"];
const ROLES = "grower fisher processor carrier retailer inspector certifier authority".split(" ");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EVENTS =
  "lot_commissioned treatment harvested cooled graded lot_inspected transformed repackaged recalled " +
  "recall_ended labels_printed labels_bound labels_voided packages_relabelled packed packed_lot " +
  "packed_unit unpacked loaded unloaded shipped returned received unit_destroyed sold " +
  "package_returned clone_noticed certificate_granted certificate_suspended certificate_revoked " +
  "certificate_renewed feeding place_inspected window_recorded window_supplemented";

export class RandomWorld {
  readonly random: Random;
  readonly labels = new LabelRun("0A1B", 40);
  readonly world: World;
  readonly devices: Device[] = [];
  private readonly known: string[] = [];

  private constructor(random: Random, world: World) {
    this.random = random;
    this.world = world;
  }

  static async of(seed: number, events: number): Promise<RandomWorld> {
    const random = new Random(seed);
    const made = new RandomWorld(random, await World.founded());
    await made.people();
    for (let i = 0; i < events; i++) await made.something();
    return made;
  }

  urls(): string[] {
    const base = "https://sanchi.example";
    return [
      ...[0, 5, 25, 35].map((number) => this.labels.url(number)),
      `${base}/01/${GTIN}/10/L2/21/${this.labels.serials[3]}`,
      `${base}/01/${GTIN}/21/0A1B001ZXYZXYZXYZXYZ`,
      `${base}/01/${GTIN}/21/0A1B0001XYZXYZXYZXY0`,
      `${base}/01/${GTIN}/21/shop-17`,
      ...LOTS.map((lot) => link("01", GTIN, "10", lot)),
      ...UNITS.filter(([key]) => key === "00").map(([, sscc]) => link("00", sscc as string)),
    ];
  }

  private async people(): Promise<void> {
    const { random, world } = this;
    if (random.chance(30)) world.step = 0;
    const lavish = random.chance(75);
    for (const gln of GLNS) {
      const roles = lavish ? ROLES : random.some(ROLES, 5);
      // Without privileged roles for everyone, so that there is somebody to be unconfirmed.
      const held =
        gln === GLNS[0] ? roles : roles.filter((role) => random.chance(90) || role < "b");
      this.devices.push(await world.organisation(gln, ...new Set(held)));
      for (const scheme of ["jas", "asc"]) {
        if (lavish || random.chance(70)) {
          await world.approved("accreditation_granted", {
            "sanchi:gln": gln,
            "sanchi:scheme": scheme,
          });
        }
      }
    }
    await this.changes();
    world.step = random.one([0, MINUTE, 20 * MINUTE, 26 * HOUR]);
  }

  /** Changes of members, rights and keys that sometimes make later events wrong. */
  private async changes(): Promise<void> {
    const { random, world } = this;
    const device = random.one(this.devices);
    if (random.chance(20)) {
      const added = await newMember("NewMSP", random.one(["Aya", "New"]));
      const object: Json = [
        random.chance(50) ? memberJson(added) : memberJson(random.one(world.members)),
      ];
      world.members.push(added);
      const common = world.common("member_changed");
      for (let i = 0; i < 3; i++) {
        if (random.chance(70))
          await world.byMember(i, "member_changed", { "sanchi:members": object }, common);
      }
    }
    if (random.chance(10)) {
      await world.approved("member_removed", {
        "sanchi:mspId": random.one(["NorgeMSP", "KumiaiMSP"]),
      });
    }
    if (random.chance(15)) {
      const issued = random.one(
        world.members.flatMap(({ peer, admin, root }) => [peer, admin, root]),
      );
      await world.byMember(random.below(3), "certificates_distrusted", {
        "sanchi:serials": [issued.serial],
      });
    }
    if (random.chance(15)) {
      const enrolled = { gln: device.gln, key: await newKey() };
      await world.administer(device, "device_enrolled", {
        "sanchi:gln": device.gln,
        "sanchi:jwk": {
          crv: "P-256",
          kty: "EC",
          x: toBase64Url(enrolled.key.point.subarray(1, 33)),
          y: toBase64Url(enrolled.key.point.subarray(33)),
        },
        "sanchi:proof": "-",
        "sanchi:administrator": random.chance(50),
      });
      this.devices.push(enrolled);
    }
    if (random.chance(10)) {
      const [one, other] = [random.one(this.devices), random.one(this.devices)];
      await world.administer(one, "agent_appointed", { "sanchi:agent": other.gln });
      if (random.chance(20)) {
        await world.administer(one, "agent_dismissed", { "sanchi:agent": other.gln });
      }
    }
    if (random.chance(30)) {
      const document = toBase64Url(sha256(utf8("document")));
      await world.administer(device, "product_described", {
        "sanchi:gtin": GTIN,
        "sanchi:document": document,
      });
    }
    if (random.chance(5)) {
      await world.approved("accreditation_withdrawn", {
        "sanchi:gln": device.gln,
        "sanchi:scheme": "jas",
      });
    }
    if (random.chance(5)) {
      await world.byMember(0, "role_withdrawn", {
        "sanchi:gln": device.gln,
        "sanchi:role": random.one(ROLES),
      });
    }
  }

  private async something(): Promise<void> {
    const { random, world } = this;
    if (random.chance(3)) await this.changes();
    const device = random.one(this.devices);
    if (random.chance(2)) {
      const since = time(world.now - random.below(200) * HOUR);
      await world.byMember(0, "device_revoked", {
        "sanchi:gln": device.gln,
        "sanchi:kid": device.key.kid,
        ...(random.chance(60) ? { "sanchi:suspectSince": since } : {}),
      });
      if (random.chance(90))
        this.devices.splice(this.devices.indexOf(device), 1, await world.enrol(device.gln, true));
    }
    if (random.chance(12) && this.known.length > 0) return this.correct(random.one(this.known));
    const kind = random.one(EVENTS.split(" "));
    const payload = this.payload(random.one(this.devices), kind);
    if (random.chance(2)) payload["sanchi:kind"] = "from_the_future";
    await this.put(payload);
  }

  private async put(payload: Record<string, Json>): Promise<void> {
    const gln = payload["sanchi:organisation"];
    const device = this.devices.find((other) => other.gln === gln) as Device;
    const compact = await this.world.jws(payload, device.key);
    if (payload["sanchi:kind"] === "from_the_future") {
      const subjects = [...this.world.histories.keys()].filter((of) => /^(lot|run|sscc)/.test(of));
      this.world.append(compact, subjects.slice(0, 1));
    } else {
      this.world.append(compact);
      this.known.push(compact);
    }
  }

  private async correct(compact: string): Promise<void> {
    const [, part = ""] = compact.split(".");
    const payload = readJson(Buffer.from(part, "base64url"), {
      bytes: 1 << 16,
      depth: 16,
    }) as JsonObject;
    if ("sanchi:corrects" in payload) return;
    const id = toBase64Url(sha256(utf8(compact.slice(0, compact.lastIndexOf(".")))));
    await this.put({
      ...payload,
      errorDeclaration: { declarationTime: time(this.world.now), reason: "incorrect_data" },
      "sanchi:corrects": id,
    });
  }

  payload(device: Device, kind: string): Record<string, Json> {
    const { random, world } = this;
    const row = rowOf(kind);
    if (row === undefined) throw new Error(kind);
    const form = [row.type, row.action, row.bizStep, random.one(row.dispositions)] as const;
    const at = world.now - random.one([1, 5, 60, 600, 3000, 9000]) * random.below(3) * MINUTE;
    const members: Record<string, Json> = {
      eventTime: time(at),
      eventTimeZoneOffset: random.one(["+09:00", "+02:00", "-11:00"]),
      "sanchi:loggedAt": time(at + random.one([0, 0, 5, 90]) * MINUTE),
      "sanchi:precision": random.chance(80) ? "minute" : "day",
    };
    if (random.chance(4)) members["sanchi:onBehalfOf"] = random.one(this.devices).gln;
    for (const [name, type] of Object.entries(row.members)) {
      const bare = name.replace("?", "");
      if (bare === name || random.chance(bare === "readPoint" ? 80 : 35)) {
        members[bare] = this.value(type, bare, members);
      }
    }
    delete members["sanchi:day"];
    if (
      JSON.stringify([members["parentID"], members["childEPCs"], members["epcList"]]).includes(
        "CRATE1",
      )
    ) {
      members["sanchi:day"] = time(world.now).slice(0, 10);
    }
    return world.epcis(device, kind, [...form], members);
  }

  private value(type: string, name: string, members: Record<string, Json>): Json {
    const { random, world } = this;
    const first = random.below(36);
    const lot = (): string => link("01", random.one(GTINS), "10", random.one(LOTS));
    const unit = (): string => link(...(random.one(UNITS) as [string, string]));
    const distinct = (make: () => string, most: number): string[] => [
      ...new Set(Array.from({ length: 1 + random.below(most) }, make)),
    ];
    const quantity = (epcClass: string, needed: boolean): Json =>
      needed || random.chance(30) ? { epcClass, quantity: 12.5, uom: "KGM" } : { epcClass };
    switch (type) {
      case "text":
        return random.one(["x", "産地", "ホウレンソウ 第1"]);
      case "word":
        return random.one(["jas", "asc"]);
      case "integer":
        if (name.endsWith("ount")) return random.one([40, 40, 20]);
        if (name.endsWith("ast"))
          return Math.min(
            39,
            (members[name.replace("last", "first").replace("Last", "First")] as number) +
              random.below(40),
          );
        return name.endsWith("irst") ? first : random.below(5);
      case "number":
        return random.one([1, 2.5, 300]);
      case "date":
        return time(world.now + (random.below(400) - 200) * 24 * HOUR).slice(0, 10);
      case "time":
        return name === "sanchi:to" ? (members["sanchi:from"] as string) : time(world.now);
      case "hash":
        return name === "sanchi:root" ? this.labels.root : toBase64Url(sha256(utf8("x")));
      case "eventid": {
        const compact = this.known.length > 0 ? random.one(this.known) : "x.y";
        return toBase64Url(sha256(utf8(compact.slice(0, compact.lastIndexOf(".")))));
      }
      case "gln":
        return random.one(GLNS);
      case "run":
        return random.one(["0A1B", "0A1B", "ZZZZ"]);
      case "place":
        return { id: link("414", random.one(PLACES)) };
      case "lots1":
      case "lots1q":
        return [quantity(lot(), type.endsWith("q"))];
      case "lots":
      case "lotsq":
        return distinct(lot, 3).map((uri) => quantity(uri, type.endsWith("q")));
      case "product1q":
        return [quantity(link("01", GTIN), true)];
      case "loturis":
        return distinct(lot, 2);
      case "unit":
        return unit();
      case "units":
        return distinct(unit, 2);
      case "box":
        return link(...(random.one(BOXES) as [string, string]));
      case "boxes1":
        return [link(...(random.one(BOXES) as [string, string]))];
      case "packages":
        return distinct(
          () =>
            `urn:sanchi:package:${toBase64Url(this.labels.entries[random.one([0, 3, 5])] as Uint8Array)}`,
          2,
        );
      case "certificates1":
        return [link("253", random.one(CERTIFICATES))];
      case "places1":
        return [link("414", random.one(PLACES))];
      case "parties": {
        const role = name === "sourceList" ? "source" : "destination";
        return distinct(() => link("417", random.one(GLNS)), 2).map((uri) => ({
          [role]: uri,
          type: random.one(["owning_party", "possessing_party"]),
        }));
      }
      case "transactions":
        return [{ bizTransaction: "urn:sanchi:order:1", type: "po" }];
      case "numbers":
        return [
          {
            "sanchi:first": first,
            "sanchi:gtin": GTIN,
            "sanchi:last": Math.min(39, first + random.below(40)),
            "sanchi:run": random.one(["0A1B", "ZZZZ"]),
          },
        ];
      case "limits":
        return [
          { "sanchi:allowedMinutes": 30, "sanchi:maximum": 10, "sanchi:measure": "temperature" },
        ];
      case "claims":
        return distinct(() => link("253", random.one(CERTIFICATES)), 2).map((uri) => ({
          "sanchi:certificate": uri,
          "sanchi:claim": "organic",
        }));
      case "sensors":
        return [
          {
            sensorMetadata: { endTime: time(world.now), startTime: time(world.now) },
            sensorReport: [{ type: "Temperature", minValue: 1, maxValue: 4.5, uom: "CEL" }],
          },
        ];
      default:
        throw new Error(`no random ${type}`);
    }
  }
}
