import type { ComponentChildren } from "preact";
import { kindWords } from "../kinds.ts";
import { count, dateTime, Empty, fill, Screen, Show, useLoad, wordOf } from "../parts.tsx";
import { type Name, named, words } from "../state.ts";

interface Work {
  applications: { gdti: string; scheme: string | null }[];
  certificates: { gdti: string; scheme: string | null; validTo: string | null }[];
  offers: { id: string; name: string; device: string; shortCode: string; offeredAt: number }[];
  plans: { id: string; madeAt: number; ready: boolean }[];
  recalls: { gtin: string; lot: string; product: Name; since: number }[];
  refused: {
    id: string;
    kind: string | null;
    name: string | null;
    sentence: string;
    shortCode: string;
    refusedAt: number;
  }[];
  unsent: {
    kid: string;
    name: string | null;
    shortCode: string;
    missing: number;
    lastTime: number;
  }[];
}

/** The way that goods take through the office. */
const FLOW = [
  ["places", "places"],
  ["products", "products"],
  ["lots", "lots"],
  ["labels", "labels"],
  ["packing", "packing"],
  ["devices", "devices"],
] as const;

/** 「今すぐ」: what waits for somebody, the most urgent first. */
export function WorkScreen() {
  const w = words.value.work;
  const work = useLoad<Work>("work");
  return (
    <Screen title={w.title}>
      <Show of={work}>
        {(data) => {
          const nothing = Object.values(data).every((list) => list.length === 0);
          return (
            <>
              {nothing && (
                <>
                  <Empty title={w.nothing} text={w.nothingText} />
                  <h2>{w.flow}</h2>
                  <ol class="steps-first">
                    {FLOW.map(([path, name]) => (
                      <li key={path}>
                        <a href={`#/${path}`}>{words.value.nav[name]}</a>: {w.flowSteps[name]}
                      </li>
                    ))}
                  </ol>
                </>
              )}
              <Group tone="red" title={w.recalls} items={data.recalls}>
                {(recall) => (
                  <a href={`#/lots/${recall.gtin}/${encodeURIComponent(recall.lot)}`}>
                    {fill(w.recall, {
                      product: named(recall.product, recall.gtin),
                      lot: recall.lot,
                      when: dateTime(recall.since),
                    })}
                  </a>
                )}
              </Group>
              <Group tone="red" title={w.plans} items={data.plans}>
                {(plan) => (
                  <a href="#/recall">
                    {fill(plan.ready ? w.planReady : w.plan, { when: dateTime(plan.madeAt) })}
                  </a>
                )}
              </Group>
              <Group tone="amber" title={w.offers} items={data.offers}>
                {(offer) => (
                  <a href="#/devices">
                    {fill(w.offer, { name: offer.name, code: offer.shortCode })}
                  </a>
                )}
              </Group>
              <Group tone="amber" title={w.refused} items={data.refused}>
                {(event) => (
                  <>
                    <strong>{wordOf(kindWords(), event.kind)}</strong>
                    {`: ${event.sentence} `}
                    <span class="soft">
                      {fill(w.refusedBy, {
                        name: event.name ?? event.shortCode,
                        when: dateTime(event.refusedAt),
                      })}
                    </span>
                  </>
                )}
              </Group>
              <Group tone="amber" title={w.unsent} items={data.unsent}>
                {(key) =>
                  fill(w.unsentOne, {
                    name: key.name ?? key.shortCode,
                    count: count(key.missing),
                    when: dateTime(key.lastTime),
                  })
                }
              </Group>
              <Group tone="amber" title={w.certificates} items={data.certificates}>
                {(certificate) => (
                  <a href="#/certificates">
                    {fill(w.certificate, {
                      scheme: wordOf(words.value.schemes, certificate.scheme),
                      gdti: certificate.gdti,
                      date: certificate.validTo ?? "",
                    })}
                  </a>
                )}
              </Group>
              <Group tone="amber" title={w.applications} items={data.applications}>
                {(certificate) => (
                  <a href="#/certificates">
                    {`${wordOf(words.value.schemes, certificate.scheme)} ${certificate.gdti}`}
                  </a>
                )}
              </Group>
            </>
          );
        }}
      </Show>
    </Screen>
  );
}

function Group<T>({
  tone,
  title,
  items,
  children,
}: {
  tone: "red" | "amber";
  title: string;
  items: T[];
  children: (item: T) => ComponentChildren;
}) {
  if (items.length === 0) return null;
  return (
    <section class={`box ${tone}`}>
      <h2>
        {title} <span class="number">{count(items.length)}</span>
      </h2>
      <ul>
        {items.map((item, i) => (
          <li key={i}>{children(item)}</li>
        ))}
      </ul>
    </section>
  );
}
