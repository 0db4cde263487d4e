import { useSignal } from "@preact/signals";
import { canonicalLink, readLink } from "../../shared/digital-link.ts";
import { gs1Value } from "../../shared/gs1.ts";
import { orNull } from "../../shared/malformed.ts";
import { post, remove } from "../api.ts";
import {
  Careful,
  Choices,
  CopyButton,
  dateTime,
  Empty,
  Form,
  fill,
  Show,
  Text,
  useLoad,
  Wrong,
} from "../parts.tsx";
import { CodeCard } from "../qr.tsx";
import { prefixesOf } from "../rights.ts";
import { session, words } from "../state.ts";
import { useRights } from "./products.tsx";

interface Sensor {
  box: string;
  id: string;
  /** In hundredths by measure; null as long as nothing has come. */
  last: { time: number; values: Partial<Record<(typeof MEASURES)[number], number>> } | null;
  madeAt: number;
  measures: string[];
  name: string;
  revokedAt: number | null;
}

interface Made {
  broker: string | null;
  id: string;
  password: string;
  topic: string;
}

const MEASURES = ["temperature", "humidity"] as const;
const UNITS = { temperature: "℃", humidity: "%" } as const;

/** Of a device that has spoken: after that a box that is under way has nobody who watches it. */
const SILENT_MS = 60 * 60_000;

/** What the device sends, as the bridge reads it: values in hundredths. */
const messageOf = ({ id }: Made, measures: string[]): string =>
  JSON.stringify({
    device: id,
    seq: 1,
    time: Date.now(),
    values: {
      ...(measures.includes("temperature") ? { temperature: 342 } : {}),
      ...(measures.includes("humidity") ? { humidity: 8810 } : {}),
    },
  });

/** Everything that somebody types into a device, to be pasted. */
const settingsOf = (made: Made, message: string): string =>
  [
    `broker: ${made.broker ?? "?"}`,
    `client id, user: ${made.id}`,
    `password: ${made.password}`,
    `topic: ${made.topic}`,
    "MQTT 5, QoS 1",
    message,
  ].join("\n");

/** A box by its number: a GRAI, or a GIAI, or a link of one. */
function boxOf(typed: string): string | null {
  const link = orNull(() => readLink(typed));
  if (link !== null && (link.key === "8003" || link.key === "8004")) return canonicalLink(link);
  for (const key of ["8003", "8004"]) {
    const value = orNull(() => gs1Value(key, typed));
    if (value !== null) return canonicalLink({ key, value });
  }
  return null;
}

/** The next number of a box that nothing is registered for. */
function freeBox(prefix: string, sensors: Sensor[]): string {
  const used = new Set(sensors.map(({ box }) => box.split("/").pop()));
  for (let n = 1; ; n++) {
    if (!used.has(`${prefix}BOX${n}`)) return `${prefix}BOX${n}`;
  }
}

/** Whether it works can be seen: what came last, and when. */
function Last({ sensor: { last, measures } }: { sensor: Sensor }) {
  const w = words.value.sensors;
  if (last === null) return <span class="doubted">{w.nothingYet}</span>;
  const values = MEASURES.filter((one) => measures.includes(one) && one in last.values)
    .map((one) => `${((last.values[one] ?? 0) / 100).toFixed(1)} ${UNITS[one]}`)
    .join(words.value.common.and);
  return (
    <span class={last.time < Date.now() - SILENT_MS ? "doubted" : ""}>
      {fill(w.last, { values, when: dateTime(last.time) })}
    </span>
  );
}

