import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { matrixOf, model } from "../../src/index.js";
import { storedTensors } from "../support/model-folder.js";
import { spawnCli } from "../support/spawn-cli.js";

// Models that read padding, computed by NumPy with and without an attention_mask: fixtures/reference/make-padding.py.

type Rows = readonly (readonly number[])[];

interface Case {
  readonly config: { readonly model_type: string; readonly pad_token_id: number };
  readonly tensors: Readonly<Record<string, readonly number[] | Rows>>;
  readonly runs: readonly {
    readonly ids: readonly number[];
    /** After each layer, if every token is attended to. */
    readonly residual: readonly Rows[];
    /** The same if padding is masked. */
    readonly masked: readonly Rows[];
  }[];
}

const CASES = JSON.parse(readFileSync("fixtures/reference/padding.json", "utf8")) as readonly Case[];

const RUNS = CASES.flatMap(({ config, tensors, runs }) =>
  runs.map((run) => [config.model_type, run.ids.join(","), { config, tensors, ...run }] as const),
);

describe.each(RUNS)("%s on %s", (kind, _, { config, tensors, ids, residual, masked }) => {
  const isPadding = (id: number) => id === config.pad_token_id;
  const runOn = (own: readonly number[]) => model({ config, tensors }, { ids: own });

  function expectRows(got: Float64Array, want: Rows): void {
    expect(got.length).toBe(want.flat().length);
    for (const [at, number] of want.flat().entries()) expect(got[at]).toBeCloseTo(number, 11);
  }

  test("is NumPy's without a mask, and says so", () => {
    const trace = runOn(ids);
    for (const [layer, rows] of residual.entries())
      expectRows(matrixOf(trace, `layer ${layer}/residual`).data, rows);
    expect(trace.warnings.join(" ")).toContain(
      "No attention_mask hides it: all tokens attend to it, as in Hugging Face without a mask.",
    );
  });

  test("without padding is NumPy's with a mask, where it is said to be", () => {
    const others = ids.filter((id) => !isPadding(id));
    const isSaid = runOn(ids)
      .warnings.join(" ")
      .includes(`With ids ${others.join(",")} the others get the same numbers`);
    // In BERT, padding between other tokens has a position of its own.
    expect(isSaid).toBe(kind !== "bert" || ids.findIndex(isPadding) === others.length);
    if (!isSaid) return;
    const trace = runOn(others);
    expect(trace.warnings).toEqual([]);
    for (const [layer, rows] of masked.entries())
      expectRows(
        matrixOf(trace, `layer ${layer}/residual`).data,
        rows.filter((__, at) => !isPadding(ids[at])),
      );
  });
});

test("of padding alone there is nothing to leave out", () => {
  const [{ config, tensors }] = CASES;
  expect(model({ config, tensors }, { ids: [1, 1] }).warnings).toEqual([
    "All tokens are padding (id 1). Positions do not count padding: it has position 1, and the others have the same positions as without it. " +
      "No attention_mask hides it: all tokens attend to it, as in Hugging Face without a mask.",
  ]);
});

test("the built program says of the positions of RoBERTa what it does with padding", () => {
  const [{ config, tensors, runs }] = CASES;
  const folder = mkdtempSync(join(tmpdir(), "padding-"));
  try {
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    writeFileSync(join(folder, "model.safetensors"), storedTensors(tensors));
    const { status, stdout, stderr } = spawnCli(["model", folder, "--ids", "0,5,7,2,1,1", "--json"]);
    expect([status, stderr.replace(/\s+/g, " ").trim()]).toEqual([
      0,
      "warning: Tokens 4 and 5 are padding (id 1). Positions do not count padding: it has position 1, and the others have the same positions as without it. " +
        "No attention_mask hides it: all tokens attend to it, as in Hugging Face without a mask. With --ids 0,5,7,2 the others get the same numbers as with a mask.",
    ]);
    const output = (JSON.parse(stdout).output as number[][]).flat();
    for (const [at, number] of (runs[0].residual.at(-1) ?? []).flat().entries())
      expect(output[at]).toBeCloseTo(number, 11);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
