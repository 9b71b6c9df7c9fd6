import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { runCli } from "../../support/run-cli.js";

async function pageOf(...argv: readonly string[]): Promise<string> {
  const { stdout, exitCode, stderr } = await runCli([...argv, "-o", "html", "--quiet"]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return stdout;
}

/** The cells of every table of a step, row by row, without its sums. */
function tablesOf(page: string): ReadonlyMap<string, readonly (readonly string[])[]> {
  const tables = page.matchAll(/<table data-k="([^"]*)"[^>]*>.*?<tbody>(.*?)<\/tbody>/gs);
  return new Map(
    Array.from(tables, ([, key, body]) => [
      key,
      Array.from(body.matchAll(/<tr>(.*?)<\/tr>/gs), ([, row]) =>
        Array.from(row.matchAll(/<td(?! class=sum)[^>]*>([^<]*)<\/td>/g), ([, cell]) => cell),
      ),
    ]),
  );
}

const NUMBERS: Readonly<Record<string, number>> = {
  "·": 0,
  "−∞": Number.NEGATIVE_INFINITY,
  "∞": Number.POSITIVE_INFINITY,
};
const WORDS: Readonly<Record<string, number>> = {
  "-Infinity": Number.NEGATIVE_INFINITY,
  Infinity: Number.POSITIVE_INFINITY,
};

interface Run {
  readonly inputs: Readonly<Record<string, readonly (readonly (number | string)[])[]>>;
  readonly steps: readonly {
    readonly id: string;
    readonly scope: string;
    readonly data: readonly (readonly (number | string)[])[];
  }[];
}

describe("every number of a page is that of the run's JSON, rounded to four decimals", () => {
  test.each<readonly string[]>([
    ["attend", "--demo", "--causal"],
    ["attend", "--demo", "--backward", "ones"],
    ["multihead", "--demo"],
    ["layer", "--demo"],
    ["compare-scoring", "--demo"],
    ["posenc", "--demo"],
  ])("%s %s", async (...argv) => {
    const tables = tablesOf(await pageOf(...argv));
    const { inputs, steps }: Run = JSON.parse((await runCli([...argv, "--json", "--quiet"])).stdout);
    const known = new Map([
      ...Object.entries(inputs),
      ...steps.map(({ scope, id, data }) => [scope === "" ? id : `${scope}/${id}`, data] as const),
    ]);
    expect(tables.size).toBeGreaterThan(3);
    for (const [key, cells] of tables) {
      const exact = (known.get(key) ?? []).map((row) =>
        row.map((value) => (typeof value === "number" ? value : WORDS[value])),
      );
      expect(
        cells.map((row) => row.length),
        key,
      ).toEqual(exact.map((row) => row.length));
      for (const [row, line] of cells.entries()) {
        for (const [col, cell] of line.entries()) {
          const [shown, value] = [NUMBERS[cell] ?? Number(cell), exact[row][col]];
          // Half a unit of the fourth decimal; of numbers in powers of ten, of the last digit.
          const tolerance = cell.includes("e") ? Math.abs(value) * 0.06 : 0.500001e-4;
          if (Number.isFinite(value))
            expect(Math.abs(shown - value), `${key}[${row},${col}]`).toBeLessThanOrEqual(tolerance);
          else expect(shown).toBe(value);
        }
      }
    }
  });
});

test("labels are text and never markup, in tables and in the data of the script", async () => {
  const evil = "</script><script>alert(1)</script>";
  const page = await pageOf(
    "attend",
    "--x",
    "1 0; 0 1",
    "--tokens",
    JSON.stringify([evil, "<img src=x onerror=alert(2)>"]),
  );
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page).not.toContain("<img");
  expect(page).toContain("&lt;img src=x onerror=alert(2)&gt;");
});

test("the page allows its own style and script alone, and fetches nothing", async () => {
  const page = await pageOf("attend", "--demo");
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policy).toContain("default-src 'none'");
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const [, style] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
  const [, script] = /<\/script><script>(.*?)<\/script>/s.exec(page) ?? [];
  expect(policy).toContain(`style-src ${hash(style)}`);
  expect(policy).toContain(`script-src ${hash(script)}`);
  expect(page).not.toMatch(/(src|href)="?(?!data:)[a-z]+:/);
});

test("12 heads of 64 tokens stay below 300 KB, and the weights of each are drawn", async () => {
  const page = await pageOf("multihead", "--random", "--d-model", "48", "--heads", "12", "--length", "64");
  expect(Buffer.byteLength(page)).toBeLessThan(300_000);
  for (let head = 0; head < 12; head++) {
    expect(page).toMatch(
      new RegExp(`<img src="data:image/png;base64,[^"]*" alt="head ${head}: Weights: 64×64, from `),
    );
  }
});

test("a page is the same each time", async () => {
  expect(await pageOf("multihead", "--demo")).toBe(await pageOf("multihead", "--demo"));
});

test("a checked sheet is marked in place", async () => {
  const { stdout, exitCode } = await runCli([
    "attend",
    "--demo",
    "--check",
    "output=1 2; 0.6626 0.6626; 1.2033 1",
    "-o",
    "html",
  ]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("<td class=wrong>1 ✗</td>");
  expect(stdout).toContain("<td class=right>0.6626 ✓</td>");
});

test("a model is a picture a layer and head", async () => {
  const page = await pageOf("model", "--demo");
  expect(page.match(/<th scope=row>layer \d<\/th>/g)).toEqual([
    "<th scope=row>layer 0</th>",
    "<th scope=row>layer 1</th>",
  ]);
  expect(page.match(/alt="layer \d\/head \d\/weights: 10×10/g)).toHaveLength(4);
});
