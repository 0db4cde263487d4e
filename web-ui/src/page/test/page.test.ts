import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64Url } from "../../shared/base64.ts";
import { wordsOf } from "../../shared/dictionaries.ts";
import type { TraceEvent } from "../../shared/event.ts";
import { grouped } from "../../shared/fingerprint.ts";
import { h, toHtml } from "../../shared/html.ts";
import type { JsonObject } from "../../shared/json.ts";
import { sha256 } from "../../shared/sha256.ts";
import { readStart } from "../../shared/subject.ts";
import { easier } from "../../shared/test/easier.ts";
import { type Device, GTIN, LOT, link, PLACE, SSCC } from "../../shared/test/world.ts";
import { MINUTE } from "../../shared/time.ts";
import type { Verification } from "../../shared/verify.ts";
import readings from "../../shared/words/ruby.json";
import type { Language } from "../../shared/words.ts";
import { isWhole } from "../arrival.ts";
import { copiesView } from "../copies.ts";
import { learn, rubyOf } from "../easy.ts";
import { mapView } from "../map.ts";
import { isPast, uncovered } from "../moments.ts";
import { photoOf } from "../photo.ts";
import { type Route, routeOf } from "../route.ts";
import { isOfTheMorning, recallAlert, type Telling, tell, withdrawnOf } from "../telling.ts";
import { markJapanese, tonguesOf } from "../tongue.ts";
import { checksView, howView, say, verdictView } from "../verdict-view.ts";
import { alertsView, briefView, factsView, storyView, warningView } from "../view.ts";
import { Told } from "./told.ts";

const ja = wordsOf("ja");
learn(readings);
const en = wordsOf("en");
const easyWords = easier(ja);

function telling({ verdict, evidence }: Verification, language: Language = "ja"): Telling {
  assert.ok(evidence, JSON.stringify(verdict.checks));
  return tell(evidence, verdict, language, wordsOf(language));
}

const html = (told: Telling, verified = true): string =>
  toHtml([
    alertsView(told.alerts, ja),
    briefView(told),
    factsView(told),
    storyView(told, ja, verified),
  ]);

const verdictToneOf = (verdict: Verification["verdict"]): string =>
  say({ state: "judged", verdict, seconds: 1, completeUpTo: null }, ja).tone;

const whatOf = (told: Telling): string[] => told.steps.map(({ what }) => what);

test("tells the way of a package in order of time, in both languages", async () => {
  const told = await Told.komatsuna();
  const verification = await told.verify();
  const japanese = telling(verification);
  assert.equal(japanese.title, "有機小松菜");
  assert.deepEqual(whatOf(japanese), [
    "ロットを登録しました",
    "収穫しました",
    "検査しました",
    "袋につめ、ラベルをつけました",
    "箱につめました",
    "保冷ボックスにのせました",
    "出荷しました",
    "入荷しました",
  ]);
  assert.deepEqual(
    [...japanese.brief, ...japanese.facts].map(
      ({ label, text }) => `${label}: ${text.replace(/ .*/, "")}`,
    ),
    [
      "収穫: 2026年5月20日",
      "生産者: 北俣農園",
      "場所: ほ場",
      "ロット: L1",
      "アレルギー: 袋のラベルを見てください",
    ],
  );
  assert.equal(telling(verification, "en").title, "Organic komatsuna");
  const [, second] = telling(verification, "en").steps;
  assert.equal(second?.day, "20 May 2026");
  assert.match(second?.time ?? "", /^\d\d:\d\d$/);
});

test("shows times at the place of the event, and of a day only the day", async () => {
  const told = await Told.komatsuna();
  const time = "2026-05-20T22:30:00.000Z";
  await told.log("weeding", { eventTime: time, "sanchi:method": "手" });
  await told.log("irrigating", { eventTime: time, "sanchi:precision": "day" });
  await told.log("irrigating", { eventTime: time, eventTimeZoneOffset: "-08:00" });
  const steps = telling(await told.verify()).steps.filter(({ what }) => /草|水/.test(what));
  assert.deepEqual(
    steps.map(({ day, time }) => [day, time]),
    [
      ["2026年5月21日", "07:30"],
      ["2026年5月21日", null],
      ["2026年5月20日", "14:30（現地）"],
    ],
  );
});

test("a name in a signed description is text, whatever it holds", async () => {
  const told = await Told.komatsuna();
  const evil = `<script>alert("1")</script>'&`;
  await told.describe("organisation_described", {}, { name: evil });
  told.documents.shift();
  await told.log("weeding", { "sanchi:method": evil, "sanchi:note": `"><img src=x onerror=1>` });
  const page = html(telling(await told.verify()));
  assert.ok(page.includes("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;"));
  assert.ok(!/<script|<img/.test(page));
});

test("a tick stands only where something was verified", async () => {
  const told = telling(await (await Told.komatsuna()).verify());
  const ticks = (verified: boolean): number =>
    html(told, verified).split('class="tick"').length - 1;
  assert.equal(ticks(true), told.steps.length + told.certificates.length);
  assert.equal(ticks(false), 0);
});

test("a correction strikes through what it corrects, and names the right record", async () => {
  const told = await Told.komatsuna();
  const wrong = told.world.epcis(told.grower, "quantity_stated", told.form("quantity_stated"), {
    quantityList: [{ epcClass: "https://id.gs1.org/01/04912345678904/10/L1", quantity: 480 }],
  });
  const id = told.world.append(await told.world.jws(wrong, told.grower.key));
  const right = { ...wrong, ...told.world.common("quantity_stated") };
  right["quantityList"] = [
    { epcClass: "https://id.gs1.org/01/04912345678904/10/L1", quantity: 48, uom: "KGM" },
  ];
  const rightId = told.world.append(await told.world.jws(right, told.grower.key));
  const declaration = {
    ...wrong,
    errorDeclaration: {
      correctiveEventIDs: [right["eventID"] as string],
      declarationTime: "2026-05-20T09:00:00.000Z",
      reason: "incorrect_data",
    },
    "sanchi:corrects": id,
  };
  told.world.append(await told.world.jws(declaration, told.grower.key));
  const page = telling(await told.verify());
  const step = page.steps.find((one) => one.id === id);
  assert.equal(step?.state, "corrected");
  assert.equal(
    step?.correction?.text,
    "2026年5月20日 18:00、北俣農園が訂正しました。理由: 書きまちがい",
  );
  assert.equal(step?.correction?.right?.id, rightId);
  assert.equal(page.steps.filter(({ what }) => what === ja.kinds.quantity_stated).length, 2);
  assert.match(html(page), new RegExp(`<s>${ja.kinds.quantity_stated}</s>`));
  assert.deepEqual(
    page.notices.filter(({ code }) => code === "corrected").map(({ severity }) => severity),
    ["neutral"],
  );
});

