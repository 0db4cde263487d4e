import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { broken, hide, leaveOut, oneEndorsement, rewrite, swapSignature } from "./lies.mjs";
import {
  accessible,
  address,
  closeBrowser,
  judge,
  sample,
  samples,
  visit,
  words,
} from "./sanchi.mjs";

const BUNDLES = "**/api/bundles?*";

after(closeBrowser);

const askedFor = (path, challenge) =>
  fetch(`${address}/api/bundles?subject=${encodeURIComponent(path)}&challenge=${challenge}`);

/** Lets the server lie: the bundle that the browser gets is not the one that was sent. */
const lie = (page, change) =>
  page.route(BUNDLES, async (route) => {
    const response = await route.fetch();
    const body = JSON.stringify(change(await response.json()));
    await route.fulfill({ status: 200, contentType: "application/json", body });
  });

for (const [word, night, tone, verdict] of [
  ["komatsuna", "a good night", "good", "good"],
  ["norway", "a gap", "amber", "amber"],
  ["warm", "a warm night", "red", "red"],
]) {
  test(`tells the temperature of ${night}, with a chart`, async () => {
    const path = await sample(word);
    await visit(async (page) => {
      assert.equal((await judge(page, path)).tone, verdict);
      const card = page.locator(`#temperature .card.tone-${tone}`);
      const said = await card.innerText();
      assert.match(said, /−?[0-9]+\.[0-9]〜[0-9]+\.[0-9]\u00a0℃/);
      assert.match(said, /湿度は [0-9.]+〜[0-9.]+\u00a0% でした。/);
      assert.equal(/測られていません/.test(said), night === "a gap");
      assert.equal(
        /から \d+\u00a0時間 \d+\u00a0分 外れました/.test(said),
        night === "a warm night",
      );
      const temperature = card.locator('[data-measure="temperature"] .line');
      const lines = await temperature.first().getAttribute("d");
      assert.equal(lines.match(/M/g).length, night === "a gap" ? 2 : 1);
      assert.equal(await card.locator(".outside").count(), night === "a warm night" ? 1 : 0);
      // Of what has no limit the sentence is enough
      assert.equal(await card.locator('[data-measure="humidity"]').count(), 0);
    });
  });
}

/** As a server does with a long journey: the readings are not in the first answer. */
const later = (page) => lie(page, (bundle) => ({ ...bundle, readings: null }));

test("readings that come afterwards, box day by box day, are told and checked", async () => {
  const path = await sample("warm");
  await visit(async (page) => {
    await later(page);
    const days = [];
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.pathname === "/api/bundles/readings") days.push(url.searchParams.get("subject"));
    });
    await page.goto(address + path);
    await page.locator("#temperature .card.tone-red").waitFor();
    // What the windows state is red at once, and what was read is so afterwards
    assert.equal((await judge(page, path)).tone, "red");
    await page.locator("[data-check=readings][data-result=passed]").waitFor({ state: "attached" });
    assert.equal(await page.locator("#verdict [data-tone=red]").count(), 1);
    await page.locator("#elsewhere summary").click();
    assert.ok(days.length > 0 && days.every((day) => day.startsWith("box/")), String(days));
    // The proof to download is the whole one
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: words.ja.ui.download, exact: true }).click();
    const { readings } = JSON.parse(readFileSync(await (await download).path(), "utf8"));
    assert.ok(readings.length > 0);
  });
});

test("a lie in readings that come afterwards is a mismatch", async () => {
  const path = await sample("komatsuna");
  await visit(async (page) => {
    await later(page);
    await page.route("**/api/bundles/readings?*", async (route) => {
      const response = await route.fetch();
      const windows = await response.json();
      windows[0][2].pop();
      await route.fulfill({ status: 200, body: JSON.stringify(windows) });
    });
    const block = page.locator("#verdict [data-tone=red]");
    await page.goto(address + path);
    await block.waitFor();
    assert.ok((await block.innerText()).includes(words.ja.reasons.readings_wrong));
  });
});

test("readings that don't come leave it open, until they do", async () => {
  const path = await sample("komatsuna");
  await visit(
    async (page) => {
      await later(page);
      let there = false;
      await page.route("**/api/bundles/readings?*", (route) =>
        there ? route.fallback() : route.abort(),
      );
      await page.goto(address + path);
      const open = page.locator("#verdict [data-tone=amber]");
      await open.waitFor();
      assert.ok((await open.innerText()).includes(words.ja.reasons.readings_not_included));
      assert.equal(await page.locator("#temperature .chart").count(), 0);
      there = true;
      await page.getByRole("button", { name: words.ja.ui.retry, exact: true }).click();
      await page.locator("#verdict [data-tone=good]").waitFor();
      assert.ok((await page.locator("#temperature .chart").count()) > 0);
    },
    { expected: ["net::ERR_FAILED"] },
  );
});

test("a warm reading that was made cooler is a mismatch", async () => {
  const path = await sample("warm");
  await visit(async (page) => {
    await lie(page, (bundle) => {
      const [, , leaves] = bundle.readings.at(-1);
      leaves[0] = `${leaves[0].slice(0, -1)}${leaves[0].endsWith("A") ? "Q" : "A"}`;
      return bundle;
    });
    const { tone, text } = await judge(page, path);
    assert.equal(tone, "red");
    assert.ok(text.includes(words.ja.reasons.readings_wrong) || /形/.test(text), text);
    assert.equal(await page.locator("#temperature").count(), 0);
  });
});

for (const language of ["ja", "en"]) {
  const { ui } = words[language];

  test(`says in ${language} that everything is unchanged and complete`, async () => {
    const path = await sample("komatsuna");
    await visit(
      async (page) => {
        const began = Date.now();
        const { tone, title, text } = await judge(page, path);
        console.log(`verdict after ${Date.now() - began} ms`);
        assert.equal(tone, "good");
        assert.equal(title, ui.passed);
        assert.match(text, language === "ja" ? /\d+ 件の署名を \d/ : /checked \d+ signatures/);
        // Who doubts it is told so where it counts
        assert.ok(text.includes(ui.oneOperator), text);
        assert.equal(await page.getAttribute("html", "lang"), language);
        const heading = await page.locator("h1").innerText();
        assert.equal(await page.title(), ui.pageTitle.replace("{title}", heading));
        assert.equal(
          await page.locator(".step .tick").count(),
          await page.locator(".step").count(),
        );
        assert.equal(await page.locator("[data-result=passed]").count(), 13);
        const how = await page.locator("#how").innerText();
        assert.ok(!how.includes(ui.howNoTrust), how);
      },
      { language },
    );
  });

  test(`says no verdict in ${language} without JavaScript`, async () => {
    for (const { path } of await samples()) {
      await visit(
        async (page) => {
          const response = await page.goto(address + path);
          assert.equal(response.status(), 200);
          const text = await page.locator("body").innerText();
          assert.ok(text.includes(ui.noscript));
          for (const word of [ui.passed, ui.verdictAlso, ui.howText, ui.checking]) {
            assert.ok(!text.includes(word), word);
          }
          assert.equal(await page.locator(".tick").count(), 0);
        },
        { language, javaScriptEnabled: false },
      );
    }
  });

  test(`the server tells in ${language} what the browser tells`, async () => {
    for (const { path } of await samples()) {
      const told = [];
      let said = null;
      for (const javaScriptEnabled of [true, false]) {
        await visit(
          async (page) => {
            if (javaScriptEnabled) {
              await judge(page, path);
              said = await page
                .locator("#notices li")
                .evaluateAll((all) => all.map(({ dataset }) => dataset.code));
            } else await page.goto(address + path);
            told.push(await toldBy(page, said));
          },
          { language, javaScriptEnabled },
        );
      }
      // A code that was never issued has a heading and an alert
      assert.ok(told[0].length >= 2, path);
      assert.deepEqual(told[1], told[0], path);
    }
  });
}

