/** The ledger knows of no earlier day. */
export const FIRST_DAY = "2000-01-01";

/**
 * Whole years between two days.
 *
 * @param before `2019-12-31`
 * @param now `2026-11-26`
 */
export function yearsBetween(before: string, now: string): number {
  const years = Number(now.slice(0, 4)) - Number(before.slice(0, 4));
  return now.slice(5) < before.slice(5) ? years - 1 : years;
}

/** A day out of a spreadsheet. */
export interface Day {
  /** `2026-10-07` */
  day: string;
  /** The sheet does not say the year: the last such day that is not to come. */
  yearGuessed: boolean;
}

/** Years before the first of each era. */
const ERAS: Record<string, number> = { 令和: 2018, r: 2018, 平成: 1988, h: 1988 };

/** Excel counts days from here, as far as days after February 1900 go. */
const EXCEL_EPOCH = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;

/**
 * A day as people in Japan write it: the year first, in either calendar, with whatever stands between;
 * also Excel's own number of a day.
 *
 * @param today where the office is, `2026-11-26`
 * @returns null where it is no day
 */
export function readDay(text: string, today: string): Day | null {
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    // The day of the week, and the time of day that Excel adds
    .replace(/\([月火水木金土日]曜?日?\)/g, "")
    .replace(/[t\s]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?z?\s*$/, "")
    .replace(/\s/g, "")
    .replace(/[年月/.\u2010-\u2015\u2212ー-]/g, "-")
    .replace(/日$/, "");
  const sure = (year: number, month: string, day: string): Day | null => {
    const found = dayOf(year, Number(month), Number(day));
    return found === null ? null : { day: found, yearGuessed: false };
  };
  let found =
    /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(plain) ?? /^(20\d{2})(\d{2})(\d{2})$/.exec(plain);
  if (found) return sure(Number(found[1]), found[2] as string, found[3] as string);
  found = /^(令和|平成|r|h)(\d{1,2}|元)-(\d{1,2})-(\d{1,2})$/.exec(plain);
  if (found) {
    const year = found[2] === "元" ? 1 : Number(found[2]);
    return sure((ERAS[found[1] as string] ?? 0) + year, found[3] as string, found[4] as string);
  }
  found = /^(\d{2})-(\d{1,2})-(\d{1,2})$/.exec(plain);
  if (found) return sure(2000 + Number(found[1]), found[2] as string, found[3] as string);
  found = /^(\d{1,2})-(\d{1,2})$/.exec(plain);
  if (found) return lastOne(Number(found[1]), Number(found[2]), today);
  if (/^[34567]\d{4}(-\d+)?$/.test(plain)) {
    const days = Number(plain.split("-")[0]);
    const date = new Date(EXCEL_EPOCH + days * DAY_MS).toISOString().slice(0, 10);
    return { day: date, yearGuessed: false };
  }
  return null;
}

function dayOf(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const there = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return there && year >= 2000 && year < 2100 ? date.toISOString().slice(0, 10) : null;
}

/** The last such day until today: of a leap year, if need be. */
function lastOne(month: number, day: number, today: string): Day | null {
  const year = Number(today.slice(0, 4));
  for (let back = 0; back < 9; back++) {
    const found = dayOf(year - back, month, day);
    if (found !== null && found <= today) return { day: found, yearGuessed: true };
  }
  return null;
}
