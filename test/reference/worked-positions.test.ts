import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fillTable, nearestRule } from "../../src/check/encodings/table-rules.js";
import { createMatrix, type Matrix, matrixFromRows, matrixOf, posenc } from "../../src/index.js";
import { cellOf } from "../../src/math/matrix.js";

// Published worked examples of positional encodings, and which of their cells are wrong.

interface Worked {
  readonly id: string;
  readonly kind: string;
  readonly inputs: Readonly<Record<string, number[][]>>;
  readonly settings: {
    readonly d_model?: number;
    readonly n?: number;
    readonly base?: number;
    readonly layout?: "interleaved" | "halves";
    readonly spacing?: "t2t";
    readonly method?: "rope" | "alibi";
    readonly q_positions?: readonly number[];
    readonly k_positions?: readonly number[];
    readonly slopes?: readonly number[];
    readonly heads?: number;
    readonly keys?: number;
  };
  readonly published: Readonly<Record<string, number[][]>>;
  readonly published_decimals: Readonly<Record<string, number | number[][]>>;
  readonly verdict: Readonly<Record<string, string>>;
  readonly wrong_cells: Readonly<Record<string, number[][]>>;
}

const examples = readdirSync("fixtures/worked")
  .filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(`fixtures/worked/${file}`, "utf8")) as Worked)
  .filter(({ kind }) => kind === "posenc");

function turn(rows: number[][], positions: readonly number[] = []): Matrix {
  const trace = posenc({ x: rows, positions: [positions] }, { kind: "rope", pairs: "interleaved" });
  return matrixOf(trace, "rotated");
}

/** Everything that an example prints, as qkv computes it. */
function compute({ inputs, settings }: Worked): Readonly<Record<string, Matrix>> {
  const { method, q_positions: queries, k_positions: keys, slopes } = settings;
  if (method === "rope") {
    const q = turn(inputs.q, queries);
    if (!inputs.k) return { q_rot: q };
    const k = turn(inputs.k, keys);
    const dot = createMatrix(q.rows, 1, (row) =>
      Array.from({ length: q.cols }, (_, c) => cellOf(q, row, c) * cellOf(k, row, c)).reduce((a, b) => a + b),
    );
    return { q_rot: q, k_rot: k, dot };
  }
  if (method === "alibi" && slopes) {
    // The author chose a slope: the distances times it.
    const { scores } = inputs;
    const trace = posenc({}, { kind: "alibi", length: scores.length, symmetric: true, heads: 1 });
    const distance = matrixOf(trace, "distance");
    const bias = createMatrix(
      distance.rows,
      distance.cols,
      (row, col) => -slopes[0] * Math.abs(cellOf(distance, row, col)),
    );
    return {
      bias,
      biased: createMatrix(bias.rows, bias.cols, (row, col) => scores[row][col] + cellOf(bias, row, col)),
    };
  }
  if (method === "alibi") {
    const { heads = 1, keys: length = 1 } = { heads: settings.heads, keys: settings.keys };
    const trace = posenc({}, { kind: "alibi", length, heads });
    return {
      bias: createMatrix(heads, length, (head, col) =>
        cellOf(matrixOf(trace, `head ${head}/bias`), length - 1, col),
      ),
    };
  }
  const trace = posenc(inputs.X ? { x: inputs.X } : {}, {
    ...(inputs.X ? {} : { length: settings.n ?? 1, dModel: settings.d_model ?? 2 }),
    columns: settings.layout ?? "interleaved",
    exponent: settings.spacing ? "half-minus-one" : "paper",
  });
  return { pe: matrixOf(trace, "encoding"), ...(inputs.X && { x_plus_pe: matrixOf(trace, "output") }) };
}

/** The cells whose printed digits differ from our numbers, with half a unit of the last digit for rounding. */
function wrongCells(got: Matrix, printed: number[][], decimals: number | number[][]): number[][] {
  const wrong: number[][] = [];
  for (const [row, cells] of printed.entries()) {
    for (const [col, value] of cells.entries()) {
      const digits = typeof decimals === "number" ? decimals : decimals[row][col];
      if (Math.abs(cellOf(got, row, col) - value) > 0.5 * 10 ** -digits + 1e-9) wrong.push([row, col]);
    }
  }
  return wrong;
}

describe("published examples of positions", () => {
  test.each(examples.map((example) => [example.id, example] as const))("%s", (_, example) => {
    const got = compute(example);
    for (const [name, printed] of Object.entries(example.published)) {
      const wrong = wrongCells(got[name], printed, example.published_decimals[name]);
      expect(wrong, name).toEqual(example.wrong_cells[name] ?? []);
    }
  });
});

describe("what went wrong", () => {
  const named = (id: string) => {
    const found = examples.find((example) => example.id === id);
    if (!found) throw new Error(`there is no ${id}`);
    return found;
  };
  const positions = (table: number[][]) => Float64Array.from(table.keys());

  test("the figure of The Illustrated Transformer is tensor2tensor's table, not the formula of the paper beside it", () => {
    const { published } = named("illustrated-transformer-posenc");
    const table = matrixFromRows(published.pe);
    // Printed with at most two decimals where it matters.
    const match = nearestRule(table, { offset: 0 }, () => 0.005);
    expect(match).toMatchObject({ rule: { name: "half-minus-one", columns: "halves" }, wrongCount: 0 });
  });

  test("the Deep-ML key is the paper's table of float16 digits: sin 1 = 0.8415 became 0.8413, cos 1 = 0.5403 0.5405", () => {
    const { published } = named("dml-posenc-2x8");
    const { rule, wrongCount } = nearestRule(matrixFromRows(published.pe), { offset: 0 }, () => 5e-4);
    expect([rule.name, rule.columns, wrongCount]).toEqual(["paper", "interleaved", 0]);
    const exact = fillTable(rule, positions(published.pe), 8, 10_000);
    // Half precision has 11 significant bits: between 0.5 and 1 its numbers are 2^-11 apart, between 1/16 and 1/8 2^-14.
    const half = (value: number, unit: number) => Math.round(value / unit) * unit;
    expect(half(cellOf(exact, 1, 0), 2 ** -11)).toBeCloseTo(published.pe[1][0], 4);
    expect(half(cellOf(exact, 1, 1), 2 ** -11)).toBeCloseTo(published.pe[1][1], 4);
    expect(half(cellOf(exact, 1, 2), 2 ** -14)).toBeCloseTo(published.pe[1][2], 5);
  });
});
