import assert from "node:assert/strict";
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { hide } from "./lies.mjs";
import { address, closeBrowser, sample, visit, words } from "./sanchi.mjs";

after(closeBrowser);

const { ui, reasons } = words.en;
const BUILT = fileURLToPath(new URL("../target/vite/verify", import.meta.url));
const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
};
const FOLDER = "/what/they/like/";
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; " +
  "connect-src 'self' https: http://localhost:*; form-action 'none'; frame-ancestors 'none'";

/** A web server of somebody else's, which has nothing but the folder, under another name. */
async function elsewhere(work) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://x").pathname.replace(/\/$/, "/index.html");
    const file = join(BUILT, path.slice(FOLDER.length));
    if (
      !path.startsWith(FOLDER) ||
      !file.startsWith(BUILT) ||
      !existsSync(file) ||
      !statSync(file).isFile()
    ) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(file)] ?? "text/plain";
    response.writeHead(200, { "Content-Type": type, "Content-Security-Policy": POLICY });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await work(`http://127.0.0.1:${server.address().port}${FOLDER}`);
  } finally {
    server.close();
  }
}

async function proofOf(path) {
  const bundle = await fetch(`${address}/api/bundles?subject=${encodeURIComponent(path)}`);
  return {
    bundle: await bundle.text(),
    trust: await (await fetch(`${address}/trust.json`)).text(),
  };
}

const drop = (page, files) =>
  page.evaluate((dropped) => {
    const dataTransfer = new DataTransfer();
    for (const [name, text] of dropped) dataTransfer.items.add(new File([text], name));
    document.dispatchEvent(
      new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }),
    );
  }, files);

async function verdictOf(page, tone) {
  const block = page.locator(`#verdict [data-tone=${tone}]`);
  await block.waitFor({ timeout: 10_000 });
  return block.innerText();
}

test("checks a dropped proof on any origin, and sends nothing", async () => {
  const path = await sample("komatsuna");
  const { bundle, trust } = await proofOf(path);
  await elsewhere(async (folder) => {
    await visit(
      async (page) => {
        await page.goto(folder, { waitUntil: "networkidle" });
        const requests = [];
        page.on("request", (request) => requests.push(request.url()));
        await page.getByLabel(ui.verifySubject).fill(`https://shop.example${path}`);
        await page.getByLabel(ui.verifyAge).fill("10");
        await drop(page, [
          ["one.json", bundle],
          ["two.json", trust],
        ]);
        const text = await verdictOf(page, "good");
        assert.ok(text.includes(ui.passed));
        assert.equal(await page.locator("[data-result=passed]").count(), 13);
        assert.match(await page.locator("#result .fingerprint").innerText(), /^[0-9a-f]{64}$/);
        assert.ok((await page.locator("#timeline").innerText()).includes("Harvested"));
        // Outlines of maps lie beside the page, and none knows what is looked at
        assert.deepEqual(
          requests.filter((url) => !url.startsWith(`${folder}assets/`)),
          [],
        );
      },
      { language: "en", expected: ["404"] },
    );
  });
});

test("asks the site of a code with a challenge of its own, from any origin", async () => {
  const path = await sample("komatsuna");
  const { trust } = await proofOf(path);
  await elsewhere(async (folder) => {
    await visit(
      async (page) => {
        await page.goto(`${folder}#${address}${path}`, { waitUntil: "networkidle" });
        await drop(page, [["trust.json", trust]]);
        await page.getByRole("button", { name: ui.verifyAsk }).click();
        assert.ok((await verdictOf(page, "good")).includes(ui.passed));
        assert.equal(await page.locator("[data-check=freshness][data-result=passed]").count(), 1);
        // The same answer once more is no answer to a new question
        const old = await (await fetch(`${address}/api/bundles?subject=${path}`)).text();
        const json = { "Access-Control-Allow-Origin": "*", "Content-Type": "application/json" };
        await page.route("**/api/bundles?*", (route) =>
          route.fulfill({ body: old, headers: json }),
        );
        await page.getByRole("button", { name: ui.verifyAsk }).click();
        assert.ok((await verdictOf(page, "red")).includes(reasons.challenge_mismatch));
        await page.getByLabel(ui.verifySubject).fill(path);
        await page.getByRole("button", { name: ui.verifyAsk }).click();
        assert.ok((await verdictOf(page, "amber")).includes(ui.verifyBadAddress));
      },
      { language: "en", expected: ["404"] },
    );
  });
});

