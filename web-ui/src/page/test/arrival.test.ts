import assert from "node:assert/strict";
import { test } from "node:test";
import { readBundle } from "../../shared/bundle.ts";
import { concat } from "../../shared/bytes.ts";
import { readEvent } from "../../shared/event.ts";
import { arrived } from "../arrival.ts";
import { Told } from "./told.ts";

/** A body that comes in pieces of so many bytes. */
const inPieces = (bytes: Uint8Array, size: number): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) {
          controller.enqueue(bytes.slice(at, at + size));
        }
        controller.close();
      },
    }),
  );

test("a bundle is the same in however many pieces it comes, and judged the same", async () => {
  const told = await Told.komatsuna();
  const whole = await told.bundle(told.labels.url(3), told.labels.label(3));
  for (const size of [1000, 4096, whole.length]) {
    assert.deepEqual(await arrived(inPieces(whole, size)), whole);
  }
  const events = readBundle(whole).events;
  assert.ok(events.length > 10);
  // Read once, and not again
  for (const event of events) assert.equal(readEvent(event), readEvent(event));
});

test("what comes is kept as it is, whatever it is", async () => {
  for (const text of ["", "{", '{"events":["a.b.c","', '"....", "a.b.c" \ud83d']) {
    const bytes = new TextEncoder().encode(text);
    assert.deepEqual(await arrived(inPieces(concat(bytes), 3)), bytes);
  }
  await assert.rejects(
    arrived(new Response(new ReadableStream({ pull: () => Promise.reject(new Error("gone")) }))),
  );
});
