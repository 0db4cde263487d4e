import { toBase64Url } from "../shared/base64.ts";
import { type BoxDay, daysWithout, hasRoom, withReadings } from "../shared/box-days.ts";
import type { Way } from "../shared/cold-chain.ts";
import { h, type Piece, show, toNodes } from "../shared/html.ts";
import { orNull } from "../shared/malformed.ts";
import { readTrust, type Trust } from "../shared/trust.ts";
import { type Evidence, type Verification, verifyBundle } from "../shared/verify.ts";
import { fill, languageOf, wordFor } from "../shared/words.ts";
import { arrived, isWhole } from "./arrival.ts";
import { ask, first, load } from "./ask.ts";
import { chartsView } from "./chart.ts";
import { copiesView } from "./copies.ts";
import { loadWords } from "./dictionary.ts";
import { loadOutlines, mapView } from "./map.ts";
import { clocksOf, expiredOf, gapWhen, outsideOf } from "./moments.ts";
import { isNamed, photoOf } from "./photo.ts";
import { routeOf } from "./route.ts";
import {
  dateOf,
  type Notice,
  organisationName,
  type Photo,
  readersMinute,
  type Telling,
  tell,
  UNTIL,
  withdrawnOf,
} from "./telling.ts";
import {
  howView,
  isCalm,
  type Judged,
  type Proof,
  type Standing,
  say,
  shareView,
  verdictView,
} from "./verdict-view.ts";
import {
  alertsView,
  briefView,
  factsView,
  photoView,
  storyView,
  togetherOf,
  warningOf,
  warningView,
} from "./view.ts";
import { gapOf, isUnmeasured, sayWay } from "./way.ts";

/*
 * The page of a package, lot or case: asks for the proof with a challenge of its own, verifies it and
 * builds everything again from what was verified. What the server wrote before is then gone.
 */

const language = languageOf(document.documentElement.lang);
const reader = document.documentElement.dataset["words"] === "easy" ? "easy" : language;
const easy = reader === "easy" ? await import("./easy.ts") : null;
const words = await loadWords(reader);
/** What people wrote in Japanese is marked where the page is not. */
const tongue = language === "en" ? await import("./tongue.ts") : null;
const nodesOf = (piece: Piece): Node[] => toNodes(tongue?.markJapanese(piece) ?? piece);
const main = document.querySelector("main") as HTMLElement;
const head = document.querySelector(".head") as HTMLElement;
const block = document.getElementById("verdict") as HTMLElement;
// What was scanned is what stands in the address bar, never what the server says of it.
const path = location.pathname;
const heading = document.querySelector("h1")?.textContent ?? words.ui.title;

function stand(standing: Standing): void {
  show(block, verdictView(standing, words));
}

/** What every proof and trust list begins with. */
const BRACE = 0x7b;
/** The server said so before anything was checked; a warning stays until it is disproved. */
const warned = document.querySelector<HTMLElement>('.alert[data-code$="recalled"]');
/** For so long people wait without a word. */
const SLOW_MS = 4000;
/** A result that is older is none of now: something may have been recalled. */
const FRESH_MS = 5 * 60_000;
let busy = false;
let judged: Judged | null = null;

async function check(asked = ask()): Promise<void> {
  if (busy) return;
  busy = true;
  const before = judged;
  // What people must act on stays where it is
  const alarming = before !== null && !isCalm(before.verdict);
  if (!alarming) stand({ state: "checking" });
  const slow = setTimeout(() => {
    if (!alarming) stand({ state: "checking", slow: true });
  }, SLOW_MS);
  const retry = () => void check();
  const open = (standing: Standing) =>
    stand(before === null ? standing : { state: "stale", before, troubled: asked.troubled, retry });
  try {
    const coming = asked.bundle.then((answer) => answer && arrived(answer)).catch(() => null);
    const trustBytes = await asked.trust;
    const trust = trustBytes && orNull(() => readTrust(trustBytes));
    const bundle = await coming;
    clearTimeout(slow);
    if (bundle === null || trustBytes === null) {
      open({ state: "unreachable", troubled: asked.troubled, retry });
    } else if (bundle[0] !== BRACE || trustBytes[0] !== BRACE) {
      open({ state: "strange", retry });
    } else if (!isWhole(bundle)) open({ state: "strange", cut: true, retry });
    else if (trust === null) open({ state: "trust_unread" });
    else await judge(bundle, trust, downloadable(trustBytes), asked.challenge);
  } catch (error) {
    // No WebCrypto without https, or a fault of ours: what isn't checked must say so
    open({ state: "incapable" });
    throw error;
  } finally {
    clearTimeout(slow);
    busy = false;
  }
}

