import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { fromBase64Url, toBase64Url } from "../../shared/base64.ts";
import { readLink } from "../../shared/digital-link.ts";
import type { JsonObject } from "../../shared/json.ts";
import { orNull } from "../../shared/malformed.ts";
import { labelHash } from "../../shared/serial.ts";
import { subject as subjectOf } from "../../shared/subject.ts";
import { get, post } from "../api.ts";
import {
  CopyButton,
  count,
  dateOnly,
  dateTime,
  Empty,
  Form,
  fill,
  Screen,
  Show,
  Text,
  timeOnly,
  useLoad,
  Wrong,
  wordOf,
} from "../parts.tsx";
import type { Run } from "../rights.ts";
import { labelled, wanted } from "../search.ts";
import { go, type Name, named, words } from "../state.ts";
import { store } from "../store.ts";
import { Facts, memberText, sentence, whenOf } from "../telling.tsx";
import { holding } from "../units.ts";
import type { Tree } from "./lot.tsx";
import type { LotPage } from "./lots.tsx";
import { unitWords } from "./recall.tsx";

interface Summary {
  about: { gln: string | null; name: Name };
  actor: { gln: string | null; name: Name };
  block: number;
  corrects: string | null;
  eventTime: number;
  id: string;
  kind: string;
  member: string | null;
  payload: JsonObject;
  recordTime: number;
}

interface Whole extends Summary {
  device: string | null;
  jws: string;
  kid: string;
  seq: number;
  shortCode: string;
  subjects: { head: string; n: number; subject: string }[];
  transaction: {
    channel: string;
    creator: string;
    dataHash: string;
    endorsers: { certificate: string; mspId: string }[];
    hash: string;
    header: string;
    id: string;
    ordererSignatures: number;
    previousHash: string;
  } | null;
}

/** The ledger, event by event: a sentence first, bytes on demand. */
export function LedgerScreen({ subject }: { subject: string | null }) {
  const w = words.value.ledger;
  const path = subject === null ? "" : `?subject=${encodeURIComponent(canonical(subject))}`;
  const events = useLoad<{ events: Summary[] }>(`ledger/events${path}`, true);
  return (
    <Screen title={w.title} lead={w.lead}>
      <Search />
      <h2 class="break">{subject === null ? w.newest : subjectText(subject)}</h2>
      {subject?.startsWith("lot/") && <Elsewhere subject={subject} />}
      <Show of={events}>
        {({ events: all }) =>
          all.length === 0 ? (
            <Empty title={w.none} text={w.noneText} />
          ) : (
            byDay(all).map(([day, those]) => (
              <section key={day}>
                <h3>{day}</h3>
                <ol class="events">
                  {those.map((event) => (
                    <li key={event.id}>
                      <a href={`#/ledger/event/${event.id}`}>
                        {sentence(event, whenOn(event, day))}
                      </a>{" "}
                      <span class="soft break">
                        {[thingsIn(event.payload), fill(w.block, { block: count(event.block) })]
                          .filter((one) => one !== "")
                          .join(" · ")}
                      </span>
                    </li>
                  ))}
                </ol>
              </section>
            ))
          )
        }
      </Show>
    </Screen>
  );
}

const MOST_ELSEWHERE = 40;

/** A lot's own history does not have what happened to its labels, boxes and pallets: theirs do. */
function Elsewhere({ subject }: { subject: string }) {
  const w = words.value.ledger;
  const [, gtin = "", lot = ""] = subject.split("/");
  const tree = useLoad<Tree>(`lots/${gtin}/${encodeURIComponent(lot)}/tree`);
  if (tree.data === null) return null;
  const { units, forth, labels, journey } = tree.data;
  const runs = [...new Set(labels.map(({ run }) => run))];
  if (units.length + runs.length === 0) return null;
  const held = holding(units, forth);
  return (
    <section class="box">
      <p>{fill(w.elsewhere, { count: count(journey.length) })}</p>
      <ul class="plain">
        {units.slice(0, MOST_ELSEWHERE).map(({ subject: unit }) => (
          <li key={unit}>
            <a href={`#/ledger/${decodeURIComponent(unit)}`}>{unitWords(unit, held).name}</a>{" "}
            <span class="soft">{unitWords(unit, held).holds}</span>
          </li>
        ))}
        {runs.map((run) => (
          <li key={run}>
            <a href={`#/ledger/run/${gtin}/${run}`}>{subjectText(`run/${gtin}/${run}`)}</a>
          </li>
        ))}
      </ul>
      <p>
        <a href={`#/lots/${gtin}/${encodeURIComponent(lot)}`}>{w.allTogether}</a>
      </p>
    </section>
  );
}

