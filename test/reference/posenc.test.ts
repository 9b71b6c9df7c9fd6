import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  createMatrix,
  type Matrix,
  matrixOf,
  type PosencInputs,
  type PosencSettings,
  posenc,
  type Trace,
} from "../../src/index.js";
import { cellOf } from "../../src/math/matrix.js";

interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface PeerScaling {
  readonly type: PosencSettings["scaling"];
  readonly factor: number;
  readonly original_max_position?: number;
  readonly beta_fast?: number;
  readonly beta_slow?: number;
  readonly factors?: readonly number[];
}

/** One vector of fixtures/reference/posenc.json; its README says what the fields mean. */
interface Vector {
  readonly id: string;
  readonly op: string;
  readonly attributes: {
    readonly d?: number;
    readonly base?: number;
    readonly layout?: "interleaved" | "split";
    readonly exponent?: string;
    readonly odd?: string;
    readonly pairing?: "interleaved" | "half";
    readonly columns?: number;
    readonly scaling?: PeerScaling;
    readonly num_heads?: number;
    readonly bias_max?: number;
    readonly bidirectional?: boolean;
    readonly num_buckets?: number;
    readonly max_distance?: number;
    readonly length?: number;
  };
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly tolerance: { readonly atol: number; readonly rtol: number };
}

const { vectors } = JSON.parse(readFileSync("fixtures/reference/posenc.json", "utf8")) as {
  vectors: readonly Vector[];
};

/** Runs posenc with the settings of a vector. Settings that it lacks are undefined. */
function record(
  inputs: PosencInputs,
  settings: { readonly [Name in keyof PosencSettings]?: PosencSettings[Name] | undefined },
): Trace {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return posenc(inputs, Object.fromEntries(given));
}

function toMatrix({ shape, data }: Tensor): Matrix {
  const cols = shape.at(-1) ?? 1;
  return { rows: data.length / cols, cols, data: Float64Array.from(data) };
}

function scalingSettings(scaling: PeerScaling | undefined): Partial<PosencSettings> {
  if (!scaling) return {};
  const {
    type,
    factor,
    original_max_position: original,
    beta_fast: fast,
    beta_slow: slow,
    factors,
  } = scaling;
  return {
    ...{ scaling: type, scalingFactor: factor },
    ...(original && { originalLength: original }),
    ...(fast && { betaFast: fast }),
    ...(slow && { betaSlow: slow }),
    ...(factors && { factors }),
  };
}

/** How each op of the other implementations is run, and which step has which of their outputs. */
const RUNS: Readonly<Record<string, (vector: Vector) => Readonly<Record<string, Matrix>>>> = {
  sinusoidal: ({ attributes: { d, base, layout, exponent, odd }, inputs }) => {
    const trace = record(
      { positions: toMatrix(inputs.positions) },
      {
        ...{ dModel: d, base, columns: layout === "split" ? "halves" : "interleaved" },
        exponent: exponent === "2i/d" ? "paper" : "half-minus-one",
        oddD: odd ? "zero" : "refuse",
      },
    );
    return { table: matrixOf(trace, "encoding") };
  },
  rope: ({ attributes: { base, pairing, columns, scaling }, inputs }) => {
    const trace = record(
      { x: toMatrix(inputs.x), positions: toMatrix(inputs.positions) },
      {
        kind: "rope",
        base,
        pairs: pairing === "half" ? "half-split" : "interleaved",
        ...scalingSettings(scaling),
      },
    );
    const out = matrixOf(trace, "rotated");
    return { out: createMatrix(out.rows, columns ?? out.cols, (row, col) => cellOf(out, row, col)) };
  },
  rope_frequencies: ({ attributes: { d, base, scaling } }) => {
    const trace = record({}, { kind: "rope", length: 1, dModel: d, base, ...scalingSettings(scaling) });
    return {
      inv_freq: matrixOf(trace, "inverse-frequencies"),
      attention_factor: factOf(trace, "attentionFactor"),
    };
  },
  rope_cos_sin: ({ attributes: { d, base }, inputs }) => {
    const trace = record({ positions: toMatrix(inputs.positions) }, { kind: "rope", dModel: d, base });
    return { cos: matrixOf(trace, "cos"), sin: matrixOf(trace, "sin") };
  },
  alibi_slopes: ({ attributes: { num_heads: heads, bias_max: biasMax } }) => {
    const slopes = matrixOf(record({}, { kind: "alibi", length: 1, heads, biasMax }), "slopes");
    return { slopes: { ...slopes, rows: 1, cols: slopes.rows } };
  },
  alibi_bias: ({ attributes: { num_heads: heads = 1, bias_max: biasMax }, outputs }) => {
    const length = outputs.bias.shape.at(-1) ?? 0;
    const trace = record({}, { kind: "alibi", length, heads, biasMax });
    // The other implementation has one query, at the position of the last key.
    const last = (head: number, col: number) => cellOf(matrixOf(trace, `head ${head}/bias`), length - 1, col);
    return { bias: createMatrix(heads, length, last) };
  },
  t5_bucket: ({ attributes: { bidirectional, num_buckets: buckets, max_distance: maxDistance }, inputs }) => {
    const settings = { kind: "t5", relative: true, buckets, maxDistance, causal: !bidirectional } as const;
    return {
      bucket: matrixOf(record({ positions: toMatrix(inputs.relative_position) }, settings), "bucket"),
    };
  },
  relative_clip: ({ attributes: { length, max_distance: maxDistance } }) => ({
    index: matrixOf(record({}, { kind: "clipped", length, maxDistance }), "index"),
  }),
};

