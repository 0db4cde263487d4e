import { useSignal } from "@preact/signals";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { lastFirst, leave, onLeft, ownSelf, workAs } from "./acting.ts";
import { resume } from "./api.ts";
import "../page.css";
import "./console.css";
import { listen } from "./live.ts";
import { Act, fill, Screen, sentenceOf } from "./parts.tsx";
import { CertificatesScreen } from "./screens/certificates.tsx";
import { DevicesScreen } from "./screens/devices.tsx";
import { First, Invitation, LogIn, Start } from "./screens/first.tsx";
import { ImportScreen } from "./screens/import.tsx";
import { LabelsScreen } from "./screens/labels.tsx";
import { EventScreen, LedgerScreen } from "./screens/ledger.tsx";
import { LotScreen } from "./screens/lot.tsx";
import { LotsScreen } from "./screens/lots.tsx";
import { Member } from "./screens/member.tsx";
import { NewLotScreen } from "./screens/new-lot.tsx";
import { AdmitScreen, OrganisationScreen, OrganisationsScreen } from "./screens/organisations.tsx";
import { PackingScreen } from "./screens/packing.tsx";
import { PlaceScreen, PlacesScreen } from "./screens/places.tsx";
import { ProductScreen, ProductsScreen } from "./screens/products.tsx";
import { RecallLotScreen, RecallScreen } from "./screens/recall.tsx";
import { RehearsalScreen } from "./screens/rehearsal.tsx";
import { WorkScreen } from "./screens/work.tsx";
import {
  arrive,
  device,
  go,
  hereAgain,
  identities,
  language,
  memberKey,
  named,
  notice,
  route,
  say,
  session,
  unsaved,
  words,
} from "./state.ts";
import { keepSetting, setting, store } from "./store.ts";
import type { Language } from "./words.ts";

/** In the order of the work: what every day brings, what it needs, what proves it; apart, the alarm. */
const NAV = [
  ["daily", ["work", "lots", "labels", "packing"]],
  ["basis", ["places", "products", "devices"]],
  ["proof", ["certificates", "organisations", "ledger"]],
  ["alarm", ["recall"]],
] as const;

type Entry = (typeof NAV)[number][1][number];

const pathOf = (entry: Entry): string => (entry === "work" ? "" : entry);

function Page() {
  const path = route.value;
  const first = /^first=([A-Za-z0-9_-]{16,64})$/.exec(path);
  if (first) return <First token={first[1] as string} />;
  const invited = /^i=([A-Za-z0-9_-]{16,64})$/.exec(path);
  if (invited) return <Invitation token={invited[1] as string} />;
  if (path === "start") return <Start />;
  if (path === "member") return <Member />;
  const devices = identities.value.filter(({ organisation }) => organisation !== null);
  if (session.value === null) {
    return devices.length === 0 && memberKey.value !== null ? <Start /> : <LogIn />;
  }
  const [screen, ...rest] = path.split("/").map(decodeURIComponent);
  const [a, b, c] = rest;
  switch (screen) {
    case "lots":
      if (a === "new") return <NewLotScreen from={b && c ? { gtin: b, lot: c } : null} />;
      if (a !== undefined && b !== undefined) return <LotScreen gtin={a} lot={b} />;
      return <LotsScreen />;
    case "labels":
      return <LabelsScreen gtin={a ?? null} lot={b ?? null} />;
    case "packing":
      return <PackingScreen gtin={a ?? null} lot={b ?? null} />;
    case "products":
      return a === undefined ? <ProductsScreen /> : <ProductScreen gtin={a === "new" ? null : a} />;
    case "places":
      return a === undefined ? <PlacesScreen /> : <PlaceScreen gln={a === "new" ? null : a} />;
    case "devices":
      return <DevicesScreen />;
    case "certificates":
      return <CertificatesScreen />;
    case "organisations":
      if (a === undefined) return <OrganisationsScreen />;
      return a === "new" ? <AdmitScreen /> : <OrganisationScreen gln={a} />;
    case "ledger":
      if (a === "event" && b !== undefined) return <EventScreen id={b} />;
      return <LedgerScreen subject={a === undefined ? null : rest.join("/")} />;
    case "rehearsal":
      if (a !== undefined) return <RehearsalScreen id={a} />;
      return <RecallScreen />;
    case "recall":
      if (a !== undefined && b !== undefined) return <RecallLotScreen gtin={a} lot={b} />;
      return <RecallScreen />;
    case "import":
      return <ImportScreen what={a ?? null} />;
    case "":
    case "login":
      return <WorkScreen />;
    default:
      return <NowhereScreen />;
  }
}

function NowhereScreen() {
  const w = words.value;
  return (
    <Screen title={w.common.nowhere}>
      <p>
        <a href="#/">{w.nav.work}</a>
      </p>
    </Screen>
  );
}

