import { shortCodeOfKey } from "@shared/short-code.ts";
import { useEffect, useState } from "preact/hooks";
import { Refusal } from "../device/api.ts";
import {
  CannotKeepKeys,
  follow,
  forget,
  type Invitation,
  invitation,
  isNetwork,
  offer,
} from "../device/enrolment.ts";
import type { Enrolment } from "../device/store.ts";
import { fill, nameOf } from "../words/words.ts";
import { Languages } from "./settings.tsx";
import {
  choose,
  enrolments,
  freshen,
  language,
  openRecords,
  reload,
  screen,
  status,
  token,
  words,
} from "./state.ts";

const ASK_EVERY_MS = 2_000;

/** Nobody has enrolled this phone: the camera waits for an invitation. */
export function NotEnrolled() {
  const { ui } = words.value;
  const { unsent } = status.value;
  return (
    <section class="sheet">
      <h1>{ui.notEnrolled}</h1>
      {unsent > 0 ? (
        <>
          <p class="alarm" role="alert">
            <b aria-hidden="true">✕</b> {fill(ui.orphans, { count: unsent })}
          </p>
          <button type="button" class="small" onClick={() => void openRecords()}>
            {ui.records}
          </button>
        </>
      ) : (
        <p>{ui.notEnrolledHelp}</p>
      )}
      <Languages />
    </section>
  );
}

/** From the invitation to the key that counts. */
export function Enrol() {
  const { ui } = words.value;
  const waiting = enrolments.value.find(
    ({ state, token: its }) => state === "offered" && (token.value === null || its === token.value),
  );
  const [invited, setInvited] = useState<Invitation | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  /** Whether asking again is of no use. */
  const [ended, setEnded] = useState(false);
  const its = token.value;

  useEffect(() => {
    if (its === null || waiting) return;
    setFault(null);
    invitation(its).then((found) => {
      setInvited(found);
      // An offer that is not this phone's is another one's
      const mine = enrolments.value.some((one) => one.token === its);
      const over = found.state !== "open" && !mine;
      setEnded(over);
      if (over) setFault(found.state === "refused" ? ui.inviteWithdrawn : ui.inviteUsed);
    }, explain);
  }, [its, tries]);

  const explain = (error: unknown) => {
    if (error instanceof CannotKeepKeys) setFault(ui.cannotKeep);
    else if (error instanceof Refusal && [404, 409, 410].includes(error.status)) {
      setEnded(true);
      setFault(ui.inviteUsed);
    } else if (error instanceof Refusal) setFault(error.message);
    else if (isNetwork(error)) setFault(ui.noServer);
    else throw error;
  };

  const begin = async () => {
    if (its === null || invited === null) return;
    setFault(null);
    try {
      await offer(its, invited);
      await reload();
    } catch (error) {
      explain(error);
    }
  };

  if (waiting) return <Waiting enrolment={waiting} />;
  const name =
    invited && nameOf(invited.organisation.name, language.value, invited.organisation.gln);
  return (
    <section class="page">
      {ended ? (
        <h1>{ui.inviteOver}</h1>
      ) : (
        invited !== null && <h1>{fill(ui.invited, { name: name ?? "" })}</h1>
      )}
      {invited !== null && fault === null && (
        <>
          <p>{ui.invitedHelp}</p>
          <p class="sub">{fill(ui.inviteUntil, { time: sayTime(invited.expires) })}</p>
        </>
      )}
      {fault !== null && (
        <p class="alarm" role="alert">
          <b aria-hidden="true">✕</b> {fault}
        </p>
      )}
      {invited !== null && fault === null && (
        <button type="button" class="step" onClick={() => void begin()}>
          {ui.begin}
        </button>
      )}
      {fault !== null && !ended && (
        <button type="button" class="step" onClick={() => setTries(tries + 1)}>
          {ui.retry}
        </button>
      )}
      <button
        type="button"
        class="small"
        onClick={() => {
          token.value = null;
          screen.value = null;
        }}
      >
        {ui.cancel}
      </button>
      <Languages />
    </section>
  );
}

const sayTime = (time: number): string =>
  new Date(time).toLocaleString(language.value === "en" ? "en-GB" : "ja-JP", {
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });

/** The key is offered; an administrator compares the code and signs. */
function Waiting({ enrolment }: { enrolment: Enrolment }) {
  const { ui } = words.value;
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const timer = setInterval(async () => {
      try {
        const now = await follow(enrolment);
        if (now.state === "offered") return;
        clearInterval(timer);
        if (now.state === "enrolled") {
          token.value = null;
          await reload();
          await choose(enrolment.kid, null);
          await freshen();
        } else {
          setRefused(true);
        }
      } catch (error) {
        // Without a network it waits on.
        if (!(error instanceof Refusal) && !isNetwork(error)) throw error;
      }
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [enrolment.kid]);

  const leave = async () => {
    await forget(enrolment.kid);
    token.value = null;
    screen.value = null;
    await reload();
  };
  const name = nameOf(enrolment.organisation.name, language.value, enrolment.organisation.gln);
  return (
    <section class="page">
      <h1>{fill(ui.invited, { name })}</h1>
      {refused ? (
        <p class="alarm" role="alert">
          <b aria-hidden="true">✕</b> {ui.refused}
        </p>
      ) : (
        <>
          <p role="status">{ui.waiting}</p>
          <p class="compare">
            {ui.compare}
            <strong>{shortCodeOfKey(enrolment.kid)}</strong>
          </p>
        </>
      )}
      <button type="button" class="step other" onClick={() => void leave()}>
        {ui.cancel}
      </button>
    </section>
  );
}
