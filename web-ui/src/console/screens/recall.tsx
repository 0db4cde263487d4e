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
import { post, remove } from "../api.ts";
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
  useLoad,
  Wrong,
  wordOf,
} from "../parts.tsx";
import { describe, record } from "../record.ts";
import type { Rights } from "../rights.ts";
import { device, go, type Name, named, say, session, words } from "../state.ts";
import { type LotPage, LotTable } from "./lots.tsx";
import { contactOf } from "./organisations.tsx";
import { useRights } from "./products.tsx";
import { Rehearsals, Rehearse } from "./rehearsal.tsx";

interface Plan {
  alone: boolean;
  body: Wording & { lots: string[] };
  confirmedBy: string[];
  id: string;
  madeAt: number;
  nextAt: number | null;
  ready: boolean;
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
  organisations: { gln: string; name: Name }[];
  start: string;
  units: { packages: number; subject: string }[];
  whole: boolean;
}

/** Step 1: which lot; and recalls that wait for somebody. */
export function RecallScreen() {
  const w = words.value.recall;
  const plans = useLoad<{ plans: Plan[] }>("recalls", true);
  const search = useSignal("");
  const recalled = useLoad<LotPage>("lots?state=recalled", true);
  const lots = useLoad<LotPage>(
    search.value === "" ? "lots" : `lots?q=${encodeURIComponent(search.value)}`,
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
          const own = all.filter((lot) => lot.own && lot.recalledSince === null);
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
                    {named(lot.product, lot.gtin)} <strong>{lot.lot}</strong>
                  </span>
                  <span class="actions">
                    <a
                      class="button quiet"
                      href={`#/recall/${lot.gtin}/${encodeURIComponent(lot.lot)}`}
                    >
                      {w.see}
                    </a>
                    <Rehearse gtin={lot.gtin} lot={lot.lot} />
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
      contact,
      ...(terms.length === 0 ? {} : { terms }),
    },
  );
}