test("takes a trust list by its address, and compares it with a second copy", async () => {
  const { trust } = await proofOf(await sample("komatsuna"));
  const other = JSON.stringify({ ...JSON.parse(trust), version: 99 });
  await elsewhere(async (folder) => {
    await visit(
      async (page) => {
        await page.goto(folder, { waitUntil: "networkidle" });
        await page.getByLabel(ui.verifyTrustAddress).fill(`${address}/trust.json`);
        await page.getByRole("button", { name: ui.verifyTrustLoad }).click();
        const own = page.locator("#compared .fingerprint").first();
        await own.waitFor();
        const fingerprint = (await own.innerText()).replaceAll(" ", "");
        assert.match(fingerprint, /^[0-9a-f]{64}$/);
        await drop(page, [["trust.json", trust]]);
        await page.locator("[data-same=yes]").waitFor();
        await drop(page, [["trust.json", other]]);
        await page.locator("[data-same=no]").waitFor();
        await page.getByLabel(ui.verifyFingerprint).fill("00".repeat(32));
        await page.locator("[data-same=no]").waitFor();
        await drop(page, [["trust.json", trust]]);
        await page.getByLabel(ui.verifyFingerprint).fill(fingerprint.toUpperCase());
        await page.locator("[data-same=yes]").waitFor();
      },
      { language: "en", expected: ["404"] },
    );
  });
});

test("speaks easy Japanese to who asks for it", async () => {
  await visit(
    async (page) => {
      await page.goto(`${address}/verify/`);
      await page.getByRole("link", { name: words.ja.ui.languageEasy }).click();
      await page.locator("ruby").first().waitFor();
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
    },
    { width: 320 },
  );
});

test("says what it could not check, and what does not match", async () => {
  const path = await sample("recalled");
  const { bundle, trust } = await proofOf(path);
  const lie = JSON.stringify(hide("recalled")(JSON.parse(bundle)));
  await visit(
    async (page) => {
      await page.goto(`${address}/verify/#${address}${path}`);
      assert.equal(await page.getByLabel(ui.verifySubject).inputValue(), address + path);
      await drop(page, [
        ["bundle.json", bundle],
        ["trust.json", trust],
      ]);
      const open = await verdictOf(page, "red");
      assert.ok(open.includes(reasons.no_challenge), open);
      assert.equal(await page.locator("[data-code=recalled]").count(), 1);
      await drop(page, [["bundle.json", lie]]);
      await page.locator("[data-result=failed]").waitFor();
      const failed = await verdictOf(page, "red");
      assert.ok(failed.includes(reasons.history_incomplete), failed);
      assert.equal(await page.locator("#timeline").count(), 0);
    },
    { language: "en" },
  );
});

test("uses the trust list of its own site, and complains in words", async () => {
  const path = await sample("komatsuna");
  const { bundle } = await proofOf(path);
  await visit(
    async (page) => {
      await page.goto(`${address}/verify/`, { waitUntil: "networkidle" });
      const check = page.getByRole("button", { name: ui.verifyButton, exact: true });
      await check.click();
      assert.ok((await verdictOf(page, "amber")).includes(ui.verifyNoBundle));
      await page.getByLabel(ui.verifyBundle).setInputFiles({
        name: "bundle.json",
        mimeType: "application/json",
        buffer: Buffer.from(bundle),
      });
      await check.click();
      await page.getByText(ui.verifyBadSubject).waitFor();
      await page.getByLabel(ui.verifySubject).fill(path);
      await check.click();
      await page.locator("#verdict .verdict h2").waitFor();
      const text = await verdictOf(page, "amber");
      assert.ok(text.includes(reasons.no_challenge), text);
      await page.getByLabel(ui.verifyAge).fill("10");
      await check.click();
      assert.ok((await verdictOf(page, "good")).includes(ui.passed));
    },
    { language: "en" },
  );
});

test("a proof that is too old says so", async () => {
  const path = await sample("komatsuna");
  const { bundle } = await proofOf(path);
  await visit(
    async (page) => {
      await page.clock.install({ time: Date.now() + 61 * 60_000 });
      await page.goto(`${address}/verify/#${path}`, { waitUntil: "networkidle" });
      await page.getByLabel(ui.verifyAge).fill("60");
      await drop(page, [["bundle.json", bundle]]);
      const text = await verdictOf(page, "red");
      assert.ok(text.includes(reasons.statement_too_old), text);
    },
    { language: "en" },
  );
});
