import { fill, LANGUAGES, nameOf, wordsOf } from "../words/words.ts";
import { SheetHead } from "./sheet-head.tsx";
import {
  cameraRefused,
  choose,
  enrolments,
  language,
  screen,
  speak,
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
            // The camera reads invitations like any other code.
            screen.value = null;
          }}
        >
          {ui.add}
        </button>
      </div>
    </section>
  );
}

/** Every enrolment of this phone, and everybody whom it may record for. */
export function Whom() {
  const { ui } = words.value;
  return (
    <section class="page">
      <SheetHead title={ui.asWhom} />
      <div class="steps one">
        {enrolments.value
          .filter(({ state }) => state === "enrolled" || state === "revoked")
          // A key that was followed by another one is nobody's choice any more
          .filter(
            ({ state, organisation }) =>
              state === "enrolled" ||
              !enrolments.value.some(
                (other) =>
                  other.state === "enrolled" && other.organisation.gln === organisation.gln,
              ),
          )
          .flatMap((enrolment) => {
            const name = nameOf(
              enrolment.organisation.name,
              language.value,
              enrolment.organisation.gln,
            );
            const own = enrolment.state === "revoked" ? fill(ui.keyRevoked, { name }) : name;
            const parties = [{ gln: null, text: own }].concat(
              (enrolment.handbook?.represents ?? []).map((party) => ({
                gln: party.gln as never,
                text: `${own} ${fill(wordsOf(language.value).ui.onBehalf, {
                  name: nameOf(party.name, language.value, party.gln),
                })}`,
              })),
            );
            return parties.map(({ gln, text }) => (
              <button
                key={`${enrolment.kid}${gln}`}
                type="button"
                class="step other"
                aria-pressed={whom.value?.kid === enrolment.kid && whom.value.onBehalfOf === gln}
                onClick={() => void choose(enrolment.kid, gln)}
              >
                {text}
              </button>
            ));
          })}
      </div>
    </section>
  );
}
