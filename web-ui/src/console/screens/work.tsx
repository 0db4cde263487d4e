import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { wordsOf } from "../../shared/dictionaries.ts";
import { readLink } from "../../shared/digital-link.ts";
import type { JsonObject } from "../../shared/json.ts";
import { orNull } from "../../shared/malformed.ts";
import { DAY } from "../../shared/time.ts";
import { post } from "../api.ts";
import { kindWords } from "../kinds.ts";
import { changes } from "../live.ts";
import {
  Act,
  count,
  dateTime,
  dayText,
  fill,
  type Loaded,
  localTime,
  Screen,
  Show,
  timeOnly,
  useLoad,
  wordOf,
} from "../parts.tsx";
import type { Product, Rights, Run } from "../rights.ts";
import { language, type Name, named, session, words } from "../state.ts";
import { Facts, QUANTITIES } from "../telling.tsx";
import { type LotPage, LotTable } from "./lots.tsx";
import { ownCertificates, ownName } from "./own-certificates.tsx";
import { useRights } from "./products.tsx";
import { type Ending, EndRecall } from "./recall-end.tsx";
import { SecondAdministrator } from "./second.tsx";

interface Breach {
  allowedMinutes: number;
  box: string;
  exceeded: boolean;
  lastTime: number;
  lastValue: number;
  lots: { gtin: string; lot: string; product: Name }[];
  maximum: number | null;
  measure: string;
  minimum: number | null;
  minutes: number;
  unit: string;
}

interface Work {
  applications: { gdti: string; scheme: string | null }[];
  breaches: Breach[];
  endings: Ending[];
  findings: {
    code: string;
    gtin: string;
    lot: string;
    product: Name;
    severity: "red" | "amber";
  }[];
  certificates: { gdti: string; scheme: string | null; validTo: string | null }[];
  lostCertificates: { gdti: string; scheme: string | null }[];
  idleLabels: { gtin: string; labels: number; printedAt: number; product: Name; run: string }[];
  offers: { id: string; name: string; device: string; shortCode: string; offeredAt: number }[];
  plans: { id: string; body: { lots: string[] }; madeAt: number; ready: boolean }[];
  recalls: { gtin: string; lot: string; own: boolean; product: Name; since: number }[];
  refused: {
    id: string;
    kind: string | null;
    name: string | null;
    payload: JsonObject | null;
    sentence: string;
    shortCode: string;
    refusedAt: number;
  }[];
  silent: { box: string; id: string; lastTime: number | null; name: string }[];
  unsent: {
    kid: string;
    name: string | null;
    shortCode: string;
    missing: number;
    lastTime: number;
  }[];
}

const MOST_RECENT = 8;

/** What happened last, so that an ordinary day has something to look at, too. */
function Recent() {
  const lots = useLoad<LotPage>("lots?sort=changed", true);
  const all = lots.data?.lots ?? [];
  if (all.length === 0) return null;
  return (
    <>
      <h2>{words.value.work.recent}</h2>
      <LotTable lots={all.slice(0, MOST_RECENT)} />
    </>
  );
}

/** What the recaller has to do is not what those have to do who got the goods. */
const RECALLED = [
  { own: true, title: "recalls", todo: "recallsTodo" },
  { own: false, title: "recallsOfOthers", todo: "recallsOfOthersTodo" },
] as const;

/** As long before as the server warns of certificates that were granted. */
const WARNED_DAYS = 60;

/** Those that the organisation shows by itself, and that end soon. */
function ending({ data }: Loaded<Rights>): Work["certificates"] {
  const soon = localTime(Date.now() + WARNED_DAYS * DAY, true);
  return (data === null ? [] : ownCertificates(data))
    .filter(({ validTo }) => validTo !== "" && validTo < soon)
    .map((one) => ({ scheme: ownName(one), gdti: one.number, validTo: one.validTo }));
}

/** The way that goods take through the office. */
const FLOW = [
  ["places", "places"],
  ["products", "products"],
  ["lots", "lots"],
  ["labels", "labels"],
  ["packing", "packing"],
  ["devices", "devices"],
] as const;

/** Readings of boxes change nothing on the ledger until their window is signed. */
const BOXES_MS = 20_000;

