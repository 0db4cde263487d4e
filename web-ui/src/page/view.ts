import { type Attributes, h, type Piece, type Tag } from "../shared/html.ts";
import { fill, type Words } from "../shared/words.ts";
import {
  type Alert,
  type Certificate,
  type Field,
  type Input,
  type Notice,
  type Step,
  TELEPHONE,
  type Telling,
  type Temperature,
} from "./telling.ts";

/*
 * The markup of a telling. `package.jte` writes the same on the server, less the ticks; the browser
 * tests compare the two.
 */

/** What people must act on, and how. */
export const alertsView = (alerts: Alert[], { ui }: Words): Piece =>
  alerts.map(({ code, tone, title, texts, marks, steps, call, rows }) =>
    h(
      "section",
      { class: `alert tone-${tone}`, "data-code": code },
      h("h2", {}, sign(tone), title),
      ...texts.map((text) => h("p", {}, text)),
      marks.length > 0 && fields(marks, "marks"),
      h("ol", {}, ...steps.map((step) => h("li", {}, step))),
      call !== null && [
        h(
          "a",
          { class: "call", href: `tel:${call.number.replace(/[- ]/g, "")}` },
          h("span", {}, call.title),
          " ",
          h("span", {}, call.number),
        ),
        call.more !== "" && h("p", { class: "hours" }, call.more),
      ],
      isRecall(code) && h("a", { class: "call more", href: "tel:188" }, ui.recallHotline),
      rows.length > 0 && fields(rows, "fields", linked),
    ),
  );

/** A text whose telephone numbers can be called. */
const linked = (text: string): Piece =>
  text
    .split(TELEPHONE)
    .map((part, i) =>
      i % 2 === 0 ? part : h("a", { href: `tel:${part.replace(/[- ]/g, "")}` }, part),
    );

/** What no longer holds of a name, right below it. */
export const warningOf = ({ warning }: Telling): Piece =>
  warning !== null && h("p", { class: "warning" }, sign("red"), warning);

/** In the place of a recall that is not proved: a warning fails on the safe side. */
export const warningView = ({ ui }: Words): Tag =>
  h(
    "section",
    { class: "alert tone-red", "data-code": "unproved" },
    h("h2", {}, sign("red"), ui.recallEat),
    h("p", {}, ui.recallUnproved),
  );

export const isRecall = (code: string): boolean => code === "recalled" || code === "input_recalled";

/** Above the verdict: on a phone everything else stands below it. */
export const briefView = ({ brief }: Telling): Piece => brief.length > 0 && fields(brief, "brief");

/** Keeps the photo's place, so that nothing moves when it comes. */
export const photoView = ({ photo }: Telling, { ui }: Words): Piece =>
  photo !== null && h("div", { id: "photo", class: "photo" }, h("p", {}, ui.photoWaits));

export const factsView = ({ facts }: Telling): Piece => facts.length > 0 && fields(facts, "facts");

const isGrave = ({ tone }: Temperature): boolean => tone === "red" || tone === "amber";

function noticesView(notices: Notice[], words: Words): Piece {
  if (notices.length === 0) return null;
  return section("notices", "", {}, [
    h("h2", {}, words.ui.findingsForShopper),
    h("ul", { class: "notices" }, ...notices.map((notice) => noticeView(notice, words))),
  ]);
}

function noticeView({ code, severity, text, about }: Notice, { ui }: Words): Tag {
  return h(
    "li",
    { class: `tone-${severity}`, "data-code": code },
    sign(severity),
    // The heading above says it already
    severity !== "neutral" && [h("strong", {}, ui[`severity_${severity}`]), " "],
    code.startsWith("corrected") ? h("a", { href: "#corrections" }, text) : text,
    about.length > 0 && h("span", { class: "about" }, ` ${about.join(ui.and)}`),
  );
}

