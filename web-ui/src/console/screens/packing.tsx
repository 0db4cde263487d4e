import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { canonicalLink } from "../../shared/digital-link.ts";
import { LABEL, randomUnit, SSCC } from "../numbers.ts";
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
  useAnswer,
  useLoad,
  Wrong,
} from "../parts.tsx";
import { CodeCard } from "../qr.tsx";
import { type Draft, record } from "../record.ts";
import { type LotRow, prefixesOf, type Run } from "../rights.ts";
import { freeSpans } from "../runs.ts";
import { named, say, words } from "../state.ts";
import { printedLot, store } from "../store.ts";
import { notFree, spanOf, spansOf, voiding } from "./labels.tsx";
import { useRights } from "./products.tsx";

/** Labels become packages of a lot; what is left of them goes back or is voided. */
export function PackingScreen({ gtin, lot }: { gtin: string | null; lot: string | null }) {
  const w = words.value.packing;
  const rights = useRights();
  const runs = useLoad<{ runs: Run[] }>("runs", true);
  const chosen = useSignal("");
  /** The crate that was packed last, and what is in it. */
  const last = useSignal<{ unit: string; holds: string } | null>(null);
  /** The next crate's: of the card that is made here, and of what is recorded. */
  const unit = useSignal("");
  /** As for the packages before: who packs into crates goes on doing so. */
  const boxed = useSignal(false);
  const nextUnit = () => {
    unit.value = rights.data === null ? "" : randomUnit(prefixesOf(rights.data));
  };
  useEffect(() => {
    // Never again by itself: a card with the number may be printed
    if (unit.value === "") nextUnit();
  }, [rights.data]);
  return (
    <Screen title={w.title} lead={w.lead}>
      <Show of={rights}>
        {() => (
          <>
            {last.value !== null && (
              <CodeCard
                kind="unit"
                link={canonicalLink({ key: "00", value: last.value.unit })}
                number={last.value.unit}
                name={last.value.holds}
              />
            )}
            {unit.value !== "" && (
              <UnitCard unit={unit.value} another={nextUnit} used={last.value?.unit ?? null} />
            )}
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
                    unit={unit.value}
                    boxed={boxed}
                    choose={(value) => {
                      chosen.value = value;
                    }}
                    packed={(into) => {
                      last.value = into;
                      if (into !== null) nextUnit();
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

/** The card of the crate that is packed next: here, or by phone out in the field. */
function UnitCard({
  unit,
  another,
  used,
}: {
  unit: string;
  /** Draws another number. */
  another: () => void;
  /** The crate that was packed last: its card is shown above. */
  used: string | null;
}) {
  const w = words.value.packing;
  const open = useSignal(false);
  useEffect(() => {
    open.value = false;
  }, [used]);
  return (
    <details
      class="box"
      open={open.value}
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>{w.unitCode}</summary>
      <p class="soft">{w.unitCodeText}</p>
      {open.value && (
        <>
          <CodeCard kind="unit" link={canonicalLink({ key: "00", value: unit })} number={unit} />
          <p>
            <button type="button" class="quiet" onClick={another}>
              {w.unitNew}
            </button>
          </p>
        </>
      )}
    </details>
  );
}

const idOf = (run: Run): string => `${run.gtin}/${run.run}`;

function Pack({
  run,
  open,
  lot,
  unit,
  boxed,
  choose,
  packed,
  done,
}: {
  run: Run;
  open: Run[];
  lot: string | null;
  /** The number of the next crate; empty where the organisation has none to give. */
  unit: string;
  /** Whether the packages went into it. */
  boxed: Signal<boolean>;
  choose: (value: string) => void;
  /** Told which unit the packages went into, if any. */
  packed: (into: { unit: string; holds: string } | null) => void;
  done: () => Promise<void>;
}) {
  const w = words.value.packing;
  const lots = useLoad<{ lots: LotRow[] }>(`lots?gtin=${run.gtin}`);
  /** In words on these labels, as this browser printed them. */
  const printed = useAnswer<{ lot: string | undefined }>(idOf(run), async (id) => ({
    lot: printedLot(await (await store()).get("run", id)),
  }));
  const [free] = freeSpans(run) as [{ first: number; last: number }];
  const turn = useSignal(0);
  return (
    <Show of={printed.data === null ? { ...lots, data: null } : lots}>
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
              const { first, last } = spanOf(values, run);
              const isFree = freeSpans(run).some(
                (span) => span.first <= first && last <= span.last,
              );
              if (!isFree) throw new Wrong("first", notFree(run));
              const name = values.text("lot");
              const uri = canonicalLink({ key: "01", value: run.gtin, lot: name });
              const stands = printed.data?.lot;
              if (stands !== undefined && stands !== name) {
                throw new Wrong("lot", fill(w.otherLot, { lot: stands }));
              }
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
              const sscc = values.text("boxed") === "yes" ? values.text("unit") : "";
              if (sscc !== "") {
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
              const holds = fill(w.holds, {
                product: named(run.product, run.gtin),
                lot: name,
                count: count(quantity),
              });
              packed(sscc === "" ? null : { unit: sscc, holds });
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
              value={printed.data?.lot ?? lot ?? ""}
            />
            <p class="soft">
              {fill(w.free, {
                spans: spansOf(freeSpans(run)),
              })}
            </p>
            <div class="pair">
              <Text
                name="first"
                label={w.first}
                hint={w.numberHint}
                rule={LABEL}
                value={free.first + 1}
              />
              <Text name="last" label={w.last} rule={LABEL} value={free.last + 1} />
            </div>
            {unit !== "" && (
              <Choices
                name="boxed"
                label={w.boxed}
                several={false}
                value={[boxed.value ? "yes" : "no"]}
                options={[
                  { value: "no", text: w.boxedNot },
                  { value: "yes", text: w.boxedYes },
                ]}
                onChange={(value) => {
                  boxed.value = value === "yes";
                }}
              />
            )}
            {unit !== "" && boxed.value && (
              <Text
                key={unit}
                name="unit"
                label={w.unit}
                hint={w.unitHint}
                rule={SSCC}
                inputMode="numeric"
                value={unit}
              />
            )}
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