/** The parts of a page that come from the story, as text. */
async function toldBy(page, said) {
  const parts =
    "h1, .warning, .alert, .brief, #copies, .facts, #notices, #timeline, #temperature, #certificates, #inputs, #corrections";
  await page.evaluate((notices) => {
    // What the verdict has said is no notice any more
    for (const notice of document.querySelectorAll("#notices li")) {
      if (!notices.includes(notice.dataset.code)) notice.remove();
    }
    if (!document.querySelector("#notices li")) document.querySelector("#notices")?.remove();
  }, said);
  const told = [];
  for (const part of await page.locator("main").locator(parts).all()) {
    const text = await part.evaluate((element) => {
      const copy = element.cloneNode(true);
      for (const more of copy.querySelectorAll(".tick, .legend, .measure")) more.remove();
      return [...copy.querySelectorAll("*")]
        .filter((child) => child.children.length === 0)
        .map((leaf) => leaf.textContent.trim())
        .concat(copy.textContent.replaceAll(/\s+/g, ""));
    });
    told.push(text);
  }
  return told;
}

test("a language that is asked for is spoken, whatever the browser prefers", async () => {
  const path = await sample("komatsuna");
  await visit(
    async (page) => {
      await page.goto(address + path);
      await page.getByRole("link", { name: words.ja.ui.language, exact: true }).click();
      await page.locator("#verdict [data-tone=good]").waitFor();
      assert.equal(await page.getAttribute("html", "lang"), "en");
      assert.ok((await page.locator("#verdict").innerText()).includes(words.en.ui.passed));
    },
    { language: "ja" },
  );
});

test("a recall is red, with what to do at the top", async () => {
  const path = await sample("recalled");
  await visit(async (page) => {
    const { tone, title, text } = await judge(page, path);
    assert.equal(tone, "red");
    // The proof bears the warning out: no second alarm
    assert.equal(title, words.ja.ui.genuine);
    assert.equal(await page.locator("#verdict .tone-neutral .sign-good").count(), 1);
    assert.ok(!text.includes(words.ja.ui.recallEat), text);
    const recall = page.locator(".head > :nth-child(2)");
    assert.equal(await recall.getAttribute("data-code"), "recalled");
    const told = await recall.innerText();
    assert.ok(told.includes(words.ja.ui.recallEaten), told);
    assert.match(told, /0985-00-0000[\s\S]*北俣農園が引き取り/);
    assert.ok(told.includes("毒のある植物"), told);
    const calls = recall.locator("a");
    assert.deepEqual(await calls.evaluateAll((all) => all.map((one) => one.getAttribute("href"))), [
      "tel:0985000000",
      "tel:188",
    ]);
    const { height } = await calls.first().boundingBox();
    assert.ok(height >= 56, String(height));
    assert.match(await calls.first().innerText(), /北俣農園に電話する\s+0985-00-0000/);
    assert.match(told, /毎日 9時〜17時/);
    assert.match(await recall.locator(".marks").innerText(), /HO\d{6}[\s\S]*賞味期限/);
    assert.match(await page.title(), /^回収中: /);
  });
});

/** What stands in the first screen of a small phone. */
const PHONE = { width: 375, height: 667 };

for (const letters of ["100%", "200%"]) {
  test(`a small phone shows the verdict without scrolling, in letters of ${letters}`, async () => {
    for (const { path } of await samples()) {
      await visit(async (page) => {
        await judge(page, path);
        await page.evaluate((size) => {
          document.documentElement.style.fontSize = size;
        }, letters);
        // Where there is an alert, it is what people must act on
        const first = page.locator(".alert h2, #copies h2, #verdict h2").first();
        const { y, height } = await first.boundingBox();
        // Of a long one the beginning
        const needed = letters === "100%" ? height : Math.min(height, 60);
        assert.ok(y + needed <= PHONE.height, `${path}: ${y} and ${height}`);
      }, PHONE);
    }
  });
}

test("of a forged number of a true run nothing is shown that looks like a genuine page", async () => {
  const path = await sample("komatsuna");
  const forged = path.slice(0, -1) + (path.endsWith("A") ? "B" : "A");
  for (const javaScriptEnabled of [true, false]) {
    await visit(
      async (page) => {
        if (javaScriptEnabled) assert.equal((await judge(page, forged)).tone, "red");
        else await page.goto(address + forged);
        assert.equal(await page.locator(".alert[data-code=label_unknown]").count(), 1);
        const genuine = ".photo, .facts, .brief, .step, #map, #temperature, #certificates, .tick";
        assert.equal(await page.locator(genuine).count(), 0);
        assert.ok(!(await page.locator("main").innerText()).includes("北俣農園"));
        const label = page.locator("[data-check=label]");
        if (javaScriptEnabled) {
          assert.ok((await label.textContent()).includes(words.ja.ui.labelNone));
        }
        assert.match(await page.title(), /^発行されていないコード: /);
      },
      { javaScriptEnabled },
    );
  }
});

