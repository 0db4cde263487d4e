import { fromBase64Url, toBase64Url } from "./base64.ts";
import { type Bundle, readBundle } from "./bundle.ts";
import { concat, sameBytes } from "./bytes.ts";
import { Closure } from "./closure.ts";
import { type Way, waysOf } from "./cold-chain.ts";
import { enrolledKey, integerOf, readEvent, type TraceEvent, textOf } from "./event.ts";
import { readIdentity } from "./fabric.ts";
import { completeUpTo, type Finding, findingsOf } from "./findings.ts";
import { type Entry, entriesOf, goesBack, type Histories, headOf, liveKinds } from "./histories.ts";
import { canonical, isObject, type Json, readCanonical, TRUST_LIMITS } from "./json.ts";
import { Malformed, orNull } from "./malformed.ts";
import { leafHash, rootOfPath } from "./merkle.ts";
import { isLowS, rawSignature, verifyRaw } from "./p256.ts";
import { hasAllReadings, readingsFault } from "./readings.ts";
import { Rights } from "./rights.ts";
import type { Label } from "./serial.ts";
import { readStatement, type Statement } from "./statement.ts";
import { readStart, type Start, subject } from "./subject.ts";
import { compareText } from "./text-order.ts";
import { MINUTE } from "./time.ts";
import { certificateOf, EffectiveTrust, type Trust } from "./trust.ts";
import { readCertificate } from "./x509.ts";

/** How fresh the statement must be: by the asker's own challenge, else by age on the verifier's clock. */
export interface Freshness {
  challenge?: Uint8Array;
  maxAgeMs?: number;
  /** Milliseconds since 1970; needed with `maxAgeMs`. */
  now?: number;
}

export type Result = "passed" | "failed" | "not_checked";

export interface Check {
  check: string;
  reason: string | null;
  result: Result;
}

export interface Verdict {
  checks: Check[];
  completeUpTo: string | null;
  counts: { events: number; signatures: number; subjects: number };
  findings: Finding[];
  format: "sanchi-verdict-v0";
  statement: { members: string[]; operators: string[]; tick: number; time: number } | null;
  subject: string;
  trust: { fingerprint: string; mode: string; oneOperator: boolean };
  verdict: Result;
}

export interface Verification {
  verdict: Verdict;
  /** The canonical JSON, byte-equal in every verifier. */
  verdictBytes: string;
  /** What was verified; null where a check failed: then nothing may be shown. */
  evidence: Evidence | null;
  /** What failed; null where nothing did. */
  fault: Fault | null;
}

/** Where a check failed, as far as one place can be named. What is named there is not verified. */
export interface Place {
  event?: TraceEvent;
  subject?: string;
}

export interface Fault extends Place {
  check: string;
  reason: string;
}

/** What a page may show: only bytes whose checks did not fail. */
export interface Evidence {
  start: Start;
  closure: Closure;
  /** By hash, the described documents of products, places and organisations. */
  documents: Map<string, Json>;
  /** The hash of each such document, by subject, also of those that are not here. */
  described: Map<string, string>;
  /** What the boxes measured on its way, as far as is known; null where there are no readings yet. */
  ways: Way[] | null;
}

const CHECKS = [
  "bundle",
  "trust",
  "statement",
  "endorsements",
  "freshness",
  "events",
  "histories",
  "signatures",
  "authority",
  "required",
  "label",
  "documents",
  "readings",
] as const;
type CheckName = (typeof CHECKS)[number];

const MAX_SUBJECTS = 2000;
const MAX_EVENTS = 20_000;
const OK = 200;

class Failed extends Error {
  readonly reason: string;
  readonly place: Place;

  constructor(reason: string, place: Place = {}) {
    super(reason);
    this.reason = reason;
    this.place = place;
  }
}

const fail = (reason: string, place?: Place): never => {
  throw new Failed(reason, place);
};

/**
 * Verifies a bundle for what a URL is about: section 12. Any bundle bytes give a verdict; a URL that
 * names no package, lot or unit throws {@link Malformed}.
 */
