import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { recallAlert } from "../../page/telling.ts";
import { alertsView } from "../../page/view.ts";
import { toBase64Url } from "../../shared/base64.ts";
import { wordsOf } from "../../shared/dictionaries.ts";
import { canonicalLink, readLink } from "../../shared/digital-link.ts";
import { show } from "../../shared/html.ts";
import type { JsonObject } from "../../shared/json.ts";
import { readTrust } from "../../shared/trust.ts";
import { verifyBundle } from "../../shared/verify.ts";
import { get, post, remove } from "../api.ts";
import {
  Act,
  Area,
  Careful,
  count,
  dateTime,
  Empty,
  Form,
  fill,
  Screen,
  Select,
  Show,
  Text,
  useAnswer,
  useLoad,
  Wrong,
  wordOf,
} from "../parts.tsx";
import { describe, record } from "../record.ts";
import type { LotRow, Rights } from "../rights.ts";
import { device, go, type Name, named, say, session, words } from "../state.ts";
import { keepSetting, setting } from "../store.ts";
import type { Told } from "../telling.tsx";
import { type Holds, holding } from "../units.ts";
import { type LotPage, LotTable, StateTag } from "./lots.tsx";
import { contactOf } from "./organisations.tsx";
import { useRights } from "./products.tsx";
import { Rehearsals, Rehearse } from "./rehearsal.tsx";

interface Plan {
  alone: boolean;
  /** `by`: what who began it calls themself; plans that are older than it have none. */
  body: Wording & { lots: string[]; by?: string };
  confirmedBy: string[];
  id: string;
  /** When it was confirmed last. */
  lastAt: number;
  madeAt: number;
  nextAt: number | null;
  ready: boolean;
}

/** Somebody whom goods came to. */
export interface Addressee {
  /** As it describes itself: a text, or texts by language; null where it says nothing. */
  contact: string | Name;
  gln: string;
  name: Name;
}

export interface Affected {
  counts: { labels: number; lots: number; organisations: number; units: number };
  edges: { kind: string; source: string; target: string }[];
  lots: {
    commissioner: { gln: string | null; name: Name };
    gtin: string;
    labels: number;
    lot: string;
    product: Name;
    recalledSince: number | null;
    subject: string;
  }[];
  organisations: Addressee[];
  start: string;
  units: { packages: number; subject: string }[];
  whole: boolean;
}

