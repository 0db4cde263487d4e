import { type Signal, useSignal } from "@preact/signals";
import { canonicalLink } from "../../shared/digital-link.ts";
import { GDTI, numberOf, SCHEME } from "../numbers.ts";
import {
  dateOnly,
  Empty,
  Form,
  fill,
  Screen,
  Select,
  Show,
  Text,
  today,
  useLoad,
  type Values,
  Wrong,
  wordOf,
} from "../parts.tsx";
import { record } from "../record.ts";
import { type Certificate, prefixesOf, type Rights } from "../rights.ts";
import { identities, named, say, words } from "../state.ts";
import { useOrganisations } from "./organisations.tsx";
import { OwnCertificates } from "./own-certificates.tsx";
import { useRights } from "./products.tsx";

/** Own certificates; for a certifier also those that wait for a decision. */
export function CertificatesScreen() {
  const w = words.value.certificates;
  const rights = useRights();
  const certificates = useLoad<{ certificates: Certificate[] }>("certificates", true);
  return (
    <Screen title={w.title} lead={w.lead}>
      <Show of={rights}>
        {(own) => (
          <Show of={certificates}>
            {({ certificates: all }) => {
              const done = async (said: string) => {
                await certificates.reload();
                say(said);
              };
              return (
                <>
                  <Decide own={own} all={all} done={done} />
                  {own.roles.some((role) => APPLICANTS.includes(role)) && (
                    <Apply own={own} all={all} reload={certificates.reload} />
                  )}
                  {all.length === 0 ? (
                    <Empty title={w.none} text={w.noneText} />
                  ) : (
                    <ul class="cards">
                      {all.map((one) => (
                        <One key={one.gdti} certificate={one} own={own} done={done} />
                      ))}
                    </ul>
                  )}
                  {own.roles.some((role) => APPLICANTS.includes(role)) && (
                    <OwnCertificates
                      own={own}
                      done={async (said) => {
                        await rights.reload();
                        say(said);
                      }}
                    />
                  )}
                </>
              );
            }}
          </Show>
        )}
      </Show>
    </Screen>
  );
}

const APPLICANTS = ["grower", "fisher", "processor", "retailer", "carrier"];

type Done = (said: string) => Promise<void>;

const linkOf = (gdti: string): string => canonicalLink({ key: "253", value: gdti });

/** A day of a certificate, which has no hour and no zone. */
const dayText = (day: string | null): string =>
  day === null ? "" : dateOnly(Date.parse(`${day}T00:00`));

/** What the certificate is for, by the words that people know. */
const schemeText = (scheme: string | null): string => wordOf(words.value.schemes, scheme);

function One({ certificate, own, done }: { certificate: Certificate; own: Rights; done: Done }) {
  const w = words.value.certificates;
  const { gdti, status, scheme, scope, validFrom, validTo, parties, holder, certifier } =
    certificate;
  const over = status === "granted" && validTo !== null && validTo < today();
  // Nobody else's word about it counts: not even another certifier's
  const issued = certifier === own.gln && own.roles.includes("certifier");
  const authority = own.roles.includes("authority");
  const nameOf = (gln: string) => named(parties.find((one) => one.gln === gln)?.name ?? null, gln);
  return (
    <li class="card">
      <div>
        <h2>{schemeText(scheme)}</h2>
        <p>
          <span class={`tag status-${over ? "revoked" : status}`}>
            {over ? w.over : w.statuses[status]}
          </span>{" "}
          {validTo !== null && fill(w.valid, { from: dayText(validFrom), to: dayText(validTo) })}
        </p>
        {scope !== null && <p>{scope}</p>}
        <p class="soft">
          GDTI {gdti} ·{" "}
          {parties
            .filter(({ gln }) => (holder === null ? gln !== certifier : gln === holder))
            .map(({ gln, name }) => named(name, gln))
            .join("、")}
          {certifier !== null && ` · ${fill(w.grantedBy, { name: nameOf(certifier) })}`}
        </p>
        {status === "applied" && !own.accreditations.includes(scheme ?? "") && (
          <p class="soft">{w.appliedNext}</p>
        )}
        {(issued || authority) && status === "granted" && (
          <div class="actions">
            {(["suspended", "revoked"] as const).map((end) => (
              <details key={end}>
                <summary>{w.ends[end]}</summary>
                <Form
                  button={w.ends[end]}
                  danger
                  submit={async (values) => {
                    await record({
                      kind: `certificate_${end}`,
                      members: { epcList: [linkOf(gdti)], "sanchi:reason": values.text("reason") },
                    });
                    await done(fill(w.ended[end], { scheme: schemeText(scheme) }));
                  }}
                >
                  <p>{w.endText}</p>
                  <Text name="reason" label={w.reason} />
                </Form>
              </details>
            ))}
          </div>
        )}
        {(issued || (authority && own.roles.includes("certifier"))) && status === "granted" && (
          <details>
            <summary>{w.renew}</summary>
            <Form
              button={w.renew}
              fields={{ "/sanchi:validTo": "to" }}
              submit={async (values) => {
                const to = values.text("to");
                if (to < today()) throw new Wrong("to", w.toPast);
                await record({
                  kind: "certificate_renewed",
                  members: { epcList: [linkOf(gdti)], "sanchi:validTo": to },
                });
                await done(fill(w.renewed, { scheme: schemeText(scheme), to: dayText(to) }));
              }}
            >
              <Text name="to" label={w.to} type="date" value={yearsFrom(validTo ?? today(), 1)} />
            </Form>
          </details>
        )}
      </div>
    </li>
  );
}