export async function verifyBundle(
  bytes: Uint8Array,
  trust: Trust,
  url: string,
  freshness: Freshness = {},
): Promise<Verification> {
  return verifyFrom(bytes, trust, readStart(url), freshness);
}

/** The same for whom has read the URL. */
export const verifyFrom = (
  bytes: Uint8Array,
  trust: Trust,
  start: Start,
  freshness: Freshness = {},
): Promise<Verification> => new Run(bytes, trust, start, freshness).verify();

/** An event as the bundle holds it, and the smallest time at which the ledger recorded it. */
interface Held {
  event: TraceEvent;
  recordTime: number;
}

class Run {
  private readonly bytes: Uint8Array;
  private readonly trust: Trust;
  private readonly start: Start;
  private readonly freshness: Freshness;
  private readonly notChecked = new Map<CheckName, string>();
  private bundle: Bundle | null = null;
  private statement: Statement | null = null;
  private parsed: (TraceEvent | string)[] = [];
  private effective: EffectiveTrust | null = null;
  private endorsers: Verdict["statement"] = null;
  private held: Held[] = [];
  private histories: Histories = new Map();
  private rights: Rights | null = null;
  private closure: Closure | null = null;
  private signatures = 0;
  private readonly described = new Map<string, string>();

  constructor(bytes: Uint8Array, trust: Trust, start: Start, freshness: Freshness) {
    this.bytes = bytes;
    this.trust = trust;
    this.start = start;
    this.freshness = freshness;
  }

  async verify(): Promise<Verification> {
    const steps: Record<CheckName, () => void | Promise<void>> = {
      bundle: () => this.checkBundle(),
      trust: () => {},
      statement: () => this.checkStatement(),
      endorsements: () => this.checkEndorsements(),
      freshness: () => this.checkFreshness(),
      events: () => this.checkEvents(),
      histories: () => this.checkHistories(),
      signatures: () => this.checkSignatures(),
      authority: () => this.checkAuthority(),
      required: () => this.checkRequired(),
      label: () => this.checkLabel(),
      documents: () => this.checkDocuments(),
      readings: () => this.checkReadings(),
    };
    let failed: (Fault & { check: CheckName }) | null = null;
    for (const check of CHECKS) {
      try {
        await steps[check]();
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        failed = { ...error.place, check, reason: error.reason };
        break;
      }
    }
    return this.conclude(failed);
  }

  private conclude(failed: (Fault & { check: CheckName }) | null): Verification {
    const { bundle, closure, trust } = this;
    const at = failed === null ? CHECKS.length : CHECKS.indexOf(failed.check);
    const checks = CHECKS.map((check, i): Check => {
      if (i === at) return { check, reason: failed?.reason ?? null, result: "failed" };
      // Whether trust had expired is known only once the statement's time is.
      const unread = i > at || (check === "trust" && failed?.check === "statement");
      const reason = unread ? "earlier_failure" : (this.notChecked.get(check) ?? null);
      return { check, reason, result: reason === null ? "passed" : "not_checked" };
    });
    const open = checks.some(({ result }) => result === "not_checked");
    const verified = failed === null ? closure : null;
    const readings = bundle?.readings ?? null;
    const ways = verified === null ? [] : waysOf(verified, readings, this.theStatement.time);
    const hash = bundle?.label ? toBase64Url(bundle.label.hash) : null;
    const verdict: Verdict = {
      checks,
      completeUpTo: verified && completeUpTo(verified),
      counts: {
        events: bundle?.events.length ?? 0,
        signatures: this.signatures,
        subjects: bundle?.histories.length ?? 0,
      },
      findings: verified ? findingsOf(verified, hash, ways) : [],
      format: "sanchi-verdict-v0",
      statement: this.endorsers,
      subject: this.start.subject,
      trust: {
        fingerprint: trust.fingerprint,
        mode: trust.mode,
        oneOperator: trust.oneOperator,
      },
      verdict: failed !== null ? "failed" : open ? "not_checked" : "passed",
    };
    return {
      verdict,
      verdictBytes: canonical(verdict as unknown as Json),
      evidence: verified && {
        start: this.start,
        closure: verified,
        documents: new Map(
          bundle?.documents.map(({ hash: name, bytes }) => [
            name,
            readCanonical(bytes, TRUST_LIMITS),
          ]),
        ),
        described: this.described,
        // All of them are yet to come
        ways: readings === null && this.notChecked.has("readings") ? null : ways,
      },
      fault: failed,
    };
  }

