// UTF-16 puts the surrogates, which stand for the highest code points, below U+E000.
const rank = (unit: number): number =>
  unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;

/** Negative, zero or positive: the order of the texts' UTF-8 bytes. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

export const ascending = (texts: string[]): boolean =>
  texts.every((text, i) => i === 0 || compareText(texts[i - 1] as string, text) < 0);
