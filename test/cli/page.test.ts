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
  // Exercises have no notices.
  const quiet = argv[0] === "exercise" ? [] : ["--quiet"];
  return openText((await runCli([...argv, "-o", "html", ...quiet])).stdout, options);
}

async function openText(text: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
  const file = join(folder, "run.html");
  writeFileSync(file, text);
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

  /** The program of a page is unpacked and started within this. */
  const SLOW = { timeout: 20_000 };

  /** The arithmetic that is shown, as text. */
  const told = (page: Page) => page.locator(".say .lines").first().textContent();

  test("pointing at a cell shows its arithmetic and lights what it is made of, and clicks go deeper", async () => {
    const page = await open(["attend", "--demo"]);
    const cell = page.locator('table[data-k="weights"] tbody td').first();
    await cell.hover();
    // e^(1/√2) / (e^(1/√2) + 1 + e^√2) = 2.0281 / 7.1414
    expect(await told(page)).toBe("αplease, please=2.02817.1414=0.2840");
    expect(await page.locator('table[data-k="exponentials"] td.lit').count()).toBe(2);
    await cell.click();
    await cell.click();
    expect(await told(page)).toContain("=e0.7071e0.7071+e0.0000+e1.4142");
    await cell.click();
    expect(await told(page)).toContain("=e12e12+e02+e22");
    await page.locator('table[data-k="scores"] tbody td').first().click();
    expect(await told(page)).toBe("Splease, please=1·1+0·1=1");
    expect(await page.locator('table[data-k="query"] td.lit.hq').count()).toBe(2);
    expect(await page.locator('table[data-k="key"] td.lit.hk').count()).toBe(2);
    await page.close();
  });

  test("a number of an arithmetic leads to its cell", async () => {
    const page = await open(["attend", "--demo"]);
    await page.locator('table[data-k="output"] tbody td').first().click();
    await page.locator('.say [data-r="weights[0,0]"]').first().click();
    expect(await told(page)).toMatch(/^αplease, please=/);
    await page.getByRole("button", { name: "One level deeper" }).click();
    expect(await told(page)).toContain("e0.7071");
    await page.getByRole("button", { name: "Back" }).click();
    expect(await told(page)).not.toContain("e0.7071");
    await page.close();
  });

  test("the keyboard does the same, and goes on into the next matrix", async () => {
    const page = await open(["attend", "--demo"]);
    await page.locator('table[data-k="weights"] tbody td').first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    expect(await told(page)).toMatch(/^αstudy, study=/);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await told(page)).toMatch(/^Ostudy, 0=/);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    // O = α V, with α = E / Σ put in
    expect(await told(page)).toContain("4.1133");
    await page.keyboard.press("Escape");
    expect(await told(page)).not.toContain("4.1133");
    await page.close();
  });

  test.each([390, 800, 1280])("nothing is wider than a window of %i pixels", async (width) => {
    for (const argv of [
      ["attend", "--demo", "--causal"],
      ["multihead", "--demo"],
      ["layer", "--demo"],
      ["compare-scoring", "--demo"],
      ["posenc", "--demo"],
      ["attend", "--demo", "--why", "output[0,0]"],
      ["exercise", "attend"],
      ["check", "fixtures/dumps/gradients.npz"],
      // Maps of 32 columns.
      ["check", "fixtures/kernels/not-rescaled.npz"],
    ]) {
      const page = await open(argv, { viewport: { width, height: 800 } });
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      await page.close();
    }
  });

  test("a touch shows the arithmetic below, where it is out of sight", async () => {
    const page = await open(["attend", "--demo"], { viewport: { width: 390, height: 600 }, hasTouch: true });
    const cell = page.locator('table[data-k="output"] tbody td').last();
    await cell.scrollIntoViewIfNeeded();
    await cell.tap();
    expect(await told(page)).toMatch(/^Oman, 1=/);
    expect(await page.locator(".say.dock").isVisible()).toBe(true);
    await page.close();
  });

  test("a head that is chosen opens, and says which weights of a row are largest", async () => {
    const page = await open(["model", "--demo"]);
    await page.getByRole("button", { name: /layer 1\/head 0/ }).click();
    expect(await page.locator(".heat .of").textContent()).toMatch(/ looks at$/);
    const shares = await page.locator(".heat .bars td:last-child").allTextContents();
    expect(shares.map(Number).reduce((sum, share) => sum + share, 0)).toBeGreaterThan(0.9);
    await page.locator(".heat .around").press("ArrowUp");
    expect(await page.locator(".heat .bars th").count()).toBeGreaterThan(0);
    await page.close();
  });

  test("what is typed into an editable page is worked as the command line works it, and the address holds it", async () => {
    const page = await open(["attend", "--demo", "--causal", "--editable"]);
    await page.locator('textarea[name="m.query"]').fill("1 0\n0 1/3\n1 √2");
    await page.locator('[name="s.causal"]').uncheck();
    await page.locator('[name="s.scale"]').fill("1/8");
    await page.locator('[name="s.temperature"]').fill("2");
    await expect.poll(() => page.url(), SLOW).toContain("s.temperature");
    const query = "1 0; 0 1/3; 1 √2";
    const argv = [
      "attend",
      "--query",
      query,
      "--key",
      "1 1; 0 1; 2 0",
      "--value",
      "1 0; 0 1; 2 2",
      "--tokens",
      "please study man",
      "--scale",
      "1/8",
      "--temperature",
      "2",
    ];
    const cells = (of: Page) => of.locator("#run table.m td, main > .scroll table.m td").allTextContents();
    const typed = await cells(page);
    const worked = await open(argv);
    expect(typed).toEqual(await cells(worked));
    expect(await page.locator(".say .lines").first().textContent()).toBe(await told(worked));
    await worked.close();
    const link = await browser.newPage();
    await link.goto(page.url());
    await expect.poll(() => cells(link), SLOW).toEqual(typed);
    await link.close();
    await page.close();
  });

  test("what cannot be read is said, and the last answer stays; another number of heads is worked at once", async () => {
    const page = await open(["multihead", "--demo", "--editable"]);
    await page.locator('textarea[name="m.x"]').fill("1 0 2 one\n0 1 1 2\n1 1 0 1");
    await expect
      .poll(() => page.locator(".problem").textContent(), SLOW)
      .toContain('x[0,3]: "one" is not a number.');
    expect(await page.locator('table[data-k="head 1/weights"]').count()).toBe(1);
    await page.locator('textarea[name="m.x"]').fill("1 0 2 1\n0 1 1 2\n1 1 0 1");
    await page.locator('[name="s.heads"]').fill("4");
    await expect.poll(() => page.locator('table[data-k="head 3/weights"]').count(), SLOW).toBe(1);
    await page.close();
  });

  test("the page of an exercise marks what is filled in, and names the mistake that gives it", async () => {
    const words = ["exercise", "attend", "--seed", "7"];
    const [{ answers, mistakes }] = JSON.parse((await runCli([...words, "--json"])).stdout).exercises;
    const page = await openText((await runCli([...words, "-o", "html"])).stdout);
    type Answers = Readonly<Record<string, readonly (readonly (number | string)[])[]>>;
    const fill = async (numbers: Answers) => {
      for (const [key, rows] of Object.entries(numbers))
        for (const [row, line] of rows.entries())
          for (const [col, value] of line.entries())
            if (typeof value === "number")
              await page
                .getByLabel(`${key}, row ${row}, column ${col}`, { exact: true })
                .fill(value.toFixed(3).replace("-", "−"));
      await page.getByRole("button", { name: "Check" }).click();
    };
    const status = page.getByRole("status");
    await page.getByRole("button", { name: "Check" }).click();
    expect(await status.textContent()).toBe("Nothing is filled in yet.");
    await fill(answers);
    expect(await status.textContent()).toMatch(/^All \d+ numbers are right\.$/);
    // 0.001 more is what rounding on the way may do, 0.002 is not.
    const cell = page.getByLabel("output, row 0, column 0", { exact: true });
    for (const [more, said] of [
      [0.001, /^All /],
      [0.002, /^\d+ of \d+ are right so far\.$/],
    ] as const) {
      await cell.fill((answers.output[0][0] + more).toFixed(3));
      await page.getByRole("button", { name: "Check" }).click();
      expect(await status.textContent()).toMatch(said);
    }
    await fill(mistakes.find(({ id }: { id: string }) => id === "scale-missing").answers);
    expect(await status.textContent()).toContain("The scores were not divided by √d_k.");
    await page.close();
  });

  test("an exercise has hints one by one, and cells of 9 mm in print", async () => {
    const page = await openText((await runCli(["exercise", "attend", "-o", "html"])).stdout);
    expect(await page.locator("details.hints summary:visible").count()).toBe(1);
    await page.locator("details.hints summary:visible").first().click();
    expect(await page.locator("details.hints summary:visible").count()).toBe(2);
    await page.emulateMedia({ media: "print" });
    const box = await page.locator(".fill td:has(input)").first().boundingBox();
    // 9 mm are 34 px of 1/96 inch.
    expect(box?.height).toBeGreaterThanOrEqual(34);
    expect(await page.locator("details.hints").first().isVisible()).toBe(false);
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
    expect(await page.title()).toMatch(/ · qkv attend$/);
    await page.close();
  });

  test.each([
    ["light", ["attend", "--demo", "--causal"]],
    ["dark", ["attend", "--demo", "--causal"]],
    ["light", ["multihead", "--demo"]],
    ["dark", ["posenc", "--length", "10", "--d-model", "8"]],
    ["light", ["model", "--demo"]],
    ["dark", ["attend", "--demo", "--causal", "--editable"]],
    ["light", ["attend", "--demo", "--why", "weights[1,0]"]],
    ["light", ["check", "fixtures/dumps/gradients.npz"]],
    ["dark", ["check", "fixtures/gallery/tiny-transformers-71.npz"]],
    ["dark", ["compare-scoring", "--demo"]],
    ["light", ["exercise", "attend"]],
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