  private checkBundle(): void {
    this.bundle = orNull(() => readBundle(this.bytes)) ?? fail("bundle_malformed");
  }

  private get theBundle(): Bundle {
    return this.bundle as Bundle;
  }

  private get theStatement(): Statement {
    return this.statement as Statement;
  }

  private checkStatement(): void {
    const { trust } = this;
    const statement =
      orNull(() => readStatement(this.theBundle.response)) ?? fail("statement_malformed");
    if (statement.status !== OK) fail("statement_status");
    if (statement.chaincode !== trust.chaincode) fail("statement_chaincode");
    if (statement.channel !== trust.channel) fail("statement_channel");
    if (statement.consortium !== trust.consortium) fail("statement_consortium");
    if (statement.time > trust.expires) this.notChecked.set("trust", "trust_expired");
    this.statement = statement;
  }

  private async checkEndorsements(): Promise<void> {
    const { endorsements, events, ids, histories } = this.theBundle;
    this.parsed = events.map((compact, i) => {
      try {
        return readEvent(compact, ids[i]);
      } catch (error) {
        if (error instanceof Malformed) return error.reason;
        throw error;
      }
    });
    const own = subject("consortium", this.trust.consortium);
    const replayed = histories
      .filter((history) => history.subject === own)
      .flatMap(({ entries }) => entries)
      .map(({ index, recordTime }) => {
        const event = this.parsed[index];
        return { event: typeof event === "object" ? event : null, recordTime };
      });
    const effective = await EffectiveTrust.replay(this.trust, replayed);
    this.effective = effective;

    const endorsers = await this.countGood(
      endorsements.map((endorsement) => this.endorser(endorsement, effective)),
    );
    const { threshold } = this.trust;
    const members = [...new Set(endorsers)].sort(compareText);
    if (members.length < threshold.members || members.length * 2 <= effective.members.size) {
      fail("threshold_members");
    }
    const operators = members.map((mspId) => effective.members.get(mspId)?.operator as string);
    const distinct = [...new Set(operators)].sort(compareText);
    if (distinct.length < threshold.operators) fail("threshold_operators");
    const { tick, time } = this.theStatement;
    this.endorsers = { members, operators: distinct, tick, time };
  }

  /** Waits for signatures that are checked in parallel; the first bad one in order decides. */
  private async countGood<T>(signatures: Promise<T | Failed>[]): Promise<T[]> {
    const good: T[] = [];
    for (const signature of await Promise.all(signatures)) {
      if (signature instanceof Failed) throw signature;
      good.push(signature);
      this.signatures++;
    }
    return good;
  }

  /** The MSP id of whoever endorsed. */
  private async endorser(
    { endorser, signature }: Bundle["endorsements"][number],
    effective: EffectiveTrust,
  ): Promise<string | Failed> {
    const read = orNull(() => {
      const { mspId, certificate } = readIdentity(endorser);
      return { mspId, certificate: readCertificate(certificate), raw: rawSignature(signature) };
    });
    if (read === null || !isLowS(read.raw)) return new Failed("endorsement_malformed");
    const { mspId, certificate, raw } = read;
    if (!effective.members.has(mspId)) return new Failed("endorser_unknown");
    const fault = await effective.peerFault(certificate, mspId, this.theStatement.time);
    if (fault !== null) return new Failed(fault);
    const message = concat(this.theBundle.response, endorser);
    const good = await verifyRaw(certificate.publicKey, raw, message);
    return good ? mspId : new Failed("endorsement_bad_signature");
  }

  private checkFreshness(): void {
    const { challenge, maxAgeMs, now = 0 } = this.freshness;
    const { time, tick } = this.theStatement;
    if (challenge !== undefined && !this.answers(challenge)) fail("challenge_mismatch");
    if (maxAgeMs !== undefined) {
      if (now - time > maxAgeMs) fail("statement_too_old");
      if (time - now > 2 * MINUTE) fail("statement_from_future");
    }
    if (challenge === undefined && maxAgeMs === undefined) {
      this.notChecked.set("freshness", "no_challenge");
    } else if (time - tick > 5 * MINUTE || tick > time) {
      this.notChecked.set("freshness", "tick_old");
    }
  }

