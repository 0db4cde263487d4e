import type { Json, JsonObject } from "@shared/json.ts";
import { rowOf } from "@shared/kinds.ts";
import type { Thing, ThingType } from "./code.ts";

/** What a step still has to be told. */
export type Field =
  | { type: "number"; name: string; unit: string; integer?: boolean }
  | { type: "choice"; name: string; options: string[]; free: boolean }
  | { type: "place"; name: string }
  | { type: "partner"; name: string }
  | { type: "scheme"; name: string }
  | { type: "date"; name: string }
  | { type: "thing"; name: string; of: ThingType; pallet?: boolean };

export type Values = Record<string, string | Thing>;

/** Something that can be logged with what was read. */
export interface Step {
  kind: string;
  /** Distinguishes two buttons of one kind. */
  id: string;
  /** What the step is about. */
  about: ThingType;
  fields: Field[];
  members(things: Thing[], values: Values): JsonObject;
}

type Of<T extends ThingType> = Extract<Thing, { type: T }>;

const all = <T extends ThingType>(things: Thing[], type: T): Of<T>[] =>
  things.filter((thing): thing is Of<T> => thing.type === type);

const text = (values: Values, name: string): string => String(values[name] ?? "");
const number = (values: Values, name: string): number => Number(text(values, name));
const thing = <T extends ThingType>(values: Values, name: string): Of<T> => values[name] as Of<T>;

const elements = (things: Thing[]): Json =>
  all(things, "lot").map((lot) => ({ epcClass: lot.uri }));

const weighed = (lots: Of<"lot">[], kilograms: number): Json =>
  lots.map((lot) => ({ epcClass: lot.uri, quantity: kilograms, uom: "KGM" }));

const kg: Field = { type: "number", name: "kg", unit: "kg" };
const choice = (name: string, options: string[], free = true): Field => ({
  type: "choice",
  name,
  options,
  free,
});

/** Work on lots: the lots as they are, and what the kind's members say. */
function lotWork(
  kind: string,
  fields: Field[] = [],
  members: (values: Values) => JsonObject = () => ({}),
): Step {
  return {
    kind,
    id: kind,
    about: "lot",
    fields,
    members: (things, values) => ({ quantityList: elements(things), ...members(values) }),
  };
}

/** A crate is one thing a day: the day of its packing, UTC. */
function day(units: Of<"unit">[], today: string): JsonObject {
  const crate = units.find((unit) => unit.crate);
  return crate === undefined ? {} : { "sanchi:day": crate.day ?? today };
}

function unitStep(
  kind: string,
  fields: Field[] = [],
  members: (values: Values) => JsonObject = () => ({}),
): Step {
  return {
    kind,
    id: kind,
    about: "unit",
    fields,
    members: (things, values) => {
      const units = all(things, "unit");
      return {
        epcList: units.map((unit) => unit.uri),
        ...day(units, text(values, "today")),
        ...members(values),
      };
    },
  };
}

/** Into a box, or out of it. */
function boxStep(kind: string): Step {
  return {
    kind,
    id: kind,
    about: "unit",
    fields: [{ type: "thing", name: "box", of: "box" }],
    members: (things, values) => {
      const units = all(things, "unit");
      return {
        parentID: thing<"box">(values, "box").uri,
        childEPCs: units.map((unit) => unit.uri),
        ...day(units, text(values, "today")),
      };
    },
  };
}

const packageStep = (kind: string, fields: Field[] = []): Step => ({
  kind,
  id: kind,
  about: "package",
  fields,
  members: (things, values) => ({
    epcList: all(things, "package").map(({ hash }) => `urn:sanchi:package:${hash}`),
    ...because(values),
  }),
});

/** What can't be used any more is not thrown away by one tap: why is asked. */
const reason = (...options: string[]): Field => choice("reason", options);

const because = (values: Values): JsonObject =>
  values["reason"] === undefined ? {} : { "sanchi:reason": text(values, "reason") };