/** Whose work this is; in colour as long as it is somebody else's, with the way back. */
function Who() {
  const w = words.value.organisations;
  const { organisation = "" } = session.value ?? {};
  const own = ownSelf.value;
  const name = named(device.value?.name, organisation);
  if (own === null) {
    return (
      <a class="who" href={`#/organisations/${organisation}`}>
        {name}
      </a>
    );
  }
  return (
    <>
      <span class="who acting">{fill(w.actingAs, { name })}</span>
      <Act
        quiet
        button={fill(w.backTo, { name: named(own.name, own.organisation ?? "") })}
        act={async () => {
          await workAs(own);
          go("");
        }}
      />
    </>
  );
}

/** On a narrow screen behind one button, which says where one is. */
function Menu() {
  const w = words.value;
  const open = useSignal(false);
  const screen = route.value.split("/")[0] ?? "";
  const sought = screen === "rehearsal" ? "recall" : screen;
  const here = NAV.flatMap(([, entries]): Entry[] => [...entries]).find(
    (one) => pathOf(one) === sought,
  );
  useEffect(() => {
    open.value = false;
  }, [route.value]);
  return (
    <nav aria-label={w.common.nav} class={open.value ? "open" : ""}>
      <button
        type="button"
        class="quiet menu"
        aria-expanded={open.value}
        aria-controls="menu"
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <span>{here === undefined ? w.common.nav : w.nav[here]}</span>
        <span>
          {w.common.menu} <span aria-hidden="true">{open.value ? "▲" : "▼"}</span>
        </span>
      </button>
      <div id="menu">
        {NAV.map(([group, entries]) => (
          <div key={group} class={`group-${group}`}>
            {group !== "alarm" && <p id={`menu-${group}`}>{w.menu[group]}</p>}
            <ul aria-labelledby={group === "alarm" ? undefined : `menu-${group}`}>
              {entries.map((one: Entry) => (
                <li key={one}>
                  <a href={`#/${pathOf(one)}`} aria-current={one === here ? "page" : undefined}>
                    {w.nav[one]}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
        <p class="whose soft">{named(device.value?.name, session.value?.organisation ?? "")}</p>
      </div>
    </nav>
  );
}

function App() {
  const w = words.value;
  const inside = session.value !== null && !/^(first|i)=/.test(route.value);
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  const kid = session.value?.kid ?? null;
  useEffect(() => (kid === null ? undefined : listen(kid)), [kid]);
  return (
    <>
      <a class="skip" href="#main">
        {w.common.skip}
      </a>
      <header class="top">
        <a href="/">{w.common.product}</a>
        <div class="account">
          <button
            type="button"
            class="quiet"
            lang={language.value === "ja" ? "en" : "ja"}
            onClick={async () => {
              language.value = language.value === "ja" ? "en" : "ja";
              notice.value = null;
              await keepSetting("language", language.value);
            }}
          >
            {w.common.otherLanguage}
          </button>
          {inside && <Who />}
          {inside && (
            <Act
              quiet
              button={w.login.out}
              act={async () => {
                await leave();
                go("login");
              }}
            />
          )}
        </div>
      </header>
      <div class={inside ? "frame" : "frame alone"}>
        {inside && <Menu />}
        <main id="main" tabIndex={-1}>
          <div aria-live="polite" class="notice">
            {notice.value !== null && <p class={notice.value.tone}>{notice.value.text}</p>}
          </div>
          <Page key={`${route.value}${session.value?.kid ?? ""}`} />
        </main>
      </div>
    </>
  );
}

function readRoute(): void {
  // The skip link is no screen
  if (location.hash === "#main") {
    document.getElementById("main")?.focus();
    history.replaceState(null, "", hereAgain());
    return;
  }
  const text = location.hash.slice(1);
  const path = text.startsWith("/") ? text.slice(1) : text;
  if (path.split("?")[0] !== route.value && unsaved.value && !confirm(words.value.common.leave)) {
    history.pushState(null, "", hereAgain());
    return;
  }
  arrive(path);
}

/** Closing or reloading asks, too, in the browser's own words. */
function beforeUnload(event: BeforeUnloadEvent): void {
  if (unsaved.value) event.preventDefault();
}

async function begin(): Promise<void> {
  readRoute();
  addEventListener("hashchange", readRoute);
  addEventListener("beforeunload", beforeUnload);
  language.value = await setting<Language>("language", language.value);
  identities.value = await (await store()).getAll("identity");
  for (const identity of await lastFirst()) {
    if (session.value === null) {
      try {
        session.value = await resume(identity);
      } catch (error) {
        say(sentenceOf(error), "red");
      }
    }
  }
  onLeft(() => {
    unsaved.value = false;
    go("login");
  });
  const root = document.getElementById("console") as HTMLElement;
  root.replaceChildren();
  render(<App />, root);
}

begin();
