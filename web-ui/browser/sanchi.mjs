// The running Sanchi that the tests look at, and the browser that they look with.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

/** Where it answers, without a slash at the end. */
export const address = (process.env.SANCHI_ADDRESS ?? "http://localhost:8080/").replace(/\/$/, "");

const read = async (file) =>
  (await import(`../src/shared/words/${file}.json`, { with: { type: "json" } })).default;

/** What the browser's scripts say, and what only the server does. */
async function wordsIn(language) {
  const [all, server] = [await read(language), await read(`server/${language}`)];
  return { ...all, ui: { ...all.ui, ...server.ui } };
}

export const words = { en: await wordsIn("en"), ja: await wordsIn("ja") };

export const consoleWords = {
  en: (await import("../src/console/words/en.json", { with: { type: "json" } })).default,
  ja: (await import("../src/console/words/ja.json", { with: { type: "json" } })).default,
};

const LOCALES = { en: "en-GB", ja: "ja-JP" };
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: FLAGS,
});
export const closeBrowser = () => browser.close();

/** A browser of its own, with cookies and keys of its own. */
export const openContext = ({ language, width, height }) =>
  browser.newContext({
    acceptDownloads: true,
    ignoreHTTPSErrors: true,
    locale: LOCALES[language],
    viewport: { width, height },
  });

/** What a person does at the console in this page, by the words that stand there. */
export function desk(page) {
  /** What the console asks before it leaves something, and what it hears. */
  const questions = { heard: [], yes: true };
  page.on("dialog", async (dialog) => {
    questions.heard.push(dialog.message());
    await (questions.yes ? dialog.accept() : dialog.dismiss());
  });
  const field = (label) => page.getByLabel(label, { exact: false }).first();
  return {
    questions,
    open: (path) => page.goto(`${address}/console/#/${path}`),
    press: (name) => page.getByRole("button", { name, exact: true }).click(),
    field,
    fill: (label, text) => field(label).fill(text),
    notice: (text) => page.locator(".notice, .done", { hasText: text }).first().waitFor(),
    heading: (name) => page.getByRole("heading", { level: 1, name }).waitFor(),
  };
}

/** The labels that this browser keeps a copy of: run by run, with their serials. */
export const keptRuns = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open("sanchi-console");
        opening.onsuccess = () => {
          const all = opening.result.transaction("run").objectStore("run").getAll();
          all.onsuccess = () => resolve(all.result);
        };
      }),
  );

/** A page that fails its test if the browser complains about anything in it. */
export async function visit(
  work,
  { language = "ja", width = 390, height = 844, javaScriptEnabled = true, expected = [] } = {},
) {
  const context = await browser.newContext({
    acceptDownloads: true,
    ignoreHTTPSErrors: true,
    javaScriptEnabled,
    locale: LOCALES[language],
    viewport: { width, height },
  });
  const complaints = [];
  try {
    const page = await context.newPage();
    const complain = (text) => {
      if (!expected.some((one) => text.includes(one))) complaints.push(text);
    };
    page.on("pageerror", (error) => complain(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") complain(`${message.text()} ${message.location().url}`);
    });
    await work(page);
  } finally {
    await context.close();
  }
  assert.deepEqual(complaints, []);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails where axe finds something wrong with the page as it stands, or where it scrolls sideways. */
export async function accessible(page, what) {
  // Some screens are drawn by their script, which a busy machine runs late
  await page.locator("h1").first().waitFor();
  if (await page.evaluate(() => globalThis.axe === undefined)) await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (rules) => globalThis.axe.run({ runOnly: rules, resultTypes: ["violations"] }),
    RULES,
  );
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
  );
  assert.deepEqual(found, [], what);
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  assert.ok(scrollWidth <= clientWidth, `${what} is ${scrollWidth} px wide, of ${clientWidth}`);
}

/** Goes to a package and waits for the verdict. */
export async function judge(page, path) {
  await page.goto(address + path);
  const block = page.locator("#verdict .verdict:not([data-state=checking])");
  await block.waitFor({ timeout: 15_000 });
  return {
    tone: await block.getAttribute("data-tone"),
    title: (await block.locator("h2").innerText()).replace(/^[✓✕!i]\s*/, ""),
    text: await block.innerText(),
  };
}

/** The demonstration's packages, by a word of their English names. */
export async function sample(word) {
  const packages = await samples();
  const found = packages.find(({ name }) => name.en.toLowerCase().includes(word));
  assert.ok(found, `no demonstration package is called ${word}`);
  return found.path;
}

/** Waits until the demonstration's boxes have told their journeys: pages change meanwhile. */
async function settled(paths) {
  let before = "";
  for (const until = Date.now() + 90_000; ; ) {
    const told = await Promise.all(
      paths.map(async (path) => {
        const answer = await fetch(`${address}/api/bundles?subject=${encodeURIComponent(path)}`);
        const { readings } = await answer.json();
        return readings?.length ?? 0;
      }),
    );
    if (!told.includes(0) && before === String(told)) return;
    assert.ok(Date.now() < until, `the demonstration's boxes are silent: ${told}`);
    before = String(told);
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
}

let known = null;

export async function samples() {
  for (const until = Date.now() + 120_000; known === null; ) {
    const answer = await fetch(`${address}/api/demonstration`);
    const { packages } = await answer.json();
    if (packages.length > 0) {
      const boxed = packages.filter(({ name }) => /^(Organic komatsuna|Salmon)/.test(name.en));
      await settled(boxed.map(({ path }) => path));
      known = packages;
    }
    assert.ok(known !== null || Date.now() < until, "the demonstration has not finished");
    if (known === null) await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return known;
}