/** From this label to another one of its run, either of them first. */
function span(things: Thing[], values: Values): JsonObject {
  const [one] = all(things, "package");
  const other = thing<"package">(values, "last") ?? one;
  if (one === undefined || other.run !== one.run || other.gtin !== one.gtin) {
    throw new WrongThing("another_run");
  }
  const numbers = [one.number, other.number].sort((a, b) => a - b);
  return {
    "sanchi:run": one.run,
    "sanchi:first": numbers[0] as number,
    "sanchi:last": numbers[1] as number,
  };
}

/** A second code that does not go with the first; the words are in the dictionary. */
export class WrongThing extends Error {}

const inspection = (result: "conformant" | "non_conformant"): Step => ({
  kind: "lot_inspected",
  id: `lot_inspected_${result}`,
  about: "lot",
  fields:
    result === "conformant"
      ? [{ type: "scheme", name: "scheme" }, choice("grade", ["金", "銀", "銅"])]
      : [{ type: "scheme", name: "scheme" }],
  members: (things, values) => ({
    quantityList: elements(things),
    disposition: result,
    ...(values["scheme"] ? { "sanchi:scheme": text(values, "scheme") } : {}),
    ...(values["grade"] ? { "sanchi:grade": text(values, "grade") } : {}),
  }),
});

/**
 * All that this scanner logs, in the order of a season and a journey: without a network this order is
 * the suggestion. Other kinds are the console's.
 */
