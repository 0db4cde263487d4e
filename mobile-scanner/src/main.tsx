import { render } from "preact";
import { App } from "./screens/app.tsx";
import { keepInvitation, keptInvitation, open, screen, token, words } from "./screens/state.ts";
import { readCode } from "./steps/code.ts";
import "./scan.css";

const root = document.getElementById("scan") as HTMLElement;

function say(text: string): void {
  root.textContent = text;
  root.className = "fault";
}

/** An invitation's link was opened by the phone's own camera. The token leaves the address bar. */
function takeInvitation(): void {
  const invited = readCode(location.href);
  if (invited?.type !== "invitation") return;
  history.replaceState(null, "", "/scan/");
  token.value = invited.token;
  screen.value = "enrol";
}

async function start(): Promise<void> {
  const able =
    isSecureContext && "indexedDB" in window && "locks" in navigator && "subtle" in crypto;
  if (!able) {
    say(words.value.ui.unsupported);
    return;
  }
  await open();
  const kept = keptInvitation();
  if (kept !== null) {
    token.value = kept;
    screen.value = "enrol";
  }
  takeInvitation();
  keepInvitation();
  addEventListener("hashchange", takeInvitation);
  render(<App />, root);
  if ("serviceWorker" in navigator && import.meta.env.PROD) {
    await navigator.serviceWorker.register("/scan/sw.js", { scope: "/scan/" });
  }
  // Records that are not sent yet must not be cleared away to make room.
  await navigator.storage?.persist?.();
}

start().catch((error: unknown) => {
  console.error(error);
  if (root.childElementCount === 0) say(words.value.ui.fault);
});