for (const [path, tone] of [
  ["/00/123456789012345675", "neutral"],
  ["/01/04569951110016/10/NOPE", "neutral"],
  ["/01/04901234567894/21/ABC123", "amber"],
]) {
  test(`says of ${path} that there is no record, and who signed that`, async () => {
    for (const language of ["ja", "en"]) {
      await visit(
        async (page) => {
          const said = await judge(page, path);
          assert.equal(said.tone, tone);
          assert.equal(said.title, words[language].ui.noRecordsVerdict);
          assert.match(said.text, language === "ja" ? /の団体）が/ : /members? \(the/);
          assert.ok(!said.text.includes(words[language].ui.passed), said.text);
          assert.equal(await page.locator(`.alert.tone-${tone}`).count(), 1);
          assert.equal(await page.locator(".story, .tick").count(), 0);
        },
        { language },
      );
    }
  });
}

test("names what people wrote in Japanese as such on an English page", async () => {
  const path = await sample("recalled");
  for (const javaScriptEnabled of [true, false]) {
    await visit(
      async (page) => {
        if (javaScriptEnabled) await judge(page, path);
        else await page.goto(address + path);
        // What the recaller's terms say in both languages is told in one
        const alert = await page.locator(".alert").innerText();
        assert.ok(alert.includes("Toxic plant"));
        assert.match(alert, /Kitamata Farm takes it back/);
        assert.doesNotMatch(alert, /[ぁ-ん]/);
        // A number plate
        assert.match(await page.locator(".step [lang=ja]").first().innerText(), /[ぁ-ん一-龥]/);
        // A word that a description says in both languages
        const facts = await page.locator(".facts").innerText();
        assert.match(facts, /Origin\s+.*Aya, Miyazaki/);
      },
      { language: "en", javaScriptEnabled },
    );
  }
});

test("a typed code leads to its page, whatever its width and case", async () => {
  const path = await sample("komatsuna");
  await visit(async (page) => {
    for (const [typed, to] of [
      [address + path, path],
      [path.toLowerCase(), path],
      [` ４５６９９５１ １１００２３ `, "/01/04569951110023"],
      [path.split("/").at(-1), path],
      [`]Q301${path.split("/")[2]}21${path.split("/").at(-1)}`, path],
    ]) {
      await page.goto(`${address}/`);
      await page.getByLabel(words.ja.ui.codeLabel).fill(typed);
      await page.getByRole("button", { name: words.ja.ui.codeButton, exact: true }).click();
      await page.waitForURL((url) => url.pathname === to);
    }
  });
  const run = path.split("/").at(-1);
  // The lot of the label, which is no secret; the label's own page is
  const { gtin, lot } = await (
    await fetch(`${address}/api/codes/${await shortCodeOf(path.split("/")[2], run)}`)
  ).json();
  assert.equal(gtin, path.split("/")[2]);
  assert.match(lot, /^AY\d{6}A$/);
  const answer = await fetch(`${address}/code?code=xyz&lang=en`);
  assert.equal(answer.status, 404);
  assert.ok((await answer.text()).includes(words.en.ui.lotTitle.replace("{typed}", "xyz")));
});

test("the number of a recalled lot leads to its page", async () => {
  const { lots } = await (
    await fetch(`${address}/api/products/${(await sample("recalled")).split("/")[2]}/recalled`)
  ).json();
  await visit(async (page) => {
    await page.goto(`${address}/`);
    await page.getByLabel(words.ja.ui.codeLabel).fill(`ロット ${lots[0].toLowerCase()}`);
    await page.getByRole("button", { name: words.ja.ui.codeButton, exact: true }).click();
    await page.waitForURL((url) => url.pathname.endsWith(`/10/${lots[0]}`));
    await page.locator(".alert[data-code=recalled]").waitFor();
  });
});

test("what was typed in vain is named and stays, and an ordinary barcode is no forgery", async () => {
  await visit(
    async (page) => {
      for (const [typed, said, others] of [
        ["K7Q2-0MX9", words.ja.ui.shortCodeTitle.replace("{typed}", "K7Q2-0MX9"), 0],
        ["NO-SUCH-LOT", words.ja.ui.lotTitle.replace("{typed}", "NO-SUCH-LOT"), 1],
        ["https://example.com/a", words.ja.ui.siteTitle.replace("{typed}", "example.com"), 0],
        ["4901234567895", words.ja.ui.barcodeTitle.replace("{typed}", "4901234567895"), 0],
        ["4901234567894", words.ja.ui.notOursTitle, 1],
      ]) {
        await page.goto(`${address}/`);
        await page.getByLabel(words.ja.ui.codeLabel).fill(typed);
        await page.getByRole("button", { name: words.ja.ui.codeButton, exact: true }).click();
        await page.getByRole("heading", { name: said, exact: true }).waitFor();
        const field = page.getByLabel(words.ja.ui.codeLabel);
        assert.equal(await field.inputValue(), typed);
        assert.equal(await field.getAttribute("aria-invalid"), "true");
        assert.equal(await page.locator('a[href="https://www.recall.caa.go.jp/"]').count(), others);
        assert.ok(!(await page.locator("main").innerText()).includes("にせ"), typed);
        await accessible(page, typed);
      }
    },
    { expected: ["404"] },
  );
});

test("the address of a product says what it is, and programs get its links", async () => {
  const gtin = (await sample("komatsuna")).split("/")[2];
  const page = await fetch(`${address}/01/${gtin}`, { headers: { "Accept-Language": "ja" } });
  assert.equal(page.status, 200);
  const text = await page.text();
  assert.match(text, /<h1>.*小松菜/);
  assert.ok(text.includes(words.ja.ui.productNotRecalled));
  const ask = (gtin, type) =>
    fetch(`${address}/01/${gtin}?linkType=${type}`, { redirect: "manual" });
  assert.equal((await ask(gtin, "linkset")).status, 200);
  assert.equal((await ask(gtin, "gs1:recallStatus")).status, 404);
  const recalled = (await sample("recalled")).split("/")[2];
  assert.equal((await ask(recalled, "gs1:recallStatus")).status, 307);
  for (const path of ["/favicon.ico", "/robots.txt"]) {
    assert.equal((await fetch(address + path)).status, 200, path);
  }
});

/** As it is printed on the label. */
async function shortCodeOf(gtin, serial) {
  const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const number = [...serial.slice(4, 8)].reduce((sum, c) => sum * 32 + LETTERS.indexOf(c), 0);
  const bytes = new TextEncoder().encode(`sanchi/short/1\0${gtin}/${serial.slice(0, 4)}/${number}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const check = (hash[0] << 8) | hash[1];
  return `${serial.slice(0, 4)}${LETTERS[number >> 5]}${LETTERS[number & 31]}${LETTERS[check >> 11]}${LETTERS[(check >> 6) & 31]}`;
}

test("a recall that the proof does not bear out stays a warning", async () => {
  const path = await sample("recalled");
  await visit(
    async (page) => {
      await lie(page, hide("recalled"));
      const { tone } = await judge(page, path);
      assert.equal(tone, "red");
      const warning = page.locator(".head > .alert");
      assert.equal(await warning.getAttribute("data-code"), "unproved");
      const said = await warning.innerText();
      assert.ok(said.includes(words.ja.ui.recallUnproved));
      // Whoever has it in hand still knows which, what to do and whom to call
      assert.match(await page.locator("h1").innerText(), /ほうれん草/);
      assert.match(said, /HO\d{6}[\s\S]*捨てずに[\s\S]*0985-00-0000[\s\S]*188/);
    },
    { expected: [] },
  );
});

test("what a network's login page answers is called no lie", async () => {
  const path = await sample("komatsuna");
  await visit(async (page) => {
    await page.route(BUNDLES, (route) =>
      route.fulfill({ status: 200, contentType: "text/html", body: "<!doctype html><p>Wi-Fi" }),
    );
    const { tone, text } = await judge(page, path);
    assert.equal(tone, "amber");
    assert.ok(text.includes(words.ja.ui.strangeAnswer), text);
    await page.unroute(BUNDLES);
    await page.getByRole("button", { name: words.ja.ui.retry, exact: true }).click();
    await page.locator("#verdict [data-tone=good]").waitFor();
  });
});

test("an answer that breaks off or is empty is called no lie", async () => {
  const path = await sample("komatsuna");
  for (const change of [(text) => text.slice(0, text.length / 2), () => "{}"]) {
    await visit(async (page) => {
      await page.route(BUNDLES, async (route) => {
        const body = change(await (await route.fetch()).text());
        await route.fulfill({ status: 200, contentType: "application/json", body });
      });
      const { tone, text } = await judge(page, path);
      assert.equal(tone, "amber");
      assert.ok(text.includes(words.ja.ui.cutAnswer), text);
      await page.unroute(BUNDLES);
      await page.getByRole("button", { name: words.ja.ui.retry, exact: true }).click();
      await page.locator("#verdict [data-tone=good]").waitFor();
    });
  }
});

test("a page that is come back to is checked again, and says of when it is where it can't be", async () => {
  const path = await sample("komatsuna");
  await visit(
    async (page) => {
      let asked = 0;
      await page.clock.install();
      await page.route(BUNDLES, (route) => {
        asked++;
        return route.fallback();
      });
      const seen = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      const { text } = await judge(page, path);
      assert.match(text, /^.*\d\d:\d\d に、この端末が/m);
      await page.clock.fastForward("04:00");
      await seen();
      assert.equal(asked, 1);
      await page.clock.fastForward("02:00");
      await seen();
      await page.waitForFunction(() => document.querySelector("#verdict [data-tone=good]"));
      assert.equal(asked, 2);
      await page.route(BUNDLES, (route) => route.abort());
      await page.clock.fastForward("01:00:00");
      await seen();
      const stale = page.locator("#verdict [data-state=stale]");
      await stale.waitFor();
      assert.equal(await stale.getAttribute("data-tone"), "neutral");
      assert.match(await stale.locator("h2").innerText(), /年.*\d\d:\d\d の結果です/);
      assert.ok((await stale.innerText()).includes(words.ja.ui.notChecked));
      await page.unroute(BUNDLES);
      await page.getByRole("button", { name: words.ja.ui.retry, exact: true }).click();
      await page.locator("#verdict [data-tone=good]").waitFor();
    },
    { expected: ["net::ERR_FAILED"] },
  );
});

test("a page whose scripts don't come has a way to try again", async () => {
  const path = await sample("komatsuna");
  await visit(
    async (page) => {
      await page.route("**/assets/*.js", (route) => route.abort());
      await page.goto(`${address}${path}?lang=easy`);
      const link = page.locator("#verdict .stuck a");
      await link.waitFor({ state: "visible" });
      await page.unroute("**/assets/*.js");
      await link.click();
      await page.locator("#verdict [data-tone=good]").waitFor();
      assert.equal(await page.locator(".stuck").count(), 0);
    },
    { expected: ["net::ERR_FAILED"] },
  );
});

for (const language of ["ja", "en"]) {
  test(`descriptions that are withheld are counted, in ${language}`, async () => {
    const path = await sample("komatsuna");
    await visit(
      async (page) => {
        await lie(page, (bundle) => ({ ...bundle, documents: [] }));
        const { tone, title, text } = await judge(page, path);
        // People may have their data erased: that reddens nothing
        assert.equal(tone, "good");
        assert.equal(title, words[language].ui.passedRecords);
        const said =
          language === "ja" ? /説明は、(\d+) 件のうち \1 件/ : /(\d+) of \1 descriptions/;
        assert.match(text, said);
        await page.locator("#checks > summary").click();
        assert.match(await page.locator("[data-check=documents]").innerText(), said);
      },
      { language },
    );
  });
}

test("readings that are withheld hide no warm night", async () => {
  const path = await sample("warm");
  await visit(async (page) => {
    // The coolest first window, as somebody would who wants nothing but to break the count
    await lie(page, (bundle) => ({ ...bundle, readings: bundle.readings.slice(1) }));
    const { tone, title, text } = await judge(page, path);
    assert.equal(tone, "red");
    assert.equal(title, words.ja.findings.temperature_exceeded);
    assert.match(text, /\d+ 区間のうち 1 区間/);
    assert.match(text, /以上 外れました/);
    assert.ok(!text.includes("消された記録はありません"), text);
    assert.ok((await page.locator("#temperature .chart").count()) > 0);
  });
});

test("readings that are withheld are missed, and nothing says that all is there", async () => {
  const path = await sample("komatsuna");
  await visit(async (page) => {
    await lie(page, (bundle) => ({ ...bundle, readings: bundle.readings.slice(1) }));
    const { tone, title, text } = await judge(page, path);
    assert.deepEqual([tone, title], ["amber", words.ja.reasons.readings_not_included]);
    assert.doesNotMatch(text, /消された記録はありません|まだ|すべてそろって/);
    assert.match(await page.locator("#temperature").innerText(), /区間のうち 1 区間/);
  });
});

test("leads from the verdict to the parts of a long page", async () => {
  await visit(async (page) => {
    await judge(page, await sample("norway"));
    const links = page.locator("#verdict + .jumps a");
    for (const link of await links.all()) {
      const id = (await link.getAttribute("href")).slice(1);
      assert.equal(await page.locator(`#${id} > h2`).innerText(), await link.innerText());
    }
    assert.equal(await links.count(), 6);
    const places = await links.evaluateAll((all) =>
      all.map(({ hash }) => document.querySelector(hash).getBoundingClientRect().top),
    );
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
    // One that says only that nothing is on record has no link
    await judge(page, await sample("copied"));
    assert.equal(await page.locator('.jumps a[href="#certificates"]').count(), 0);
  });
});

