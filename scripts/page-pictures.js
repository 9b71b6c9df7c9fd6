// Takes screenshots of pages of real runs for docs/pictures/, with the machine's chromium: node
// scripts/page-pictures.js
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A sheet with one slip in the scores. Its weights were computed without the division by √2. */
const SHEET =
  "scores = [[1, 0, 2], [2, 1, 0], [2, 1, 2]]\nweights = [[0.24, 0.09, 0.67], [0.67, 0.24, 0.09], [0.42, 0.16, 0.42]]\noutput = [[1.58, 1.42], [0.85, 0.42], [1.27, 1.00]]";

/**
 * Each picture: its run, the cell to click and how often, what is filled in and checked, and the height of the window.
 */
const PICTURES = [
  {
    name: "page",
    argv: ["attend", "--demo", "--causal"],
    cell: 'table[data-k="weights"] tbody tr:nth-child(3) td:nth-of-type(2)',
    clicks: 3,
    height: 660,
  },
  { name: "page-dump", argv: ["check", "fixtures/dumps/causal.npz"], height: 980 },
  {
    name: "page-exercise",
    argv: ["exercise", "attend", "--seed", "7"],
    // The second row is the weights of unscaled scores, without its last number.
    fills: [
      ["weights, row 0, column 0", "1"],
      ["weights, row 0, column 1", "0"],
      ["weights, row 0, column 2", "0"],
      ["weights, row 1, column 0", "0.018"],
      ["weights, row 1, column 1", "0.982"],
    ],
    height: 880,
  },
  { name: "page-sheet", argv: ["attend", "--demo", "--check", SHEET], height: 800 },
];

const folder = mkdtempSync(join(tmpdir(), "qkv-pictures-"));
const browser = await chromium.launch({ executablePath: BROWSERS.find(existsSync), args: ["--no-sandbox"] });
for (const { name, argv, cell, clicks = 0, fills = [], height } of PICTURES) {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, pageOf(argv));
  const page = await browser.newPage({ viewport: { width: 1280, height } });
  await page.goto(pathToFileURL(file).href);
  for (let click = 0; click < clicks; click++) await page.locator(cell).click();
  for (const [label, text] of fills) await page.getByLabel(label, { exact: true }).fill(text);
  if (fills.length > 0) {
    await page.getByRole("button", { name: "Check" }).click();
    await page.evaluate("scrollTo(0, 0)");
  }
  await page.screenshot({ path: `docs/pictures/${name}.png` });
  await page.close();
}
await browser.close();
rmSync(folder, { recursive: true });

/** Returns the page of a run. A sheet that is not right exits with 1. */
function pageOf(argv) {
  try {
    const options = { env: {}, stdio: ["ignore", "pipe", "ignore"] };
    return execFileSync(process.execPath, ["bin/qkv.js", ...argv, "-o", "html"], options);
  } catch (error) {
    if (error.status !== 1) throw error;
    return error.stdout;
  }
}
