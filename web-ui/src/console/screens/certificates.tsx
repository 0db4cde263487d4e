import { canonicalLink } from "../../shared/digital-link.ts";
import { GDTI, numberOf, SCHEME } from "../numbers.ts";
import {
  Careful,
  Empty,
  Form,
  fill,
  Screen,
  Select,
  Show,
  Text,
  today,
  useLoad,
  wordOf,
} from "../parts.tsx";
import { type Draft, record } from "../record.ts";
import { type Certificate, prefixesOf, type Rights } from "../rights.ts";
import { named, say, words } from "../state.ts";
import { useRights } from "./products.tsx";

/** Own certificates; for a certifier also those that wait for a decision. */
export function CertificatesScreen() {
  const w = words.value.certificates;
  const rights = useRights();
  const certificates = useLoad<{ certificates: Certificate[] }>("certificates");
  return (
    <Screen title={w.title} lead={w.lead}>
      <Show of={rights}>
        {(own) => (
          <Show of={certificates}>
            {({ certificates: all }) => {
              const done = async () => {
                say(w.saved);
                await certificates.reload();
              };
              const certifier = own.roles.includes("certifier");
              return (
                <>
                  {own.roles.some((role) => APPLICANTS.includes(role)) && (
                    <Apply own={own} all={all} done={done} />
                  )}
                  {certifier && own.accreditations.length > 0 && (
                    <Decide own={own} all={all} done={done} />
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

const linkOf = (gdti: string): string => canonicalLink({ key: "253", value: gdti });

function One({
  certificate,
  own,
  done,
}: {
  certificate: Certificate;
  own: Rights;
  done: () => Promise<void>;
}) {
  const w = words.value.certificates;
  const { gdti, status, scheme, validFrom, validTo, parties, holder } = certificate;
  const mayEnd =
    (own.roles.includes("certifier") && own.accreditations.includes(scheme ?? "")) ||
    own.roles.includes("authority");
  return (
    <li class="card">
      <div>
        <h2>{wordOf(words.value.schemes, scheme)}</h2>
        <p>
          <span class={`tag status-${status}`}>{w.statuses[status]}</span>{" "}
          {validTo !== null && fill(w.valid, { from: validFrom ?? "", to: validTo })}
        </p>
        <p class="soft">
          GDTI {gdti} ·{" "}
          {parties
            .filter(({ gln }) => holder === null || gln === holder)
            .map(({ gln, name }) => named(name, gln))
            .join(", ")}
        </p>
        {mayEnd && status === "granted" && (
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
                    await done();
                  }}
                >
                  <Text name="reason" label={w.reason} />
                </Form>
              </details>
            ))}
            <details>
              <summary>{w.renew}</summary>
              <Form
                button={w.renew}
                submit={async (values) => {
                  await record({
                    kind: "certificate_renewed",
                    members: { epcList: [linkOf(gdti)], "sanchi:validTo": values.text("to") },
                  });
                  await done();
                }}
              >
                <Text name="to" label={w.to} type="date" value={yearsFrom(validTo ?? today(), 1)} />
              </Form>
            </details>
          </div>
        )}
      </div>
    </li>
  );
}

const yearsFrom = (date: string, years: number): string =>
  `${Number(date.slice(0, 4)) + years}${date.slice(4).replace("-02-29", "-02-28")}`;

function Apply({ own, all, done }: { own: Rights; all: Certificate[]; done: () => Promise<void> }) {
  const w = words.value.certificates;
  const used = new Set(all.map(({ gdti }) => gdti));
  const prefix = prefixesOf(own)[0];
  const base = prefix === undefined ? null : numberOf("gdti", prefix, 9);
  let suggested = "";
  for (let n = 1; base !== null && suggested === ""; n++) {
    if (!used.has(base + n)) suggested = base + n;
  }
  return (
    <details class="box">
      <summary>{w.apply}</summary>
      {base === null ? (
        <Empty title={words.value.products.noRange} text={words.value.products.noRangeText} />
      ) : (
        <Form
          button={w.apply}
          fields={{ "/epcList": "gdti", "/sanchi:scheme": "scheme", "/sanchi:scope": "scope" }}
          submit={async (values) => {
            const scope = values.text("scope");
            await record({
              kind: "certificate_applied",
              members: {
                epcList: [linkOf(values.text("gdti"))],
                "sanchi:scheme": values.text("scheme"),
                ...(scope === "" ? {} : { "sanchi:scope": scope }),
              },
            });
            await done();
          }}
        >
          <Scheme />
          <Text name="scope" label={w.scope} hint={w.scopeHint} required={false} />
          <Text name="gdti" label="GDTI" hint={w.gdtiHint} value={suggested} rule={GDTI} />
        </Form>
      )}
    </details>
  );
}

const Scheme = ({ options }: { options?: string[] }) => {
  const w = words.value.certificates;
  return options === undefined ? (
    <Text
      name="scheme"
      label={w.scheme}
      hint={w.schemeHint}
      rule={SCHEME}
      list={Object.keys(words.value.schemes)}
    />
  ) : (
    <Select
      name="scheme"
      label={w.scheme}
      options={options.map((value) => ({ value, text: wordOf(words.value.schemes, value) }))}
    />
  );
};

/** A certifier's decision about what was applied for. */
function Decide({
  own,
  all,
  done,
}: {
  own: Rights;
  all: Certificate[];
  done: () => Promise<void>;
}) {
  const w = words.value.certificates;
  const waiting = all.filter(({ status }) => status === "applied");
  if (waiting.length === 0) return null;
  return (
    <>
      {waiting.map(({ gdti, scheme, parties }) => {
        const applicant = parties.find(({ gln }) => gln !== own.gln) ?? parties[0];
        const decide = async (draft: Draft) => {
          await record(draft);
          await done();
        };
        return (
          <section class="box amber" key={gdti}>
            <h2>{fill(w.waiting, { scheme: wordOf(words.value.schemes, scheme) })}</h2>
            <p>
              {named(applicant?.name ?? null, applicant?.gln ?? "")} · GDTI {gdti}
            </p>
            <Form
              button={w.grant}
              submit={(values) =>
                decide({
                  kind: "certificate_granted",
                  members: {
                    epcList: [linkOf(gdti)],
                    "sanchi:scheme": scheme ?? "",
                    "sanchi:holder": applicant?.gln ?? "",
                    "sanchi:validFrom": values.text("from"),
                    "sanchi:validTo": values.text("to"),
                  },
                })
              }
            >
              <div class="pair">
                <Text name="from" label={w.from} type="date" value={today()} />
                <Text name="to" label={w.to} type="date" value={yearsFrom(today(), 1)} />
              </div>
            </Form>
            <Careful
              button={w.refuse}
              question={w.refuseQuestion}
              act={() =>
                decide({
                  kind: "certificate_refused",
                  members: {
                    epcList: [linkOf(gdti)],
                    "sanchi:scheme": scheme ?? "",
                    "sanchi:reason": w.refuseReason,
                  },
                })
              }
            />
          </section>
        );
      })}
    </>
  );
}
