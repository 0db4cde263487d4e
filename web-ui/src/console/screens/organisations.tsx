import { useSignal } from "@preact/signals";
import type { JsonObject } from "../../shared/json.ts";
import { workAs } from "../acting.ts";
import { admit, GREAT_ROLES, PLAIN_ROLES } from "../admission.ts";
import { freeNumber, GLN, PREFIX } from "../numbers.ts";
import {
  Act,
  Careful,
  Choices,
  count,
  Empty,
  Form,
  fill,
  Screen,
  Select,
  Show,
  TableBox,
  Text,
  useLoad,
  Wrong,
  wordOf,
} from "../parts.tsx";
import {
  committed,
  describe,
  postSigned,
  record,
  signAlike,
  signAll,
  signPayload,
} from "../record.ts";
import type { Listed, Place, Rights } from "../rights.ts";
import {
  device,
  go,
  identities,
  memberKey,
  type Name,
  named,
  say,
  session,
  words,
} from "../state.ts";
import { memberText } from "../telling.tsx";
import { firstScheme, Scheme, schemeIn } from "./certificates.tsx";
import { useRights } from "./products.tsx";

export const useOrganisations = () => useLoad<{ organisations: Listed[] }>("organisations");

const myMembers = (): string[] => Object.keys(memberKey.value?.certificates ?? {});

