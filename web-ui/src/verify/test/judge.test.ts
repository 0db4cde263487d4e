import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CHALLENGE, Told } from "../../page/test/told.ts";
import { readBundle } from "../../shared/bundle.ts";
import { utf8 } from "../../shared/bytes.ts";
import { wordsOf } from "../../shared/dictionaries.ts";
import { Malformed } from "../../shared/malformed.ts";
import { readStatement } from "../../shared/statement.ts";
import { easier } from "../../shared/test/easier.ts";
import { VECTORS } from "../../shared/test/vectors.ts";
import { GTIN } from "../../shared/test/world.ts";
import { DAY, MINUTE } from "../../shared/time.ts";
import { readTrust } from "../../shared/trust.ts";
import { judge, type Question } from "../judge.ts";
import { type OwnWords, type Said, sayJudgement, spanOf } from "../saying.ts";
import easyOwn from "../words/easy.json";
import enOwn from "../words/en.json";
import jaOwn from "../words/ja.json";

const SPEECHES = {
  ja: { language: "ja" as const, words: wordsOf("ja"), own: jaOwn as OwnWords },
  en: { language: "en" as const, words: wordsOf("en"), own: enOwn as OwnWords },
  easy: {
    language: "ja" as const,
    words: easier(wordsOf("ja")),
    own: { ...jaOwn, ...easyOwn } as OwnWords,
  },
};
const { ja } = SPEECHES;

interface Case {
  told: Told;
  url: string;
  bundle: Uint8Array;
  question: Question;
}

async function komatsuna(): Promise<Case> {
  const told = await Told.komatsuna();
  const url = told.labels.url(3);
  const bundle = await told.bundle(url, told.labels.label(3));
  const trust = readTrust(told.world.trustJson());
  const { time } = readStatement(readBundle(bundle).response);
  const now = time + 5 * MINUTE;
  return {
    told,
    url,
    bundle,
    question: { bundle, trust, url, challenge: null, maxAgeMs: null, now },
  };
}

async function said(
  question: Question,
  { host = null as string | null, speech = ja as (typeof SPEECHES)["ja" | "en" | "easy"] } = {},
): Promise<Said & { kind: string }> {
  const judgement = await judge(question);
  const { url, maxAgeMs, now } = question;
  const asked = { url, maxAgeMs, now, host, site: "sanchi.example", seconds: 0.1 };
  const spoken = sayJudgement(judgement, asked, speech);
  const all = [spoken.title, ...spoken.lines].join();
  assert.doesNotMatch(all, /\{\w+\}|undefined|NaN|null/, all);
  return { ...spoken, kind: judgement.kind };
}

/** The bundle with another text in it, in its one form. */
const changed = (bundle: Uint8Array, change: (json: BundleJson) => void): Uint8Array => {
  const json = JSON.parse(new TextDecoder().decode(bundle)) as BundleJson;
  change(json);
  return utf8(JSON.stringify(json));
};

interface BundleJson {
  documents: string[];
  events: string[];
  histories: [string, [number, number][]][];
}

test("an answer to one's own question of that very thing is green", async () => {
  const { question } = await komatsuna();
  const { tone, title, lines } = await said({ ...question, challenge: CHALLENGE });
  assert.equal(tone, "good");
  assert.equal(title, ja.words.ui.passed);
  assert.ok(lines[0]?.includes("有機小松菜の一つ"), lines[0]);
});

test("an address at another site is said to be so, whatever its number", async () => {
  const { question } = await komatsuna();
  const { pathname } = new URL(question.url as string);
  const of = async (host: string) =>
    (await said({ ...question, url: `https://${host}${pathname}` })).lines.join();
  assert.match(
    await of("phishing.example"),
    /phishing\.example で、このサイト（sanchi\.example）ではありません/,
  );
  for (const host of ["sanchi.example", "id.gs1.org"])
    assert.doesNotMatch(await of(host), /ではありません。ラベル/);
});

