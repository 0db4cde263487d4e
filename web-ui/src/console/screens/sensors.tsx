import { useSignal } from "@preact/signals";
import { canonicalLink, readLink } from "../../shared/digital-link.ts";
import { gs1Value } from "../../shared/gs1.ts";
import { orNull } from "../../shared/malformed.ts";
import { post, remove } from "../api.ts";
import {
  Careful,
  Choices,
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

/** Devices in cold boxes, which speak MQTT with a password each. */
export function Sensors() {
  const w = words.value.sensors;
  const rights = useRights();
  const sensors = useLoad<{ sensors: Sensor[] }>("sensors");
  const made = useSignal<Made | null>(null);
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
          </dl>
        </section>
      )}
      {session.value?.administrator && (
        <details class="box">
          <summary>{w.register}</summary>
          <Form
            button={w.register}
            fields={{ "/box": "box", "/name": "sensor", "/measures": "measures" }}
            submit={async (values) => {
              const box = boxOf(values.text("box"));
              if (box === null) throw new Wrong("box", w.badBox);
              made.value = await post<Made>("sensors", {
                name: values.text("sensor"),
                box,
                measures: values.all("measures"),
              });
              await sensors.reload();
            }}
          >
            <Text name="sensor" label={w.name} hint={w.nameHint} maxLength={60} />
            <Text
              name="box"
              label={w.box}
              hint={w.boxHint}
              value={prefix === undefined ? "" : `${prefix}BOX1`}
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
                    <span class="soft">
                      {sensor.id} · {sensor.box.split("/").pop()} · {dateTime(sensor.madeAt)}
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
