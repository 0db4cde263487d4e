import { signal } from "@preact/signals";
import { readMessages } from "./event-stream.ts";
import { session } from "./state.ts";

/** Goes up when something has changed that concerns the organisation. */
export const changes = signal(0);

/** How long screens wait for company before they load again. */
const TOGETHER_MS = 800;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** The server says something every 15 s; who hears nothing for longer has lost it. */
const SILENCE_MS = 45_000;

let waits = false;

function change(): void {
  if (waits) return;
  waits = true;
  setTimeout(() => {
    waits = false;
    changes.value++;
  }, TOGETHER_MS);
}

/**
 * Listens to the server's stream for as long as the session lasts. By fetch, since an EventSource can't say
 * whose session it means. Where the stream breaks, it is opened again with the last number that was
 * heard; as long as it can't be, screens ask by themselves now and then.
 *
 * @returns what ends it
 */
export function listen(kid: string): () => void {
  const ended = new AbortController();
  let last: string | null = null;
  const run = async () => {
    for (let pause = FIRST_PAUSE_MS; !ended.signal.aborted; ) {
      try {
        for await (const { name, id } of stream(kid, last, ended.signal)) {
          pause = FIRST_PAUSE_MS;
          last = id;
          if (name === "changed") change();
        }
      } catch {
        // Tried again below
      }
      if (ended.signal.aborted || session.value === null) return;
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (pause === LONGEST_PAUSE_MS) change();
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
    }
  };
  run();
  const seen = () => {
    if (document.visibilityState === "visible") change();
  };
  document.addEventListener("visibilitychange", seen);
  return () => {
    ended.abort();
    document.removeEventListener("visibilitychange", seen);
  };
}

async function* stream(kid: string, last: string | null, ended: AbortSignal) {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const response = await fetch("/api/live", {
      headers: {
        Accept: "text/event-stream",
        "Sanchi-Key": kid,
        ...(last === null ? {} : { "Last-Event-ID": last }),
      },
      cache: "no-store",
      signal: AbortSignal.any([ended, silence.signal]),
    });
    if (!response.ok || response.body === null) throw new Error(`${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const read = readMessages(rest + value);
      rest = read.rest;
      yield* read.messages;
    }
  } finally {
    clearTimeout(timer);
  }
}