  private answers(challenge: Uint8Array): boolean {
    const stated = this.theStatement.challenge;
    if (sameBytes(challenge, stated)) return true;
    const at = this.theBundle.challengePath;
    if (at === null) return false;
    const root = orNull(() => rootOfPath(leafHash(challenge), at.index, at.size, at.path));
    return root !== null && sameBytes(root, stated);
  }

  private checkEvents(): void {
    for (const event of this.parsed) {
      if (typeof event === "string") fail(event);
      else if (event.consortium !== this.trust.consortium) fail("wrong_consortium", { event });
    }
    this.held = (this.parsed as TraceEvent[]).map((event) => ({
      event,
      recordTime: Number.POSITIVE_INFINITY,
    }));
    if (this.knowsNotAll()) this.notChecked.set("events", "unknown_kind");
  }

  private knowsNotAll(): boolean {
    return this.held.some(({ event }) => event.row === null);
  }

  private checkHistories(): void {
    for (const history of this.theBundle.histories) {
      const at = { subject: history.subject };
      const stated = this.theStatement.heads.get(history.subject) ?? fail("history_not_stated", at);
      const events = history.entries.map(({ index, recordTime }) => {
        const held = this.held[index] as Held;
        held.recordTime = Math.min(held.recordTime, recordTime);
        return { event: held.event, id: held.event.id, recordTime };
      });
      for (const { event } of events) {
        if (event.row !== null && !event.subjects.includes(history.subject)) {
          fail("event_not_of_subject", { ...at, event });
        }
      }
      if (goesBack(events)) fail("record_time_back", at);
      if (events.length < stated.count) fail("history_incomplete", at);
      if (events.length > stated.count) fail("history_longer", at);
      if (headOf(history.subject, events) !== stated.head) fail("history_changed", at);
      this.histories.set(history.subject, entriesOf(events));
    }
    if (this.held.some(({ recordTime }) => recordTime === Number.POSITIVE_INFINITY)) {
      fail("event_unused");
    }
  }

  private async checkSignatures(): Promise<void> {
    await this.countGood(this.held.map((held) => this.signatureOf(held)));
  }

  private async signatureOf({ event, recordTime }: Held): Promise<true | Failed> {
    const { jws } = event;
    let key: Uint8Array;
    if (jws.x5c !== null) {
      const fault = await this.effective?.x5cFault(event, recordTime);
      if (fault) return new Failed(fault, { event });
      key = certificateOf(event)?.publicKey as Uint8Array;
    } else {
      const enrolment = this.enrolment(jws.kid);
      if (enrolment === undefined || enrolment.recordTime > recordTime) {
        return new Failed("key_not_enrolled", { event });
      }
      if (!this.endsAtCertificate(jws.kid)) return new Failed("key_not_enrolled", { event });
      if (textOf(enrolment.event, "sanchi:gln") !== event.organisation) {
        return new Failed("key_of_another_organisation", { event });
      }
      const revocations = liveKinds(this.histories, subject("key", jws.kid), "device_revoked");
      if (revocations.some((revoked) => revoked.recordTime < recordTime)) {
        return new Failed("key_revoked", { event });
      }
      key = enrolledKey(enrolment.event);
    }
    const good = await verifyRaw(key, jws.signature, jws.signed);
    return good || new Failed("bad_signature", { event });
  }

  private enrolment(kid: string): Entry | undefined {
    return liveKinds(this.histories, subject("key", kid), "device_enrolled")[0];
  }

  /** Whether the keys that enrolled this key lead to a member's administrator. */
  private endsAtCertificate(kid: string): boolean {
    const seen = new Set<string>();
    for (let at = kid; !seen.has(at); ) {
      seen.add(at);
      const jws = this.enrolment(at)?.event.jws;
      if (jws === undefined) return false;
      if (jws.x5c !== null) return true;
      at = jws.kid;
    }
    return false;
  }

