import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { runCli } from "../../support/run-cli.js";

async function pageOf(...argv: readonly string[]): Promise<string> {
  const { stdout, exitCode, stderr } = await runCli([...argv, "-o", "html", "--quiet"]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return stdout;
}

/** The cells of every table of a step or input, row by row, without its sums. Transposed tables are transposed back. */
function tablesOf(page: string): ReadonlyMap<string, readonly (readonly string[])[]> {
  const tables = page.matchAll(/<table class="m [^>]* data-k="([^"]*)"([^>]*)>.*?<tbody>(.*?)<\/tbody>/gs);
  return new Map(
    Array.from(tables, ([, key, attributes, body]) => {
      const rows = Array.from(body.matchAll(/<tr>(.*?)<\/tr>/gs), ([, row]) =>
        Array.from(row.matchAll(/<td(?! class="sum")[^>]*>([^<]*)<\/td>/g), ([, cell]) =>
          cell.replaceAll("−", "-"),
        ),
      );
      const isTurned = attributes.includes("data-turned");
      return [key, isTurned ? rows[0].map((_, col) => rows.map((row) => row[col])) : rows];
    }),
  );
}

const NUMBERS: Readonly<Record<string, number>> = {
  "-∞": Number.NEGATIVE_INFINITY,
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
          // Half a unit of the fourth decimal, or of the last digit of numbers with powers of ten.
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
  // The page's content security policy would block them.
  expect(page).not.toMatch(/ style=|javascript:/);
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

test.each([
  ["attend --demo --causal", 90],
  ["multihead --demo", 120],
  ["layer --demo", 120],
  ["posenc --demo", 120],
  ["compare-scoring --demo", 120],
  ["model --demo", 120],
  // Its arithmetic goes back through the whole layer, so it is cut where nobody reads on.
  ["layer --demo --why norm-2[0,0]", 120],
  ["multihead --random --d-model 48 --heads 12 --length 64", 120],
])("the page of %s has at most %i KB", async (line, most) => {
  expect(Buffer.byteLength(await pageOf(...line.split(" ")))).toBeLessThan(1000 * most);
});

describe("the figure of an attention", () => {
  test("the matrices stand where they meet: keys turned, no names at the scores, sums behind the exponentials", async () => {
    const page = await pageOf("attend", "--demo");
    expect(page).toMatch(/data-k="key" data-turned/);
    expect(page).toMatch(/data-k="exponentials" data-sums="row-sums"/);
    // "nr" and "nc" hide the names of rows and columns.
    expect(page).toMatch(/<table class="m [^"]*\bnr nc\b[^"]*" data-k="scores"/);
  });

  test("V stands over the output where that has the shape of the weights, too", async () => {
    const square = JSON.stringify({
      query: [
        [1, 0],
        [0, 2],
      ],
      key: [
        [1, 1],
        [0, 1],
      ],
      value: [
        [1, 2],
        [3, 5],
      ],
    });
    const page = await pageOf("attend", square);
    expect(page).toMatch(/class="blk top bv"[\s\S]*data-k="value"/);
    expect(page).not.toContain("From <math");
  });

  test("gradients change nothing of the figure", async () => {
    const page = await pageOf("attend", "--demo", "--backward", "ones");
    expect(page).toMatch(/class="blk top bv"[\s\S]*data-k="value"/);
  });

  test("arrows say what happens on the way, as the explanation of a cell does", async () => {
    const page = await pageOf("attend", "--demo", "--causal", "--softcap", "50");
    const arrows = Array.from(page.matchAll(/<div class="arrow"[^>]*>(.*?)<i>/g), ([, arrow]) =>
      arrow.replace(/<[^>]*>/g, ""),
    );
    // S / √2, 50·tanh(x / 50), −∞ where masked, e^x, E / Σ
    expect(arrows).toEqual(["÷2", "50·tanh(x50)", "mask", "ex", "÷Σ"]);
  });

  test("a scoring that is no product has its two matrices at its sides, too", async () => {
    const page = await pageOf("attend", "--demo", "--scoring", "additive", "--random", "--seed", "1");
    expect(page).toMatch(/data-k="key-features" data-turned/);
  });

  test("without scripts the arithmetic of a cell and the rows written out are there", async () => {
    const text = (await pageOf("attend", "--demo")).replace(/<[^>]*>/g, "");
    // e^√2 / (e^(1/√2) + 1 + e^√2) = 4.1133 / 7.1414; S[man,man] = 1·2 + 1·0
    expect(text).toContain("αplease, man=4.11337.1414 =0.5760");
    expect(text).toContain("Sman, man=1·2+1·0 =2");
  });
});

test("a comparison begins with what sets its scorings apart, and has the scores, weights and output of each", async () => {
  const page = await pageOf("compare-scoring", "--demo");
  expect(page).toMatch(/<h1>dot is the most focused[^;]*\.<\/h1>\n<p>Cosine spreads/);
  expect(page).not.toContain("12 heads");
  const keys = Array.from(page.matchAll(/data-k="cosine\/([^"]*)"/g), ([, id]) => id);
  expect(keys).toEqual(["scores", "weights", "output"]);
  expect(page).toContain("--steps all shows every step.");
});

test("a theme that is asked for holds whatever the reader's device has", async () => {
  const page = await pageOf("attend", "--demo", "--theme", "dark");
  expect(page).toContain(":root{color-scheme:dark}");
  expect(page).not.toContain("prefers-color-scheme");
  expect(await pageOf("attend", "--demo")).toContain("prefers-color-scheme");
});

test("a page is the same each time", async () => {
  expect(await pageOf("multihead", "--demo")).toBe(await pageOf("multihead", "--demo"));
});

describe("a checked sheet", { timeout: 240_000 }, () => {
  // Ada's scores have one slip, and her weights are those of her scores without the division by √2.
  const SHEET =
    "scores = [[1, 0, 2], [2, 1, 0], [2, 1, 2]]\nweights = [[0.24, 0.09, 0.67], [0.67, 0.24, 0.09], [0.42, 0.16, 0.42]]\noutput = [[1.58, 1.42], [0.85, 0.42], [1.27, 1.00]]";

  async function sheetPage(sheet: string, ...argv: readonly string[]): Promise<string> {
    const { stdout } = await runCli(["attend", "--demo", "--check", sheet, "-o", "html", ...argv]);
    return stdout;
  }
  const text = (markup: string) => markup.replace(/<[^>]*>/g, "").replaceAll("&#39;", "'");

  test("says what is to be mended: where, yours, right with its arithmetic, why, what follows", async () => {
    const page = await sheetPage(SHEET);
    expect(text(/<h1>.*?<\/h1>/.exec(page)?.[0] ?? "")).toMatch(/^Not right yet: two mistakes\./);
    const [first, second] = Array.from(
      page.matchAll(/<article class="card">(.*?)<\/article>/gs),
      ([, card]) => text(card),
    );
    // S[study,study] = 0·0 + 2·1 = 2
    expect(first).toContain("You wroteSstudy, study = 1Right isSstudy, study=0·0+2·1=2");
    expect(first).toContain("ConsequencesRow study of Output follows from your number.");
    expect(second).toContain("The scores were not divided by √d_k");
    // α[please,man] = e^(2/√2) / (e^(1/√2) + e^0 + e^(2/√2)) = 4.1133 / 7.1414; without √2 e^2 / (e^1 + e^0 + e^2)
    expect(second).toContain("αplease, man = 0.67 =e2");
    expect(second).toContain("=0.576");
    expect(second).toContain("ConsequencesRows please and man of Output follow from this.");
  });

  test("marks every number as it was written", async () => {
    const page = await sheetPage(SHEET);
    const marked = Array.from(
      page.matchAll(/<span class="(ok|near|then|no)">([^<]*)<i aria/g),
      ([, mark, number]) => `${mark} ${number}`,
    );
    expect(marked).toHaveLength(24);
    expect(marked.slice(0, 9)).toEqual([
      "ok 1",
      "ok 0",
      "ok 2",
      "ok 2",
      "no 1",
      "ok 0",
      "ok 2",
      "ok 1",
      "ok 2",
    ]);
    expect(marked.slice(-1)).toEqual(["ok 1.00"]);
  });

  test("folds the right numbers, and tells less with a lower hint", async () => {
    expect(await sheetPage(SHEET)).toMatch(/<summary>The right numbers.*data-k="weights"/s);
    const less = await sheetPage(SHEET, "--hint", "1");
    expect(less).toContain("S[study,study]");
    for (const word of ["Right is", "You wrote", "divided", "Ask yourself", "The right numbers"])
      expect(less).not.toContain(word);
    const asked = await sheetPage(SHEET, "--hint", "2");
    expect(asked).toContain("What is each score divided by?");
    for (const word of ["Right is", "You wrote", "not divided"]) expect(asked).not.toContain(word);
  });

  test("calls nothing right that was not compared", async () => {
    // e^(1/√2) / Σ = 0.2840, 0.1400, 0.5760; 0.4458, 0.4458, 0.1084; 0.4011, 0.1978, 0.4011
    const page = await sheetPage("weights = [[0.28, 0.14, 0.58], [0.45, 0.45, 0.11], [0.40, 0.20, 0.40]]");
    expect(text(/<h1>.*?<\/h1>/.exec(page)?.[0] ?? "")).toContain("Right so far. Not on the sheet: Output.");
  });
});

describe("a class", () => {
  test("is a table of sheets and steps, with the mistakes and who made them, and those that could not be read", async () => {
    const sheets = [
      "scores = [[1, 0, 2], [2, 2, 0], [2, 1, 2]]",
      "scores = [[1, 0, 2], [2, 1, 0], [2, 1, 2]]",
      '{"scores": [[1, 0], [2, 2]]}',
    ];
    const files = Object.fromEntries(sheets.map((sheet, at) => [`${"abc"[at]}.txt`, sheet]));
    const { stdout } = await runCli(["check", "--demo", ...Object.keys(files), "-o", "html", "--quiet"], {
      given: files,
    });
    expect(stdout).toContain("<b>1 of 3 sheets are right</b>, 1 could not be read.");
    const rows = Array.from(
      stdout.matchAll(/<tr data-why="([^"]*)"><th scope="row">([^<]*)/g),
      ([, why, name]) => `${name}: ${why}`,
    );
    expect(rows).toEqual(["a: right", "b: wrong", "c: unread look"]);
    expect(stdout).toMatch(/<li><span class="n">1<\/span><b>One cell is wrong[^<]*<\/b><small>b<\/small>/);
  });
});

test("many heads are a picture each, and the numbers behind them are there without scripts", async () => {
  const argv = ["multihead", "--random", "--d-model", "48", "--heads", "12", "--length", "64"];
  const page = await pageOf(...argv);
  expect(page.match(/<img alt="" src="data:image\/png;base64,/g)).toHaveLength(12);
  const { steps }: Run = JSON.parse((await runCli([...argv, "--json", "--quiet"])).stdout);
  const weights = steps.find(({ id, scope }) => id === "weights" && scope === "head 11")?.data ?? [];
  const [, table] = /<table class="grid"><caption class="hide">The key(.*?)<\/table>/s.exec(page) ?? [];
  const rows = Array.from(table.matchAll(/<tr>(.*?)<\/tr>/g), ([, row]) =>
    Array.from(row.matchAll(/<td>([^<]*)/g), ([, cell]) => cell),
  );
  const last = rows.slice(1).map((cells) => cells[11]);
  expect(last).toEqual(
    weights.map((row) => {
      const numbers = row.map(Number);
      const most = Math.max(...numbers);
      return `${numbers.indexOf(most)} ${most.toFixed(2)}`;
    }),
  );
});

test("a model says what comes next, draws each head with its tokens, and what the layers add to the last one", async () => {
  const page = await pageOf("model", "--demo");
  expect(page).toMatch(/<h1>After <b>[^<]*<\/b> comes <b>c<\/b> <span class="pc">99\.99 %/);
  expect(page.match(/<svg class="hm"/g)).toHaveLength(4);
  expect(page).toContain("looks one token back");
  // Two layers of two parts each, with the stream before and after each part.
  expect(page.match(/<li class="add">/g)).toHaveLength(4);
});

test("a page says that it is masked if a mask hides weights, not if keys are narrower than values", async () => {
  const narrow = ["--x", "1 2; 0 1", "--wq", "1; 0", "--wk", "1; 0", "--wv", "1 0; 0 1"];
  expect(await pageOf("multihead", ...narrow)).not.toContain("masked");
  expect(await pageOf("multihead", ...narrow, "--causal")).toContain(" · masked</p>");
});
