import type { BoxDay } from "../shared/box-days.ts";
import { proofFile, trustFile } from "../shared/file-name.ts";
import type { Finding } from "../shared/findings.ts";
import { grouped } from "../shared/fingerprint.ts";
import { h, type Piece } from "../shared/html.ts";
import type { Verdict } from "../shared/verify.ts";
import { fill, type Words, wordFor } from "../shared/words.ts";
import {
  type Alert,
  readersClock,
  readersMinute,
  sayWithdrawn,
  type Withdrawn,
} from "./telling.ts";
import { fields, isRecall, section, sign } from "./view.ts";

/** How a page stands with its verdict. */
export type Standing =
  | { state: "checking"; progress?: { done: number; total: number }; slow?: true }
  | { state: "unreachable"; troubled?: boolean; retry: () => void }
  /** Something else came back, such as the page of a network that wants a login. */
  | { state: "strange"; cut?: boolean; retry: () => void }
  | { state: "trust_unread" }
  | { state: "incapable" }
  /** Somebody came back to it later, when it could not be checked again. */
  | { state: "stale"; before: Judged; troubled: boolean; retry: () => void }
  | Judged;

export interface Judged {
  state: "judged";
  verdict: Verdict;
  seconds: number;
  /** When it was checked, by the reader's clock; now, if not told. */
  at?: number;
  completeUpTo: string | null;
  /** What stands above the verdict already; what is wrong with a label or a number only they know. */
  alerts?: Alert[];
  /** What was measured, of ways on which something left its limits. */
  measured?: string[];
  /** For how long nobody measured, and when. */
  gaps?: string[];
  /** What is no fault of the records, and must be known first. */
  cautions?: string[];
  /** What is said by its finding's code in other words, which name what it is about. */
  titles?: Record<string, string>;
  /** What must be known beside it, whatever it is. */
  remarks?: string[];
  /** Descriptions that are not here. */
  withdrawn?: Withdrawn | undefined;
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
  /** Of which findings. */
  codes?: string[];
  /** Whether what is said above it is borne out: no second alarm. */
  genuine?: boolean;
}

/** What the verdict's block says. */
export function say(standing: Standing, words: Words): Said {
  const { ui } = words;
  switch (standing.state) {
    case "checking":
      return {
        tone: "neutral",
        title: ui.checking,
        lines: [
          ...(standing.progress ? [fill(ui.readingsComing, standing.progress)] : []),
          ...(standing.slow ? [ui.slow, ui.unverifiedShown] : []),
        ],
      };
    case "unreachable":
      return {
        tone: "amber",
        title: ui.notChecked,
        lines: [standing.troubled ? ui.troubled : ui.unreachable, ui.unverifiedShown],
      };
    case "strange":
      return {
        tone: "amber",
        title: ui.notChecked,
        lines: [standing.cut ? ui.cutAnswer : ui.strangeAnswer, ui.unverifiedShown],
      };
    case "trust_unread":
      return { tone: "amber", title: ui.notChecked, lines: [ui.trustUnread, ui.unverifiedShown] };
    case "incapable":
      return { tone: "amber", title: ui.notChecked, lines: [ui.incapable, ui.unverifiedShown] };
    case "stale": {
      const { before, troubled } = standing;
      const was = say(before, words);
      const now = `${ui.notChecked}: ${troubled ? ui.troubled : ui.unreachable}`;
      const title = fill(ui.stale, { time: readersMinute(words, before.at ?? 0) });
      // What people must act on stays
      return was.tone === "red" && !was.genuine
        ? { ...was, lines: [title, now, ...was.lines] }
        : { tone: "neutral", title, lines: [now, was.title] };
    }
    case "judged":
      return judged(standing, words);
  }
}

/** Whether all is well but for readings that were not there yet. */
export const isCalm = ({ checks, findings }: Verdict): boolean =>
  checks.every(({ check, result }) => check === "readings" || result === "passed") &&
  findings.every(({ audience, severity }) => audience !== "shopper" || severity === "neutral");

/** How long it took, and never that it took no time. */
export const within = (seconds: number, { ui }: Words): string =>
  seconds < 0.01 ? ui.noTime : fill(ui.seconds, { seconds: seconds.toFixed(2) });