/** Step 1: which lot; and recalls that wait for somebody. */
export function RecallScreen() {
  const w = words.value.recall;
  const plans = useLoad<{ plans: Plan[] }>("recalls", true);
  useOutcome(plans.data?.plans);
  const search = useSignal("");
  const recalled = useLoad<LotPage>("lots?state=recalled", true);
  const lots = useLoad<LotPage>(
    search.value === "" ? "lots" : `lots?q=${encodeURIComponent(search.value)}`,
    true,
  );
  if (session.value?.administrator !== true) {
    return (
      <Screen title={w.title}>
        <p>{words.value.common.administratorOnly}</p>
      </Screen>
    );
  }
  return (
    <Screen title={w.title} lead={w.lead}>
      <Show of={plans}>
        {({ plans: open }) => (
          <>
            {open.map((plan) => (
              <PlanView key={plan.id} plan={plan} reload={plans.reload} />
            ))}
          </>
        )}
      </Show>
      <h2>{w.step1}</h2>
      <Steps at={1} />
      <p>{w.choose}</p>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          search.value = String(new FormData(event.currentTarget).get("q") ?? "").trim();
        }}
      >
        <label class="wide">
          <span>{words.value.lots.search}</span>
          <input name="q" type="search" maxLength={60} placeholder={words.value.lots.searchHint} />
        </label>
        <button type="submit" class="quiet">
          {words.value.lots.searchButton}
        </button>
      </form>
      <Show of={lots}>
        {({ lots: all }) => {
          const own = all.filter((lot) => lot.own);
          if (own.length === 0) {
            return search.value === "" ? (
              <Empty title={w.none} text={w.noneText} />
            ) : (
              <p class="soft">{words.value.lots.noneFound}</p>
            );
          }
          return (
            <ul class="rows">
              {own.map((lot) => (
                <li key={lot.link}>
                  <span>
                    {named(lot.product, lot.gtin)} <strong>{lot.lot}</strong>{" "}
                    {lot.recalledSince !== null && <StateTag state="recalled" />}
                  </span>
                  <span class="actions">
                    <a
                      class="button quiet"
                      href={`#/recall/${lot.gtin}/${encodeURIComponent(lot.lot)}`}
                    >
                      {w.see}
                    </a>
                    {lot.recalledSince === null && <Rehearse gtin={lot.gtin} lot={lot.lot} />}
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </Show>
      <Show of={recalled}>
        {({ lots: all }) =>
          all.length === 0 ? null : (
            <>
              <h2>{w.inForce}</h2>
              <LotTable lots={all} />
            </>
          )
        }
      </Show>
      <Rehearsals />
    </Screen>
  );
}

/** Of plans that were called off or signed in this window: their end is known here. */
const endedHere = new Set<string>();

/** Says what became of a plan that is gone: whoever waits for it must not read that it still waits. */
function useOutcome(plans: Plan[] | undefined) {
  const before = useRef<Plan[]>([]);
  useEffect(() => {
    if (plans === undefined) return;
    const gone = before.current.filter(
      ({ id }) => !endedHere.has(id) && plans.every((one) => one.id !== id),
    );
    before.current = plans;
    for (const plan of gone) sayOutcome(plan).catch(() => {});
  }, [plans]);
}

async function sayOutcome({ body }: Plan): Promise<void> {
  const w = words.value.recall;
  const [{ value, lot = "" }] = body.lots.map((link) => readLink(link)) as [
    ReturnType<typeof readLink>,
  ];
  const { lot: row, events } = await get<{ lot: LotRow; events: Told[] }>(
    `lots/${value}/${encodeURIComponent(lot)}/history`,
  );
  const names = lotsOf(body.lots);
  if (row.recalledSince === null) {
    say(fill(w.givenUpElsewhere, { lot: names }));
    return;
  }
  const event = events.filter(({ kind }) => kind === "recalled").pop();
  say(
    event?.device
      ? fill(w.recalledBy, { lot: names, when: dateTime(row.recalledSince), who: event.device })
      : fill(w.recalledAt, { lot: names, when: dateTime(row.recalledSince) }),
  );
}

const lotsOf = (links: string[]): string =>
  links.map((link) => readLink(link).lot ?? "").join(words.value.common.and);

/** Where one is on the way. */
function Steps({ at }: { at: 1 | 2 | 3 }) {
  const w = words.value.recall;
  return (
    <ol class="stepper" aria-label={w.stepsLabel}>
      {([1, 2, 3] as const).map((step) => (
        <li key={step} aria-current={step === at ? "step" : undefined}>
          {w.steps[step - 1]}
        </li>
      ))}
    </ol>
  );
}

/** What a recall says to everybody. */
interface Wording {
  reason: string;
  advice: string;
  hazard?: string;
}

/** What its organisation says besides, in a description of its own: it can be put right later. */
interface Besides {
  contact: { ja: string; en: string };
  english: { reason: string; advice: string };
}

/** Describes the organisation anew where customers could not call it, or not read the recall in English. */
async function describeBesides(
  own: Rights,
  { reason, advice }: Wording,
  { contact, english }: Besides,
): Promise<void> {
  const known = (own.described?.["terms"] ?? []) as JsonObject[];
  const added = [
    { ja: reason, en: english.reason },
    { ja: advice, en: english.advice },
  ].filter(({ ja, en }) => en !== "" && !known.some((one) => one["ja"] === ja && one["en"] === en));
  const same = contactOf(own, "ja") === contact.ja && contactOf(own, "en") === contact.en;
  if (same && added.length === 0) return;
  const terms = [...known.filter((one) => !added.some(({ ja }) => ja === one["ja"])), ...added];
  await describe(
    "organisation_described",
    {},
    {
      name: own.names[own.gln] ?? {},
      ...own.described,
      contact: contact.en === "" ? { ja: contact.ja } : contact,
      ...(terms.length === 0 ? {} : { terms }),
    },
  );
}

/** Step 2, what it reaches and what to say; then step 3, where all of it is looked at once more. */
export function RecallLotScreen({ gtin, lot }: { gtin: string; lot: string }) {
  const w = words.value.recall;
  const query = new URLSearchParams({ gtin, lot });
  const affected = useLoad<Affected>(`recalls/affected?${query}`, true);
  const plans = useLoad<{ plans: Plan[] }>("recalls", true);
  useOutcome(plans.data?.plans);
  const rights = useRights();
  const devices = useDevices();
  const called = useAnswer<{ name: string }>("name", async () => ({
    name: await setting<string>(MY_NAME, ""),
  }));
  const wording = useSignal<(Wording & Besides & { by: string }) | null>(null);
  const reviewed = useSignal(false);
  /** Whether somebody else will confirm, who wants to know who asks. */
  const several =
    (devices.data?.devices ?? []).filter((one) => one.administrator && one.revokedAt === null)
      .length > 1;
  const heading = useRef<HTMLHeadingElement>(null);
  const link = canonicalLink({ key: "01", value: gtin, lot });
  const since =
    affected.data?.lots.find(({ subject }) => subject === affected.data?.start)?.recalledSince ??
    null;
  const waiting = plans.data?.plans.filter(({ body }) => body.lots.includes(link)) ?? [];
  useEffect(() => {
    if (reviewed.value) heading.current?.focus();
  }, [reviewed.value]);
  return (
    <Screen
      title={fill(w.of, { lot })}
      actions={since === null && <Rehearse gtin={gtin} lot={lot} />}
    >
      {waiting.map((plan) => (
        <PlanView key={plan.id} plan={plan} reload={plans.reload} />
      ))}
      {since !== null && (
        <section class="box red">
          <h2>{fill(words.value.lots.recalledSince, { when: dateTime(since) })}</h2>
          <p>{w.alreadyText}</p>
          <div class="actions">
            <a class="button quiet" href={`/01/${gtin}/10/${encodeURIComponent(lot)}`}>
              {words.value.lots.page}
            </a>
          </div>
        </section>
      )}
      {since === null && waiting.length === 0 && <Steps at={reviewed.value ? 3 : 2} />}
      <Show of={affected}>
        {(data) =>
          reviewed.value && wording.value !== null && waiting.length === 0 ? (
            <>
              <h2 tabIndex={-1} ref={heading}>
                {w.step3}
              </h2>
              <p>{w.step3Text}</p>
              <Preview wording={wording.value} lots={own(data)} />
              {wording.value.english.reason === "" && <p class="box amber">{w.noEnglish}</p>}
              <Counts counts={data.counts} />
              <Addressees data={data} />
              <div class="actions">
                <Act
                  danger
                  button={w.plan}
                  act={async () => {
                    const { by, contact, english, ...said } = wording.value as Wording &
                      Besides & { by: string };
                    if (by !== "") await keepSetting(MY_NAME, by);
                    if (rights.data !== null) {
                      await describeBesides(rights.data, said, { contact, english });
                    }
                    await post("recalls", {
                      lots: own(data).map((one) =>
                        canonicalLink({ key: "01", value: one.gtin, lot: one.lot }),
                      ),
                      ...said,
                      ...(by === "" ? {} : { by }),
                    });
                    go("recall", fill(w.planned, { lot }));
                  }}
                />
                <button
                  type="button"
                  class="quiet"
                  onClick={() => {
                    reviewed.value = false;
                  }}
                >
                  {w.change}
                </button>
              </div>
            </>
          ) : (
            <>
              <h2>{w.step2}</h2>
              <Reach data={data} />
              <Addressees data={data} />
              {since === null &&
                waiting.length === 0 &&
                rights.data !== null &&
                called.data !== null && (
                  <>
                    <h2>{w.wording}</h2>
                    <p>{w.wordingText}</p>
                    <Form
                      button={w.review}
                      submit={async (values) => {
                        const hazard = values.text("hazard");
                        wording.value = {
                          reason: values.text("reason"),
                          advice: values.text("advice"),
                          ...(hazard === "" ? {} : { hazard }),
                          contact: {
                            ja: values.text("contact"),
                            en: values.text("contactEn"),
                          },
                          by: values.text("by"),
                          english: {
                            reason: values.text("reasonEn"),
                            advice: values.text("adviceEn"),
                          },
                        };
                        reviewed.value = true;
                      }}
                    >
                      <Area
                        name="reason"
                        label={w.reason}
                        hint={w.reasonHint}
                        value={wording.value?.reason ?? ""}
                      />
                      <Area
                        name="advice"
                        label={w.advice}
                        hint={w.adviceHint}
                        value={wording.value?.advice ?? ""}
                      />
                      <Select
                        name="hazard"
                        label={w.hazard}
                        required={false}
                        value={wording.value?.hazard ?? ""}
                        options={Object.entries(w.hazards).map(([value, text]) => ({
                          value,
                          text,
                        }))}
                      />
                      <Text
                        name="contact"
                        label={w.contact}
                        hint={w.contactHint}
                        value={wording.value?.contact.ja ?? contactOf(rights.data, "ja")}
                        maxLength={200}
                      />
                      {several && (
                        <Text
                          name="by"
                          label={w.by}
                          hint={w.byHint}
                          value={
                            wording.value?.by ||
                            called.data.name ||
                            ownDevice(devices.data)?.name ||
                            ""
                          }
                          maxLength={60}
                        />
                      )}
                      <fieldset class="group">
                        <legend>{w.english}</legend>
                        <p class="hint">{w.englishHint}</p>
                        <Area
                          name="reasonEn"
                          label={w.reasonEn}
                          required={false}
                          value={wording.value?.english.reason ?? ""}
                        />
                        <Area
                          name="adviceEn"
                          label={w.adviceEn}
                          required={false}
                          value={wording.value?.english.advice ?? ""}
                        />
                        <Text
                          name="contactEn"
                          label={w.contactEn}
                          required={false}
                          value={wording.value?.contact.en ?? contactOf(rights.data, "en")}
                          maxLength={200}
                        />
                      </fieldset>
                    </Form>
                  </>
                )}
            </>
          )
        }
      </Show>
    </Screen>
  );
}

/** The very box that customers will read, in both languages, before anybody does. */
function Preview({ wording, lots }: { wording: Wording & Besides; lots: Affected["lots"] }) {
  return (
    <figure class="preview">
      <figcaption>{words.value.recall.previewText}</figcaption>
      {(["ja", "en"] as const).map((one) => (
        <ShownTo key={one} language={one} wording={wording} lots={lots} />
      ))}
    </figure>
  );
}

function ShownTo({
  language,
  wording,
  lots,
}: {
  language: "ja" | "en";
  wording: Wording & Besides;
  lots: Affected["lots"];
}) {
  const box = useRef<HTMLDivElement>(null);
  const shared = wordsOf(language);
  const { ui } = shared;
  const { advice, contact, english, hazard, reason } = wording;
  const inIt = (name: Name) => name?.[language] ?? name?.["ja"] ?? name?.["en"];
  const said = (text: string, translated: string) =>
    language === "en" && translated !== "" ? translated : text;
  useEffect(() => {
    const titles = lots.map(({ gtin, lot, product }) =>
      fill(ui.lotOf, { title: inIt(product) ?? gtin, lot }),
    );
    const alert = recallAlert(
      "recalled",
      titles.join(ui.and),
      [
        [ui.contact, contact[language] || contact.ja],
        [ui.why, said(reason, english.reason)],
        [ui.recallAdvice, said(advice, english.advice)],
        [ui.hazard, hazard === undefined ? "" : wordOf(shared.words, hazard)],
        [ui.recordedBy, inIt(device.value?.name ?? null) ?? ""],
      ],
      language,
      shared,
    );
    if (box.current !== null) show(box.current, alertsView([alert], shared));
  });
  return <div ref={box} lang={language} />;
}

function Counts({ counts }: { counts: Affected["counts"] }) {
  const w = words.value.recall;
  return (
    <ul class="counts">
      {(["lots", "labels", "units", "organisations"] as const).map((what) => (
        <li key={what}>
          <strong>{count(counts[what])}</strong> {w.counts[what]}
        </li>
      ))}
    </ul>
  );
}

/** What a recall reaches: counts, then the tree. */
export function Reach({ data }: { data: Affected }) {
  const w = words.value.recall;
  return (
    <>
      <Counts counts={data.counts} />
      {!data.whole && <p class="soft">{w.tooMany}</p>}
      <Branch subject={data.start} data={data} />
      {own(data).length < data.lots.length && (
        <p class="box amber">
          {fill(w.others, {
            names: [
              ...new Set(
                data.lots
                  .filter((one) => !own(data).includes(one))
                  .map(({ commissioner }) => named(commissioner.name, commissioner.gln ?? "")),
              ),
            ].join(words.value.common.and),
          })}
        </p>
      )}
    </>
  );
}

/** Whom somebody has to call: pages turn red by themselves, people have to be told. */
function Addressees({ data }: { data: Affected }) {
  const w = words.value.recall;
  if (data.organisations.length === 0) return null;
  return (
    <section class="box">
      <h3>{w.addressees}</h3>
      <ul class="plain">
        {data.organisations.map((one) => (
          <li key={one.gln}>
            <Reached organisation={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Its name, and how it says that it is reached. */
export function Reached({ organisation: { contact, gln, name } }: { organisation: Addressee }) {
  const reach = typeof contact === "string" ? contact : named(contact, "");
  return (
    <span>
      <strong>{named(name, gln)}</strong>{" "}
      {reach === "" ? <span class="soft">{words.value.recall.noContact}</span> : reach}
    </span>
  );
}

/** The lots that its own recall can name: who commissioned the others has to recall those. */
function own({ lots, start }: Affected): Affected["lots"] {
  const first = lots.find(({ subject }) => subject === start);
  return lots.filter(({ commissioner }) => commissioner.gln === first?.commissioner.gln);
}

/**
 * What a lot or unit went into, as an indented list.
 *
 * @param shown what stands in the list already: a pallet stands under each of its boxes, and what it
 *     holds and where it went under the first
 */
function Branch({
  subject,
  data,
  shown = new Set<string>(),
}: {
  subject: string;
  data: Affected;
  shown?: Set<string>;
}) {
  const again = shown.has(subject);
  shown.add(subject);
  const targets = again
    ? []
    : [
        ...new Set(
          data.edges.filter(({ source }) => source === subject).map(({ target }) => target),
        ),
      ];
  return (
    <ul class="tree">
      <li>
        <Thing subject={subject} data={data} again={again} />
        {targets.map((target) => (
          <Branch key={target} subject={target} data={data} shown={shown} />
        ))}
      </li>
    </ul>
  );
}

function Thing({ subject, data, again }: { subject: string; data: Affected; again: boolean }) {
  const w = words.value.recall;
  const lot = data.lots.find((one) => one.subject === subject);
  if (lot !== undefined) {
    return (
      <span>
        {named(lot.product, lot.gtin)} <strong>{lot.lot}</strong>{" "}
        <span class="soft">{fill(w.labels, { count: count(lot.labels) })}</span>
      </span>
    );
  }
  if (data.units.some((one) => one.subject === subject)) {
    const { name, holds } = unitWords(subject, holding(data.units, data.edges));
    return (
      <span>
        {name} <span class="soft">{again ? w.seeAbove : holds}</span>
      </span>
    );
  }
  const gln = subject.replace("organisation/", "");
  const organisation = data.organisations.find((one) => one.gln === gln);
  return <span>→ {named(organisation?.name ?? null, gln)}</span>;
}

/** What people call a crate or a pallet, and what it holds. */
export function unitWords(
  subject: string,
  held: Map<string, Holds>,
): { name: string; holds: string } {
  const w = words.value.recall;
  const { boxes = 0, packages = 0 } = held.get(subject) ?? {};
  const number = decodeURIComponent(subject.split("/")[1] ?? subject);
  return {
    name: `${boxes > 0 ? w.pallet : w.unit} ${number}`,
    holds:
      boxes > 0
        ? fill(w.onPallet, { boxes: count(boxes), count: count(packages) })
        : fill(w.packages, { count: count(packages) }),
  };
}

/** What an office calls itself while somebody waits for the name. */
const MY_NAME = "my-name";

interface NamedDevice {
  administrator: boolean;
  revokedAt: number | null;
  kid: string;
  name: string | null;
  shortCode: string;
}

const useDevices = () => useLoad<{ devices: NamedDevice[] }>("devices");

const ownDevice = (all: { devices: NamedDevice[] } | null): NamedDevice | undefined =>
  all?.devices.find(({ kid }) => kid === session.value?.kid);

/** As long as a confirmed recall is being signed in the window that confirmed it. */
const SIGNING_MS = 15_000;

/** What the maker of a plan has described besides: how customers call, and the English. */
function besidesOf(rights: Rights, { reason, advice }: Wording): Besides {
  const terms = (rights.described?.["terms"] ?? []) as JsonObject[];
  const inEnglish = (text: string) => String(terms.find((one) => one["ja"] === text)?.["en"] ?? "");
  return {
    contact: { ja: contactOf(rights, "ja"), en: contactOf(rights, "en") },
    english: { reason: inEnglish(reason), advice: inEnglish(advice) },
  };
}

/**
 * A recall that is being decided: nothing of it is in force, and it says so. Whoever confirms it sees
 * what customers will. Once it is in force nothing here says otherwise.
 */
function PlanView({ plan, reload }: { plan: Plan; reload: () => Promise<void> }) {
  const w = words.value.recall;
  const now = useSignal(Date.now());
  const signing = useSignal(false);
  /** It is in force: also while lists that were asked before still have the plan. */
  const over = useSignal(false);
  const lots = plan.body.lots.map((link) => readLink(link));
  const first = lots[0] as (typeof lots)[number];
  const reached = useLoad<Affected>(
    `recalls/affected?${new URLSearchParams({ gtin: first.value, lot: first.lot ?? "" })}`,
    true,
  );
  const devices = useDevices();
  const rights = useRights();
  const confirmed = plan.confirmedBy.includes(session.value?.kid ?? "");
  const waits = plan.nextAt !== null && plan.nextAt > now.value;
  /** Somebody else's window is at it. */
  const elsewhere = plan.ready && !signing.value && plan.lastAt + SIGNING_MS > now.value;
  useEffect(() => {
    if (!waits && !elsewhere) return;
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 1000);
    return () => clearInterval(timer);
  }, [waits, elsewhere]);
  const inForce = reached.data?.lots.some(
    ({ subject, recalledSince }) => subject === reached.data?.start && recalledSince !== null,
  );
  if (over.value || (inForce && !signing.value)) return null;
  const called = (kid: string, at: number) => {
    if (kid === session.value?.kid) return w.you;
    const found = devices.data?.devices.find((one) => one.kid === kid);
    const name = found?.name ?? (at === 0 ? plan.body.by : undefined);
    if (name !== undefined) return name;
    return found === undefined
      ? w.someAdministrator
      : fill(w.administratorOf, { code: found.shortCode });
  };
  const productOf = (gtin: string) =>
    named(reached.data?.lots.find((one) => one.gtin === gtin)?.product ?? null, gtin);
  const names = lotsOf(plan.body.lots);
  const recall = async () => {
    signing.value = true;
    try {
      await signRecall(plan);
      over.value = true;
      endedHere.add(plan.id);
      await remove(`recalls/${plan.id}`).catch(() => {
        // A recall that is in force has ended it already
      });
      await reload();
      say(w.nowInForce);
    } finally {
      signing.value = false;
    }
  };
  if (signing.value) {
    return (
      <section class="box red">
        <h2>{fill(w.beingSigned, { lot: names })}</h2>
        <output>{w.beingSignedText}</output>
      </section>
    );
  }
  return (
    <section class="box red">
      <h2>{fill(w.open, { lot: names })}</h2>
      <ul class="plain">
        {lots.map(({ value, lot = "" }) => (
          <li key={`${value}/${lot}`}>
            <strong>
              {productOf(value)} {fill(w.lotNamed, { lot })}
            </strong>{" "}
            <a href={`#/recall/${value}/${encodeURIComponent(lot)}`}>{w.see}</a>
          </li>
        ))}
      </ul>
      <p aria-live="polite">
        <strong>
          {plan.ready
            ? elsewhere
              ? w.beingSignedText
              : w.lastMissing
            : plan.alone
              ? waits
                ? fill(w.waitFor, { seconds: Math.ceil(((plan.nextAt ?? 0) - now.value) / 1000) })
                : w.againNeeded
              : confirmed
                ? w.otherNeeded
                : w.yourTurn}
        </strong>
      </p>
      {reached.data !== null && <Counts counts={reached.data.counts} />}
      <p>
        {fill(w.begunBy, {
          who: called(plan.confirmedBy[0] as string, 0),
          when: dateTime(plan.madeAt),
        })}
        {plan.confirmedBy.length > 1 &&
          ` ${fill(w.confirmedBy, {
            who: plan.confirmedBy
              .slice(1)
              .map((kid, i) => called(kid, i + 1))
              .join(words.value.common.and),
          })}`}
      </p>
      {rights.data !== null && reached.data !== null && (
        <Preview
          wording={{ ...plan.body, ...besidesOf(rights.data, plan.body) }}
          lots={own(reached.data)}
        />
      )}
      {!elsewhere && (
        <div class="actions">
          {!plan.ready && (plan.alone ? !waits : !confirmed) && (
            <Careful
              button={w.confirm}
              sure={w.confirmSure}
              keep={w.notYet}
              question={w.signQuestion}
              act={async () => {
                signing.value = true;
                try {
                  await post(`recalls/${plan.id}/confirmations`, {});
                  await recall();
                } catch (error) {
                  signing.value = false;
                  // Confirmed it may be; what is missing is said by the plan itself
                  await reload();
                  throw error;
                }
              }}
            />
          )}
          {plan.ready && (
            <Careful
              button={w.sign}
              sure={w.confirmSure}
              keep={w.notYet}
              question={w.signQuestion}
              act={recall}
            />
          )}
          <Careful
            button={w.giveUp}
            question={w.giveUpQuestion}
            keep={w.goOn}
            act={async () => {
              endedHere.add(plan.id);
              await remove(`recalls/${plan.id}`);
              await reload();
              say(fill(w.givenUp, { lot: names }));
            }}
          />
        </div>
      )}
    </section>
  );
}

/** Signs the recall, then asks for a proof with a challenge of its own: only that says it is in force. */
async function signRecall({ body }: Plan): Promise<void> {
  const w = words.value.recall;
  await record({
    kind: "recalled",
    members: {
      quantityList: body.lots.map((epcClass) => ({ epcClass })),
      "sanchi:reason": body.reason,
      "sanchi:advice": body.advice,
      ...(body.hazard === undefined ? {} : { "sanchi:hazard": body.hazard }),
    },
  });
  for (const link of body.lots) {
    if (!(await inForce(link))) throw new Wrong("", w.notInForce);
  }
}

async function inForce(link: string): Promise<boolean> {
  const path = new URL(link).pathname;
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const asked = `subject=${encodeURIComponent(path)}&challenge=${toBase64Url(challenge)}`;
  const [bundle, trust] = await Promise.all(
    [`/api/bundles?${asked}`, "/trust.json"].map(async (url) => {
      const response = await fetch(url, { cache: "no-store" });
      if (!response.ok) throw new Error(`${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    }),
  );
  const { evidence, verdict } = await verifyBundle(
    bundle as Uint8Array<ArrayBuffer>,
    readTrust(trust as Uint8Array<ArrayBuffer>),
    path,
    { challenge },
  );
  return evidence !== null && verdict.findings.some(({ code }) => code === "recalled");
}