/** Everything below the verdict. With `verified`, a tick stands beside what was in a signed payload. */
export function storyView(
  telling: Telling,
  words: Words,
  verified: boolean,
  { charts = [], map = null, said = [] }: { charts?: Piece[]; map?: Piece; said?: string[] } = {},
): Piece {
  const { genuine, notices, steps, temperatures } = telling;
  if (!genuine && steps.length === 0) return null;
  const temperature = temperaturesView(temperatures, words, charts);
  const warm = temperatures.some(isGrave);
  return h(
    "div",
    { class: "story" },
    // Where it is why people must act, they look for it
    warm && temperature,
    // What the verdict has said is not said again
    noticesView(
      notices.filter(({ code }) => !said.includes(code)),
      words,
    ),
    h(
      "div",
      { class: "ways" },
      inputsView(telling.inputs, words, verified),
      section("timeline", "", {}, [
        h("h2", {}, words.ui.timeline),
        h("p", { class: "small" }, words.ui.declaredNote),
        verified && h("p", { class: "small legend" }, words.ui.tickNote),
        steps.some(({ local }) => local) && h("p", { class: "small" }, words.ui.localNote),
        steps.length > 0 ? stepsView(steps, words, verified) : h("p", {}, words.ui.nothingYet),
      ]),
    ),
    genuine && map,
    !warm && temperature,
    genuine && certificatesView(telling.certificates, words, verified),
    correctionsView(telling, words),
  );
}

function stepsView(steps: Step[], words: Words, verified: boolean): Piece {
  const together = togetherOf(steps);
  return [
    together !== null &&
      h("p", { class: "small" }, fill(words.ui.recordedTogether, { later: together })),
    h(
      "ol",
      { class: "days" },
      ...daysOf(steps).map((day) =>
        h(
          "li",
          {},
          h("h3", {}, day[0]?.day ?? ""),
          h(
            "ol",
            { class: "steps" },
            ...day.map((step) =>
              stepView(step.later === together ? { ...step, later: null } : step, words, verified),
            ),
          ),
        ),
      ),
    ),
  ];
}

/** Each as its steps, which are in order: places' own clocks may come back to a day. */
function daysOf(steps: Step[]): Step[][] {
  const days: Step[][] = [];
  for (const step of steps) {
    const last = days.at(-1);
    if (last?.[0]?.day === step.day) last.push(step);
    else days.push([step]);
  }
  return days;
}

/** What most of the steps would say of when they were recorded: once is enough. */
export function togetherOf(steps: Pick<Step, "later">[]): string | null {
  const [most] = steps
    .flatMap(({ later }) => later ?? [])
    .map((later) => ({ later, count: steps.filter((one) => one.later === later).length }))
    .sort((a, b) => b.count - a.count);
  return most !== undefined && most.count > 2 && most.count * 2 > steps.length ? most.later : null;
}

function stepView(step: Step, words: Words, verified: boolean): Tag {
  const { ui } = words;
  const { state, correction } = step;
  const struck = state === "corrected" ? "s" : "span";
  return h(
    "li",
    { class: `step ${state}`, id: `e-${step.id}` },
    h(
      "h4",
      {},
      step.time !== null && [h("span", { class: "when" }, step.time), " "],
      h(struck, {}, step.what, verified && state === "recorded" && tick(ui.verifiedTick)),
    ),
    h(
      "p",
      { class: "who" },
      step.who,
      step.agent !== null && h("span", { class: "agent" }, ` ${ui.onBehalf} ${step.agent}`),
      step.thirdParty && [" ", h("span", { class: "tag" }, ui.thirdParty)],
    ),
    step.later !== null && h("p", { class: "small" }, step.later),
    state === "unconfirmed" && h("p", { class: "state" }, ui.unconfirmedEvent),
    step.place !== null && h("p", { class: "where" }, step.place),
    step.data.length > 0 && fields(step.data, state === "corrected" ? "data struck" : "data"),
    correction !== null && h("p", { class: "state" }, correction.text),
  );
}

function temperaturesView(temperatures: Temperature[], words: Words, charts: Piece[]): Piece {
  if (temperatures.length === 0) return null;
  // Whoever looks for a heading would find nothing below it
  if (temperatures.every((one) => !one.calculated && !isGrave(one))) {
    const lines = temperatures.map(({ sentences }) =>
      h("p", { class: "small" }, sentences.join(" ")),
    );
    return section("temperature", "", {}, lines);
  }
  return section("temperature", "", {}, [
    h("h2", {}, words.ui.temperatureTitle),
    ...temperatures.map(({ title, tone, sentences }, i) =>
      h(
        "div",
        { class: `card tone-${tone}` },
        title !== null && h("h3", {}, title),
        h("p", {}, sign(tone), sentences.join(" ")),
        charts[i] ?? null,
      ),
    ),
    temperatures.some(({ calculated }) => calculated) &&
      h("p", { class: "small" }, words.ui.temperatureNote),
  ]);
}

