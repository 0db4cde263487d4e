import assert from "node:assert/strict";
import { test } from "node:test";
import { holding } from "../units.ts";

test("a pallet holds what its boxes hold, each box once", () => {
  const edges = [
    { source: "lot/1/A", target: "sscc/1" },
    { source: "lot/1/A", target: "sscc/2" },
    { source: "lot/1/B", target: "sscc/2" },
    { source: "sscc/1", target: "sscc/9" },
    { source: "sscc/2", target: "sscc/9" },
    { source: "sscc/9", target: "organisation/4" },
  ];
  const units = [
    { subject: "sscc/1", packages: 12 },
    { subject: "sscc/2", packages: 12 },
    { subject: "sscc/9", packages: 0 },
  ];
  const held = holding(units, edges);
  assert.deepEqual(held.get("sscc/1"), { boxes: 0, packages: 12 });
  assert.deepEqual(held.get("sscc/9"), { boxes: 2, packages: 24 });
});

test("units that are said to be in each other do not hold for ever", () => {
  const edges = [
    { source: "sscc/1", target: "sscc/2" },
    { source: "sscc/2", target: "sscc/1" },
  ];
  const units = edges.map(({ source }) => ({ subject: source, packages: 3 }));
  assert.deepEqual(holding(units, edges).get("sscc/1"), { boxes: 1, packages: 6 });
});
