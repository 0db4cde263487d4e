import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { address, api, Organisation } from "./office.mjs";
import { Phone } from "./phone.mjs";

// One farm and one phone go through it all, as they would in a week: what a test leaves, the next finds.
let farm;
let phone;

before(async () => {
  farm = await Organisation.admit({ ja: "北俣農園", en: "Kitamata Farm" }, ["grower", "processor"]);
});
after(() => phone?.context.close());

let lots = 0;
const newLot = () => `L${Date.now() % 1e8}${lots++}`;

/** A lot that is on the ledger. */
async function commissioned() {
  const lot = newLot();
  await farm.commission(lot);
  return lot;
}

for (const language of ["en", "ja"]) {
  test(`a phone is invited, compared and enrolled, and logs what its camera sees, in ${language}`, async () => {
    phone = await new Phone(language).enrol(farm, { photograph: true });
    const lot = newLot();
    await phone.usable();
    await phone.photograph("camera");
    await phone.see(farm.lotLink(lot));
    await phone.step("lot_commissioned").waitFor();
    await phone.photograph("steps");
    await phone.usable();
    assert.ok((await phone.page.locator(".sheet h1").innerText()).includes(lot));
    await phone.tap("lot_commissioned");
    await phone.photograph("place");
    await phone.button(language === "ja" ? "北俣ほ場" : "Kitamata field").click();
    await phone.saved();
    await phone.photograph("saved");
    await phone.usable();
    await phone.allSent();
    assert.equal(await farm.events(lot, 1), 1);
    const records = await phone.records();
    await records.filter({ hasText: phone.words.ui.committed }).waitFor();
    await phone.photograph("records");
    await phone.usable();
    // The code is still in view: nothing is logged twice, and the camera stays silent about it.
    await phone.button(phone.words.ui.back).click();
    await phone.page.waitForTimeout(1000);
    assert.equal(await phone.page.locator(".sheet").count(), 0);
    await phone.see();
    if (language === "en") await phone.stop();
  });
}

test("a harvest is weighed with large keys, and a sowing asks for the variety", async () => {
  const lot = await commissioned();
  await phone.type(farm.lotLink(lot));
  await phone.tap("sowing");
  await phone.page.getByRole("textbox").fill("いなむら");
  await phone.button(phone.words.ui.ok).click();
  await phone.saved();
  await farm.events(lot, 2);
  await phone.type(farm.lotLink(lot));
  await phone.tap("harvested");
  for (const key of ["4", "8", ".", "5"]) await phone.button(key).click();
  assert.match(await phone.page.locator(".number").innerText(), /48\.5/);
  await phone.photograph("kilograms");
  await phone.usable();
  await phone.button(phone.words.ui.ok).click();
  await phone.saved();
  assert.equal(await farm.events(lot, 3), 3);
  // A zero too many is asked about
  const { ui } = phone.words;
  const other = await commissioned();
  await phone.type(farm.lotLink(other));
  await phone.tap("harvested");
  await phone.keys("48500");
  await phone.page.getByRole("alert").filter({ hasText: "48500 kg" }).waitFor();
  await phone.usable();
  assert.equal(await farm.events(other), 1);
  await phone.button(ui.muchYes.replace("{number}", "48500").replace("{unit}", "kg")).click();
  await phone.saved();
  assert.equal(await farm.events(other, 2), 2);
  phone.fine();
});

test("what was done yesterday is logged for its day, and a time to come is refused", async () => {
  const { ui, steps } = phone.words;
  const lot = await commissioned();
  await phone.type(farm.lotLink(lot));
  await phone.page.locator(".when").click();
  await phone.usable();
  await phone.photograph("when");
  await phone.button(ui.otherTime).click();
  await phone.page.getByLabel(ui.day, { exact: true }).fill("2099-01-01");
  await phone.button(ui.ok).click();
  await phone.page.getByRole("alert").filter({ hasText: ui.future }).waitFor();
  await phone.usable();
  await phone.button(ui.back).click();
  await phone.page.locator(".when").click();
  await phone.button(ui.yesterday).click();
  await phone.page.locator(".when[data-late=true]").waitFor();
  await phone.usable();
  await phone.tap("weeding");
  await phone.saved();
  assert.equal(await farm.events(lot, 2), 2);
  const records = await phone.records();
  const [before, behind] = ui.loggedFor.split("{when}");
  const record = records.filter({ hasText: `${steps.weeding} ` }).first();
  await record.filter({ hasText: before }).filter({ hasText: behind }).waitFor();
  await phone.button(ui.back).click();
  // The next one is for now again
  await phone.type(farm.lotLink(lot));
  await phone.page.locator(".when[data-late=false]").waitFor();
  await phone.button(ui.clear).click();
  phone.fine();
});