function inputsView(inputs: Input[], words: Words, verified: boolean): Piece {
  if (inputs.length === 0) return null;
  return section("inputs", "", {}, [
    h("h2", {}, words.ui.inputs),
    ...inputs.map(({ title, about, open, steps }) =>
      h(
        "details",
        { open },
        h("summary", {}, h("strong", {}, title), h("span", { class: "who" }, about.join(" ・ "))),
        stepsView(steps, words, verified),
      ),
    ),
  ]);
}

function certificatesView(certificates: Certificate[], words: Words, verified: boolean): Piece {
  const { ui } = words;
  return section("certificates", "", {}, [
    certificates.length === 0
      ? h("p", { class: "small" }, ui.noCertificates)
      : h("h2", {}, ui.certificates),
    ...certificates.map(({ title, thirdParty, tone, fault, status, rows, paper }) =>
      fault === null
        ? h(
            "div",
            { class: "card" },
            // A tick would read as somebody's approval
            h("h3", {}, title, verified && thirdParty && tick(ui.verifiedTick)),
            h(
              "p",
              {},
              h("span", { class: `status tone-${tone}` }, sign(tone), status),
              " ",
              h("span", { class: "tag" }, thirdParty ? ui.thirdParty : ui.selfDeclared),
            ),
            fields(rows),
            !thirdParty && h("p", { class: "small" }, ui.selfDeclaredNote),
            paper &&
              h(
                "p",
                {},
                h("a", { href: `/api/photos/${paper.hash}`, "data-type": paper.type }, ui.paper),
              ),
          )
        : // No tick and no tag: either would read as approval
          h(
            "div",
            { class: `card fault tone-${tone}` },
            h("h3", {}, h("s", {}, title)),
            h("p", {}, sign(tone), fault),
            fields(rows),
          ),
    ),
  ]);
}

function correctionsView({ steps, inputs }: Telling, words: Words): Piece {
  const corrected = [steps, ...inputs.map((input) => input.steps)]
    .flat()
    .flatMap(({ correction, ...step }) => (correction === null ? [] : { ...step, correction }));
  if (corrected.length === 0) return null;
  return section("corrections", "", {}, [
    h("h2", {}, words.ui.corrections),
    h(
      "ul",
      {},
      ...corrected.map(({ id, day, what, correction }) =>
        h(
          "li",
          {},
          h("a", { href: `#e-${id}` }, `${day} ${what}`),
          ` ${correction.text} `,
          correction.right !== null &&
            h("a", { href: `#e-${correction.right.id}` }, words.ui.correctedTo),
        ),
      ),
    ),
  ]);
}

export const section = (id: string, kind: string, more: Attributes, children: Piece[]): Tag =>
  h("section", { id, ...(kind === "" ? {} : { class: kind }), ...more }, ...children);

export const fields = (
  rows: Field[],
  kind = "fields",
  shown: (text: string) => Piece = (text) => text,
): Tag =>
  h(
    "dl",
    { class: kind },
    ...rows.map(({ label, text }) => h("div", {}, h("dt", {}, label), h("dd", {}, shown(text)))),
  );

const SIGNS: Record<string, string> = { red: "✕", amber: "!", neutral: "i", good: "✓" };

/** A shape that says by itself what its colour says. */
export const sign = (tone: string): Tag =>
  h("span", { class: `sign sign-${tone}`, "aria-hidden": "true" }, SIGNS[tone] ?? "");

/** Beside text of a verified payload, and nowhere else. */
const tick = (text: string): Piece => [
  " ",
  h(
    "span",
    { class: "tick" },
    h("span", { "aria-hidden": "true" }, "✓"),
    h("span", { class: "unseen" }, text),
  ),
];
