import type { JsonObject } from "../../shared/json.ts";
import { postFile } from "../api.ts";
import {
  Careful,
  Choices,
  dayText,
  FileField,
  Form,
  fill,
  Text,
  today,
  useLoad,
  type Values,
  Wrong,
} from "../parts.tsx";
import { describe } from "../record.ts";
import type { Product, Rights } from "../rights.ts";
import { device, language, named, words } from "../state.ts";
import { smaller } from "./products.tsx";

/** A certificate as its holder tells it, in the organisation's document: no certifier has signed it. */
export interface OwnCertificate {
  name: Record<string, string>;
  issuer: string;
  number: string;
  validFrom: string;
  validTo: string;
  /** GTINs; null for all goods. */
  products: string[] | null;
  paper: { hash: string; type: string } | null;
}

const PDF = "application/pdf";
const MOST_BYTES = 2 * 1024 * 1024;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const textsOf = (value: unknown): Record<string, string> =>
  typeof value === "string" ? { ja: value, en: value } : ((value ?? {}) as Record<string, string>);

/** What the organisation tells of its certificates, in its order. */
export const ownCertificates = ({ described }: Rights): OwnCertificate[] =>
  ((described?.["certificates"] ?? []) as JsonObject[]).map((one) => ({
    name: textsOf(one["name"]),
    issuer: textOf(one["issuer"]),
    number: textOf(one["number"]),
    validFrom: textOf(one["validFrom"]),
    validTo: textOf(one["validTo"]),
    products: (one["products"] as string[] | undefined) ?? null,
    paper: (one["paper"] as OwnCertificate["paper"] | undefined) ?? null,
  }));

export const ownName = ({ name }: OwnCertificate): string =>
  name[language.value] ?? name["ja"] ?? "";

/** What is said of it, as the document holds it: what nobody gave is left out. */
const toldOf = (one: OwnCertificate): JsonObject =>
  Object.fromEntries(
    Object.entries(one).filter(([, value]) => value !== "" && value !== null),
  ) as JsonObject;

/** Describes the organisation anew: everything else that it says of itself stays. */
const keep = (own: Rights, certificates: OwnCertificate[]): Promise<void> => {
  const { certificates: _, ...kept } = own.described ?? { name: own.names[own.gln] ?? own.gln };
  return describe(
    "organisation_described",
    {},
    {
      ...(kept as JsonObject),
      ...(certificates.length === 0 ? {} : { certificates: certificates.map(toldOf) }),
    },
  );
};