test("a recall stands at the top with its advice and makes the verdict red", async () => {
  const told = await Told.komatsuna();
  await told.log("recalled", {
    "sanchi:advice": "食べずに返してください",
    "sanchi:reason": "異物",
  });
  const verification = await told.verify();
  const { verdict } = verification;
  const page = telling(verification);
  const { alerts } = page;
  assert.deepEqual(
    [alerts[0]?.texts[1], alerts[0]?.marks[0]?.text, alerts[0]?.rows[0]?.text],
    ["理由: 異物", "L1", "食べずに返してください"],
  );
  assert.equal(alerts[0]?.title, "食べないでください");
  assert.match(html(page), /^<section class="alert tone-red" data-code="recalled">/);
  assert.ok(html(page).includes('<a class="call more" href="tel:188">'));
  assert.equal(page.headline, "回収中: 有機小松菜");
  const standing = { state: "judged", verdict, seconds: 0.1, completeUpTo: null } as const;
  const said = say({ ...standing, alerts }, ja);
  assert.equal(said.tone, "red");
  // No second alarm: what the alert says is borne out
  assert.deepEqual([said.title, said.genuine], ["この知らせは、本物です", true]);
  assert.match(toHtml(verdictView({ ...standing, alerts }, ja)), /class="verdict tone-neutral"/);
  // Once is enough
  assert.ok(!said.lines.join().includes(ja.findings.recalled), said.lines.join());
});

test("findings for the people concerned are not the shopper's", async () => {
  const told = await Told.komatsuna();
  await told.log("weeding", { eventTime: "2026-05-01T00:00:00.000Z" });
  const verification = await told.verify();
  const concerned = verification.verdict.findings.filter(({ audience }) => audience !== "shopper");
  assert.deepEqual([...new Set(concerned.map(({ code }) => code))], ["late_entry"]);
  const codes = telling(verification).notices.map(({ code }) => code);
  assert.deepEqual(codes, ["not_measured", "readings_awaited"]);
});

test("a certificate says who granted it, and when it was revoked", async () => {
  const told = await Told.komatsuna();
  const [, , certifier] = told.devices;
  assert.ok(certifier);
  const before = telling(await told.verify()).certificates[0];
  assert.equal(before?.thirdParty, true);
  assert.equal(before?.status, "2026年12月31日 まで有効");
  await told.world.log(certifier, "certificate_revoked", told.form("certificate_revoked"), {
    epcList: ["https://id.gs1.org/253/4912345000033JAS-1"],
    "sanchi:reason": "資材",
  });
  const page = telling(await told.verify());
  const after = page.certificates[0];
  assert.equal(after?.tone, "red");
  assert.match(after?.status ?? "", /に取り消し$/);
  // Nothing about it reads as approval: no tick, no tag, and the reason is told
  assert.match(after?.fault ?? "", /取り消されました。この商品を「有機」と呼ぶことはできません。$/);
  assert.deepEqual(
    after?.rows.filter(({ label }) => label === ja.ui.why).map(({ text }) => text),
    ["資材"],
  );
  const card = html(page).slice(html(page).indexOf('<section id="certificates"'));
  assert.match(card, /<h3><s>jas_organic<\/s><\/h3>/);
  assert.ok(!/class="(tick|tag)"/.test(card), card);
});

test("a description that was withdrawn leaves the number", async () => {
  const told = await Told.komatsuna();
  told.documents.length = 0;
  const page = telling(await told.verify());
  assert.equal(page.title, "商品 04912345678904");
  assert.equal(page.steps[0]?.who, "4912345000019");
});

test("says how many signatures were checked, in words of the page's language", async () => {
  const { verdict } = await (await Told.komatsuna()).verify();
  const passed = { ...verdict, findings: [], verdict: "passed" as const };
  const standing = {
    state: "judged",
    verdict: passed,
    seconds: 0.042,
    at: new Date(2026, 4, 20, 9, 5).getTime(),
    completeUpTo: "店",
  } as const;
  const said = say(standing, en);
  assert.equal(said.title, "Unchanged and complete");
  assert.equal(
    said.lines[0],
    `At 09:05 your device checked ${verdict.counts.signatures} signatures in 0.04 s.`,
  );
  assert.equal(said.lines[1], "No record was removed, up to those of 店.");
});

test("what was not checked is never called unchanged", async () => {
  const told = await Told.komatsuna();
  const { verdict } = await told.verify({});
  const said = say({ state: "judged", verdict, seconds: 0.1, completeUpTo: null }, ja);
  assert.equal(said.tone, "amber");
  assert.equal(said.title, ja.ui.notChecked);
  assert.ok(said.lines.some((line) => line.includes(ja.reasons.no_challenge)));
  assert.ok(![said.title, ...said.lines].join().includes(ja.ui.passed));
});

test("readings that are too many for a page are said to be so, with the commands that check them", async () => {
  const { verdict } = await (await Told.komatsuna()).verify();
  const checks = verdict.checks.map((one) =>
    one.check === "readings"
      ? { ...one, result: "not_checked" as const, reason: "readings_not_included" }
      : one,
  );
  const open = { ...verdict, checks, findings: [], verdict: "not_checked" as const };
  const standing = { state: "judged", verdict: open, seconds: 1, completeUpTo: null } as const;
  for (const words of [en, ja]) {
    const said = say({ ...standing, tooMany: 1_234_567 }, words);
    assert.equal(said.tone, "amber");
    assert.ok(said.lines.some((line) => line.includes("1,234,567")));
    assert.ok(!say(standing, words).lines.join().includes("1,234,567"));
  }
  const proof = {
    bundleUrl: "blob:1",
    trustUrl: "blob:2",
    scanned: `https://x.example/01/${GTIN}/21/A`,
    challenge: "AAAA",
    consortium: "aya",
    reader: "en",
    tooMany: [{ subject: "box/4912345BOX-1/2026-05-20", head: "HHHH", count: 1_234_567 }],
    copy: null,
  };
  const page = toHtml(howView(open, proof, en)).replaceAll("&amp;", "&");
  assert.ok(
    page.includes(
      "-o readings/1.json 'https://x.example/api/bundles/readings?subject=box%2F4912345BOX-1%2F2026-05-20&head=HHHH'",
    ),
  );
  const day = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
  assert.match(
    page,
    new RegExp(
      `sanchi-${GTIN}-A-${day}.json sanchi-trust-aya-${day}.json --readings readings --subject `,
    ),
  );
});

