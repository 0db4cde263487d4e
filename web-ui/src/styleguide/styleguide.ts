import scanner from "../../../mobile-scanner/src/scan.css?inline";
import "../console/console.css";
import { loadOutlines, mapView } from "../page/map.ts";
import type { Step, Telling } from "../page/telling.ts";
import { checksView, verdictView } from "../page/verdict-view.ts";
import { alertsView, briefView, factsView, section, storyView } from "../page/view.ts";
import "../page.css";
import { wordsOf } from "../shared/dictionaries.ts";
import type { Finding } from "../shared/findings.ts";
import { h, type Piece, show, toNodes } from "../shared/html.ts";
import tokens from "../shared/tokens.css?raw";
import dark from "../shared/tokens-dark.css?raw";
import type { Verdict } from "../shared/verify.ts";
import "./styleguide.css";

/*
 * What page, console and scanner are made of, on one page. For those who work on them: it is part of
 * no build. `npm run styleguide` shows it.
 */

const words = wordsOf("ja");

const VERDICT: Verdict = {
  checks: [
    { check: "signatures", reason: null, result: "passed" },
    { check: "freshness", reason: "tick_old", result: "not_checked" },
    { check: "histories", reason: "history_incomplete", result: "failed" },
  ],
  completeUpTo: null,
  counts: { events: 31, signatures: 33, subjects: 24 },
  findings: [],
  format: "sanchi-verdict-v0",
  statement: null,
  subject: "lot/04569951110016/AY260815A",
  trust: { fingerprint: "0".repeat(64), mode: "embedded", oneOperator: true },
  verdict: "passed",
};

const FINDING: Finding = {
  audience: "shopper",
  code: "recalled",
  event: null,
  severity: "red",
  subject: "lot/04569951110016/AY260815A",
};

const step = (more: Partial<Step>): Step => ({
  id: more.what ?? "",
  local: false,
  later: null,
  day: "2026年8月15日",
  time: "05:40",
  what: "収穫しました",
  who: "北俣農園",
  agent: null,
  thirdParty: false,
  state: "recorded",
  place: "北俣ほ場 AY-012（宮崎県綾町）",
  data: [{ label: "量", text: "48 kg" }],
  correction: null,
  ...more,
});

const TELLING: Telling = {
  headline: "回収中: 有機小松菜 200g",
  title: "有機小松菜 200g",
  warning: null,
  genuine: true,
  photo: null,
  alerts: [
    {
      code: "recalled",
      tone: "red",
      title: "食べないでください",
      texts: ["北俣農園が、有機小松菜 200g を回収しています。"],
      marks: [{ label: "ロット", text: "AY260815A" }],
      steps: ["買った店に返してください。"],
      call: { title: "北俣農園に電話する", number: "0985-00-0000", more: "毎日 9時〜17時" },
      rows: [{ label: "回収する人の案内", text: "食べずに、お店へお返しください" }],
    },
  ],
  brief: [{ label: "収穫", text: "2026年8月15日 05:40（朝採れ）" }],
  facts: [{ label: "生産者", text: "北俣農園" }],
  notices: [
    { code: "a", severity: "red", text: "赤いお知らせ", about: [] },
    { code: "b", severity: "amber", text: "黄色いお知らせ", about: ["ロット AY260815A"] },
    { code: "c", severity: "neutral", text: "ふつうのお知らせ", about: [] },
  ],
  steps: [
    step({}),
    step({ what: "検査しました", thirdParty: true, who: "検査センター" }),
    step({
      what: "量を記録しました",
      state: "corrected",
      correction: { text: "翌日、北俣農園が訂正しました。", right: null },
    }),
    step({ what: "入荷しました", state: "unconfirmed", agent: "JA綾町" }),
  ],
  temperatures: [
    { title: null, tone: "good", sentences: ["温度は 3.8〜5.1 °C でした。"], calculated: true },
    { title: null, tone: "red", sentences: ["95 分 外れました。"], calculated: true },
  ],
  inputs: [
    {
      title: "たね",
      about: ["種苗店", "ロット S-1"],
      open: false,
      steps: [step({ what: "登録しました" })],
    },
  ],
  certificates: [
    {
      title: "有機JAS",
      thirdParty: true,
      tone: "neutral",
      fault: null,
      status: "2027年5月31日 まで有効",
      rows: [{ label: "対象", text: "有機農産物 小松菜" }],
      paper: null,
    },
  ],
};