test("a saved proof is unchanged as of its time, and says what that leaves open", async () => {
  const { question } = await komatsuna();
  const { tone, title, lines } = await said(question);
  assert.equal(tone, "amber");
  assert.match(title, /2026年.*の時点では、記録はかわっていません/);
  assert.ok(lines.includes(ja.own.afterwards));
  // Within the age that somebody allows, it tells of now
  const young = await said({ ...question, maxAgeMs: 10 * MINUTE });
  assert.equal(young.tone, "good");
});

test("an age that is exceeded says so, and nothing against the records", async () => {
  const { question } = await komatsuna();
  const late = { ...question, maxAgeMs: 10 * MINUTE, now: question.now + 3 * DAY };
  const judgement = await judge(late);
  assert.equal(judgement.kind === "held" && judgement.age, "old");
  for (const speech of Object.values(SPEECHES)) {
    const { tone, title, lines } = await said(late, { speech });
    assert.equal(tone, "amber");
    assert.ok(!title.includes(speech.words.ui.failed), title);
    assert.ok(!lines.join().includes(speech.words.ui.failedDetail));
    const limit = spanOf(10 * MINUTE, speech.own);
    assert.ok(
      lines.some((line) => line.includes(limit) && line.includes("3")),
      lines.join(),
    );
  }
});

test("a clock that is slow is blamed, not the proof", async () => {
  const { question } = await komatsuna();
  const early = { ...question, maxAgeMs: 10 * MINUTE, now: question.now - DAY };
  const { tone, lines } = await said(early);
  assert.equal(tone, "amber");
  assert.ok(lines.some((line) => line.includes("時計を確かめてください")));
});

test("without an address a proof tells what it is of, and that nothing was compared", async () => {
  const { question } = await komatsuna();
  for (const challenge of [null, CHALLENGE]) {
    const { tone, lines } = await said({ ...question, url: null, challenge });
    assert.equal(tone, "amber");
    assert.ok(lines.includes(ja.own.notCompared));
    assert.ok(
      lines.some((line) => line.includes(GTIN) && line.includes("4 枚目")),
      lines.join(),
    );
  }
});

test("a proof of something else names both things, and is red only from a server", async () => {
  const { question } = await komatsuna();
  const url = `https://x.example/01/${GTIN}/21/ZZZZ0000AAAAAAAAAAAA`;
  const file = await said({ ...question, url });
  assert.equal(file.kind, "another");
  assert.equal(file.tone, "amber");
  assert.equal(file.title, ja.own.anotherTitle);
  assert.ok(file.lines.join().includes("ZZZZ0000AAAAAAAAAAAA"));
  assert.ok(file.lines.join().includes("有機小松菜の一つ"));
  const server = await said({ ...question, url, challenge: CHALLENGE }, { host: "x.example" });
  assert.equal(server.tone, "red");
  assert.ok(server.lines.join().includes("x.example"));
  const lot = await said({ ...question, url: `https://x.example/01/${GTIN}/10/L1` });
  assert.equal(lot.kind, "another");
});

test("a file that is no proof is amber, whatever it is, and says nothing against the product", async () => {
  const { question, told } = await komatsuna();
  for (const [bytes, reason] of [
    [new Uint8Array(), ja.own.form_empty],
    [question.bundle.subarray(0, 5000), ja.own.form_cut],
    [utf8("hello"), ja.own.form_other],
    [told.world.trustJson(), ja.own.form_trust],
  ] as const) {
    for (const url of [null, question.url]) {
      const { tone, title, lines } = await said({ ...question, bundle: bytes, url });
      assert.equal(tone, "amber");
      assert.equal(title, ja.own.noProofTitle);
      assert.deepEqual(lines, [reason, ja.own.noProofHelp]);
    }
  }
  const { tone, title } = await said(
    { ...question, bundle: utf8("<html>") },
    { host: "x.example" },
  );
  assert.deepEqual([tone, title], ["amber", ja.own.noAnswerTitle]);
});