/** By the day on which they came to the ledger, in their order. */
function byDay(events: Summary[]): [string, Summary[]][] {
  const days = new Map<string, Summary[]>();
  for (const event of events) {
    const day = dateOnly(event.recordTime);
    const those = days.get(day) ?? [];
    days.set(day, [...those, event]);
  }
  return [...days];
}

/** The time alone where the heading has the day. */
function whenOn(event: Summary, day: string): string {
  if (dateOnly(event.eventTime) !== day) return whenOf(event);
  return event.payload["sanchi:precision"] === "day"
    ? words.value.ledger.thatDay
    : timeOnly(event.eventTime);
}

const QUANTITIES = ["quantityList", "inputQuantityList", "outputQuantityList", "childQuantityList"];
const MOST_THINGS = 3;

/** Which things it is about, as they are called on labels: six sentences alike tell nobody anything. */
function thingsIn(payload: JsonObject): string {
  const things = new Set<string>();
  for (const list of QUANTITIES) {
    for (const element of (payload[list] ?? []) as JsonObject[]) {
      const { lot } = orNull(() => readLink(String(element["epcClass"]))) ?? {};
      if (lot !== undefined) things.add(lot);
    }
  }
  for (const list of ["parentID", "epcList", "childEPCs"]) {
    for (const uri of [payload[list] ?? []].flat()) {
      const link = orNull(() => readLink(String(uri)));
      // A serial is a secret of the label
      if (link !== null && link.serial === undefined) things.add(link.value);
    }
  }
  const gtin = payload["sanchi:gtin"];
  if (typeof gtin === "string") things.add(gtin);
  const all = [...things];
  const more = all.length > MOST_THINGS ? [`+${all.length - MOST_THINGS}`] : [];
  return all.slice(0, MOST_THINGS).concat(more).join("、");
}

/** What a history is of, in words. */
function subjectText(subject: string): string {
  const [type = "", ...values] = subject.split("/");
  return `${wordOf(words.value.ledger.kinds, type)} ${values.join(" ")}`;
}

interface Hit {
  path: string;
  text: string;
}

