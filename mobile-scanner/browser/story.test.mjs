// The one story, from the first start to a recall, lived by hand: an office's browser, phones that
// read what its screens show, a box that streams, a shopper. Run with a fresh administrator's link in
// SANCHI_FIRST, the server's data folder in SANCHI_DATA and its program's folder in SANCHI_HOME: the
// bridge and the simulated box are started from there, with the settings that the console shows.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  closeBrowser,
  consoleWords,
  desk,
  judge,
  keptRuns,
  openContext,
  words as pageWords,
} from "../../web-ui/browser/sanchi.mjs";
import { codeOn } from "./clip.mjs";
import { address } from "./office.mjs";
import { Phone } from "./phone.mjs";

const { SANCHI_FIRST, SANCHI_DATA, SANCHI_HOME } = process.env;
const JAVA = process.env.JAVA ?? "java";
const skip = SANCHI_FIRST === undefined && "no first link: SANCHI_FIRST";
const SHOTS = process.env.SCREENSHOTS;
const w = consoleWords.ja;
const shop = pageWords.ja;

const MINUTE = 60_000;
// The whole story lies before this minute: every step of it is logged late, some of them by hours.
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;
const minutesAgo = (minutes) => NOW - minutes * MINUTE;

// Several stories may be told to one server
const mark = String(Date.now() % 100_000).padStart(5, "0");
const FARM = `綾北農園${mark}`;
const INSPECTORS = `宮崎検査協会${mark}`;
const HAULIER = `日向運送${mark}`;
const GROCER = `大田青果店${mark}`;
const LOT = `S${mark}`;
const HAULIERS_NUMBERS = `2${String(Date.now() % 100_000_000).padStart(8, "0")}`;

/** Day and time on a phone in Japan. */
function inJapan(time) {
  const [day, hour] = new Date(time).toLocaleString("sv-SE", { timeZone: "Asia/Tokyo" }).split(" ");
  return [day, hour.slice(0, 5)];
}
const daysAgo = (days) => inJapan(NOW - days * 24 * 60 * MINUTE)[0];

let context;
let page;
let open, press, field, fill, notice, heading;
const complaints = [];
const running = [];
let bridgeFolder;
/** The codes that screens have shown, as phones read them. */
const codes = {};
let colleague;
let serials;
let gtin;
let phone;

before(async () => {
  if (skip) return;
  context = await openContext({ language: "ja", width: 1280, height: 900 });
  page = await context.newPage();
  ({ open, press, field, fill, notice, heading } = desk(page));
  watch(page);
});

after(async () => {
  await phone?.context.close().catch(() => undefined);
  for (const one of running) one.kill("SIGKILL");
  if (bridgeFolder) rmSync(bridgeFolder, { force: true, maxRetries: 5, recursive: true });
  await context?.close();
  await closeBrowser();
});

function watch(screen) {
  screen.on("pageerror", (error) => complaints.push(String(error)));
  screen.on("console", (message) => {
    // Nobody is logged in yet
    const expected = /status of 401/.test(message.text());
    if (message.type() === "error" && !expected) complaints.push(message.text());
  });
}

const photograph = (screen, name) =>
  SHOTS && screen.screenshot({ path: join(SHOTS, `story-${name}.png`), fullPage: true });

