// What a phone must know of goods before it lets somebody hand them on, and what it must not lose.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Organisation, sscc } from "./office.mjs";
import { Phone } from "./phone.mjs";

let farm;
let shop;
let phone;
let till;
let ui;

before(async () => {
  farm = await Organisation.admit({ ja: "いけす水産", en: "Cage Fishery" }, [
    "fisher",
    "processor",
  ]);
  shop = await Organisation.admit({ ja: "うみの魚屋", en: "Sea Fishmonger" }, ["retailer"]);
  phone = await new Phone("ja").enrol(farm);
  till = await new Phone("ja").enrol(shop);
  ({ ui } = phone.words);
});
after(async () => {
  await phone?.context.close();
  await till?.context.close();
});

let made = 0;
const newLot = () => `G${Date.now() % 1e8}${made++}`;
const unit = () => sscc(farm.prefix, (Date.now() % 1e6) + made++);

async function commissioned() {
  const lot = newLot();
  await farm.commission(lot);
  return lot;
}

/** Until the server's copy has what was just recorded: it may be a second behind. */
async function read(one, code, shows) {
  for (const until = Date.now() + 20_000; ; ) {
    await one.type(code);
    await one.page.locator(".sheet").waitFor();
    if (
      await one.page
        .locator(".sheet", { hasText: shows })
        .waitFor({ timeout: 2_500 })
        .then(
          () => true,
          () => false,
        )
    )
      return;
    assert.ok(Date.now() < until, `never showed ${shows}`);
    await one.button(ui.clear).click();
  }
}

test("a pallet tells what it holds and who sent it, and a recalled lot in it stops it", async () => {
  const lot = await commissioned();
  const [crate, pallet] = [unit(), unit()];
  await farm.packLot(lot, crate, 20);
  await farm.stack(crate, pallet);
  await farm.ship(pallet, shop);
  await read(till, pallet, "いけす水産 から うみの魚屋 へ");
  const sheet = till.page.locator(".sheet");
  assert.match(await sheet.innerText(), new RegExp(`パレット[\\s\\S]*1箱・小松菜 ${lot} 20\\skg`));
  await till.usable();
  await till.photograph("pallet");
  await till.button(ui.clear).click();

  await farm.recall(lot);
  await read(till, pallet, ui.recalled);
  await till.page.locator(".sheet[data-recalled=true]").waitFor();
  const told = await sheet.innerText();
  assert.ok(told.includes(`小松菜 ${lot}`) && told.includes("いけす水産"), told);
  await till.photograph("recalled");
  await till.usable();
  const names = await sheet.locator(".steps button").allInnerTexts();
  assert.equal(names[0], till.words.steps.returned);
  assert.ok(!names.includes(till.words.steps.shipped), names.join());
  const others = till.button(ui.others);
  if (await others.isVisible()) await others.click();
  await till.button(ui.unusual).click();
  await till.step("shipped").click();
  const question = till.page.getByRole("alert").filter({ hasText: lot });
  await question.waitFor();
  await till.photograph("recalled-ask");
  await till.usable();
  await till.button(ui.cancel).click();
  await till.button(ui.clear).click();
  till.fine();
});

test("what was sent to another is taken in after a question only", async () => {
  const lot = await commissioned();
  const crate = unit();
  await farm.packLot(lot, crate, 5);
  await farm.ship(crate, shop);
  await read(phone, crate, "うみの魚屋 へ");
  await phone.tap("received");
  await phone.page.getByRole("alert").filter({ hasText: "うみの魚屋" }).waitFor();
  assert.equal(await phone.page.locator(".saved").count(), 0);
  await phone.button(ui.cancel).click();
  await phone.button(ui.clear).click();
  await read(till, crate, "うみの魚屋 へ");
  await till.tap("received");
  await till.saved("received");
  phone.fine();
});