test("a JAN names no lot, which the phone says; a GS1-128 on a crate or beside it works", async () => {
  const { ui } = phone.words;
  const gtin = /\/01\/([0-9]{14})\//.exec(farm.lotLink("A"))[1];
  const lot = await commissioned();
  // A JAN beside the label that is meant: nobody is told anything
  await phone.see(farm.lotLink(lot), { format: "EAN13", text: gtin.slice(1) });
  await phone.step("weeding").or(phone.button(ui.others)).first().waitFor();
  await phone.page.waitForTimeout(2_500);
  assert.equal(await phone.page.getByText(ui.productOnly).count(), 0);
  await phone.button(ui.clear).click();
  await phone.see({ format: "EAN13", text: gtin.slice(1) });
  await phone.page.getByText(ui.productOnly).waitFor();
  await phone.page.getByText(ui.productOnlyHelp).waitFor();
  await phone.usable();
  await phone.photograph("product-only");
  await phone.see();
  await phone.page.getByText(ui.productOnly).waitFor({ state: "detached" });
  await phone.see({ format: "ITF", text: gtin });
  await phone.page.getByText(ui.productOnly).waitFor();
  await phone.type(gtin.slice(1));
  await phone.page.getByRole("alert").filter({ hasText: ui.productOnly }).waitFor();
  await phone.button(ui.back).click();
  await phone.see({ format: "Code128", text: `(01)${gtin}(10)${lot}` });
  await phone.step("weeding").or(phone.button(ui.others)).first().waitFor();
  await phone.page.locator(".sheet h1", { hasText: lot }).waitFor();
  await phone.see();
  await phone.button(ui.clear).click();
  phone.fine();
});

test("もどす within five seconds leaves no trace, 取り消し later declares an error", async () => {
  const lot = await commissioned();
  await phone.type(farm.lotLink(lot));
  await phone.tap("weeding");
  await phone.saved();
  await phone.button(new RegExp(phone.words.ui.undo), false).click();
  await phone.page.getByText(phone.words.ui.undone).waitFor();
  await phone.page.waitForTimeout(6500);
  assert.equal(await farm.events(lot), 1);
  await phone.type(farm.lotLink(lot));
  await phone.tap("weeding");
  await farm.events(lot, 2);
  const records = await phone.records();
  await records.first().getByRole("button", { name: phone.words.ui.takeBack }).click();
  await phone.button(phone.words.ui.takeBackYes).click();
  assert.equal(await farm.events(lot, 3), 3);
  await records.filter({ hasText: phone.words.ui.takenBack }).first().waitFor();
  await phone.photograph("taken-back");
  await phone.button(phone.words.ui.back).click();
  phone.fine();
});

test("what was saved can be taken back until something else is read, after a question", async () => {
  const { ui } = phone.words;
  const lot = await commissioned();
  await phone.type(farm.lotLink(lot));
  await phone.tap("weeding");
  await farm.events(lot, 2);
  // Long after the seconds in which it would have left no trace
  const undo = phone.page.locator(".saved").getByRole("button", { name: ui.undo, exact: true });
  await undo.waitFor({ timeout: 10_000 });
  await phone.usable();
  await undo.click();
  const question = phone.page.getByRole("alertdialog");
  await question.waitFor();
  await phone.usable();
  assert.equal(await farm.events(lot), 2);
  await question.getByRole("button", { name: ui.takeBackYes }).click();
  assert.equal(await farm.events(lot, 3), 3);
  await phone.button(ui.back).click();
  await phone.type(farm.lotLink(lot));
  await phone.tap("weeding");
  await phone.saved();
  await phone.type(farm.lotLink(lot));
  await phone.page.locator(".sheet").waitFor();
  assert.equal(await phone.page.locator(".saved").count(), 0);
  await phone.button(ui.clear).click();
  phone.fine();
});

