import "../page.css";
import { copiesView } from "../page/copies.ts";
import { loadWords } from "../page/dictionary.ts";
import { loadOutlines, mapView } from "../page/map.ts";
import { routeOf } from "../page/route.ts";
import { organisationName, tell } from "../page/telling.ts";
import { basisView, checksView, type Standing, verdictView } from "../page/verdict-view.ts";
import { alertsView, briefView, factsView, section, sign, storyView } from "../page/view.ts";
import { toBase64Url } from "../shared/base64.ts";
import type { Finding } from "../shared/findings.ts";
import { type Attributes, h, type Piece, show } from "../shared/html.ts";
import { orNull } from "../shared/malformed.ts";
import { readStart } from "../shared/subject.ts";
import { MINUTE } from "../shared/time.ts";
import { readTrust } from "../shared/trust.ts";
import { type Freshness, type Verdict, verifyBundle } from "../shared/verify.ts";
import { fill, type Language } from "../shared/words.ts";

/*
 * Checks a proof that somebody saved or that the code's own site answers, wherever this page stands.
 * It asks nobody unless its user presses a button, but for the trust list beside it.
 */

const PATIENCE_MS = 20_000;
const NAMES = { ja: "日本語", easy: "やさしい日本語", en: "English" };
type Reader = keyof typeof NAMES;

const asked = new URLSearchParams(location.search).get("lang") ?? navigator.language;
const reader: Reader = asked === "easy" ? "easy" : asked.startsWith("ja") ? "ja" : "en";
const language: Language = reader === "en" ? "en" : "ja";
const easy = reader === "easy" ? await import("../page/easy.ts") : null;
const dictionary = await loadWords(language);
const words = easy?.easier(dictionary) ?? dictionary;
const { ui } = words;

const file = (id: string, label: string): Piece =>
  h(
    "p",
    {},
    h("label", { for: id }, label),
    h("input", { type: "file", id, accept: ".json,application/json" }),
    h("span", { class: "small", id: `${id}-name`, role: "status" }),
  );

const text = (id: string, label: string, hint: string | null, more: Attributes = {}): Piece =>
  h(
    "p",
    {},
    h("label", { for: id }, label),
    h("input", { type: "text", id, autocomplete: "off", spellcheck: "false", ...more }),
    hint !== null && h("span", { class: "small" }, hint),
  );

document.documentElement.lang = language;
document.title = fill(ui.pageTitle, { title: ui.verifyTitle });
show(document.querySelector("header") as Element, [
  h("span", { class: "brand" }, ui.home),
  h(
    "nav",
    { "aria-label": ui.languages },
    ...(Object.keys(NAMES) as Reader[])
      .filter((other) => other !== reader)
      .map((other) => {
        const lang = other === "en" ? "en" : "ja";
        return h("a", { href: `?lang=${other}`, lang, hreflang: lang }, NAMES[other]);
      }),
  ),
]);
show(document.querySelector("main") as Element, [
  h("h1", {}, ui.verifyTitle),
  h(
    "form",
    { id: "drop", class: "drop", onsubmit: submitted },
    h("p", {}, ui.verifyLead),
    text("scanned", ui.verifySubject, ui.verifyAskHint, { inputmode: "url" }),
    h("button", { type: "button", id: "ask", onclick: ask }, ui.verifyAsk),
    file("bundle", ui.verifyBundle),
    h(
      "p",
      {},
      h("label", { for: "age" }, ui.verifyAge),
      h("input", { type: "number", id: "age", min: "1", max: "525600", step: "1" }),
      h("span", { class: "small" }, ui.verifyAgeNone),
    ),
    h(
      "fieldset",
      {},
      h("legend", {}, ui.verifyTrustTitle),
      h("p", { class: "small" }, ui.verifyTrustWarning),
      file("trust", ui.verifyTrust),
      text("trust-address", ui.verifyTrustAddress, null, { inputmode: "url" }),
      h("button", { type: "button", onclick: askTrust }, ui.verifyTrustLoad),
      text("fingerprint", ui.verifyFingerprint, ui.verifyFingerprintHint, { oninput: compare }),
      h("div", { id: "compared", role: "status" }),
    ),
    h("button", { type: "submit" }, ui.verifyButton),
  ),
  h("section", { id: "verdict", "aria-live": "polite" }),
  h("div", { id: "result" }),
  h("p", { class: "small" }, ui.howLimit),
]);

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const scanned = element<HTMLInputElement>("scanned");
const age = element<HTMLInputElement>("age");

