// What a lying server can do to an answer. Each keeps the form that bundles must have.
import { createHash } from "node:crypto";

const idOf = (compact) =>
  createHash("sha256")
    .update(compact.slice(0, compact.lastIndexOf(".")))
    .digest("base64url");
const payloadOf = (compact) => JSON.parse(Buffer.from(compact.split(".")[1], "base64url"));
const kindOf = (compact) => payloadOf(compact)["sanchi:kind"];

/** Puts other events in the place of a bundle's; null leaves one out. Keeps order and indexes. */
function withEvents(bundle, change) {
  const changed = bundle.events.map(change);
  const order = [...changed.keys()]
    .filter((index) => changed[index] !== null)
    .sort((a, b) => (idOf(changed[a]) < idOf(changed[b]) ? -1 : 1));
  return {
    ...bundle,
    events: order.map((index) => changed[index]),
    histories: bundle.histories.map(([subject, entries]) => [
      subject,
      entries
        .filter(([index]) => changed[index] !== null)
        .map(([index, time]) => [order.indexOf(index), time]),
    ]),
  };
}

export const hide = (kind) => (bundle) =>
  withEvents(bundle, (compact) => (kindOf(compact) === kind ? null : compact));

/** As somebody does who can write into the server's database. */
export const rewrite = (kind, change) => (bundle) =>
  withEvents(bundle, (compact) => {
    if (kindOf(compact) !== kind) return compact;
    const [header, , signature] = compact.split(".");
    const payload = JSON.stringify(change(payloadOf(compact)));
    return `${header}.${Buffer.from(payload).toString("base64url")}.${signature}`;
  });

/** Gives one event the signature of another. */
export const swapSignature = (kind) => (bundle) =>
  withEvents(bundle, (compact) => {
    if (kindOf(compact) !== kind) return compact;
    const other = bundle.events.find((one) => kindOf(one) !== kind);
    return `${compact.slice(0, compact.lastIndexOf("."))}${other.slice(other.lastIndexOf("."))}`;
  });

/** Leaves a whole history out, with the events that stand in no other. */
export const leaveOut = (type) => (bundle) => {
  const left = bundle.histories.filter(([subject]) => !subject.startsWith(`${type}/`));
  const used = new Set(left.flatMap(([, entries]) => entries.map(([index]) => index)));
  const smaller = withEvents({ ...bundle, histories: left }, (compact) =>
    used.has(bundle.events.indexOf(compact)) ? compact : null,
  );
  return smaller;
};

/** One peer's endorsement alone. */
export const oneEndorsement = (bundle) => ({
  ...bundle,
  statement: { ...bundle.statement, endorsements: bundle.statement.endorsements.slice(0, 1) },
});

export const broken = (bundle) => ({ ...bundle, format: "sanchi-bundle-v9" });
