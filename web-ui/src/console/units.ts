interface Step {
  source: string;
  target: string;
}

interface Unit {
  packages: number;
  subject: string;
}

/** What a crate or a pallet holds, with all that stands on it. */
export interface Holds {
  /** Crates on it: none on what is no pallet. */
  boxes: number;
  packages: number;
}

/**
 * What each unit holds. A pallet is a unit into which others went; the ledger says of it only which
 * those are.
 *
 * @param edges out of a source into a target
 */
export function holding(units: Unit[], edges: Step[]): Map<string, Holds> {
  const own = new Map(units.map(({ subject, packages }) => [subject, packages]));
  const within = (unit: string, seen: string[]): Set<string> => {
    const inner = new Set<string>();
    for (const { source, target } of edges) {
      if (target !== unit || !own.has(source) || seen.includes(source)) continue;
      inner.add(source);
      for (const one of within(source, [...seen, source])) inner.add(one);
    }
    return inner;
  };
  return new Map(
    units.map(({ subject, packages }) => {
      const boxes = within(subject, [subject]);
      const all = [...boxes].reduce((sum, box) => sum + (own.get(box) ?? 0), packages);
      return [subject, { boxes: boxes.size, packages: all }];
    }),
  );
}
