import type { BoxDay } from "../shared/box-days.ts";
import { proofFile, trustFile } from "../shared/file-name.ts";
import type { Finding } from "../shared/findings.ts";
import { grouped } from "../shared/fingerprint.ts";
import { h, type Piece } from "../shared/html.ts";
import type { Verdict } from "../shared/verify.ts";
import { fill, type Words, wordFor } from "../shared/words.ts";
import { readersMinute } from "./telling.ts";
import { fields, section, sign } from "./view.ts";

/** How a page stands with its verdict. */
export type Standing =
  | { state: "checking"; progress?: { done: number; total: number } }
  | { state: "unreachable"; retry: () => void }
  | { state: "trust_unread" }
  | { state: "incapable" }
  | Judged;

export interface Judged {
  state: "judged";
  verdict: Verdict;
  seconds: number;
  completeUpTo: string | null;
  /** How many readings there are, where they are more than can be checked here. */
  tooMany?: number;
  /** Where readings did not come. */
  retry?: () => void;
}

export type Tone = "neutral" | "good" | "amber" | "red";

interface Said {
  tone: Tone;
  title: string;
  lines: string[];
}

/** What the verdict's block says. */
export function say(standing: Standing, words: Words): Said {
  const { ui } = words;
  switch (standing.state) {
    case "checking":
      return {
        tone: "neutral",
        title: ui.checking,
        lines: standing.progress ? [fill(ui.readingsComing, standing.progress)] : [],
      };
    case "unreachable":
      return { tone: "amber", title: ui.notChecked, lines: [ui.unreachable, ui.unverifiedShown] };
    case "trust_unread":
      return { tone: "amber", title: ui.notChecked, lines: [ui.trustUnread, ui.unverifiedShown] };
    case "incapable":
      return { tone: "amber", title: ui.notChecked, lines: [ui.incapable, ui.unverifiedShown] };
    case "judged":
      return judged(standing, words);
  }
}

/** Whether all is well but for readings that were not there yet. */
export const isCalm = ({ checks, findings }: Verdict): boolean =>
  checks.every(({ check, result }) => check === "readings" || result === "passed") &&
  findings.every(({ audience, severity }) => audience !== "shopper" || severity === "neutral");

function judged({ verdict, seconds, completeUpTo, tooMany = 0 }: Judged, words: Words): Said {
  const { ui } = words;
  if (verdict.verdict === "failed") {
    return {
      tone: "red",
      title: ui.failed,
      lines: [...reasons(verdict, "failed", ui.failedBecause, words), ui.failedDetail],
    };
  }
  const passed = verdict.verdict === "passed";
  const checked = fill(ui.passedDetail, {
    signatures: verdict.counts.signatures,
    seconds: seconds.toFixed(2),
  });
  const unknown = verdict.findings.some(({ code }) => code === "label_unknown");
  const basis = passed
    ? [`${unknown ? ui.unknownDetail : ui.verdictAlso} ${checked}`]
    : [
        ui.notChecked,
        ...reasons(verdict, "not_checked", ui.notCheckedBecause, words),
        // Both languages write a comma between thousands
        ...(tooMany > 0 ? [fill(ui.readingsTooMany, { count: tooMany.toLocaleString("en") })] : []),
      ];
  const grave = verdict.findings.filter(({ audience }) => audience === "shopper");
  for (const tone of ["red", "amber"] as const) {
    const found = grave.filter(({ severity }) => severity === tone);
    if (found.length === 0) continue;
    // "Not checked" may stand beside a recall, but never instead of it.
    if (tone === "amber" && !passed) break;
    const lines = [...texts(found, words), ...helps(found, words), ...basis];
    return { tone, title: titleOf(found, tone, words), lines };
  }
  if (!passed) return { tone: "amber", title: ui.notChecked, lines: basis.slice(1) };
  const upTo = completeUpTo === null ? [] : [fill(ui.completeUpTo, { name: completeUpTo })];
  return { tone: "good", title: ui.passed, lines: [checked, ...upTo] };
}

/** First what people must act on. */
const FIRST = ["recalled", "input_recalled", "label_unknown"];

export function texts(findings: Finding[], words: Words): string[] {
  const codes = new Set(findings.map(({ code }) => code));
  const inOrder = [...FIRST.filter((code) => codes.has(code)), ...codes];
  return [...new Set(inOrder.map((code) => wordFor(words.findings, code)))];
}

export function titleOf(findings: Finding[], tone: "red" | "amber", { ui }: Words): string {
  const codes = findings.map(({ code }) => code);
  if (codes.includes("recalled")) return ui.recalledTitle;
  if (codes.includes("label_unknown")) return ui.unknownTitle;
  if (codes.includes("label_voided")) return ui.voidedTitle;
  if (codes.includes("label_not_activated")) return ui.unactivated;
  return tone === "red" ? ui.redTitle : ui.attention;
}

/** What to do with a label that is none. */
export function helps(findings: Finding[], { ui }: Words): string[] {
  const help: Record<string, string> = {
    label_unknown: ui.helpUnknown,
    label_voided: ui.helpVoided,
    label_not_activated: ui.helpUnactivated,
  };
  return findings.flatMap(({ code }) => help[code] ?? []);
}

/** Which checks ended so, and why; those that an earlier failure left out go without saying. */
export const reasons = (
  { checks }: Verdict,
  result: "failed" | "not_checked",
  sentence: string,
  words: Words,
): string[] =>
  checks
    .filter((check) => check.result === result && check.reason !== "earlier_failure")
    .map(({ check, reason }) =>
      fill(sentence, {
        check: wordFor(words.checks, check),
        reason: wordFor(words.reasons, reason ?? ""),
      }),
    );