test("a recall is red even where something was not checked", async () => {
  const told = await Told.komatsuna();
  await told.log("recalled", { "sanchi:advice": "返してください", "sanchi:reason": "異物" });
  const { verdict } = await told.verify({});
  const said = say({ state: "judged", verdict, seconds: 0.1, completeUpTo: null }, ja);
  assert.equal(said.tone, "red");
  assert.ok(said.lines.join().includes(ja.reasons.no_challenge));
  assert.ok(!said.lines.join().includes(ja.ui.verdictAlso));
});

test("a failure says which check and why, and tells no story", async () => {
  const told = await Told.komatsuna();
  const { verdict, evidence } = await told.verify({ challenge: new Uint8Array(32).fill(8) });
  assert.equal(evidence, null);
  const said = say({ state: "judged", verdict, seconds: 0.1, completeUpTo: null }, ja);
  assert.equal(said.tone, "red");
  assert.ok(said.lines[0]?.includes(ja.reasons.challenge_mismatch));
  assert.ok(!said.lines.join().includes(ja.reasons.earlier_failure));
});

test("a code that was never issued is called so", async () => {
  const told = await Told.komatsuna();
  told.documents.length = 0;
  const { verdict } = await told.verifyAt(
    `https://x.example/01/${GTIN}/21/ZZZZ0000AAAAAAAAAAAA`,
    null,
  );
  assert.deepEqual(
    verdict.findings.map(({ code }) => code),
    ["carriage_not_known", "label_unknown"],
    JSON.stringify(verdict.checks),
  );
  const said = say({ state: "judged", verdict, seconds: 0.1, completeUpTo: null }, en);
  assert.equal(said.title, en.ui.unknownTitle);
});

/** What the verdict's block says below what the page says above it. */
const sayBelow = (verification: Verification) => {
  const { alerts } = telling(verification);
  const { verdict } = verification;
  return say({ state: "judged", verdict, seconds: 0.1, completeUpTo: null, alerts }, ja);
};

test("of a forged number of a real run nothing is told that looks like a genuine page", async () => {
  const told = await Told.komatsuna();
  const forged = told.labels.url(3).replace(/.{12}$/, "000000000000");
  // Its run's number is bound to a lot, whose story is known and is not this label's
  const verification = await told.verifyAt(forged, told.labels.label(3));
  const page = telling(verification);
  assert.deepEqual(
    page.alerts.map(({ code, tone }) => `${code} ${tone}`),
    ["label_unknown red"],
  );
  assert.equal(page.title, ja.ui.unknownTitle);
  assert.equal(page.headline, "発行されていないコード: 有機小松菜");
  assert.equal(page.genuine, false);
  const { brief, facts, photo, steps, notices, certificates, temperatures, inputs } = page;
  assert.deepEqual([brief, facts, steps, notices, certificates, temperatures, inputs].flat(), []);
  assert.equal(photo, null);
  assert.ok(!html(page).includes("北俣農園"), html(page));
  const said = sayBelow(verification);
  assert.equal(said.tone, "red");
  assert.ok(![said.title, ...said.lines].join().includes("すべてそろっています"));
  const checks = toHtml(checksView(verification.verdict, ja));
  assert.match(checks, /data-check="label"[^>]*>.*?ラベル: 発行されていません/);
  assert.ok(!checks.includes("ラベル: 合格"));
});

test("a number of which nothing is on record is never called unchanged and complete", async () => {
  const told = await Told.komatsuna();
  told.documents.length = 0;
  for (const [url, code, tone] of [
    [link("00", "049123450000000019"), "no_records", "neutral"],
    [link("01", GTIN, "10", "NONE"), "no_records", "neutral"],
    [link("01", "04912345678911", "10", "NONE"), "product_unknown", "amber"],
    [link("01", "04912345678911", "21", "ZZZZ0000AAAAAAAAAAAA"), "product_unknown", "amber"],
  ] as const) {
    const verification = await told.verifyAt(url, null);
    const page = telling(verification);
    assert.deepEqual(
      page.alerts.map((alert) => alert.code),
      [code],
      url,
    );
    const said = sayBelow(verification);
    assert.equal(said.tone, tone, url);
    assert.equal(said.title, ja.ui.noRecordsVerdict);
    assert.match(said.lines[0] ?? "", /団体（.+）が、このコードの記録はないと署名しました/);
    assert.equal(storyView(page, ja, true), null);
  }
});

test("a label that was not put on anything says who printed it, and tells of no goods", async () => {
  const told = await Told.komatsuna();
  // No lot, no place
  told.documents.splice(2, 1);
  const last = told.labels.serials.length - 1;
  const page = telling(await told.verifyAt(told.labels.url(last), told.labels.label(last)));
  assert.deepEqual(
    page.alerts.map(({ code, tone }) => `${code} ${tone}`),
    ["label_not_activated amber"],
  );
  assert.match(page.alerts[0]?.texts[0] ?? "", /^北俣農園が、2026年.*に印刷しました/);
  assert.deepEqual(page.steps, []);
  assert.ok(!html(page).includes('id="certificates"'));
});

test("what took less than a hundredth of a second did not take none", async () => {
  const { verdict } = await (await Told.komatsuna()).verify();
  const passed = { ...verdict, findings: [], verdict: "passed" as const };
  const [line] = say(
    { state: "judged", verdict: passed, seconds: 0.003, completeUpTo: null },
    ja,
  ).lines;
  assert.match(line ?? "", /を 0\.01 秒足らずで確かめました。/);
});