/** Takes what people have before them: a lot's name, the code on a label, the number on a case. */
function Search() {
  const w = words.value.ledger;
  const hits = useSignal<Hit[]>([]);
  return (
    <>
      <Form
        button={w.look}
        submit={async (values) => {
          hits.value = [];
          const found = await search(values.text("what"));
          const [only] = found;
          if (only === undefined) {
            throw new Wrong("what", fill(w.notFound, { what: values.text("what") }));
          }
          if (found.length === 1) go(only.path);
          else hits.value = found;
        }}
      >
        <Text name="what" label={w.what} hint={w.whatHint} />
      </Form>
      {hits.value.length > 0 && (
        <section class="box" aria-live="polite">
          <h2>{w.which}</h2>
          <ul class="rows">
            {hits.value.map(({ path, text }) => (
              <li key={path}>
                <a href={`#/${path}`}>{text}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

async function search(typed: string): Promise<Hit[]> {
  const w = words.value.ledger;
  const { text, event, subjects, code, words: of } = wanted(typed);
  if (event !== null) return [{ path: `ledger/event/${event}`, text: w.event }];
  const hits: Hit[] = [];
  const add = (subject: string, words = subjectText(decodeURIComponent(subject))) =>
    hits.push({ path: `ledger/${decodeURIComponent(subject)}`, text: words });
  if (code !== null) {
    const { runs } = await get<{ runs: Run[] }>("runs");
    const label = labelled(code, runs);
    if (label !== null) {
      const { run, number } = label;
      const kept = await (await store()).get("run", `${run.gtin}/${run.run}`);
      const serial = kept?.serials[number];
      if (serial !== undefined) {
        subjects.push(subjectOf("package", toBase64Url(labelHash(run.gtin, serial))));
      }
      const use = run.uses.find(
        (one) => one.use === "bound" && one.first <= number && number <= one.last,
      );
      if (use?.lot)
        add(use.lot, fill(w.labelsLot, { label: label.text, lot: subjectText(use.lot) }));
      add(`run/${run.gtin}/${run.run}`, fill(w.labelsRun, { label: label.text, run: run.run }));
    }
  }
  if (subjects.length > 0) {
    const { known } = await post<{ known: string[] }>("ledger/known", { subjects });
    for (const subject of known) {
      add(subject, subject.startsWith("package/") ? fill(w.label, { label: text }) : undefined);
    }
  }
  if (of !== null) {
    const { lots } = await get<LotPage>(`lots?q=${encodeURIComponent(of)}`);
    const same = lots.filter(({ lot }) => lot.toLowerCase() === of.toLowerCase());
    for (const { gtin, lot, product } of (same.length > 0 ? same : lots).slice(0, MOST_HITS)) {
      hits.push({ path: `ledger/lot/${gtin}/${lot}`, text: `${named(product, gtin)} ${lot}` });
    }
  }
  return hits;
}

const MOST_HITS = 20;

// An address holds what a person reads; the ledger's subjects are percent-encoded
const canonical = (subject: string): string => subject.split("/").map(encodeURIComponent).join("/");

export function EventScreen({ id }: { id: string }) {
  const w = words.value.ledger;
  const event = useLoad<Whole>(`ledger/events/${encodeURIComponent(id)}`);
  return (
    <Screen title={w.event}>
      <Show of={event}>
        {(data) => (
          <>
            <p class="box plain-words">{sentence(data)}</p>
            <Facts payload={data.payload} />
            {data.corrects !== null && (
              <p>
                <a href={`#/ledger/event/${data.corrects}`}>{w.corrects}</a>
              </p>
            )}
            <h2>{w.who}</h2>
            <dl class="facts">
              <Fact label={w.signedBy}>
                {data.member === null
                  ? named(data.actor.name, data.actor.gln ?? "")
                  : memberText(data.member)}
                {data.device === null ? "" : ` · ${data.device}`} ({data.shortCode})
              </Fact>
              <Fact label={w.recordedAt}>{dateTime(data.recordTime)}</Fact>
              <Fact label={w.number}>{fill(w.numberOfKey, { seq: count(data.seq + 1) })}</Fact>
            </dl>
            {data.transaction !== null && (
              <>
                <h2>{w.endorsed}</h2>
                <p>
                  {fill(w.endorsedText, {
                    count: data.transaction.endorsers.length,
                    orderers: data.transaction.ordererSignatures,
                  })}
                </p>
                <ul class="rows">
                  {data.transaction.endorsers.map(({ mspId, certificate }) => (
                    <li key={certificate}>
                      <strong>{memberText(mspId)}</strong>
                      <details>
                        <summary>{w.certificate}</summary>
                        <pre class="key">{certificate}</pre>
                      </details>
                    </li>
                  ))}
                </ul>
                <h2>{fill(w.block, { block: count(data.block) })}</h2>
                <dl class="facts">
                  <Fact label={w.transaction}>
                    <code>{data.transaction.id}</code>
                  </Fact>
                  <Fact label={w.channel}>{data.transaction.channel}</Fact>
                  <Fact label={w.submittedBy}>{data.transaction.creator}</Fact>
                </dl>
              </>
            )}
            <h2>{w.histories}</h2>
            <ul class="rows">
              {data.subjects.map(({ subject, n }) => (
                <li key={subject}>
                  <a class="break" href={`#/ledger/${decodeURIComponent(subject)}`}>
                    {subjectText(decodeURIComponent(subject))}
                  </a>
                  <span>{fill(w.place, { n: count(n) })}</span>
                </li>
              ))}
            </ul>
            <Proofs event={data} />
            <Raw event={data} />
          </>
        )}
      </Show>
    </Screen>
  );
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd class="break">{children}</dd>
    </div>
  );
}

/** What a subject's proof is asked for by; null where customers can't ask for one. */
function linkOf(subject: string): string | null {
  const [type, first = "", second = ""] = subject.split("/");
  if (type === "lot") return `/01/${first}/10/${second}`;
  if (type === "sscc") return `/00/${first}`;
  if (type === "certificate") return `/253/${first}`;
  return null;
}

/** What somebody else can check without this server: the proof of each thing that the record is about. */
function Proofs({ event }: { event: Whole }) {
  const w = words.value.ledger;
  const things = event.subjects.flatMap(({ subject }) => {
    const link = linkOf(subject);
    return link === null ? [] : [{ link, name: subjectText(decodeURIComponent(subject)) }];
  });
  if (things.length === 0) return null;
  return (
    <>
      <h2>{w.proof}</h2>
      <p>
        {w.proofText} <a href="/verify/">{w.verify}</a>
      </p>
      <ul class="rows">
        {things.map(({ link, name }) => (
          <li key={link}>
            <span class="break">{name}</span>
            <a
              class="button quiet"
              href={`/api/bundles?subject=${encodeURIComponent(link)}`}
              download={`sanchi-proof${link.replaceAll("/", "-")}.json`}
            >
              {w.proofFile}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Keeps a text as a file of the browser's. */
function Keep({ text, name }: { text: string; name: string }) {
  const w = words.value.ledger;
  const href = useMemo(
    () => URL.createObjectURL(new Blob([text], { type: "application/jose" })),
    [text],
  );
  useEffect(() => () => URL.revokeObjectURL(href), [href]);
  return (
    <a class="button quiet" href={href} download={name}>
      {w.keep}
    </a>
  );
}

/** The very bytes: what was signed, by which signature, in which block header. */
function Raw({ event }: { event: Whole }) {
  const w = words.value.ledger;
  const [header = "", payload = "", signature = ""] = event.jws.split(".");
  const text = (part: string) => new TextDecoder().decode(fromBase64Url(part));
  const pretty = (part: string) => JSON.stringify(JSON.parse(text(part)), null, 2);
  return (
    <details class="box">
      <summary>{w.raw}</summary>
      <p class="soft">{w.rawText}</p>
      <div class="actions">
        <Keep text={event.jws} name={`sanchi-${event.id.slice(0, 8)}.jws`} />
        <CopyButton text={event.jws} />
      </div>
      <h3>{w.eventId}</h3>
      <pre class="key">{event.id}</pre>
      <h3>{w.header}</h3>
      <pre class="key">{pretty(header)}</pre>
      <h3>{w.payload}</h3>
      <pre class="key">{pretty(payload)}</pre>
      <h3>{w.signature}</h3>
      <pre class="key">{signature}</pre>
      <h3>JWS</h3>
      <pre class="key">{event.jws}</pre>
      {event.transaction !== null && (
        <>
          <h3>{w.blockHeader}</h3>
          <pre class="key">{event.transaction.header}</pre>
          <dl class="facts">
            <Fact label={w.hash}>
              <code>{event.transaction.hash}</code>
            </Fact>
            <Fact label={w.previousHash}>
              <code>{event.transaction.previousHash}</code>
            </Fact>
            <Fact label={w.dataHash}>
              <code>{event.transaction.dataHash}</code>
            </Fact>
          </dl>
        </>
      )}
    </details>
  );
}
