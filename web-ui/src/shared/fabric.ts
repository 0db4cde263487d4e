import { fromBase64, toBase64 } from "./base64.ts";
import { latin } from "./der.ts";
import { Malformed } from "./malformed.ts";
import { Message } from "./protobuf.ts";

/** What a peer answered and endorsed: ProposalResponsePayload and the ChaincodeAction in it. */
export interface Endorsed {
  proposalHash: Uint8Array;
  status: number;
  payload: Uint8Array;
  chaincode: string;
  chaincodeVersion: string;
}

export function readEndorsed(bytes: Uint8Array): Endorsed {
  const outer = new Message(bytes, { 1: "bytes", 2: "bytes" });
  const action = new Message(outer.bytes(2), {
    1: "bytes",
    2: "bytes",
    3: "message",
    4: "message",
  });
  const response = new Message(action.bytes(3), { 1: "varint", 2: "text", 3: "bytes" });
  const chaincode = new Message(action.bytes(4), { 1: "text", 2: "text", 3: "text" });
  const status = response.varint(1);
  if (outer.bytes(1).length !== 32 || status > 0x7fffffffn) throw new Malformed("bad_protobuf");
  return {
    proposalHash: outer.bytes(1),
    status: Number(status),
    payload: response.bytes(3),
    chaincode: chaincode.text(2),
    chaincodeVersion: chaincode.text(3),
  };
}

const BEGIN = "-----BEGIN CERTIFICATE-----\n";
const END = "-----END CERTIFICATE-----\n";

/** The DER within a PEM of exactly one certificate, in lines of 64 characters. */
export function readPem(pem: string): Uint8Array {
  if (!pem.startsWith(BEGIN) || !pem.endsWith(END)) throw new Malformed("bad_pem");
  const der = fromBase64(pem.slice(BEGIN.length, -END.length).replaceAll("\n", ""));
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  if (lines.length === 0 || BEGIN + lines.map((line) => `${line}\n`).join("") + END !== pem) {
    throw new Malformed("bad_pem");
  }
  return der;
}

/** A Fabric SerializedIdentity; the certificate is DER, not yet read. */
export function readIdentity(bytes: Uint8Array): { mspId: string; certificate: Uint8Array } {
  const identity = new Message(bytes, { 1: "text", 2: "bytes" });
  const mspId = identity.text(1);
  if (mspId === "") throw new Malformed("bad_protobuf");
  return { mspId, certificate: readPem(latin(identity.bytes(2))) };
}