/** The consortium's register. */
export function OrganisationsScreen() {
  const w = words.value.organisations;
  const organisations = useOrganisations();
  return (
    <Screen
      title={w.title}
      lead={w.lead}
      actions={
        <>
          <a class="button quiet" href={`#/organisations/${session.value?.organisation ?? ""}`}>
            {w.own}
          </a>
          {memberKey.value !== null && (
            <a class="button" href="#/organisations/new">
              {w.admit}
            </a>
          )}
        </>
      }
    >
      <Show of={organisations}>
        {({ organisations: all }) => (
          <TableBox title={w.title}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{w.name}</th>
                  <th scope="col">{w.roles}</th>
                  <th scope="col">{w.accreditations}</th>
                  <th scope="col">{w.member}</th>
                </tr>
              </thead>
              <tbody>
                {all.map((one) => (
                  <tr key={one.gln}>
                    <td data-label={w.name}>
                      <a href={`#/organisations/${one.gln}`}>{named(one.name, one.gln)}</a>
                    </td>
                    <td data-label={w.roles}>
                      {one.roles
                        .map((role) => wordOf(words.value.roles, role))
                        .join(words.value.common.and)}
                    </td>
                    <td data-label={w.accreditations}>
                      {one.accreditations
                        .map((scheme) => wordOf(words.value.schemes, scheme))
                        .join(words.value.common.and)}
                    </td>
                    <td data-label={w.member}>{memberText(one.member)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableBox>
        )}
      </Show>
    </Screen>
  );
}

/** A member's administrator admits an organisation, and invites its people as its first administrator. */
export function AdmitScreen() {
  const w = words.value.organisations;
  const members = myMembers();
  const rights = useRights();
  const organisations = useOrganisations();
  const places = useLoad<{ places: Place[] }>("places");
  const used = new Set([
    ...(organisations.data?.organisations ?? []).map(({ gln }) => gln),
    ...(places.data?.places ?? []).map(({ gln }) => gln),
  ]);
  const loaded = rights.data !== null && organisations.data !== null && places.data !== null;
  const suggested = loaded ? freeNumber("gln", rights.data?.ranges ?? [], used) : "";
  if (members.length === 0) {
    return (
      <Screen title={w.admit}>
        <p>{w.noMember}</p>
      </Screen>
    );
  }
  return (
    <Screen title={w.admit} lead={w.admitLead}>
      {members.length > 1 && <p class="box amber">{w.admitAlone}</p>}
      <Form
        button={w.admit}
        cancel="organisations"
        fields={{ "/sanchi:gln": "gln" }}
        submit={async (values) => {
          const gln = values.text("gln");
          const roles = values.all("roles");
          if (roles.length === 0) throw new Wrong("roles", words.value.first.roleNeeded);
          const ja = values.text("ja");
          await admit({
            gln,
            member: values.text("member"),
            name: both(ja, values.text("en")),
            roles,
            prefix: values.text("prefix"),
          });
          return { to: `organisations/${gln}`, said: w.admitted };
        }}
      >
        <Text name="ja" label={words.value.first.nameJa} maxLength={60} />
        <Text name="en" label={words.value.first.nameEn} required={false} maxLength={60} />
        <Text
          key={suggested}
          name="gln"
          label="GLN"
          hint={w.glnHint}
          value={suggested}
          rule={GLN}
          inputMode="numeric"
        />
        <Select
          name="member"
          label={w.member}
          options={members.map((one) => ({ value: one, text: memberText(one) }))}
        />
        <Choices
          name="roles"
          label={w.roles}
          hint={w.rolesHint}
          options={[...PLAIN_ROLES, ...GREAT_ROLES].map((role) => ({
            value: role,
            text: wordOf(words.value.roles, role),
          }))}
        />
        <Text
          name="prefix"
          label={words.value.first.prefix}
          hint={w.prefixHint}
          required={false}
          rule={PREFIX}
          inputMode="numeric"
        />
      </Form>
    </Screen>
  );
}

/** As many approvals as are needed, if this browser holds as many members' certificates. */
const propose = (kind: string, members: JsonObject, by: string[], all = by.length) =>
  signAlike(kind, members, by, all);

const roleOf = (payload: JsonObject): string =>
  String(payload["sanchi:role"] ?? payload["sanchi:scheme"] ?? payload["sanchi:prefix"] ?? "");

export function OrganisationScreen({ gln }: { gln: string }) {
  const w = words.value.organisations;
  const rights = useLoad<Rights>(`organisations/${gln}`);
  const own = session.value?.organisation === gln;
  const title = rights.data === null ? gln : named(rights.data.names[gln] as Name, gln);
  return (
    <Screen title={title}>
      <Show of={rights}>
        {(data) => {
          const done = async (text: string) => {
            await rights.reload();
            say(text);
          };
          return (
            <>
              <dl>
                <div>
                  <dt>GLN</dt>
                  <dd>{gln}</dd>
                </div>
                <div>
                  <dt>{w.member}</dt>
                  <dd>
                    {memberText(data.member)} <span class="soft">{data.member}</span>
                  </dd>
                </div>
              </dl>
              {!own && <WorkAs gln={gln} />}
              {!own && myMembers().includes(data.member) && (
                <p class="box amber">{fill(w.asMember, { member: memberText(data.member) })}</p>
              )}
              <Proposals data={data} done={done} />
              <Granted
                title={w.roles}
                items={data.roles}
                name={(role) => wordOf(words.value.roles, role)}
                data={data}
                withdraw="role_withdrawn"
                member="sanchi:role"
                done={done}
              />
              <Granted
                title={w.accreditations}
                items={data.accreditations}
                name={(scheme) => wordOf(words.value.schemes, scheme)}
                data={data}
                withdraw="accreditation_withdrawn"
                member="sanchi:scheme"
                done={done}
              />
              <Granted
                title={w.ranges}
                items={data.ranges}
                name={(prefix) => prefix}
                data={data}
                withdraw="range_withdrawn"
                member="sanchi:prefix"
                done={done}
              />
              {myMembers().length > 0 && <Grant data={data} done={done} />}
              <h2>{w.loans}</h2>
              {data.loans.length === 0 && <p class="soft">{w.loansNone}</p>}
              <ul class="rows">
                {data.loans.map((loan) => (
                  <li key={loan.prefix}>
                    <span>
                      {fill(w.loan, {
                        prefix: loan.prefix,
                        name: named(data.names[loan.lender] as Name, loan.lender),
                      })}
                    </span>
                    {(own || loan.lender === session.value?.organisation) &&
                      session.value?.administrator && (
                        <Careful
                          button={w.returnLoan}
                          question={fill(w.returnQuestion, { prefix: loan.prefix })}
                          act={async () => {
                            await record({
                              kind: "range_returned",
                              members: { "sanchi:gln": gln, "sanchi:prefix": loan.prefix },
                            });
                            await done(w.saved);
                          }}
                        />
                      )}
                  </li>
                ))}
              </ul>
              {!own && session.value?.administrator && <Lend gln={gln} done={done} />}
              {own && <Agents data={data} done={done} />}
              {own && session.value?.administrator && <Describe data={data} done={done} />}
            </>
          );
        }}
      </Show>
    </Screen>
  );
}

/** This browser may hold keys of several organisations. */
function WorkAs({ gln }: { gln: string }) {
  const w = words.value.organisations;
  const identity = identities.value.find(({ organisation }) => organisation === gln);
  if (identity === undefined) return null;
  return (
    <p>
      <Act
        button={w.workAs}
        act={async () => {
          await workAs(identity);
          go("");
        }}
      />
    </p>
  );
}

type Done = (text: string) => Promise<void>;

/** What other members have signed and what still needs approvals. */
function Proposals({ data, done }: { data: Rights; done: Done }) {
  const w = words.value.organisations;
  if (data.proposals.length === 0) return null;
  return (
    <section class="box amber">
      <h2>{w.proposals}</h2>
      <p>{fill(w.proposalsText, { need: Math.floor(data.members.length / 2) + 1 })}</p>
      <ul class="rows">
        {data.proposals.map((proposal) => {
          const kind = String(proposal.payload["sanchi:kind"]);
          const able = myMembers().filter((member) => !proposal.approvedBy.includes(member));
          return (
            <li key={JSON.stringify(proposal.payload)}>
              <span>
                {wordOf(w.kinds, kind)}: {roleOf(proposal.payload)} ({w.approvedBy}{" "}
                {proposal.approvedBy.map(memberText).join("、")})
              </span>
              {able.map((member) => (
                <Careful
                  key={member}
                  button={fill(w.approveAs, { member: memberText(member) })}
                  question={w.approveQuestion}
                  danger={false}
                  act={async () => {
                    const identity = memberKey.value;
                    if (identity === null) return;
                    const payload = { ...proposal.payload, "sanchi:member": member };
                    const event = await signPayload(identity, kind, payload, member);
                    await committed(await postSigned([event]));
                    await done(w.saved);
                  }}
                />
              ))}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Granted({
  title,
  items,
  name,
  data,
  withdraw,
  member,
  done,
}: {
  title: string;
  items: string[];
  name: (item: string) => string;
  data: Rights;
  withdraw: "role_withdrawn" | "accreditation_withdrawn" | "range_withdrawn";
  member: string;
  done: Done;
}) {
  const w = words.value.organisations;
  const mine = myMembers();
  const alone = withdraw === "role_withdrawn";
  // What another member's organisations may do is that member's business
  const able = mine.includes(data.member);
  return (
    <>
      <h2>{title}</h2>
      {items.length === 0 && <p class="soft">{w.noneYet}</p>}
      <ul class="rows">
        {items.map((item) => (
          <li key={item}>
            <span>{name(item)}</span>
            {able && (
              <Careful
                button={w.withdraw}
                question={fill(w.withdrawQuestions[withdraw], { what: name(item) })}
                sure={w.withdrawSure}
                act={async () => {
                  const members = { "sanchi:gln": data.gln, [member]: item };
                  const events = alone
                    ? await signAll([{ kind: withdraw, member: data.member, members }])
                    : await propose(withdraw, members, mine, data.members.length);
                  await committed(await postSigned(events));
                  await done(w.saved);
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** A role, an accreditation or a number range, with the approvals that it needs. */
function Grant({ data, done }: { data: Rights; done: Done }) {
  const w = words.value.organisations;
  const what = useSignal("role");
  const scheme = useSignal(firstScheme());
  const mine = myMembers();
  const turn = useSignal(0);
  return (
    <details class="box">
      <summary>{w.grant}</summary>
      {mine.length > 1 && mine.length > data.members.length / 2 && (
        <p class="box amber">
          {fill(w.allKeys, { held: count(mine.length), all: count(data.members.length) })}
        </p>
      )}
      <Form
        key={turn.value}
        button={w.grantButton}
        fields={{ "/sanchi:prefix": "prefix", "/sanchi:scheme": "other", "/sanchi:role": "role" }}
        submit={async (values) => {
          const kinds = { role: "role", scheme: "accreditation", prefix: "range" } as const;
          const kind = `${kinds[what.value as "role"]}_granted`;
          const value = what.value === "scheme" ? schemeIn(values) : values.text(what.value);
          const members = { "sanchi:gln": data.gln, [`sanchi:${what.value}`]: value };
          const alone = what.value === "role" && PLAIN_ROLES.includes(value);
          if (alone && !mine.includes(data.member)) {
            throw new Wrong("role", fill(w.needsMember, { member: memberText(data.member) }));
          }
          const ordered = mine.includes(data.member)
            ? [data.member, ...mine.filter((one) => one !== data.member)]
            : mine;
          const events = alone
            ? await signAll([{ kind, member: data.member, members }])
            : await propose(kind, members, ordered, data.members.length);
          await committed(await postSigned(events));
          turn.value++;
          await done(w.saved);
        }}
      >
        <Choices
          name="what"
          label={w.grantWhat}
          several={false}
          value={[what.value]}
          options={[
            { value: "role", text: w.roles },
            { value: "scheme", text: w.accreditations },
            { value: "prefix", text: w.ranges },
          ]}
          onChange={(value) => {
            what.value = value;
          }}
        />
        {what.value === "role" && (
          <Select
            name="role"
            label={w.roles}
            hint={w.rolesHint}
            options={[...PLAIN_ROLES, ...GREAT_ROLES].map((role) => ({
              value: role,
              text: wordOf(words.value.roles, role),
            }))}
          />
        )}
        {what.value === "scheme" && <Scheme chosen={scheme} />}
        {what.value === "prefix" && (
          <Text
            name="prefix"
            label={words.value.first.prefix}
            hint={w.prefixHint}
            rule={PREFIX}
            inputMode="numeric"
          />
        )}
      </Form>
    </details>
  );
}

/** Part of the own numbers, for an organisation without any. */
function Lend({ gln, done }: { gln: string; done: Done }) {
  const w = words.value.organisations;
  const rights = useRights();
  if (rights.data === null || rights.data.ranges.length === 0) return null;
  return (
    <details class="box">
      <summary>{w.lend}</summary>
      <Form
        button={w.lend}
        fields={{ "/sanchi:prefix": "prefix" }}
        submit={async (values) => {
          await record({
            kind: "range_lent",
            members: { "sanchi:gln": gln, "sanchi:prefix": values.text("prefix") },
          });
          await done(w.saved);
        }}
      >
        <Text
          name="prefix"
          label={w.lendPrefix}
          hint={fill(w.lendHint, { ranges: rights.data.ranges.join(words.value.common.and) })}
          rule={PREFIX}
          inputMode="numeric"
        />
      </Form>
    </details>
  );
}

/** Who may record in the organisation's name. */
function Agents({ data, done }: { data: Rights; done: Done }) {
  const w = words.value.organisations;
  const organisations = useOrganisations();
  const others = (organisations.data?.organisations ?? []).filter(
    ({ gln }) => gln !== data.gln && !data.agents.includes(gln),
  );
  return (
    <>
      <h2>{w.agents}</h2>
      <p class="soft">{w.agentsText}</p>
      <ul class="rows">
        {data.agents.map((agent) => (
          <li key={agent}>
            <span>{named(data.names[agent] as Name, agent)}</span>
            <Careful
              button={w.dismiss}
              question={fill(w.dismissQuestion, { name: named(data.names[agent] as Name, agent) })}
              act={async () => {
                await record({ kind: "agent_dismissed", members: { "sanchi:agent": agent } });
                await done(w.saved);
              }}
            />
          </li>
        ))}
      </ul>
      {others.length === 0 ? (
        <Empty title={w.agentsNone} text={w.agentsNoneText} />
      ) : (
        <details class="box">
          <summary>{w.appoint}</summary>
          <Form
            button={w.appoint}
            submit={async (values) => {
              await record({
                kind: "agent_appointed",
                members: { "sanchi:agent": values.text("agent") },
              });
              await done(w.saved);
            }}
          >
            <Select
              name="agent"
              label={w.name}
              options={others.map((one) => ({ value: one.gln, text: named(one.name, one.gln) }))}
            />
          </Form>
        </details>
      )}
    </>
  );
}

/** The own names, in a document beside the ledger. */
function Describe({ data, done }: { data: Rights; done: Done }) {
  const w = words.value.organisations;
  const name = data.names[data.gln] as Name;
  if (device.value === null) return null;
  return (
    <details class="box">
      <summary>{w.rename}</summary>
      <Form
        button={words.value.products.sign}
        submit={async (values) => {
          const ja = values.text("ja");
          const contact = values.text("contactJa");
          // What this form does not know of stays what it was
          const { contact: _, ...kept } = data.described ?? {};
          await describe(
            "organisation_described",
            {},
            {
              ...kept,
              name: both(ja, values.text("en")),
              ...(contact === "" ? {} : { contact: both(contact, values.text("contactEn")) }),
            },
          );
          await done(w.saved);
        }}
      >
        <Text name="ja" label={words.value.first.nameJa} value={name?.["ja"]} maxLength={60} />
        <Text
          name="en"
          label={words.value.first.nameEn}
          required={false}
          value={name?.["en"]}
          maxLength={60}
        />
        <Text
          name="contactJa"
          label={w.contactJa}
          hint={w.contactHint}
          required={false}
          value={contactOf(data, "ja")}
        />
        <Text name="contactEn" label={w.contactEn} required={false} value={contactOf(data, "en")} />
      </Form>
    </details>
  );
}

/** A text in both languages; nobody's Japanese is called English. */
export const both = (ja: string, en: string): Record<string, string> =>
  en === "" ? { ja } : { ja, en };

/** How customers reach it, as it said in a language. */
export function contactOf({ described }: Rights, language: string): string {
  const contact = described?.["contact"];
  if (typeof contact === "string") return contact;
  return String((contact as JsonObject | undefined)?.[language] ?? "");
}