test("a lot made a moment ago is found by its name; without a network it is said that nobody could look", async () => {
  const lot = await commissioned();
  await phone.type(lot.toLowerCase());
  await phone.page.locator(".sheet h1", { hasText: lot }).waitFor();
  await phone.button(ui.clear).click();
  await phone.type("NOBODY-HAS-THIS");
  await phone.page.getByRole("alert").filter({ hasText: ui.wrongTyped }).waitFor();
  await phone.usable();
  await phone.photograph("typing");
  await phone.button(ui.back).click();
  // Another organisation's: found, and nothing to do
  const other = await Organisation.admit({ ja: "となり農園", en: "Next Farm" }, ["grower"]);
  const neighbour = await new Phone("ja").enrol(other);
  await neighbour.type(lot);
  await neighbour.page.getByText(ui.foreignLot.replace("{name}", "いけす水産")).waitFor();
  await neighbour.usable();
  await neighbour.button(ui.clear).click();
  await neighbour.context.setOffline(true);
  await neighbour.type(lot);
  await neighbour.page.getByRole("alert").filter({ hasText: ui.offlineMiss }).waitFor();
  await neighbour.stop();
  phone.fine();
});

test("a harvest within a withdrawal period asks first, and names drug and day; fish are landed", async () => {
  const lot = await commissioned();
  const end = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
  await farm.record("treatment", lot, ["other", "in_progress"], {
    "sanchi:dose": "20 mg",
    "sanchi:product": "アンピシリン",
    "sanchi:withdrawalEnd": end,
  });
  await farm.events(lot, 2);
  await phone.type(farm.lotLink(lot));
  await phone.button(ui.landed).click();
  await phone.page.getByRole("alert").filter({ hasText: "アンピシリン" }).waitFor();
  await phone.photograph("withdrawal");
  await phone.usable();
  await phone.button(ui.askYes.replace("{step}", ui.landed)).click();
  // A keyboard of its own types as well
  await phone.page.locator(".keys").waitFor();
  await phone.page.keyboard.type("12.5");
  await phone.page.keyboard.press("Enter");
  await phone.page.locator(".saved", { hasText: "12.5 kg" }).waitFor();
  assert.equal(await farm.events(lot, 3), 3);
  phone.fine();
});

test("a card on the wall and a crate in one picture are logged without a tap", async () => {
  const lot = await commissioned();
  const crate = unit();
  await farm.packLot(lot, crate, 5);
  await farm.ship(crate, shop);
  await read(till, crate, "うみの魚屋 へ");
  await till.button(ui.clear).click();
  await till.page.waitForTimeout(3_500);
  await till.see("/scan/#do=received", `/00/${crate}`);
  await till.saved("received");
  await till.photograph("card");
  await till.see();
  till.fine();
});

test("a pack's lot is not asked for again, a crate full of packs is no pallet, and a pallet is shipped next", async () => {
  const lot = await commissioned();
  const labels = await farm.print("G7Q2");
  const [crate, other, pallet] = [unit(), unit(), unit()];
  await phone.type(labels[0]);
  await phone.tap("labels_bound");
  await phone.type(labels[3]);
  await phone.type(farm.lotLink(lot));
  await phone.saved("labels_bound");
  await farm.events(lot, 1);
  // The phone knows it from its own record, before the server does
  await phone.type(labels[0]);
  await phone.page.locator(".sheet", { hasText: lot }).waitFor();
  await phone.photograph("pack");
  await phone.tap("packed");
  await phone.type(labels[1]);
  await phone.page.getByText(ui.readUnit).waitFor();
  assert.match(await phone.page.locator(".about").innerText(), new RegExp(`2枚・.*${lot}`));
  await phone.type(crate);
  const said = phone.page.locator(".saved", { hasText: phone.words.steps.packed });
  assert.match(await said.innerText(), new RegExp(crate.slice(-6)));
  await phone.type(other);
  await phone.tap("packed_unit");
  await phone.type(crate);
  await phone.page.locator(".notice[data-bad=true]", { hasText: ui.notPallet }).waitFor();
  await phone.usable();
  await phone.button(ui.back).click();
  await phone.button(ui.clear).click();
  await phone.type(crate);
  await phone.page.locator(".sheet", { hasText: ui.packCount.replace("{count}", "2") }).waitFor();
  await phone.tap("packed_unit");
  await phone.type(pallet);
  await phone.saved("packed_unit");
  await phone.type(pallet);
  const sheet = phone.page.locator(".sheet");
  await sheet.filter({ hasText: `${ui.thing_pallet} …${pallet.slice(-6)}` }).waitFor();
  assert.match(await sheet.innerText(), new RegExp(`1箱・2パック・小松菜 ${lot}`));
  assert.equal(await sheet.locator(".steps button").first().innerText(), phone.words.steps.shipped);
  await phone.usable();
  await phone.step("shipped").click();
  await phone.page.getByRole("searchbox").fill("ほげほげ");
  await phone.page.getByText(ui.noMatch.replace("{wanted}", "ほげほげ")).waitFor();
  // In the other kana
  await phone.page.getByRole("searchbox").fill("ウミノ");
  await phone.button("うみの魚屋").first().click();
  await phone.page.locator(".saved", { hasText: "うみの魚屋 へ" }).waitFor();
  await phone.allSent();
  phone.fine();
});