function factOf(trace: Trace, name: string): Matrix {
  return { rows: 1, cols: 1, data: Float64Array.of(Number(trace.facts[name].value)) };
}

describe("numbers from peers", () => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, vector) => {
    const got = RUNS[vector.op](vector);
    for (const [name, tensor] of Object.entries(vector.outputs)) {
      expect(got[name], name).toBeCloseToMatrix(toMatrix(tensor), vector.tolerance);
    }
  });
});

// The rules of the scalings that no vector covers, computed by hand.
describe("scalings by hand", () => {
  const frequencies = (settings: Partial<PosencSettings>) =>
    matrixOf(posenc({}, { kind: "rope", length: 1, ...settings }), "inverse-frequencies");

  test("ntk: R = 4, base 10000, s = 4: base·4^(4/2) = 160000, so ω_1 = 160000^(−1/2) = 1/400", () => {
    const given = { dModel: 4, scaling: "ntk", scalingFactor: 4 } as const;
    expect(frequencies(given)).toBeCloseToMatrix([[1, 1 / 400]]);
  });

  test("dynamic: L = 200, L₀ = 100, s = 3: base·(3·2 − 2)² = 160000; nothing changes up to L₀", () => {
    const given = { dModel: 4, scaling: "dynamic", scalingFactor: 3, originalLength: 100 } as const;
    expect(frequencies({ ...given, sequenceLength: 200 })).toBeCloseToMatrix([[1, 1 / 400]]);
    expect(frequencies({ ...given, sequenceLength: 100 })).toBeCloseToMatrix([[1, 1 / 100]]);
    expect(frequencies({ ...given, length: 200 })).toBeCloseToMatrix([[1, 1 / 400]]);
  });

  // Turns within L₀ = 40π of ω = 1, 0.1, 0.01: 20, 2, 0.2. The ramp from 1 to 4 turns keeps 1, 1/3, 0 of them.
  test("llama3: short wavelengths stay, long ones are divided by 8, those between are blended", () => {
    const originalLength = 126;
    const share = (originalLength * 0.1) / (2 * Math.PI);
    const kept = (share - 1) / 3;
    expect(
      frequencies({ dModel: 6, base: 1000, scaling: "llama3", scalingFactor: 8, originalLength }),
    ).toBeCloseToMatrix([[1, kept * 0.1 + ((1 - kept) * 0.1) / 8, 0.01 / 8]]);
  });

  test("longrope: each pair over its own factor", () => {
    const given = {
      dModel: 4,
      scaling: "longrope",
      factors: [1, 5],
      originalLength: 64,
      scalingFactor: 2,
    } as const;
    expect(frequencies(given)).toBeCloseToMatrix([[1, 0.002]]);
  });
});

// fairseq keeps row 0 and row 1 (padding) free: its first position is 2, with d/2 = 2 rates 1 and 1/10000.
test("fairseq starts at position 2", () => {
  const [s, c] = [Math.sin(2), Math.cos(2)];
  expect(matrixOf(posenc({}, { convention: "fairseq", length: 1, dModel: 4 }), "encoding")).toBeCloseToMatrix(
    [[s, Math.sin(2e-4), c, Math.cos(2e-4)]],
  );
});
