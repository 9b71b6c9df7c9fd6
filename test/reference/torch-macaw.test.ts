import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Weight } from "../../src/attention/model/architecture.js";
import { recordModel } from "../../src/attention/model/model.js";
import { MODEL_SETTINGS } from "../../src/attention/model/model-settings.js";
import { completeSettings } from "../../src/attention/setting.js";
import { matrixOf } from "../../src/index.js";
import { rowOf } from "../../src/math/matrix.js";
import { storedMatrix } from "../../src/math/stored-matrix.js";
import { drawnModel } from "../../src/systems/drawn/drawn-model.js";
import { findSystem } from "../../src/systems/registry.js";

type Rows = readonly (readonly number[])[];
type Parts = Readonly<Record<"convolved" | "projected" | "aligned", Rows>> & {
  readonly weights: readonly Rows[];
};

/** fixtures/reference/torch-macaw.json; its README says what the fields mean. */
const expected = JSON.parse(readFileSync("fixtures/reference/torch-macaw.json", "utf8")) as {
  readonly tensors: readonly {
    readonly name: string;
    readonly rows: number;
    readonly cols: number;
    readonly scale: number;
  }[];
  readonly ids: readonly number[];
  readonly modalities: Readonly<Record<string, Parts>>;
  readonly sequence: Rows;
  readonly residuals: readonly Rows[];
  readonly attentions: readonly (readonly Rows[])[];
  readonly logits: Rows;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Rows>>;
};

/** The numbers of the script: cell i of tensor t is ((37 i + 11 t) mod 101 − 50) / 50, times a scale. */
function filled({ name, matrix }: Weight): Weight {
  const number = expected.tensors.findIndex((one) => one.name === name);
  const { rows, cols, scale } = expected.tensors[number];
  expect([name, matrix.rows, matrix.cols]).toEqual([name, rows, cols]);
  const data = Float64Array.from(
    { length: rows * cols },
    (_, at) => ((((37 * at + 11 * number) % 101) - 50) / 50) * scale,
  );
  const readRows = ({ first, count }: { readonly first: number; readonly count: number }) => ({
    ...{ rows: count, cols, data: data.slice(first * cols, (first + count) * cols) },
  });
  return { name, matrix: storedMatrix({ rows, cols }, () => data, readRows) };
}

const fill = <Part extends object>(part: Part): Part =>
  Object.fromEntries(Object.entries(part).map(([key, weight]) => [key, filled(weight)])) as Part;

const sizes = { layers: 2, dModel: 16, vocabulary: 30 };
const drawn = drawnModel(findSystem("macaw"), sizes, 1);
const weights = {
  outer: fill(drawn.weights.outer),
  layers: drawn.weights.layers.map(fill),
  modalities: (drawn.weights.modalities ?? []).map((own) => ({
    ...{ features: filled(own.features), weights: fill(own.weights) },
  })),
};
const settings = completeSettings(MODEL_SETTINGS, { ids: expected.ids, loss: "sum" });
const { trace } = recordModel({ ...drawn, weights, ids: expected.ids }, settings);

describe("Macaw around torch's Conv1d, Linear and MultiheadAttention", () => {
  test.each(Object.entries(expected.modalities))(
    "%s: convolution, linear layer, alignment",
    (name, parts) => {
      for (const id of ["convolved", "projected", "aligned"] as const)
        expect(matrixOf(trace, `${name}/${id}`), id).toBeCloseToMatrix(parts[id]);
      for (const [head, own] of parts.weights.entries())
        expect(matrixOf(trace, `${name}/head ${head}/weights`)).toBeCloseToMatrix(own);
    },
  );

  test("the rows in their order, residual streams, weights and logits", () => {
    expect(matrixOf(trace, "sequence")).toBeCloseToMatrix(expected.sequence);
    for (const [layer, rows] of expected.residuals.entries())
      expect(matrixOf(trace, `layer ${layer}/residual`)).toBeCloseToMatrix(rows);
    for (const [layer, heads] of expected.attentions.entries())
      for (const [head, rows] of heads.entries())
        expect(matrixOf(trace, `layer ${layer}/head ${head}/weights`)).toBeCloseToMatrix(rows);
    expect(matrixOf(trace, "logits")).toBeCloseToMatrix(expected.logits);
  });

  test("gradients back to features, convolution, bias_k and the embedding", () => {
    const gradients = trace.results.gradients as Readonly<Record<string, string>>;
    for (const [name, rows] of Object.entries(expected.gradients)) {
      const got = matrixOf(trace, gradients[name]);
      const every = got.rows > 50 ? 7 : 1;
      for (const [at, row] of rows.entries())
        for (const [col, cell] of row.entries()) {
          const own = rowOf(got, at * every)[col];
          expect(Math.abs(own - cell), `${name}[${at * every},${col}]`).toBeLessThan(
            1e-10 * Math.max(1, Math.abs(cell)),
          );
        }
    }
  });
});
