import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { wordsOf } from "../../shared/dictionaries.ts";
import type { When } from "../../shared/draft.ts";
import type { Json, JsonObject } from "../../shared/json.ts";
import { rowOf } from "../../shared/kinds.ts";
import { FIRST_DAY } from "../days.ts";
import { LABEL_NUMBERS, QUIET } from "../facts.ts";
import {
  Careful,
  Form,
  fill,
  localTime,
  Select,
  Show,
  Text,
  today,
  useLoad,
  type Values,
  Wrong,
  wordOf,
} from "../parts.tsx";
import { committed, drafted, postSigned, signPayload } from "../record.ts";
import type { Place } from "../rights.ts";
import { device, language, named, say, words } from "../state.ts";
import {
  declareError,
  labelOf,
  PLACE,
  placeOf,
  QUANTITIES,
  type Told,
  whenOf,
} from "../telling.tsx";
import { useRights } from "./products.tsx";

/** What every event has anew, or has from its kind. */
const OWN = new Set([
  "@context",
  "action",
  "bizStep",
  "eventID",
  "eventTime",
  "eventTimeZoneOffset",
  "sanchi:consortium",
  "sanchi:kind",
  "sanchi:loggedAt",
  "sanchi:organisation",
  "sanchi:precision",
  "type",
]);

/**
 * What is signed stays; a second record says that it was wrong, and a third one what is right. All are
 * shown from then on.
 */
export function Correct({ event, reload }: { event: Told; reload: () => Promise<void> }) {
  const w = words.value.lots;
  const mending = useSignal(false);
  const begins = event.kind === "lot_commissioned";
  return (
    <details class="correct">
      <summary>{w.correct}</summary>
      <p>{fill(w.correctText, { what: wordOf(wordsOf(language.value).kinds, event.kind) })}</p>
      {mending.value ? (
        <Right event={event} reload={reload} />
      ) : (
        <div class="actions">
          <button
            type="button"
            class="quiet"
            onClick={() => {
              mending.value = true;
            }}
          >
            {w.correctData}
          </button>
          <Careful
            button={w.correctDidNot}
            question={`${fill(w.correctQuestion, { when: whenOf(event) })}${begins ? w.correctBegins : ""}`}
            act={async () => {
              await committed(await postSigned([await declareError(event, "did_not_occur")]));
              await reload();
              say(w.correctionDone);
            }}
          />
        </div>
      )}
    </details>
  );
}

/** The same event again, to be written as it should have been. */
function Right({ event, reload }: { event: Told; reload: () => Promise<void> }) {
  const w = words.value.lots;
  const places = useLoad<{ places: Place[] }>("places");
  const rights = useRights();
  const { payload } = event;
  const fields = useRef<HTMLDivElement>(null);
  const there = rights.data !== null && places.data !== null;
  useEffect(() => {
    // The button that was pressed is gone
    if (there) fields.current?.querySelector<HTMLElement>("input, select")?.focus();
  }, [there]);
  const place = placeOf(payload);
  const byDay = payload["sanchi:precision"] === "day";
  const limited = event.kind === "lot_commissioned" && payload["sanchi:limits"] !== undefined;
  return (
    <Show of={rights.data === null ? { ...places, data: null } : places}>
      {({ places: known }) => (
        <Form
          button={w.correctSign}
          fields={{ "/eventTime": "when", "/readPoint": "place" }}
          submit={async (values) => {
            const identity = device.value;
            if (identity === null) throw new Error("no key");
            const members = rightMembers(event, values);
            const when = rightTime(event, values);
            if (unchanged(event, members) && when === null) throw new Wrong("", w.correctSame);
            const whole = drafted(identity, { kind: event.kind, members, ...(when && { when }) });
            const right: JsonObject =
              when === null
                ? {
                    ...whole,
                    eventTime: payload["eventTime"] as Json,
                    eventTimeZoneOffset: payload["eventTimeZoneOffset"] as Json,
                    "sanchi:precision": payload["sanchi:precision"] as Json,
                  }
                : whole;
            // What commissions a thing anew comes after the word that the first time was wrong
            const signed = [
              await declareError(event, "incorrect_data", [String(right["eventID"])]),
              await signPayload(identity, event.kind, right),
            ];
            await committed(await postSigned(signed));
            await reload();
            return { said: w.correctionMade };
          }}
        >
          <p class="soft">
            {limited ? w.correctLimits : w.correctRight} {w.correctCustomers}
          </p>
          <div ref={fields}>
            <Text
              name="when"
              label={w.correctWhen}
              type={byDay ? "date" : "datetime-local"}
              value={localTime(event.eventTime, byDay)}
              min={byDay ? FIRST_DAY : `${FIRST_DAY}T00:00`}
              max={byDay ? today() : localTime(Date.now(), false)}
            />
            {place !== null && (
              <Select
                name="place"
                label={w.place}
                options={[
                  ...(known.some(({ gln }) => gln === place)
                    ? []
                    : [{ value: place, text: place }]),
                  ...known.map(({ gln, name }) => ({ value: gln, text: named(name, gln) })),
                ]}
                value={place}
              />
            )}
            {quantitiesOf(payload).map(({ name, unit, value }) => (
              <Text
                key={name}
                name={name}
                label={`${labelOf("quantity")}${unit === "" ? "" : `（${unit}）`}`}
                type="number"
                min={0}
                step="any"
                value={value}
              />
            ))}
            {membersOf(event, rights.data?.roles ?? []).map(({ name, type, required }) => (
              <Text
                key={name}
                name={name}
                label={labelOf(name)}
                required={required}
                type={type === "date" ? "date" : type === "text" ? "text" : "number"}
                {...(type === "number" ? { step: "any" } : {})}
                value={payload[name] as string | number | undefined}
              />
            ))}
          </div>
        </Form>
      )}
    </Show>
  );
}

