// What a shopper with slow mobile data and an old phone waits for, and whether anything jumps.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { address, closeBrowser, sample, samples, visit } from "./sanchi.mjs";

after(closeBrowser);

const VERDICT = "#verdict .verdict:not([data-state=checking])";

/** Watches from the first byte on: when the verdict stood there, and how far things moved. */
const watch = (page) =>
  page.addInitScript((verdict) => {
    globalThis.moved = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.moved += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    new MutationObserver(() => {
      if (document.querySelector(verdict)) globalThis.judgedAt ??= performance.now();
    }).observe(document, { childList: true, subtree: true });
  }, VERDICT);

/** How long one visit waits for its verdict, with nothing kept from an earlier one. */
async function waited(path) {
  let times = null;
  await visit(async (page) => {
    // A phone that scans has a browser running: the start of its renderer is not what is measured
    await page.goto(`${address}/api/health`);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 150,
      downloadThroughput: 1_600_000 / 8,
      uploadThroughput: 750_000 / 8,
    });
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await watch(page);
    await page.goto(address + path);
    await page.locator(VERDICT).waitFor({ timeout: 15_000 });
    times = await page.evaluate(() => {
      const [{ responseStart }] = performance.getEntriesByType("navigation");
      return [globalThis.judgedAt, responseStart].map(Math.round);
    });
  });
  return times;
}

const PROMISE_MS = 2000;
const VISITS = 5;

for (const { name, path } of await samples()) {
  test(`a verdict on "${name.en}" comes within 2 s at 1.6 Mbit/s, 150 ms and a quarter of the speed`, async () => {
    // Not the first who ever asks this server
    for (let i = 0; i < 3; i++) await (await fetch(address + path)).text();
    const all = [];
    for (let i = 0; i < VISITS; i++) all.push(await waited(path));
    const inOrder = all.map(([judgedAt]) => judgedAt).sort((a, b) => a - b);
    const median = inOrder[Math.floor(VISITS / 2)];
    console.log(
      `${name.en}: median ${median}, worst ${inOrder.at(-1)} ms; each with its first byte: ${JSON.stringify(all)}`,
    );
    assert.ok(median <= PROMISE_MS, `${median} ms`);
  });
}

for (const [width, height] of [
  [390, 844],
  [1280, 800],
]) {
  test(`nothing jumps at ${width} px`, async () => {
    for (const path of [
      "/",
      "/verify/",
      ...(await Promise.all(["komatsuna", "norway", "recalled", "copied"].map(sample))),
    ]) {
      await visit(
        async (page) => {
          await watch(page);
          await page.goto(address + path, { waitUntil: "networkidle" });
          if (path.startsWith("/01/")) await page.locator(VERDICT).waitFor();
          await page.waitForTimeout(500);
          const moved = await page.evaluate(() => globalThis.moved);
          console.log(`${path.slice(0, 30)} at ${width} px: CLS ${moved.toFixed(4)}`);
          assert.ok(moved < 0.02, `${path} moved by ${moved}`);
        },
        { width, height },
      );
    }
  });
}