test("a void label among others is named, and the others are logged without it", async () => {
  const { ui } = phone.words;
  const lot = await commissioned();
  const labels = await farm.print("K7Q2");
  await farm.voidLabel("K7Q2", 1);
  await phone.type(labels[0]);
  await phone.tap("labels_bound");
  await phone.type(labels[3]);
  await phone.type(farm.lotLink(lot));
  await phone.saved();
  const records = await phone.records();
  const refused = records.filter({ hasText: ui.labelsVoided.split("{labels}")[1] });
  await refused.filter({ hasText: "2" }).waitFor({ timeout: 20_000 });
  // Never both: that all was sent, and that something was not taken
  assert.ok(!(await phone.bar()).includes(ui.allSent));
  assert.equal(await refused.getByRole("button", { name: ui.again, exact: true }).count(), 0);
  await phone.photograph("labels-refused");
  await phone.usable();
  await refused.getByRole("button", { name: ui.withoutThem.replace("{count}", "3") }).click();
  await refused.waitFor({ state: "detached" });
  await records.first().filter({ hasText: ui.committed }).waitFor({ timeout: 20_000 });
  await phone.allSent();
  await phone.button(ui.back).click();
  const { runs } = await api("GET", "runs", undefined, farm.session);
  const uses = runs[0].uses.map(({ first, last, use }) => `${use} ${first}-${last}`).sort();
  assert.deepEqual(uses, ["bound 0-0", "bound 2-3", "voided 1-1"]);
  phone.fine();
});

test("a camera with a lamp has a button for it", async () => {
  const { ui } = phone.words;
  assert.equal(await phone.button(ui.torchOn).count(), 0);
  await phone.page.addInitScript(() => {
    // What a phone's own camera says and does; a fake one has no lamp
    const track = MediaStreamTrack.prototype;
    track.getCapabilities = () => ({ torch: true });
    track.applyConstraints = async (asked) => {
      globalThis.lamp = asked.advanced[0].torch;
    };
  });
  await phone.page.reload();
  await phone.button(ui.torchOn).click();
  await phone.button(ui.torchOff).waitFor();
  assert.equal(await phone.page.evaluate(() => globalThis.lamp), true);
  await phone.usable();
  await phone.photograph("torch");
  await phone.button(ui.torchOff).click();
  await phone.button(ui.torchOn).waitFor();
  assert.equal(await phone.page.evaluate(() => globalThis.lamp), false);
  phone.fine();
});

test("in the dark it is dark, and can be read", async () => {
  const { ui } = phone.words;
  const lot = await commissioned();
  await phone.page.emulateMedia({ colorScheme: "dark" });
  await phone.usable();
  await phone.type(farm.lotLink(lot));
  await phone.step("weeding").or(phone.button(ui.others)).first().waitFor();
  await phone.usable();
  await phone.photograph("dark-steps");
  await phone.tap("harvested");
  await phone.page.locator(".about", { hasText: lot }).waitFor();
  await phone.usable();
  await phone.photograph("dark-keys");
  await phone.button(ui.back).click();
  await phone.button(ui.clear).click();
  await phone.records();
  await phone.usable();
  await phone.photograph("dark-records");
  await phone.button(ui.back).click();
  await phone.button(ui.settings).click();
  await phone.usable();
  await phone.button(ui.back).click();
  await phone.page.emulateMedia({ colorScheme: "light" });
  phone.fine();
});

test("without a network everything goes on, and a phone that died sends it after its restart", async () => {
  const lot = await commissioned();
  // Once more with the network, so that the worker has everything
  await phone.page.waitForFunction(
    () =>
      navigator.serviceWorker.controller !== null || navigator.serviceWorker.ready.then(() => true),
  );
  await phone.context.setOffline(true);
  await phone.page.reload();
  await phone.type(farm.lotLink(lot));
  await phone.tap("irrigating");
  await phone.saved();
  await phone.page.locator(".bar", { hasText: phone.words.ui.offline }).waitFor();
  await phone.page.waitForTimeout(6000);
  assert.match(await phone.bar(), /1/);
  await phone.photograph("offline");
  await phone.kill();
  assert.equal(await farm.events(lot), 1);

  await phone.start({ offline: true });
  await phone.page.locator(".bar[data-waiting=true]", { hasText: "1" }).waitFor();
  await phone.page.waitForTimeout(2000);
  assert.equal(await farm.events(lot), 1);
  await phone.context.setOffline(false);
  await phone.allSent();
  assert.equal(await farm.events(lot, 2), 2);
  phone.fine();
});