/** Certificates that the organisation shows by itself, with the paper, where no certifier takes part. */
export function OwnCertificates({
  own,
  done,
}: {
  own: Rights;
  done: (said: string) => Promise<void>;
}) {
  const w = words.value.ownCertificates;
  const products = useLoad<{ products: Product[] }>("products");
  const all = ownCertificates(own);
  const goods = products.data?.products ?? [];
  return (
    <section>
      <h2>{w.title}</h2>
      <p class="soft">{w.text}</p>
      {all.length > 0 && (
        <ul class="cards">
          {all.map((one) => (
            <li class="card" key={`${ownName(one)} ${one.number}`}>
              <div>
                <h3>{ownName(one)}</h3>
                <p>
                  <span class="tag">{w.tag}</span>{" "}
                  {one.validTo !== "" && one.validTo < today() ? (
                    <span class="tag status-revoked">{words.value.certificates.over}</span>
                  ) : (
                    one.validTo !== "" && fill(w.until, { date: dayText(one.validTo) })
                  )}
                </p>
                <p class="soft">
                  {[one.issuer, one.number, goodsOf(one, goods)]
                    .filter((text) => text !== "")
                    .join(" · ")}
                </p>
                {one.paper === null ? (
                  <p class="soft">{w.noPaper}</p>
                ) : (
                  <p>
                    <a href={`/api/photos/${one.paper.hash}`} target="_blank" rel="noreferrer">
                      {w.paper}
                    </a>
                  </p>
                )}
                {device.value !== null && (
                  <details>
                    <summary>{w.edit}</summary>
                    <Details
                      of={one}
                      goods={goods}
                      button={w.save}
                      submit={async (told) => {
                        await keep(
                          own,
                          all.map((before) => (before === one ? told : before)),
                        );
                        await done(fill(w.saved, { name: ownName(told) }));
                      }}
                    />
                    <Careful
                      button={w.remove}
                      question={fill(w.removeQuestion, { name: ownName(one) })}
                      act={async () => {
                        await keep(
                          own,
                          all.filter((other) => other !== one),
                        );
                        await done(fill(w.removed, { name: ownName(one) }));
                      }}
                    />
                  </details>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      {device.value === null ? (
        <p class="soft">{w.administrators}</p>
      ) : (
        <details class="box">
          <summary>{w.add}</summary>
          <Details
            key={all.length}
            of={null}
            goods={goods}
            button={w.addButton}
            submit={async (told) => {
              await keep(own, [...all, told]);
              await done(fill(w.saved, { name: ownName(told) }));
            }}
          />
        </details>
      )}
    </section>
  );
}

const goodsOf = ({ products }: OwnCertificate, goods: Product[]): string =>
  products === null
    ? words.value.ownCertificates.allGoods
    : products
        .map((gtin) => named(goods.find((one) => one.gtin === gtin)?.name ?? null, gtin))
        .join("、");

function Details({
  of,
  goods,
  button,
  submit,
}: {
  of: OwnCertificate | null;
  goods: Product[];
  button: string;
  submit: (told: OwnCertificate) => Promise<void>;
}) {
  const w = words.value.ownCertificates;
  return (
    <Form
      button={button}
      submit={async (values) => {
        const [validFrom, validTo] = [values.text("from"), values.text("to")];
        if (validTo !== "" && validFrom > validTo) {
          throw new Wrong("to", words.value.certificates.toBeforeFrom);
        }
        const ja = values.text("ja");
        const chosen = values.all("products");
        await submit({
          name: { ja, en: values.text("en") || ja },
          issuer: values.text("issuer"),
          number: values.text("reference"),
          validFrom,
          validTo,
          products: chosen.length === 0 ? null : chosen,
          paper: (await handed(values)) ?? of?.paper ?? null,
        });
      }}
    >
      <Text name="ja" label={w.nameJa} hint={w.nameHint} value={of?.name["ja"]} maxLength={80} />
      <Text name="en" label={w.nameEn} required={false} value={of?.name["en"]} maxLength={80} />
      <Text name="issuer" label={w.issuer} value={of?.issuer} maxLength={80} />
      <Text name="reference" label={w.number} required={false} value={of?.number} maxLength={60} />
      <div class="pair">
        <Text
          name="from"
          label={words.value.certificates.from}
          type="date"
          required={false}
          value={of?.validFrom}
        />
        <Text
          name="to"
          label={words.value.certificates.to}
          type="date"
          required={false}
          value={of?.validTo}
        />
      </div>
      {goods.length > 1 && (
        <Choices
          name="products"
          label={w.products}
          hint={w.productsHint}
          options={goods.map(({ gtin, name }) => ({ value: gtin, text: named(name, gtin) }))}
          value={of?.products ?? []}
        />
      )}
      <FileField
        name="paper"
        label={w.file}
        hint={of?.paper ? w.fileKept : w.fileHint}
        accept={`${PDF},image/jpeg,image/png,image/webp`}
      />
    </Form>
  );
}

/** The paper, kept by the server: a picture made smaller, a PDF as it is. */
async function handed(values: Values): Promise<OwnCertificate["paper"]> {
  const file = values.file("paper");
  if (file === null) return null;
  const w = words.value.ownCertificates;
  if (file.type !== PDF && !file.type.startsWith("image/")) throw new Wrong("paper", w.fileWrong);
  if (file.type === PDF && file.size > MOST_BYTES) throw new Wrong("paper", w.fileLarge);
  const sent = file.type === PDF ? file : await smaller(file).catch(() => null);
  if (sent === null) throw new Wrong("paper", w.fileWrong);
  return postFile("photos", sent);
}
