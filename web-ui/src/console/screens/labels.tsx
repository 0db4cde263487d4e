import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { toBase64Url } from "../../shared/base64.ts";
import { merkleRoot } from "../../shared/merkle.ts";
import { labelHash } from "../../shared/serial.ts";
import { printShortCode, shortCodeOfLabel } from "../../shared/short-code.ts";
import { post, postForFile } from "../api.ts";
import {
  Act,
  Careful,
  count,
  dateTime,
  Empty,
  Form,
  fill,
  Screen,
  Select,
  Show,
  Text,
  useLoad,
} from "../parts.tsx";
import { Qr } from "../qr.tsx";
import { committed, postSigned, record, signAll } from "../record.ts";
import type { LotRow, Place, Product, Run } from "../rights.ts";
import { freeSpans, newRun, newSerials } from "../runs.ts";
import { language, named, say, words } from "../state.ts";
import { type PrintedRun, store } from "../store.ts";

const RUN_LABELS = 500;

export function LabelsScreen() {
  const w = words.value.labels;
  const products = useLoad<{ products: Product[] }>("products");
  const runs = useLoad<{ runs: Run[] }>("runs");
  const kept = useSignal<PrintedRun[]>([]);
  const chosen = useSignal("");
  const format = useSignal("a4");
  const loadKept = async () => {
    kept.value = await (await store()).getAll("run");
  };
  useEffect(() => {
    loadKept();
  }, []);
  return (
    <Screen title={w.title} lead={w.lead}>
      <Show of={products}>
        {({ products: all }) => {
          if (all.length === 0) {
            return (
              <Empty title={words.value.lots.needsProduct} text={w.needsProduct}>
                <a class="button" href="#/products/new">
                  {words.value.products.new}
                </a>
              </Empty>
            );
          }
          const product = all.find(({ gtin }) => gtin === chosen.value) ?? (all[0] as Product);
          return (
            <div class="split">
              <Form
                button={w.print}
                fields={{ "/sanchi:count": "count", "/quantityList": "product" }}
                submit={async (values) => {
                  const labels = Number(values.text("count"));
                  const { gtin } = product;
                  const run = newRun();
                  const serials = newSerials(run, labels);
                  const hashes = serials.map((serial) => labelHash(gtin, serial));
                  // Kept before it is signed: a run that is on the ledger has its labels
                  await (await store()).put("run", {
                    id: `${gtin}/${run}`,
                    gtin,
                    run,
                    serials,
                    printedAt: Date.now(),
                  });
                  const ids = await postSigned(
                    await signAll([
                      {
                        kind: "labels_printed",
                        members: {
                          quantityList: [
                            { epcClass: `https://id.gs1.org/01/${gtin}`, quantity: labels },
                          ],
                          "sanchi:run": run,
                          "sanchi:count": labels,
                          "sanchi:root": toBase64Url(merkleRoot(hashes)),
                        },
                      },
                    ]),
                  );
                  await post("labels", { gtin, run, hashes: hashes.map(toBase64Url) });
                  await committed(ids);
                  await download(gtin, run, serials, {
                    format: values.text("format"),
                    lot: values.text("lot"),
                    place: values.text("place"),
                  });
                  say(fill(w.printed, { count: count(labels) }));
                  await Promise.all([runs.reload(), loadKept()]);
                }}
              >
                <Select
                  name="product"
                  label={words.value.lots.product}
                  options={all.map((one) => ({ value: one.gtin, text: named(one.name, one.gtin) }))}
                  value={product.gtin}
                  onChange={(value) => {
                    chosen.value = value;
                  }}
                />
                <Text
                  name="count"
                  label={w.count}
                  hint={w.countHint}
                  type="number"
                  min={1}
                  max={RUN_LABELS}
                  value={48}
                />
                <Select
                  name="format"
                  label={w.format}
                  options={[
                    { value: "a4", text: w.formatA4 },
                    { value: "roll62", text: w.formatRoll },
                  ]}
                  value={format.value}
                  onChange={(value) => {
                    format.value = value;
                  }}
                />
                <LotChoice gtin={product.gtin} />
                <PlaceChoice />
              </Form>
              <Preview product={product} format={format.value} />
            </div>
          );
        }}
      </Show>
      <h2>{w.runs}</h2>
      <Show of={runs}>
        {({ runs: all }) =>
          all.length === 0 ? (
            <Empty title={w.none} text={w.noneText} />
          ) : (
            <ul class="cards">
              {all.map((run) => (
                <RunCard
                  key={`${run.gtin}/${run.run}`}
                  run={run}
                  kept={kept.value.find(({ id }) => id === `${run.gtin}/${run.run}`) ?? null}
                  reload={runs.reload}
                />
              ))}
            </ul>
          )
        }
      </Show>
    </Screen>
  );
}

