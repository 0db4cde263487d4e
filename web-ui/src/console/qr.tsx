import { useRef } from "preact/hooks";
import { encode } from "uqr";
import { words } from "./state.ts";

/** A QR code as vectors, with its quiet zone. */
export function Qr({ text, title, size = 240 }: { text: string; title: string; size?: number }) {
  const { data, size: modules } = encode(text, { ecc: "M", border: 4 });
  let path = "";
  data.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) path += `M${x} ${y}h1v1h-1z`;
    });
  });
  return (
    <svg
      class="qr"
      role="img"
      aria-label={title}
      width={size}
      height={size}
      viewBox={`0 0 ${modules} ${modules}`}
      shape-rendering="crispEdges"
    >
      <rect width={modules} height={modules} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** A card to put up where the thing is: phones read it, and people can type its number. */
export function CodeCard({
  link,
  kind,
  number,
  name,
}: {
  /** A canonical link, or one of the scanner's. */
  link: string;
  kind: "lot" | "place" | "unit" | "box" | "shipped" | "received" | "lot_inspected";
  number: string;
  /** What it is, where the number says too little. */
  name?: string;
}) {
  const w = words.value.codes;
  const card = useRef<HTMLElement>(null);
  const { pathname, hash } = new URL(link);
  /** It alone, whatever else the screen shows. */
  const printAlone = () => {
    card.current?.classList.add("printing");
    addEventListener("afterprint", () => card.current?.classList.remove("printing"), {
      once: true,
    });
    print();
  };
  return (
    <figure class="code-card" ref={card}>
      <Qr text={location.origin + pathname + hash} title={w[kind]} />
      <figcaption>
        <strong class="kind">{w[kind]}</strong>
        {name !== undefined && <span class="called">{name}</span>}
        <span class="called">{number}</span>
        <span class="soft">{w.text}</span>
        <button type="button" class="quiet" onClick={printAlone}>
          {w.print}
        </button>
      </figcaption>
    </figure>
  );
}