async function until(what, ask) {
  for (const end = Date.now() + 60_000; ; ) {
    if (await ask()) return;
    assert.ok(Date.now() < end, `not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

// The office

async function workAs(name) {
  await open("organisations");
  await page.getByRole("link", { name, exact: true }).click();
  await heading(name);
  await press(w.organisations.workAs);
  await page.locator(".who", { hasText: name }).waitFor();
  await heading(w.work.title);
}

/** Another organisation, whose first administrator this browser is. */
async function admit(name, roles, prefix = "") {
  await open("organisations/new");
  await fill(w.first.nameJa, name);
  for (const role of roles) await page.getByLabel(w.roles[role], { exact: true }).check();
  const gln = page.locator("input[name=gln]");
  await until("a free number", async () => /^[0-9]{13}$/.test(await gln.inputValue()));
  await page.locator("input[name=prefix]").fill(prefix);
  await press(w.organisations.admit);
  await heading(name);
}

async function accredit(...schemes) {
  for (const scheme of schemes) {
    const box = page.locator("details", { hasText: w.organisations.grant });
    if ((await box.getAttribute("open")) === null) await box.locator("summary").click();
    await page.locator("input[name=what][value=scheme]").check();
    await page.locator("select[name=scheme]").selectOption(scheme);
    await press(w.organisations.grantButton);
    await page.locator(".rows", { hasText: w.schemes[scheme] }).waitFor();
  }
}

/** The invitation that the devices' screen then shows. */
async function invite(who, use) {
  await open("devices");
  await page.getByText(w.devices.invite, { exact: true }).click();
  await fill(w.devices.who, who);
  await page.getByLabel(w.devices.uses[use]).check();
  await press(w.devices.inviteButton);
  await page.locator(".invitation").waitFor();
}

/** Compares the codes, and enrols. */
async function enrol(code) {
  await page.locator(".box.amber .code", { hasText: code }).waitFor();
  await press(w.devices.same);
  await notice(w.devices.nowEnrolled);
}

/** A new phone, invited by the screen that is open to it, and by nothing else. */
async function newPhone(who) {
  await invite(who, "scanner");
  const invitation = await codeOn(page.locator(".invitation svg.qr"));
  phone = new Phone("ja");
  await phone.start({ showing: [invitation] });
  await phone.button(phone.words.ui.begin).click();
  const code = await phone.page.locator(".compare strong").innerText();
  await phone.see();
  await enrol(code);
  await phone.ready();
}

/** What the phone did, once the ledger has it. */
async function committed(count) {
  await phone.allSent();
  const records = await phone.records();
  const done = records.filter({ hasText: phone.words.ui.committed });
  await until(`${count} records on the ledger`, async () => (await done.count()) === count);
  await photograph(phone.page, `records-${mark}-${count}`);
  await phone.button(phone.words.ui.back).click();
}

/** Two codes in one picture. */
async function seeTwo(...texts) {
  await phone.see(...texts);
  await phone.page
    .getByText(phone.words.ui.readMany.replace("{count}", "2"))
    .waitFor({ timeout: 15_000 });
}

/**
 * A phone's part of the story, step by step: what is read, when it is said to have happened, and what
 * the step asks for. All of it is late, and logged where there is no network; the scanner is closed
 * and opened again before it is sent.
 */
async function live(steps) {
  await phone.allSent();
  await phone.context.setOffline(true);
  for (const { step, read, late, fill: answer } of steps) {
    await read();
    await phone.step(step).or(phone.button(phone.words.ui.others)).first().waitFor();
    await phone.late(...late);
    await photograph(phone.page, `step-${step}`);
    await phone.tap(step);
    await answer?.();
    await phone.saved(step);
    await phone.see();
  }
  await closeAndReopen(steps.length);
}

/** Closes the scanner without a network and opens it again, still without: then the network comes back. */
async function closeAndReopen(waiting) {
  await phone.page
    .locator(".bar[data-waiting=true]", { hasText: `${waiting}` })
    .filter({ hasText: phone.words.ui.offline })
    .waitFor();
  await phone.stop();
  await phone.start({ offline: true });
  await phone.page.locator(".bar[data-waiting=true]", { hasText: `${waiting}` }).waitFor();
  await phone.context.setOffline(false);
  await phone.allSent();
}

const partner = async (name) => {
  const search = phone.page.getByRole("searchbox");
  await phone.page.locator(".sheet[data-field=partner]").waitFor();
  if (await search.isVisible()) await search.fill(name);
  await phone.button(name).click();
};

// The story

let broken = false;

/** One act. Where one broke off, those behind it have nothing to stand on. */
const act = (name, live) =>
  test(name, { skip }, async (context) => {
    if (broken) return context.skip("the story broke off before");
    broken = true;
    await live();
    broken = false;
  });

act("the first link makes an administrator, who registers the farm", async () => {
  await page.goto(`${address}/${SANCHI_FIRST}`);
  await heading(w.first.title);
  await press(w.first.button);
  await heading(w.first.organisationTitle);
  await press(w.first.trial);
  await fill(w.first.nameJa, FARM);
  await page.getByLabel(w.roles.grower).check();
  await page.getByLabel(w.roles.processor).check();
  await press(w.first.admit);
  await heading(w.work.title);
});

act("admits the inspectors, the haulier and the grocer, each with its roles", async () => {
  await admit(INSPECTORS, ["inspector", "certifier"]);
  await accredit("jas-organic", "aya-grade");
  await admit(HAULIER, ["carrier"], HAULIERS_NUMBERS);
  await admit(GROCER, ["retailer"]);
});

act("invites a second administrator, whose browser is compared and enrolled", async () => {
  await invite("田中", "administrator");
  const link = await codeOn(page.locator(".invitation svg.qr"));
  const other = await openContext({ language: "ja", width: 390, height: 844 });
  colleague = await other.newPage();
  watch(colleague);
  await colleague.goto(link);
  await colleague.getByRole("button", { name: w.invitation.button }).click();
  const code = await colleague.locator(".code").innerText();
  await page.locator(".box.amber .code", { hasText: code }).waitFor();
  await press(w.devices.same);
  await notice(w.devices.nowEnrolled);
  await colleague.getByRole("heading", { level: 1, name: w.work.title }).waitFor();
});

act("describes a field, applies for a certificate, and the certifier grants it", async () => {
  await open("places/new");
  await fill(w.places.nameJa, "北俣のほ場");
  await fill(w.places.areaJa, "宮崎県綾町");
  await press(w.places.sign);
  await page.getByRole("link", { name: "北俣のほ場" }).click();
  codes.place = await codeOn(page.locator(".code-card svg.qr"));

  await open("certificates");
  await page.getByText(w.certificates.apply).first().click();
  await page.locator("select[name=scheme]").selectOption("jas-organic");
  await press(w.certificates.applyButton);
  await page.locator(".status-applied").first().waitFor();

  await workAs(INSPECTORS);
  await open("certificates");
  const application = page.locator(".box.amber", { hasText: FARM });
  await application.locator("input[name=from]").fill(daysAgo(300));
  await application.getByRole("button", { name: w.certificates.grant, exact: true }).click();
  await application.waitFor({ state: "detached" });
  await page.locator(".status-granted").first().waitFor();
});

act("makes the product with its limits and its claim, and the lot, weeks ago", async () => {
  await workAs(FARM);
  await open("products/new");
  await fill(w.products.nameJa, "小松菜 200g");
  await fill(w.lots.minimum, "0");
  await fill(w.lots.maximum, "10");
  await fill(w.lots.minutes, "20");
  await fill(w.lots.origin, "宮崎県綾町");
  await field(w.products.claim).selectOption("organic");
  await press(w.products.sign);
  await page.getByRole("link", { name: "小松菜 200g" }).waitFor();

  await open("lots/new");
  await fill(w.lots.lotName, LOT);
  await page.locator("input[name=day]").fill(daysAgo(41));
  await press(w.lots.sign);
  await heading(LOT);
  await page.getByText(w.codes.lot, { exact: true }).first().click();
  codes.lot = await codeOn(page.locator(".code-card svg.qr"));
  await photograph(page, "lot");
});

act("prints the labels, and a card for the crate", async () => {
  await open("labels");
  await fill(w.labels.count, "12");
  const download = page.waitForEvent("download");
  await press(w.labels.print);
  const pdf = readFileSync(await (await download).path());
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  await notice("12");
  [{ gtin, serials }] = await keptRuns(page);
  codes.labels = (await page.locator(".card .soft", { hasText: " – " }).innerText()).match(
    /[0-9A-Z]{4}-[0-9A-Z]{4}/g,
  );
  assert.equal(codes.labels.length, 2);

  await open("packing");
  await page.getByText(w.packing.unitCode).click();
  codes.unit = await codeOn(page.locator(".code-card svg.qr"));
  await photograph(page, "crate");
});

const label = (number) => `/01/${gtin}/21/${serials[number]}`;
const digits = () => codes.unit.slice(-18);

act("the grower's phone is invited by the code on the screen", async () => {
  await newPhone("綾");
  await phone.see(codes.place);
  await phone.page.locator(".notice", { hasText: "北俣のほ場" }).waitFor();
});

act("sows, harvests and cools without a network, and sends it when it is back", () =>
  live([
    {
      step: "sowing",
      read: () => phone.see(codes.lot),
      // Only the day is known
      late: [daysAgo(40)],
      fill: async () => {
        await phone.page.getByRole("textbox").fill("いなむら");
        await phone.button(phone.words.ui.ok).click();
      },
    },
    {
      step: "harvested",
      read: () => phone.type(LOT),
      late: inJapan(minutesAgo(300)),
      fill: () => phone.keys("48.5"),
    },
    {
      step: "cooled",
      read: () => phone.type(LOT),
      late: inJapan(minutesAgo(280)),
      fill: async () => {
        await phone.button("真空").click();
        await phone.keys("4");
      },
    },
    {
      step: "labels_bound",
      // First and last label in one picture
      read: () => seeTwo(label(0), label(11)),
      late: inJapan(minutesAgo(270)),
      fill: () => phone.type(LOT),
    },
  ]),
);

act("packs the bags into a crate in a shed without a network, and ships it", async () => {
  // Where a label can't be seen well its short code is typed; the server knows whose it is
  const [, last] = codes.labels;
  await phone.type(last);
  await phone.page.getByText(last).first().waitFor();
  await phone.button(phone.words.ui.clear).click();
  await live([
    {
      step: "packed",
      read: () => phone.see(label(0)),
      late: inJapan(minutesAgo(260)),
      fill: async () => {
        await phone.page.getByText(phone.words.ui.readLast).waitFor();
        await phone.see(label(11));
        // Its lot it knows: it has put the labels on itself
        await phone.page.getByText(phone.words.ui.readUnit).waitFor();
        await phone.see(codes.unit);
      },
    },
    {
      step: "shipped",
      read: () => phone.type(digits()),
      late: inJapan(minutesAgo(200)),
      fill: () => partner(HAULIER),
    },
  ]);
  await committed(6);
  await phone.stop();
});

act("an inspector's phone reads the lot's card and passes it", async () => {
  await workAs(INSPECTORS);
  await newPhone("検査員");
  await live([
    {
      step: "lot_inspected_conformant",
      read: () => phone.see(codes.lot),
      late: inJapan(minutesAgo(275)),
      fill: async () => {
        await phone.button(phone.words.schemes["aya-grade"]).click();
        await phone.button("金").click();
      },
    },
  ]);
  await committed(1);
  await phone.stop();
});

const sensor = {};

act("the haulier registers its box's sensor, and starts a bridge", async () => {
  await workAs(HAULIER);
  await open("devices");
  await page.getByText(w.sensors.register).first().click();
  await fill(w.sensors.name, "1 号車");
  await page.getByRole("button", { name: w.sensors.register }).click();
  await page.getByText(w.sensors.once).waitFor();
  for (const name of ["broker", "user", "password", "topic"]) {
    const row = page.locator(".box.amber dl > div", { hasText: w.sensors[name] });
    sensor[name] = await row.locator("code").innerText();
  }
  await photograph(page, "sensor");
  await page.locator(".rows summary", { hasText: w.codes.box }).click();
  codes.box = await codeOn(page.getByLabel("保冷箱の札"));

  await invite("ブリッジ", "bridge");
  const settings = await page.locator(".invitation pre").innerText();
  await photograph(page, "bridge");
  bridgeFolder = mkdtempSync(join(tmpdir(), "sanchi-bridge-"));
  // What the broker's operator gives: where it is, and the bridges' password
  copyFileSync(
    join(SANCHI_DATA, "bridge/local.properties"),
    join(bridgeFolder, "local.properties"),
  );
  writeFileSync(join(bridgeFolder, "bridge.properties"), settings);
  const bridge = spawn(JAVA, [
    `-Dsanchi.bridge.data=${bridgeFolder}`,
    "-Dsanchi.bridge.grace=1",
    "-Dsanchi.bridge.send=1",
    "-jar",
    join(SANCHI_HOME, "bridge/sanchi-bridge.jar"),
  ]);
  running.push(bridge);
  let said = "";
  for (const stream of [bridge.stdout, bridge.stderr]) {
    stream.on("data", (text) => {
      said += text;
    });
  }
  const shown = () => /short code is ([0-9A-Z-]+)/.exec(said)?.[1];
  await until("the bridge's short code", shown);
  await enrol(shown());
});

act("a driver loads the crate, ships it and unloads it where there is no network", async () => {
  await newPhone("運転手");
  await live([
    {
      step: "loaded",
      read: () => seeTwo(codes.unit, codes.box),
      late: inJapan(minutesAgo(150)),
    },
    {
      step: "shipped",
      read: () => phone.type(digits()),
      late: inJapan(minutesAgo(145)),
      fill: () => partner(GROCER),
    },
    {
      step: "unloaded",
      read: () => phone.type(digits()),
      late: inJapan(minutesAgo(60)),
      fill: async () => {
        await phone.page.getByText(phone.words.ui.readBox).waitFor();
        await phone.see(codes.box);
      },
    },
  ]);
  await committed(3);
  await phone.stop();
});

act("the box tells of the journey, ten minutes of which were warm", async () => {
  const box = spawn(JAVA, [
    "-cp",
    join(SANCHI_HOME, "bridge/*"),
    "jp.sanchi.demonstration.SimulatedBox",
    ...["broker", "user", "password", "topic"].map((name) => sensor[name]),
  ]);
  running.push(box);
  const readings = [];
  for (let minutes = 155; minutes >= 55; minutes -= 5) {
    const celsius = minutes === 100 || minutes === 95 ? 12.3 : 4;
    readings.push(`${minutesAgo(minutes)} ${celsius}\n`);
  }
  box.stdin.end(readings.join(""));
  let said = "";
  for (const stream of [box.stdout, box.stderr]) {
    stream.on("data", (text) => {
      said += text;
    });
  }
  const code = await new Promise((resolve) => box.on("exit", resolve));
  assert.equal(code, 0, said);
  await until("every reading in a signed window", async () => {
    const answer = await fetch(`${address}/api/bundles?subject=${encodeURIComponent(label(3))}`);
    const { readings: windows } = await answer.json();
    const leaves = (windows ?? []).flatMap((one) => one.at(-1));
    return leaves.length === readings.length;
  });
});

act(
  "a grocer's phone receives the crate in a cellar, sells a bag, and sends it later",
  async () => {
    await workAs(GROCER);
    await newPhone("店");
    await live([
      {
        step: "received",
        read: () => phone.see(codes.unit),
        late: inJapan(minutesAgo(50)),
      },
      {
        step: "sold",
        read: () => phone.see(label(3)),
        late: inJapan(minutesAgo(20)),
      },
    ]);
    await committed(2);
    await phone.stop();
  },
);

let shopper;

act("the shopper's page says: unchanged and complete, and how warm it was", async () => {
  shopper = await openContext({ language: "ja", width: 390, height: 844 });
  const visitor = await shopper.newPage();
  watch(visitor);
  const { tone, title, text } = await judge(visitor, label(3));
  await photograph(visitor, "page");
  assert.equal(title, shop.ui.passed, text);
  assert.equal(tone, "good");
  assert.ok(text.includes(shop.ui.completeUpTo.replace("{name}", GROCER)), text);
  assert.ok((await visitor.locator("h1").innerText()).includes("小松菜"));

  const warmth = await visitor.locator("#temperature").innerText();
  const limit = "0〜10\u00a0℃";
  for (const sentence of [
    shop.ui.temperatureRange.replace("{low}", "4.0").replace("{high}", "12.3"),
    shop.ui.measureAllowed
      .replace("{limit}", limit)
      .replace("{time}", "10\u00a0分")
      .replace("{allowed}", "20\u00a0分"),
  ]) {
    assert.ok(warmth.includes(sentence), `${sentence}\n${warmth}`);
  }
  assert.ok(!warmth.includes("測られていません"), warmth);

  const told = await visitor
    .locator("#timeline .step")
    .evaluateAll((steps) =>
      steps.map((step) => [
        step.querySelector("h4 > :not(.when)").firstChild.textContent,
        step.querySelector(".who").firstChild.textContent,
        step.querySelector(".tick") !== null,
      ]),
    );
  assert.deepEqual(
    told,
    [
      ["lot_commissioned", FARM],
      ["sowing", FARM],
      ["harvested", FARM],
      ["cooled", FARM],
      ["lot_inspected", INSPECTORS],
      ["labels_bound", FARM],
      ["packed", FARM],
      ["shipped", FARM],
      ["loaded", HAULIER],
      ["shipped", HAULIER],
      ["unloaded", HAULIER],
      ["received", GROCER],
      ["sold", GROCER],
    ].map(([kind, who]) => [shop.kinds[kind], who, true]),
  );
  const certificates = await visitor.locator("#certificates").innerText();
  assert.ok(certificates.includes(INSPECTORS), certificates);
  assert.ok(certificates.includes(shop.ui.thirdParty), certificates);
  await visitor.close();
});

act("the grower's office sees on the lot's page what the box measured", async () => {
  await workAs(FARM);
  await open(`lots/${gtin}/${LOT}`);
  await press(w.lots.boxesLoad);
  const curve = page.locator("section.curve");
  await curve.locator("path.line").first().waitFor();
  const [outside] = shop.ui.measureAllowed
    .replace("{limit}", "0〜10\u00a0℃")
    .replace("{time}", "10\u00a0分")
    .split("{allowed}");
  const said = await curve.locator("p").innerText();
  assert.ok(said.includes(outside), said);
  await photograph(page, "curve");
});

act("two people recall the lot, and the shopper's page turns red", async () => {
  await open("recall");
  await page.getByRole("link", { name: w.recall.see }).first().click();
  await page.locator(".counts").waitFor();
  await fill(w.recall.reason, "毒草がまざったおそれがあります");
  await fill(w.recall.advice, "食べずに、お店へお返しください");
  await fill(w.recall.contact, "0985-00-0000");
  await fill(w.recall.by, "北俣");
  await press(w.recall.review);
  await press(w.recall.plan);
  await page.getByText(w.recall.otherNeeded).waitFor();

  await colleague.goto(`${address}/console/#/recall`);
  for (const name of [w.recall.confirm, w.recall.confirmSure]) {
    await colleague.getByRole("button", { name, exact: true }).click();
  }
  await colleague.locator(".notice", { hasText: w.recall.nowInForce }).waitFor();

  const visitor = await shopper.newPage();
  watch(visitor);
  const { tone, title, text } = await judge(visitor, label(3));
  await photograph(visitor, "recalled");
  assert.equal(tone, "red");
  assert.equal(title, shop.ui.genuine, text);
  const recall = await visitor.locator(".alert[data-code=recalled]").innerText();
  assert.ok(recall.includes("食べずに、お店へお返しください"), recall);
  assert.ok(recall.includes("毒草がまざったおそれがあります"), recall);
  await shopper.close();
});

act("no browser had anything to complain about", () => {
  assert.deepEqual(complaints, []);
});
