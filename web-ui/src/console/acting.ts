import { computed, signal } from "@preact/signals";
import { logIn, logOut } from "./api.ts";
import { device, identities, session } from "./state.ts";
import { type Identity, keepSetting, setting } from "./store.ts";

const HOME = "home";
const LAST = "last";

/** The key that is worked with as a rule, while another organisation's is; else null. */
const home = signal<string | null>(null);

/** Whose work was left for another organisation's, or null. */
export const ownSelf = computed(
  () =>
    identities.value.find(
      ({ kid }) => kid === home.value && kid !== session.value?.kid && device.value !== null,
    ) ?? null,
);

/** Works with another key of this browser until somebody comes back. */
export async function workAs(identity: Identity): Promise<void> {
  const before = home.value ?? session.value?.kid ?? null;
  session.value = await logIn(identity);
  home.value = before === identity.kid ? null : before;
  await keepSetting(HOME, home.value);
  await keepSetting(LAST, identity.kid);
}

/** Which key works here by itself from now on. */
export async function begin(identity: Identity): Promise<void> {
  session.value = await logIn(identity);
  home.value = null;
  await keepSetting(HOME, null);
  await keepSetting(LAST, identity.kid);
}

/** The keys of organisations, the one first that was worked with last. */
export async function lastFirst(): Promise<Identity[]> {
  home.value = await setting<string | null>(HOME, null);
  const last = await setting<string | null>(LAST, null);
  return identities.value
    .filter(({ organisation, offer }) => organisation !== null && offer === null)
    .sort((a, b) => Number(b.kid === last) - Number(a.kid === last));
}

const WINDOWS = "session";

/** Who goes out in one window is out in all of this browser. */
export function onLeft(act: () => void): void {
  new BroadcastChannel(WINDOWS).addEventListener("message", () => {
    home.value = null;
    session.value = null;
    act();
  });
}

/** Out means out: also of the organisations that were worked for in between. */
export async function leave(): Promise<void> {
  for (const { kid, organisation } of identities.value) {
    if (organisation !== null) await logOut(kid);
  }
  home.value = null;
  await keepSetting(HOME, null);
  session.value = null;
  const windows = new BroadcastChannel(WINDOWS);
  windows.postMessage("left");
  windows.close();
}