test("a gap in the readings is told beside the verdict, with how long it was", async () => {
  await visit(async (page) => {
    const { tone, title, text } = await judge(page, await sample("norway"));
    assert.equal(tone, "amber");
    assert.match(title, /\d+\u00a0時間 \d+\u00a0分は、温度が測られていません/);
    assert.match(text, /測られていないのは、11月24日 .*から 11月25日 .*まで/);
    // Where its temperature is what must be known, it comes first
    assert.equal(await page.locator(".story > :first-child").getAttribute("id"), "temperature");
  });
});

test("a date in a code's address that nobody signed is told, where it is another", async () => {
  const path = await sample("komatsuna");
  await visit(async (page) => {
    await judge(page, `${path}?17=300101`);
    assert.match(await page.locator("#notices").innerText(), /2030年1月1日/);
    await judge(page, `${path}?17=nothing`);
    assert.equal(await page.locator("#notices").count(), 0);
  });
});

test("a barcode alone says which lots of the product are recalled", async () => {
  const [, , gtin] = (await sample("recalled")).split("/");
  await visit(async (page) => {
    const response = await page.goto(`${address}/01/${gtin}`);
    assert.equal(response.status(), 200);
    assert.match(await page.locator("h1").innerText(), /ほうれん草/);
    assert.match(await page.title(), /^回収中: ほうれん草/);
    assert.equal(await page.locator(".alert[data-code=recalled]").count(), 1);
    await page.getByRole("link", { name: words.ja.ui.productRecalledLot }).click();
    await page.waitForURL(/\/10\/HO/);
  });
});