/** Those that a file of tokens gives, in its order. */
const named = (css: string): string[] => [
  ...new Set([...css.matchAll(/(--[a-z-]+):/g)].map(([, name]) => name as string)),
];

const swatches = (names: string[]): Piece =>
  h(
    "ul",
    { class: "swatches" },
    ...names.map((name) =>
      h("li", {}, h("span", { class: "swatch", "data-token": name }), h("code", {}, name)),
    ),
  );

const part = (title: string, ...pieces: Piece[]): Piece =>
  section("", "part", {}, [h("h2", {}, title), ...pieces]);

show(document.querySelector("header") as Element, h("span", { class: "brand" }, "産地 Sanchi"));
show(document.querySelector("main") as Element, [
  h("h1", {}, "スタイルガイド"),
  part("色 — src/shared/tokens.css", swatches(named(tokens + dark))),
  part(
    "見出しと文",
    h("h3", {}, "見出し"),
    h("p", {}, "本文。短い、です・ます。"),
    h("p", { class: "small" }, "小さい文"),
  ),
  part(
    "結果 — verdictView",
    verdictView({ state: "checking" }, words),
    verdictView(
      { state: "judged", verdict: VERDICT, seconds: 0.21, completeUpTo: "まちの八百屋" },
      words,
    ),
    verdictView({ state: "incapable" }, words),
    verdictView(
      {
        state: "judged",
        verdict: { ...VERDICT, findings: [FINDING] },
        seconds: 0.21,
        completeUpTo: null,
      },
      words,
    ),
    checksView(VERDICT, words),
  ),
  part("警告 — alertsView", alertsView(TELLING.alerts, words)),
  part("事実 — briefView, factsView", briefView(TELLING), factsView(TELLING)),
  part(
    "地図 — mapView",
    mapView(
      {
        stops: [
          { name: "北俣ほ場", latitude: 32.02, longitude: 131.22 },
          { name: "まちの八百屋", latitude: 35.68, longitude: 139.76 },
        ],
        legs: [[0, 1]],
      },
      words,
    ),
  ),
  part("あゆみ — storyView", storyView(TELLING, words, true)),
  part(
    "事務所 — console.css",
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button" }, "記録する"),
      h("button", { type: "button", class: "quiet" }, "やめる"),
      h("button", { type: "button", class: "danger" }, "回収する"),
    ),
    h(
      "div",
      { class: "field" },
      h("label", { for: "name" }, "名前"),
      h("input", { id: "name", type: "text" }),
      h("p", { class: "hint" }, "袋に印刷されます"),
    ),
    h(
      "div",
      { class: "field wrong" },
      h("label", { for: "lot" }, "ロット"),
      h("input", {
        id: "lot",
        type: "text",
        "aria-invalid": "true",
        "aria-describedby": "lot-fault",
      }),
      h("p", { class: "fault", id: "lot-fault" }, "ロットを入れてください"),
    ),
    h("div", { class: "box empty" }, h("p", {}, "まだありません。ここから始めます。")),
    h("div", { class: "box red" }, h("p", {}, "つながりません。")),
  ),
  part("読み取り — scan.css", h("div", { id: "scanner" })),
]);

for (const swatch of document.querySelectorAll<HTMLElement>(".swatch")) {
  swatch.style.background = `var(${swatch.dataset["token"]})`;
}
loadOutlines(document.body);

// Its rules are for whole screens: they stay in a root of their own
const root = (document.getElementById("scanner") as Element).attachShadow({ mode: "open" });
const sheet = new CSSStyleSheet();
sheet.replaceSync(scanner.replaceAll(":root", ":host"));
root.adoptedStyleSheets = [sheet];
root.append(
  ...toNodes([
    h("div", { class: "steps one" }, h("button", { type: "button", class: "step" }, "出荷")),
  ]),
);
