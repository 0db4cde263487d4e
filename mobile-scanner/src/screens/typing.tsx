import { orNull } from "@shared/malformed.ts";
import { readShortCode } from "@shared/short-code.ts";
import { tidied } from "@shared/typed.ts";
import { useState } from "preact/hooks";
import { Refusal } from "../device/api.ts";
import { isNetwork } from "../device/enrolment.ts";
import type { Handbook } from "../device/store.ts";
import { namesProductOnly, readTyped, soundsLike } from "../steps/code.ts";
import { missing } from "../steps/steps.ts";
import { nameOf } from "../words/words.ts";
import { active, doing, language, screen, take, takeShortCode, words } from "./state.ts";

/** Where the camera is of no use: codes as they are printed beside the QR. */
export function Typing() {
  const { ui } = words.value;
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [lots, setLots] = useState<Lot[]>([]);

  const found = (link: string) => {
    const thing = readTyped(link, wanted());
    if (thing === null) return false;
    screen.value = null;
    take(thing);
    return true;
  };

  const go = async () => {
    setWrong(null);
    setLots([]);
    const meant = tidied(typed);
    setTyped(meant);
    const own = (active.value?.handbook?.lots ?? []).filter(({ lot }) => soundsLike(lot, meant));
    const link = ownPlace(meant) ?? (own.length === 1 ? (own[0] as Lot).link : meant);
    if (found(link)) return;
    if (own.length > 1) {
      setLots(own);
      return;
    }
    if (orNull(() => readShortCode(meant)) === null) {
      setWrong(
        namesProductOnly(meant.replace(/[\s-]/g, ""))
          ? `${ui.productOnly} ${ui.productOnlyHelp}`
          : ui.wrongTyped,
      );
      return;
    }
    setBusy(true);
    try {
      await takeShortCode(meant);
      screen.value = null;
    } catch (error) {
      if (error instanceof Refusal) setWrong(error.status === 404 ? ui.wrongTyped : error.message);
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
        {lots.length > 0 && (
          <>
            <p class="asked">{ui.whichLot}</p>
            <div class="steps one">
              {lots.map(({ gtin, link, lot }) => (
                <button key={link} type="button" class="step" onClick={() => found(link)}>
                  {productName(gtin)} {lot}
                </button>
              ))}
            </div>
          </>
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

type Lot = Handbook["lots"][number];

const productName = (gtin: string): string =>
  nameOf(
    active.value?.handbook?.products.find((one) => one.gtin === gtin)?.name ?? null,
    language.value,
    gtin,
  );

/** A place of one's own by its number: the handbook tells it from a product's. */
function ownPlace(typed: string): string | null {
  const digits = typed.replace(/[- ]/g, "");
  const known = (active.value?.handbook?.places ?? []).some(({ gln }) => gln === digits);
  return known ? `/414/${digits}` : null;
}