test("a revoked certificate is red, and says since when", async () => {
  const path = await sample("revoked");
  await visit(async (page) => {
    const { tone, title, text } = await judge(page, path);
    assert.equal(tone, "red");
    assert.match(title, /^有機JASの認証が、取り消されました/);
    assert.match(text, /説明|記録そのものは/);
    assert.match(await page.title(), /^認証取り消し: /);
    assert.match(
      await page.locator("h1 + .warning").innerText(),
      /「有機」の認証は、取り消されました/,
    );
    const certificate = page.locator("#certificates");
    assert.match(await certificate.innerText(), /月\d+日 に取り消されました/);
    assert.ok((await certificate.innerText()).includes("使用できない資材"));
    assert.equal(await certificate.locator(".fault").locator(".tick, .tag").count(), 0);
    assert.equal(await certificate.locator("h3 s").count(), 1);
  });
});

test("a correction is struck through in grey, beside the right record", async () => {
  const path = await sample("correction");
  await visit(async (page) => {
    assert.equal((await judge(page, path)).tone, "good");
    const struck = page.locator(".step.corrected");
    assert.equal(await struck.count(), 1);
    assert.ok((await struck.innerText()).includes("360\u00a0kg"));
    await page.locator("#corrections a").last().click();
    const [, right] = page.url().split("#");
    assert.ok((await page.locator(`[id="${right}"]`).innerText()).includes("36\u00a0kg"));
  });
});

test("no sign lies over the words beside it", async () => {
  await visit(async (page) => {
    for (const word of ["correction", "warm", "recalled"]) {
      await judge(page, await sample(word));
      await page.locator("#checks > summary").click();
      const over = await page.locator(".sign:visible").evaluateAll((signs) =>
        signs.flatMap((sign) => {
          const beside = document.createRange();
          beside.selectNodeContents(sign.parentElement);
          beside.setStartAfter(sign);
          const { left, right } = sign.getBoundingClientRect();
          const [words] = beside.getClientRects();
          return words && words.left < right && words.right > left ? [beside.toString()] : [];
        }),
      );
      assert.deepEqual(over, [], word);
    }
  });
});

test("a code that was never issued is called so", async () => {
  const path = await sample("never issued");
  await visit(
    async (page) => {
      const { tone, title, text } = await judge(page, path);
      assert.equal(tone, "red");
      assert.equal(title, words.en.ui.noRecordsVerdict);
      assert.equal(await page.locator("h1").innerText(), words.en.ui.unknownTitle);
      assert.ok(!text.includes(words.en.ui.verdictAlso));
    },
    { language: "en" },
  );
});

/** What a server could do to the recalled spinach, and what the page must say. */
const LIES = [
  ["hides the recall", hide("recalled"), "history_incomplete"],
  ["hides the harvest", hide("harvested"), "history_incomplete"],
  ["swaps a signature", swapSignature("harvested"), "bad_signature"],
  [
    "changes a row",
    rewrite("harvested", (payload) => ({ ...payload, eventTime: "2026-11-20T00:00:00.000Z" })),
    "history_changed",
  ],
  ["leaves the crate out", leaveOut("sscc"), "missing_history"],
  ["leaves the lot out", leaveOut("lot"), "missing_history"],
  ["leaves the places out", leaveOut("place"), "missing_history"],
  ["hides where the places are", hide("place_described"), "history_incomplete"],
  ["shows one member's endorsement only", oneEndorsement, "threshold_members"],
  ["sends something else", broken, "bundle_malformed"],
];

for (const [name, change, reason] of LIES) {
  test(`a server that ${name} is caught`, async () => {
    const path = await sample("recalled");
    for (const language of ["ja", "en"]) {
      await visit(
        async (page) => {
          await lie(page, change);
          const { tone, title, text } = await judge(page, path);
          assert.equal(tone, "red");
          assert.equal(title, words[language].ui.failed);
          assert.ok(text.includes(words[language].reasons[reason]), text);
          assert.equal(await page.locator(".step, .facts, .tick").count(), 0);
        },
        { language },
      );
    }
  });
}

test("a server that replays an old answer is caught", async () => {
  const path = await sample("komatsuna");
  const old = await (await askedFor(path, "A".repeat(43))).text();
  await visit(async (page) => {
    await page.route(BUNDLES, (route) =>
      route.fulfill({ status: 200, contentType: "application/json", body: old }),
    );
    const { tone, text } = await judge(page, path);
    assert.equal(tone, "red");
    assert.ok(text.includes(words.ja.reasons.challenge_mismatch), text);
  });
});

test("a server that shows another package's history is caught", async () => {
  const path = await sample("recalled");
  const other = await sample("komatsuna");
  await visit(async (page) => {
    await page.route(BUNDLES, async (route) => {
      const challenge = new URL(route.request().url()).searchParams.get("challenge");
      const body = await (await askedFor(other, challenge)).text();
      await route.fulfill({ status: 200, contentType: "application/json", body });
    });
    const { tone, text } = await judge(page, path);
    assert.equal(tone, "red");
    assert.ok(text.includes(words.ja.reasons.missing_history), text);
  });
});

test("a server that names other members is caught", async () => {
  const path = await sample("komatsuna");
  const trust = await (await fetch(`${address}/trust.json`)).json();
  const [first, second, third] = trust.members;
  const moved = { ...trust, members: [first, second, third] };
  // Roots of others under the old names
  moved.members = [
    { ...first, roots: second.roots, intermediates: second.intermediates },
    { ...second, roots: third.roots, intermediates: third.intermediates },
    { ...third, roots: first.roots, intermediates: first.intermediates },
  ];
  await visit(async (page) => {
    await page.route("**/trust.json", (route) =>
      route.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify(moved) }),
    );
    const { tone, text } = await judge(page, path);
    assert.equal(tone, "red");
    assert.ok(text.includes(words.ja.reasons.certificate_not_trusted), text);
  });
});

