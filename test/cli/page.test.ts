import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// The page in a real browser: Debian's chromium, where it is installed.

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);
const folder = mkdtempSync(join(tmpdir(), "qkv-page-"));
let browser: Browser;

async function open(argv: readonly string[], options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
  const { stdout } = await runCli([...argv, "-o", "html", "--quiet"]);
  const file = join(folder, "run.html");
  writeFileSync(file, stdout);
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
  page.on("pageerror", (error) => expect.fail(String(error)));
  page.on("console", (message) => expect.fail(message.text()));
  await page.goto(pathToFileURL(file).href);
  return page;
}

describe.skipIf(!executablePath)("a page in a browser (where there is chromium)", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ["--no-sandbox"] });
  });
  afterAll(() => browser?.close());

  test("pointing at a cell shows its arithmetic and lights what it is made of, and a click goes deeper", async () => {
    const page = await open(["attend", "--demo"]);
    await page.locator('table[data-k="weights"] tbody td').first().hover();
    const panel = page.locator("#why");
    // e^(1/√2) / (e^(1/√2) + 1 + e^√2) = 2.0281 / 7.1414
    expect(await panel.textContent()).toContain("weights[please,please] = 2.0281 / 7.1414 = 0.2840");
    expect(await page.locator('table[data-k="exponentials"] td.lit').count()).toBe(1);
    await page.getByRole("button", { name: "exponentials[please,please]" }).click();
    expect(await panel.textContent()).toContain("exponentials[please,please] = e^0.7071 = 2.0281");
    await page.getByRole("button", { name: "scaled-scores[please,please]" }).click();
    await page.getByRole("button", { name: "scores[please,please]" }).click();
    expect(await panel.textContent()).toContain("scores[please,please] = 1·1 + 0·1 = 1");
    expect(await page.locator('table[data-k="query"] td.lit').count()).toBe(2);
    await page.close();
  });

  test("the keyboard does the same", async () => {
    const page = await open(["attend", "--demo"]);
    await page.locator('table[data-k="output"] tbody td').first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    expect(await page.locator("#why").textContent()).toContain("output[study,1] = ");
    await page.keyboard.press("Enter");
    expect(await page.locator("#why").textContent()).toMatch(/^weights\[study,please\]/);
    await page.keyboard.press("Escape");
    expect(await page.locator("#why").isVisible()).toBe(false);
    await page.close();
  });

  test("so does a touch, on a phone that the page fits", async () => {
    const page = await open(["multihead", "--demo"], {
      viewport: { width: 390, height: 800 },
      hasTouch: true,
    });
    await page.locator('table[data-k="head 0/weights"] tbody td').first().tap();
    expect(await page.locator("#why").textContent()).toContain("head 0/weights[please,please]");
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.close();
  });

  test("without scripts the tables remain", async () => {
    const page = await open(["attend", "--demo"], { javaScriptEnabled: false });
    expect(await page.locator('table[data-k="weights"] tbody td').first().textContent()).toBe("0.2840");
    await page.close();
  });

  test("nothing of a label is run", async () => {
    const evil = "<img src=x onerror=document.title='run'>";
    const page = await open([
      "attend",
      "--x",
      "1 0; 0 1",
      "--tokens",
      JSON.stringify([evil, "</script><script>document.title='run'</script>"]),
    ]);
    await page.locator('table[data-k="weights"] tbody td').first().hover();
    expect(await page.title()).toBe("qkv attend");
    await page.close();
  });

  test.each([
    ["light", ["attend", "--demo", "--causal"]],
    ["dark", ["attend", "--demo", "--causal"]],
    ["light", ["multihead", "--demo"]],
    ["dark", ["posenc", "--length", "10", "--d-model", "8"]],
    ["light", ["model", "--demo"]],
    ["dark", ["attend", "--demo", "--check", "output=1 2; 0.6626 0.6626; 1.2033 1"]],
  ] as const)("axe finds nothing serious: %s, %s", async (colorScheme, argv) => {
    const page = await open(argv, { colorScheme });
    // The policy of the page keeps scripts of others out, so the checker is run where a debugger would be.
    await page.evaluate(readFileSync("node_modules/axe-core/axe.min.js", "utf8"));
    const found = await page.evaluate(async () => {
      const { violations } = await (
        globalThis as unknown as {
          axe: {
            run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
          };
        }
      ).axe.run();
      return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0].html.slice(0, 120)}`);
    });
    expect(found.filter((text) => /^(serious|critical)/.test(text))).toEqual([]);
    await page.close();
  });
});
