import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { post } from "../api.ts";
import { Act, count, dateTime, fill, Screen, Show, useLoad } from "../parts.tsx";
import { device, go, named, say, words } from "../state.ts";
import { type Affected, Reach, Reached } from "./recall.tsx";

export interface Rehearsal {
  counts: Affected["counts"] | null;
  endedAt: number | null;
  gtin: string;
  id: string;
  lot: string;
  /** What the office calls who began it; null for its first administrator. */
  madeBy: string | null;
  startedAt: number;
}

const SECOND_MS = 1_000;

const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS));
  return fill(words.value.rehearsal.duration, {
    minutes: count(Math.floor(seconds / 60)),
    seconds: String(seconds % 60).padStart(2, "0"),
  });
};

/** A recall as an exercise: the same steps against the clock; nothing is signed. */
export function RehearsalScreen({ id }: { id: string }) {
  const w = words.value.rehearsal;
  const rehearsal = useLoad<Rehearsal & { reached: Affected | null }>(`recalls/rehearsals/${id}`);
  return (
    <Screen title={w.title}>
      <p class="box amber rehearsal">{w.banner}</p>
      <Show of={rehearsal}>
        {(data) =>
          data.endedAt === null ? (
            <Running rehearsal={data} reload={rehearsal.reload} />
          ) : (
            <Result rehearsal={data} />
          )
        }
      </Show>
    </Screen>
  );
}

function Running({ rehearsal, reload }: { rehearsal: Rehearsal; reload: () => Promise<void> }) {
  const w = words.value.rehearsal;
  const { gtin, lot } = rehearsal;
  const affected = useLoad<Affected>(
    `recalls/affected?gtin=${gtin}&lot=${encodeURIComponent(lot)}`,
  );
  const now = useSignal(Date.now());
  const told = useSignal<string[]>([]);
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <p>
        <span class="clock" role="timer">
          {duration(now.value - rehearsal.startedAt)}
        </span>
      </p>
      <Show of={affected}>
        {(data) => (
          <>
            <h2>{words.value.recall.step2}</h2>
            <Reach data={data} />
            <h2>{w.step3}</h2>
            <p>{data.organisations.length === 0 ? w.nobody : w.step3Text}</p>
            <ul class="plain">
              {data.organisations.map((organisation) => (
                <li key={organisation.gln}>
                  <label class="choice">
                    <input
                      type="checkbox"
                      checked={told.value.includes(organisation.gln)}
                      onChange={(event) => {
                        told.value = event.currentTarget.checked
                          ? [...told.value, organisation.gln]
                          : told.value.filter((one) => one !== organisation.gln);
                      }}
                    />
                    <Reached organisation={organisation} />
                  </label>
                </li>
              ))}
            </ul>
            <Act
              button={w.end}
              act={async () => {
                await post(`recalls/rehearsals/${rehearsal.id}/end`, {});
                await reload();
                say(w.ended);
              }}
            />
          </>
        )}
      </Show>
    </>
  );
}

function Result({ rehearsal }: { rehearsal: Rehearsal & { reached: Affected | null } }) {
  const w = words.value.rehearsal;
  const { reached } = rehearsal;
  return (
    <div class="printed">
      <p>
        <strong>{named(device.value?.name, device.value?.organisation ?? "")}</strong>
      </p>
      <p>
        {fill(w.resultOf, {
          product: named(
            reached?.lots.find(({ subject }) => subject === reached.start)?.product,
            rehearsal.gtin,
          ),
          lot: rehearsal.lot,
        })}
      </p>
      <p>
        {fill(w.resultFrom, {
          who: rehearsal.madeBy ?? words.value.devices.administrator,
          from: dateTime(rehearsal.startedAt),
          to: dateTime(rehearsal.endedAt ?? rehearsal.startedAt),
        })}
      </p>
      <p>
        <span class="clock">
          {duration((rehearsal.endedAt ?? rehearsal.startedAt) - rehearsal.startedAt)}
        </span>
      </p>
      {reached !== null && (
        <>
          <Reach data={reached} />
          <h2>{w.addressees}</h2>
          {reached.organisations.length === 0 ? (
            <p>{w.nobody}</p>
          ) : (
            <ul class="plain">
              {reached.organisations.map((organisation) => (
                <li key={organisation.gln}>
                  <Reached organisation={organisation} />{" "}
                  <span class="soft">{organisation.gln}</span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      <p class="soft">{w.nothingSigned}</p>
      <div class="actions">
        <button type="button" onClick={() => print()}>
          {words.value.codes.print}
        </button>
        <a class="button quiet" href="#/recall">
          {words.value.nav.recall}
        </a>
      </div>
    </div>
  );
}

/** Rehearsals that were kept, and how each went. */
export function Rehearsals() {
  const w = words.value.rehearsal;
  const all = useLoad<{ rehearsals: Rehearsal[] }>("recalls/rehearsals");
  return (
    <section>
      <h2>{w.kept}</h2>
      <Show of={all}>
        {({ rehearsals }) =>
          rehearsals.length === 0 ? (
            <p class="soft">{w.none}</p>
          ) : (
            <ul class="rows">
              {rehearsals.map((one) => (
                <li key={one.id}>
                  <a href={`#/rehearsal/${one.id}`}>
                    {fill(w.one, { lot: one.lot, when: dateTime(one.startedAt) })}
                  </a>
                  <span class="soft">
                    {one.endedAt === null
                      ? w.running
                      : fill(w.took, {
                          time: duration(one.endedAt - one.startedAt),
                          labels: count(one.counts?.labels ?? 0),
                          organisations: count(one.counts?.organisations ?? 0),
                        })}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Show>
    </section>
  );
}

/** Starts the clock for a lot. */
export function Rehearse({ gtin, lot }: { gtin: string; lot: string }) {
  return (
    <Act
      quiet
      button={words.value.rehearsal.begin}
      act={async () => {
        const { id } = await post<{ id: string }>("recalls/rehearsals", { gtin, lot });
        go(`rehearsal/${id}`);
      }}
    />
  );
}