/** Whoever comes back to it much later asks what is, not what was. */
function again(): void {
  const age = judged === null ? 0 : Date.now() - (judged.at ?? 0);
  if (document.visibilityState === "visible" && age > FRESH_MS) void check();
}

async function judge(
  bundle: Uint8Array<ArrayBuffer>,
  trust: Trust,
  trustUrl: string,
  challenge: Uint8Array,
): Promise<void> {
  const verify = async (proof: Uint8Array<ArrayBuffer>) => {
    const began = performance.now();
    const verification = await verifyBundle(proof, trust, path, { challenge });
    return { proof, verification, seconds: (performance.now() - began) / 1000 };
  };
  type Verified = Awaited<ReturnType<typeof verify>>;
  const show = ({ proof, verification, seconds }: Verified, tooMany: BoxDay[] = []): Judged => {
    return render(verification, seconds, {
      bundleUrl: downloadable(proof),
      trustUrl,
      scanned: location.origin + path,
      consortium: trust.consortium,
      reader,
      challenge: toBase64Url(challenge),
      tooMany,
      // Only secure contexts have a clipboard.
      copy: navigator.clipboard ? (text) => navigator.clipboard.writeText(text) : null,
    });
  };
  const sent = await verify(bundle);
  const standing = show(sent);
  const { evidence } = sent.verification;
  const days = evidence === null ? [] : daysWithout(bundle, evidence);
  if (days.length === 0) return;
  const room = (read: Uint8Array[]) => hasRoom(bundle, days, read);
  await readOn(days, standing, room, async (read) => {
    if (read === null) show(sent, days);
    else show(await verify(withReadings(bundle, read)));
  });
}

/**
 * The readings of a long journey, which the first answer leaves out, a box day at a time.
 *
 * @param then gets null where there are more than a bundle has room for
 */
async function readOn(
  days: BoxDay[],
  standing: Judged,
  room: (read: Uint8Array[]) => boolean,
  then: (read: Uint8Array[] | null) => Promise<unknown>,
): Promise<void> {
  const read: Uint8Array[] = [];
  try {
    for (const { subject, head } of days) {
      if (!room(read)) break;
      const progress = { done: read.length + 1, total: days.length };
      // What people must act on stays where it is
      if (isCalm(standing.verdict)) stand({ state: "checking", progress });
      const asked = `subject=${encodeURIComponent(subject)}&head=${head}`;
      read.push(await load(`/api/bundles/readings?${asked}`, "default"));
    }
  } catch {
    stand({ ...standing, retry: () => readOn(days, standing, room, then) });
    return;
  }
  await then(room(read) ? read : null);
}

const downloadable = (bytes: Uint8Array<ArrayBuffer>): string =>
  URL.createObjectURL(new Blob([bytes], { type: "application/json" }));

/** By code, what the words for a finding leave out. */
function titlesOf(telling: Telling | null): Record<string, string> {
  const name = telling?.notices.find(({ code }) => code === "certificate_revoked")?.about;
  return name?.length
    ? { certificate_revoked: fill(words.ui.revokedTitle, { name: name.join(words.ui.and) }) }
    : {};
}