test("a void label offers a new one, and neither a crate nor a sale", async () => {
  const labels = await farm.print("V7Q2");
  await farm.voidLabel("V7Q2", 1);
  await read(phone, labels[1], ui.labelVoided);
  const sheet = phone.page.locator(".sheet");
  for (const id of ["packed", "sold", "labels_bound"]) {
    assert.ok(!(await sheet.innerText()).includes(phone.words.steps[id]), id);
  }
  await phone.usable();
  await phone.button(ui.clear).click();
  phone.fine();
});

test("two keys of one organisation are told apart, and one that was revoked is gone", async () => {
  const made = await farm.invite("二台目", "ja");
  await phone.button(ui.settings).click();
  await phone.button(ui.add).click();
  await phone.page.getByText(ui.addHelp).waitFor();
  await phone.usable();
  await phone.page.getByLabel(ui.inviteLink).fill(new URL(made.url, phone.page.url()).href);
  await phone.button(ui.ok).click();
  await phone.button(ui.begin).click();
  await phone.page.locator(".compare strong").waitFor();
  const { offer } = await farm.offer(made.id);
  await farm.enrol(offer);
  await phone.page.locator("button.chip").click();
  const choices = phone.page.locator(".steps.one button");
  assert.equal(await choices.count(), 2);
  const texts = await choices.allInnerTexts();
  assert.notEqual(texts[0], texts[1]);
  assert.ok(
    texts.some((text) => text.includes(offer.shortCode)),
    texts.join(),
  );
  await phone.usable();
  await phone.photograph("twins");
  await choices.filter({ hasText: offer.shortCode }).click();
  await farm.revoke(offer.kid);
  await phone.page.reload();
  await phone.page.locator(".clock", { hasText: ui.revoked }).waitFor();
  await phone.page.locator("button.chip").click();
  await choices.first().waitFor();
  assert.equal(await choices.count(), 1);
  await choices.first().click();
  phone.fine();
});

test("a crate that was looked away from does not join what is read next", async () => {
  const lot = await commissioned();
  const crate = unit();
  await phone.type(crate);
  await phone.page.locator(".sheet").waitFor();
  await phone.records();
  await phone.button(ui.back).click();
  await phone.type(lot);
  await phone.page.locator(".sheet h1", { hasText: lot }).waitFor();
  await phone.page.locator(".notice", { hasText: crate.slice(-6) }).waitFor();
  await phone.button(ui.clear).click();
  phone.fine();
});

