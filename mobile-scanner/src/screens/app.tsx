import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Camera } from "../camera/camera.tsx";
import { Enrol, NotEnrolled } from "./enrol.tsx";
import { Fields } from "./fields.tsx";
import { Found } from "./found.tsx";
import { Records } from "./records.tsx";
import { Invite, Settings, Whom } from "./settings.tsx";
import {
  active,
  back,
  cameraRefused,
  doing,
  enrolments,
  language,
  lingering,
  notice,
  onRead,
  openRecords,
  openSettings,
  screen,
  straining,
  things,
  words,
} from "./state.ts";
import { Bar, Chips, Saved } from "./status.tsx";
import { Typing } from "./typing.tsx";
import { WhenScreen } from "./when.tsx";

/** The camera, and over it whatever it led to. */
export function App() {
  const { ui } = words.value;
  useSignalEffect(() => {
    document.documentElement.lang = language.value === "en" ? "en" : "ja";
    document.title = words.value.ui.title;
  });
  useBackButton();
  const waiting = enrolments.value.some(({ state }) => state === "offered");
  const enrolled = active.value !== null;
  const shown = screen.value ?? (!enrolled && waiting ? "enrol" : null);
  const covered = shown !== null && shown !== "enrol" && shown !== "invite";
  return (
    <>
      <header>
        <Bar />
        {enrolled && <Chips />}
      </header>
      <main>
        {!covered && shown !== "enrol" && cameraRefused.value === null && (
          <Camera
            onRead={onRead}
            onRefused={(reason) => {
              cameraRefused.value = reason;
            }}
            label={ui.camera}
            torchLabels={{ on: ui.torchOn, off: ui.torchOff }}
          />
        )}
        {shown === null && cameraRefused.value !== null && (
          <p class="note" role="status">
            {cameraRefused.value === "denied" ? ui.cameraDenied : ui.cameraNone}
          </p>
        )}
        {shown === null &&
          enrolled &&
          cameraRefused.value === null &&
          notice.value === null &&
          (straining.value ? (
            <p class="hint">{ui.unreadable}</p>
          ) : (
            things.value.length === 0 && (
              <p class="hint">{lingering.value ? ui.justLogged : ui.point}</p>
            )
          ))}
        <div class="news">
          <Saved />
          {notice.value !== null && (shown === null || shown === "records") && (
            <div class="notice" data-bad={notice.value.bad} role="alert">
              <strong>{notice.value.text}</strong>
              {notice.value.help && <span>{notice.value.help}</span>}
            </div>
          )}
        </div>
        {shown === null && !enrolled && <NotEnrolled />}
        {shown === null && enrolled && doing.value === null && things.value.length > 0 && <Found />}
        {shown === null && enrolled && doing.value !== null && <Fields />}
        {shown === "enrol" && <Enrol />}
        {shown === "type" && <Typing />}
        {shown === "records" && <Records />}
        {shown === "invite" && <Invite />}
        {shown === "settings" && <Settings />}
        {shown === "whom" && <Whom />}
        {shown === "when" && <WhenScreen />}
      </main>
      {shown === null && enrolled && doing.value === null && (
        <nav class="foot">
          <button
            type="button"
            onClick={() => {
              screen.value = "type";
            }}
          >
            {ui.type}
          </button>
          <button type="button" onClick={() => void openRecords()}>
            {ui.records}
          </button>
          <button type="button" onClick={openSettings}>
            {ui.settings}
          </button>
        </nav>
      )}
    </>
  );
}

/** The phone's back button goes one step back in here, and never leaves by accident. */
function useBackButton(): void {
  useEffect(() => {
    const pop = () => {
      back();
    };
    addEventListener("popstate", pop);
    return () => removeEventListener("popstate", pop);
  }, []);
  useSignalEffect(() => {
    const deep = screen.value !== null || doing.value !== null || things.value.length > 0;
    const marked = (history.state as { deep?: boolean } | null)?.deep === true;
    if (deep && !marked) history.pushState({ deep: true }, "");
  });
}
