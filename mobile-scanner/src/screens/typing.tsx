import { orNull } from "@shared/malformed.ts";
import { readShortCode } from "@shared/short-code.ts";
import { tidied } from "@shared/typed.ts";
import { useState } from "preact/hooks";
import { Refusal } from "../device/api.ts";
import { isNetwork } from "../device/enrolment.ts";
import type { Handbook, Name, Party } from "../device/store.ts";
import { namesProductOnly, readTyped, soundsLike } from "../steps/code.ts";
import { missing } from "../steps/steps.ts";
import { nameOf } from "../words/words.ts";
import { called } from "./known.ts";
import {
  active,
  doing,
  freshen,
  isLabelOfOthers,
  language,
  lotsNamed,
  screen,
  take,
  takeShortCode,
  words,
} from "./state.ts";

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
    const card = CARDS[meant.toLowerCase()] ?? null;
    if (card !== null && found(`${location.origin}/scan/#do=${card}`)) return;
    const own = (active.value?.handbook?.lots ?? []).filter(({ lot }) => soundsLike(lot, meant));
    const link = ownPlace(meant) ?? (own.length === 1 ? (own[0] as Lot).link : meant);
    if (found(link)) return;
    if (own.length > 1) {
      setLots(own);
      return;
    }
    if (namesProductOnly(meant.replace(/[\s-]/g, ""))) {
      setWrong(`${ui.productOnly} ${ui.productOnlyHelp}`);
      return;
    }
    setBusy(true);
    try {
      setWrong(await ask(meant));
    } catch (error) {
      const label = orNull(() => readShortCode(meant)) !== null;
      if (error instanceof Refusal) setWrong(error.message);
      else if (isNetwork(error)) setWrong(label ? ui.offlineLabel : ui.offlineMiss);
      else throw error;
    } finally {
      setBusy(false);
    }
  };

  /** Asks the server, which knows more than this phone's copy; what to say if it found nothing. */
  const ask = async (meant: string): Promise<string | null> => {
    let foreign = false;
    if (orNull(() => readShortCode(meant)) !== null) {
      if (await labelFound(meant)) {
        screen.value = null;
        return null;
      }
      foreign = await isLabelOfOthers(meant);
    }
    const lots = await lotsNamed(meant);
    // What it knows, and this phone did not, stands in a newer copy
    if (lots.some(({ own }) => own)) void freshen();
    const [only, ...more] = lots.some(({ own }) => own) ? lots.filter(({ own }) => own) : lots;
    if (only !== undefined && more.length === 0 && found(only.link)) return null;
    if (only !== undefined) {
      setLots([only, ...more]);
      return null;
    }
    return foreign ? ui.foreignLabel : ui.wrongTyped;
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
          <span class="sub">{ui.typeExample}</span>
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
        <details>
          <summary>{ui.typeWhat}</summary>
          <p class="sub">{ui.typeHelp}</p>
        </details>
        {wrong !== null && (
          <p class="alarm" role="alert">
            <b aria-hidden="true">✕</b> {wrong}
          </p>
        )}
        {lots.length > 0 && (
          <>
            <p class="asked">{ui.whichLot}</p>
            <div class="steps one">
              {lots.map(({ gtin, link, lot, product, commissioner }) => (
                <button key={link} type="button" class="step" onClick={() => found(link)}>
                  {product ? nameOf(product, language.value, gtin) : productName(gtin)} {lot}
                  {typeof commissioner === "object" && <small> {called(commissioner)}</small>}
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

/** Of the handbook, or as the server finds it. */
type Lot = Pick<Handbook["lots"][number], "gtin" | "link" | "lot"> & {
  commissioner?: string | Party;
  own?: boolean;
  product?: Name;
};

/** What stands on the cards on the wall. */
const CARDS: Record<string, string> = {
  出荷: "shipped",
  入荷: "received",
  検査: "lot_inspected",
  ship: "shipped",
  receive: "received",
  inspect: "lot_inspected",
};

/** Whether a label of one's own has this code; it is taken up then. */
async function labelFound(code: string): Promise<boolean> {
  try {
    await takeShortCode(code);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return false;
    throw error;
  }
}

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
