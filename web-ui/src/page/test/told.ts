import { toBase64Url } from "../../shared/base64.ts";
import { utf8 } from "../../shared/bytes.ts";
import { canonical, type Json, type JsonObject } from "../../shared/json.ts";
import { rowOf } from "../../shared/kinds.ts";
import { sha256 } from "../../shared/sha256.ts";
import { GTIN, komatsuna, LOT, link, PLACE } from "../../shared/test/world.ts";
import { compareText } from "../../shared/text-order.ts";
import { readTrust } from "../../shared/trust.ts";
import { type Freshness, type Verification, verifyBundle } from "../../shared/verify.ts";

export const CHALLENGE = new Uint8Array(32).fill(7);
type Komatsuna = Awaited<ReturnType<typeof komatsuna>>;

/** A story that a test may go on with before somebody asks for its bundle. */
export class Told {
  readonly documents: string[] = [];
  readonly world: Komatsuna["world"];
  readonly labels: Komatsuna["labels"];
  readonly devices: Komatsuna["devices"];

  private constructor({ world, labels, devices }: Komatsuna) {
    this.world = world;
    this.labels = labels;
    this.devices = devices;
  }

  static async komatsuna(): Promise<Told> {
    const told = new Told(await komatsuna());
    // The story has a box; its days have no windows yet.
    await told.describe("organisation_described", {}, { name: "北俣農園" });
    await told.describe(
      "product_described",
      { "sanchi:gtin": GTIN },
      { name: { en: "Organic komatsuna", ja: "有機小松菜" } },
    );
    await told.describe(
      "place_described",
      { "sanchi:place": PLACE },
      { area: { en: "Aya", ja: "綾町" }, name: { en: "Field AY-012", ja: "ほ場 AY-012" } },
    );
    return told;
  }

  get grower() {
    return this.devices[0] as Komatsuna["devices"][number];
  }

  async describe(kind: string, about: JsonObject, content: JsonObject): Promise<void> {
    const bytes = utf8(canonical({ ...content, salt: "AAAAAAAAAAAAAAAAAAAAAA" }));
    const hash = toBase64Url(sha256(bytes));
    await this.world.administer(this.grower, kind, { ...about, "sanchi:document": hash });
    this.documents.push(toBase64Url(bytes));
  }

  /** The four words that the table has for a kind. */
  form(kind: string): [string, string, string, string] {
    const row = rowOf(kind);
    if (row === undefined) throw new Error(kind);
    return [row.type, row.action, row.bizStep, row.dispositions[0] as string];
  }

  /** An event about the lot by its grower. */
  async log(kind: string, members: JsonObject): Promise<string> {
    const lot = [{ epcClass: link(...LOT) }];
    return this.world.log(this.grower, kind, this.form(kind), { quantityList: lot, ...members });
  }

  async bundle(url: string, label: Json): Promise<Uint8Array> {
    const documents = [...this.documents].sort((a, b) => compareText(hashOf(a), hashOf(b)));
    return this.world.bundle(url, CHALLENGE, { documents, label });
  }

  async verify(freshness: Freshness = { challenge: CHALLENGE }): Promise<Verification> {
    return this.verifyAt(this.labels.url(3), this.labels.label(3), freshness);
  }

  async verifyAt(
    url: string,
    label: Json,
    freshness: Freshness = { challenge: CHALLENGE },
  ): Promise<Verification> {
    const trust = readTrust(this.world.trustJson());
    return verifyBundle(await this.bundle(url, label), trust, url, freshness);
  }
}

const hashOf = (document: string): string =>
  toBase64Url(sha256(new Uint8Array(Buffer.from(document, "base64url"))));
