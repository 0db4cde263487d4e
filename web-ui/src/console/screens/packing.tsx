import { useSignal } from "@preact/signals";
import { canonicalLink } from "../../shared/digital-link.ts";
import { gs1Value } from "../../shared/gs1.ts";
import { Malformed } from "../../shared/malformed.ts";
import { randomUnit } from "../numbers.ts";
import {
  Choices,
  count,
  Empty,
  Form,
  fill,
  Screen,
  Select,
  Show,
  Text,
  useLoad,
  Wrong,
} from "../parts.tsx";
import { CodeCard } from "../qr.tsx";
import { type Draft, record } from "../record.ts";
import { type LotRow, prefixesOf, type Run } from "../rights.ts";
import { freeSpans, readNumber } from "../runs.ts";
import { named, say, words } from "../state.ts";
import { voiding } from "./labels.tsx";
import { useRights } from "./products.tsx";

/** Labels become packages of a lot; what is left of them goes back or is voided. */
export function PackingScreen({ gtin, lot }: { gtin: string | null; lot: string | null }) {
  const w = words.value.packing;
  const rights = useRights();
  const runs = useLoad<{ runs: Run[] }>("runs");
  const chosen = useSignal("");
  return (
    <Screen title={w.title} lead={w.lead}>
      <Show of={rights}>
        {(own) => (
          <>
            <UnitCard prefixes={prefixesOf(own)} />
            <Show of={runs}>
              {({ runs: all }) => {
                const open = all.filter(
                  (run) => freeSpans(run).length > 0 && (gtin === null || run.gtin === gtin),
                );
                if (open.length === 0) {
                  return (
                    <Empty title={w.noRun} text={w.noRunText}>
                      <a class="button" href="#/labels">
                        {words.value.nav.labels}
                      </a>
                    </Empty>
                  );
                }
                const run = open.find((one) => idOf(one) === chosen.value) ?? (open[0] as Run);
                return (
                  <Pack
                    key={idOf(run)}
                    run={run}
                    open={open}
                    lot={lot}
                    prefixes={prefixesOf(own)}
                    choose={(value) => {
                      chosen.value = value;
                    }}
                    done={runs.reload}
                  />
                );
              }}
            </Show>
          </>
        )}
      </Show>
    </Screen>
  );
}

/** A code for a crate that is packed by phone, out in the field. */
function UnitCard({ prefixes }: { prefixes: string[] }) {
  const w = words.value.packing;
  const unit = useSignal<string | null>(null);
  if (prefixes.length === 0) return null;
  return (
    <details
      class="box"
      onToggle={(event) => {
        if (event.currentTarget.open) unit.value = randomUnit(prefixes);
      }}
    >
      <summary>{w.unitCode}</summary>
      <p class="soft">{w.unitCodeText}</p>
      {unit.value !== null && (
        <CodeCard
          kind="unit"
          link={canonicalLink({ key: "00", value: unit.value })}
          number={unit.value}
        />
      )}
    </details>
  );
}

const idOf = (run: Run): string => `${run.gtin}/${run.run}`;

function Pack({
  run,
  open,
  lot,
  prefixes,
  choose,
  done,
}: {
  run: Run;
  open: Run[];
  lot: string | null;
  prefixes: string[];
  choose: (value: string) => void;
  done: () => Promise<void>;
}) {
  const w = words.value.packing;
  const lots = useLoad<{ lots: LotRow[] }>(`lots?gtin=${run.gtin}`);
  const unit = useSignal(prefixes.length === 0 ? "" : randomUnit(prefixes));
  const [free] = freeSpans(run) as [{ first: number; last: number }];
  const turn = useSignal(0);
  return (
    <Show of={lots}>
      {({ lots: known }) => {
        const able = known.filter(
          (one) => one.own && one.state !== "recalled" && one.state !== "gone",
        );
        if (able.length === 0) {
          return (
            <Empty title={w.noLot} text={w.noLotText}>
              <a class="button" href="#/lots/new">
                {words.value.lots.new}
              </a>
            </Empty>
          );
        }
        return (
          <Form
            key={turn.value}
            button={w.sign}
            fields={{
              "/quantityList": "lot",
              "/sanchi:first": "first",
              "/sanchi:last": "last",
              "/sanchi:run": "first",
              "/parentID": "unit",
              "/childQuantityList": "lot",
              "/sanchi:packages": "last",
            }}
            submit={async (values) => {
              const first = readNumber(values.text("first"), run);
              const last = readNumber(values.text("last"), run);
              if (first === null) throw new Wrong("first", w.badNumber);
              if (last === null) throw new Wrong("last", w.badNumber);
              if (last < first) throw new Wrong("last", w.crossed);
              const name = values.text("lot");
              const uri = canonicalLink({ key: "01", value: run.gtin, lot: name });
              const quantity = last - first + 1;
              const drafts: Draft[] = [
                {
                  kind: "labels_bound",
                  members: {
                    quantityList: [{ epcClass: uri, quantity }],
                    "sanchi:run": run.run,
                    "sanchi:first": first,
                    "sanchi:last": last,
                  },
                },
              ];
              const sscc = values
                .text("unit")
                .replace(/[\s()]/g, "")
                .replace(/^00(?=[0-9]{18}$)/, "");
              if (sscc !== "") {
                try {
                  gs1Value("00", sscc);
                } catch (error) {
                  if (error instanceof Malformed) throw new Wrong("unit", w.badUnit);
                  throw error;
                }
                drafts.push({
                  kind: "packed",
                  members: {
                    parentID: `https://id.gs1.org/00/${sscc}`,
                    childQuantityList: [{ epcClass: uri, quantity }],
                    "sanchi:packages": [
                      {
                        "sanchi:first": first,
                        "sanchi:gtin": run.gtin,
                        "sanchi:last": last,
                        "sanchi:run": run.run,
                      },
                    ],
                  },
                });
              }
              const rest = freeSpans({
                labels: run.labels,
                uses: [...run.uses, { first, last, use: "bound", lot: uri, unit: null }],
              });
              if (values.text("rest") === "void") {
                drafts.push(...rest.map((span) => voiding(run, span)));
              }
              await record(...drafts);
              say(fill(w.done, { count: count(quantity), lot: name }));
              unit.value = prefixes.length === 0 ? "" : randomUnit(prefixes);
              turn.value++;
              await done();
            }}
          >
            <Select
              name="run"
              label={w.run}
              options={open.map((one) => ({
                value: idOf(one),
                text: `${named(one.product, one.gtin)} · ${one.run}`,
              }))}
              value={idOf(run)}
              onChange={choose}
            />
            <Select
              name="lot"
              label={words.value.lots.lot}
              options={able.map((one) => ({
                value: one.lot,
                text: `${one.lot} (${words.value.states[one.state]})`,
              }))}
              value={lot ?? ""}
            />
            <p class="soft">
              {fill(w.free, {
                spans: freeSpans(run)
                  .map(({ first, last }) => `${first + 1}–${last + 1}`)
                  .join(", "),
              })}
            </p>
            <div class="pair">
              <Text name="first" label={w.first} hint={w.numberHint} value={free.first + 1} />
              <Text name="last" label={w.last} value={free.last + 1} />
            </div>
            <Text
              name="unit"
              label={w.unit}
              hint={w.unitHint}
              required={false}
              inputMode="numeric"
              value={unit.value}
            />
            <Choices
              name="rest"
              label={w.rest}
              several={false}
              value={["back"]}
              options={[
                { value: "back", text: w.restBack },
                { value: "void", text: w.restVoid },
              ]}
            />
          </Form>
        );
      }}
    </Show>
  );
}