/** Devices in cold boxes, which speak MQTT with a password each. */
export function Sensors() {
  const w = words.value.sensors;
  const rights = useRights();
  const sensors = useLoad<{ sensors: Sensor[] }>("sensors", true);
  const made = useSignal<(Made & { measures: string[] }) | null>(null);
  /** A form of its own for each device. */
  const turn = useSignal(0);
  const prefix = rights.data === null ? undefined : prefixesOf(rights.data)[0];
  return (
    <>
      <h2>{w.title}</h2>
      <p class="soft">{w.lead}</p>
      {made.value !== null && (
        <section class="box amber" aria-live="polite">
          <h3>{w.made}</h3>
          <p>{w.once}</p>
          <dl>
            <div>
              <dt>{w.broker}</dt>
              <dd>
                {made.value.broker === null ? w.brokerUnknown : <code>{made.value.broker}</code>}
              </dd>
            </div>
            <div>
              <dt>{w.user}</dt>
              <dd>
                <code>{made.value.id}</code>
              </dd>
            </div>
            <div>
              <dt>{w.password}</dt>
              <dd>
                <code>{made.value.password}</code>
              </dd>
            </div>
            <div>
              <dt>{w.topic}</dt>
              <dd>
                <code>{made.value.topic}</code>
              </dd>
            </div>
            <div>
              <dt>{w.message}</dt>
              <dd>
                <code>{messageOf(made.value, made.value.measures)}</code>
              </dd>
            </div>
          </dl>
          <p class="soft">{w.messageText}</p>
          <div class="actions">
            <CopyButton
              text={settingsOf(made.value, messageOf(made.value, made.value.measures))}
              label={w.copy}
            />
          </div>
        </section>
      )}
      {session.value?.administrator && (
        <details class="box">
          <summary>{w.register}</summary>
          <Form
            key={turn.value}
            button={w.register}
            fields={{ "/box": "box", "/name": "sensor", "/measures": "measures" }}
            submit={async (values) => {
              const box = boxOf(values.text("box"));
              if (box === null) throw new Wrong("box", w.badBox);
              const measures = values.all("measures");
              const answer = await post<Made>("sensors", {
                name: values.text("sensor"),
                box,
                measures,
              });
              made.value = { ...answer, measures };
              turn.value++;
              await sensors.reload();
            }}
          >
            <Text name="sensor" label={w.name} hint={w.nameHint} maxLength={60} />
            <Text
              name="box"
              label={w.box}
              hint={w.boxHint}
              value={prefix === undefined ? "" : freeBox(prefix, sensors.data?.sensors ?? [])}
            />
            <Choices
              name="measures"
              label={w.measures}
              value={["temperature"]}
              options={MEASURES.map((value) => ({ value, text: w.measure[value] }))}
            />
          </Form>
        </details>
      )}
      <Show of={sensors}>
        {({ sensors: all }) =>
          all.length === 0 ? (
            <Empty title={w.none} text={w.noneText} />
          ) : (
            <ul class="rows">
              {all.map((sensor) => (
                <li key={sensor.id} class={sensor.revokedAt === null ? "" : "struck"}>
                  <span>
                    <strong>{sensor.name}</strong>{" "}
                    {sensor.revokedAt === null && <Last sensor={sensor} />}
                    <br />
                    <span class="soft">
                      {fill(w.row, {
                        box: decodeURIComponent(sensor.box.split("/").pop() ?? ""),
                        id: sensor.id,
                        when: dateTime(sensor.madeAt),
                      })}
                    </span>
                  </span>
                  {sensor.revokedAt === null && (
                    <details>
                      <summary>{words.value.codes.box}</summary>
                      <CodeCard
                        kind="box"
                        link={sensor.box}
                        number={decodeURIComponent(sensor.box.split("/").pop() ?? "")}
                      />
                    </details>
                  )}
                  {sensor.revokedAt !== null ? (
                    <em>
                      {fill(words.value.devices.revokedAt, { when: dateTime(sensor.revokedAt) })}
                    </em>
                  ) : (
                    session.value?.administrator && (
                      <Careful
                        button={words.value.devices.revoke}
                        question={w.revokeQuestion}
                        act={async () => {
                          await remove(`sensors/${sensor.id}`);
                          await sensors.reload();
                        }}
                      />
                    )
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Show>
    </>
  );
}