test("a reload in the middle of a step goes on in the middle of it", async () => {
  const lot = await commissioned();
  await phone.type(farm.lotLink(lot));
  await phone.tap("harvested");
  await phone.page.reload();
  await phone.button("7").click();
  await phone.button(phone.words.ui.ok).click();
  await phone.saved();
  assert.equal(await farm.events(lot, 2), 2);
  phone.fine();
});

test("the back button goes back one step and never loses the scanner", async () => {
  await phone.type(farm.lotLink(newLot()));
  await phone.step("lot_commissioned").waitFor();
  await phone.page.goBack();
  await phone.page.locator(".sheet").waitFor({ state: "detached" });
  assert.ok(phone.page.url().includes("/scan/"));
  phone.fine();
});

test("two taps of one glove log once, and the phone has it within a moment", async () => {
  const lot = await commissioned();
  await phone.type(farm.lotLink(lot));
  await phone.step("harvested").waitFor();
  const others = phone.button(phone.words.ui.others);
  if (await others.isVisible()) await others.click();
  const took = await phone.page.evaluate(
    (name) =>
      new Promise((resolve) => {
        const button = [...document.querySelectorAll("button.step")].find(
          ({ textContent }) => textContent === name,
        );
        const began = performance.now();
        new MutationObserver((_, observer) => {
          if (document.querySelector(".saved") === null) return;
          observer.disconnect();
          resolve(performance.now() - began);
        }).observe(document.body, { childList: true, subtree: true });
        button.click();
        button.click();
      }),
    phone.words.steps.irrigating,
  );
  console.log(`from the tap to the phone's disk: ${took.toFixed(0)} ms`);
  await phone.allSent();
  assert.equal(await farm.events(lot, 2), 2);
  phone.fine();
});

test("two tabs send one event", async () => {
  const lot = await commissioned();
  const second = await phone.context.newPage();
  phone.watch(second);
  await second.goto(`${new URL(phone.page.url()).origin}/scan/`);
  await second.locator(".foot").waitFor();
  await phone.type(farm.lotLink(lot));
  await phone.tap("weeding");
  await phone.saved();
  await farm.events(lot, 2);
  await phone.page.waitForTimeout(2000);
  assert.equal(await farm.events(lot), 2);
  await second.getByText(phone.words.ui.allSent).waitFor();
  await second.close();
  phone.fine();
});

test("many codes in one picture are counted once, and a foreign one is refused with a reason", async () => {
  const lot = newLot();
  const links = Array.from({ length: 12 }, (_, at) => farm.lotLink(`${lot}${at}`));
  await phone.see(...links);
  await phone.page
    .getByText(phone.words.ui.readMany.replace("{count}", "12"))
    .waitFor({ timeout: 15_000 });
  await phone.photograph("many");
  await phone.page.waitForTimeout(1500);
  await phone.page.getByText(phone.words.ui.readMany.replace("{count}", "12")).waitFor();
  await phone.button(phone.words.ui.clear).click();
  await phone.see("https://example.com/menu");
  await phone.page
    .locator(".notice[data-bad=true]", { hasText: phone.words.ui.wrongCode })
    .waitFor();
  await phone.photograph("wrong");
  await phone.see();
  phone.fine();
});

test("every language is chosen in the settings, and fits the smallest screen", async () => {
  const lot = await commissioned();
  for (const [language, name] of [
    ["easy", "やさしい にほんご"],
    ["en", "English"],
    ["ja", "日本語"],
  ]) {
    await phone.button(phone.words.ui.settings).click();
    await phone.button(name).click();
    phone.language = language;
    await phone.page.getByRole("heading", { level: 1, name: phone.words.ui.settings }).waitFor();
    await phone.usable();
    await phone.button(phone.words.ui.back).click();
    await phone.type(farm.lotLink(lot));
    await phone.step("harvested").waitFor();
    await phone.photograph("languages");
    await phone.usable();
    await phone.button(phone.words.ui.others).click();
    await phone.step("weeding").waitFor();
    await phone.usable();
    await phone.step("harvested").click();
    await phone.button("4").waitFor();
    await phone.usable();
    await phone.page.goBack();
    await phone.step("harvested").waitFor();
    await phone.button(phone.words.ui.clear).click();
  }
  phone.fine();
});

