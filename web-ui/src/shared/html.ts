/** A piece of a page, before it is HTML text or a tree of the browser's: text in it is only ever text. */
export type Piece = string | Tag | Piece[] | null | false;

export interface Tag {
  name: string;
  attributes: Attributes;
  children: Piece[];
}

export type Attributes = Record<string, string | boolean | null | ((event: Event) => void)>;

export const h = (name: string, attributes: Attributes = {}, ...children: Piece[]): Tag => ({
  name,
  attributes,
  children,
});

const VOID = /^(input|br|hr|img|meta|link)$/;

const SVG = /^(svg|path|rect|circle|text)$/;

const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

/** HTML text; listeners are left out. */
export function toHtml(piece: Piece): string {
  if (piece === null || piece === false) return "";
  if (typeof piece === "string") return escaped(piece);
  if (Array.isArray(piece)) return piece.map(toHtml).join("");
  const { name, attributes, children } = piece;
  let text = `<${name}`;
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === true) text += ` ${attribute}`;
    else if (typeof value === "string") text += ` ${attribute}="${escaped(value)}"`;
  }
  return VOID.test(name) ? `${text}>` : `${text}>${toHtml(children)}</${name}>`;
}

/** The browser's nodes; no text goes through its HTML parser. */
export function toNodes(piece: Piece): Node[] {
  if (piece === null || piece === false) return [];
  if (typeof piece === "string") return [document.createTextNode(piece)];
  if (Array.isArray(piece)) return piece.flatMap(toNodes);
  const { name, attributes, children } = piece;
  const element = SVG.test(name)
    ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(attribute.slice(2), value);
    else if (typeof value === "string") element.setAttribute(attribute, value);
    else if (value === true) element.setAttribute(attribute, "");
  }
  element.append(...toNodes(children));
  return [element];
}

/** Puts a piece in the place of what an element held. */
export const show = (element: Element, piece: Piece): void =>
  element.replaceChildren(...toNodes(piece));
