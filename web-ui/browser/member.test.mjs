// A member that keeps its own authority makes a browser its administrator. The authority is the
// network tool's: SANCHI_NETWORK_TOOL is its jar, SANCHI_NETWORK the network's folder.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, test } from "node:test";
import { address, closeBrowser, consoleWords, openContext } from "./sanchi.mjs";

const tool = process.env.SANCHI_NETWORK_TOOL;
const network = process.env.SANCHI_NETWORK;
const w = consoleWords.ja;

const certify = (mspId, key) =>
  execFileSync(
    "java",
    ["-jar", tool, "-d", network, "administrator", "certify", mspId, "--key", key],
    { encoding: "utf8" },
  );

after(closeBrowser);

test(
  "a member's authority makes a browser its administrator",
  {
    skip: tool === undefined && "no network tool: SANCHI_NETWORK_TOOL",
  },
  async () => {
    const context = await openContext({ language: "ja", width: 390, height: 844 });
    const page = await context.newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    const press = (name) => page.getByRole("button", { name, exact: true }).click();
    const paste = async (text) => {
      await page.getByLabel(w.member.pem).fill(text);
      await press(w.member.keep);
    };
    const told = (sentence) =>
      page.locator(".field.wrong .fault").getByText(sentence, { exact: true }).waitFor();

    await page.goto(`${address}/console/`);
    await page.getByRole("link", { name: w.member.title }).click();
    await press(w.member.make);
    const key = await page.locator(".key").first().innerText();
    const code = await page.locator(".code").innerText();
    // The key is there again after the browser was closed
    await page.reload();
    await page.locator(".code", { hasText: code }).waitFor();

    await paste("-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----");
    await told(w.member.noCertificate);
    assert.throws(() => certify("GrowersMSP", `C${key.slice(1)}`), /no key/);
    const answer = certify("LogisticsMSP", key);
    assert.ok(answer.includes(code), answer);
    await paste(answer);

    // It signs for that member at once
    await page.getByRole("heading", { level: 1, name: w.first.organisationTitle }).waitFor();
    await press(w.first.trial);
    await page.getByLabel(w.first.nameJa).fill("もとから はこぶ会");
    await page.getByLabel(w.roles.grower, { exact: true }).uncheck();
    await page.getByLabel(w.roles.carrier, { exact: true }).check();
    await press(w.first.admit);
    await page.getByRole("heading", { level: 1, name: w.work.title }).waitFor({ timeout: 60_000 });

    assert.deepEqual(complaints, []);
    await context.close();
  },
);
