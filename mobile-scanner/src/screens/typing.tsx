import { orNull } from "@shared/malformed.ts";
import { readShortCode } from "@shared/short-code.ts";
import { useState } from "preact/hooks";
import { Refusal } from "../device/api.ts";
import { isNetwork } from "../device/enrolment.ts";
import { namesProductOnly, readTyped } from "../steps/code.ts";
import { missing } from "../steps/steps.ts";
import { active, doing, screen, take, takeShortCode, words } from "./state.ts";

/** Where the camera is of no use: codes as they are printed beside the QR. */
export function Typing() {
  const { ui } = words.value;
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const go = async () => {
    setWrong(null);
    const thing = readTyped(typed, wanted()) ?? ownLot(typed);
    if (thing !== null) {
      screen.value = null;
      take(thing);
      return;
    }
    if (orNull(() => readShortCode(typed)) === null) {
      setWrong(
        namesProductOnly(typed.replace(/\s/g, ""))
          ? `${ui.productOnly} ${ui.productOnlyHelp}`
          : ui.wrongCode,
      );
      return;
    }
    setBusy(true);
    try {
      await takeShortCode(typed);
      screen.value = null;
    } catch (error) {
      if (error instanceof Refusal) setWrong(error.status === 404 ? ui.wrongCode : error.message);
      else if (isNetwork(error)) setWrong(ui.noServer);
      else throw error;
    } finally {
      setBusy(false);
    }
  };

  return (
    <section class="page">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <h1>{ui.type}</h1>
        <label>
          <span class="sub">{ui.typeHelp}</span>
          <input
            class="code"
            aria-label={ui.typeLabel}
            value={typed}
            maxLength={200}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        {wrong !== null && (
          <p class="alarm" role="alert">
            <b aria-hidden="true">✕</b> {wrong}
          </p>
        )}
        <button type="submit" class="step" disabled={busy || typed.trim() === ""}>
          {ui.ok}
        </button>
        <button
          type="button"
          class="step other"
          onClick={() => {
            screen.value = null;
          }}
        >
          {ui.back}
        </button>
      </form>
    </section>
  );
}

/** What the step that is being logged asks for; null where there is none. */
function wanted() {
  const task = doing.value;
  const field = task && missing(task.step, task.values);
  return field?.type === "thing" ? field.of : null;
}

/** A lot of one's own by its name alone: the handbook knows it without a network. */
function ownLot(typed: string) {
  const wanted = typed.trim().toUpperCase();
  const found = (active.value?.handbook?.lots ?? []).filter(
    ({ lot }) => lot.toUpperCase() === wanted,
  );
  return found.length === 1 ? readTyped(found[0]?.link ?? "") : null;
}
