import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { chartsView } from "../../page/chart.ts";
import { sayWay } from "../../page/way.ts";
import { toBase64Url } from "../../shared/base64.ts";
import type { Way } from "../../shared/cold-chain.ts";
import { wordsOf } from "../../shared/dictionaries.ts";
import { canonicalLink } from "../../shared/digital-link.ts";
import { show } from "../../shared/html.ts";
import type { JsonObject } from "../../shared/json.ts";
import { readTrust } from "../../shared/trust.ts";
import { verifyBundle } from "../../shared/verify.ts";
import {
  Act,
  count,
  dateTime,
  dayText,
  fill,
  Screen,
  Show,
  useLoad,
  Wrong,
  wordOf,
} from "../parts.tsx";
import { CodeCard } from "../qr.tsx";
import type { Certificate, LotRow, Product } from "../rights.ts";
import { language, type Name, named, words } from "../state.ts";
import { Facts, mayCorrect, sentence, type Told } from "../telling.tsx";
import { holding } from "../units.ts";
import { Correct } from "./correct.tsx";
import { StateTag } from "./lots.tsx";
import { unitWords } from "./recall.tsx";
import { WhoEnds } from "./recall-end.tsx";

interface History {
  findings: { code: string; event: string | null; severity: "red" | "amber" }[];
  lot: LotRow;
  events: Told[];
}

interface Edge {
  kind: string;
  source: string;
  target: string;
}

export interface Tree {
  back: Edge[];
  counts: {
    labels: number;
    organisations: number;
    /** As the last of one's own records of them says. */
    packages: { destroyed: number; returned: number; sold: number };
    units: number;
  };
  forth: Edge[];
  journey: Told[];
  labels: { first: number; last: number; run: string }[];
  lots: {
    commissioner: { gln: string | null; name: Name };
    gtin: string;
    lot: string;
    product: Name;
    seen: boolean;
    subject: string;
  }[];
  organisations: { gln: string; name: Name }[];
  units: { packages: number; subject: string }[];
  whole: boolean;
}

/** Everything about one lot: what it was made of, what happened, where it went, and what can be done. */
export function LotScreen({ gtin, lot }: { gtin: string; lot: string }) {
  const w = words.value.lots;
  const path = `lots/${gtin}/${encodeURIComponent(lot)}`;
  const history = useLoad<History>(`${path}/history`, true);
  const tree = useLoad<Tree>(`${path}/tree`, true);
  const products = useLoad<{ products: Product[] }>("products");
  const certificates = useLoad<{ certificates: Certificate[] }>("certificates");
  const name = fill(words.value.recall.lotNamed, { lot });
  const product = history.data === null ? null : named(history.data.lot.product, gtin);
  const photo = products.data?.products.find((one) => one.gtin === gtin)?.photo ?? null;
  const reload = async () => {
    await Promise.all([history.reload(), tree.reload()]);
  };
  return (
    <Screen title={product ?? name} {...(product === null ? {} : { sub: name })}>
      <Show of={history}>
        {({ lot: row, events, findings }) => (
          <>
            <div class="lot-head">
              {photo !== null && (
                <img src={`/api/photos/${photo.hash}`} alt="" width={120} height={120} />
              )}
              <div>
                <p>
                  <StateTag state={row.state} />{" "}
                  {[
                    named(row.place, ""),
                    row.own ? "" : named(row.commissioner.name, row.commissioner.gln ?? ""),
                  ]
                    .filter((one) => one !== "")
                    .join(" ・ ")}
                </p>
                <Actions row={row} />
              </div>
            </div>
            {row.recalledSince !== null && (
              <div class="box red">
                <p>{fill(w.recalledSince, { when: dateTime(row.recalledSince) })}</p>
                {row.own ? <WhoEnds /> : <p>{w.recalledOthers}</p>}
              </div>
            )}
            <Findings
              findings={findings.filter(
                ({ code }) => row.recalledSince === null || code !== "recalled",
              )}
            />
            {row.state === "withdrawn" && <p class="box amber">{w.withdrawnText}</p>}
            <Show of={tree}>
              {(data) => (
                <>
                  <Numbers tree={data} />
                  <Claims events={events} known={certificates.data?.certificates ?? []} />
                  <Timeline events={merged(events, data.journey)} reload={reload} />
                  <TreeView row={row} tree={data} />
                  <Boxes units={innerUnits(data)} />
                </>
              )}
            </Show>
            {row.own && (
              <details class="box">
                <summary>{words.value.codes.lot}</summary>
                <CodeCard
                  kind="lot"
                  name={named(row.product, gtin)}
                  link={canonicalLink({ key: "01", value: gtin, lot })}
                  number={lot}
                />
              </details>
            )}
          </>
        )}
      </Show>
    </Screen>
  );
}

