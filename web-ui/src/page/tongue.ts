import type { Piece } from "../shared/html.ts";

/*
 * On an English page names and notes may be in Japanese: marked as such, they are read and broken
 * as Japanese. Loaded only by who reads English. `Tongue` does the same on the server.
 */

const LETTER = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f";
const JAPANESE = new RegExp(
  `[${LETTER}](?:[${LETTER}\u3000-\u303f\uff00-\uffef0-9]*[${LETTER}])?`,
  "g",
);

/** A text's runs in Japanese, and what stands between them. */
export function tonguesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: run, index } of text.matchAll(JAPANESE)) {
    pieces.push(text.slice(from, index), {
      name: "span",
      attributes: { lang: "ja" },
      children: [run],
    });
    from = index + run.length;
  }
  return [...pieces, text.slice(from)].filter((piece) => piece !== "");
}

export function markJapanese(piece: Piece): Piece {
  if (piece === null || piece === false) return piece;
  if (typeof piece === "string") return tonguesOf(piece);
  if (Array.isArray(piece)) return piece.map(markJapanese);
  if (piece.name === "svg" || piece.name === "code") return piece;
  return { ...piece, children: piece.children.map(markJapanese) };
}
