import "../page.css";
import { loadWords } from "../page/dictionary.ts";
import { organisationName, tell } from "../page/telling.ts";
import { basisView, checksView, type Standing, verdictView } from "../page/verdict-view.ts";
import { factsView, recallsView, section, sign, storyView } from "../page/view.ts";
import type { Finding } from "../shared/findings.ts";
import { h, type Piece, show } from "../shared/html.ts";
import { orNull } from "../shared/malformed.ts";
import { readStart } from "../shared/subject.ts";
import { MINUTE } from "../shared/time.ts";
import { readTrust } from "../shared/trust.ts";
import { type Freshness, type Verdict, verifyBundle } from "../shared/verify.ts";
import { fill, type Language, languageOf } from "../shared/words.ts";

/*
 * Checks a proof that somebody saved, wherever this page stands. It asks no server for anything but
 * the trust list beside it, and sends nothing.
 */

const asked = new URLSearchParams(location.search).get("lang") ?? navigator.language;
const language: Language = /^(ja|easy)/.test(asked) ? "ja" : languageOf("en");
const words = await loadWords(language);
const { ui } = words;

const file = (id: string, label: string, hint: string): Piece =>
  h(
    "p",
    {},
    h("label", { for: id }, label),
    h("input", { type: "file", id, accept: ".json,application/json" }),
    h("span", { class: "small", id: `${id}-name`, role: "status" }, hint),
  );

document.documentElement.lang = language;
document.title = fill(ui.pageTitle, { title: ui.verifyTitle });
show(document.querySelector("header") as Element, [
  h("a", { href: "../" }, ui.home),
  h(
    "a",
    { href: language === "ja" ? "?lang=en" : "?lang=ja", lang: language === "ja" ? "en" : "ja" },
    ui.language,
  ),
]);
show(document.querySelector("main") as Element, [
  h("h1", {}, ui.verifyTitle),
  h(
    "form",
    { id: "drop", class: "drop", onsubmit: submitted },
    h("p", {}, ui.verifyLead),
    file("bundle", ui.verifyBundle, ""),
    file("trust", ui.verifyTrust, ""),
    h("p", { class: "small" }, ui.verifyTrustWarning),
    h(
      "p",
      {},
      h("label", { for: "scanned" }, ui.verifySubject),
      h("input", {
        type: "text",
        id: "scanned",
        inputmode: "url",
        autocomplete: "off",
        spellcheck: "false",
      }),
    ),
    h(
      "p",
      {},
      h("label", { for: "age" }, ui.verifyAge),
      h("input", { type: "number", id: "age", min: "1", max: "525600", step: "1" }),
      h("span", { class: "small" }, ui.verifyAgeNone),
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
let trust: Uint8Array | null = null;

function take(kind: "bundle" | "trust", bytes: Uint8Array, name: string): void {
  if (kind === "bundle") bundle = bytes;
  else trust = bytes;
  element(`${kind}-name`).textContent = name;
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
  const freshness: Freshness = minutes > 0 ? { maxAgeMs: minutes * MINUTE, now: Date.now() } : {};
  const began = performance.now();
  const { verdict, evidence } = await verifyBundle(bundle, roots, url, freshness);
  const seconds = (performance.now() - began) / 1000;
  const upTo = verdict.completeUpTo;
  const standing: Standing = {
    state: "judged",
    verdict,
    seconds,
    completeUpTo: evidence && upTo && organisationName(evidence, upTo, language),
  };
  show(element("verdict"), verdictView(standing, words));
  const told = evidence && tell(evidence, verdict, language, words);
  show(element("result"), [
    section("checks", "", {}, [
      h("h2", {}, ui.checksTitle),
      checksView(verdict, words),
      basisView(verdict, words),
    ]),
    evidence !== null && findingsView(verdict, words.findings),
    told && h("h2", { class: "told" }, told.title),
    told && [recallsView(told.recalls, words), factsView(told), storyView(told, words, true)],
  ]);
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
  const response = await fetch("../trust.json", { credentials: "omit" }).catch(() => null);
  if (!response?.ok || trust !== null) return;
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (trust === null && kindOf(bytes) === "trust") take("trust", bytes, ui.verifyBuiltIn);
}

// What stands behind the # is never sent to a server.
if (location.hash.length > 1) scanned.value = location.hash.slice(1);
void useTrustOfThisSite();