/** What must be known beside a verdict, whatever it is. */
function remarksOf({ steps, temperatures }: Telling): string[] {
  const later = togetherOf(steps);
  return [
    ...(later === null ? [] : [fill(words.ui.recordedTogether, { later })]),
    // Nothing is known, and more was promised
    ...temperatures
      .filter(({ calculated, tone }) => !calculated && tone === "neutral")
      .flatMap(({ sentences }) => sentences),
  ];
}

function render({ verdict, evidence }: Verification, seconds: number, proof: Proof): Judged {
  const { ui } = words;
  const telling = evidence && tell(evidence, verdict, language, words);
  if (telling?.genuine) telling.notices.push(...codeDates(telling));
  const title = telling?.title ?? ui.title;
  const upTo = evidence && verdict.completeUpTo;
  const withdrawn = evidence === null ? undefined : withdrawnOf(evidence);
  const ways = (evidence?.ways ?? []).filter(({ carried }) => carried > 0);
  const moments = <T>(say: (evidence: Evidence, telling: Telling, way: Way) => T[]): T[] =>
    evidence === null || telling === null ? [] : ways.flatMap((way) => say(evidence, telling, way));
  const gaps = [...new Set(ways.flatMap((way) => gapOf(way, words) ?? []))];
  const unmeasured = ways.some(isUnmeasured);
  const standing: Judged = {
    state: "judged",
    verdict,
    seconds,
    at: Date.now(),
    withdrawn,
    completeUpTo: upTo && organisationName(evidence, upTo, language),
    alerts: telling?.alerts ?? [],
    measured: [
      ...moments((evidence, telling, way) => outsideOf(evidence, telling, way, language, words)),
      ...moments((_evidence, _telling, way) => {
        const { tone, sentences } = sayWay(limited(way), words);
        return tone === "red" || tone === "amber" ? [sentences.join(" ")] : [];
      }),
    ],
    cautions: [
      ...((telling?.genuine && evidence && expiredOf(evidence, verdict, words)) || []),
      ...gaps.filter(() => unmeasured),
    ],
    gaps: [
      ...gaps.filter(() => !unmeasured),
      ...moments((evidence, telling, way) => gapWhen(evidence, verdict, telling, way, words)),
    ],
    titles: titlesOf(telling),
    remarks: telling === null ? [] : remarksOf(telling),
    tooMany: (proof.tooMany ?? []).reduce((sum, { count }) => sum + count, 0),
  };
  judged = standing;
  document.title = fill(ui.pageTitle, { title: telling?.headline ?? title });
  const copies = evidence && telling?.genuine ? copiesView(evidence, language, words) : null;
  stand(standing);
  const picture = telling && photoView(telling, words);
  const alerted = telling !== null && telling.alerts.length > 0;
  const unproved = telling === null && warned !== null;
  // First what people must act on. The block stays the same node, so that screen readers hear what
  // changes in it.
  head.replaceChildren(
    ...nodesOf([
      alerted ? null : picture,
      // Whoever has it in hand must know which, and whom to call, also where that is not proved
      h("h1", {}, unproved ? heading : title),
      telling && [warningOf(telling), alertsView(telling.alerts, words), briefView(telling)],
      unproved && warningView(words),
      copies,
    ]),
    block,
    ...nodesOf([telling && factsView(telling), alerted ? picture : null]),
  );
  if (unproved) {
    const help = [...warned.children].slice(1).map((one) => one.cloneNode(true));
    document.querySelector(".alert")?.append(...help);
  }
  main.replaceChildren(
    head,
    ...nodesOf([
      evidence && telling && storyOf(evidence, telling, standing),
      howView(verdict, proof, words, withdrawn),
      shareView(
        telling?.headline ?? title,
        share,
        words,
        navigator.share === undefined ? ui.copied : ui.shared,
      ),
      // For whoever gets it on paper
      h(
        "p",
        { class: "address" },
        fill(ui.checkedAt, { time: readersMinute(words, Date.now()) }),
        h("br"),
        proof.scanned,
      ),
    ]),
  );
  block.after(...toNodes(jumpsView()));
  loadOutlines(main);
  const place = document.getElementById("photo");
  if (telling?.photo && place !== null) void showPhoto(telling.photo, title, place);
  return standing;
}

