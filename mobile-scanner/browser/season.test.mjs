import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { api, Organisation, sscc, thirteen } from "./office.mjs";

// Built by build/test.mjs, which `npm test` runs: what the scanner itself would make of each step.
const { season } = await import("../target/test/test/season.mjs");

test("the ledger's rules take every step that the scanner can log", async () => {
  const roles = ["grower", "fisher", "processor", "carrier", "retailer", "inspector"];
  const name = { ja: "なんでも農園", en: "Everything Farm" };
  const [farm, partner] = [
    await Organisation.admit(name, roles),
    await Organisation.admit(name, ["retailer"]),
  ];
  const { consortium } = await api("GET", "trust");
  const logged = season({
    consortium,
    organisation: farm.gln,
    gtin: farm.gtin,
    place: farm.place,
    partner: partner.gln,
    scheme: farm.scheme,
    units: [1, 2, 3].map((serial) => sscc(farm.prefix, serial)),
    crate: `0${thirteen(`${farm.prefix}222`)}C1`,
    box: `${farm.prefix}BOX1`,
    lot: "S1",
    run: `S${randomInt(10)}${randomInt(10)}${randomInt(10)}`,
    now: Date.now(),
  });
  const events = await Promise.all(logged.map(({ payload }) => farm.trace(payload)));

  const { refused, accepted } = await api("POST", "events", events);

  assert.deepEqual(
    refused.map(({ index, reason, field }) => `${logged[index].id}: ${reason} ${field}`),
    [],
  );
  for (const id of accepted) {
    for (const until = Date.now() + 20_000; ; ) {
      const { status, reason } = await api("GET", `events/${id}`);
      if (status === "committed") break;
      assert.equal(status, "captured", reason);
      assert.ok(Date.now() < until, "not committed in time");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
});
