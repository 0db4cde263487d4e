import address from "../shared/words/ruby.json?url";

/*
 * How the words of easy Japanese are read. Loaded only by who asks for it. `Ruby` does the same on
 * the server. The readings come beside the proof, not before it: nobody waits for them.
 */

interface Entry {
  /** What must stand before: kana, a whole number, or `#` for any. */
  before: string;
  kanji: string;
  /** What must follow, since it decides how the kanji are read. */
  after: string;
  /** Empty where they are better left alone. */
  reading: string;
}

const KANJI = /[\u4e00-\u9fff々]+/g;
const NUMBER = /(\d+)( ?)$/;
/** What a kanji alone may follow as a word of its own: no kana of a longer word, as in ほうれん草. */
const APART = /(^|[\s、。・（「：:/}]|[のをがはにとでへやたるいうなて])$/;
/** And what may follow it: no ending of another word, as in 数える. */
const PARTICLE = /^($|[^\u3041-\u309f]|[のをがはにとでもへやかだなま])/;

const exactness = ({ before, after }: Entry): number =>
  (before === "#" ? 0 : before.length) + after.length;

let entries: Entry[] = [];
let counted = new Set<string>();

/** @param readings by word */
export function learn(readings: Record<string, string>): void {
  entries = Object.entries(readings)
    .map(([word, reading]) => {
      const [kanji] = word.match(KANJI) as [string];
      const at = word.indexOf(kanji);
      return { before: word.slice(0, at), kanji, after: word.slice(at + kanji.length), reading };
    })
    .sort((a, b) => b.kanji.length - a.kanji.length || exactness(b) - exactness(a));
  counted = new Set(entries.filter(({ before }) => before === "#").map(({ kanji }) => kanji));
}

/** Whether a word is read so between these texts. */
function fits({ before, kanji, after }: Entry, text: string, rest: string): boolean {
  if (!rest.startsWith(after)) return false;
  const [, number, space] = NUMBER.exec(text) ?? [];
  if (/^[#\d]/.test(before)) return before === "#" ? number !== undefined : number === before;
  // 3人 is no 人, and 3件 no word of its own
  if (number !== undefined && (space === "" || counted.has(kanji))) return false;
  if (before !== "") return text.endsWith(before);
  return kanji.length > 1 || after !== "" || (APART.test(text) && PARTICLE.test(rest));
}

/**
 * A run of kanji is one word, or words of two and more: alone they are read in another way than
 * together, and half a name with a wrong reading helps nobody.
 */
function read(run: string, before: string, after: string): Entry[] | null {
  const whole = entries.find((entry) => entry.kanji === run && fits(entry, before, after));
  if (whole !== undefined) return whole.reading === "" ? null : [whole];
  const parts: Entry[] = [];
  for (let at = 0; at < run.length; ) {
    const entry = entries.find(
      (one) =>
        one.kanji.length > 1 &&
        run.startsWith(one.kanji, at) &&
        fits(one, at === 0 ? before : "", run.slice(at + one.kanji.length) + after),
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
    const parts = read(run, text.slice(Math.max(0, index - 8), index), text.slice(end, end + 8));
    if (parts === null) continue;
    pieces.push(text.slice(from, index));
    pieces.push(...parts);
    from = end;
  }
  return [...pieces, text.slice(from)];
}

const LEFT_ALONE = "ruby, code, svg, option, .unseen, .address";

/** Adds readings to whatever appears in an element; without a network it stays as it is. */
export async function keepReadable(root: Element): Promise<void> {
  const answer = await fetch(address, { credentials: "omit" }).catch(() => null);
  if (!answer?.ok) return;
  learn(await answer.json());
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