function judged(
  { verdict, seconds, completeUpTo, alerts = [], measured = [], ...rest }: Judged,
  words: Words,
): Said {
  const { ui } = words;
  const { gaps = [], withdrawn, tooMany = 0, at = Date.now(), remarks = [] } = rest;
  const { titles = {}, cautions = [] } = rest;
  if (verdict.verdict === "failed") {
    return {
      tone: "red",
      title: ui.failed,
      lines: [...reasons(verdict, "failed", ui.failedBecause, words), ui.failedDetail],
    };
  }
  const passed = verdict.verdict === "passed";
  const checked = fill(ui.passedAt, {
    at: readersClock(at),
    signatures: verdict.counts.signatures,
    time: within(seconds, words),
  });
  const missing = withdrawn !== undefined && withdrawn.missing.length > 0;
  const nothing = alerts.find(({ code }) => NOTHING.includes(code));
  if (passed && nothing !== undefined && !alerts.some(({ tone }) => isWorse(tone, nothing.tone))) {
    const by = fill(ui.noRecordsBy, { members: membersOf(verdict, words) });
    const lines = [`${by} ${checked}`];
    return { tone: nothing.tone, title: ui.noRecordsVerdict, lines, genuine: true };
  }
  const basis = passed
    ? [
        ...(missing ? [ui.passedRecords, sayWithdrawn(withdrawn, words)] : [ui.verdictAlso]),
        checked,
        ...remarks,
      ]
    : [
        ui.notChecked,
        ...reasons(verdict, "not_checked", ui.notCheckedBecause, words),
        // Both languages write a comma between thousands
        ...(tooMany > 0 ? [fill(ui.readingsTooMany, { count: tooMany.toLocaleString("en") })] : []),
      ];
  const grave = verdict.findings.filter(
    ({ audience, code }) =>
      audience === "shopper" && (code !== "never_commissioned" || nothing === undefined),
  );
  for (const tone of ["red", "amber"] as const) {
    const found = grave.filter(({ severity }) => severity === tone);
    if (found.length === 0) continue;
    // "Not checked" may stand beside a recall, but never instead of it.
    if (tone === "amber" && !passed) break;
    const above = alerts.map(({ code }) => code as string);
    const open = found.filter(({ code }) => !above.includes(code));
    const code = found.map((one) => one.code).find((one) => one in titles);
    // A heading of its own is for what comes first
    const first = titleOf(found, tone, words);
    const title =
      code !== undefined && first === wordFor(words.findings, code)
        ? (titles[code] as string)
        : first;
    if (passed && open.length === 0 && above.some(isRecall)) {
      return { tone, title: ui.genuine, lines: basis, genuine: true };
    }
    const facts = open.some(({ code }) => /_exceeded$/.test(code)) ? measured : [];
    const help = above.some(isRecall) ? [] : helps(open, words);
    const told = texts(open, words).filter((line) => line !== first);
    const codes = found.map((one) => one.code);
    return { tone, title, lines: [...told, ...help, ...facts, ...basis], codes };
  }
  if (!passed) {
    // It is not a matter of time where only some of them are here
    return measured.length > 0 && isCalm(verdict)
      ? { tone: "amber", title: wordFor(words.reasons, INCOMPLETE), lines: [...measured, checked] }
      : { tone: "amber", title: ui.notChecked, lines: basis.slice(1) };
  }
  const upTo = completeUpTo === null ? [] : [fill(ui.completeUpTo, { name: completeUpTo })];
  const after = [checked, ...upTo, ...remarks];
  const [title, ...lines] = missing
    ? [ui.passedRecords, sayWithdrawn(withdrawn, words)]
    : [ui.passed];
  const [caution, ...others] = cautions;
  const codes = ["not_measured", ...(missing ? ["withdrawn"] : [])];
  return caution !== undefined
    ? {
        tone: "amber",
        title: caution,
        lines: [...others, ...gaps, title, ...lines, ...after],
        codes,
      }
    : { tone: "good", title, lines: [...lines, ...gaps, ...after], codes };
}

/** Who answered, in words where there are some. */
const membersOf = ({ statement }: Verdict, { words, ui }: Words): string =>
  (statement?.members ?? []).map((member) => wordFor(words, member)).join(ui.and);

const INCOMPLETE = "readings_not_included";

/** What there is no record of: no words of "unchanged and complete" for that. */
const NOTHING: string[] = ["label_unknown", "product_unknown", "no_records"];

const GRAVE = ["neutral", "amber", "red"];
const isWorse = (tone: string, than: string): boolean => GRAVE.indexOf(tone) > GRAVE.indexOf(than);

/** First what people must act on. */
const FIRST = ["recalled", "input_recalled", "label_unknown"];

export function texts(findings: Finding[], words: Words): string[] {
  const codes = new Set(findings.map(({ code }) => code));
  const inOrder = [...FIRST.filter((code) => codes.has(code)), ...codes];
  return [...new Set(inOrder.map((code) => wordFor(words.findings, code)))];
}

export function titleOf(findings: Finding[], tone: "red" | "amber", words: Words): string {
  const { ui } = words;
  const codes = findings.map(({ code }) => code);
  if (codes.includes("recalled")) return ui.recalledTitle;
  if (codes.includes("label_unknown")) return ui.unknownTitle;
  if (codes.includes("label_voided")) return ui.voidedTitle;
  if (codes.includes("label_not_activated")) return ui.unactivated;
  // The fact itself: "be careful" says nothing
  const [first] = texts(
    findings.filter(({ severity }) => severity === tone),
    words,
  );
  return first ?? "";
}

