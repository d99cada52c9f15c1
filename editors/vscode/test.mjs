// node test.mjs DIRECTORY FLAKE SCREENSHOT, with the packages playwright-core and code-server in DIRECTORY/node_modules, and code-server listening at ARDA_TEST_URL.
// Opens FLAKE/flake.nix in a real VS Code, asks for completion behind `self.nixosConfigurations.w`, prints what is offered and whether `w` is said
// to be no host, and keeps a picture of it. Then takes the lens that builds one of several hosts, and prints which are offered.
import { createRequire } from "node:module";
import * as path from "node:path";

const [directory, flake, screenshot] = process.argv.slice(2);
const { chromium } = createRequire(path.join(directory, "package.json"))("playwright-core");

const browser = await chromium.launch({
  executablePath: process.env.ARDA_TEST_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"],
});
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
  await page.goto(`${process.env.ARDA_TEST_URL}/?folder=${encodeURIComponent(flake)}`);
  await page.waitForSelector(".monaco-workbench", { timeout: 120_000 });
  await page.waitForSelector(".explorer-folders-view .monaco-list-row", { timeout: 120_000 });
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "flake.nix" }).dblclick();
  await page.waitForSelector(".editor-instance .view-lines", { timeout: 60_000 });
  // Behind the path in the only line that has it.
  const line = page.locator(".view-line", { hasText: "self.nixosConfigurations." }).first();
  await line.click();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  const labels = [];
  for (let attempt = 0; attempt < 60 && !labels.some((label) => label.startsWith("web01")); attempt++) {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Space");
    await page.waitForSelector(".suggest-widget.visible .monaco-list-row", { timeout: 2_000 }).catch(() => {});
    labels.length = 0;
    for (const row of await page.locator(".suggest-widget.visible .monaco-list-row").all()) {
      labels.push((await row.getAttribute("aria-label")) ?? "");
    }
  }
  await page.screenshot({ path: screenshot });
  console.log(labels.join("\n"));
  // The flake has no host `w`: VS Code asks for faults itself.
  await page.keyboard.press("Escape");
  const fault = await page
    .waitForSelector(".squiggly-warning", { state: "attached", timeout: 60_000 })
    .then(() => true, () => false);
  console.log(fault ? "fault: shown" : "fault: missing");
  await page.locator(".codelens-decoration a", { hasText: "Build a host" }).first().click({ timeout: 60_000 });
  await page.waitForSelector(".quick-input-widget .monaco-list-row", { timeout: 60_000 });
  const hosts = await page.locator(".quick-input-widget .monaco-list-row .label-name").allTextContents();
  console.log(`to build: ${hosts.join(", ")}`);
  await page.keyboard.press("Escape");
  const lens = hosts.join() === "web01,web02,web03,db01";
  process.exitCode = lens && fault && labels.some((label) => label.startsWith("web01")) ? 0 : 1;
} finally {
  await browser.close();
}
