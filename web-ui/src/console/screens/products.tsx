import { useSignal } from "@preact/signals";
import type { JsonObject } from "../../shared/json.ts";
import { postFile, put } from "../api.ts";
import { freeNumber, GTIN, inRange } from "../numbers.ts";
import {
  count,
  Empty,
  FileField,
  Form,
  fill,
  Screen,
  Select,
  Show,
  Text,
  useLoad,
  type Values,
  Wrong,
  wordOf,
} from "../parts.tsx";
import { describe } from "../record.ts";
import {
  type Certificate,
  EXPIRIES,
  type Expiry,
  type Product,
  type ProductDefaults,
  prefixesOf,
  type Rights,
} from "../rights.ts";
import { type Name, named, session, words } from "../state.ts";
import { crossed } from "./lots.tsx";

export const useRights = () =>
  useLoad<Rights>(session.value === null ? null : `organisations/${session.value.organisation}`);

export function ProductsScreen() {
  const w = words.value.products;
  const products = useLoad<{ products: Product[] }>("products");
  return (
    <Screen
      title={w.title}
      actions={
        (products.data?.products.length ?? 0) > 0 && (
          <>
            <a class="button quiet" href="#/import">
              {words.value.nav.import}
            </a>
            <a class="button" href="#/products/new">
              {w.new}
            </a>
          </>
        )
      }
    >
      <Show of={products}>
        {({ products: all }) =>
          all.length === 0 ? (
            <Empty title={w.none} text={w.noneText}>
              <a class="button" href="#/products/new">
                {w.new}
              </a>
              <a class="button quiet" href="#/import">
                {words.value.nav.import}
              </a>
            </Empty>
          ) : (
            <ul class="cards">
              {all.map((product) => (
                <li key={product.gtin} class="card">
                  {product.photo !== null && (
                    <img src={`/api/photos/${product.photo.hash}`} alt="" width="96" height="96" />
                  )}
                  <div>
                    <h2>
                      <a href={`#/products/${product.gtin}`}>{named(product.name, product.gtin)}</a>
                    </h2>
                    <p class="soft">GTIN {product.gtin}</p>
                    <p class="soft">{w.lots.replace("{count}", count(product.lots))}</p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Show>
    </Screen>
  );
}

const LONGEST_SIDE = 1200;
const QUALITY = 0.82;

/** A picture small enough for a shop's reception, without where and by what it was taken. */
export async function smaller(file: File): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error()) : resolve(blob)),
      "image/jpeg",
      QUALITY,
    ),
  );
}

/** The language tag (BCP 47) of Japanese in kana. */
const KANA = "ja-Hrkt";

/** How a Japanese name is read: what people type who look for it. */
export function Reading({ name }: { name: Name }) {
  const w = words.value.products;
  return (
    <Text
      name="reading"
      label={w.reading}
      hint={w.readingHint}
      required={false}
      value={name?.[KANA]}
      maxLength={80}
    />
  );
}

/** In hiragana, as a member of a name; none where nobody gave it. */
export function reading(values: Values): Record<string, string> {
  const typed = values
    .text("reading")
    .normalize("NFKC")
    .replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
  return typed === "" ? {} : { [KANA]: typed };
}

