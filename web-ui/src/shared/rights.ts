import { type TraceEvent, textOf } from "./event.ts";
import type { Entry, Histories } from "./histories.ts";
import { canonical, type JsonObject } from "./json.ts";
import { subject } from "./subject.ts";

/** Counts who has signed the identical payload: section 5. */
export class Approvals {
  private readonly signers = new Map<string, Set<string>>();
  private readonly done = new Set<string>();

  /** Whether with this event more than half of the members have signed its payload, for the first time. */
  complete(event: TraceEvent, members: ReadonlySet<string>): boolean {
    if (event.member === null || !members.has(event.member)) return false;
    const { "sanchi:member": _, ...rest } = event.payload;
    const payload = canonical(rest as JsonObject);
    if (this.done.has(payload)) return false;
    const signers = this.signers.get(payload) ?? new Set();
    this.signers.set(payload, signers.add(event.member));
    const count = [...signers].filter((signer) => members.has(signer)).length;
    if (count * 2 <= members.size) return false;
    this.done.add(payload);
    return true;
  }
}

const APPROVED_ROLES = ["inspector", "certifier", "authority"];

const needsApproval = (event: TraceEvent): boolean =>
  event.kind === "role_granted"
    ? APPROVED_ROLES.includes(textOf(event, "sanchi:role"))
    : event.row?.signer === "approved";

/** What each kind grants or withdraws, and the member that says what of it. */
const GRANTS: Record<string, { right: string; of: string; granted: boolean }> = {};
for (const [right, of, grant, withdrawal] of [
  ["role", "sanchi:role", "role_granted", "role_withdrawn"],
  ["accreditation", "sanchi:scheme", "accreditation_granted", "accreditation_withdrawn"],
  ["agent", "sanchi:agent", "agent_appointed", "agent_dismissed"],
  ["admission", "sanchi:consortium", "organisation_admitted", ""],
] as const) {
  GRANTS[grant] = { right, of, granted: true };
  if (withdrawal !== "") GRANTS[withdrawal] = { right, of, granted: false };
}

interface Grant {
  name: string;
  granted: boolean;
  recordTime: number;
}

/** Who may do what, and since when: section 7, computed from the histories of a bundle. */
export class Rights {
  private readonly histories: Histories;
  /** The members of the ledger after each change of them, in order. */
  private readonly memberships: { since: number; members: Set<string> }[] = [];
  private readonly grants = new Map<string, Grant[]>();

  constructor(histories: Histories, consortium: string) {
    this.histories = histories;
    const approvals = new Approvals();
    let members = new Set<string>();
    for (const { event, recordTime } of histories.get(subject("consortium", consortium)) ?? []) {
      const ids = memberIds(event);
      if (event.kind === "consortium_founded") members = new Set(ids);
      else if (!event.kind.startsWith("member_") || !approvals.complete(event, members)) continue;
      else if (event.kind === "member_changed") members = new Set([...members, ...ids]);
      else members = new Set([...members].filter((id) => id !== textOf(event, "sanchi:mspId")));
      this.memberships.push({ since: recordTime, members });
    }
  }

  hasRole(organisation: string, roles: readonly string[], at: number): boolean {
    return roles.some((role) => this.has(organisation, "role", role, at));
  }

  isAccredited(organisation: string, scheme: string, at: number): boolean {
    return this.has(organisation, "accreditation", scheme, at);
  }

  isAdmitted(organisation: string, at: number): boolean {
    return this.grantsOf(organisation).some(
      ({ name, recordTime }) => name.startsWith("admission ") && recordTime <= at,
    );
  }

  /** Whether the organisation had appointed the agent to act for it. */
  isAgent(organisation: string, agent: string, at: number): boolean {
    return this.has(organisation, "agent", agent, at);
  }

  private membersAt(time: number): ReadonlySet<string> {
    return this.memberships.filter(({ since }) => since <= time).at(-1)?.members ?? new Set();
  }

  private has(organisation: string, right: string, value: string, at: number): boolean {
    let held = false;
    for (const { name, granted, recordTime } of this.grantsOf(organisation)) {
      if (name !== `${right} ${value}`) continue;
      if (granted && recordTime <= at) held = true;
      if (!granted && recordTime < at) held = false;
    }
    return held;
  }

  /** The grants and withdrawals in an organisation's history that are in force, in its order. */
  private grantsOf(organisation: string): Grant[] {
    const known = this.grants.get(organisation);
    if (known !== undefined) return known;
    const approvals = new Approvals();
    const grants: Grant[] = [];
    for (const { event, recordTime } of this.entries(organisation)) {
      const grant = event.row === null ? undefined : GRANTS[event.kind];
      if (grant === undefined) continue;
      if (needsApproval(event) && !approvals.complete(event, this.membersAt(recordTime))) continue;
      const name = `${grant.right} ${textOf(event, grant.of)}`;
      grants.push({ name, granted: grant.granted, recordTime });
    }
    this.grants.set(organisation, grants);
    return grants;
  }

  private entries(organisation: string): Entry[] {
    return this.histories.get(subject("organisation", organisation)) ?? [];
  }
}

/** The MSP ids of the members that an event brings. */
export function memberIds(event: TraceEvent): string[] {
  const members = event.payload["sanchi:members"];
  if (event.row === null || !Array.isArray(members)) return [];
  return members.map((member) => (member as JsonObject)["mspId"] as string);
}