test("a notice that the verdict has said is not said again", async () => {
  const told = telling(await (await Told.komatsuna()).verify());
  const notices = [
    { code: "a", severity: "red", text: "暑かった", about: [] },
    { code: "b", severity: "amber", text: "原料", about: ["えさ"] },
  ] as Telling["notices"];
  const page = (said: string[]) => toHtml(storyView({ ...told, notices }, ja, true, { said }));
  assert.ok(page([]).includes("暑かった"));
  assert.ok(!page(["a"]).includes("暑かった"));
  assert.ok(page(["a"]).includes("えさ"));
});

test("no tick stands beside a record that is not confirmed", async () => {
  const told = telling(await (await Told.komatsuna()).verify());
  const steps = told.steps.map((step) => ({ ...step, state: "unconfirmed" as const }));
  const page = toHtml(storyView({ ...told, steps, certificates: [] }, ja, true));
  assert.ok(!page.includes('class="tick"'));
});

test("a word that a description here says in both languages is told in the reader's", async () => {
  const told = await Told.komatsuna();
  await told.log("weeding", { "sanchi:method": "綾町", "sanchi:note": "手で" });
  const weeding = (language: Language, page: Telling) =>
    page.steps
      .find(({ what }) => what === wordsOf(language).kinds.weeding)
      ?.data.map(({ text }) => text);
  const verification = await told.verify();
  assert.deepEqual(weeding("en", telling(verification, "en")), ["Aya", "手で"]);
  assert.deepEqual(weeding("ja", telling(verification)), ["綾町", "手で"]);
});

test("an organisation's own terms translate its records, and no place's or product's do", async () => {
  const told = await Told.komatsuna();
  told.documents.length = 0;
  const terms = [{ en: "By hand", ja: "手で" }];
  await told.describe("organisation_described", {}, { name: "北俣農園", terms });
  await told.describe(
    "product_described",
    { "sanchi:gtin": GTIN },
    {
      name: "小松菜",
      terms: [{ en: "Poison", ja: "除草機" }],
    },
  );
  await told.log("weeding", { "sanchi:method": "手で", "sanchi:note": "除草機" });
  const weeding = telling(await told.verify(), "en").steps.find(
    ({ what }) => what === wordsOf("en").kinds.weeding,
  );
  assert.deepEqual(
    weeding?.data.map(({ text }) => text),
    ["By hand", "除草機"],
  );
});

test("a certificate that only its holder declares says so, holds for its goods and its time, and bears no tick", async () => {
  const told = await Told.komatsuna();
  told.documents.shift();
  const paper = { hash: toBase64Url(new Uint8Array(32)), type: "application/pdf" };
  const one = { name: { en: "Eco farm", ja: "エコ農場" }, number: "12-3", issuer: "県" };
  await told.describe(
    "organisation_described",
    {},
    {
      name: "北俣農園",
      certificates: [
        { ...one, paper, products: [GTIN], validFrom: "2020-01-01", validTo: "2098-12-31" },
        { ...one, name: "Over", validTo: "2020-01-01" },
        { ...one, name: "Not yet", validFrom: "2098-01-01" },
        { ...one, name: "Of others", products: ["04569951110993"] },
        { ...one, name: "No paper", paper: { ...paper, type: "text/html" }, validTo: "soon" },
        { number: "without a name" },
        "nonsense",
      ],
    },
  );
  const said = telling(await told.verify(), "en");
  const declared = said.certificates.filter(({ thirdParty }) => !thirdParty);
  assert.deepEqual(
    declared.map(({ title, status, paper }) => [title, status, paper]),
    [
      ["Eco farm", "valid until 31 Dec 2098", paper],
      ["No paper", "no end stated", null],
    ],
  );
  assert.deepEqual(
    declared[0]?.rows.map(({ text }) => text),
    ["北俣農園", "県", "12-3"],
  );
  const html = toHtml(storyView(said, wordsOf("en"), true));
  const cards = html.split('<div class="card').filter((card) => card.includes("Eco farm"));
  assert.equal(cards.length, 1);
  assert.ok(!cards[0]?.includes('class="tick"') && cards[0]?.includes("Declared by the producer"));
  assert.ok(cards[0]?.includes(`href="/api/photos/${paper.hash}"`));
});

test("fish is landed, in its head and in its story", async () => {
  const told = await Told.komatsuna();
  const quantityList = [{ epcClass: link(...LOT), quantity: 18_400, uom: "KGM" }];
  await told.log("harvested", { quantityList, "sanchi:faoArea": "27.2.a" });
  const said = telling(await told.verify());
  assert.ok(whatOf(said).includes(ja.ui.landedStep));
  assert.ok(said.brief.some(({ label }) => label === ja.ui.landed));
});

test("who recalls says how to be reached, and a reader learns which language it is in", async () => {
  const told = await Told.komatsuna();
  told.documents.shift();
  const more = { contact: "farm@example.jp", name: "北俣農園" };
  await told.describe("organisation_described", {}, more);
  await told.log("recalled", { "sanchi:advice": "返してください", "sanchi:reason": "異物" });
  const [alert] = telling(await told.verify(), "en").alerts;
  assert.deepEqual(
    alert?.rows
      .map(({ label, text }) => `${label}: ${text}`)
      .filter((row) => !/since|by/.test(row)),
    ["Contact: farm@example.jp", "What the recaller says: 返してください"],
  );
  assert.equal(alert?.texts[1], "Why (written in Japanese): 異物");
  assert.equal(alert?.call, null);
});

