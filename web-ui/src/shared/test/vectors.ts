// What the tests of several files need of the kernel's golden vectors.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// The tests run in the module's folder.
export const VECTORS = "../traceability-ear/kernel/src/test/resources/vectors";

const RESOURCES = "../traceability-ear/kernel/src/main/resources/jp/sanchi/kernel/event";

/** A text beside the kernel's table of kinds. */
export const readResource = (file: string): string => readFileSync(join(RESOURCES, file), "utf8");

export const vectorFiles = (): string[] =>
  readdirSync(VECTORS).filter((file) => file.endsWith(".json"));

// biome-ignore lint/suspicious/noExplicitAny: the shape differs from file to file, and a wrong one fails the test
export type Vector = any;

export const readVectors = (file: string): Vector[] =>
  JSON.parse(readFileSync(join(VECTORS, file), "utf8"));

export const fromHex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** The bytes that a vector feeds: `input`, `bytesHex` or `inputParts`. */
export function bytesOf(vector: Vector): Uint8Array {
  if (vector.bytesHex !== undefined) return fromHex(vector.bytesHex);
  if (vector.inputParts !== undefined) {
    const parts: [string, number][] = vector.inputParts;
    return new TextEncoder().encode(parts.map(([text, times]) => text.repeat(times)).join(""));
  }
  return new TextEncoder().encode(vector.input);
}