function Actions({ row }: { row: LotRow }) {
  const w = words.value;
  const at = `${row.gtin}/${encodeURIComponent(row.lot)}`;
  const goesOn = row.own && row.recalledSince === null && row.state !== "withdrawn";
  return (
    <div class="actions">
      {goesOn && (
        <>
          <a class="button" href={`#/packing/${at}`}>
            {w.nav.packing}
          </a>
          <a class="button quiet" href={`#/labels/${at}`}>
            {w.nav.labels}
          </a>
        </>
      )}
      {row.recalledSince === null && row.state !== "withdrawn" && (
        <a class="button quiet" href={`#/lots/new/${at}`}>
          {w.lots.makeOf}
        </a>
      )}
      <a class="button quiet" href={`/01/${row.gtin}/10/${encodeURIComponent(row.lot)}`}>
        {w.lots.page}
      </a>
      <a class="button quiet" href={`#/ledger/lot/${at}`}>
        {w.nav.ledger}
      </a>
      {goesOn && (
        <a class="button quiet danger" href={`#/recall/${at}`}>
          {w.nav.recall}
        </a>
      )}
    </div>
  );
}

/** What customers read of it: nobody should learn it from them. */
function Findings({ findings }: { findings: History["findings"] }) {
  if (findings.length === 0) return null;
  const grave = findings.some(({ severity }) => severity === "red");
  return (
    <div class={`box ${grave ? "red" : "amber"}`}>
      <h2>{words.value.lots.findings}</h2>
      <ul>
        {[...new Set(findings.map(({ code }) => code))].map((code) => (
          <li key={code}>{wordOf(wordsOf(language.value).findings, code)}</li>
        ))}
      </ul>
    </div>
  );
}

/** The lot's events and those of its labels and units, each once, the newest first. */
function merged(own: Told[], journey: Told[]): Told[] {
  const all = new Map([...own, ...journey].map((event) => [event.id, event]));
  return [...all.values()].sort((a, b) => b.eventTime - a.eventTime || b.recordTime - a.recordTime);
}