let bundle: Uint8Array | null = null;
/** Of the answer that was asked for here; a saved one has a challenge of somebody else. */
let challenge: Uint8Array | null = null;
let trust: Uint8Array | null = null;
/** The list that was there before: two copies from two places should be the same. */
let otherTrust: Uint8Array | null = null;

function take(kind: "bundle" | "trust", bytes: Uint8Array, name: string): void {
  if (kind === "bundle") {
    bundle = bytes;
    challenge = null;
  } else {
    otherTrust = trust;
    trust = bytes;
    compare();
  }
  element(`${kind}-name`).textContent = name;
}

/** Sixteen groups of four are easier to compare by eye, and by telephone. */
const grouped = (fingerprint: string): string => (fingerprint.match(/.{4}/g) ?? []).join(" ");

const fingerprintOf = (bytes: Uint8Array | null): string | null =>
  bytes && (orNull(() => readTrust(bytes))?.fingerprint ?? null);

function compare(): void {
  const own = fingerprintOf(trust);
  const pasted = element<HTMLInputElement>("fingerprint")
    .value.replaceAll(/[\s:]/g, "")
    .toLowerCase();
  const other = pasted === "" ? fingerprintOf(otherTrust) : pasted;
  show(element("compared"), [
    own !== null && [
      h("p", { class: "label" }, ui.fingerprint),
      h("p", {}, h("code", { class: "fingerprint" }, grouped(own))),
    ],
    own !== null && other !== null && comparison(own, other),
  ]);
}

const comparison = (own: string, other: string): Piece =>
  own === other
    ? h("p", { class: "tone-good", "data-same": "yes" }, sign("good"), ui.verifySame)
    : [
        h("p", { class: "tone-red", "data-same": "no" }, sign("red"), ui.verifyDifferent),
        h("p", {}, h("code", { class: "fingerprint" }, grouped(other))),
      ];

async function load(address: string): Promise<Uint8Array | null> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(address, { cache: "no-store", credentials: "omit", signal });
    return response.ok ? await bytesOf(await response.blob()) : null;
  } catch {
    return null;
  }
}

/** Asks the site of the code, with a challenge of this page: nobody can have the answer ready. */
async function ask(): Promise<void> {
  const url = scanned.value.trim();
  if (orNull(() => readStart(url)) === null || !/^https?:/.test(url)) {
    return complain(ui.verifyBadAddress);
  }
  const own = crypto.getRandomValues(new Uint8Array(32));
  const query = `subject=${encodeURIComponent(url)}&challenge=${toBase64Url(own)}`;
  const answer = await load(`${new URL(url).origin}/api/bundles?${query}`);
  if (answer === null) return complain(ui.verifyNoAnswer);
  take("bundle", answer, fill(ui.verifyAnswered, { host: new URL(url).host }));
  challenge = own;
  await verifyOrSay();
}

async function askTrust(): Promise<void> {
  const address = element<HTMLInputElement>("trust-address").value.trim();
  const answer = /^https?:/.test(address) ? await load(address) : null;
  if (answer === null) return complain(ui.verifyNoAnswer);
  if (kindOf(answer) !== "trust") return complain(ui.verifyBadTrust);
  take("trust", answer, fill(ui.verifyAnswered, { host: new URL(address).host }));
  await verifyIfWhole();
}

/** Which of the two a dropped file is, its form says better than its name. */
const kindOf = (bytes: Uint8Array): "bundle" | "trust" =>
  orNull(() => readTrust(bytes)) === null ? "bundle" : "trust";

const bytesOf = async (chosen: Blob): Promise<Uint8Array> =>
  new Uint8Array(await chosen.arrayBuffer());

for (const kind of ["bundle", "trust"] as const) {
  const input = element<HTMLInputElement>(kind);
  input.addEventListener("change", async () => {
    const [chosen] = input.files ?? [];
    if (chosen === undefined) return;
    take(kind, await bytesOf(chosen), chosen.name);
    await verifyIfWhole();
  });
}

