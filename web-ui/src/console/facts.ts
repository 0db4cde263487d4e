/** Members, without their prefix, that the console does not list among an event's facts. */
export const QUIET = new Set([
  "kind",
  "consortium",
  "organisation",
  "member",
  "precision",
  "loggedAt",
  "corrects",
  "document",
  "root",
  "proof",
  "photo",
  "worker",
  "report",
  "supplements",
]);

/** Places of labels in their run, from 0. */
export const LABEL_NUMBERS = new Set(["first", "last", "newFirst", "newLast"]);

export const TIMES = new Set(["from", "to", "suspectSince"]);