/** A code's address may hold its date of expiry (17) or best before (15), which nobody has signed. */
function codeDates({ brief }: Telling): Notice[] {
  const { ui } = words;
  const asked = new URLSearchParams(location.search);
  const names = UNTIL.map((name) => wordFor(words.members, name));
  const until = brief.filter(({ label }) => names.includes(label));
  return ["17", "15"].flatMap((ai, i) => {
    const name = names[i];
    const own = until.filter(({ label }) => label === name);
    const signed = (own.length > 0 ? own : until).flatMap(({ text }) => text.split(ui.and));
    const [, year, month, day] = /^(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.exec(
      asked.get(ai) ?? "",
    ) ?? [""];
    const date = dateOf(words, `20${year}-${month}-${day}`);
    if (year === undefined || signed.length === 0 || signed.includes(date)) return [];
    const text = fill(ui.codeDate, { date });
    return [{ code: "code_date", severity: "neutral", text, about: [] }];
  });
}

/** A long page's parts, to be gone to at once. */
function jumpsView(): Piece {
  const links = [...main.querySelectorAll("section[id]:not(#verdict, #copies, #notices, #share)")]
    .filter((part) => part.querySelector(":scope > h2"))
    .map(({ id, firstElementChild }) =>
      h("a", { href: `#${id}` }, firstElementChild?.textContent ?? ""),
    );
  return links.length > 2 && h("nav", { class: "jumps", "aria-label": words.ui.title }, ...links);
}

/** Of what has no limit, such as humidity, a sentence far below is enough. */
const limited = (way: Way): Way => ({
  ...way,
  held: new Map(
    [...way.held].filter(([measure]) => measure === "temperature" || way.limits.has(measure)),
  ),
  stated: new Map(
    [...way.stated].filter(([measure]) => measure === "temperature" || way.limits.has(measure)),
  ),
});

function storyOf(evidence: Evidence, telling: Telling, standing: Judged): Piece {
  const ways = (evidence.ways ?? []).filter(({ carried }) => carried > 0);
  return storyView(telling, words, true, {
    charts: ways.map((way) => chartsView(limited(way), words, clocksOf(evidence, telling, way))),
    map: mapView(routeOf(evidence, language, words), words),
    said: say(standing, words).codes ?? [],
  });
}

async function showPhoto(photo: Photo, title: string, place: Element): Promise<void> {
  const bytes = await load(`/api/photos/${photo.hash}`, "default").catch(() => null);
  show(place, photoOf(photo, bytes, title, words));
}

/** The paper of a certificate, if its bytes are those that the signed description names. */
async function handOver(link: HTMLAnchorElement): Promise<void> {
  const bytes = await load(link.href, "default").catch(() => null);
  if (bytes !== null && isNamed(bytes, link.href.slice(-43))) {
    link.href = URL.createObjectURL(new Blob([bytes], { type: link.dataset["type"] as string }));
    link.download = "certificate";
    link.click();
  } else link.replaceWith(words.ui.paperWrong);
}

main.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-type]");
  if (link === null || link.download !== "") return;
  event.preventDefault();
  void handOver(link);
});

/** By the phone's own means, else by the clipboard; neither without https. */
const share =
  navigator.share !== undefined
    ? (title: string) => navigator.share({ title, url: location.origin + path })
    : navigator.clipboard
      ? () => navigator.clipboard.writeText(location.origin + path)
      : null;

void easy?.keepReadable(main);
addEventListener("online", () => {
  if (judged === null) void check();
  else again();
});
document.addEventListener("visibilitychange", again);
// Out of the browser's own keeping it comes as it was
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) again();
});
void check(first);