const yearsFrom = (date: string, years: number): string =>
  `${Number(date.slice(0, 4)) + years}${date.slice(4).replace("-02-29", "-02-28")}`;

const OTHER = "other";

/** The first scheme that people may mean. */
export const firstScheme = (): string => Object.keys(words.value.schemes)[0] ?? OTHER;

/** Which scheme a form with {@link Scheme} says. */
export const schemeIn = (values: Values): string =>
  values.text("scheme") === OTHER ? values.text("other") : values.text("scheme");

/** The schemes by the names that people know; any other by its word. */
export function Scheme({ chosen }: { chosen: Signal<string> }) {
  const w = words.value.certificates;
  return (
    <>
      <Select
        name="scheme"
        label={w.scheme}
        value={chosen.value}
        options={[
          ...Object.entries(words.value.schemes).map(([value, text]) => ({ value, text })),
          { value: OTHER, text: w.otherScheme },
        ]}
        onChange={(value) => {
          chosen.value = value;
        }}
      />
      {chosen.value === OTHER && (
        <Text name="other" label={w.otherName} hint={w.schemeHint} rule={SCHEME} />
      )}
    </>
  );
}

function Apply({
  own,
  all,
  reload,
}: {
  own: Rights;
  all: Certificate[];
  reload: () => Promise<void>;
}) {
  const w = words.value.certificates;
  const organisations = useOrganisations();
  const chosen = useSignal(firstScheme());
  const turn = useSignal(0);
  const said = useSignal<string | null>(null);
  const used = new Set(all.map(({ gdti }) => gdti));
  const prefix = prefixesOf(own)[0];
  const base = prefix === undefined ? null : numberOf("gdti", prefix, 9);
  let suggested = "";
  for (let n = 1; base !== null && suggested === ""; n++) {
    if (!used.has(base + n)) suggested = base + n;
  }
  const certifiersOf = (scheme: string): string[] =>
    (organisations.data?.organisations ?? [])
      .filter(({ accreditations }) => accreditations.includes(scheme))
      .map(({ name, gln }) => named(name, gln));
  const certifiers = certifiersOf(chosen.value);
  return (
    <details class="box">
      <summary>{w.apply}</summary>
      {base === null ? (
        <Empty title={words.value.products.noRange} text={words.value.products.noRangeText} />
      ) : (
        <>
          <Form
            key={turn.value}
            button={w.applyButton}
            fields={{ "/epcList": "gdti", "/sanchi:scheme": "other", "/sanchi:scope": "scope" }}
            submit={async (values) => {
              said.value = null;
              const gdti = values.text("gdti");
              if (used.has(gdti)) throw new Wrong("gdti", w.gdtiUsed);
              const scheme = schemeIn(values);
              const scope = scopeOf(values);
              await record({
                kind: "certificate_applied",
                members: {
                  epcList: [linkOf(gdti)],
                  "sanchi:scheme": scheme,
                  ...(scope === "" ? {} : { "sanchi:scope": scope }),
                },
              });
              await reload();
              const names = certifiersOf(scheme);
              said.value =
                names.length === 0
                  ? fill(w.appliedNobody, { scheme: schemeText(scheme) })
                  : fill(w.applied, { scheme: schemeText(scheme), names: names.join("、") });
              chosen.value = firstScheme();
              turn.value++;
            }}
          >
            <Scheme chosen={chosen} />
            {chosen.value !== OTHER && (
              <p class="soft">
                {certifiers.length === 0
                  ? w.nobodyYet
                  : fill(w.decidedBy, { names: certifiers.join("、") })}
              </p>
            )}
            <Text name="scope" label={w.scope} hint={w.scopeHint} required={false} />
            <Text
              name="number"
              label={w.number}
              hint={w.numberHint}
              required={false}
              maxLength={40}
            />
            <Text name="gdti" label={w.gdti} hint={w.gdtiHint} value={suggested} rule={GDTI} />
            <p class="soft">{w.noWithdrawal}</p>
          </Form>
          <p class="done" aria-live="polite">
            {said.value}
          </p>
        </>
      )}
    </details>
  );
}