test("a server that is gone leaves it open, until it comes back", async () => {
  const path = await sample("komatsuna");
  await visit(
    async (page) => {
      await page.route(BUNDLES, (route) => route.abort());
      const { tone, title, text } = await judge(page, path);
      assert.equal(tone, "amber");
      assert.equal(title, words.ja.ui.notChecked);
      assert.ok(text.includes(words.ja.ui.unverifiedShown));
      assert.equal(await page.locator(".tick").count(), 0);
      await page.unroute(BUNDLES);
      await page.getByRole("button", { name: words.ja.ui.retry }).click();
      await page.locator("#verdict [data-tone=good]").waitFor();
    },
    { expected: ["ERR_FAILED"] },
  );
});

test("a server that is in trouble leaves it open", async () => {
  const path = await sample("komatsuna");
  await visit(
    async (page) => {
      await page.route(BUNDLES, (route) => route.fulfill({ status: 503, body: "" }));
      assert.equal((await judge(page, path)).tone, "amber");
    },
    { expected: ["503"] },
  );
});

test("a browser that can't compute leaves it open", async () => {
  const path = await sample("komatsuna");
  await visit(
    async (page) => {
      await page.addInitScript(() => {
        // As it is on pages without https
        Object.defineProperty(Crypto.prototype, "subtle", { value: undefined });
      });
      const { tone, text } = await judge(page, path);
      assert.equal(tone, "amber");
      assert.ok(text.includes(words.ja.ui.incapable));
      assert.equal(await page.locator(".tick").count(), 0);
    },
    { expected: ["TypeError"] },
  );
});

test("the proof to download is the one that was checked", async () => {
  const path = await sample("komatsuna");
  const serial = path.split("/").at(-1);
  await visit(async (page) => {
    let served = null;
    await page.route(BUNDLES, async (route) => {
      const response = await route.fetch();
      served = await response.body();
      await route.fulfill({ response, body: served });
    });
    await judge(page, path);
    await page.locator("#elsewhere summary").click();
    for (const [name, file, bytes] of [
      [
        words.ja.ui.download,
        new RegExp(`^sanchi-04569951110016-${serial}-20[0-9-]{8}\\.json$`),
        served,
      ],
      [
        words.ja.ui.downloadTrust,
        /^sanchi-trust-[a-z0-9-]+-20[0-9-]{8}\.json$/,
        Buffer.from(await (await fetch(`${address}/trust.json`)).arrayBuffer()),
      ],
    ]) {
      const started = page.waitForEvent("download");
      await page.getByRole("link", { name, exact: true }).click();
      const download = await started;
      assert.match(download.suggestedFilename(), file);
      assert.deepEqual(readFileSync(await download.path()), bytes);
    }
  });
});

test("no address with a serial in it leaves, and nothing is kept", async () => {
  const response = await fetch(address + (await sample("komatsuna")));
  const { headers } = response;
  assert.equal(headers.get("referrer-policy"), "no-referrer");
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("set-cookie"), null);
  const policy = headers.get("content-security-policy");
  assert.ok(policy.includes("default-src 'none'") && !policy.includes("unsafe"), policy);
});

test("scripts and styles come compressed, and are kept", async () => {
  const page = await (await fetch(address + (await sample("komatsuna")))).text();
  const assets = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path);
  assert.ok(assets.length >= 3, String(assets));
  for (const path of assets) {
    const { headers } = await fetch(address + path);
    assert.ok(headers.get("cache-control").includes("immutable"), path);
    const small = Number(headers.get("content-length") ?? Number.POSITIVE_INFINITY) < 2048;
    assert.ok(small || headers.get("content-encoding") === "gzip", path);
  }
});

test("an address that is no code gets a page that helps", async () => {
  for (const path of [
    "/01/04569951110017/21/ABC",
    "/01/",
    "/00/123",
    "/01/04569951110016/21/A/10/B",
    "/01/04569951110016/21/%00",
    "/8003/04569951110017A",
  ]) {
    const answer = await fetch(address + path, { headers: { "Accept-Language": "en" } });
    assert.equal(answer.status, 404, path);
    const text = await answer.text();
    // Of an address that it refuses itself the container does not tell which it was
    const title = path.endsWith("%00") ? words.en.ui.noPageTitle : words.en.ui.notFoundTitle;
    assert.ok(text.includes(title), path);
    assert.ok(text.includes('action="/code"'), path);
    assert.ok(answer.headers.get("content-security-policy"), path);
  }
  const lost = await fetch(`${address}/nothing/here`, { headers: { "Accept-Language": "en" } });
  assert.equal(lost.status, 404);
  assert.ok((await lost.text()).includes(words.en.ui.noPageTitle));
  const posted = await fetch(address + (await sample("komatsuna")), { method: "POST" });
  assert.equal(posted.status, 405);
  assert.ok(!(await posted.text()).includes("Payara"));
});

test("the home page leads to the packages and the verifier", async () => {
  await visit(
    async (page) => {
      await page.goto(`${address}/`);
      assert.equal(await page.locator(".packages a").count(), (await samples()).length);
      // No more keepers than the trust list names
      const { members } = await (await fetch(`${address}/trust.json`)).json();
      const operators = new Set(members.map(({ operator }) => operator));
      const said = await page.locator(".sentences").innerText();
      assert.equal(said.includes(words.en.ui.homeShared), operators.size > 1);
      assert.equal(said.includes(words.en.ui.homeOneOperator), operators.size === 1);
      const icon = await page.locator("link[rel=icon]").getAttribute("href");
      assert.equal((await fetch(address + icon)).headers.get("content-type"), "image/svg+xml");
      await page.getByRole("link", { name: words.en.ui.verifyTitle }).click();
      await page.locator("#drop").waitFor();
    },
    { language: "en" },
  );
});

const PAGES = ["/", "/verify/", "/verify/?lang=easy", "/?lang=easy", "/nothing/here"];

test("fits a screen of 320 px", async () => {
  await visit(
    async (page) => {
      for (const path of [...PAGES, ...(await samples()).map(({ path }) => path)]) {
        if (PAGES.includes(path)) await page.goto(address + path);
        else await judge(page, path);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= 320, `${path} is ${wide} px wide`);
      }
    },
    { width: 320, expected: ["404"] },
  );
});

const LOOKS = [
  [
    [320, "light"],
    [2560, "dark"],
  ],
  [
    [390, "light"],
    [1280, "dark"],
  ],
  [
    [320, "dark"],
    [2560, "light"],
  ],
  [
    [390, "dark"],
    [1280, "light"],
  ],
];
/** Two looks at a screen in a language, others at the next one; all where somebody asks for it. */
const looksAt = (turn) =>
  process.env.SANCHI_LOOKS === "all" ? LOOKS.flat() : LOOKS[turn % LOOKS.length];
const SCREENS = ["komatsuna", "recalled", "warm", "salad", "copied", "never issued"];