function Timeline({ events, reload }: { events: Told[]; reload: () => Promise<void> }) {
  const w = words.value.lots;
  return (
    <section>
      <h2>{fill(w.history, { count: count(events.length) })}</h2>
      <ol class="events">
        {events.map((event) => (
          <li key={event.id} class={event.correctedBy === null ? "" : "struck"}>
            <p>
              <strong>{sentence(event)}</strong>
              {event.correctedBy !== null && <em> {correctedText(event, events)}</em>}
            </p>
            {event.suspect && <p class="doubted">{w.suspect}</p>}
            {/* An error declaration repeats what is wrong */}
            {event.payload["sanchi:corrects"] === undefined && <Facts payload={event.payload} />}
            <Photo payload={event.payload} />
            <div class="actions small">
              <a href={`#/ledger/event/${event.id}`}>{w.seeProof}</a>
              {mayCorrect(event) && <Correct event={event} reload={reload} />}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** How it was declared wrong, when and by whom. */
function correctedText({ correctedBy }: Told, events: Told[]): string {
  const w = words.value.lots;
  const by = events.find(({ id }) => id === correctedBy);
  const declaration = by?.payload["errorDeclaration"] as JsonObject | undefined;
  const what = declaration?.["reason"] === "did_not_occur" ? w.didNotHappen : w.corrected;
  if (by === undefined) return what;
  return fill(w.correctedBy, {
    what,
    when: dateTime(by.recordTime),
    who: by.device ?? named(by.actor.name, by.actor.gln ?? ""),
  });
}

function Photo({ payload }: { payload: JsonObject }) {
  const hash = payload["sanchi:photo"];
  if (typeof hash !== "string") return null;
  return (
    <img
      class="taken"
      src={`/api/photos/${hash}`}
      alt={words.value.lots.photo}
      loading="lazy"
      width={160}
      onError={(event) => {
        event.currentTarget.hidden = true;
      }}
    />
  );
}

function Claims({ events, known }: { events: Told[]; known: Certificate[] }) {
  const w = words.value;
  const claims = events
    .filter(({ correctedBy }) => correctedBy === null)
    .flatMap(({ payload }) => (payload["sanchi:claims"] ?? []) as JsonObject[]);
  if (claims.length === 0) return null;
  return (
    <section>
      <h2>{w.nav.certificates}</h2>
      <ul class="rows">
        {claims.map((claim, i) => {
          const link = String(claim["sanchi:certificate"] ?? "");
          const found = known.find((one) => one.link === link);
          return (
            <li key={i}>
              <span>
                <strong>{wordOf(w.claims, String(claim["sanchi:claim"] ?? ""))}</strong>{" "}
                {link.split("/").pop()}
              </span>
              {found !== undefined && (
                <span class={`tag status-${found.status}`}>
                  {w.certificates.statuses[found.status]}
                  {found.validTo === null
                    ? ""
                    : ` (${fill(w.ownCertificates.until, { date: dayText(found.validTo) })})`}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** How much of it there is, and what became of that. */
function Numbers({ tree }: { tree: Tree }) {
  const w = words.value;
  const { labels, organisations, packages, units } = tree.counts;
  const left = LEFT.filter((name) => packages[name] > 0);
  if (labels + organisations + units + left.length === 0) return null;
  return (
    <>
      <ul class="counts bare">
        <li>
          <strong>{count(labels)}</strong> {w.recall.counts.labels}
        </li>
        {left.map((name) => (
          <li key={name}>
            <strong>{count(packages[name])}</strong> {w.lots.packages[name]}
          </li>
        ))}
        <li>
          <strong>{count(units)}</strong> {w.recall.counts.units}
        </li>
        <li>
          <strong>{count(organisations)}</strong> {w.recall.counts.organisations}
        </li>
      </ul>
      {tree.labels.length > 0 && (
        <p class="soft">
          {words.value.packing.run}{" "}
          {tree.labels
            .map(({ run, first, last }) => `${run} ${first + 1}–${last + 1}`)
            .join(w.common.and)}
        </p>
      )}
    </>
  );
}

/** Where it came from and where it went: side by side on a wide screen. */
function TreeView({ row, tree }: { row: LotRow; tree: Tree }) {
  const w = words.value.lots;
  const subject = `lot/${row.gtin}/${row.lot}`;
  const start = [...tree.back, ...tree.forth].find(
    ({ source, target }) => same(source, subject) || same(target, subject),
  );
  const own =
    start === undefined ? subject : same(start.source, subject) ? start.source : start.target;
  const organisations = tree.organisations;
  return (
    <section>
      <h2>{w.tree}</h2>
      <div class="flow">
        <div>
          <h3>{w.madeOf}</h3>
          {tree.back.length === 0 ? (
            <p class="soft">{w.madeOfNone}</p>
          ) : (
            <Branch subject={own} tree={tree} edges={tree.back} back />
          )}
        </div>
        <div>
          <h3>{w.wentTo}</h3>
          {tree.forth.length === 0 ? (
            <p class="soft">{w.wentToNone}</p>
          ) : (
            <Branch subject={own} tree={tree} edges={tree.forth} />
          )}
          {organisations.length > 0 && (
            <p>{organisations.map(({ gln, name }) => `→ ${named(name, gln)}`).join(" ")}</p>
          )}
        </div>
      </div>
      {!tree.whole && <p class="soft">{words.value.recall.tooMany}</p>}
    </section>
  );
}

/** What becomes of packages, as a shop or a farm stand records it. */
const LEFT = ["sold", "returned", "destroyed"] as const;

// The server percent-encodes; an address may not
const same = (a: string, b: string): boolean => decodeURIComponent(a) === decodeURIComponent(b);

const MOST_BRANCHES = 12;

/** @param shown what stands there already: a pallet stands under each of its boxes */
function Branch({
  subject,
  tree,
  edges,
  back = false,
  shown = new Set<string>(),
}: {
  subject: string;
  tree: Tree;
  edges: Edge[];
  back?: boolean;
  shown?: Set<string>;
}) {
  const w = words.value;
  if (shown.has(subject)) return null;
  shown.add(subject);
  const all = edges
    .filter(({ source, target }) => (back ? target : source) === subject)
    .map(({ source, target }) => (back ? source : target))
    .filter((one) => !one.startsWith("organisation/"));
  const next = [...new Set(all)];
  if (next.length === 0) return null;
  return (
    <ul class="tree">
      {next.slice(0, MOST_BRANCHES).map((one) => {
        const lot = tree.lots.find((known) => known.subject === one);
        const unit = unitWords(one, holding(tree.units, tree.forth));
        const again = shown.has(one);
        return (
          <li key={one}>
            {lot !== undefined && (
              <>
                {lot.seen ? (
                  <a href={`#/lots/${lot.gtin}/${encodeURIComponent(lot.lot)}`}>
                    {named(lot.product, lot.gtin)} {lot.lot}
                  </a>
                ) : (
                  `${named(lot.product, lot.gtin)} ${lot.lot}`
                )}{" "}
                <span class="soft">{named(lot.commissioner.name, lot.commissioner.gln ?? "")}</span>
              </>
            )}
            {lot === undefined && (
              <>
                <a href={`#/ledger/${one}`}>{unit.name}</a>{" "}
                <span class="soft">{again ? w.recall.seeAbove : unit.holds}</span>
                {one.startsWith("sscc/") && !again && (
                  <details>
                    <summary>{w.codes.unit}</summary>
                    <CodeCard
                      kind="unit"
                      link={canonicalLink({ key: "00", value: one.slice("sscc/".length) })}
                      number={one.slice("sscc/".length)}
                    />
                  </details>
                )}
              </>
            )}
            <Branch subject={one} tree={tree} edges={edges} back={back} shown={shown} />
          </li>
        );
      })}
      {next.length > MOST_BRANCHES && (
        <li class="soft">{fill(w.lots.moreOf, { count: count(next.length - MOST_BRANCHES) })}</li>
      )}
    </ul>
  );
}

/** Those that no other unit was packed into; of units with an SSCC alone there are proofs. */
function innerUnits({ forth, units }: Tree): string[] {
  const known = new Set(units.map(({ subject }) => subject));
  const outer = new Set(
    forth.filter(({ source }) => known.has(source)).map(({ target }) => target),
  );
  return [...known].filter((unit) => unit.startsWith("sscc/") && !outer.has(unit));
}

const MOST_UNITS = 12;

/**
 * What the boxes measured on the way: asked for with a challenge of one's own, unit by unit, and
 * verified here. The lot's own proof knows no unit that holds labelled packages.
 */
function Boxes({ units }: { units: string[] }) {
  const w = words.value.lots;
  const ways = useSignal<Way[] | null>(null);
  if (units.length === 0) return null;
  return (
    <section>
      <h2>{w.boxes}</h2>
      {ways.value === null ? (
        <Act
          quiet
          button={w.boxesLoad}
          act={async () => {
            const all: Way[] = [];
            for (const unit of units.slice(0, MOST_UNITS)) {
              all.push(...(await waysOf(`/00/${unit.slice("sscc/".length)}`)));
            }
            ways.value = all;
          }}
        />
      ) : ways.value.length === 0 ? (
        <p class="soft">{w.boxesNone}</p>
      ) : (
        ways.value.map((way) => <Curve key={way.unit} way={way} />)
      )}
      {units.length > MOST_UNITS && (
        <p class="soft">{fill(w.moreOf, { count: count(units.length - MOST_UNITS) })}</p>
      )}
    </section>
  );
}

function Curve({ way }: { way: Way }) {
  const figure = useRef<HTMLDivElement>(null);
  const shared = wordsOf(language.value);
  useEffect(() => {
    if (figure.current !== null) show(figure.current, chartsView(way, shared));
  }, [way, shared]);
  const { tone, sentences } = sayWay(way, shared);
  return (
    <section class="curve">
      <h3>
        {words.value.recall.unit} {way.unit.split("/")[1]}
      </h3>
      <p class={`tone-${tone}`}>{sentences.join(" ")}</p>
      <div ref={figure} />
    </section>
  );
}

async function waysOf(path: string): Promise<Way[]> {
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const asked = `subject=${encodeURIComponent(path)}&challenge=${toBase64Url(challenge)}`;
  const [bundle, trust] = await Promise.all(
    [`/api/bundles?${asked}`, "/trust.json"].map(async (url) => {
      const response = await fetch(url, { cache: "no-store" });
      if (!response.ok) throw new Wrong("", words.value.lots.boxesFailed);
      return new Uint8Array(await response.arrayBuffer());
    }),
  );
  const { evidence } = await verifyBundle(
    bundle as Uint8Array<ArrayBuffer>,
    readTrust(trust as Uint8Array<ArrayBuffer>),
    path,
    { challenge },
  );
  if (evidence === null || evidence.ways === null) {
    throw new Wrong("", words.value.lots.boxesFailed);
  }
  return evidence.ways;
}
