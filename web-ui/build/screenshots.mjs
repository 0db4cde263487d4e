// Takes the pictures of docs/screenshots that show pages, from a running Sanchi with its demonstration:
// SANCHI_ADDRESS=http://localhost:8080/ node build/screenshots.mjs
// The console's are taken by browser/console.test.mjs.
import { fileURLToPath } from "node:url";
import { address, closeBrowser, judge, sample, visit } from "../browser/sanchi.mjs";

const OUT = fileURLToPath(new URL("../docs/screenshots/", import.meta.url));
const SIZES = { phone: [390, 844], desktop: [1280, 800] };

/** Each screen: a word of its package's English name or a path, where to scroll, what to unfold. */
const SCREENS = {
  home: ["/"],
  package: ["komatsuna"],
  mixed: ["three growers"],
  copied: ["copied", "#copies"],
  recall: ["recalled"],
  temperature: ["warm", "#temperature"],
  map: ["norway", "#map"],
  proof: ["komatsuna", "#how", "#checks summary"],
  unknown: ["never issued"],
  verify: ["/verify/"],
};

async function take(name, reader, size, colorScheme = "light") {
  const [what, part, folded] = SCREENS[name];
  const [width, height] = SIZES[size];
  const path = what.startsWith("/") ? what : await sample(what);
  const asked = reader === "easy" ? `${path}?lang=easy` : path;
  await visit(
    async (page) => {
      await page.emulateMedia({ colorScheme });
      if (path === what) await page.goto(address + asked, { waitUntil: "networkidle" });
      else {
        await judge(page, asked);
        // A label without goods has no picture
        if ((await page.locator("#photo").count()) > 0) await page.locator("#photo img").waitFor();
        await page.locator(".land:not([d])").waitFor({ state: "detached" });
      }
      if (folded !== undefined) await page.locator(folded).click();
      if (part !== undefined) {
        await page.locator(part).evaluate((element) => {
          scrollBy(0, element.getBoundingClientRect().top - 16);
        });
      }
      await page.waitForTimeout(300);
      const dark = colorScheme === "dark" ? "-dark" : "";
      await page.screenshot({ path: `${OUT}${name}${dark}-${reader}-${size}.png` });
    },
    { language: reader === "en" ? "en" : "ja", width, height },
  );
}

for (const name of Object.keys(SCREENS)) {
  for (const reader of ["ja", "en"]) {
    for (const size of Object.keys(SIZES)) await take(name, reader, size);
  }
}
for (const name of ["home", "package", "verify"]) await take(name, "easy", "phone");
for (const name of ["package", "recall"]) await take(name, "ja", "phone", "dark");
await closeBrowser();