export function verdictView(standing: Standing, words: Words): Piece {
  const { tone, title, lines } = say(standing, words);
  return h(
    "div",
    { class: `verdict tone-${tone}`, "data-tone": tone, "data-state": standing.state },
    h("h2", {}, sign(tone), title),
    ...lines.map((line) => h("p", {}, line)),
    "retry" in standing && h("button", { type: "button", onclick: standing.retry }, words.ui.retry),
  );
}

/** Every check with its result. */
export function checksView(verdict: Verdict, words: Words): Piece {
  const { ui, checks, reasons } = words;
  const results = {
    passed: ["good", ui.passedOne],
    failed: ["red", ui.failedOne],
    not_checked: ["amber", ui.notCheckedOne],
  } as const;
  return h(
    "ul",
    { class: "checks" },
    ...verdict.checks.map(({ check, reason, result }) => {
      const [tone, word] = results[result];
      return h(
        "li",
        { "data-check": check, "data-result": result },
        sign(tone),
        `${wordFor(checks, check)}: ${word}`,
        reason !== null && h("span", { class: "small" }, ` ${wordFor(reasons, reason)}`),
      );
    }),
  );
}

/** Who answered, and by which trust it was judged. */
export function basisView(verdict: Verdict, words: Words): Piece {
  const { ui } = words;
  const { counts, statement, trust } = verdict;
  const rows = [{ label: ui.countsTitle, text: fill(ui.countsText, counts) }];
  if (statement !== null) {
    rows.push(
      { label: ui.members, text: statement.members.join(ui.and) },
      { label: ui.answeredAt, text: readersMinute(words, statement.time) },
    );
  }
  return [
    trust.oneOperator && h("p", { class: "one-operator" }, ui.oneOperator),
    fields(rows),
    h("p", { class: "label" }, ui.fingerprint),
    h("p", {}, h("code", { class: "fingerprint" }, grouped(trust.fingerprint))),
  ];
}

/** What the page leaves to whoever doesn't want to believe it. */
export interface Proof {
  bundleUrl: string;
  trustUrl: string;
  /** The scanned URL. */
  scanned: string;
  consortium: string;
  /** Its reader's choice of words, as in `?lang=`. */
  reader: string;
  challenge: string;
  /** Box days whose readings are too many for the bundle: the command line takes them beside it. */
  tooMany?: BoxDay[];
  copy: ((text: string) => Promise<void>) | null;
}

export function howView(verdict: Verdict, proof: Proof, words: Words): Piece {
  const { ui } = words;
  const time = verdict.statement?.time ?? Date.now();
  const files = {
    proof: proofFile(proof.scanned, time),
    trust: trustFile(proof.consortium, time),
  };
  const command = commandLine(proof, files);
  const { copy } = proof;
  const copied = async (event: Event): Promise<void> => {
    const button = event.currentTarget as HTMLElement;
    await copy?.(command);
    button.textContent = ui.copied;
  };
  return section("how", "", {}, [
    h("h2", {}, ui.how),
    verdict.verdict !== "failed" && h("p", {}, ui.howText),
    h("h3", {}, ui.checksTitle),
    checksView(verdict, words),
    basisView(verdict, words),
    h("h3", {}, ui.verifier),
    h("p", {}, ui.howLimit),
    h(
      "ul",
      { class: "actions" },
      h("li", {}, h("a", { href: proof.bundleUrl, download: files.proof }, ui.download)),
      h("li", {}, h("a", { href: proof.trustUrl, download: files.trust }, ui.downloadTrust)),
      h(
        "li",
        {},
        h("a", { href: `/verify/?lang=${proof.reader}#${proof.scanned}` }, ui.verifyTitle),
      ),
    ),
    h("p", {}, `${ui.command}: ${ui.commandText}`),
    h("p", {}, h("a", { href: "/verify/sanchi-verify.jar", download: true }, ui.commandProgram)),
    h("pre", {}, h("code", {}, command)),
    copy !== null && h("button", { type: "button", onclick: copied }, ui.copy),
  ]);
}

/** The page's address for somebody else; the one who gets it checks anew. */
export function shareView(
  title: string,
  share: ((title: string) => Promise<void>) | null,
  { ui }: Words,
): Piece {
  if (share === null) return null;
  const shared = async (event: Event): Promise<void> => {
    const button = event.currentTarget as HTMLElement;
    // Who thinks better of it rejects
    await share(title).then(
      () => {
        button.textContent = ui.shared;
      },
      () => undefined,
    );
  };
  return section("share", "", {}, [
    h("h2", {}, ui.shareTitle),
    h("p", {}, ui.shareText),
    h("button", { type: "button", onclick: shared }, ui.share),
  ]);
}

function commandLine(
  { scanned, challenge, tooMany = [] }: Proof,
  files: { proof: string; trust: string },
): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "%27")}'`;
  const { origin } = new URL(scanned);
  const fetched = tooMany.map(({ subject, head }, i) => {
    const asked = `subject=${encodeURIComponent(subject)}&head=${head}`;
    return `curl --create-dirs -o readings/${i + 1}.json ${quoted(`${origin}/api/bundles/readings?${asked}`)}\n`;
  });
  const beside = tooMany.length > 0 ? " --readings readings" : "";
  return `${fetched.join("")}java -jar sanchi-verify.jar ${files.proof} ${files.trust}${beside} --subject ${quoted(scanned)} --challenge ${challenge}`;
}
