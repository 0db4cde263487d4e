import { hex, utf8 } from "./bytes.ts";
import { type TraceEvent, textOf } from "./event.ts";
import { canonical, hasMembers, isCount, isObject, readJson, TRUST_LIMITS } from "./json.ts";
import { Malformed, orNull } from "./malformed.ts";
import { type Member, readMember } from "./member.ts";
import { verifyRaw } from "./p256.ts";
import { Approvals } from "./rights.ts";
import { sha256 } from "./sha256.ts";
import { CONSORTIUM_ID } from "./subject.ts";
import { ascending } from "./text-order.ts";
import { type Certificate, findPath, readCertificate, serialNumber } from "./x509.ts";

/** trust.json, pinned by whoever verifies: section 9. */
export interface Trust {
  channel: string;
  chaincode: string;
  consortium: string;
  expires: number;
  members: Member[];
  mode: "embedded" | "fabric";
  threshold: { members: number; operators: number };
  /** How many events of the consortium's history it reflects. */
  version: number;
  /** Lower-case hexadecimal SHA-256 of the canonical form. */
  fingerprint: string;
  /** One operator holds all keys. */
  oneOperator: boolean;
}

const malformed = (): never => {
  throw new Malformed("trust_malformed");
};

/** Reads trust.json; throws {@link Malformed}. */
export function readTrust(bytes: Uint8Array): Trust {
  const json = readJson(bytes, TRUST_LIMITS);
  const names = ["channel", "chaincode", "consortium", "expires", "format", "members", "mode"];
  if (!isObject(json) || !hasMembers(json, ...names, "threshold", "version")) return malformed();
  const { channel, chaincode, consortium, expires, mode, threshold, version } = json;
  if (json["format"] !== "sanchi-trust-v0") malformed();
  if (typeof channel !== "string" || typeof chaincode !== "string") return malformed();
  if (typeof consortium !== "string" || !CONSORTIUM_ID.test(consortium)) {
    return malformed();
  }
  if (!isCount(expires) || !isCount(version)) return malformed();
  if (mode !== "embedded" && mode !== "fabric") return malformed();
  if (!isObject(threshold) || !hasMembers(threshold, "members", "operators")) {
    return malformed();
  }
  const { members: least, operators } = threshold;
  if (!isCount(least) || !isCount(operators) || least < 1 || operators < 1) {
    return malformed();
  }
  if (!Array.isArray(json["members"]) || json["members"].length === 0) return malformed();
  const members = json["members"].map((member) => readMember(member, true));
  if (!ascending(members.map(({ mspId }) => mspId))) malformed();
  return {
    channel,
    chaincode,
    consortium,
    expires,
    members,
    mode,
    threshold: { members: least, operators },
    version,
    fingerprint: hex(sha256(utf8(canonical(json)))),
    oneOperator: new Set(members.map(({ operator }) => operator)).size === 1,
  };
}

type Members = ReadonlyMap<string, Member>;

/** What trust.json and the consortium's history together say: section 12, Effective trust. */
export class EffectiveTrust {
  private readonly pinned: Trust;
  /** The members after each change, in order; the first is trust.json's. */
  private readonly states: { since: number; members: Members }[];
  private readonly distrusted: { member: string; serial: string; recordTime: number }[] = [];

  private constructor(trust: Trust) {
    this.pinned = trust;
    const members = new Map(trust.members.map((member) => [member.mspId, member]));
    this.states = [{ since: Number.NEGATIVE_INFINITY, members }];
  }