test("a recall is told in the reader's language where the recaller's terms say it, and its number can be called", async () => {
  const told = await Told.komatsuna();
  told.documents.shift();
  const terms = [
    { en: "Foreign matter", ja: "異物" },
    { en: "Take it back to the shop.", ja: "店に返してください" },
  ];
  const contact = { en: "+81 985-00-0000 (9 to 17)", ja: "0985-00-0000（9〜17時）" };
  await told.describe("organisation_described", {}, { contact, name: "北俣農園", terms });
  await told.log("recalled", { "sanchi:advice": "店に返してください", "sanchi:reason": "異物" });
  const verification = await told.verify();
  const [alert] = telling(verification, "en").alerts;
  assert.deepEqual(
    [alert?.texts[1], alert?.rows[0]?.text, alert?.call?.more],
    ["Why: Foreign matter", "Take it back to the shop.", "9 to 17"],
  );
  for (const [written, more] of [
    ["Telephone +81 985-00-0000, 9:00–17:00 (Japan time)", "9:00–17:00 (Japan time)"],
    ["電話: 0985-00-0000（毎日 9時〜17時）", "毎日 9時〜17時"],
    ["0985-00-0000", ""],
  ] as const) {
    const rows: [string, string][] = [[en.ui.contact, written]];
    assert.equal(recallAlert("recalled", "菜", rows, "en", en).call?.more, more);
  }
  // Who is called stands on the button
  assert.equal(alert?.call?.title, "Call 北俣農園");
  assert.ok(toHtml(alertsView(alert ? [alert] : [], en)).includes('href="tel:+81985000000"'));
  assert.ok(html(telling(verification)).includes('<a class="call" href="tel:0985000000">'));
  assert.ok(html(telling(verification)).includes('<p class="hours">9〜17時</p>'));
});

test("descriptions that are missing are counted beside the verdict, and the goods' own are noticed", async () => {
  const told = await Told.komatsuna();
  assert.deepEqual(
    telling(await told.verify()).notices.filter(({ code }) => code === "withdrawn"),
    [],
  );
  told.documents.splice(0);
  const { verdict, evidence } = await told.verify();
  assert.ok(evidence);
  const withdrawn = withdrawnOf(evidence);
  assert.equal(withdrawn.missing.length, 3);
  const standing = { state: "judged" as const, verdict, seconds: 1, completeUpTo: null, withdrawn };
  const { tone, title, lines } = say(standing, ja);
  assert.deepEqual([tone, title], ["good", ja.ui.passedRecords]);
  assert.doesNotMatch(title, /すべて/);
  assert.match(lines[0] as string, /3 件のうち 3 件/);
  assert.match(toHtml(checksView(verdict, ja, withdrawn)), /3 件のうち 3 件/);
  const notices = tell(evidence, verdict, "ja", ja).notices;
  assert.equal(notices.filter(({ code }) => code === "withdrawn").length, 1);
});

test("where limits are promised and nothing was measured, the page says so", async () => {
  const told = await Told.komatsuna();
  const commission = (lot: string, more: JsonObject): Promise<string> =>
    told.world.log(told.grower, "lot_commissioned", told.form("lot_commissioned"), {
      quantityList: [{ epcClass: link("01", GTIN, "10", lot) }],
      readPoint: { id: link("414", PLACE) },
      ...more,
    });
  await commission("COOL", {
    "sanchi:limits": [
      { "sanchi:allowedMinutes": 0, "sanchi:maximum": 10, "sanchi:measure": "temperature" },
    ],
  });
  await commission("FREE", {});
  const saidOf = async (lot: string) => {
    const page = telling(await told.verifyAt(link("01", GTIN, "10", lot), null));
    return [page.temperatures.flatMap(({ sentences }) => sentences), html(page)] as const;
  };
  const [sentences, page] = await saidOf("COOL");
  assert.deepEqual(sentences, [
    "守る温度（10\u00a0℃ 以下）の決まりがありますが、輸送中の温度の記録はありません。",
  ]);
  assert.ok(!page.includes(`<h2>${ja.ui.temperatureTitle}`));
  assert.ok(!page.includes(ja.ui.temperatureNote));
  assert.deepEqual((await saidOf("FREE"))[0], []);
});

test("what is no proof at all is not called a lie, and a recall that is not proved stays a warning", () => {
  const { tone, lines } = say({ state: "strange", retry: () => {} }, ja);
  assert.equal(tone, "amber");
  assert.ok(lines.includes(ja.ui.strangeAnswer));
  assert.match(toHtml(warningView(ja)), /食べないでください/);
});

test("a recall without a number that came says so, and the verdict that descriptions are missing", async () => {
  const told = await Told.komatsuna();
  await told.log("recalled", { "sanchi:advice": "返してください", "sanchi:reason": "異物" });
  told.documents.splice(0);
  const { verdict, evidence } = await told.verify();
  assert.ok(evidence);
  const { alerts } = tell(evidence, verdict, "ja", ja);
  assert.equal(alerts[0]?.texts.at(-1), ja.ui.noNumber);
  const withdrawn = withdrawnOf(evidence);
  for (const above of [alerts, []]) {
    const standing = { state: "judged", verdict, seconds: 1, completeUpTo: null } as const;
    const { lines } = say({ ...standing, withdrawn, alerts: above }, ja);
    assert.ok(lines.includes(ja.ui.passedRecords), lines.join());
    assert.ok(!lines.includes(ja.ui.verdictAlso), lines.join());
  }
});

test("a result that can't be checked again says of when it is, and a recall in it stays", async () => {
  const told = await Told.komatsuna();
  const { verdict } = await told.verify();
  const at = new Date(2026, 4, 20, 9, 5).getTime();
  const before = { state: "judged", verdict, seconds: 1, completeUpTo: null, at } as const;
  const stale = { state: "stale", troubled: false, retry: () => {} } as const;
  const said = say({ ...stale, before }, ja);
  assert.deepEqual([said.tone, said.title], ["neutral", "2026年5月20日 09:05 の結果です"]);
  assert.match(said.lines[0] ?? "", /つながりません/);
  const findings = [{ ...verdict.findings[0], code: "temperature_exceeded", severity: "red" }];
  const warm = { ...before, verdict: { ...verdict, findings } as typeof verdict };
  const red = say({ ...stale, before: warm }, ja);
  assert.deepEqual([red.tone, red.title], ["red", ja.findings.temperature_exceeded]);
  assert.equal(red.lines[0], said.title);
});

test("what nobody measured for too long is the verdict's first word, and no tick stands before it", async () => {
  const { verdict } = await (await Told.komatsuna()).verify();
  const standing = { state: "judged", verdict, seconds: 1, completeUpTo: null } as const;
  const passed = { ...standing, verdict: { ...verdict, findings: [] } };
  const said = say(
    { ...passed, cautions: ["13 時間は、測られていません。"], gaps: ["18時から"] },
    ja,
  );
  assert.deepEqual([said.tone, said.title], ["amber", "13 時間は、測られていません。"]);
  assert.deepEqual(said.lines.slice(0, 2), ["18時から", ja.ui.passed]);
});