export const STEPS: Step[] = [
  {
    kind: "lot_commissioned",
    id: "lot_commissioned",
    about: "lot",
    fields: [{ type: "place", name: "place" }],
    members: (things, values) => ({
      quantityList: elements(things.slice(0, 1)),
      readPoint: point(text(values, "place")),
    }),
  },
  lotWork("sowing", [choice("variety", [])], (values) => ({
    "sanchi:variety": text(values, "variety"),
  })),
  lotWork("planting"),
  lotWork(
    "stocking",
    [
      choice("species", ["Seriola quinqueradiata", "Salmo salar"]),
      choice("source", ["天然種苗", "人工種苗"]),
    ],
    (values) => ({
      "sanchi:species": text(values, "species"),
      "sanchi:source": text(values, "source"),
    }),
  ),
  inspection("conformant"),
  inspection("non_conformant"),
  {
    kind: "harvested",
    id: "harvested",
    about: "lot",
    fields: [kg],
    members: (things, values) => ({
      quantityList: weighed(all(things, "lot"), number(values, "kg")),
    }),
  },
  lotWork("feeding", [choice("material", []), kg], (values) => ({
    "sanchi:material": text(values, "material"),
    "sanchi:kilograms": number(values, "kg"),
  })),
  lotWork("fertilising", [choice("material", ["完熟堆肥"])], (values) => ({
    "sanchi:material": text(values, "material"),
  })),
  lotWork("weeding"),
  lotWork("irrigating"),
  lotWork("pest_control", [choice("method", ["防虫ネット", "手で取る"])], (values) => ({
    "sanchi:method": text(values, "method"),
  })),
  lotWork("soil_test", [{ type: "number", name: "ph", unit: "pH" }], (values) => ({
    "sanchi:ph": number(values, "ph"),
  })),
  lotWork(
    "treatment",
    [choice("product", []), choice("dose", []), { type: "date", name: "withdrawalEnd" }],
    (values) => ({
      "sanchi:product": text(values, "product"),
      "sanchi:dose": text(values, "dose"),
      "sanchi:withdrawalEnd": text(values, "withdrawalEnd"),
    }),
  ),
  lotWork("slaughtered", [choice("method", ["活締め", "氷締め"])], (values) => ({
    "sanchi:method": text(values, "method"),
  })),
  lotWork(
    "cooled",
    [
      choice("method", ["真空", "差圧", "冷水", "氷"]),
      { type: "number", name: "celsius", unit: "°C" },
    ],
    (values) => ({
      "sanchi:method": text(values, "method"),
      "sanchi:coreToCelsius": number(values, "celsius"),
    }),
  ),
  lotWork("graded", [choice("grade", ["秀", "優", "良"])], (values) => ({
    "sanchi:grade": text(values, "grade"),
  })),
  {
    kind: "packed_lot",
    id: "packed_lot",
    about: "lot",
    fields: [{ type: "thing", name: "unit", of: "unit" }, kg],
    members: (things, values) => {
      const unit = thing<"unit">(values, "unit");
      return {
        parentID: unit.uri,
        childQuantityList: weighed(all(things, "lot"), number(values, "kg")),
        ...day([unit], text(values, "today")),
      };
    },
  },
  {
    kind: "lot_destroyed",
    id: "lot_destroyed",
    about: "lot",
    fields: [kg, reason("傷み", "回収")],
    members: (things, values) => ({
      quantityList: weighed(all(things, "lot"), number(values, "kg")),
      ...because(values),
    }),
  },
  {
    kind: "labels_bound",
    id: "labels_bound",
    about: "package",
    fields: [
      { type: "thing", name: "last", of: "package" },
      { type: "thing", name: "lot", of: "lot" },
    ],
    members: (things, values) => {
      const lot = thing<"lot">(values, "lot");
      if (lot.gtin !== all(things, "package")[0]?.gtin) throw new WrongThing("another_product");
      return { quantityList: [{ epcClass: lot.uri }], ...span(things, values) };
    },
  },
  {
    kind: "packed",
    id: "packed",
    about: "package",
    fields: [
      { type: "thing", name: "last", of: "package" },
      { type: "thing", name: "lot", of: "lot" },
      { type: "thing", name: "unit", of: "unit" },
    ],
    members: (things, values) => {
      const unit = thing<"unit">(values, "unit");
      const gtin = all(things, "package")[0]?.gtin ?? "";
      if (thing<"lot">(values, "lot").gtin !== gtin) throw new WrongThing("another_product");
      return {
        parentID: unit.uri,
        childQuantityList: [{ epcClass: thing<"lot">(values, "lot").uri }],
        "sanchi:packages": [{ ...span(things, values), "sanchi:gtin": gtin }],
        ...day([unit], text(values, "today")),
      };
    },
  },
  packageStep("sold"),
  packageStep("package_returned"),
  packageStep("package_destroyed", [reason("傷み", "期限切れ", "回収")]),
  {
    kind: "labels_voided",
    id: "labels_voided",
    about: "package",
    fields: [
      { type: "thing", name: "last", of: "package" },
      reason("破れ・よごれ", "あまり", "書きまちがい"),
    ],
    members: (things, values) => {
      const numbers = span(things, values);
      const count = (numbers["sanchi:last"] as number) - (numbers["sanchi:first"] as number) + 1;
      const gtin = all(things, "package")[0]?.gtin;
      return {
        quantityList: [{ epcClass: `https://id.gs1.org/01/${gtin}`, quantity: count }],
        ...numbers,
        ...because(values),
      };
    },
  },
  unitStep("received", [], () => ({ disposition: "completeness_inferred" })),
  boxStep("loaded"),
  boxStep("unloaded"),
  unitStep("shipped", [{ type: "partner", name: "partner" }], (values) => ({
    destinationList: [destination(text(values, "partner"))],
  })),
  unitStep("returned", [{ type: "partner", name: "partner" }], (values) => ({
    destinationList: [destination(text(values, "partner"))],
  })),
  {
    kind: "unpacked",
    id: "unpacked",
    about: "unit",
    fields: [],
    members: (things, values) => {
      const units = all(things, "unit");
      return { parentID: units[0]?.uri ?? "", ...day(units, text(values, "today")) };
    },
  },
  {
    kind: "packed_unit",
    id: "packed_unit",
    about: "unit",
    fields: [{ type: "thing", name: "unit", of: "unit", pallet: true }],
    members: (things, values) => {
      const parent = thing<"unit">(values, "unit");
      // A crate that comes back is no pallet
      if (parent.crate) throw new WrongThing("notPallet");
      const children = all(things, "unit").filter(({ id }) => id !== parent.id);
      return {
        parentID: parent.uri,
        childEPCs: children.map((unit) => unit.uri),
        ...day([...children, parent], text(values, "today")),
      };
    },
  },
  unitStep("unit_destroyed", [reason("傷み", "期限切れ", "回収")], because),
];

