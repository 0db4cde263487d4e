import type { Name, Party } from "../device/store.ts";
import { HANDS_ON, type Step } from "./steps.ts";

/** A recall that is in force, as the server tells of it. */
export interface Recall {
  link: string;
  lot: string;
  product: Name;
  reason: string | null;
  recaller: { gln: string | null; name: Name };
  /** Where customers reach who recalled. */
  contact: Name;
}

/** Who sent a unit to whom, last. */
export interface Shipment {
  kind: "shipped" | "returned";
  from: Party;
  to: Party[];
  /** Who has taken it in since. */
  received?: Party;
}

/** A treatment after which the lot has to wait. */
export interface Withdrawal {
  product: string;
  /** The last day, `YYYY-MM-DD`. */
  end: string;
}

/** What is known of the things in view before something is logged. */
export interface Known {
  recalls: Recall[];
  shipments: Shipment[];
  withdrawals: Withdrawal[];
  /** For whom this phone records. */
  own: string[];
  /** When it happens, `YYYY-MM-DD`. */
  day: string;
}

/** What has to be answered before it is logged. */
export type Question =
  | { id: "recalled"; recall: Recall }
  | { id: "elsewhere"; to: Party }
  | { id: "withdrawal"; withdrawal: Withdrawal };

export function questionsFor(step: Step, known: Known): Question[] {
  const questions: Question[] = [];
  const [recall] = known.recalls;
  if (recall !== undefined && HANDS_ON.includes(step.kind)) {
    questions.push({ id: "recalled", recall });
  }
  if (step.kind === "received") {
    const astray = known.shipments.find(
      ({ to, received }) =>
        received === undefined && to.length > 0 && !to.some(({ gln }) => known.own.includes(gln)),
    );
    if (astray !== undefined) questions.push({ id: "elsewhere", to: astray.to[0] as Party });
  }
  if (step.kind === "harvested" || step.kind === "slaughtered") {
    const [last] = known.withdrawals
      .filter(({ end }) => end >= known.day)
      .sort((a, b) => b.end.localeCompare(a.end));
    if (last !== undefined) questions.push({ id: "withdrawal", withdrawal: last });
  }
  return questions;
}