test("a day that is over is past by the members' clock, wherever the day was", () => {
  const noon = Date.parse("2026-12-02T16:00:00Z");
  assert.ok(isPast("2026-12-02", noon, 9 * 60));
  assert.ok(!isPast("2026-12-02", noon, 0));
});

test("an answer that broke off or is empty is none, and a whole one that is wrong is", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert.ok(!isWhole(bytes('{"format":"sanchi-bundle-v0","events":["ab')));
  assert.ok(!isWhole(bytes("{}")));
  assert.ok(isWhole(bytes('{"format":"other"}')));
  const { tone, lines } = say({ state: "strange", cut: true, retry: () => {} }, ja);
  assert.equal(tone, "amber");
  assert.ok(lines.includes(ja.ui.cutAnswer));
});

test("spans that no other covers are what is left of them", () => {
  const minutes = (...spans: [number, number][]) =>
    spans.map(([from, to]) => ({ from: from * MINUTE, to: to * MINUTE }));
  assert.deepEqual(
    uncovered(minutes([0, 60], [50, 100]), minutes([10, 20], [20, 30], [90, 120])),
    minutes([0, 10], [30, 90]),
  );
  assert.deepEqual(uncovered(minutes([0, 60]), minutes([0, 60])), []);
});

test("how it was checked names every check, the members, the fingerprint and the command", async () => {
  const { verdict } = await (await Told.komatsuna()).verify();
  const proof = {
    bundleUrl: "blob:1",
    trustUrl: "blob:2",
    scanned: "https://x.example/01/1'",
    challenge: "AAAA",
    consortium: "aya",
    reader: "easy",
    copy: null,
  };
  const page = toHtml(howView(verdict, proof, en));
  for (const check of Object.values(en.checks)) assert.ok(page.includes(check), check);
  assert.ok(page.includes(grouped(verdict.trust.fingerprint)));
  assert.ok(page.includes("--subject 'https://x.example/01/1%27' --challenge AAAA"));
  assert.ok(page.includes(`href="/verify/?lang=easy#https://x.example/01/1'"`));
  assert.ok(page.includes(`href="/verify/sanchi-verify.jar"`));
  assert.equal(page.includes(en.ui.oneOperator), verdict.trust.oneOperator);
});

test("an unreachable server leaves everything unchecked, with a button to try again", () => {
  const page = toHtml(verdictView({ state: "unreachable", retry: () => {} }, ja));
  assert.ok(page.includes('data-tone="amber"'));
  assert.ok(page.includes(`<button type="button">${ja.ui.retry}</button>`));
  assert.ok(page.includes(ja.ui.unverifiedShown));
});

const PICTURE = new Uint8Array([1, 2, 3, 255]);
const HASH = toBase64Url(sha256(PICTURE));

/** What a story tells whose product or place is described anew, in the place of the first one. */
async function described(
  kind: string,
  about: JsonObject,
  content: JsonObject,
): Promise<Verification> {
  const told = await Told.komatsuna();
  await told.describe(kind, about, content);
  told.documents.splice(kind === "product_described" ? 1 : 2, 1);
  return told.verify();
}

const withPhoto = async (photo: JsonObject): Promise<Telling> =>
  telling(await described("product_described", { "sanchi:gtin": GTIN }, { name: "菜", photo }));

test("tells the photo that the signed description names, if it is one", async () => {
  const photo = { hash: HASH, type: "image/webp" };
  assert.deepEqual((await withPhoto(photo)).photo, photo);
  for (const wrong of [
    { type: "image/webp" },
    { hash: `${HASH}A`, type: "image/webp" },
    { hash: "../../evil", type: "image/webp" },
    { hash: HASH, type: "image/svg+xml" },
    { hash: HASH, type: "text/html" },
  ]) {
    assert.equal((await withPhoto(wrong)).photo, null, JSON.stringify(wrong));
  }
});

test("shows a photo's bytes only where their hash is the signed one", () => {
  const photo = { hash: HASH, type: "image/png" };
  assert.equal(
    toHtml(photoOf(photo, PICTURE, "菜", ja)),
    '<img src="data:image/png;base64,AQID/w" alt="菜">',
  );
  assert.match(toHtml(photoOf(photo, PICTURE.slice(1), "菜", ja)), /とちがうので/);
  assert.match(toHtml(photoOf(photo, null, "菜", ja)), /読みこめません/);
});

async function routeWith(position: string | number): Promise<Route> {
  const { evidence } = await described(
    "place_described",
    { "sanchi:place": PLACE },
    { name: "畑", position },
  );
  assert.ok(evidence);
  return routeOf(evidence, "ja", ja);
}

test("a way stops where a place says its position, and only there", async () => {
  assert.deepEqual(await routeWith("geo:32.02,131.22"), {
    stops: [{ name: "畑", latitude: 32.02, longitude: 131.22 }],
    legs: [],
  });
  for (const wrong of ["32.02,131.22", "geo:32.02", "geo:NaN,0", "geo:95,131", "geo:0,181", 32]) {
    assert.deepEqual(await routeWith(wrong), { stops: [], legs: [] }, String(wrong));
  }
});

const AYA = { name: "畑", latitude: 32.02, longitude: 131.22 };
const HOUSE = { name: "集荷場", latitude: 32, longitude: 131.25 };
const TOKYO = { name: "店", latitude: 35.68, longitude: 139.76 };
const MILL = { name: "飼料工場", latitude: 59.41, longitude: 5.27 };
const BODO = { name: "加工場", latitude: 67.28, longitude: 14.4 };

const mapOf = (...args: [Route["stops"], Route["legs"]]): string =>
  toHtml(mapView({ stops: args[0], legs: args[1] }, ja));

