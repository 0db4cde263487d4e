// Every kind of EPCIS event, read and written by a library of other people's. It lies in a folder of
// its own, so that whoever only wants to run Sanchi needn't install it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import epcis from "epcis2.js";

const { AggregationEvent, EPCISDocument, ObjectEvent, TransformationEvent } = epcis;
const TYPES = { AggregationEvent, ObjectEvent, TransformationEvent };
const KERNEL = new URL("../../traceability-ear/kernel/src/", import.meta.url);
const read = (path) => JSON.parse(readFileSync(new URL(path, KERNEL), "utf8"));

const { kinds } = read("main/resources/jp/sanchi/kernel/event/kinds.json");
const events = read("test/resources/vectors/events.json")
  .filter(({ input, expect }) => expect.subjects && typeof input === "string")
  .map(({ input }) => JSON.parse(input))
  .filter(({ type }) => type);

function document(event) {
  const made = new EPCISDocument();
  made.setCreationDate("2026-11-26T00:00:00.000Z");
  made.addEvent(new TYPES[event.type](event));
  return made;
}

test("there is an event of every EPCIS kind", () => {
  const wanted = Object.keys(kinds).filter((kind) => kinds[kind].type);
  const found = new Set(events.map((event) => event["sanchi:kind"]));
  assert.deepEqual([...found].sort(), wanted.sort());
});

for (const kind of new Set(events.map((event) => event["sanchi:kind"]))) {
  const own = events.filter((event) => event["sanchi:kind"] === kind);

  test(`${kind} comes back as it went in`, () => {
    for (const event of own) {
      assert.deepEqual(new TYPES[event.type](event).toObject(), event);
    }
  });

  test(`${kind} is valid to the other library's own schema`, () => {
    for (const event of own) assert.equal(document(event).isValid(), true);
  });
}

test("the other library would refuse what is no EPCIS", () => {
  const [event] = events.filter(({ type }) => type === "ObjectEvent");
  assert.throws(() => document({ ...event, bizStep: "singing" }).isValid(), /bizStep/);
  assert.throws(() => document({ ...event, eventTime: "yesterday" }).isValid(), /eventTime/);
});