test("a record that was refused takes its 保存しました with it, and is deleted after a question", async () => {
  const lot = await commissioned();
  await phone.context.route("**/api/events/*", async (route) => {
    const response = await route.fetch();
    const body = { ...(await response.json()), status: "refused", reason: "not_your_lot" };
    await route.fulfill({ status: 200, json: body });
  });
  await phone.type(farm.lotLink(lot));
  await phone.tap("feeding");
  await phone.page.getByRole("textbox").fill("EP");
  await phone.button(ui.ok).click();
  await phone.keys("3");
  await phone.saved("feeding");
  await phone.page.locator(".saved").waitFor({ state: "detached", timeout: 20_000 });
  await phone.button(new RegExp(ui.refusedCount.split("{count}")[1]), false).click();
  await phone.context.unroute("**/api/events/*");
  const record = phone.page.locator(".records li").first();
  await record.getByRole("button", { name: ui.drop, exact: true }).click();
  await record.getByText(ui.dropAsk).waitFor();
  await phone.usable();
  await record.getByRole("button", { name: ui.dropYes }).click();
  await record.getByText(ui.dropAsk).waitFor({ state: "detached" });
  await phone.button(ui.back).click();
  phone.fine();
});

test("what is cleared away under the open page is put back, and everything is sent", async () => {
  const lot = await commissioned();
  await phone.allSent();
  const debug = await phone.context.newCDPSession(phone.page);
  await debug.send("Storage.clearDataForOrigin", {
    origin: new URL(phone.page.url()).origin,
    storageTypes: "indexeddb",
  });
  await phone.type(farm.lotLink(lot));
  await phone.tap("cooled");
  await phone.button(phone.words.options.氷).click();
  await phone.keys("2");
  await phone.saved("cooled");
  await phone.page.locator(".clock", { hasText: ui.restored }).waitFor();
  await phone.usable();
  assert.equal(await farm.events(lot, 2), 2);
  await phone.page.reload();
  await phone.ready();
  phone.fine();
});

test("a record whose key is gone says what to do, and goes out with the phone's next key", async () => {
  const lot = await commissioned();
  const worn = await new Phone("ja").enrol(farm);
  await worn.context.setOffline(true);
  await worn.type(lot);
  await worn.tap("cooled");
  await worn.button(worn.words.options.氷).click();
  await worn.keys("2");
  await worn.saved("cooled");
  await worn.page.locator(".bar[data-waiting=true]", { hasText: "1" }).waitFor();
  // As a browser does that makes room for something else
  await worn.page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.open("sanchi-scan").onsuccess = ({ target }) => {
          const gone = target.result.transaction("enrolment", "readwrite");
          gone.objectStore("enrolment").clear();
          gone.oncomplete = () => {
            location.reload();
            resolve();
          };
        };
      }),
  );
  await worn.page
    .getByRole("alert")
    .filter({ hasText: ui.orphans.split("。")[0].replace("{count}", "1") })
    .waitFor();
  await worn.usable();
  await worn.photograph("orphans");
  await worn.context.setOffline(false);
  const made = await farm.invite("田中", "ja");
  await worn.page.goto(new URL(made.url, worn.page.url()).href);
  await worn.button(ui.begin).click();
  await worn.page.locator(".compare strong").waitFor();
  await farm.enrol((await farm.offer(made.id)).offer);
  await worn.allSent();
  assert.equal(await farm.events(lot, 2), 2);
  await worn.stop();
});

test("an invitation survives a reload, and whoever comes second is told at once", async () => {
  const made = await farm.invite("田中", "ja");
  const first = await new Phone("en").start({ path: made.url });
  const english = first.words.ui;
  await first.button(english.begin).waitFor();
  // In the browser's language, with the choice of another
  await first.button("日本語").waitFor();
  await first.photograph("invitation");
  await first.usable();
  await first.page.reload();
  await first.button(english.begin).click();
  await first.page.locator(".compare strong").waitFor();
  const second = await new Phone("ja").start({ path: made.url });
  await second.page.getByRole("alert").filter({ hasText: ui.inviteUsed }).waitFor();
  assert.equal(await second.button(ui.retry).count(), 0);
  assert.equal(await second.button(ui.begin).count(), 0);
  assert.ok(!(await second.bar()).includes(ui.allSent));
  await second.usable();
  await second.stop();
  await first.stop();
});