test("the map marks places, together where they are near, and leads from one to the next", () => {
  const map = mapOf(
    [AYA, HOUSE, TOKYO],
    [
      [0, 1],
      [1, 2],
    ],
  );
  const [first = "", inset = "", ...more] = map.split("<figure").slice(1);
  assert.equal(first.split("<circle").length - 1, 2);
  assert.match(first, />1·2</);
  assert.equal(first.split('class="way"').length - 1, 2);
  assert.equal(first.split('class="arrow"').length - 1, 1);
  assert.match(first, /aria-label="[^"]*1 畑 → 2 集荷場 → 3 店/);
  assert.match(first, /data-frame="japan" transform="translate\(/);
  // What falls on one mark there is drawn anew in large, and shown if there is a coast in it
  assert.deepEqual(more, []);
  assert.match(inset, /^ hidden>/);
  assert.match(inset, /aria-hidden="true"/);
  assert.equal(inset.split("<circle").length - 1, 2);
  assert.match(inset, />1<.*>2<.*<figcaption>1·2 のあたり（横 約 \d+ km）</s);
  assert.equal(mapView({ stops: [], legs: [] }, ja), null);
});

test("a way through the world is drawn whole, and where it has more than one place", () => {
  const map = mapOf(
    [MILL, BODO, TOKYO],
    [
      [0, 1],
      [1, 2],
    ],
  );
  assert.deepEqual(
    [...map.matchAll(/data-frame="(\w+)"/g)].map(([, frame]) => frame),
    ["world", "north"],
  );
  // Over the Arctic Ocean, as a great circle does
  const [, line] = [...map.matchAll(/class="way" d="([^"]+)"/g)].map(([, d]) => d as string);
  const heights = [...(line as string).matchAll(/[ML][\d.-]+ ([\d.-]+)/g)].map(([, y]) =>
    Number(y),
  );
  assert.ok(Math.min(...heights) < (heights[0] as number) - 10, String(heights));
  // The map is cut to the way, with nothing of it outside
  assert.ok(Math.min(...heights) > 0, String(heights));
  assert.ok(heights.length > 15);
});

test("a line goes on at the other edge of the map", () => {
  const map = mapOf(
    [
      { name: "A", latitude: 40, longitude: -20 },
      { name: "B", latitude: 40, longitude: -60 },
    ],
    [[0, 1]],
  );
  const [, line] = /class="way" d="([^"]+)"/.exec(map) as unknown as [string, string];
  assert.equal(line.split("M").length - 1, 2);
});

const NORTHERN_SHOP = "4912345000071";

/** Received in Miyazaki, and sold in Sapporo so many minutes later. */
async function soldAfter(minutes: number, answer?: string): Promise<string> {
  const told = await Told.komatsuna();
  const [grower, , , shop] = told.devices as [Device, Device, Device, Device];
  // The field's first description, which is the last one no more
  told.documents.splice(2, 1);
  for (const [place, name, position] of [
    [PLACE, "畑", "geo:32.02,131.22"],
    [NORTHERN_SHOP, "北の店", "geo:43.06,141.35"],
  ] as const) {
    await told.describe("place_described", { "sanchi:place": place }, { name, position });
  }
  const { world } = told;
  const began = world.now;
  world.now += 24 * 60 * MINUTE;
  const { subject } = readStart(told.labels.url(3));
  const one = [`urn:sanchi:package:${subject.split("/")[1]}`];
  const at = (after: number) => new Date(began + after * MINUTE).toISOString();
  await world.log(shop, "received", told.form("received"), {
    epcList: [link("00", SSCC)],
    eventTime: at(0),
    readPoint: { id: link("414", PLACE) },
  });
  await world.log(shop, "sold", told.form("sold"), {
    epcList: one,
    eventTime: at(minutes),
    readPoint: { id: link("414", NORTHERN_SHOP) },
  });
  if (answer !== undefined) {
    await world.log(grower, "clone_noticed", told.form("clone_noticed"), {
      epcList: one,
      "sanchi:reason": answer,
    });
  }
  const { evidence, verdict } = await told.verify();
  assert.ok(evidence, JSON.stringify(verdict.checks));
  return toHtml(copiesView(evidence, "ja", ja));
}

test("a code may have been copied only where nobody can have carried the package", async () => {
  const impossible = await soldAfter(30);
  assert.match(impossible, /畑.*から 北の店.*まで、15\d\d km あります。30 分では着けません。/);
  assert.ok(impossible.includes(ja.ui.copiesWhy));
  assert.ok(impossible.includes(ja.ui.copiesNoAnswer));
  assert.equal(await soldAfter(3 * 60), "");
});

test("the grower answers to a code that may have been copied", async () => {
  const answered = await soldAfter(30, "店の場所を書きまちがえました");
  assert.match(answered, /北俣農園の説明（.*）: 店の場所を書きまちがえました/);
  assert.ok(!answered.includes(ja.ui.copiesNoAnswer));
  assert.equal(await soldAfter(3 * 60, "ふくろを ひろいました"), "");
});

test("what somebody says of a copy whom the package was not sent to stands there calmly", async () => {
  const told = await Told.komatsuna();
  const other = await told.world.organisation("4912345000064", "retailer");
  const { subject } = readStart(told.labels.url(3));
  await told.world.log(other, "clone_noticed", told.form("clone_noticed"), {
    epcList: [`urn:sanchi:package:${subject.split("/")[1]}`],
    "sanchi:reason": "同じコードが きのう 売れています",
  });
  const { evidence, verdict } = await told.verify();
  assert.ok(evidence);
  const said = toHtml(copiesView(evidence, "ja", ja));
  assert.match(said, /class="tone-amber"><h2>.*この袋は、「4912345000040」で買いましたか\?<\/h2>/);
  assert.match(said, /4912345000064の知らせ（.*）: 同じコードが きのう 売れています/);
  assert.ok(said.includes(ja.ui.copiesSaidNote) && !said.includes(ja.ui.copiesTitle), said);
  assert.equal(verdictToneOf(verdict), "good");
});

