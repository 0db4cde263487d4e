import { codePointClass } from "./code-points.ts";
import { Malformed } from "./malformed.ts";

/** A value of section 1. Numbers are doubles: the format admits only those whose text ECMAScript prints. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
/** Has no prototype, so that a name of the input never meets a name of JavaScript. */
export interface JsonObject {
  [name: string]: Json;
}

export interface Limits {
  bytes: number;
  depth: number;
}
export const EVENT_LIMITS: Limits = { bytes: 32 << 10, depth: 16 };
export const TRUST_LIMITS: Limits = { bytes: 1 << 20, depth: 16 };
export const BUNDLE_LIMITS: Limits = { bytes: 64 << 20, depth: 16 };

const ALLOWED = new RegExp(`^[${codePointClass()}]*$`, "u");
const PLAIN = /^[ -~]*$/;
/** Needs no escape either. */
const SIMPLE = /^[ !#-[\]-~]*$/;
const UNESCAPED = /[ !#-[\]-\uffff]*/y;
const ESCAPED = /u[0-9a-fA-F]{4}/y;
const NUMERAL = /[-0-9][-+.0-9eE]*/y;

const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$/;
const SHORT: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Malformed("json_malformed");
  }
}

class Reader {
  /** Whether what was read so far is written as RFC 8785 writes it. */
  isCanonical = true;
  private at = 0;
  private readonly text: string;
  private readonly depth: number;

  constructor(text: string, depth: number) {
    this.text = text;
    this.depth = depth;
  }

  whole(): Json {
    const value = this.value(0);
    this.space();
    if (this.at !== this.text.length) throw new Malformed("json_malformed");
    return value;
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.at = pattern.lastIndex;
    return found[0];
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return;
      this.isCanonical = false;
      this.at++;
    }
  }

  private take(character: string): boolean {
    this.space();
    if (this.text.charAt(this.at) !== character) return false;
    this.at++;
    return true;
  }

  private need(character: string): void {
    if (!this.take(character)) throw new Malformed("json_malformed");
  }

  private value(depth: number): Json {
    this.space();
    switch (this.text.charAt(this.at)) {
      case "{":
        return this.object(this.deeper(depth));
      case "[":
        return this.array(this.deeper(depth));
      case '"':
        return this.string();
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        return this.word("null", null);
      default:
        return this.number();
    }
  }

  private deeper(depth: number): number {
    if (depth === this.depth) throw new Malformed("json_too_deep");
    this.at++;
    return depth + 1;
  }

  private word(word: string, value: boolean | null): boolean | null {
    if (!this.text.startsWith(word, this.at)) throw new Malformed("json_malformed");
    this.at += word.length;
    return value;
  }

  private number(): number {
    const text = this.match(NUMERAL);
    if (text === null) throw new Malformed("json_malformed");
    const value = Number(text);
    const exact = text.includes(".")
      ? text.replace(/^-?0?\.?0*|\./g, "").length <= 15 && Math.abs(value) >= 0.000001
      : Number.isSafeInteger(value);
    if (!NUMBER.test(text) || text === "-0" || !exact) throw new Malformed("json_bad_number");
    if (String(value) !== text) this.isCanonical = false;
    return value;
  }

  private string(): string {
    const start = this.at++;
    const end = this.text.indexOf('"', this.at);
    const simple = this.text.slice(this.at, end);
    if (end >= 0 && SIMPLE.test(simple)) {
      this.at = end + 1;
      return simple;
    }
    let text = "";
    for (;;) {
      text += this.match(UNESCAPED);
      const next = this.text.charAt(this.at++);
      if (next === '"') break;
      if (next !== "\\") throw new Malformed("json_malformed");
      const short = SHORT[this.text.charAt(this.at)];
      if (short !== undefined) {
        this.at++;
        text += short;
      } else {
        const code = this.match(ESCAPED);
        if (code === null) throw new Malformed("json_malformed");
        text += String.fromCharCode(Number.parseInt(code.slice(1), 16));
      }
    }
    if (!PLAIN.test(text) && (!ALLOWED.test(text) || text.normalize("NFC") !== text)) {
      throw new Malformed("json_bad_text");
    }
    if (JSON.stringify(text) !== this.text.slice(start, this.at)) this.isCanonical = false;
    return text;
  }

  private array(depth: number): Json[] {
    const items: Json[] = [];
    if (this.take("]")) return items;
    do items.push(this.value(depth));
    while (this.take(","));
    this.need("]");
    return items;
  }

  private object(depth: number): JsonObject {
    const members: JsonObject = Object.create(null);
    if (this.take("}")) return members;
    let last = "";
    do {
      this.space();
      if (this.text.charAt(this.at) !== '"') throw new Malformed("json_malformed");
      const name = this.string();
      if (name in members) throw new Malformed("json_duplicate_name");
      if (name < last) this.isCanonical = false;
      last = name;
      this.need(":");
      members[name] = this.value(depth);
    } while (this.take(","));
    this.need("}");
    return members;
  }
}

/** Reads any JSON text that section 1 admits, canonical or not. */
export function readJson(bytes: Uint8Array, limits: Limits): Json {
  if (bytes.length > limits.bytes) throw new Malformed("json_too_large");
  return new Reader(textOf(bytes), limits.depth).whole();
}

/** Reads a JSON text and refuses it unless it is the canonical text of its value. */
export function readCanonical(bytes: Uint8Array, limits: Limits): Json {
  if (bytes.length > limits.bytes) throw new Malformed("json_too_large");
  const reader = new Reader(textOf(bytes), limits.depth);
  const value = reader.whole();
  if (!reader.isCanonical) throw new Malformed("json_not_canonical");
  return value;
}

/** The RFC 8785 text. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) {
    const members = Object.keys(value)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${canonical(value[name] as Json)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether the object has exactly these members; a name ending in `?` may be absent. */
export function hasMembers(value: JsonObject, ...names: string[]): boolean {
  let present = 0;
  for (const name of names) {
    const bare = name.replace("?", "");
    if (bare in value) present++;
    else if (bare === name) return false;
  }
  return present === Object.keys(value).length;
}

/** A whole number from 0 to 2^53-1. */
export const isCount = (value: Json | undefined): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0;
