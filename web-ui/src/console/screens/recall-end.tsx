import { Area, Form, fill } from "../parts.tsx";
import { record } from "../record.ts";
import { named, say, words } from "../state.ts";
import { useOrganisations } from "./organisations.tsx";

/** A recall in force, for whom the ledger lets end it. */
export interface Ending {
  commissioner: string | null;
  gtin: string;
  link: string;
  lot: string;
  product: Record<string, string> | null;
  since: number;
}

/** Ends a recall, for good, with the reason that customers read. */
export function EndRecall({ ending, done }: { ending: Ending; done: () => Promise<void> }) {
  const w = words.value.recallEnd;
  const organisations = useOrganisations();
  const maker = organisations.data?.organisations.find(({ gln }) => gln === ending.commissioner);
  const title = `${named(ending.product, ending.gtin)} ${ending.lot}`;
  return (
    <details>
      <summary>
        {fill(w.open, { title, who: named(maker?.name, ending.commissioner ?? "") })}
      </summary>
      <Form
        button={w.button}
        ask={() => fill(w.question, { title })}
        submit={async (values) => {
          await record({
            kind: "recall_ended",
            members: {
              quantityList: [{ epcClass: ending.link }],
              "sanchi:reason": values.text("reason"),
            },
          });
          say(fill(w.done, { title }));
          await done();
        }}
      >
        <p>
          <a href={new URL(ending.link).pathname}>{words.value.lots.page}</a>
        </p>
        <Area name="reason" label={w.reason} hint={w.reasonHint} />
      </Form>
    </details>
  );
}

/** Says who can end a recall: neither the recaller nor its office. */
export function WhoEnds() {
  const w = words.value.recallEnd;
  const organisations = useOrganisations();
  const able = (organisations.data?.organisations ?? []).filter(
    ({ roles, accreditations }) =>
      roles.includes("authority") || (roles.includes("inspector") && accreditations.length > 0),
  );
  if (organisations.data === null) return null;
  return (
    <p>
      {able.length === 0
        ? w.nobody
        : fill(w.who, { names: able.map(({ name, gln }) => named(name, gln)).join("、") })}
    </p>
  );
}
