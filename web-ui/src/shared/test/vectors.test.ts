import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64, toBase64, toBase64Url } from "../base64.ts";
import { hex, utf8 } from "../bytes.ts";
import { codePointClass } from "../code-points.ts";
import { readDer } from "../der.ts";
import { canonicalLink, readCanonicalLink, readLink } from "../digital-link.ts";
import { readEvent } from "../event.ts";
import { readEndorsed, readIdentity } from "../fabric.ts";
import { gs1Value } from "../gs1.ts";
import { goesBack, headOf } from "../histories.ts";
import { canonical, EVENT_LIMITS, type Json, readCanonical, readJson } from "../json.ts";
import { readJws } from "../jws.ts";
import { Malformed } from "../malformed.ts";
import { merkleRoot, rootOfPath } from "../merkle.ts";
import { checkPoint, isLowS, pointOf, rawSignature, thumbprint, verifyRaw } from "../p256.ts";
import { Message } from "../protobuf.ts";
import { labelHash, readSerial } from "../serial.ts";
import { printShortCode, readShortCode, shortCodeOfKey, shortCodeOfLabel } from "../short-code.ts";
import { readSubject } from "../subject.ts";
import { dateOf, readDate, readOffset, readTime } from "../time.ts";
import { findPath, readCertificate } from "../x509.ts";
import {
  bytesOf,
  fromHex,
  readResource,
  readVectors,
  type Vector,
  vectorFiles,
} from "./vectors.ts";

/** What `read` makes of the input, or `{refused: reason}`. */
function outcome<T>(read: () => T): T | { refused: string } {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return { refused: error.reason };
    throw error;
  }
}

/** Vectors of parsers below the verdict: that they refuse counts, not with which of their words. */
function refuses(read: () => unknown): void {
  assert.throws(read, Malformed);
}

const limits = (vector: Vector) => vector.limits ?? EVENT_LIMITS;

