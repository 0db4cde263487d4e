import { canonicalLink } from "../../shared/digital-link.ts";
import { freeNumber, GLN, POSITION } from "../numbers.ts";
import { Empty, Form, Screen, Show, Text, useLoad } from "../parts.tsx";
import { CodeCard } from "../qr.tsx";
import { describe } from "../record.ts";
import { type Place, prefixesOf } from "../rights.ts";
import { named, words } from "../state.ts";
import { both, useOrganisations } from "./organisations.tsx";
import { Reading, reading, useRights } from "./products.tsx";

export function PlacesScreen() {
  const w = words.value.places;
  const places = useLoad<{ places: Place[] }>("places");
  return (
    <Screen
      title={w.title}
      actions={
        (places.data?.places.length ?? 0) > 0 && (
          <a class="button" href="#/places/new">
            {w.new}
          </a>
        )
      }
    >
      <Show of={places}>
        {({ places: all }) =>
          all.length === 0 ? (
            <Empty title={w.none} text={w.noneText}>
              <a class="button" href="#/places/new">
                {w.new}
              </a>
            </Empty>
          ) : (
            <ul class="cards">
              {all.map((place) => (
                <li key={place.gln} class="card">
                  <div>
                    <h2>
                      <a href={`#/places/${place.gln}`}>{named(place.name, place.gln)}</a>
                    </h2>
                    <p class="soft">{named(place.area, "")}</p>
                    <p class="soft">GLN {place.gln}</p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Show>
    </Screen>
  );
}

export function PlaceScreen({ gln }: { gln: string | null }) {
  const w = words.value.places;
  const rights = useRights();
  const places = useLoad<{ places: Place[] }>("places");
  // Others' GLNs may be out of the own range, too
  const organisations = useOrganisations();
  return (
    <Screen title={gln === null ? w.new : w.edit} lead={w.lead}>
      <Show of={rights}>
        {(own) => (
          <Show of={places}>
            {({ places: all }) => {
              const place = all.find((one) => one.gln === gln) ?? null;
              if (gln !== null && place === null) return <Empty title={w.nowhere} text={gln} />;
              if (prefixesOf(own).length === 0) {
                return (
                  <Empty
                    title={words.value.products.noRange}
                    text={words.value.products.noRangeText}
                  />
                );
              }
              const taken = organisations.data?.organisations ?? [];
              const used = new Set([own.gln, ...[...all, ...taken].map((one) => one.gln)]);
              const suggested = freeNumber("gln", prefixesOf(own), used);
              return (
                <>
                  {place !== null && (
                    <CodeCard
                      kind="place"
                      link={canonicalLink({ key: "414", value: place.gln })}
                      number={named(place.name, place.gln)}
                    />
                  )}
                  <Form
                    button={w.sign}
                    cancel="places"
                    fields={{ "/sanchi:place": "gln" }}
                    submit={async (values) => {
                      const said = (name: string) =>
                        both(values.text(`${name}Ja`), values.text(`${name}En`));
                      await describe(
                        "place_described",
                        { "sanchi:place": gln ?? values.text("gln") },
                        {
                          name: { ...said("name"), ...reading(values) },
                          ...(values.text("areaJa") === "" ? {} : { area: said("area") }),
                          ...(values.text("position") === ""
                            ? {}
                            : { position: `geo:${values.text("position")}` }),
                        },
                      );
                      return { to: "places", said: w.saved };
                    }}
                  >
                    <Text
                      name="nameJa"
                      label={w.nameJa}
                      value={place?.name?.["ja"]}
                      maxLength={80}
                    />
                    <Reading name={place?.name ?? null} />
                    <Text
                      name="nameEn"
                      label={w.nameEn}
                      required={false}
                      value={place?.name?.["en"]}
                      maxLength={80}
                    />
                    <Text
                      name="areaJa"
                      label={w.areaJa}
                      hint={w.areaHint}
                      required={false}
                      value={place?.area?.["ja"]}
                      maxLength={80}
                    />
                    <Text
                      name="areaEn"
                      label={w.areaEn}
                      required={false}
                      value={place?.area?.["en"]}
                      maxLength={80}
                    />
                    <Text
                      name="position"
                      label={w.position}
                      hint={w.positionHint}
                      required={false}
                      rule={POSITION}
                      value={place?.position?.replace(/^geo:/, "")}
                    />
                    {gln === null && (
                      <Text
                        key={suggested}
                        name="gln"
                        label="GLN"
                        hint={w.glnHint}
                        rule={GLN}
                        inputMode="numeric"
                        value={suggested}
                      />
                    )}
                  </Form>
                </>
              );
            }}
          </Show>
        )}
      </Show>
    </Screen>
  );
}
