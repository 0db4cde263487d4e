import simpler from "../shared/words/easy.json";
import readings from "../shared/words/ruby.json";
import type { Words } from "../shared/words.ts";

/*
 * Easy Japanese: simpler sentences where there are some, and how the words are read. Loaded only by
 * who asks for it. `Ruby` does the same on the server.
 */

/** The Japanese words, with simpler ones where there are some. */
export const easier = (ja: Words): Words => ({
  ...ja,
  findings: { ...ja.findings, ...simpler.findings },
  ui: { ...ja.ui, ...simpler.ui },
});

interface Entry {
  kanji: string;
  /** What must follow, since it decides how the kanji are read. */
  kana: string;
  reading: string;
}

const KANJI = /[\u4e00-\u9fff々]+/g;

const ENTRIES: Entry[] = Object.entries(readings)
  .map(([word, reading]) => {
    const [kanji] = word.match(KANJI) as [string];
    return { kanji, kana: word.slice(kanji.length), reading };
  })
  .sort((a, b) => b.kanji.length - a.kanji.length || b.kana.length - a.kana.length);

/** A run of kanji is read as a whole or left alone: half a name with a wrong reading helps nobody. */
function read(run: string, after: string): Entry[] | null {
  const parts: Entry[] = [];
  for (let at = 0; at < run.length; ) {
    const entry = ENTRIES.find(
      ({ kanji, kana }) =>
        run.startsWith(kanji, at) &&
        (kana === "" || (at + kanji.length === run.length && after.startsWith(kana))),
    );
    if (entry === undefined) return null;
    parts.push(entry);
    at += entry.kanji.length;
  }
  return parts;
}

/** A text, with the readings of what can be read in it. */
export function rubyOf(text: string): (string | Pick<Entry, "kanji" | "reading">)[] {
  const pieces: ReturnType<typeof rubyOf> = [];
  let from = 0;
  for (const { 0: run, index } of text.matchAll(KANJI)) {
    const end = index + run.length;
    const parts = read(run, text.slice(end, end + 4));
    if (parts === null) continue;
    pieces.push(text.slice(from, index));
    pieces.push(...parts);
    from = end;
  }
  return [...pieces, text.slice(from)];
}

const LEFT_ALONE = "ruby, code, svg, option, .unseen, .address";

/** Adds readings to whatever appears in an element. */
export function keepReadable(root: Element): void {
  const observer = new MutationObserver(() => annotate(root, observer));
  annotate(root, observer);
}

function nodeOf(piece: ReturnType<typeof rubyOf>[number]): string | Node {
  if (typeof piece === "string") return piece;
  const ruby = document.createElement("ruby");
  const reading = document.createElement("rt");
  reading.append(piece.reading);
  ruby.append(piece.kanji, reading);
  return ruby;
}

function annotate(root: Element, observer: MutationObserver): void {
  observer.disconnect();
  const texts: Text[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.parentElement?.closest(LEFT_ALONE) !== null) continue;
    const pieces = rubyOf(text.data);
    if (pieces.length > 1) text.replaceWith(...pieces.map(nodeOf));
  }
  observer.observe(root, { characterData: true, childList: true, subtree: true });
}
