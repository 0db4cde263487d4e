// Every step that the scanner knows, once, in an order that the rules accept: from a new lot to what
// is thrown away. The unit tests read it, and the browser tests post it to a running Sanchi.
import { toBase64Url } from "@shared/base64.ts";
import type { JsonObject } from "@shared/json.ts";
import { merkleRoot } from "@shared/merkle.ts";
import { labelHash } from "@shared/serial.ts";
import { readCode, type Thing } from "../steps/code.ts";
import { draft, type Logging } from "../steps/draft.ts";
import { STEPS, type Step, type Values, withPlace } from "../steps/steps.ts";

export interface World {
  consortium: string;
  organisation: string;
  gtin: string;
  /** A place's GLN. */
  place: string;
  /** A GLN to ship to. */
  partner: string;
  /** A scheme that the organisation is accredited for. */
  scheme: string;
  /** Three SSCCs. */
  units: string[];
  /** A GRAI with a serial. */
  crate: string;
  /** A GIAI. */
  box: string;
  lot: string;
  /** 4 characters. */
  run: string;
  now: number;
}

export interface Logged {
  /** Of the step, or `labels_printed`, which is the console's. */
  id: string;
  payload: JsonObject;
}

const thing = (path: string): Thing => readCode(path) as Thing;

export function season(world: World): Logged[] {
  const logged: Logged[] = [];
  let serial = 0;
  const logging = (): Logging => ({
    consortium: world.consortium,
    organisation: world.organisation,
    onBehalfOf: null,
    now: world.now + serial++,
    offset: 540,
    uuid: crypto.randomUUID(),
  });
  const log = (id: string, things: Thing[], values: Values = {}) => {
    const step = STEPS.find((one) => one.id === id) as Step;
    const today = new Date(world.now).toISOString().slice(0, 10);
    const members = step.members(things, { ...values, today });
    const payload = draft(step.kind, withPlace(step.kind, members, world.place), logging());
    logged.push({ id, payload });
  };

  const lot = thing(`/01/${world.gtin}/10/${world.lot}`);
  const [first, second, third] = world.units.map((sscc) => thing(`/00/${sscc}`)) as [
    Thing,
    Thing,
    Thing,
  ];
  const crate = thing(`/8003/${world.crate}`);
  const box = thing(`/8004/${world.box}`);
  const serials = [0, 1, 2].map(
    (number) => `${world.run}000${number}${"0123456789AB".slice(number)}${"Z".repeat(number)}`,
  );
  const labels = serials.map((text) => thing(`/01/${world.gtin}/21/${text}`)) as [
    Thing,
    Thing,
    Thing,
  ];

  log("lot_commissioned", [lot], { place: world.place });
  log("sowing", [lot], { variety: "いなむら" });
  log("planting", [lot]);
  log("stocking", [lot], { species: "Seriola quinqueradiata", source: "天然種苗" });
  log("soil_test", [lot], { ph: "6.4" });
  log("fertilising", [lot], { material: "完熟堆肥" });
  log("weeding", [lot]);
  log("irrigating", [lot]);
  log("pest_control", [lot], { method: "防虫ネット" });
  log("feeding", [lot], { material: "EP", kg: "12" });
  log("treatment", [lot], { product: "薬", dose: "2 mg/kg", withdrawalEnd: "2026-01-01" });
  log("lot_inspected_conformant", [lot], { scheme: world.scheme, grade: "金" });
  log("lot_inspected_non_conformant", [lot], { scheme: world.scheme });
  log("harvested", [lot], { kg: "48.5" });
  log("slaughtered", [lot], { method: "活締め" });
  log("cooled", [lot], { method: "真空", celsius: "-1.5" });
  log("graded", [lot], { grade: "秀" });
  log("packed_lot", [lot], { unit: first, kg: "20" });
  log("packed_lot", [lot], { unit: crate, kg: "5" });
  const hashes = serials.map((text) => labelHash(world.gtin, text));
  logged.push({
    id: "labels_printed",
    payload: draft(
      "labels_printed",
      {
        quantityList: [{ epcClass: `https://id.gs1.org/01/${world.gtin}`, quantity: 3 }],
        "sanchi:run": world.run,
        "sanchi:count": 3,
        "sanchi:root": toBase64Url(merkleRoot(hashes)),
      },
      logging(),
    ),
  });
  // The last one was read first
  log("labels_bound", [labels[1]], { last: labels[0], lot });
  log("packed", [labels[0]], { last: labels[1], lot, unit: second });
  log("labels_voided", [labels[2]], { last: labels[2], reason: "あまり" });
  log("loaded", [first, second], { box });
  log("unloaded", [first], { box });
  log("shipped", [first, crate], { partner: world.partner });
  log("received", [first]);
  log("returned", [first], { partner: world.partner });
  log("packed_unit", [first], { unit: third });
  log("unpacked", [second]);
  log("sold", [labels[0], labels[1]]);
  log("package_returned", [labels[0]]);
  log("package_destroyed", [labels[0]], { reason: "期限切れ" });
  log("unit_destroyed", [third], { reason: "傷み" });
  log("lot_destroyed", [lot], { kg: "3", reason: "傷み" });
  return logged;
}
