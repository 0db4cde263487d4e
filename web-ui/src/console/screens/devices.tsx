import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { JsonObject } from "../../shared/json.ts";
import { post, remove } from "../api.ts";
import {
  Careful,
  Choices,
  CopyButton,
  count,
  dateTime,
  Empty,
  Form,
  fill,
  Screen,
  Show,
  Text,
  useAnswer,
  useLoad,
} from "../parts.tsx";
import { Qr } from "../qr.tsx";
import { record } from "../record.ts";
import { isLocal, language, say, session, words } from "../state.ts";
import { keepSetting, setting } from "../store.ts";
import { dictionaryOf } from "../words.ts";
import { ActionCards } from "./action-cards.tsx";
import { Sensors } from "./sensors.tsx";

interface Device {
  administrator: boolean;
  device: string | null;
  enrolledAt: number;
  lastSeen: number | null;
  kid: string;
  name: string | null;
  revokedAt: number | null;
  shortCode: string;
  /** Since when its records are doubted; null where nobody said that it was lost. */
  suspectSince: number | null;
}

interface Invitation {
  expires: number;
  id: string;
  name: string;
  offer: {
    device: string;
    jwk: JsonObject;
    kid: string;
    offeredAt: number;
    proof: string;
    shortCode: string;
  } | null;
  state: "open" | "offered" | "enrolled" | "revoked" | "refused" | "expired";
  /** Null in those that are older than it. */
  use: Use | null;
}

type Use = "scanner" | "administrator" | "bridge";

interface Shown {
  id: string;
  link: string;
  token: string;
  name: string;
  use: Use;
  expires: number;
}