/** 「今すぐ」: what waits for somebody, the most urgent first; it follows by itself. */
export function WorkScreen() {
  const w = words.value.work;
  const work = useLoad<Work>("work", true);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") changes.value++;
    }, BOXES_MS);
    return () => clearInterval(timer);
  }, []);
  const rights = useRights();
  return (
    <Screen title={w.title}>
      <Show of={work}>
        {(answered) => {
          const data = { ...answered, certificates: [...answered.certificates, ...ending(rights)] };
          const nothing = Object.values(data).every((list) => list.length === 0);
          return (
            <>
              <Looked at={work.at} />
              {nothing && <Glad />}
              <Group tone="red" title={w.breaches} todo={w.breachesTodo} items={data.breaches}>
                {(breach) => <BreachLine breach={breach} />}
              </Group>
              <Group tone="red" title={w.plans} todo={w.plansTodo} items={data.plans}>
                {(plan) => (
                  <a href="#/recall">
                    {fill(plan.ready ? w.planReady : w.plan, {
                      lot: plan.body.lots
                        .map((link) => readLink(link).lot ?? "")
                        .join(words.value.common.and),
                      when: dateTime(plan.madeAt),
                    })}
                  </a>
                )}
              </Group>
              {RECALLED.map(({ own, title, todo }) => (
                <Group
                  key={title}
                  tone="red"
                  title={w[title]}
                  todo={w[todo]}
                  items={data.recalls.filter((recall) => recall.own === own)}
                >
                  {(recall) => (
                    <a href={lotPath(recall)}>
                      {fill(w.recall, {
                        product: named(recall.product, recall.gtin),
                        lot: recall.lot,
                        when: dateTime(recall.since),
                      })}
                    </a>
                  )}
                </Group>
              ))}
              <Group tone="amber" title={w.endings} todo={w.endingsTodo} items={data.endings}>
                {(ending) => <EndRecall ending={ending} done={work.reload} />}
              </Group>
              {(["red", "amber"] as const).map((tone) => (
                <Group
                  key={tone}
                  tone={tone}
                  title={w.findings}
                  todo={w.findingsTodo}
                  items={data.findings.filter(({ severity }) => severity === tone)}
                >
                  {(finding) => (
                    <a href={lotPath(finding)}>
                      {fill(w.finding, {
                        product: named(finding.product, finding.gtin),
                        lot: finding.lot,
                        what: wordOf(wordsOf(language.value).findings, finding.code),
                      })}
                    </a>
                  )}
                </Group>
              ))}
              <Group
                tone="red"
                title={w.lostCertificates}
                todo={w.lostCertificatesTodo}
                items={data.lostCertificates}
              >
                {(certificate) => (
                  <a href="#/certificates">
                    {`${wordOf(words.value.schemes, certificate.scheme)} ${certificate.gdti}`}
                  </a>
                )}
              </Group>
              <Group tone="amber" title={w.offers} todo={w.offersTodo} items={data.offers}>
                {(offer) => (
                  <a href="#/devices">
                    {fill(w.offer, { name: offer.name, code: offer.shortCode })}
                  </a>
                )}
              </Group>
              <Group tone="amber" title={w.refused} todo={w.refusedTodo} items={data.refused}>
                {(event) => (
                  <>
                    <strong>{wordOf(kindWords(), event.kind)}</strong>
                    {`: ${event.sentence} `}
                    {event.payload !== null && <Refused payload={event.payload} />}
                    <span class="soft">
                      {fill(w.refusedBy, {
                        name: event.name ?? event.shortCode,
                        when: dateTime(event.refusedAt),
                      })}
                    </span>{" "}
                    <Act
                      quiet
                      button={w.refusedSeen}
                      act={async () => {
                        await post(`work/refused/${event.id}/seen`, {});
                        await work.reload();
                      }}
                    />
                  </>
                )}
              </Group>
              <Group tone="amber" title={w.silent} todo={w.silentTodo} items={data.silent}>
                {(sensor) => (
                  <a href="#/devices">
                    {fill(sensor.lastTime === null ? w.silentEver : w.silentSince, {
                      name: sensor.name,
                      box: decodeURIComponent(sensor.box.split("/").pop() ?? ""),
                      when: sensor.lastTime === null ? "" : dateTime(sensor.lastTime),
                    })}
                  </a>
                )}
              </Group>
              <Group tone="amber" title={w.unsent} todo={w.unsentTodo} items={data.unsent}>
                {(key) => (
                  <a href="#/devices">
                    {fill(w.unsentOne, {
                      name: key.name ?? key.shortCode,
                      count: count(key.missing),
                      when: dateTime(key.lastTime),
                    })}
                  </a>
                )}
              </Group>
              <Group
                tone="amber"
                title={w.certificates}
                todo={w.certificatesTodo}
                items={data.certificates}
              >
                {(certificate) => (
                  <a href="#/certificates">
                    {fill(w.certificate, {
                      scheme: wordOf(words.value.schemes, certificate.scheme),
                      gdti: certificate.gdti,
                      date: certificate.validTo === null ? "" : dayText(certificate.validTo),
                    })}
                  </a>
                )}
              </Group>
              <Group
                tone="amber"
                title={w.applications}
                todo={w.applicationsTodo}
                items={data.applications}
              >
                {(certificate) => (
                  <a href="#/certificates">
                    {`${wordOf(words.value.schemes, certificate.scheme)} ${certificate.gdti}`}
                  </a>
                )}
              </Group>
              <Group
                tone="amber"
                title={w.idleLabels}
                todo={w.idleLabelsTodo}
                items={data.idleLabels}
              >
                {(run) => (
                  <a href="#/labels">
                    {fill(w.idleLabel, {
                      product: named(run.product, run.gtin),
                      run: run.run,
                      count: count(run.labels),
                      when: dateTime(run.printedAt),
                    })}
                  </a>
                )}
              </Group>
              <SecondAdministrator />
              <Recent />
            </>
          );
        }}
      </Show>
    </Screen>
  );
}