/** Step 2, what it reaches and what to say; then step 3, where all of it is looked at once more. */
export function RecallLotScreen({ gtin, lot }: { gtin: string; lot: string }) {
  const w = words.value.recall;
  const query = new URLSearchParams({ gtin, lot });
  const affected = useLoad<Affected>(`recalls/affected?${query}`);
  const plans = useLoad<{ plans: Plan[] }>("recalls", true);
  const rights = useRights();
  const wording = useSignal<(Wording & Besides) | null>(null);
  const reviewed = useSignal(false);
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
                    const { contact, english, ...said } = wording.value as Wording & Besides;
                    if (rights.data !== null) {
                      await describeBesides(rights.data, said, { contact, english });
                    }
                    await post("recalls", {
                      lots: own(data).map((one) =>
                        canonicalLink({ key: "01", value: one.gtin, lot: one.lot }),
                      ),
                      ...said,
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
              {since === null && waiting.length === 0 && rights.data !== null && (
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
                          en: values.text("contactEn") || values.text("contact"),
                        },
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
                      options={Object.entries(w.hazards).map(([value, text]) => ({ value, text }))}
                    />
                    <Text
                      name="contact"
                      label={w.contact}
                      hint={w.contactHint}
                      value={wording.value?.contact.ja ?? contactOf(rights.data, "ja")}
                      maxLength={200}
                    />
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
        [ui.contact, contact[language]],
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

function Wordings({ wording: { reason, advice, hazard } }: { wording: Wording }) {
  const w = words.value.recall;
  return (
    <dl>
      <div>
        <dt>{w.advice}</dt>
        <dd>{advice}</dd>
      </div>
      <div>
        <dt>{w.reason}</dt>
        <dd>{reason}</dd>
      </div>
      {hazard !== undefined && (
        <div>
          <dt>{w.hazard}</dt>
          <dd>{wordOf(w.hazards, hazard)}</dd>
        </div>
      )}
    </dl>
  );
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
      <Branch subject={data.start} data={data} seen={[]} />
      {own(data).length < data.lots.length && (
        <p class="box amber">
          {fill(w.others, {
            names: [
              ...new Set(
                data.lots
                  .filter((one) => !own(data).includes(one))
                  .map(({ commissioner }) => named(commissioner.name, commissioner.gln ?? "")),
              ),
            ].join(", "),
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
        {data.organisations.map(({ gln, name }) => (
          <li key={gln}>{named(name, gln)}</li>
        ))}
      </ul>
    </section>
  );
}

/** The lots that its own recall can name: who commissioned the others has to recall those. */
function own({ lots, start }: Affected): Affected["lots"] {
  const first = lots.find(({ subject }) => subject === start);
  return lots.filter(({ commissioner }) => commissioner.gln === first?.commissioner.gln);
}

/** What a lot or unit went into, as an indented list. */
function Branch({ subject, data, seen }: { subject: string; data: Affected; seen: string[] }) {
  const targets = [
    ...new Set(data.edges.filter(({ source }) => source === subject).map(({ target }) => target)),
  ].filter((target) => !seen.includes(target));
  return (
    <ul class="tree">
      <li>
        <Thing subject={subject} data={data} />
        {targets.map((target) => (
          <Branch key={target} subject={target} data={data} seen={[...seen, subject]} />
        ))}
      </li>
    </ul>
  );
}

function Thing({ subject, data }: { subject: string; data: Affected }) {
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
  const unit = data.units.find((one) => one.subject === subject);
  if (unit !== undefined) {
    return (
      <span>
        {w.unit} {subject.split("/")[1]}{" "}
        <span class="soft">{fill(w.packages, { count: count(unit.packages) })}</span>
      </span>
    );
  }
  const gln = subject.replace("organisation/", "");
  const organisation = data.organisations.find((one) => one.gln === gln);
  return <span>→ {named(organisation?.name ?? null, gln)}</span>;
}

/** A recall that is being decided: nothing of it is in force, and it says so. */
function PlanView({ plan, reload }: { plan: Plan; reload: () => Promise<void> }) {
  const w = words.value.recall;
  const now = useSignal(Date.now());
  const lots = plan.body.lots.map((link) => readLink(link));
  const first = lots[0] as (typeof lots)[number];
  const reached = useLoad<Affected>(
    `recalls/affected?${new URLSearchParams({ gtin: first.value, lot: first.lot ?? "" })}`,
  );
  const devices = useLoad<{ devices: { kid: string; name: string | null; shortCode: string }[] }>(
    "devices",
  );
  const own = plan.confirmedBy.includes(session.value?.kid ?? "");
  const waits = plan.nextAt !== null && plan.nextAt > now.value;
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 1000);
    return () => clearInterval(timer);
  }, [waits]);
  const called = (kid: string) => {
    if (kid === session.value?.kid) return w.you;
    const found = devices.data?.devices.find((one) => one.kid === kid);
    if (found === undefined) return w.someAdministrator;
    return found.name ?? fill(w.administratorOf, { code: found.shortCode });
  };
  const productOf = (gtin: string) =>
    named(reached.data?.lots.find((one) => one.gtin === gtin)?.product ?? null, gtin);
  const names = lots.map(({ lot = "" }) => lot).join("、");
  const recall = async () => {
    await signRecall(plan);
    await remove(`recalls/${plan.id}`);
    await reload();
  };
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
      {reached.data !== null && <Counts counts={reached.data.counts} />}
      <p>
        {fill(w.begunBy, {
          who: called(plan.confirmedBy[0] as string),
          when: dateTime(plan.madeAt),
        })}
        {plan.confirmedBy.length > 1 &&
          ` ${fill(w.confirmedBy, { who: plan.confirmedBy.slice(1).map(called).join("、") })}`}
      </p>
      <Wordings wording={plan.body} />
      <p aria-live="polite">
        <strong>
          {plan.ready
            ? w.lastMissing
            : plan.alone
              ? waits
                ? fill(w.waitFor, { seconds: Math.ceil(((plan.nextAt ?? 0) - now.value) / 1000) })
                : w.againNeeded
              : own
                ? w.otherNeeded
                : w.yourTurn}
        </strong>
      </p>
      <div class="actions">
        {!plan.ready && (plan.alone ? !waits : !own) && (
          <Careful
            button={w.confirm}
            sure={w.confirmSure}
            keep={w.notYet}
            question={w.signQuestion}
            act={async () => {
              await post(`recalls/${plan.id}/confirmations`, {});
              try {
                await recall();
              } catch (error) {
                // Confirmed it is; what is missing is said by the plan itself
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
            await remove(`recalls/${plan.id}`);
            await reload();
            say(fill(w.givenUp, { lot: names }));
          }}
        />
      </div>
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
  say(w.nowInForce);
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