const judges: Record<string, (vector: Vector) => void | Promise<void>> = {
  "json.json"(vector) {
    const bytes = bytesOf(vector);
    const got = outcome(() => ({ canonical: canonical(readJson(bytes, limits(vector))) }));
    assert.deepEqual(got, vector.expect);
    const strict = outcome(() => ({ canonical: canonical(readCanonical(bytes, limits(vector))) }));
    const same = hex(utf8(vector.expect.canonical ?? "")) === hex(bytes);
    const refused = { refused: "json_not_canonical" };
    assert.deepEqual(strict, same || "refused" in vector.expect ? vector.expect : refused);
  },

  async "jws.json"(vector) {
    const text = new TextDecoder().decode(bytesOf(vector));
    const { signatureValid, ...expect } = vector.expect;
    const jws = outcome(() => readJws(text));
    if ("refused" in jws) return assert.deepEqual(jws, expect);
    const got: Record<string, unknown> = { typ: jws.typ, kid: jws.kid, seq: jws.seq, id: jws.id };
    if (jws.x5c !== null) got["x5c"] = toBase64(jws.x5c);
    if ("payload" in expect) got["payload"] = canonical(jws.payload);
    assert.deepEqual(got, expect);
    const coordinate = (name: string) =>
      fromBase64(`${vector.key[name].replaceAll("-", "+").replaceAll("_", "/")}=`);
    const key = pointOf(coordinate("x"), coordinate("y"));
    assert.equal(toBase64Url(thumbprint(key)), jws.kid);
    assert.equal(await verifyRaw(key, jws.signature, jws.signed), signatureValid);
  },

  "gs1.json"(vector) {
    // Key ranges are the ledger's to judge: no verdict depends on them.
    if ("prefix" in vector) return;
    assert.deepEqual(
      outcome(() => gs1Value(vector.key, vector.input)),
      vector.expect,
    );
  },

  "digital-link.json"(vector) {
    const got = outcome(() => {
      const link = readLink(vector.input);
      return { ...link, canonical: canonicalLink(link) };
    });
    assert.deepEqual(got, vector.expect);
    const strict = outcome(() => canonicalLink(readCanonicalLink(vector.input)));
    if ("refused" in vector.expect) assert.deepEqual(strict, vector.expect);
    else if (vector.expect.canonical === vector.input) assert.equal(strict, vector.input);
    else assert.deepEqual(strict, { refused: "link_not_canonical" });
  },

  "serial.json"(vector) {
    // Labels are made by the server.
    if ("make" in vector) return;
    const got = outcome(() => {
      const label = readSerial(vector.input);
      return vector.gtin14 === undefined
        ? label
        : { ...label, hash: toBase64Url(labelHash(vector.gtin14, vector.input)) };
    });
    assert.deepEqual(got, vector.expect);
  },

  "short-code.json"(vector) {
    const got = outcome(() => {
      if ("label" in vector) {
        const { gtin14, run, number } = vector.label;
        return { text: printShortCode(shortCodeOfLabel(gtin14, run, number)) };
      }
      return "kid" in vector ? { text: shortCodeOfKey(vector.kid) } : readShortCode(vector.input);
    });
    assert.deepEqual(got, vector.expect);
  },

  "time.json"(vector) {
    const readers: Record<string, (text: string) => object> = {
      time(text) {
        const epochMillis = readTime(text);
        return { epochMillis, date: dateOf(epochMillis) };
      },
      date: (text) => ({ epochMillis: readDate(text) }),
      offset: (text) => ({ minutes: readOffset(text) }),
    };
    const read = readers[vector.form];
    assert.ok(read, `an unknown form: ${vector.form}`);
    assert.deepEqual(
      outcome(() => read(vector.input)),
      vector.expect,
    );
  },

  "merkle.json"({ input, expect }) {
    const read = () =>
      input.leaves !== undefined
        ? merkleRoot(input.leaves.map(fromHex))
        : rootOfPath(fromHex(input.leafHash), input.index, input.size, input.path.map(fromHex));
    const got = outcome(read);
    if (typeof expect === "string") assert.deepEqual(got, { refused: expect });
    else assert.deepEqual({ root: hex(got as Uint8Array) }, expect);
  },

  "der.json"({ input, expect }) {
    if (input.signature !== undefined) {
      const bytes = fromHex(input.signature);
      if (typeof expect === "string") refuses(() => rawSignature(bytes));
      else assert.equal(hex(rawSignature(bytes)), expect.raw);
    } else if (expect === "ok") {
      readDer(fromHex(input.structure));
    } else {
      refuses(() => readDer(fromHex(input.structure)));
    }
  },

  async "p256.json"({ input, expect }) {
    const key = fromHex(input.publicKey);
    if (expect === "bad_key") return refuses(() => checkPoint(key));
    if (expect.thumbprint !== undefined) {
      return assert.equal(hex(thumbprint(key)), expect.thumbprint);
    }
    checkPoint(key);
    const message = fromHex(input.message);
    let raw = input.raw === undefined ? null : fromHex(input.raw);
    if (raw === null) {
      const read = outcome(() => rawSignature(fromHex(input.der)));
      raw = read instanceof Uint8Array && isLowS(read) ? read : new Uint8Array();
    }
    assert.equal(await verifyRaw(key, raw, message), expect.valid);
  },

  "protobuf.json"({ input, expect }) {
    if (input.identity !== undefined) {
      const got = outcome(() => readIdentity(fromHex(input.identity)));
      if (typeof expect === "string") return refuses(() => readIdentity(fromHex(input.identity)));
      assert.ok("mspId" in got);
      const { mspId, certificate } = got;
      assert.deepEqual({ mspId, certificate: hex(certificate) }, expect);
    } else if (input.endorsed !== undefined) {
      const got = outcome(() => readEndorsed(fromHex(input.endorsed)));
      if (typeof expect === "string") return assert.deepEqual(got, { refused: expect });
      assert.ok("payload" in got);
      const { proposalHash, payload } = got;
      assert.deepEqual({ ...got, proposalHash: hex(proposalHash), payload: hex(payload) }, expect);
    } else {
      const fields: Record<number, "bytes" | "text" | "varint" | "message"> = {};
      for (const { number, kind } of input.fields) fields[number] = kind;
      const got = outcome(() => new Message(fromHex(input.message), fields));
      if (typeof expect === "string") return assert.deepEqual(got, { refused: expect });
      assert.ok(got instanceof Message);
      const values = got
        .numbers()
        .map((number) => [
          number,
          fields[number] === "varint" ? String(got.varint(number)) : hex(got.bytes(number)),
        ]);
      assert.deepEqual(Object.fromEntries(values), expect.fields);
    }
  },

  "events.json"(vector) {
    const header: Record<string, Json> = {
      alg: "ES256",
      kid: toBase64Url(new Uint8Array(32)),
      seq: 0,
      typ: vector.typ,
    };
    if (vector.x5c) header["x5c"] = ["AAAA"];
    const parts = [utf8(canonical(header)), bytesOf(vector), new Uint8Array(64)];
    const got = outcome(() => readEvent(parts.map(toBase64Url).join(".")));
    // No verdict depends on a field, so this verifier names none.
    const { field: _, ...expect } = vector.expect;
    if ("refused" in got) return assert.deepEqual(got, expect);
    const known = { subjects: got.subjects };
    assert.deepEqual(got.row === null ? { refused: "unknown_kind" } : known, expect);
  },

  "subjects.json"({ input, expect }) {
    const got = outcome(() => ({ kind: input.split("/")[0], values: readSubject(input) }));
    assert.deepEqual(got, expect);
  },

  "histories.json"({ input, expect }) {
    const pairs: [string, number][] = input.entries;
    const entries = pairs.map(([id, recordTime]) => ({ id, recordTime }));
    if ("refused" in expect) {
      assert.equal(expect.refused, "record_time_back");
      return assert.ok(goesBack(entries));
    }
    assert.ok(!goesBack(entries));
    const heads = [...entries.keys(), entries.length].map((n) =>
      headOf(input.subject, entries.slice(0, n)),
    );
    assert.deepEqual({ heads }, expect);
  },

  async "certificates.json"({ input, expect }) {
    if (input.certificate !== undefined) {
      const bytes = fromBase64(input.certificate);
      if (typeof expect === "string") return refuses(() => readCertificate(bytes));
      const { issuer, subject, publicKey, kid, authority, signed, signature, ...rest } =
        readCertificate(bytes);
      assert.equal(signature.length, 64);
      assert.equal(kid, toBase64Url(thumbprint(publicKey)));
      assert.ok(signed.length > 100);
      const got = {
        ...rest,
        issuer: hex(issuer),
        subject: hex(subject),
        publicKey: hex(publicKey),
        ca: authority,
      };
      return assert.deepEqual(got, expect);
    }
    const read = (text: string) => readCertificate(fromBase64(text));
    const roots = input.roots.map(read);
    const path = await findPath(
      read(input.leaf),
      input.intermediates.map(read),
      roots,
      Number(input.at),
    );
    if (typeof expect === "string") assert.equal(path, expect);
    else assert.equal(Array.isArray(path) && roots.indexOf(path[path.length - 1]), expect.root);
  },
};

test("the code points of text are the kernel's", () => {
  const ranges = readResource("text-code-points.txt")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.replace(/0*([0-9A-F]+)-0*([0-9A-F]+)/, "\\u{$1}-\\u{$2}").toLowerCase());
  assert.ok(ranges.length > 500);
  assert.equal(codePointClass(), ranges.join(""));
});

for (const file of vectorFiles()) {
  test(`the vectors of ${file}`, async (t) => {
    const judge = judges[file];
    assert.ok(judge, `no test reads ${file}`);
    const vectors = readVectors(file);
    assert.ok(vectors.length > 0);
    for (const vector of vectors) {
      await t.test(vector.name, () => judge(vector));
    }
  });
}
