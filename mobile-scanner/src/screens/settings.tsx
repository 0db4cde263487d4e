import { shortCodeOfKey } from "@shared/short-code.ts";
import { useState } from "preact/hooks";
import type { Enrolment } from "../device/store.ts";
import { readCode } from "../steps/code.ts";
import { fill, LANGUAGES, nameOf } from "../words/words.ts";
import { SheetHead } from "./sheet-head.tsx";
import {
  cameraRefused,
  choose,
  enrolments,
  language,
  screen,
  speak,
  take,
  token,
  whom,
  words,
} from "./state.ts";

const LANGUAGE_NAMES = { ja: "日本語", easy: "やさしい にほんご", en: "English" };

function Tongues({ look }: { look: string }) {
  return (
    <>
      {LANGUAGES.map((one) => (
        <button
          key={one}
          type="button"
          class={look}
          aria-pressed={one === language.value}
          lang={one === "en" ? "en" : "ja"}
          onClick={() => void speak(one)}
        >
          {LANGUAGE_NAMES[one]}
        </button>
      ))}
    </>
  );
}

/** For who has no settings yet. */
export const Languages = () => (
  <div class="pair">
    <Tongues look="small" />
  </div>
);

/** Language, and further enrolments. */
export function Settings() {
  const { ui } = words.value;
  return (
    <section class="page">
      <SheetHead title={ui.settings} />
      <h2>{ui.language}</h2>
      <div class="steps one">
        <Tongues look="step other" />
      </div>
      <h2>{ui.asWhom}</h2>
      <div class="steps one">
        <button
          type="button"
          class="step other"
          onClick={() => {
            token.value = null;
            cameraRefused.value = null;
            screen.value = "invite";
          }}
        >
          {ui.add}
        </button>
      </div>
    </section>
  );
}

/** Over the camera: which code it waits for now, and the way without a camera. */
export function Invite() {
  const { ui } = words.value;
  const [link, setLink] = useState("");
  const [wrong, setWrong] = useState(false);
  return (
    <section class="sheet">
      <SheetHead title={ui.add} />
      <p>{ui.addHelp}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const read = readCode(link.trim());
          setWrong(read?.type !== "invitation");
          if (read?.type === "invitation") take(read);
        }}
      >
        <label class="sub">
          {ui.inviteLink}
          <input
            value={link}
            inputMode="url"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            onInput={(event) => setLink(event.currentTarget.value)}
          />
        </label>
        {wrong && (
          <p class="alarm" role="alert">
            <b aria-hidden="true">✕</b> {ui.notInvitation}
          </p>
        )}
        <button type="submit" class="step" disabled={link.trim() === ""}>
          {ui.ok}
        </button>
      </form>
    </section>
  );
}

/** What tells keys of one organisation apart: since when they are here, and the code of their key. */
function since({ kid, since: at }: Enrolment): string {
  const { ui } = words.value;
  const day =
    at === undefined
      ? ""
      : new Date(at).toLocaleString(language.value === "en" ? "en-GB" : "ja-JP", {
          month: "long",
          day: "numeric",
          hour: "2-digit",
          minute: "2-digit",
        });
  return `${day === "" ? "" : `${fill(ui.sinceDay, { day })}・`}${fill(ui.keyCode, { code: shortCodeOfKey(kid) })}`;
}

/** Every enrolment of this phone that counts, and everybody whom it may record for. */
export function Whom() {
  const { ui } = words.value;
  const counting = enrolments.value.filter(({ state }) => state === "enrolled");
  const shown =
    counting.length > 0 ? counting : enrolments.value.filter(({ state }) => state === "revoked");
  return (
    <section class="page">
      <SheetHead title={ui.asWhom} />
      <div class="steps one">
        {shown.flatMap((enrolment) => {
          const { gln } = enrolment.organisation;
          const name = nameOf(enrolment.organisation.name, language.value, gln);
          const own = enrolment.state === "revoked" ? fill(ui.keyRevoked, { name }) : name;
          const twin = shown.some((other) => other !== enrolment && other.organisation.gln === gln);
          const parties = [
            { gln: null as string | null, text: own },
            ...(enrolment.handbook?.represents ?? []).map((party) => ({
              gln: party.gln as string | null,
              text: `${own} ${fill(ui.onBehalf, {
                name: nameOf(party.name, language.value, party.gln),
              })}`,
            })),
          ];
          return parties.map(({ gln: represented, text }) => (
            <button
              key={`${enrolment.kid}${represented}`}
              type="button"
              class="step other"
              aria-pressed={
                whom.value?.kid === enrolment.kid && whom.value.onBehalfOf === represented
              }
              onClick={() => void choose(enrolment.kid, represented)}
            >
              {text}
              {twin && <small class="since">{since(enrolment)}</small>}
            </button>
          ));
        })}
      </div>
    </section>
  );
}
