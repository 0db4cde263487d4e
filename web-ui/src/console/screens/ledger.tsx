import type { ComponentChildren } from "preact";
import { fromBase64Url } from "../../shared/base64.ts";
import type { JsonObject } from "../../shared/json.ts";
import {
  count,
  dateTime,
  Empty,
  Form,
  fill,
  Screen,
  Show,
  Text,
  useLoad,
  Wrong,
} from "../parts.tsx";
import { go, type Name, named, words } from "../state.ts";
import { Facts, sentence } from "../telling.tsx";

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
      <Form
        button={w.look}
        submit={async (values) => {
          const typed = values.text("what");
          if (/^[A-Za-z0-9_-]{43}$/.test(typed)) go(`ledger/event/${typed}`);
          else if (/^[a-z]+\/[^/]+(\/[^/]+)?$/.test(typed)) go(`ledger/${typed}`);
          else throw new Wrong("what", w.badSearch);
        }}
      >
        <Text name="what" label={w.what} hint={w.whatHint} />
      </Form>
      <h2 class="break">{subject === null ? w.newest : subject}</h2>
      <Show of={events}>
        {({ events: all }) =>
          all.length === 0 ? (
            <Empty title={w.none} text={w.noneText} />
          ) : (
            <ol class="events">
              {all.map((event) => (
                <li key={event.id}>
                  <a href={`#/ledger/event/${event.id}`}>{sentence(event)}</a>{" "}
                  <span class="soft">
                    {fill(w.inBlock, {
                      block: count(event.block),
                      when: dateTime(event.recordTime),
                    })}
                  </span>
                </li>
              ))}
            </ol>
          )
        }
      </Show>
    </Screen>
  );
}

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
                {data.member ?? named(data.actor.name, data.actor.gln ?? "")}
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
                      <strong>{mspId}</strong>
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
                    {decodeURIComponent(subject)}
                  </a>
                  <span>{fill(w.place, { n: count(n) })}</span>
                </li>
              ))}
            </ul>
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