/** The number on the paper has no member of its own: it goes where people read what it is about. */
function scopeOf(values: Values): string {
  const scope = values.text("scope");
  const number = values.text("number");
  if (number === "") return scope;
  return fill(words.value.certificates.scopeWithNumber, { scope, number }).trim();
}

/** A certifier's decision about what was applied for. */
function Decide({ own, all, done }: { own: Rights; all: Certificate[]; done: Done }) {
  const w = words.value.certificates;
  if (!own.roles.includes("certifier")) return null;
  const waiting = all.filter(
    ({ status, scheme }) => status === "applied" && own.accreditations.includes(scheme ?? ""),
  );
  return (
    <>
      {waiting.map(({ gdti, scheme, scope, parties }) => {
        const applicant = parties.find(({ gln }) => gln !== own.gln) ?? parties[0];
        const name = named(applicant?.name ?? null, applicant?.gln ?? "");
        const both = identities.value.some(({ organisation }) => organisation === applicant?.gln);
        return (
          <section class="box amber" key={gdti}>
            <h2>{fill(w.waiting, { scheme: schemeText(scheme) })}</h2>
            <p>
              <strong>{name}</strong>
              {scope !== null && ` · ${scope}`} · GDTI {gdti}
            </p>
            {both && <p>{applicant?.gln === own.gln ? w.ownApplication : w.bothKeys}</p>}
            <Form
              button={w.grant}
              fields={{ "/sanchi:validFrom": "from", "/sanchi:validTo": "to" }}
              submit={async (values) => {
                const from = values.text("from");
                const to = values.text("to");
                if (to < from) throw new Wrong("to", w.toBeforeFrom);
                if (to < today()) throw new Wrong("to", w.toPast);
                await record({
                  kind: "certificate_granted",
                  members: {
                    epcList: [linkOf(gdti)],
                    "sanchi:scheme": scheme ?? "",
                    "sanchi:holder": applicant?.gln ?? "",
                    "sanchi:validFrom": from,
                    "sanchi:validTo": to,
                    ...(scope === null ? {} : { "sanchi:scope": scope }),
                  },
                });
                await done(fill(w.granted, { name, scheme: schemeText(scheme) }));
              }}
            >
              <div class="pair">
                <Text name="from" label={w.from} type="date" value={today()} />
                <Text name="to" label={w.to} type="date" value={yearsFrom(today(), 1)} />
              </div>
            </Form>
            <details>
              <summary>{w.refuse}</summary>
              <Form
                button={w.refuse}
                danger
                submit={async (values) => {
                  await record({
                    kind: "certificate_refused",
                    members: {
                      epcList: [linkOf(gdti)],
                      "sanchi:scheme": scheme ?? "",
                      "sanchi:reason": values.text("reason"),
                    },
                  });
                  await done(fill(w.refused, { name, scheme: schemeText(scheme) }));
                }}
              >
                <Text name="reason" label={w.reason} value={w.refuseReason} />
              </Form>
            </details>
          </section>
        );
      })}
    </>
  );
}