  /** Replays the consortium's history; null stands for what is no event. */
  static async replay(
    trust: Trust,
    history: { event: TraceEvent | null; recordTime: number }[],
  ): Promise<EffectiveTrust> {
    const effective = new EffectiveTrust(trust);
    const approvals = new Approvals();
    for (const [index, { event, recordTime }] of history.entries()) {
      if (event === null || event.row === null) continue;
      if (event.kind === "certificates_distrusted") effective.distrust(event, recordTime);
      if (event.kind !== "member_changed" && event.kind !== "member_removed") continue;
      if (index < trust.version) continue;
      const fault = await effective.administratorFault(event, recordTime, effective.members);
      const good = fault === null && (await hasGoodSignature(event));
      if (!good || !approvals.complete(event, new Set(effective.members.keys()))) continue;
      effective.states.push({ since: recordTime, members: changed(effective.members, event) });
    }
    return effective;
  }

  /** The members now. */
  get members(): Members {
    return this.states.at(-1)?.members as Members;
  }

  /** Why a certificate is no peer's of the member, at the statement's time; null if it is. */
  peerFault(certificate: Certificate, mspId: string, time: number): Promise<string | null> {
    return this.fault(certificate, "peer", mspId, this.members, time, Number.POSITIVE_INFINITY);
  }

  /** Why an x5c event recorded then is not signed with a certificate of its member's administrator. */
  async x5cFault(event: TraceEvent, recordTime: number): Promise<string | null> {
    const before = this.states.filter(({ since }) => since < recordTime).length - 1;
    let first: string | null = null;
    for (const { since, members } of this.states.slice(before)) {
      if (since > recordTime) break;
      const fault = await this.administratorFault(event, recordTime, members);
      if (fault === null) return null;
      first ??= fault;
    }
    return first;
  }

  private async administratorFault(
    event: TraceEvent,
    recordTime: number,
    members: Members,
  ): Promise<string | null> {
    const certificate = certificateOf(event);
    if (certificate === null) return "certificate_malformed";
    const mspId = event.member as string;
    const fault = await this.fault(certificate, "admin", mspId, members, recordTime, recordTime);
    if (fault !== null) return fault;
    return certificate.kid === event.jws.kid ? null : "kid_mismatch";
  }

  private async fault(
    certificate: Certificate,
    unit: "peer" | "admin",
    mspId: string,
    members: Members,
    at: number,
    distrustedBefore: number,
  ): Promise<string | null> {
    const { intermediates = [], roots = [] } = members.get(mspId) ?? {};
    const revoked = this.revoked(mspId, distrustedBefore);
    const usable = intermediates.filter(({ serial }) => !revoked.has(serial));
    const path = await findPath(certificate, usable, roots, at);
    if (path === "certificate_not_for_signing") return `certificate_not_${unit}`;
    if (typeof path === "string") return path;
    if (!certificate.organisationalUnits.includes(unit)) return `certificate_not_${unit}`;
    return revoked.has(certificate.serial) ? "certificate_revoked" : null;
  }

  private revoked(mspId: string, before: number): Set<string> {
    const pinned = this.pinned.members.find((member) => member.mspId === mspId)?.revoked ?? [];
    const later = this.distrusted.filter((d) => d.member === mspId && d.recordTime < before);
    return new Set([...pinned, ...later.map(({ serial }) => serial)]);
  }

  private distrust(event: TraceEvent, recordTime: number): void {
    for (const serial of event.payload["sanchi:serials"] as string[]) {
      const member = event.member ?? "";
      this.distrusted.push({ member, serial: serialNumber(serial), recordTime });
    }
  }
}

export const certificateOf = (event: TraceEvent): Certificate | null =>
  orNull(() => readCertificate(event.jws.x5c ?? new Uint8Array()));

async function hasGoodSignature(event: TraceEvent): Promise<boolean> {
  const certificate = certificateOf(event);
  const { jws } = event;
  return certificate !== null && verifyRaw(certificate.publicKey, jws.signature, jws.signed);
}

function changed(members: Members, event: TraceEvent): Members {
  const next = new Map(members);
  next.delete(textOf(event, "sanchi:mspId"));
  const brought = event.payload["sanchi:members"];
  for (const member of Array.isArray(brought) ? brought : []) {
    const read = readMember(member, false);
    next.set(read.mspId, read);
  }
  return next;
}