/** Phones and browsers that may sign, who is invited, and who has offered a key. */
export function DevicesScreen() {
  const w = words.value.devices;
  const devices = useLoad<{ devices: Device[] }>("devices", true);
  const invitations = useLoad<{ invitations: Invitation[] }>("invitations", true);
  const shown = useSignal<Shown | null>(null);
  const inviting = useSignal(false);
  const form = useRef<HTMLElement>(null);
  useEffect(() => {
    if (inviting.value) form.current?.querySelector("input")?.focus();
  }, [inviting.value]);
  /** Links of open invitations, which only this browser has: the server keeps their hashes. */
  const kept = useAnswer<Shown[]>("invitations", keptInvitations);
  const reload = async () => {
    await Promise.all([devices.reload(), invitations.reload(), kept.reload()]);
  };
  const isOpen =
    shown.value !== null && !answered(shown.value, invitations.data?.invitations ?? []);
  if (session.value?.administrator !== true) {
    return (
      <Screen title={w.title}>
        <p>{words.value.common.administratorOnly}</p>
      </Screen>
    );
  }
  return (
    <Screen
      title={w.title}
      lead={w.lead}
      actions={
        !isOpen &&
        !inviting.value && (
          <button
            type="button"
            onClick={() => {
              shown.value = null;
              inviting.value = true;
            }}
          >
            {w.invite}
          </button>
        )
      }
    >
      {!isOpen && inviting.value && (
        <section class="box" ref={form}>
          <h2>{w.invite}</h2>
          <Form
            button={w.inviteButton}
            submit={async (values) => {
              const use = values.text("use") as Use;
              const name = values.text("name");
              const made = await post<{ id: string; url: string; token: string; expires: number }>(
                "invitations",
                { name, language: language.value, use },
              );
              const path = use === "administrator" ? `/console/#i=${made.token}` : made.url;
              shown.value = {
                id: made.id,
                link: location.origin + path,
                token: made.token,
                name,
                use,
                expires: made.expires,
              };
              inviting.value = false;
              await keepInvitation(shown.value);
              await Promise.all([invitations.reload(), kept.reload()]);
            }}
          >
            <Text name="name" label={w.who} hint={w.whoHint} maxLength={50} />
            <UseChoice uses={["scanner", "administrator", "bridge"]} />
          </Form>
          <button
            type="button"
            class="quiet"
            onClick={() => {
              inviting.value = false;
            }}
          >
            {words.value.common.cancel}
          </button>
        </section>
      )}
      {isOpen && shown.value !== null && (
        <section class="box invitation" aria-live="polite">
          <h2>{fill(w.invited, { name: shown.value.name })}</h2>
          {shown.value.use === "bridge" ? (
            <>
              <p>{w.openBridge}</p>
              <h3>{w.settings}</h3>
              <pre>{bridgeSettings(shown.value.token)}</pre>
            </>
          ) : (
            <>
              <p>{shown.value.use === "administrator" ? w.openAdministrator : w.openScanner}</p>
              <Qr text={shown.value.link} title={w.qrTitle} />
              <p class="soft break">
                <a href={shown.value.link}>{shown.value.link}</a>
              </p>
              {isLocal() && <p class="box amber">{w.localOnly}</p>}
            </>
          )}
          <p class="soft">{fill(w.until, { when: dateTime(shown.value.expires) })}</p>
          <div class="actions">
            {shown.value.use !== "bridge" && <CopyButton text={shown.value.link} label={w.copy} />}
            <button
              type="button"
              class="quiet"
              onClick={() => {
                shown.value = null;
              }}
            >
              {w.close}
            </button>
          </div>
        </section>
      )}
      <Show of={invitations}>
        {({ invitations: all }) => (
          <>
            {all
              .filter(({ state }) => state === "offered")
              .map((invitation) => (
                <Offer key={invitation.id} invitation={invitation} done={reload} />
              ))}
            {all.some(({ state }) => state === "open") && (
              <>
                <h2>{w.open}</h2>
                <ul class="rows">
                  {all
                    .filter(({ state }) => state === "open")
                    .map((invitation) => (
                      <li key={invitation.id}>
                        <span>
                          {invitation.name}{" "}
                          <span class="soft">
                            {invitation.use !== null && `${w.uses[invitation.use]} · `}
                            {fill(w.until, { when: dateTime(invitation.expires) })}
                          </span>
                        </span>
                        <span class="actions">
                          {kept.data?.some(({ id }) => id === invitation.id) &&
                            shown.value?.id !== invitation.id && (
                              <button
                                type="button"
                                class="quiet"
                                onClick={() => {
                                  shown.value =
                                    kept.data?.find(({ id }) => id === invitation.id) ?? null;
                                  scrollTo(0, 0);
                                }}
                              >
                                {w.showAgain}
                              </button>
                            )}
                          <Careful
                            button={w.takeBack}
                            question={w.takeBackQuestion}
                            act={async () => {
                              await remove(`invitations/${invitation.id}`);
                              await reload();
                            }}
                          />
                        </span>
                      </li>
                    ))}
                </ul>
              </>
            )}
          </>
        )}
      </Show>
      <h2>{w.enrolled}</h2>
      <Show of={devices}>
        {({ devices: all }) =>
          all.length === 0 ? (
            <Empty title={w.none} text={w.noneText} />
          ) : (
            <ul class="rows">
              {all.map((key) => (
                <li key={key.kid} class={key.revokedAt === null ? "" : "struck"}>
                  <span>
                    <strong>
                      {key.name ?? (key.administrator ? w.administrator : key.shortCode)}
                    </strong>{" "}
                    <span class={key.administrator ? "tag status-granted" : "tag"}>
                      {key.administrator ? w.administrator : w.field}
                    </span>{" "}
                    <span class="soft">
                      {calledBy(key.device)} {key.shortCode} · {dateTime(key.enrolledAt)}
                      {key.kid === session.value?.kid && ` · ${w.thisBrowser}`}
                      {" · "}
                      {key.lastSeen === null
                        ? w.neverSeen
                        : fill(w.lastSeen, { when: dateTime(key.lastSeen) })}
                    </span>
                  </span>
                  {key.revokedAt !== null ? (
                    <em>
                      {fill(w.revokedAt, { when: dateTime(key.revokedAt) })}
                      {key.suspectSince !== null &&
                        ` ${fill(w.suspectSince, { when: dateTime(key.suspectSince) })}`}
                    </em>
                  ) : (
                    key.kid !== session.value?.kid && <Revoke device={key} done={reload} />
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Show>
      <ActionCards />
      <Sensors />
    </Screen>
  );
}

const INVITATIONS = "invitations";

/** Those that still hold. */
async function keptInvitations(): Promise<Shown[]> {
  const all = await setting<Shown[]>(INVITATIONS, []);
  return all.filter(({ expires }) => expires > Date.now());
}

async function keepInvitation(one: Shown): Promise<void> {
  await keepSetting(INVITATIONS, [...(await keptInvitations()), one]);
}

/** What a device says of itself; what this console's browsers say is known in each language. */
const calledBy = (said: string | null): string =>
  (["ja", "en"] as const).some((one) => dictionaryOf(one).invitation.deviceName === said)
    ? words.value.invitation.deviceName
    : (said ?? "");

/** Its place is taken by what was offered for it. */
const answered = ({ id }: Shown, all: Invitation[]): boolean =>
  all.some((one) => one.id === id && one.state !== "open");

/** What a key is to be for; as a rule it is a phone's. */
function UseChoice({ uses }: { uses: Use[] }) {
  const w = words.value.devices;
  return (
    <Choices
      name="use"
      label={w.use}
      several={false}
      value={["scanner"]}
      options={uses.map((value) => ({ value, text: w.uses[value] }))}
    />
  );
}

/** As the bridge reads them. A user of its own, since others' bridges may be at the same broker. */
const bridgeSettings = (token: string): string =>
  [
    `sanchi.bridge.server=${location.origin}/`,
    `sanchi.bridge.invitation=${token}`,
    `sanchi.bridge.mqtt.user=sanchi-bridge-${session.value?.organisation}`,
  ].join("\n");

/** A key that was offered: the codes are compared by eye, then the enrolment is signed here. */
function Offer({ invitation, done }: { invitation: Invitation; done: () => Promise<void> }) {
  const w = words.value.devices;
  const { offer, name, use } = invitation;
  if (offer === null) return null;
  return (
    <section class="box amber">
      <h2>{fill(w.offered, { name })}</h2>
      <p>{w.compare}</p>
      <p class="code">{offer.shortCode}</p>
      <p class="soft">
        {calledBy(offer.device)} · {dateTime(offer.offeredAt)}
      </p>
      <Form
        button={w.same}
        submit={async (values) => {
          await record({
            kind: "device_enrolled",
            members: {
              "sanchi:gln": session.value?.organisation as string,
              "sanchi:jwk": offer.jwk,
              "sanchi:proof": offer.proof,
              "sanchi:administrator": (use ?? values.text("use")) === "administrator",
            },
          });
          say(w.nowEnrolled);
          await done();
        }}
      >
        {use === null ? (
          <UseChoice uses={["scanner", "administrator"]} />
        ) : (
          <p>
            {w.use}: <strong>{w.uses[use]}</strong>
          </p>
        )}
      </Form>
      <div class="actions">
        <Careful
          button={w.different}
          question={w.differentQuestion}
          done={w.refused}
          act={async () => {
            await remove(`invitations/${invitation.id}`);
            await done();
          }}
        />
      </div>
    </section>
  );
}

const MOST_NAMED = 12;

/** Takes a key away; what it signed since it was lost becomes suspect. */
function Revoke({ device, done }: { device: Device; done: () => Promise<void> }) {
  const w = words.value.devices;
  const since = useSignal("");
  const suspect = useLoad<{ count: number; lots: string[] }>(
    since.value === ""
      ? null
      : `devices/${device.kid}/records?since=${new Date(since.value).getTime()}`,
  );
  /** What follows: said before anything is signed, and where it can still be left. */
  const follows = (when: string): string => {
    if (when === "" || suspect.data === null) return w.revokeQuestion;
    if (suspect.data.count === 0) return `${w.suspectNone} ${w.revokeQuestion}`;
    return `${suspectText(suspect.data)} ${w.revokeQuestion}`;
  };
  const suspectText = ({ count: records, lots }: { count: number; lots: string[] }): string =>
    fill(w.suspect, {
      count: count(records),
      lots: count(lots.length),
      names: lots.slice(0, MOST_NAMED).join(words.value.common.and),
    });
  return (
    <details>
      <summary>{w.revoke}</summary>
      <Form
        button={w.revoke}
        danger
        ask={(values) => follows(values.text("since"))}
        fields={{ "/sanchi:suspectSince": "since" }}
        submit={async (values) => {
          const since = values.text("since");
          await record({
            kind: "device_revoked",
            members: {
              "sanchi:gln": session.value?.organisation as string,
              "sanchi:kid": device.kid,
              ...(since === "" ? {} : { "sanchi:suspectSince": new Date(since).toISOString() }),
            },
          });
          say(w.revoked);
          await done();
        }}
      >
        <p>{w.revokeText}</p>
        <Text
          name="since"
          label={w.since}
          hint={w.sinceHint}
          required={false}
          type="datetime-local"
          onInput={(value) => {
            since.value = value;
          }}
        />
        <p aria-live="polite">
          {since.value !== "" && suspect.data !== null && (
            <strong>{suspect.data.count === 0 ? w.suspectNone : suspectText(suspect.data)}</strong>
          )}
        </p>
      </Form>
    </details>
  );
}