test("a record that was left out is missed, with the history and the numbers", async () => {
  const { question } = await komatsuna();
  const lot = `lot/${GTIN}/L1`;
  const bundle = changed(question.bundle, (json) => {
    const history = json.histories.find(([name]) => name === lot);
    assert.ok(history);
    const last = history[1].pop();
    const used = json.histories.some(([, entries]) =>
      entries.some(([index]) => index === last?.[0]),
    );
    if (!used) dropEvent(json, last?.[0] as number);
  });
  const { tone, title, lines } = await said({ ...question, bundle });
  assert.equal(tone, "red");
  assert.equal(title, ja.own.brokenTitle);
  assert.ok(lines.join().includes("ロット L1"), lines.join());
  assert.match(lines.join(), /台帳では [0-9]+ 件ですが、ここには [0-9]+ 件しかありません/);
  assert.ok(lines.includes(ja.own.brokenFile));
});

function dropEvent({ events, histories }: BundleJson, gone: number): void {
  events.splice(gone, 1);
  for (const [, entries] of histories) {
    for (const entry of entries) if (entry[0] > gone) entry[0]--;
  }
}

test("a record that somebody rewrote is named, though the file has not even its form any more", async () => {
  const { question } = await komatsuna();
  const bundle = changed(question.bundle, ({ events }) => {
    const at = events.findIndex((one) => one.includes(".") && kindOf(one) === "harvested");
    const [header, payload, signature] = (events[at] as string).split(".") as [
      string,
      string,
      string,
    ];
    const text = Buffer.from(payload, "base64url").toString();
    const later = text.replace(/("eventTime":"2026-05-)20/, "$119");
    assert.notEqual(later, text);
    events[at] = `${header}.${Buffer.from(later).toString("base64url")}.${signature}`;
  });
  const { tone, title, lines } = await said({ ...question, bundle });
  assert.deepEqual([tone, title], ["red", ja.own.brokenTitle]);
  assert.ok(lines.join().includes("「収穫しました」の記録（2026年5月19日"), lines.join());
  assert.ok(lines.join().includes(ja.words.reasons.history_changed), lines.join());
});

const kindOf = (compact: string): string =>
  JSON.parse(Buffer.from(compact.split(".")[1] as string, "base64url").toString())["sanchi:kind"];

test("a proof that an editor saved is said to be so, and is never green", async () => {
  const { question } = await komatsuna();
  const pretty = utf8(
    JSON.stringify(JSON.parse(new TextDecoder().decode(question.bundle)), null, 2),
  );
  for (const challenge of [null, CHALLENGE]) {
    const { tone, title } = await said({ ...question, bundle: pretty, challenge });
    assert.deepEqual([tone, title], ["amber", ja.own.rewrittenTitle]);
  }
});

test("a lie of the golden vectors is red, and never harmless", async () => {
  const index = JSON.parse(readFileSync(join(VECTORS, "bundles", "bundles.json"), "utf8"));
  let lies = 0;
  for (const { name, bundle, trust, subject, challenge, verdict } of index) {
    if (verdict.verdict !== "failed" || challenge === undefined) continue;
    const bytes = readFileSync(join(VECTORS, "bundles", bundle));
    const question = {
      bundle: bytes,
      trust: readTrust(readFileSync(join(VECTORS, "bundles", trust))),
      url: subject,
      challenge: null,
      maxAgeMs: null,
      now: 0,
    };
    const { tone, title, kind } = await said(question);
    lies++;
    assert.notEqual(tone, "good", name);
    assert.ok(!title.includes("かわっていません") || kind === "held", `${name}: ${title}`);
  }
  assert.ok(lies > 100, String(lies));
});

test("descriptions that are missing are counted, and never called complete", async () => {
  const { question } = await komatsuna();
  const bundle = changed(question.bundle, (json) => {
    json.documents = [];
  });
  for (const speech of Object.values(SPEECHES)) {
    for (const challenge of [null, CHALLENGE]) {
      const { title, lines } = await said({ ...question, bundle, challenge }, { speech });
      const count = speech === SPEECHES.en ? /3 of 3/ : /3.*3/;
      assert.ok(
        lines.some((line) => count.test(line)),
        lines.join(),
      );
      assert.doesNotMatch(title, /すべて|ぜんぶ そろって|complete/);
    }
  }
  const { tone } = await said({ ...question, bundle, challenge: CHALLENGE });
  assert.equal(tone, "good");
});

test("an edited file without its descriptions is not said to hold the same", async () => {
  const { question } = await komatsuna();
  const json = JSON.parse(new TextDecoder().decode(question.bundle)) as BundleJson;
  const whole = await said({ ...question, bundle: utf8(JSON.stringify(json, null, 1)) });
  assert.deepEqual(whole.lines, [ja.own.rewrittenHelp]);
  json.documents = [];
  const bare = await said({ ...question, bundle: utf8(JSON.stringify(json, null, 1)) });
  assert.deepEqual(bare.lines, [ja.own.rewrittenUnsure]);
});

test("readings that are missing leave nothing that says all is there, and hide no warm night", async () => {
  const cases: Record<"bundle" | "trust" | "subject" | "challenge" | "name", string>[] = JSON.parse(
    readFileSync(join(VECTORS, "bundles", "bundles.json"), "utf8"),
  );
  for (const [name, tone] of [
    ["the_readings_of_a_cool_hour_are_left_out_of_a_warm_night", "red"],
    ["the_readings_of_a_warm_hour_are_left_out", "red"],
    ["the_readings_of_a_warm_hour_that_is_allowed_are_left_out", "amber"],
    ["the_readings_of_a_warm_hour_are_left_out_where_none_is_allowed", "red"],
  ]) {
    const one = cases.find((vector) => vector.name === name);
    assert.ok(one, name);
    const spoken = await said({
      bundle: readFileSync(join(VECTORS, "bundles", one.bundle)),
      trust: readTrust(readFileSync(join(VECTORS, "bundles", one.trust))),
      url: one.subject,
      challenge: Buffer.from(one.challenge, "base64url"),
      maxAgeMs: null,
      now: 0,
    });
    assert.equal(spoken.tone, tone, name);
    const all = [spoken.title, ...spoken.lines].join("");
    assert.doesNotMatch(all, /消された記録はありません|まだ|すべて/, all);
    assert.match(all, /3 区間のうち 1 区間/);
    assert.match(all, /12\.0\u00a0℃/);
  }
});

test("signatures of others than the trust list names are told from broken ones", async () => {
  const { question } = await komatsuna();
  const other = await komatsuna();
  const { trust } = other.question;
  const { kind, tone, title } = await said({ ...question, trust });
  assert.deepEqual([kind, tone, title], ["stranger", "red", ja.own.strangerTitle]);
  const elsewhere = { ...question.trust, consortium: "another-consortium" };
  const open = await said({ ...question, trust: elsewhere });
  assert.deepEqual([open.kind, open.tone], ["stranger", "amber"]);
});

test("an old answer to a new question is red", async () => {
  const { question } = await komatsuna();
  const challenge = new Uint8Array(32).fill(9);
  const { tone, lines } = await said({ ...question, challenge }, { host: "x.example" });
  assert.equal(tone, "red");
  assert.ok(lines.join().includes(ja.words.reasons.challenge_mismatch));
  assert.ok(lines.join().includes("x.example"));
});

test("a recall stays red, however old its proof", async () => {
  const { told, question, url } = await komatsuna();
  await told.log("recalled", { "sanchi:advice": "返してください", "sanchi:reason": "異物" });
  const bundle = await told.bundle(url, told.labels.label(3));
  const { tone, title, lines } = await said({ ...question, bundle });
  assert.equal(tone, "red");
  assert.equal(title, ja.words.ui.recalledTitle);
  assert.ok(lines.some((line) => line.includes("の時点のものです")));
});

test("a case of which nothing is on record is not green", async () => {
  const { told, question } = await komatsuna();
  told.documents.length = 0;
  const url = "https://x.example/00/123456789012345675";
  const bundle = await told.bundle(url, null);
  const { tone, title } = await said({ ...question, bundle, url, challenge: CHALLENGE });
  assert.deepEqual([tone, title], ["amber", ja.own.nothingTitle]);
});

test("an address that names no thing is refused", async () => {
  const { question } = await komatsuna();
  await assert.rejects(judge({ ...question, url: "https://x.example/" }), Malformed);
});
