// A phone: Chromium with a fake camera and a memory of its own.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { clip, show } from "./clip.mjs";
import { address } from "./office.mjs";

export const words = Object.fromEntries(
  ["ja", "easy", "en"].map((one) => [
    one,
    JSON.parse(readFileSync(new URL(`../src/words/${one}.json`, import.meta.url), "utf8")),
  ]),
);
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const SCREEN = { width: 390, height: 844 };
const LOCALES = { ja: "ja-JP", easy: "ja-JP", en: "en-GB" };

export class Phone {
  constructor(language = "ja") {
    this.language = language;
    this.folder = mkdtempSync(join(tmpdir(), "sanchi-phone-"));
    this.film = join(this.folder, "camera.y4m");
    clip(this.film);
    this.complaints = [];
    this.expected = [];
  }

  /** Switches it on: what it remembered is there again. */
  async start({ camera = true, path = "/scan/", offline = false, showing = [] } = {}) {
    await show(this.film, showing);
    this.context = await chromium.launchPersistentContext(join(this.folder, "profile"), {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: camera
        ? [
            ...FLAGS,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            `--use-file-for-fake-video-capture=${this.film}`,
          ]
        : [...FLAGS, "--use-fake-device-for-media-stream", "--deny-permission-prompts"],
      ignoreHTTPSErrors: true,
      locale: LOCALES[this.language],
      timezoneId: "Asia/Tokyo",
      viewport: SCREEN,
      hasTouch: true,
      serviceWorkers: "allow",
    });
    await this.context.setOffline(offline);
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
    this.watch(this.page);
    await this.page.goto(address + path);
    await this.page.locator("#scan > *").first().waitFor();
    return this;
  }

  watch(page) {
    const complain = (text) => {
      if (!this.expected.some((one) => text.includes(one))) this.complaints.push(text);
    };
    page.on("pageerror", (error) => complain(String(error.stack ?? error)));
    page.on("console", (message) => {
      const text = `${message.text()} ${message.location().url}`;
      // A request that the network or the server refuses is the scanner's to explain, not a fault.
      if (message.type() === "error" && !text.includes("Failed to load resource")) complain(text);
    });
  }

  /** The browser has complained about nothing. */
  fine() {
    assert.deepEqual(this.complaints, []);
  }

  async stop() {
    await this.context.close();
    this.fine();
  }

  /** As the battery dies: no page is asked. */
  async kill() {
    await this.context.browser()?.close();
    await this.context.close().catch(() => undefined);
  }

  /** What the camera sees from now on: texts of QR codes, paths of ours, or `{ format, text }` of barcodes. */
  see(...codes) {
    return show(
      this.film,
      codes.map((code) =>
        typeof code === "string" && code.startsWith("/") ? address + code : code,
      ),
    );
  }

  /** A code so scratched that nobody can read it. */
  seeTorn(text) {
    return show(this.film, [address + text], { torn: true });
  }

  /** With the words of the dictionary in the phone's language. */
  get words() {
    return words[this.language];
  }

  button(name, exact = true) {
    return this.page.getByRole("button", { name, exact });
  }

  step(id) {
    return this.button(this.words.steps[id]);
  }

  async type(code) {
    await this.button(this.words.ui.type).click();
    await this.page.getByLabel(this.words.ui.typeLabel).fill(code);
    await this.button(this.words.ui.ok).click();
  }

  /** Opens a further step, behind its button where it is not suggested. */
  async tap(id) {
    const others = this.button(this.words.ui.others);
    await this.step(id).or(others).first().waitFor();
    if (!(await this.step(id).isVisible())) await others.click();
    await this.step(id).click();
  }

  bar() {
    return this.page.locator(".bar").innerText();
  }

  /** Waits until it is on the phone's disk; of one after the other, by the step's id. */
  saved(id) {
    const hasText = id === undefined ? undefined : this.words.steps[id];
    return this.page.locator(".saved", { hasText }).waitFor();
  }

  /** Waits until everything has its receipt. */
  async allSent() {
    await this.page
      .locator(".bar", { hasText: this.words.ui.allSent })
      .waitFor({ timeout: 25_000 });
  }

  async records() {
    await this.button(this.words.ui.records).click();
    return this.page.locator(".records li");
  }

  photograph(name) {
    const folder = process.env.SANCHI_SCREENSHOTS;
    return folder
      ? this.page.screenshot({ path: join(folder, `${name}-${this.language}.png`) })
      : Promise.resolve();
  }

  /** Fails on what a person with a screen reader, a small phone or large fingers could not use. */
  async usable() {
    // Through the debugger: the page's own policy lets no foreign script in.
    await this.page.evaluate(AXE);
    for (const viewport of [{ width: 320, height: 568 }, SCREEN]) {
      await this.page.setViewportSize(viewport);
      const { violations } = await this.page.evaluate(() =>
        globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }),
      );
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
        [],
      );
      const wide = await this.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= viewport.width, `${wide} px wide at ${viewport.width}`);
    }
  }

  /** From the invitation's link to the camera. */
  async enrol(office, { photograph = false } = {}) {
    const { ui } = this.words;
    const made = await office.invite("田中", this.language);
    await this.start({ path: made.url });
    await this.button(ui.begin).waitFor();
    if (photograph) await this.photograph("invitation");
    await this.button(ui.begin).click();
    const code = await this.page.locator(".compare strong").innerText();
    if (photograph) await this.photograph("compare");
    const { offer } = await office.offer(made.id);
    assert.equal(offer.shortCode, code);
    this.kid = offer.kid;
    await office.enrol(offer);
    return this.ready();
  }

  /** Waits until it is enrolled and knows what it needs without a network. */
  async ready() {
    await this.page.locator(".foot").waitFor();
    await this.page.locator(".camera[data-live=true]").waitFor();
    // Roles, names and places have arrived
    await this.page
      .locator(".chip", { hasText: /[^0-9]{3}/ })
      .first()
      .waitFor();
    await this.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    return this;
  }

  /** Says that what was read happened on this day (`YYYY-MM-DD`), at this time (`HH:MM`) if known. */
  async late(day, time = "") {
    const { ui } = this.words;
    await this.page.locator(".when").click();
    await this.button(ui.otherTime).click();
    await this.page.getByLabel(ui.day, { exact: true }).fill(day);
    await this.page.getByLabel(ui.time, { exact: true }).fill(time);
    await this.button(ui.ok).click();
    await this.page.locator(".when[data-late=true]").waitFor();
  }

  /** Enters a number with the large keys. */
  async keys(number) {
    for (const key of number) await this.button(key).click();
    await this.button(this.words.ui.ok).click();
  }
}