document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  for (const dropped of event.dataTransfer?.files ?? []) {
    const bytes = await bytesOf(dropped);
    take(kindOf(bytes), bytes, dropped.name);
  }
  await verifyIfWhole();
});

async function submitted(event: Event): Promise<void> {
  event.preventDefault();
  await verifyOrSay();
}

async function verifyOrSay(): Promise<void> {
  try {
    await verify();
  } catch (error) {
    complain(ui.incapable);
    throw error;
  }
}

async function verifyIfWhole(): Promise<void> {
  if (bundle !== null && trust !== null && scanned.value !== "") await verifyOrSay();
}

function complain(sentence: string): void {
  show(element("result"), []);
  show(
    element("verdict"),
    h(
      "div",
      { class: "verdict tone-amber", "data-tone": "amber" },
      h("p", {}, sign("amber"), sentence),
    ),
  );
}

async function verify(): Promise<void> {
  if (bundle === null) return complain(ui.verifyNoBundle);
  if (trust === null) return complain(ui.verifyNoTrust);
  const trustBytes = trust;
  const roots = orNull(() => readTrust(trustBytes));
  if (roots === null) return complain(ui.verifyBadTrust);
  const url = scanned.value.trim();
  if (orNull(() => readStart(url)) === null) return complain(ui.verifyBadSubject);
  const minutes = age.valueAsNumber;
  const aged: Freshness = minutes > 0 ? { maxAgeMs: minutes * MINUTE, now: Date.now() } : {};
  const freshness: Freshness = challenge === null ? aged : { challenge };
  const began = performance.now();
  const { verdict, evidence } = await verifyBundle(bundle, roots, url, freshness);
  const seconds = (performance.now() - began) / 1000;
  const upTo = verdict.completeUpTo;
  const told = evidence && tell(evidence, verdict, language, words);
  const standing: Standing = {
    state: "judged",
    alerts: told?.alerts ?? [],
    verdict,
    seconds,
    completeUpTo: evidence && upTo && organisationName(evidence, upTo, language),
  };
  show(element("verdict"), verdictView(standing, words));
  const map = evidence && mapView(routeOf(evidence, language, words), words);
  show(element("result"), [
    section("checks", "", {}, [
      h("h2", {}, ui.checksTitle),
      checksView(verdict, words),
      basisView(verdict, words),
    ]),
    evidence !== null && findingsView(verdict, words.findings),
    told && h("h2", { class: "told" }, told.title),
    told && [alertsView(told.alerts, words), briefView(told), factsView(told)],
    evidence && copiesView(evidence, language, words),
    told && storyView(told, words, true, { map }),
  ]);
  loadOutlines(element("result"));
}

/** All findings, those for the people who handled it too. */
const findingsView = ({ findings }: Verdict, sentences: Record<string, string>): Piece =>
  section("findings", "", {}, [
    h("h2", {}, ui.verifyFindings),
    findings.length === 0
      ? h("p", {}, ui.noFindings)
      : h("ul", { class: "notices" }, ...findings.map((found) => findingView(found, sentences))),
  ]);

const findingView = (
  { audience, code, severity, subject, event }: Finding,
  sentences: Record<string, string>,
): Piece =>
  h(
    "li",
    { class: `tone-${severity}`, "data-code": code },
    sign(severity),
    h("strong", {}, ui[`severity_${severity}`]),
    ` ${sentences[code] ?? code}`,
    audience === "concerned" && h("span", { class: "small" }, ` (${ui.forConcerned})`),
    h("code", { class: "about" }, event === null ? ` ${subject}` : ` ${subject} ${event}`),
  );

async function useTrustOfThisSite(): Promise<void> {
  const bytes = await load("trust.json");
  if (trust === null && bytes !== null && kindOf(bytes) === "trust") {
    take("trust", bytes, ui.verifyBuiltIn);
  }
}

// What stands behind the # is never sent to a server.
if (location.hash.length > 1) scanned.value = location.hash.slice(1);
easy?.keepReadable(document.body);
void useTrustOfThisSite();