  private checkAuthority(): void {
    this.rights = new Rights(this.histories, this.trust.consortium);
    for (const { event, recordTime } of this.held) {
      const fault = event.row === null ? null : this.authorityFault(event, recordTime);
      if (fault !== null) fail(fault, { event });
    }
  }

  private authorityFault(event: TraceEvent, at: number): string | null {
    const { row, organisation, actor, onBehalfOf, jws } = event;
    const rights = this.rights as Rights;
    const { signer, roles, scheme } = row as NonNullable<typeof row>;
    const byMember = jws.x5c !== null;
    if (
      byMember
        ? signer === "device" || signer === "administrator"
        : /^(member|approved)$/.test(signer)
    ) {
      return "wrong_signer";
    }
    if (organisation === null || actor === null) return null;
    if (signer !== "device" && !this.isAdministrator(jws.kid)) return "not_an_administrator";
    if (!rights.isAdmitted(organisation, at) || !rights.isAdmitted(actor, at)) {
      return "organisation_not_admitted";
    }
    if (roles.length > 0 && !rights.hasRole(actor, roles, at)) return "no_role";
    const needed = scheme ? textOf(event, "sanchi:scheme") : "";
    if (needed !== "" && !rights.isAccredited(organisation, needed, at)) return "not_accredited";
    if (
      onBehalfOf !== null &&
      onBehalfOf !== organisation &&
      !rights.isAgent(onBehalfOf, organisation, at)
    ) {
      return "not_an_agent";
    }
    return null;
  }

  private isAdministrator(kid: string): boolean {
    return this.enrolment(kid)?.event.payload["sanchi:administrator"] === true;
  }

  private checkRequired(): void {
    const { histories, events } = this.theBundle;
    const closure = new Closure(
      this.start,
      this.trust.consortium,
      this.histories,
      this.rights as Rights,
    );
    this.closure = closure;
    if (histories.length >= MAX_SUBJECTS || events.length >= MAX_EVENTS) {
      this.notChecked.set("required", "not_followed");
      return;
    }
    for (const needed of closure.subjects) {
      if (!this.histories.has(needed)) fail("missing_history", { subject: needed });
    }
    if (!this.knowsNotAll() && this.histories.size > closure.subjects.size) {
      fail("surplus_history");
    }
  }

  private checkLabel(): void {
    const { label } = this.theBundle;
    const { printed, inRun } = this.closure as Closure;
    if (printed === undefined || !inRun) {
      if (label !== null) fail("label_surplus");
      return;
    }
    const { hash, path } = label ?? fail("label_missing");
    const { number } = this.start.label as Label;
    const size = integerOf(printed.event, "sanchi:count");
    const root = orNull(() => rootOfPath(leafHash(hash), number, size, path));
    const stated = textOf(printed.event, "sanchi:root");
    if (root === null || toBase64Url(root) !== stated) fail("label_bad_path");
  }

  private checkDocuments(): void {
    for (const of of this.histories.keys()) {
      const kinds = ["product_described", "place_described", "organisation_described"];
      const last = liveKinds(this.histories, of, ...kinds).at(-1);
      if (last !== undefined) this.described.set(of, textOf(last.event, "sanchi:document"));
    }
    const hashes = new Set(this.described.values());
    for (const { hash, bytes } of this.theBundle.documents) {
      if (!isDocument(bytes)) fail("document_malformed");
      if (!hashes.has(hash)) fail("document_surplus");
    }
  }

  private checkReadings(): void {
    const { readings } = this.theBundle;
    const fault = readingsFault(readings, this.histories);
    if (fault !== null) fail(fault);
    if (!hasAllReadings(readings, this.histories)) {
      this.notChecked.set("readings", "readings_not_included");
    }
  }
}

const MIN_SALT = 16;

function isDocument(bytes: Uint8Array): boolean {
  const json = orNull(() => readCanonical(bytes, TRUST_LIMITS));
  if (json === null || !isObject(json) || typeof json["salt"] !== "string") return false;
  const salt = orNull(() => fromBase64Url(json["salt"] as string));
  return salt !== null && salt.length >= MIN_SALT;
}
