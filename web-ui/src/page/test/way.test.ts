import assert from "node:assert/strict";
import { test } from "node:test";
import type { Held, Limit, Measure, Way } from "../../shared/cold-chain.ts";
import { wordsOf } from "../../shared/dictionaries.ts";
import { toHtml } from "../../shared/html.ts";
import { MINUTE } from "../../shared/time.ts";
import { chartsView } from "../chart.ts";
import { togetherOf } from "../view.ts";
import { bounds, lasting, sayWay } from "../way.ts";

const ja = wordsOf("ja");
const en = wordsOf("en");

const series = (...values: number[]): Held[] =>
  values.map((value, i) => ({ from: i * 10 * MINUTE, to: (i + 1) * 10 * MINUTE, value }));

const COLD: Limit = { minimum: -1, maximum: 2, allowedMinutes: 30 };

function wayWith(more: Partial<Way>): Way {
  return {
    unit: "sscc/1",
    carried: 240 * MINUTE,
    measured: 240 * MINUTE,
    limits: new Map([["temperature", COLD]]),
    outside: new Map<Measure, number>([["temperature", 0]]),
    held: new Map<Measure, Held[][]>([["temperature", [series(12, 31)]]]),
    missing: 0,
    windows: 59,
    stated: new Map(),
    ...more,
  };
}

test("rounds a range outwards, so that a value never looks better than it was", () => {
  const [range] = sayWay(wayWith({ held: new Map([["temperature", [series(-41, 201)]]]) }), ja)
    .sentences as [string];
  assert.equal(range, "保冷ボックスの中で、温度は −0.5〜2.1\u00a0℃ でした。");
});

test("says that readings are missing, and what their windows state all the same", () => {
  const partly = { missing: 2, measured: 60 * MINUTE };
  const cool = sayWay(wayWith({ ...partly, stated: new Map([["temperature", [5, 40]]]) }), ja);
  assert.equal(cool.tone, "amber");
  assert.deepEqual(cool.sentences, [
    "温度などの記録が、59 区間のうち 2 区間、ここにありません。分かるのは、次のことだけです。",
    "保冷ボックスの中で、温度は 0.0〜0.4\u00a0℃ でした。",
  ]);
  const stated: Way["stated"] = new Map([["temperature", [5, 870]]]);
  const left = sayWay(wayWith({ ...partly, stated }), ja);
  assert.equal(left.tone, "amber");
  assert.deepEqual(left.sentences.slice(1), [
    "保冷ボックスの中で、温度は 0.0〜8.7\u00a0℃ でした。",
    "決められた範囲（−1〜2\u00a0℃）から外れた値があります。",
  ]);
  const long = { ...partly, stated, outside: new Map([["temperature" as const, 45 * MINUTE]]) };
  assert.equal(
    sayWay(wayWith(long), ja).sentences[2],
    "決められた範囲（−1〜2\u00a0℃）から 45\u00a0分 以上 外れました（外れてよいのは 30\u00a0分まで）。",
  );
  const never: Way["limits"] = new Map([["temperature", { ...COLD, allowedMinutes: 0 }]]);
  assert.equal(sayWay(wayWith({ ...partly, stated, limits: never }), ja).tone, "red");
});

test("a chart's marks are rounded as the sentence beside it", () => {
  const way = wayWith({ held: new Map([["temperature", [series(331, 862)]]]) });
  assert.match(sayWay(way, ja).sentences[0] as string, /3\.3〜8\.7/);
  const chart = toHtml(chartsView(way, ja));
  assert.match(chart, />8\.7°</);
  assert.doesNotMatch(chart, />8\.6°</);
});

test("says long times in hours, and what is allowed as well", () => {
  assert.equal(lasting(59, ja), "59\u00a0分");
  assert.equal(lasting(120, ja), "2\u00a0時間");
  assert.equal(lasting(210, en), "3\u00a0h 30\u00a0min");
  const warm = wayWith({ outside: new Map([["temperature", 209.5 * MINUTE]]) });
  const { tone, sentences } = sayWay(warm, ja);
  assert.equal(tone, "red");
  assert.equal(
    sentences[1],
    "決められた範囲（−1〜2\u00a0℃）から 3\u00a0時間 30\u00a0分 外れました（外れてよいのは 30\u00a0分まで）。",
  );
});

test("tells humidity, too, and calls too much of it a warning, not a danger", () => {
  const damp = wayWith({
    limits: new Map([
      ["temperature", COLD],
      ["humidity", { minimum: null, maximum: 90, allowedMinutes: 0 }],
    ]),
    outside: new Map<Measure, number>([
      ["temperature", 0],
      ["humidity", 10 * MINUTE],
    ]),
    held: new Map<Measure, Held[][]>([
      ["temperature", [series(12, 31)]],
      ["humidity", [series(8800, 9200)]],
    ]),
  });
  const { tone, sentences } = sayWay(damp, en);
  assert.equal(tone, "amber");
  assert.deepEqual(sentences.slice(2), [
    "The humidity was 88.0 to 92.0\u00a0%.",
    "It was outside its limits (at most 90\u00a0%) for 10\u00a0min.",
  ]);
  const charts = toHtml(chartsView(damp, en));
  assert.equal(charts.split("<svg").length, 3);
  assert.match(charts, /data-measure="humidity".*line outside/);
});

test("bounds that only one side has are said as such", () => {
  assert.equal(bounds("temperature", { minimum: -20, maximum: null }, ja), "−20\u00a0℃ 以上");
  assert.equal(bounds("humidity", { minimum: null, maximum: 95 }, en), "at most 95\u00a0%");
});

test("a line ends where nobody measured, and is red where it left its limits", () => {
  const [first, last] = series(100, 900) as [Held, Held];
  const later = { ...last, from: last.from + 5 * MINUTE };
  const charts = toHtml(
    chartsView(wayWith({ held: new Map([["temperature", [[first, later]]]]) }), ja),
  );
  assert.equal((charts.match(/class="line" d="M[^"]*M/g) ?? []).length, 1);
  assert.equal((charts.match(/class="line outside" d="M[^"M]*"/g) ?? []).length, 1);
});

test("what was written down together is said once, and only where most of it was", () => {
  const steps = (...later: (string | null)[]) => later.map((one) => ({ later: one }));
  assert.equal(togetherOf(steps("a", "a", "a", null, "b")), "a");
  assert.equal(togetherOf(steps("a", "a", "a", null, null, null)), null);
  assert.equal(togetherOf(steps("a", "a")), null);
  assert.equal(togetherOf([]), null);
});
