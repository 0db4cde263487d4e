import { Malformed } from "./malformed.ts";

/** `bytes` and `text` stand for themselves; a `message` may be present and empty. */
export type Kind = "bytes" | "text" | "varint" | "message";
export type Fields = Record<number, Kind>;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const malformed = (): never => {
  throw new Malformed("bad_protobuf");
};

/** A message of proto3, read strictly: fields ascending, once, no others, minimal varints, no defaults. */
export class Message {
  private readonly values = new Map<number, Uint8Array | bigint>();

  constructor(bytes: Uint8Array, fields: Fields) {
    let at = 0;
    let last = 0;
    const varint = (): bigint => {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = bytes[at++] ?? malformed();
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) {
          if ((byte === 0 && shift > 0n) || value >> 64n !== 0n) malformed();
          return value;
        }
        if (shift === 63n) malformed();
      }
    };
    while (at < bytes.length) {
      const tag = varint();
      const number = Number(tag >> 3n);
      const kind = fields[number] ?? malformed();
      if (number <= last || tag % 8n !== (kind === "varint" ? 0n : 2n)) malformed();
      last = number;
      const value = varint();
      if (kind === "varint") {
        if (value === 0n) malformed();
        this.values.set(number, value);
        continue;
      }
      if (value > BigInt(bytes.length - at) || (value === 0n && kind !== "message")) malformed();
      const content = bytes.subarray(at, at + Number(value));
      if (kind === "text") decodeText(content);
      this.values.set(number, content);
      at += content.length;
    }
  }

  numbers(): number[] {
    return [...this.values.keys()];
  }

  bytes(number: number): Uint8Array {
    return (this.values.get(number) as Uint8Array | undefined) ?? new Uint8Array(0);
  }

  text(number: number): string {
    return decodeText(this.bytes(number));
  }

  varint(number: number): bigint {
    return (this.values.get(number) as bigint | undefined) ?? 0n;
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return malformed();
  }
}
