/** As it was meant: keyboards write full-width letters and many kinds of hyphen, and leave spaces. */
export const tidied = (typed: string): string =>
  typed
    .normalize("NFKC")
    .replace(/[\u2010-\u2015\u2212\u30fc]/g, "-")
    .replace(/\s+/g, " ")
    .trim();