interface Quantity {
  name: string;
  list: string;
  at: number;
  unit: string;
  value: number;
}

function quantitiesOf(payload: JsonObject): Quantity[] {
  const units: Record<string, string> = wordsOf(language.value).units;
  return QUANTITIES.flatMap((list) =>
    ((payload[list] ?? []) as JsonObject[]).flatMap((element, at) =>
      typeof element["quantity"] === "number"
        ? {
            name: `${list}-${at}`,
            list,
            at,
            unit: element["uom"] === undefined ? "" : wordOf(units, String(element["uom"])),
            value: element["quantity"],
          }
        : [],
    ),
  );
}

/** What is said of fish alone. */
const OF_FISH = new Set([
  "aquacultureMethod",
  "broodstockSource",
  "faoArea",
  "proteinSource",
  "species",
]);

/**
 * Those that a person can write.
 *
 * @param roles of the organisation: who does not fish is not asked about fish
 */
export function membersOf(
  { kind, payload }: Pick<Told, "kind" | "payload">,
  roles: string[],
): { name: string; type: string; required: boolean }[] {
  return Object.entries(rowOf(kind)?.members ?? {}).flatMap(([key, type]) => {
    const name = key.replace(/\?$/, "");
    const short = name.replace(/^sanchi:/, "");
    const written = ["text", "date", "number", "integer"].includes(type);
    const fits = roles.includes("fisher") || !OF_FISH.has(short) || payload[name] !== undefined;
    return written && fits && !QUIET.has(short) && !LABEL_NUMBERS.has(short)
      ? { name, type, required: !key.endsWith("?") }
      : [];
  });
}

function rightMembers(event: Told, values: Values): JsonObject {
  const kept = Object.entries(event.payload).filter(([name]) => !OWN.has(name));
  const members: JsonObject = structuredClone(Object.fromEntries(kept));
  if (placeOf(event.payload) !== null) members["readPoint"] = { id: PLACE + values.text("place") };
  for (const { name, list, at } of quantitiesOf(event.payload)) {
    ((members[list] as JsonObject[])[at] as JsonObject)["quantity"] = Number(values.text(name));
  }
  // Of all that the form may have had a field for
  for (const { name, type } of membersOf(event, ["fisher"])) {
    const text = values.text(name);
    if (text === "") delete members[name];
    else members[name] = type === "text" || type === "date" ? text : Number(text);
  }
  return members;
}

const unchanged = (event: Told, members: JsonObject): boolean =>
  Object.keys(event.payload).every((name) => OWN.has(name) || Object.hasOwn(members, name)) &&
  Object.entries(members).every(
    ([name, value]) => JSON.stringify(value) === JSON.stringify(event.payload[name]),
  );

/** Null where it stays what it was, to the second and with its own clock. */
function rightTime(event: Told, values: Values): When | null {
  const byDay = event.payload["sanchi:precision"] === "day";
  const text = values.text("when");
  if (text === localTime(event.eventTime, byDay)) return null;
  return byDay ? { day: text } : { at: new Date(text).getTime() };
}
