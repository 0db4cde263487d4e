import { batch, computed, signal } from "@preact/signals";
import type { Session } from "./api.ts";
import type { Identity } from "./store.ts";
import { type ConsoleWords, dictionaryOf, type Language } from "./words.ts";

/** Text by language; null where nobody has described the thing. */
export type Name = Record<string, string> | null;

/** The browser's; tests of single rules run without one. */
const preferred: string = globalThis.navigator?.language ?? "en";

export const language = signal<Language>(preferred.startsWith("ja") ? "ja" : "en");
export const words = computed<ConsoleWords>(() => dictionaryOf(language.value));

/** Keys of this browser. */
export const identities = signal<Identity[]>([]);
export const session = signal<Session | null>(null);

/** The key that the session belongs to. */
export const device = computed(
  () => identities.value.find(({ kid }) => kid === session.value?.kid) ?? null,
);

/** The key with which this browser administers members of the consortium. */
export const memberKey = computed(
  () =>
    identities.value.find(
      // A key that waits for its certificate has none
      ({ certificates }) => certificates !== null && Object.keys(certificates).length > 0,
    ) ?? null,
);

/** The screen that the address names behind the `#`, without a slash at its start. */
export const route = signal("");

/** What it says of that screen behind a `?`. */
export const asked = signal("");

/** The address as it stands, for a link that leads nowhere else. */
export const hereAgain = (): string =>
  `#/${route.value}${asked.value === "" ? "" : `?${asked.value}`}`;

export interface Notice {
  tone: "good" | "red";
  text: string;
}
/** Said aloud by screen readers, and shown until the next one. */
export const notice = signal<Notice | null>(null);

export const say = (text: string, tone: Notice["tone"] = "good"): void => {
  notice.value = { tone, text };
};

/** The name in the reader's language, in the other one, or the number. */
export const named = (name: Name | undefined, otherwise: string): string =>
  name?.[language.value] ?? name?.["ja"] ?? name?.["en"] ?? otherwise;

/** Whether a form holds something that nobody has signed yet. */
export const unsaved = signal(false);

/** Shows another screen; what was said on the one before is of no interest there. */
export function arrive(address: string): void {
  const [path = "", query = ""] = address.split("?");
  batch(() => {
    asked.value = query;
    if (path === route.value) return;
    notice.value = null;
    unsaved.value = false;
    route.value = path;
  });
}

/** @param said about what was done on the screen that is left */
export function go(path: string, said?: string): void {
  location.hash = `#/${path}`;
  // Where the address was that already, the browser says nothing
  arrive(path);
  if (said !== undefined) say(said);
}

/** Whether no other device reaches this address. */
export const isLocal = (): boolean => /^(localhost|127\..*|\[::1\])$/.test(location.hostname);
