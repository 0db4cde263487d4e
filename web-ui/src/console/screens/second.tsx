import { fill, Show, useLoad } from "../parts.tsx";
import { session, words } from "../state.ts";

/** As long as one browser is all that opens the office: who loses it is out. */
export function SecondAdministrator() {
  const asked = session.value?.administrator === true;
  const devices = useLoad<{ devices: { administrator: boolean; revokedAt: number | null }[] }>(
    asked ? "devices" : null,
    true,
  );
  if (!asked || devices.data === null) return null;
  return (
    <Show of={devices}>
      {({ devices: all }) => {
        const w = words.value.second;
        const able = all.filter((one) => one.administrator && one.revokedAt === null);
        if (able.length > 1) return null;
        return (
          <section class="box amber">
            <h2>{w.title}</h2>
            <p>{w.text}</p>
            <p>{fill(w.note, { gln: session.value?.organisation ?? "" })}</p>
            <p>
              <a class="button quiet" href="#/devices">
                {w.invite}
              </a>
            </p>
          </section>
        );
      }}
    </Show>
  );
}