/** In kilograms: more than one lot has, of whom nobody knows yet what is usual. */
const MUCH_KG = 2_000;
/** A lorry: asked about whatever is usual. */
const LORRY_KG = 10_000;

/**
 * Whether somebody should look at a weight again: a zero too many goes on the ledger for good.
 *
 * @param before what was entered for such a step, of late
 */
export const isMuch = (kilograms: number, before: number[]): boolean =>
  kilograms >= LORRY_KG || kilograms > (before.length === 0 ? MUCH_KG : 10 * Math.max(...before));

/** Digits before the point, and behind it. */
const WHOLE = 6;
const PARTS = 3;

/** What a number is after a key; null where it would be longer than numbers may be. */
export function pressed(text: string, key: string): string | null {
  if (key === "←") return text.slice(0, -1);
  if (key === "±") return text.startsWith("-") ? text.slice(1) : `-${text}`;
  if (key === "." && text.includes(".")) return text;
  const next = key === "." && !/[0-9]$/.test(text) ? `${text}0.` : text + key;
  const digits = next.replace(/^(-?)0+(?=[0-9])/, "$1");
  return new RegExp(`^-?[0-9]{0,${WHOLE}}(\\.[0-9]{0,${PARTS}})?$`).test(digits) ? digits : null;
}

/** The number that was typed, as a record has it; null for none yet. */
export const numberOf = (text: string): string | null =>
  /[0-9]/.test(text) ? String(Number(text)) : null;

/** After these the goods or labels are no more: they stand last, and look it. */
export const FINAL = ["lot_destroyed", "labels_voided", "package_destroyed", "unit_destroyed"];

/** What grows in soil, and what swims. */
export type Goods = "plants" | "fish";

const ONLY: Record<Goods, string[]> = {
  plants: [
    "sowing",
    "planting",
    "fertilising",
    "weeding",
    "irrigating",
    "pest_control",
    "soil_test",
  ],
  fish: ["stocking", "feeding", "treatment", "slaughtered"],
};

/** What a lot says of itself, as far as buttons care. */
export interface LotFacts {
  goods: Goods | null;
  /** Whether it was registered. */
  registered: boolean;
  /** Whether it is of somebody for whom this phone does not record. */
  foreign: boolean;
}

/** What is done with the lots of others: whoever packs them, sells them or judges them. */
const ON_FOREIGN = [
  "lot_inspected",
  "soil_test",
  "packed_lot",
  "cooled",
  "graded",
  "lot_destroyed",
];
const HANDLERS = ["processor", "retailer", "inspector", "authority"];

/** Whether a step makes sense for such lots: no medicine for greens, no second registration. */
export function suits(
  step: Step,
  { goods, registered, foreign }: LotFacts,
  roles: string[],
): boolean {
  if (step.about !== "lot") return true;
  if (step.kind === "lot_commissioned") return !registered;
  if (foreign) {
    return ON_FOREIGN.includes(step.kind) && roles.some((role) => HANDLERS.includes(role));
  }
  const others = goods === null ? [] : ONLY[goods === "plants" ? "fish" : "plants"];
  return !others.includes(step.kind);
}

/** Hands goods on: not while they are recalled. */
export const HANDS_ON = [
  "sold",
  "shipped",
  "packed",
  "packed_lot",
  "packed_unit",
  "loaded",
  "labels_bound",
];

/** What is done with goods that are recalled, first of all. */
export const TAKES_BACK = [
  "returned",
  "package_returned",
  ...["lot", "package", "unit"].map((one) => `${one}_destroyed`),
];

/** Of recalled goods: what takes them back first. */
export const recalledFirst = (steps: Step[]): Step[] => [
  ...steps.filter(({ kind }) => TAKES_BACK.includes(kind)),
  ...steps.filter(({ kind }) => !TAKES_BACK.includes(kind)),
];

