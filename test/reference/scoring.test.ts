import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type AttendInputs, type AttendSettings, attend, type Matrix, matrixOf } from "../../src/index.js";

interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean | string)[];
}

/** One vector of fixtures/reference/scoring.json; its README says what the fields mean. */
interface Vector {
  readonly id: string;
  readonly op: "attend" | "score" | "softmax";
  readonly role: string;
  readonly attributes: {
    readonly scoring?: string;
    readonly scale?: number;
    readonly bias?: number;
    readonly empty_row?: AttendSettings["emptyRow"];
  };
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly tolerance: { readonly atol: number; readonly rtol: number };
}

const { vectors } = JSON.parse(readFileSync("fixtures/reference/scoring.json", "utf8")) as {
  vectors: readonly Vector[];
};

/** The tensor as matrices: a third axis in front is a batch, a lone axis is one row. */
function toBatch({ shape, data }: Tensor): Matrix[] {
  const [rows, cols] = shape.length === 1 ? [1, shape[0]] : shape.slice(-2);
  const size = rows * cols;
  return Array.from({ length: data.length / size }, (_, b) => ({
    rows,
    cols,
    data: Float64Array.from(data.slice(b * size, (b + 1) * size), Number),
  }));
}

function inputsOf(vector: Vector, batch: number): AttendInputs {
  const { inputs } = vector;
  const matrix = (name: string) =>
    inputs[name] && toBatch(inputs[name])[Math.min(batch, toBatch(inputs[name]).length - 1)];
  const mask = inputs.key_mask ?? inputs.mask;
  const maskRows = mask && toBatch(mask)[0];
  const parameters = { wa: matrix("W") ?? matrix("w"), va: matrix("v") };
  const given = {
    query: matrix("query"),
    key: matrix("key"),
    value: matrix("value"),
    scores: matrix("scores"),
    ...parameters,
  };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value)),
    ...(maskRows && {
      mask: Array.from({ length: maskRows.rows }, (_, row) =>
        Array.from({ length: maskRows.cols }, (_, col) => maskRows.data[row * maskRows.cols + col] === 1),
      ),
    }),
    // AllenNLP adds one constant to every score: a bias.
    ...(vector.attributes.bias && { bias: [Array(inputs.key.shape[0]).fill(vector.attributes.bias)] }),
  };
}

/** Our names for the peers' scorings. */
const SCORING: Readonly<Record<string, AttendSettings["scoring"]>> = {
  dot: "dot",
  additive: "additive",
  cosine: "cosine",
  linear: "linear",
  bilinear: "general",
};

describe("numbers from Keras and AllenNLP", () => {
  for (const vector of vectors) {
    test(`${vector.id} (${vector.role})`, () => {
      const { scoring, scale, bias, empty_row: emptyRow } = vector.attributes;
      const settings = {
        ...(scoring && { scoring: SCORING[scoring] }),
        ...(scale !== undefined && { scale }),
        ...(emptyRow && { emptyRow }),
      };
      const isQueryMasked = (row: number) => vector.inputs.query_mask?.data[row] === false;
      for (const [name, tensor] of Object.entries(vector.outputs)) {
        for (const [b, want] of toBatch(tensor).entries()) {
          const trace = attend(inputsOf(vector, b), settings);
          const last = bias ? "biased-scores" : scale === undefined ? "scores" : "scaled-scores";
          const got = matrixOf(trace, { out: "output", weights: "weights", scores: last }[name] ?? name);
          // Keras sets the output of a masked query to 0; those rows are left out.
          const rows = Array.from({ length: want.rows }, (_, row) => row).filter(
            (row) => name !== "out" || !isQueryMasked(row),
          );
          const pick = (m: Matrix) =>
            rows.map((row) => Array.from(m.data.subarray(row * m.cols, (row + 1) * m.cols)));
          expect({ ...got, rows: rows.length, data: Float64Array.from(pick(got).flat()) }).toBeCloseToMatrix(
            pick(want),
            vector.tolerance,
          );
        }
      }
    });
  }
});