test("a refused camera is explained, and typing works without it", async () => {
  const lot = await commissioned();
  await phone.stop();
  await phone.start({ camera: false });
  await phone.page.locator(".note").waitFor();
  await phone.photograph("no-camera");
  await phone.usable();
  await phone.type(lot);
  await phone.tap("weeding");
  await phone.saved();
  assert.equal(await farm.events(lot, 2), 2);
  phone.fine();
});

test("a clock that is more than a day fast is said, and what was refused for it can be sent again", async () => {
  const lot = await commissioned();
  await phone.page.clock.install({ time: Date.now() + 30 * 3_600_000 });
  await phone.page.reload();
  await phone.page.locator(".clock").waitFor({ timeout: 15_000 });
  await phone.photograph("clock");
  await phone.type(farm.lotLink(lot));
  await phone.tap("weeding");
  await phone.saved();
  const records = await phone.records();
  await records.filter({ hasText: phone.words.reasons.future_event }).waitFor({ timeout: 20_000 });
  await phone.photograph("refused");
  assert.equal(await farm.events(lot), 1);
  await phone.stop();
  await phone.start();
  await (await phone.records())
    .first()
    .getByRole("button", { name: phone.words.ui.againNow })
    .click();
  assert.equal(await farm.events(lot, 2), 2);
  await phone.button(phone.words.ui.back).click();
  phone.fine();
});

test("one phone holds several enrolments, and the chip says as whom", async () => {
  const shop = await Organisation.admit({ ja: "まちの八百屋", en: "Machi Greengrocer" }, [
    "retailer",
  ]);
  const made = await shop.invite("店", "ja");
  await phone.see(made.url);
  await phone.button(phone.words.ui.begin).click();
  await phone.page.locator(".compare strong").waitFor();
  await shop.enrol((await shop.offer(made.id)).offer);
  await phone.see();
  const chip = phone.page.locator("button.chip");
  await chip.filter({ hasText: "まちの八百屋" }).waitFor();
  await chip.click();
  await phone.photograph("as-whom");
  await phone.button("北俣農園").click();
  await chip.filter({ hasText: "北俣農園" }).waitFor();
  phone.fine();
});

test("a co-operative's phone logs for its grower, and the page says who recorded it", async () => {
  const name = { ja: "綾町農協", en: "Aya Co-operative" };
  const office = await Organisation.admit(name, ["processor"]);
  const clerk = await new Phone("ja").enrol(office);
  await farm.appoint(office);
  const lot = await commissioned();
  const { ui } = clerk.words;
  // The handbook brings it within a minute, or at once where the scanner is opened
  await clerk.page.reload();
  const chip = clerk.page.locator("button.chip");
  await chip.and(clerk.page.locator(":enabled")).waitFor({ timeout: 20_000 });
  await chip.click();
  await clerk.button(ui.onBehalf.replace("{name}", "北俣農園"), false).click();
  await chip.filter({ hasText: "北俣農園" }).waitFor();
  await clerk.type(farm.lotLink(lot));
  await clerk.tap("weeding");
  await clerk.saved("weeding");
  assert.equal(await farm.events(lot, 2), 2);
  await clerk.allSent();

  const page = await clerk.context.newPage();
  await page.goto(address + farm.lotLink(lot));
  await page.locator("#verdict [data-tone=good]").waitFor();
  const step = page.locator("#timeline .step", { hasText: "草" });
  assert.match(await step.innerText(), /北俣農園[\s\S]*綾町農協/);
  await page.close();
  await clerk.stop();
});

test("a phone that was revoked says so and sends nothing more", async () => {
  const lot = await commissioned();
  await farm.revoke(phone.kid);
  await phone.page.reload();
  await phone.page.locator(".clock", { hasText: phone.words.ui.revoked }).waitFor();
  await phone.type(farm.lotLink(lot));
  await phone.tap("weeding");
  const records = await phone.records();
  await records.filter({ hasText: phone.words.reasons.key_revoked }).waitFor({ timeout: 20_000 });
  assert.equal(await farm.events(lot), 1);
  await phone.photograph("revoked");
  phone.fine();
});
