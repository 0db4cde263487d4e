import { CodeCard } from "../qr.tsx";
import { words } from "../state.ts";

/** What is done with crates at a wall, by the kinds of the steps. */
const CARDS = ["shipped", "received", "lot_inspected"] as const;

/** Cards for the wall: a phone that sees one and a crate in one picture logs the step by itself. */
export function ActionCards() {
  const w = words.value.actionCards;
  return (
    <details class="box">
      <summary>{w.title}</summary>
      <p>{w.lead}</p>
      {CARDS.map((kind) => (
        <CodeCard
          key={kind}
          link={`${location.origin}/scan/#do=${kind}`}
          kind={kind}
          number={w[kind]}
        />
      ))}
    </details>
  );
}