/** What a label that is void or was never issued still allows: its package goes. */
export const OF_VOID = ["package_returned", "package_destroyed"];

function point(gln: string): JsonObject {
  return { id: `https://id.gs1.org/414/${gln}` };
}

function destination(gln: string): JsonObject {
  return { destination: `https://id.gs1.org/417/${gln}`, type: "owning_party" };
}

/** Where it happens, for kinds that can say so. */
export function withPlace(kind: string, members: JsonObject, gln: string | null): JsonObject {
  const known = rowOf(kind)?.members ?? {};
  const may = "readPoint?" in known || "readPoint" in known;
  return gln === null || !may || "readPoint" in members
    ? members
    : { ...members, readPoint: point(gln) };
}

/** Steps whose numbers are those of one thing. */
const SINGLE = [
  "lot_commissioned",
  "harvested",
  "lot_destroyed",
  "packed_lot",
  "labels_bound",
  "packed",
  "labels_voided",
  "unpacked",
];

/**
 * The steps that these roles may do with what was read, those that the server suggests first, then
 * those that were used last, then in the order of the season; what ends something always last.
 *
 * @param suggested kinds; null without a network
 * @param used ids of steps, last used first
 */
export function stepsFor(
  things: Thing[],
  roles: string[],
  suggested: string[] | null,
  used: string[],
): Step[] {
  const about = mainType(things);
  const many = things.filter(({ type }) => type === about).length > 1;
  const fitting = STEPS.filter(
    (step) =>
      step.about === about &&
      (rowOf(step.kind)?.roles ?? []).some((role) => roles.includes(role)) &&
      !(many && SINGLE.includes(step.kind) && !spans(step, things)),
  );
  const place = (list: string[], name: string) => {
    const at = list.indexOf(name);
    return at < 0 ? list.length : at;
  };
  return fitting
    .map((step, order) => ({ step, order }))
    .sort(
      (a, b) =>
        Number(FINAL.includes(a.step.kind)) - Number(FINAL.includes(b.step.kind)) ||
        place(suggested ?? [], a.step.kind) - place(suggested ?? [], b.step.kind) ||
        place(used, a.step.id) - place(used, b.step.id) ||
        a.order - b.order,
    )
    .map(({ step }) => step);
}

/** In the order of a season and a journey, what ends something last. */
export const inOrder = (steps: Step[]): Step[] =>
  [...steps].sort(
    (a, b) =>
      Number(FINAL.includes(a.kind)) - Number(FINAL.includes(b.kind)) ||
      STEPS.indexOf(a) - STEPS.indexOf(b),
  );

/** Two labels in one view can be the first and the last of a span. */
const spans = (step: Step, things: Thing[]): boolean =>
  step.fields.some((field) => field.type === "thing" && field.name === "last") &&
  all(things, "package").length === 2;

/** What a handful of codes is about: packages before lots, since a lot's card lies beside them; units before both. */
export function mainType(things: Thing[]): ThingType | null {
  for (const type of ["package", "lot", "unit", "box", "place"] as const) {
    if (things.some((one) => one.type === type)) return type;
  }
  return null;
}

/** The next thing that a step has to be told; null when it can be logged. */
export function missing(step: Step, values: Values): Field | null {
  return step.fields.find((field) => values[field.name] === undefined) ?? null;
}

/**
 * Takes from what was read whatever a step asks for.
 *
 * @param known what all that was read says already, such as a lot's variety
 */
export function prefilled(step: Step, things: Thing[], known: Record<string, string> = {}): Values {
  const values: Values = {};
  for (const field of step.fields) {
    const told = known[field.name];
    if (field.type === "choice" && told !== undefined) values[field.name] = told;
    if (field.type !== "thing") continue;
    // Of two labels one is the first and one the last; which of two crates holds the other is not seen.
    const fitting = all(things, field.of).slice(field.name === "last" ? 1 : 0);
    if (fitting[0] !== undefined && (field.of !== step.about || field.name === "last")) {
      values[field.name] = fitting[0];
    }
  }
  return values;
}
