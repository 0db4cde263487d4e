// Every lie of the golden vectors, told to the page itself: what a browser shows of each is red (amber
// where what came is no proof at all), gives the reason that the vector names, and is nothing of what the
// lie says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { closeBrowser, judge, visit, words } from "./sanchi.mjs";

after(closeBrowser);

const FOLDER = new URL(
  "../../traceability-ear/kernel/src/test/resources/vectors/bundles/",
  import.meta.url,
);
const read = (file) => readFileSync(new URL(file, FOLDER));
/** Every proof begins with it. */
const BRACE = "{".charCodeAt(0);

/** What no connection has cut off, and no server left empty. */
const isWhole = (bytes) => {
  try {
    return Object.keys(JSON.parse(new TextDecoder().decode(bytes))).length > 0;
  } catch {
    return false;
  }
};

/** A page always asks with a challenge; what is checked by age alone is the command line's. */
const LIES = JSON.parse(read("bundles.json")).filter(
  ({ challenge, verdict }) => challenge !== undefined && verdict.verdict === "failed",
);

const json = (body) => ({ status: 200, contentType: "application/json", body });

for (const [language, other] of [
  ["ja", 0],
  ["en", 1],
]) {
  // A page each, half of them in each language
  const lies = LIES.filter((_, i) => i % 2 === other);
  test(`${lies.length} lies are caught and called so in ${language}`, async () => {
    await visit(
      async (page) => {
        let lie = null;
        await page.addInitScript(() => {
          // What the vector was made for, in the place of chance
          crypto.getRandomValues = (bytes) => {
            const text = new URLSearchParams(location.hash.slice(1)).get("challenge");
            const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
            bytes.set(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
            return bytes;
          };
        });
        await page.route("**/api/bundles?*", (route) => route.fulfill(json(read(lie.bundle))));
        await page.route("**/trust.json", (route) => route.fulfill(json(read(lie.trust))));
        for (lie of lies) {
          // What else stands before the code in an address is another host's affair
          const pathname = lie.subject.slice(lie.subject.indexOf("/01/"));
          const { reason } = lie.verdict.checks.find(({ result }) => result === "failed");
          await page.goto("about:blank");
          const { tone, title, text } = await judge(page, `${pathname}#challenge=${lie.challenge}`);
          const told = `${lie.name}: ${text}`;
          const { reasons, ui } = words[language];
          const came = read(lie.bundle);
          if (came[0] === BRACE && isWhole(came)) {
            assert.equal(tone, "red", told);
            assert.equal(title, ui.failed, told);
            assert.ok(text.includes(reasons[reason]), `${reason}, ${told}`);
          } else {
            // No proof came at all, or half of one: that may be the network's doing, and proves nothing
            // against the food
            assert.equal(tone, "amber", told);
            assert.equal(title, ui.notChecked, told);
            assert.ok(text.includes(came[0] === BRACE ? ui.cutAnswer : ui.strangeAnswer), told);
          }
          assert.equal(await page.locator(".step, .facts, .tick").count(), 0, told);
        }
      },
      // The server knows no such code, and says so to who asks without a browser that checks
      { language, expected: ["404"] },
    );
  });
}

test("there are lies enough", () => {
  assert.ok(LIES.length >= 80, `${LIES.length}`);
  const whole = LIES.map(({ bundle }) => read(bundle)).filter(
    (bytes) => bytes[0] === BRACE && isWhole(bytes),
  );
  assert.ok(LIES.length - whole.length < 12, `${LIES.length - whole.length}`);
});
