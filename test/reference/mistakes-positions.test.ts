import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { readWorked, sheetOf, type Worked } from "../support/worked.js";

// Published tables of sines and cosines as sheets for `posenc --check`.

type PublishedTable = Worked & {
  readonly settings: {
    readonly d_model?: number;
    readonly n?: number;
    readonly layout?: string;
    readonly spacing?: string;
    readonly method?: string;
  };
  readonly wrong_cells: Readonly<Record<string, number[][]>>;
};

const tables = (readWorked("posenc") as PublishedTable[]).filter(({ settings }) => !settings.method);

/**
 * What qkv says of the wrong tables. The Deep-ML key was computed in half precision, which is no named mistake: its
 * cells are shown.
 */
const DIAGNOSES: Readonly<Record<string, readonly object[]>> = {
  "dml-posenc-2x8": [{ mistake: "slip-cell", explains: 3, of: 3 }],
  "illustrated-transformer-posenc": [
    {
      ...{ mistake: "exponent-half-minus-one", explains: 6, of: 6 },
      convention: "--columns halves --exponent half-minus-one",
    },
  ],
};

/** cos 0.01 = 0.99995, written 0.99: off by less than one unit, which is reported and is no mistake. */
const CUT = "russian-solution-099";

async function check(args: readonly string[], sheet: string) {
  const run = await runCli(["posenc", ...args, "--check", sheet, "--json"]);
  expect(run.stderr).toBe("");
  return { exitCode: run.exitCode, check: JSON.parse(run.stdout).check };
}

describe("published tables of positions", () => {
  test.each(tables.map((example) => [example.id, example] as const))("%s", async (id, example) => {
    const { d_model: cols, n, layout = "interleaved", spacing } = example.settings;
    const { X } = example.inputs;
    const args = [
      ...(X ? ["--x", JSON.stringify(X)] : ["--length", String(n), "--d-model", String(cols)]),
      ...["--columns", layout, ...(spacing ? ["--exponent", "half-minus-one"] : [])],
    ];
    const sheet = sheetOf(example, Object.keys(example.published))
      .replace('"pe"', '"encoding"')
      .replace('"x_plus_pe"', '"output"');
    const { exitCode, check: found } = await check(args, sheet);
    const wrong = id === CUT ? [] : (example.wrong_cells.pe ?? []);
    expect(exitCode).toBe(wrong.length > 0 ? 1 : 0);
    const encoding = found.steps.find((step: { id: string }) => step.id === "encoding");
    expect(encoding.cells ?? []).toEqual(wrong);
    if (id === CUT) expect(encoding.verdict).toBe("agrees-rounded");
    expect(found.diagnosis).toEqual((DIAGNOSES[id] ?? []).map((said) => expect.objectContaining(said)));
  });
});
