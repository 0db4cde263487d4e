import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { hide } from "./lies.mjs";
import { address, closeBrowser, sample, visit, words } from "./sanchi.mjs";

after(closeBrowser);

const { ui, reasons } = words.en;
const said = (await import("../src/verify/words/en.json", { with: { type: "json" } })).default;
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

/** Another web server, on another origin, that a page may ask. */
async function otherSite(answer, work) {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  try {
    await work(`http://localhost:${server.address().port}`);
  } finally {
    server.closeAllConnections();
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

const file = (name, text) => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(text),
});

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const unfold = (page) => page.locator("#whom > summary").click();

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
        await page.getByLabel(said.address).fill(`https://shop.example${path}`);
        // Without a list of its own the page asks for one
        await page.getByLabel(said.age).fill("１０");
        await drop(page, [
          ["one.json", bundle],
          ["two.json", trust],
        ]);
        const text = await verdictOf(page, "good");
        assert.ok(text.includes(ui.passed));
        assert.equal(await page.locator("[data-result=passed]").count(), 13);
        assert.match(
          (await page.locator("#result .fingerprint").innerText()).replaceAll(" ", ""),
          /^[0-9a-f]{64}$/,
        );
        assert.ok((await page.locator("#timeline").innerText()).includes("Harvested"));
        assert.ok(
          (await page.locator("#command-line").textContent()).includes("'one.json' 'two.json'"),
        );
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
        await press(page, said.ask);
        assert.ok((await verdictOf(page, "good")).includes(ui.passed));
        assert.equal(await page.locator("[data-check=freshness][data-result=passed]").count(), 1);
        const started = page.waitForEvent("download");
        await page.getByRole("link", { name: said.save }).click();
        assert.match((await started).suggestedFilename(), /^sanchi-0456.*-20[0-9-]{8}\.json$/);
        // The same answer once more is no answer to a new question
        const old = await (await fetch(`${address}/api/bundles?subject=${path}`)).text();
        const json = { "Access-Control-Allow-Origin": "*", "Content-Type": "application/json" };
        await page.route("**/api/bundles?*", (route) =>
          route.fulfill({ body: old, headers: json }),
        );
        await press(page, said.ask);
        assert.ok((await verdictOf(page, "red")).includes(reasons.challenge_mismatch));
        await page.getByLabel(said.address).fill(path);
        assert.equal(await page.locator("#verdict > *").count(), 0);
        await press(page, said.ask);
        await page.getByText(said.badAddress).waitFor();
        assert.equal(await page.evaluate(() => document.activeElement?.id), "scanned");
      },
      { language: "en", expected: ["404"] },
    );
  });
});