/** What was to be recorded: whoever records it again need not ask. */
function Refused({ payload }: { payload: JsonObject }) {
  const lots = QUANTITIES.flatMap((list) => (payload[list] ?? []) as JsonObject[]).flatMap(
    ({ epcClass }) => orNull(() => readLink(String(epcClass)))?.lot ?? [],
  );
  const when = Date.parse(String(payload["eventTime"]));
  return (
    <>
      {Number.isNaN(when) ? "" : `${dateTime(when)} `}
      {lots.length > 0 &&
        `${fill(words.value.recall.lotNamed, { lot: [...new Set(lots)].join(words.value.common.and) })} `}
      <Facts payload={payload} />
    </>
  );
}

const lotPath = ({ gtin, lot }: { gtin: string; lot: string }): string =>
  `#/lots/${gtin}/${encodeURIComponent(lot)}`;

function BreachLine({ breach }: { breach: Breach }) {
  const w = words.value.work;
  const sensor = words.value.sensors.measure;
  const unit = breach.measure === "temperature" ? "℃" : "%";
  const value = breach.lastValue / 100;
  return (
    <>
      <strong>
        {fill(w.breach, {
          measure: wordOf(sensor, breach.measure),
          value: `${value}${unit}`,
          minutes: count(breach.minutes),
        })}
      </strong>{" "}
      {fill(breach.exceeded ? w.breachOver : w.breachWithin, {
        allowed: count(breach.allowedMinutes),
      })}{" "}
      <span class="soft">
        {fill(w.breachWhere, {
          box: breach.box.split("/").pop() ?? "",
          unit: breach.unit,
          when: timeOnly(breach.lastTime),
          limits: [
            breach.minimum === null ? "" : `${breach.minimum}`,
            breach.maximum === null ? "" : `${breach.maximum}${unit}`,
          ].join("…"),
        })}
      </span>{" "}
      {breach.lots.map((lot) => (
        <a key={lot.lot} href={lotPath(lot)}>
          {`${named(lot.product, lot.gtin)} ${lot.lot} `}
        </a>
      ))}
    </>
  );
}

/** Nothing waits: that is good news, and the way through the office for who is new. */
function Glad() {
  const w = words.value.work;
  return (
    <>
      <div class="box glad">
        <svg viewBox="0 0 48 48" width="56" height="56" aria-hidden="true">
          <path
            class="leaf"
            d="M24 44V24M24 28C10 28 7 17 7 8c12 0 17 8 17 20Zm0-6c0-12 6-17 17-18 0 10-4 18-17 18Z"
          />
        </svg>
        <div>
          <h2>{w.nothing}</h2>
          <p>{w.nothingText}</p>
        </div>
      </div>
      <Flow />
    </>
  );
}

/** Until all of it has been done once. */
function Flow() {
  const w = words.value.work;
  const places = useLoad<{ places: unknown[] }>("places");
  const products = useLoad<{ products: Product[] }>("products");
  const runs = useLoad<{ runs: Run[] }>("runs");
  const devices = useLoad<{ devices: unknown[] }>(
    session.value?.administrator === true ? "devices" : null,
  );
  const bound = runs.data?.runs.some(({ uses }) => uses.some(({ use }) => use === "bound"));
  const done: Record<(typeof FLOW)[number][1], boolean> = {
    places: (places.data?.places.length ?? 0) > 0,
    products: (products.data?.products.length ?? 0) > 0,
    lots: products.data?.products.some(({ lots }) => lots > 0) === true,
    labels: (runs.data?.runs.length ?? 0) > 0,
    packing: bound === true,
    // The first is the one that looks
    devices: session.value?.administrator !== true || (devices.data?.devices.length ?? 0) > 1,
  };
  if (Object.values(done).every((one) => one)) return null;
  return (
    <>
      <h2>{w.flow}</h2>
      <ol class="steps-first">
        {FLOW.map(([path, name]) => (
          <li key={path}>
            <a href={`#/${path}`}>{words.value.nav[name]}</a>: {w.flowSteps[name]}
            {done[name] && (
              <span class="soft">
                {" "}
                <span aria-hidden="true">✓ </span>
                {w.flowDone}
              </span>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

/** When the screen looked last: so who watches it sees that it lives. */
const Looked = ({ at }: { at: number }) => (
  <p class="soft looked">{fill(words.value.work.looked, { when: timeOnly(at) })}</p>
);

function Group<T>({
  tone,
  title,
  todo,
  items,
  children,
}: {
  tone: "red" | "amber";
  title: string;
  todo: string;
  items: T[];
  children: (item: T) => ComponentChildren;
}) {
  if (items.length === 0) return null;
  return (
    <section class={`box ${tone}`}>
      <h2>
        {title} <span class="number">{count(items.length)}</span>
      </h2>
      <p class="todo">→ {todo}</p>
      <ul>
        {items.map((item, i) => (
          <li key={i}>{children(item)}</li>
        ))}
      </ul>
    </section>
  );
}