function LotChoice({ gtin }: { gtin: string }) {
  const w = words.value.labels;
  const lots = useLoad<{ lots: LotRow[] }>(`lots?gtin=${gtin}`);
  return (
    <Select
      name="lot"
      label={words.value.lots.lot}
      hint={w.lotHint}
      required={false}
      options={(lots.data?.lots ?? [])
        .filter(({ own, state }) => own && state !== "recalled" && state !== "gone")
        .map(({ lot }) => ({ value: lot, text: lot }))}
    />
  );
}

function PlaceChoice() {
  const places = useLoad<{ places: Place[] }>("places");
  return (
    <Select
      name="place"
      label={words.value.lots.place}
      required={false}
      options={(places.data?.places ?? []).map(({ gln, name }) => ({
        value: gln,
        text: named(name, gln),
      }))}
    />
  );
}

interface Paper {
  format: string;
  lot?: string;
  place?: string;
}

/** The server draws the sheet, reads every code on it again, and keeps none of the serials. */
async function download(gtin: string, run: string, serials: string[], paper: Paper): Promise<void> {
  const pdf = await postForFile("sheets", {
    gtin,
    run,
    serials,
    format: paper.format,
    language: language.value,
    ...(paper.lot ? { lot: paper.lot } : {}),
    ...(paper.place ? { place: paper.place } : {}),
  });
  const url = URL.createObjectURL(pdf);
  const link = document.createElement("a");
  link.href = url;
  link.download = `labels-${run}.pdf`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** About how a label will look; its code leads nowhere. */
function Preview({ product, format }: { product: Product; format: string }) {
  const w = words.value.labels;
  const serial = `00000000${"0".repeat(12)}`;
  const other = product.name?.[language.value === "ja" ? "en" : "ja"] ?? "";
  const name = named(product.name, product.gtin);
  return (
    <figure class={`label-preview format-${format}`}>
      <div class="paper">
        <Qr
          text={`${location.origin}/01/${product.gtin}/21/${serial}`}
          title={w.sample}
          size={110}
        />
        <div>
          <p class="big">{name}</p>
          {other !== "" && other !== name && <p>{other}</p>}
          <p class="short">{printShortCode(shortCodeOfLabel(product.gtin, "0000", 0))}</p>
        </div>
      </div>
      <figcaption>{w.sample}</figcaption>
    </figure>
  );
}

function RunCard({
  run,
  kept,
  reload,
}: {
  run: Run;
  kept: PrintedRun | null;
  reload: () => Promise<void>;
}) {
  const w = words.value.labels;
  const free = freeSpans(run);
  const left = free.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const bound = sumOf(run, "bound");
  const voided = sumOf(run, "voided") + sumOf(run, "replaced");
  return (
    <li class="card">
      <div>
        <h3>
          {named(run.product, run.gtin)} · {run.run}
        </h3>
        <p class="soft">
          {dateTime(run.printedAt)} · {run.firstCode} – {run.lastCode}
        </p>
        <p>
          {fill(w.state, {
            labels: count(run.labels),
            bound: count(bound),
            left: count(left),
            voided: count(voided),
          })}
        </p>
        <div class="actions">
          {left > 0 && (
            <a class="button" href="#/packing">
              {words.value.nav.packing}
            </a>
          )}
          {kept !== null ? (
            <>
              <Act
                quiet
                button={w.again}
                act={() => download(run.gtin, run.run, kept.serials, { format: "a4" })}
              />
              <Act
                quiet
                button={w.againRoll}
                act={() => download(run.gtin, run.run, kept.serials, { format: "roll62" })}
              />
            </>
          ) : (
            <span class="soft">{w.elsewhere}</span>
          )}
          {free.length > 0 && (
            <Careful
              button={w.voidLeft}
              question={fill(w.voidQuestion, { count: count(left) })}
              act={async () => {
                await record(...free.map((span) => voiding(run, span)));
                await reload();
              }}
            />
          )}
        </div>
      </div>
    </li>
  );
}

export const voiding = (
  run: Pick<Run, "gtin" | "run">,
  { first, last }: { first: number; last: number },
) => ({
  kind: "labels_voided",
  members: {
    quantityList: [{ epcClass: `https://id.gs1.org/01/${run.gtin}`, quantity: last - first + 1 }],
    "sanchi:run": run.run,
    "sanchi:first": first,
    "sanchi:last": last,
  },
});

const sumOf = (run: Run, use: string): number =>
  run.uses
    .filter((one) => one.use === use)
    .reduce((sum, { first, last }) => sum + last - first + 1, 0);