test("the page of our own server asks others, and tells why there is no answer", async () => {
  const path = await sample("komatsuna");
  let asked = null;
  const proxy = async (request, response) => {
    asked = request;
    const answer = await fetch(address + request.url);
    const allowed = answer.headers.get("access-control-allow-origin");
    response.writeHead(answer.status, allowed && { "Access-Control-Allow-Origin": allowed });
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
  const expected = ["CORS", "Failed to load", "ERR_"];
  await visit(
    async (page) => {
      const noAnswer = async (origin, reason) => {
        await page.getByLabel(said.address).fill(origin + path);
        await press(page, said.ask);
        const text = await verdictOf(page, "amber");
        const host = new URL(origin).host;
        assert.ok(text.includes(reason.replaceAll("{host}", host)), `${origin}: ${text}`);
      };
      await page.goto(`${address}/verify/`, { waitUntil: "networkidle" });
      await page.context().addCookies([{ name: "session", value: "x", url: "http://localhost" }]);
      await otherSite(proxy, async (origin) => {
        await page.getByLabel(said.address).fill(origin + path);
        await page.getByLabel(said.address).press("Enter");
        await verdictOf(page, "good");
        assert.equal(asked.headers.cookie, undefined);
        assert.equal(asked.headers.referer, undefined);
        await unfold(page);
        await page.getByLabel(said.trustAddress).fill(`${origin}/trust.json`);
        await press(page, said.trustLoad);
        await page.locator("[data-same=yes]").waitFor();
        await verdictOf(page, "good");
      });
      const answers = (status, headers, body) => (_, response) =>
        response.writeHead(status, headers).end(body);
      const open = { "Access-Control-Allow-Origin": "*" };
      await otherSite(answers(200, {}, "{}"), (origin) => noAnswer(origin, said.silence_closed));
      await otherSite(answers(503, open, ""), (origin) => noAnswer(origin, said.silence_busy));
      await otherSite(answers(200, open, "<html>"), (origin) =>
        noAnswer(origin, said.silence_stranger),
      );
      await otherSite(answers(404, open, ""), (origin) => noAnswer(origin, said.silence_stranger));
      await noAnswer("http://localhost:1", said.silence_nobody);
      await noAnswer("http://shop.example", said.silence_insecure);
    },
    { language: "en", expected },
  );
});

test("whoever serves the folder may forbid it to ask, and it says so", async () => {
  const path = await sample("komatsuna");
  await visit(
    async (page) => {
      await page.route("**/verify/", async (route) => {
        const response = await route.fetch();
        const strict = response
          .headers()
          ["content-security-policy"].replace(/connect-src [^;]*/, "connect-src 'self'");
        await route.fulfill({
          response,
          headers: { ...response.headers(), "content-security-policy": strict },
        });
      });
      await page.goto(`${address}/verify/`, { waitUntil: "networkidle" });
      await page.getByLabel(said.address).fill(`http://localhost:1${path}`);
      await press(page, said.ask);
      assert.ok((await verdictOf(page, "amber")).includes("does not let it ask"));
    },
    { language: "en", expected: ["Content Security Policy", "violates"] },
  );
});

test("what any origin may read is a proof, its readings and the trust list, and nothing else", async () => {
  const allowed = async (path) =>
    (await fetch(address + path, { headers: { Origin: "https://other.example" } })).headers.get(
      "access-control-allow-origin",
    );
  const path = await sample("komatsuna");
  for (const open of [
    `/api/bundles?subject=${path}`,
    "/api/bundles?subject=nothing",
    "/api/bundles/readings?subject=nothing&head=A",
    "/api/trust",
    "/trust.json",
    "/verify/trust.json",
  ]) {
    assert.equal(await allowed(open), "*", open);
  }
  for (const closed of [
    "/",
    path,
    "/verify/",
    "/verify/sanchi-verify.jar",
    "/console/",
    "/api/demonstration",
    "/api/health",
    "/api/events?kid=x&after=0",
    "/api/sessions",
    "/api/lots",
  ]) {
    assert.equal(await allowed(closed), null, closed);
  }
});

test("takes a trust list by its address, and compares it with a second copy", async () => {
  const { trust } = await proofOf(await sample("komatsuna"));
  const other = JSON.stringify({ ...JSON.parse(trust), version: 99 });
  await elsewhere(async (folder) => {
    await visit(
      async (page) => {
        await page.goto(folder, { waitUntil: "networkidle" });
        // Where there is no list, it is what must be given
        await page.getByLabel(said.trustAddress).fill(`${address}/trust.json`);
        await press(page, said.trustLoad);
        const first = page.locator("#compared .fingerprint").first();
        await first.waitFor();
        const fingerprint = (await first.innerText()).replaceAll(" ", "");
        assert.match(fingerprint, /^[0-9a-f]{64}$/);
        await drop(page, [["trust.json", trust]]);
        await page.locator("[data-same=yes]").waitFor();
        await drop(page, [["trust.json", other]]);
        await page.locator("[data-same=no]").waitFor();
        await page.getByLabel(said.fingerprint).fill("00".repeat(32));
        await page.locator("[data-same=no]").waitFor();
        await drop(page, [["trust.json", trust]]);
        await page.getByLabel(said.fingerprint).fill(fingerprint.toUpperCase());
        await page.locator("[data-same=yes]").waitFor();
      },
      { language: "en", expected: ["404"] },
    );
  });
});

test("a fingerprint that differs leaves no verdict but that, and half of one is a fault of the form", async () => {
  const path = await sample("komatsuna");
  const { bundle, trust } = await proofOf(path);
  await visit(
    async (page) => {
      await page.goto(`${address}/verify/#${address}${path}`, { waitUntil: "networkidle" });
      await unfold(page);
      await page.getByLabel(said.age).fill("10");
      await page.getByLabel(said.proof).setInputFiles(file("one.json", bundle));
      await verdictOf(page, "good");
      await page.getByLabel(said.fingerprint).fill("00".repeat(32));
      assert.equal(await page.locator("#verdict > *").count(), 0, "an old verdict stays");
      await press(page, said.check);
      assert.ok((await verdictOf(page, "red")).includes(said.trustDifferentTitle));
      assert.equal(await page.locator("#checks").count(), 0);
      await page.getByLabel(said.fingerprint).fill("6a72 3515");
      await press(page, said.check);
      await page.getByText(said.fingerprintShort.replace("{length}", "8")).waitFor();
      assert.equal(await page.locator("#verdict > *").count(), 0);
      await page.getByLabel(said.fingerprint).fill("");
      // The site's own list twice is no comparison
      await page.getByLabel(said.trustAddress).fill(`${address}/trust.json`);
      await press(page, said.trustLoad);
      await page.locator("[data-same=site]").waitFor();
      await verdictOf(page, "good");
      // A wrong file changes nothing
      await page.getByLabel(said.trust).setInputFiles(file("x.json", "hello"));
      await page.getByText(said.trustNot.replace("{name}", "x.json")).waitFor();
      assert.equal(await page.locator("#compared .fingerprint").count(), 1);
      await page.getByLabel(said.trust).setInputFiles(file("own.json", trust));
      await page.locator("[data-same=yes]").waitFor();
    },
    { language: "en" },
  );
});

test("speaks easy Japanese to who asks for it, and keeps the address", async () => {
  const path = await sample("komatsuna");
  await visit(
    async (page) => {
      await page.goto(`${address}/verify/#${address}${path}`);
      await page.getByRole("link", { name: words.ja.ui.languageEasy }).click();
      await page.locator("ruby").first().waitFor();
      assert.equal(await page.locator("#scanned").inputValue(), address + path);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
    },
    { width: 320 },
  );
});

test("the package's page leads to the verifier with its address, in its language", async () => {
  const path = await sample("komatsuna");
  await visit(
    async (page) => {
      await page.goto(`${address}${path}?lang=easy`);
      const link = page.locator("#how a[href^='/verify/?']");
      await page.locator("#verdict .verdict:not([data-state=checking])").waitFor();
      assert.equal(await link.getAttribute("href"), `/verify/?lang=easy#${address}${path}`);
    },
    { language: "en" },
  );
});

test("takes the digits of a label as its address, in any width", async () => {
  const path = await sample("komatsuna");
  const { bundle, trust } = await proofOf(path);
  const [, , gtin, , serial] = path.split("/");
  await visit(
    async (page) => {
      await page.goto(`${address}/verify/`);
      await page.getByLabel(said.address).fill(`（01）${gtin} （21）${serial}`);
      await drop(page, [
        ["bundle.json", bundle],
        ["trust.json", trust],
      ]);
      const text = await verdictOf(page, "amber");
      assert.ok(!text.includes(said.notCompared), text);
      assert.ok(!text.includes(said.anotherTitle), text);
    },
    { language: "en" },
  );
});

test("counts what is missing, and says of an edited file only what is so", async () => {
  const path = await sample("komatsuna");
  const { bundle, trust } = await proofOf(path);
  const bare = JSON.stringify({ ...JSON.parse(bundle), documents: [] });
  const some = JSON.parse(bundle);
  some.readings = some.readings.slice(1);
  await visit(
    async (page) => {
      await page.goto(`${address}/verify/#${address}${path}`);
      assert.equal(await page.getByLabel(said.address).inputValue(), address + path);
      await drop(page, [
        ["bundle.json", bare],
        ["trust.json", trust],
      ]);
      assert.match(await verdictOf(page, "amber"), /(\d+) of \1 descriptions are not here/);
      assert.match(
        await page.locator("[data-check=documents]").innerText(),
        /(\d+) of \1 descriptions/,
      );
      await drop(page, [["bundle.json", JSON.stringify(some)]]);
      await page.locator("[data-check=readings][data-result=not_checked]").waitFor();
      const partly = await verdictOf(page, "amber");
      assert.match(partly, /readings of 1 of \d+ stretches/);
      assert.ok(!partly.includes(ui.completeUpTo.split("{")[0]), partly);
      await drop(page, [["bundle.json", JSON.stringify(some, null, 1)]]);
      await page.getByText(said.rewrittenUnsure).waitFor();
      await drop(page, [["bundle.json", JSON.stringify(JSON.parse(bundle), null, 1)]]);
      await page.getByText(said.rewrittenHelp).waitFor();
    },
    { language: "en" },
  );
});

test("says what it could not check, and where it does not match", async () => {
  const path = await sample("recalled");
  const { bundle, trust } = await proofOf(path);
  const lie = JSON.stringify(hide("recalled")(JSON.parse(bundle)));
  await visit(
    async (page) => {
      await page.goto(`${address}/verify/#${address}${path}`);
      assert.equal(await page.getByLabel(said.address).inputValue(), address + path);
      await drop(page, [
        ["bundle.json", bundle],
        ["trust.json", trust],
      ]);
      const open = await verdictOf(page, "red");
      assert.ok(open.includes(said.afterwards), open);
      assert.equal(await page.locator("#findings [data-code=recalled]").count(), 1);
      await drop(page, [["bundle.json", lie]]);
      await page.locator("[data-result=failed]").waitFor();
      const failed = await verdictOf(page, "red");
      assert.ok(failed.includes(reasons.history_incomplete), failed);
      assert.match(failed, /Where: lot HO/);
      assert.equal(await page.locator("#timeline").count(), 0);
    },
    { language: "en" },
  );
});

test("tells files that are no proof from proofs that are none, and shows where it says so", async () => {
  const path = await sample("komatsuna");
  const { bundle } = await proofOf(path);
  const other = await proofOf(await sample("recalled"));
  await visit(
    async (page) => {
      await page.goto(`${address}/verify/`, { waitUntil: "networkidle" });
      await press(page, said.check);
      await page.getByText(said.noProof).waitFor();
      for (const [text, reason] of [
        ["", said.form_empty],
        ["hello", said.form_other],
        [bundle.slice(0, 9000), said.form_cut],
        [other.trust, said.form_trust],
      ]) {
        await page.getByLabel(said.proof).setInputFiles(file("x.json", text));
        const amber = await verdictOf(page, "amber");
        assert.ok(amber.includes(said.noProofTitle) && amber.includes(reason), amber);
        assert.equal(await page.getByText(said.noProof).count(), 0, "an old fault stays");
      }
      // Without an address it tells what it is of
      await page.getByLabel(said.proof).setInputFiles(file("one.json", bundle));
      await page.locator("#timeline").waitFor();
      const dated = await verdictOf(page, "amber");
      assert.match(dated, /Unchanged and complete as of/);
      assert.ok(dated.includes(said.notCompared), dated);
      // It stands at the top of the window, and has the focus
      await page.waitForFunction(
        () => Math.abs(document.querySelector("#verdict").getBoundingClientRect().top) < 60,
      );
      assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H2");
      await page.getByLabel(said.address).fill("https://shop.example/");
      await press(page, said.check);
      await page.getByText(said.badSubject).waitFor();
      await page.getByLabel(said.address).fill(path);
      await unfold(page);
      for (const age of ["-5", "0", "1.5", "ten"]) {
        await page.getByLabel(said.age).fill(age);
        await press(page, said.check);
        await page.getByText(said.badAge).waitFor();
      }
      await page.getByLabel(said.age).fill("10");
      await press(page, said.check);
      assert.ok((await verdictOf(page, "good")).includes(ui.passed));
      await page.getByLabel(said.proof).setInputFiles(file("two.json", other.bundle));
      const another = await verdictOf(page, "amber");
      assert.ok(another.includes(said.anotherTitle) && another.includes(path.slice(-20)), another);
      await press(page, said.anotherShow);
      await page.locator("#findings [data-code=recalled]").waitFor();
    },
    { language: "en" },
  );
});

test("a proof that is too old says so, and nothing against it", async () => {
  const path = await sample("komatsuna");
  const { bundle } = await proofOf(path);
  await visit(
    async (page) => {
      await page.clock.install({ time: Date.now() + 61 * 60_000 });
      await page.goto(`${address}/verify/#${path}`, { waitUntil: "networkidle" });
      await unfold(page);
      await page.getByLabel(said.age).fill("60");
      await drop(page, [["bundle.json", bundle]]);
      const text = await verdictOf(page, "amber");
      assert.ok(text.includes("older than you allow (60 min)"), text);
      assert.match(text, /^!?\s*Unchanged and complete as of/);
      await page.locator("[data-check=freshness][data-result=not_checked]").waitFor();
    },
    { language: "en" },
  );
});

test("hands out the verifier for the command line, with its sum", async () => {
  await visit(
    async (page) => {
      await page.goto(`${address}/verify/`, { waitUntil: "networkidle" });
      await page.locator("#command > summary").click();
      const shown = await page.locator("#jar .fingerprint").innerText();
      const started = page.waitForEvent("download");
      await page.getByRole("link", { name: said.jar }).click();
      const download = await started;
      assert.equal(download.suggestedFilename(), "sanchi-verify.jar");
      const bytes = readFileSync(await download.path());
      assert.equal(shown, createHash("sha256").update(bytes).digest("hex"));
      assert.equal(bytes.subarray(0, 2).toString(), "PK");
    },
    { language: "en" },
  );
});
