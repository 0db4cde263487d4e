// The page that developers look at; no server of Sanchi's is needed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";
import { closeBrowser, visit } from "./sanchi.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const root = fileURLToPath(new URL("..", import.meta.url));

const server = await createServer({
  root,
  configFile: `${root}/vite.console.config.ts`,
  logLevel: "error",
  server: { port: 0, host: "127.0.0.1" },
});
await server.listen();
const { port } = server.httpServer.address();

after(async () => {
  await closeBrowser();
  await server.close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`shows tokens and components, and breaks no rule of WCAG, in ${colorScheme}`, async () => {
    await visit(async (page) => {
      await page.emulateMedia({ colorScheme });
      await page.goto(`http://127.0.0.1:${port}/console/styleguide/`);
      await page.locator("#scanner button").waitFor();
      assert.ok((await page.locator(".swatch").count()) > 15);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
        [],
      );
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
    });
  });
}