for (const [shift, reader] of ["ja", "easy", "en"].entries()) {
  test(`passes the rules of WCAG 2.2 AA that a program can test, in ${reader}`, async () => {
    const things = await Promise.all(SCREENS.map(sample));
    for (const [i, path] of [...things, "/", "/verify/", "/nothing/here"].entries()) {
      await visit(
        async (page) => {
          const asked = reader === "easy" ? `${path}?lang=easy` : path;
          if (things.includes(path)) await judge(page, asked);
          else await page.goto(address + asked);
          for (const closed of await page.locator("summary").all()) await closed.click();
          for (const [width, colorScheme] of looksAt(i + shift)) {
            await page.setViewportSize({ width, height: 844 });
            await page.emulateMedia({ colorScheme });
            await accessible(page, `${asked} at ${width} px, ${colorScheme}`);
          }
        },
        { language: reader === "en" ? "en" : "ja", expected: ["404"] },
      );
    }
  });
}

for (const [reader, width, growers] of [
  ["ja", 390, /北俣農園、田野ハウス園芸、国富の畑（このうちの 1 者か、それ以上）/],
  ["easy", 390, /北俣農園、田野ハウス園芸、国富の畑（/],
  ["en", 1280, /one or more of Kitamata Farm, Tano Greens, Kunitomi Fields/],
]) {
  const seen = { language: reader === "en" ? "en" : "ja", width };

  test(`names all growers of a mixed bag, in ${reader}, and what each of them grew`, async () => {
    const path = await sample("three growers");
    await visit(async (page) => {
      const { tone } = await judge(page, reader === "easy" ? `${path}?lang=easy` : path);
      assert.equal(tone, "good");
      assert.match(withoutReadings(await page.locator(".facts").innerHTML()), growers);
      const inputs = page.locator("#inputs details");
      assert.equal(await inputs.count(), 3);
      await inputs.first().locator("summary").click();
      assert.equal(await inputs.first().locator(".step .tick").count(), 3);
      await page.locator("#photo img").waitFor();
    }, seen);
  });

  test(`says calmly, in ${reader}, what a shop says of a copied code`, async () => {
    const path = await sample("copied");
    await visit(async (page) => {
      const { tone } = await judge(page, reader === "easy" ? `${path}?lang=easy` : path);
      // Nobody sent it there: whoever says so reddens nothing
      assert.equal(tone, "good");
      // Whoever stands at a shelf is asked before anything is called unchanged
      const card = page.locator(".head > #copies.tone-amber");
      const title = await card.locator("h2").innerHTML();
      assert.match(
        withoutReadings(title),
        reader === "en"
          ? /Did you buy it at Machi Greengrocer\?/
          : /「まちの八百屋」で ?買いましたか/,
      );
      const { y, height } = await card.locator("h2").boundingBox();
      assert.ok(y + height < 667, String(y));
      assert.equal(await page.locator("#copies ~ #verdict").count(), 1);
      const said = withoutReadings(await card.innerHTML());
      assert.equal(await page.locator("#copies").count(), 1);
      assert.match(said, reader === "en" ? /Kita Greengrocer says \(/ : /北の青果の ?知らせ（/);
      // In the reader's language, since who says so has given it in both
      const claim =
        reader === "en"
          ? /sold at Machi Greengrocer in Tokyo at 10:00, 20 minutes before/
          : /同じコードの袋は、20分前の 10:00 に東京都中央区/;
      assert.match(said, claim);
      assert.equal(await page.locator(".step.unconfirmed").count(), 2);
      await page.locator("#photo img").waitFor();
    }, seen);
  });
}

const withoutReadings = (html) => html.replaceAll(/<rt>.*?<\/rt>|<[^>]+>/g, "");

const PHOTOS = "**/api/photos/*";

test("shows the photo whose hash was signed, and nothing moves when it comes", async () => {
  const path = await sample("komatsuna");
  await visit(async (page) => {
    let release = null;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    await page.route(PHOTOS, async (route) => {
      await held;
      await route.continue();
    });
    assert.equal((await judge(page, path)).tone, "good");
    const before = await page.locator("h1").boundingBox();
    assert.equal(await page.locator("#photo img").count(), 0);
    assert.equal(await page.locator("#photo").innerText(), words.ja.ui.photoWaits);
    release();
    const photo = page.locator("#photo img");
    await photo.waitFor();
    assert.equal(await photo.getAttribute("alt"), await page.locator("h1").innerText());
    assert.ok(await photo.evaluate(async (image) => image.decode().then(() => image.naturalWidth)));
    assert.deepEqual(await page.locator("h1").boundingBox(), before);
  });
});

test("a server that sends another photo is caught", async () => {
  const path = await sample("komatsuna");
  await visit(async (page) => {
    await page.route(PHOTOS, async (route) => {
      const body = await (await route.fetch()).body();
      body[body.length - 1] ^= 1;
      await route.fulfill({ status: 200, contentType: "image/jpeg", body });
    });
    assert.equal((await judge(page, path)).tone, "good");
    await page.getByText(words.ja.ui.photoWrong).waitFor();
    assert.equal(await page.locator("#photo img").count(), 0);
  });
});

test("a photo that does not come leaves a sentence in its place", async () => {
  const path = await sample("komatsuna");
  await visit(
    async (page) => {
      await page.route(PHOTOS, (route) => route.fulfill({ status: 404, body: "" }));
      await judge(page, path);
      await page.getByText(words.ja.ui.photoMissing).waitFor();
    },
    { expected: ["404"] },
  );
});

test("draws places on a map that no other server is asked for", async () => {
  const path = await sample("komatsuna");
  await visit(async (page) => {
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await judge(page, path);
    const map = page.locator("#map svg").first();
    assert.match(
      await map.getAttribute("aria-label"),
      /1 北俣ほ場.* → 2 綾町 集出荷場.* → 3 まちの八百屋/,
    );
    assert.equal(await map.locator(".mark").count(), 2);
    assert.equal(await map.locator(".arrow").count(), 1);
    await map.locator(".land[d]").waitFor({ state: "attached" });
    // Field and packing house are near each other, and no coast is there to know them by
    assert.equal(await page.locator("#map figure").count(), 2);
    assert.equal(await page.locator("#map figure:visible").count(), 1);
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(address) && !url.startsWith("data:")),
      [],
    );
  });
});

test("draws a way from Norway as it led from lot to lot", async () => {
  const path = await sample("norway");
  await visit(
    async (page) => {
      await judge(page, path);
      const maps = page.locator("#map svg");
      // The world, and anew in large where places are near one another
      assert.equal(await maps.count(), 3);
      assert.match(
        await maps.first().getAttribute("aria-label"),
        /1 Hatchery.* → 2 Net pen.* → 4 Processing plant.* → 5 .*Oslo.* → 6 .*Narita.* → 7 Machi.*, 3 Feed mill.* → 2 Net pen/,
      );
      assert.equal(await page.locator("#map .stops li").count(), 7);
      const marks = await maps.first().locator("text").allTextContents();
      assert.equal(marks.at(-1), "6·7", marks.join());
    },
    { language: "en" },
  );
});