/** What to do with a label that is none. */
export function helps(findings: Finding[], { ui }: Words): string[] {
  const help: Record<string, string> = {
    label_unknown: ui.helpUnknown,
    label_voided: ui.helpVoided,
    lot_mismatch: ui.helpVoided,
    label_not_activated: ui.helpUnactivated,
    certificate_revoked: ui.helpRevoked,
    temperature_exceeded: ui.helpWarm,
  };
  return [...new Set(findings.flatMap(({ code }) => help[code] ?? []))];
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
  const { tone, title, lines, genuine } = say(standing, words);
  // A proof of what an alert says is no alarm of its own
  const look = genuine ? "neutral" : tone;
  return h(
    "div",
    { class: `verdict tone-${look}`, "data-tone": tone, "data-state": standing.state },
    h("h2", {}, standing.state !== "checking" && sign(genuine ? "good" : tone), title),
    ...lines.map((line) => h("p", {}, line)),
    standing.state === "judged" &&
      standing.verdict.trust.oneOperator &&
      h("p", { class: "small" }, words.ui.oneOperator),
    "retry" in standing && h("button", { type: "button", onclick: standing.retry }, words.ui.retry),
  );
}

/** Every check with its result. */
export function checksView(verdict: Verdict, words: Words, withdrawn?: Withdrawn): Piece {
  const { ui, checks, reasons } = words;
  const missing = withdrawn?.missing.length ? sayWithdrawn(withdrawn, words) : null;
  const results = {
    passed: ["good", ui.passedOne],
    failed: ["red", ui.failedOne],
    not_checked: ["amber", ui.notCheckedOne],
  } as const;
  return h(
    "ul",
    { class: "checks" },
    ...verdict.checks.map(({ check, reason, result }) => {
      const trouble =
        check === "label" && result === "passed"
          ? labelTrouble(verdict, ui)
          : check === "documents" && missing !== null && result === "passed"
            ? results.not_checked
            : null;
      const [tone, word] = trouble ?? results[result];
      return h(
        "li",
        { "data-check": check, "data-result": result },
        sign(tone),
        `${wordFor(checks, check)}: ${word}`,
        reason !== null && h("span", { class: "small" }, ` ${wordFor(reasons, reason)}`),
        check === "documents" && missing !== null && h("span", { class: "small" }, ` ${missing}`),
      );
    }),
  );
}

/** The proof of a label may be in order, and the label none. */
function labelTrouble({ findings }: Verdict, ui: Words["ui"]): [Tone, string] | null {
  const has = (code: string) => findings.some((one) => one.code === code);
  if (has("label_unknown")) return ["red", ui.labelNone];
  if (has("label_voided")) return ["red", ui.labelVoid];
  return has("label_not_activated") ? ["amber", ui.labelUnused] : null;
}

/** Who answered, and by which trust it was judged. */
export function basisView(verdict: Verdict, words: Words): Piece {
  const { ui } = words;
  const { counts, statement, trust } = verdict;
  const rows = [{ label: ui.countsTitle, text: fill(ui.countsText, counts) }];
  if (statement !== null) {
    rows.push(
      { label: ui.members, text: membersOf(verdict, words) },
      { label: ui.answeredAt, text: readersMinute(words, statement.time) },
    );
  }
  return [
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

export function howView(
  verdict: Verdict,
  proof: Proof,
  words: Words,
  withdrawn?: Withdrawn,
): Piece {
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
  const { checks, trust } = verdict;
  const text = trust.oneOperator ? ui.howText : `${ui.howText} ${ui.howNoTrust}`;
  return section("how", "", {}, [
    h("h2", {}, ui.how),
    verdict.verdict !== "failed" && h("p", {}, text),
    h(
      "details",
      { id: "checks" },
      h("summary", {}, fill(ui.moreChecks, { count: checks.length })),
      checksView(verdict, words, withdrawn),
      basisView(verdict, words),
    ),
    h(
      "details",
      { id: "elsewhere" },
      h("summary", {}, ui.verifier),
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
    ),
  ]);
}

/** The page's address for somebody else; the one who gets it checks anew. */
export function shareView(
  title: string,
  share: ((title: string) => Promise<void>) | null,
  { ui }: Words,
  done: string,
): Piece {
  if (share === null) return null;
  const shared = async (event: Event): Promise<void> => {
    const button = event.currentTarget as HTMLElement;
    // Who thinks better of it rejects
    await share(title).then(
      () => {
        button.textContent = done;
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