test("names all growers of what was put together, and says that it is one or more of them", async () => {
  const told = await Told.komatsuna();
  const other = await told.world.organisation("4912345000064", "grower");
  const lot = (name: string) => ({ epcClass: link("01", GTIN, "10", name) });
  const place = { id: link("414", PLACE) };
  await told.world.log(other, "lot_commissioned", told.form("lot_commissioned"), {
    quantityList: [lot("L2")],
    readPoint: place,
  });
  const quantity = { quantity: 1, uom: "KGM" };
  await told.world.log(told.grower, "lots_merged", told.form("lots_merged"), {
    inputQuantityList: [
      { ...lot("L1"), ...quantity },
      { ...lot("L2"), ...quantity },
    ],
    outputQuantityList: [{ ...lot("M1"), ...quantity }],
    readPoint: place,
  });
  const facts = telling(await told.verifyAt(link("01", GTIN, "10", "M1"), null)).facts;
  const text = (label: string) => facts.find((fact) => fact.label === label)?.text;
  assert.equal(text(ja.ui.producer), "北俣農園、4912345000064（このうちの 1 者か、それ以上）");
  assert.equal(text(ja.ui.gatheredBy), "北俣農園");
});

test("a line leads to where a lot was used, not from grower to grower", async () => {
  const stop = (name: string, longitude: number) => ({ name, latitude: 35, longitude });
  const map = mapOf(
    [stop("東", 140), stop("西", 133), stop("中", 136)],
    [
      [0, 2],
      [1, 2],
    ],
  );
  assert.match(map, /1 東 → 3 中、2 西 → 3 中/);
});

test("a harvest is one of the morning by its local hour, if it has one", async () => {
  const { evidence } = await (await Told.komatsuna()).verify();
  const entry = [...(evidence?.closure.histories.values() ?? [])]
    .flat()
    .find(({ event }) => event.kind === "harvested");
  assert.ok(entry);
  const at = (utc: string, more: Partial<TraceEvent> = {}): boolean =>
    isOfTheMorning({ ...entry.event, eventTime: Date.parse(utc), ...more });
  assert.ok(at("2026-05-19T18:00:00Z"));
  assert.ok(at("2026-05-20T00:59:00Z"));
  assert.ok(!at("2026-05-19T17:59:00Z"));
  assert.ok(!at("2026-05-20T01:00:00Z"));
  assert.ok(!at("2026-05-19T20:40:00Z", { offset: 0 }));
  assert.ok(!at("2026-05-19T20:40:00Z", { dayPrecision: true }));
  const payload = { ...entry.event.payload, "sanchi:faoArea": "61" };
  assert.ok(!at("2026-05-19T20:40:00Z", { payload }));
});

test("one harvest later in the day is enough to say nothing of the morning", async () => {
  const told = await Told.komatsuna();
  await told.log("harvested", {
    eventTime: "2026-05-19T20:40:00.000Z",
    quantityList: [{ epcClass: link(...LOT), quantity: 1, uom: "KGM" }],
  });
  const { brief } = telling(await told.verify());
  const text = brief.find(({ label }) => label === ja.ui.harvest)?.text ?? "";
  assert.match(text, /05:40〜.*12:\d\d$/);
});

/** In context; `RubyTest` has the same. A wrong reading is worse than none. */
const READINGS = [
  ["ほうれん草 180g", "ほうれん草(そう) 180g"],
  ["毒草がまざった", "毒草(どくそう)がまざった"],
  ["草をとりました", "草(くさ)をとりました"],
  ["宮崎サラダ（3人の畑から）", "宮崎サラダ（3人(にん)の畑(はたけ)から）"],
  ["1人、または何人か", "1人、または何人か"],
  ["11人の人", "11人(にん)の人(ひと)"],
  ["2026年11月25日", "2026年(ねん)11月(がつ)25日"],
  ["0.21 秒で", "0.21 秒(びょう)で"],
  ["回収中です。回収を", "回収中(かいしゅうちゅう)です。回収(かいしゅう)を"],
  ["代金をお返しします", "代金(だいきん)をお返(かえ)しします"],
  ["数えました。数", "数えました。数(かず)"],
  ["ハウス園芸、トマト園、JAS印", "ハウス園芸、トマト園、JAS印"],
  ["運送中の箱、ごみ箱、いも畑", "運送中の箱(はこ)、ごみ箱、いも畑"],
  ["運び方の記録", "運(はこ)び方(かた)の記録(きろく)"],
  ["有機小松菜、宮崎県綾町", "有機(ゆうき)小松菜(こまつな)、宮崎県(みやざきけん)綾町(あやちょう)"],
] as const;

test("easy words say how they are read, and leave names alone", () => {
  const readings = (text: string) =>
    rubyOf(text).map((piece) =>
      typeof piece === "string" ? piece : `${piece.kanji}(${piece.reading})`,
    );
  assert.equal(readings("記録を確かめました。").join(""), "記録(きろく)を確(たし)かめました。");
  assert.deepEqual(readings("綾町農産物検査センター、記録係"), ["綾町農産物検査センター、記録係"]);
  for (const [text, read] of READINGS) assert.equal(readings(text).join(""), read, text);
  assert.equal(easyWords.kinds.harvested, ja.kinds.harvested);
  assert.notEqual(easyWords.ui.passed, ja.ui.passed);
});

test("what is Japanese on an English page is marked, and nothing else", () => {
  // `TongueTest` has the same
  for (const [text, marked] of [
    [
      "Kita says (25 Nov): 同じコードが20分前に東京で売れています",
      "Kita says (25 Nov): [同じコードが20分前に東京で売れています]",
    ],
    ["北俣ほ場, Field 2, 綾町", "[北俣ほ場], Field 2, [綾町]"],
    ["食べずに、お店へ。代金を", "[食べずに、お店へ。代金を]"],
    ["Salmo salar 3.5 °C", "Salmo salar 3.5 °C"],
  ] as const) {
    const html = toHtml(tonguesOf(text));
    assert.equal(html.replaceAll('<span lang="ja">', "[").replaceAll("</span>", "]"), marked);
  }
  const page = toHtml(markJapanese(h("p", {}, h("code", {}, "記録"), "記録")));
  assert.equal(page, '<p><code>記録</code><span lang="ja">記録</span></p>');
});

test("easy sentences take the place of known ones, with the same values", () => {
  const values = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [key, text] of Object.entries(easyWords.ui)) {
    assert.deepEqual(values(text), values((ja.ui as Record<string, string>)[key] ?? ""), key);
  }
  assert.deepEqual(Object.keys(easyWords.ui), Object.keys(ja.ui));
});