test("says that a harvest was in the morning only of one that was", async () => {
  const fresh = words.ja.ui.morning;
  for (const [word, morning] of [
    ["komatsuna", true],
    ["norway", false],
  ]) {
    const path = await sample(word);
    await visit(async (page) => {
      await judge(page, path);
      assert.equal((await page.locator(".brief").innerText()).includes(fresh), morning, word);
    });
  }
});

test("fits a sheet of A4", async () => {
  for (const word of ["komatsuna", "recalled"]) {
    const path = await sample(word);
    await visit(async (page) => {
      await judge(page, path);
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
      assert.equal(pdf.toString("latin1").match(/\/Type \/Page\b/g).length, 1, word);
    });
  }
});

test("a link to a page has a preview that says nothing of a verdict", async () => {
  const html = await (
    await fetch(address + (await sample("komatsuna")), { headers: { "Accept-Language": "en" } })
  ).text();
  const said = Object.fromEntries(
    [...html.matchAll(/<meta property="(og:[a-z_]+)" content="([^"]*)">/g)].map(
      ([, property, content]) => [property, content],
    ),
  );
  assert.equal(
    said["og:title"],
    words.en.ui.pageTitle.replace("{title}", "Organic komatsuna, 200 g"),
  );
  assert.equal(said["og:description"], words.en.ui.previewText);
  // The product's own picture
  assert.match(said["og:image"], /\/api\/photos\/[\w-]{43}$/);
  const picture = await fetch(said["og:image"]);
  assert.match(picture.headers.get("content-type"), /^image\//);
});

test("resolves a code for programs", async () => {
  const path = await sample("komatsuna");
  const ask = (query, accept) =>
    fetch(address + path + query, { headers: { Accept: accept }, redirect: "manual" });
  for (const answer of [
    await ask("", "application/linkset+json"),
    await ask("?linkType=linkset", "*/*"),
    await ask("?linkType=all", "text/html"),
  ]) {
    assert.equal(answer.headers.get("content-type"), "application/linkset+json");
    const { linkset } = await answer.json();
    assert.equal(linkset[0].anchor, `https://id.gs1.org${path}`);
    const pages = linkset[0]["https://ref.gs1.org/voc/pip"];
    assert.deepEqual(
      pages.map(({ hreflang }) => hreflang),
      [["ja"], ["en"]],
    );
    for (const { href } of pages) assert.equal((await fetch(href)).status, 200);
  }
  const page = await ask("", "text/html");
  assert.match(page.headers.get("link"), /rel="linkset"/);
  const proof = await ask("?linkType=gs1:traceability", "application/json");
  assert.equal(proof.status, 307);
  const { histories } = await (await fetch(new URL(proof.headers.get("location"), address))).json();
  assert.ok(histories.length > 0);
  assert.equal((await ask("?linkType=gs1:recipeInfo", "*/*")).status, 404);
  assert.equal((await ask("?linkType=gs1:recallStatus", "*/*")).status, 404);
  const recalled = await fetch(`${address}${await sample("recalled")}?linkType=gs1:recallStatus`, {
    redirect: "manual",
  });
  assert.equal(recalled.status, 307);
  const slash = await fetch(`${address}${path}/?lang=en`, { redirect: "manual" });
  assert.equal(slash.status, 307);
  assert.equal(slash.headers.get("location"), `${path}?lang=en`);
  const other = await fetch(`${address}${path.replace("/01/0", "/01/")}?lang=en`, {
    redirect: "manual",
  });
  assert.equal(other.status, 307);
  assert.equal(other.headers.get("location"), `${path}?lang=en`);
});

test("a packed code leads to the address that it stands for", async () => {
  for (const [path, location] of [
    ["/CwhQDKAHAM4AIX2u24", "/01/04569951110016/10/ABC-123"],
    ["/ARFKk4XB0CDKWcnpq", "/01/09506000134376/10/LOT01"],
    ["/CwhQDKAHAM4AIX2u24?lang=en", "/01/04569951110016/10/ABC-123?lang=en"],
    ["/01/04569951110016/EGcAEL7XbchApo", "/01/04569951110016/10/ABC-123/21/77"],
    [
      "/GghQDKAHABBNSkGP8b2wrs9DTQDVlllk?lang=en",
      "/01/04569951110016/10/20261126/21/K7PQ00A1ZZZZ?17=261231&lang=en",
    ],
  ]) {
    const answer = await fetch(address + path, { redirect: "manual" });
    assert.equal(answer.status, 307, path);
    assert.equal(answer.headers.get("location"), location);
  }
});

test("codes without a public page, and packed ones that are damaged, get a page that says so", async () => {
  for (const [path, status, title] of [
    ["/8003/04569951110016A", 200, "keyTitle"],
    ["/414/4569951001017", 200, "keyTitle"],
    ["/01/04569951110016", 200, "productNotRecalled"],
    ["/01/04901234567894", 404, "notOursTitle"],
    ["/ARFKk4XB0CDKWcn", 404, "compressedTitle"],
    ["/01/04569951110016/ARFKk4XB0CA", 404, "compressedTitle"],
  ]) {
    const answer = await fetch(address + path, { headers: { "Accept-Language": "en" } });
    assert.equal(answer.status, status, path);
    assert.ok((await answer.text()).includes(words.en.ui[title]), path);
  }
});

test("easy Japanese says how words are read, on the server and in the browser", async () => {
  const path = await sample("komatsuna");
  for (const javaScriptEnabled of [false, true]) {
    await visit(
      async (page) => {
        const asked = `${path}?lang=easy`;
        if (javaScriptEnabled) assert.equal((await judge(page, asked)).tone, "good");
        else await page.goto(address + asked);
        const ruby = page.locator(".facts ruby").first();
        assert.match(await ruby.innerHTML(), /^生産者<rt>せいさんしゃ<\/rt>$/);
        assert.match(await page.locator("#timeline h2").innerText(), /これまでの こと/);
        // A name is never read for its owner
        assert.equal(
          await page.locator(".who", { hasText: "北俣農園" }).first().locator("ruby").count(),
          0,
        );
        if (javaScriptEnabled) {
          await accessible(page, asked);
        }
      },
      { width: 320, javaScriptEnabled },
    );
  }
});

test("a reader without JavaScript is told what a shop says of a copied code", async () => {
  await visit(
    async (page) => {
      await page.goto(address + (await sample("copied")));
      assert.match(
        await page.locator("#copies").innerText(),
        /まちの八百屋[\s\S]*北の青果の知らせ/,
      );
    },
    { javaScriptEnabled: false },
  );
});

test("a reader without JavaScript sees the photo's place, and no photo", async () => {
  const path = await sample("komatsuna");
  await visit(
    async (page) => {
      await page.goto(address + path);
      assert.equal(await page.locator("#photo").innerText(), words.ja.ui.photoWaits);
      assert.equal(await page.locator("main img").count(), 0);
    },
    { javaScriptEnabled: false },
  );
});
