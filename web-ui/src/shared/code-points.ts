// The code points that text may hold: the kernel's text-code-points.txt, a quarter as long. Each pair of
// numbers is the distance from the last range's end to the next one's start, and to its end; a letter is
// a digit in base 26, a small one a number's last.
// Fixed for ever, like that file; a test compares the two.
const DISTANCES =
  "bBIcdffgcactcPgcBldBxdccCcjBaffmBbdJfcChdDwpCgdBwdocBbdackCcucrmGuchdbdvcgcaeddidbddjafbcedydc" +
  "cffbdvcgcbcbcbdacefbdceaidcaiqlccicccvcgcbcedjccccdaqddligccchdbdvcgcbcedidbdcicfbcedrlbcfeccd" +
  "ebcacbebecelfeeccddahapugmcccwcpehcccdibccgddjivcccwcjcedicccdibiacddjcbomcccBycccffpdzcccrexc" +
  "icadgeaffcachhjdcnCffBcBmbcacecxcacwdecacfdjddBhCtcBjfBmcBjcocmBmHpcagadOmcddgcacddBocddBgcddg" +
  "cacddocCecddCodBfezhDhdfdZseDkimcgmwktnmcccbnDpdjhjhocjhDkiBqgCrlBeclflfaeBpdemBrfzhkeCjdCmcBc" +
  "dkhjhndqCmCxfBseEljCheoeChiBqdkjBqgJpcKwdfdBldfdhcacacacBedCacocndfcsdccicndzgCbghdBacmeBfrBgq" +
  "FjfZmBakwCRrdBfcFvcBucFrgBscagadCdibpxkgcgcgcgcgcgcgcgcEkBuzcDknIfBblfClcDhdDygBqcDpcDfnBucBPP" +
  "seBSueCckNjvHbjHjdiBrCdejhCdjCrjlhElmBdeCzckfBgcCckndjdDyzBblfdfdfkgcgcChfEvdjhQNrnwfBwDAzKAfd" +
  "EbBngnegzcecacbcbcEtsOarCldCbBpndzhBycscdfecFefHhefdfdfdcegcgledlczcscbcodnBjEsgcfBseDjcmeaBwB" +
  "tFbBceBwqBbfBjkBdgBqgBdcBkfnBrGbdjhBjfBjfBnjBzmaFpLykvlhFxfdacBrcbeadwcCtjiBxscbgBgeBagaCnCdft" +
  "dBxcbghcccBcdcfjiiiClBhBmflkCbeBcdBagzidngDdCuCeByoByiBtjjLjBecBpccdbDbBnjBpDjBbvwkCzfBdqComad" +
  "yijhCacrjBmkDrctmrcBrCogcacdcockhCggjhdchdbdvcgcbcecjdbdcdahaggdgeeFkDnceBfCtjjGlCbdBlBjCqmjhm" +
  "uCeijCdBadofpHlChDxDenhdadhcbcBdcbdlkjCthdBtdkBcCtjDeBeCeKeicBscnlBceBfdvcnCwgcbcBreacbcijjhfc" +
  "bcBkcbcfijLzyHcaqBxoBJmDzEgcemHnEBtBPeciFZkWkMUcVwiBecjfbDtBddflCrljcgcugsBAnDmDyCwfCeiqCnembp" +
  "JBzjBVpBriNGiLaBycsdjPfDKvEcgmeiijdhHIrJllBmdHjyCrFztnDikyFgDgcCscbdadbddclcacgcCmcddhcgcBbcdc" +
  "ecaegcNbdLfdBAzqecoCAjgcqdgcbceIgBsendjfbOfCfgaBXhHodpBqCxfjfbBEgCpCzCiHndcBacbcadacjcdcacahaf" +
  "acacacccbcadacacacacacbcaddcgcdcdcacjcqgccecqCbbKlBrfDvnodococBklGrCfBcoBrfiibpfFzBLvjmemeElnD" +
  "kilvlfCdjjhBnjBddbDbEqcDdcFenndeecggkyigkcogBqFqcCcBmjBNrDQSrCFzDSYnBLHMiaBfDrEzJfDSFpDSYndDSY" +
  "n";

/** The ranges as a regular expression's character class holds them. */
export function codePointClass(): string {
  let last = 0;
  const ends = (DISTANCES.match(/[A-Z]*[a-z]/g) as string[]).map((letters) => {
    let distance = 0;
    for (const letter of letters) distance = 26 * distance + Number.parseInt(letter, 36) - 10;
    last += distance;
    return `\\u{${last.toString(16)}}`;
  });
  return ends.map((end, i) => (i % 2 === 0 ? end : `-${end}`)).join("");
}