/** A new product, or a new description of one. */
export function ProductScreen({ gtin }: { gtin: string | null }) {
  const w = words.value.products;
  const rights = useRights();
  const products = useLoad<{ products: Product[] }>("products");
  const certificates = useLoad<{ certificates: Certificate[] }>("certificates");
  const claim = useSignal<string | null>(null);
  return (
    <Screen title={gtin === null ? w.new : w.edit} lead={w.lead}>
      <Show of={rights}>
        {(own) => (
          <Show of={products}>
            {({ products: all }) => {
              const product = all.find((one) => one.gtin === gtin) ?? null;
              if (gtin !== null && product === null) {
                return <Empty title={w.nowhere} text={gtin} />;
              }
              if (prefixesOf(own).length === 0) {
                return <Empty title={w.noRange} text={w.noRangeText} />;
              }
              const held = (certificates.data?.certificates ?? []).filter(
                ({ holder, status }) => holder === own.gln && status === "granted",
              );
              const defaults: ProductDefaults = product?.defaults ?? {};
              const claimed = claim.value ?? defaults.claim ?? "";
              return (
                <Form
                  button={w.sign}
                  cancel="products"
                  fields={{ "/sanchi:gtin": "gtin", "/name": "ja" }}
                  submit={async (values) => {
                    const number = gtin ?? values.text("gtin").padStart(14, "0");
                    const other = gtin === null && all.find((one) => one.gtin === number);
                    if (other) {
                      throw new Wrong("gtin", fill(w.taken, { name: named(other.name, number) }));
                    }
                    const prefixes = prefixesOf(own);
                    if (!inRange("gtin", number, prefixes)) {
                      const all = prefixes.join(words.value.common.and);
                      throw new Wrong("gtin", fill(w.notYours, { prefixes: all }));
                    }
                    crossed(values);
                    const content: JsonObject = {
                      name: {
                        ja: values.text("ja"),
                        en: values.text("en") || values.text("ja"),
                        ...reading(values),
                      },
                    };
                    const file = values.file("photo");
                    if (file !== null) {
                      content["photo"] = await postFile<{ hash: string; type: string }>(
                        "photos",
                        await smaller(file),
                      );
                    } else if (product?.photo) {
                      content["photo"] = product.photo;
                    }
                    await describe("product_described", { "sanchi:gtin": number }, content);
                    const kept: ProductDefaults = {};
                    for (const name of [
                      "minimum",
                      "maximum",
                      "minutes",
                      "origin",
                      "variety",
                      "species",
                      "aquacultureMethod",
                      "claim",
                      "certificate",
                    ] as const) {
                      const value = values.text(name);
                      if (value !== "") kept[name] = value;
                    }
                    const expiry = values.text("expiry");
                    if (expiry !== "") kept.expiry = expiry as Expiry;
                    await put(`products/${number}/defaults`, kept);
                    return { to: "products", said: w.saved };
                  }}
                >
                  {gtin !== null && <p class="soft">GTIN {gtin}</p>}
                  <Text name="ja" label={w.nameJa} value={product?.name?.["ja"]} maxLength={80} />
                  <Reading name={product?.name ?? null} />
                  <Text
                    name="en"
                    label={w.nameEn}
                    required={false}
                    value={product?.name?.["en"]}
                    maxLength={80}
                  />
                  {gtin === null && (
                    <Text
                      name="gtin"
                      label="GTIN"
                      hint={w.gtinHint}
                      rule={GTIN}
                      inputMode="numeric"
                      value={freeNumber(
                        "gtin",
                        prefixesOf(own),
                        new Set(all.map((one) => one.gtin)),
                      )}
                    />
                  )}
                  <FileField
                    name="photo"
                    label={w.photo}
                    hint={w.photoHint}
                    accept="image/jpeg,image/png,image/webp"
                  >
                    {product?.photo && (
                      <img
                        src={`/api/photos/${product.photo.hash}`}
                        alt=""
                        width="96"
                        height="96"
                      />
                    )}
                  </FileField>
                  <h2>{w.defaults}</h2>
                  <p class="soft">{w.defaultsText}</p>
                  <div class="pair">
                    <Text
                      name="minimum"
                      label={words.value.lots.minimum}
                      required={false}
                      type="number"
                      step="0.1"
                      value={defaults.minimum}
                    />
                    <Text
                      name="maximum"
                      label={words.value.lots.maximum}
                      required={false}
                      type="number"
                      step="0.1"
                      value={defaults.maximum}
                    />
                    <Text
                      name="minutes"
                      label={words.value.lots.minutes}
                      required={false}
                      type="number"
                      min={0}
                      value={defaults.minutes}
                    />
                  </div>
                  <div class="pair">
                    <Text
                      name="origin"
                      label={words.value.lots.origin}
                      required={false}
                      value={defaults.origin}
                    />
                    <Text
                      name="variety"
                      label={words.value.lots.variety}
                      required={false}
                      value={defaults.variety}
                    />
                    {own.roles.includes("fisher") && (
                      <>
                        <Text
                          name="species"
                          label={words.value.lots.species}
                          hint={words.value.lots.speciesHint}
                          required={false}
                          value={defaults.species}
                        />
                        <Text
                          name="aquacultureMethod"
                          label={words.value.lots.aquacultureMethod}
                          hint={words.value.lots.aquacultureMethodHint}
                          required={false}
                          value={defaults.aquacultureMethod}
                        />
                      </>
                    )}
                  </div>
                  <Select
                    name="expiry"
                    label={words.value.lots.expiry}
                    required={false}
                    options={EXPIRIES.map((value) => ({
                      value,
                      text: words.value.lots.expiries[value],
                    }))}
                    value={defaults.expiry ?? ""}
                  />
                  <Select
                    name="claim"
                    label={w.claim}
                    hint={held.length === 0 ? w.claimNone : w.claimHint}
                    required={false}
                    options={Object.entries(words.value.claims).map(([value, text]) => ({
                      value,
                      text,
                    }))}
                    value={claimed}
                    onChange={(value) => {
                      claim.value = value;
                    }}
                  />
                  {claimed !== "" && (
                    <Select
                      name="certificate"
                      label={w.certificate}
                      options={held.map(({ link, gdti, scheme }) => ({
                        value: link,
                        text: `${wordOf(words.value.schemes, scheme)} ${gdti}`,
                      }))}
                      value={defaults.certificate ?? ""}
                    />
                  )}
                </Form>
              );
            }}
          </Show>
        )}
      </Show>
    </Screen>
  );
}
