import { Decimal } from "decimal.js";
import { describe, expect, test } from "vitest";
import { type Matrix, matrixOf, type PosencInputs, type PosencSettings, posenc } from "../../src/index.js";
import { createMatrix } from "../../src/math/matrix.js";

// The formulas of papers and released code, written here as they are there, compared with posenc.

const encoding = (settings: Partial<PosencSettings>, inputs: PosencInputs = {}) =>
  matrixOf(posenc(inputs, settings), "encoding");

describe("sinusoids as libraries fill them", () => {
  /** `exp(-i · ln(base) / (count − 1))`, sines, then cosines, and a zero for an odd d. */
  const timescales = (positions: readonly number[], d: number): Matrix => {
    const count = Math.floor(d / 2);
    return createMatrix(positions.length, d, (row, col) => {
      if (col >= 2 * count) return 0;
      const angle = positions[row] * Math.exp((-(col % count) * Math.log(10_000)) / Math.max(count - 1, 1));
      return col < count ? Math.sin(angle) : Math.cos(angle);
    });
  };

  test.each([6, 7, 64])("tensor2tensor get_timing_signal_1d, d = %i", (d) => {
    const positions = Array.from({ length: 20 }, (_, position) => position);
    expect(encoding({ convention: "tensor2tensor", length: 20, dModel: d })).toBeCloseToMatrix(
      timescales(positions, d),
    );
  });

  test.each([6, 7, 64])("fairseq SinusoidalPositionalEmbedding, padding index 1, d = %i", (d) => {
    const positions = Array.from({ length: 20 }, (_, position) => position + 2);
    expect(encoding({ convention: "fairseq", length: 20, dModel: d })).toBeCloseToMatrix(
      timescales(positions, d),
    );
  });

  test("Marian's own code counts from 0; Hugging Face's Marian has the paper's exponent in halves", () => {
    const own = { columns: "halves", exponent: "half-minus-one" } as const;
    expect(encoding({ ...own, length: 9, dModel: 8 })).toBeCloseToMatrix(
      timescales([0, 1, 2, 3, 4, 5, 6, 7, 8], 8),
    );
    // np.power(10000, 2 · (j // 2) / dim), sin of the even j first, cos of the odd ones behind them.
    const angle = (position: number, j: number) => position / 10_000 ** ((2 * Math.floor(j / 2)) / 8);
    const wanted = createMatrix(9, 8, (row, col) =>
      col < 4 ? Math.sin(angle(row, 2 * col)) : Math.cos(angle(row, 2 * (col - 4) + 1)),
    );
    expect(encoding({ columns: "halves", length: 9, dModel: 8 })).toBeCloseToMatrix(wanted);
  });

  test("keras-hub SinePositionEncoding with max_wavelength 500 from start_index 3", () => {
    const wanted = createMatrix(5, 10, (row, col) => {
      const timescale = (1 / 500) ** ((2 * Math.floor(col / 2)) / 10);
      const angle = (row + 3) * timescale;
      return Math.sin(angle) * (1 - (col % 2)) + Math.cos(angle) * (col % 2);
    });
    expect(encoding({ base: 500, offset: 3, length: 5, dModel: 10 })).toBeCloseToMatrix(wanted);
  });

  test.each(["interleaved", "halves"] as const)(
    "keras-hub, an odd d, the last column a sine: %s",
    (columns) => {
      // sin(angle)·sin_mask + cos(angle)·cos_mask for column c of 5, angle pos·10000^(−2⌊c/2⌋/5): two pairs and a sine.
      const angle = (position: number, pair: number) => position * 10_000 ** ((-2 * pair) / 5);
      const places = { interleaved: [0, 2, 4, 1, 3], halves: [0, 1, 2, 3, 4] }[columns]; // of three sines, two cosines
      const wanted = createMatrix(4, 5, (row, col) => {
        const place = places.indexOf(col);
        return place < 3 ? Math.sin(angle(row, place)) : Math.cos(angle(row, place - 3));
      });
      expect(encoding({ columns, oddD: "sine", length: 4, dModel: 5 })).toBeCloseToMatrix(wanted);
    },
  );

  test("a sine without its cosine spoils that dot products depend on the distance only", () => {
    // sin²(pos/10^(2/3)) of the last column alone runs along the diagonal; of whole pairs it is sin² + cos² = 1.
    const said = (oddD: "zero" | "sine") =>
      posenc({}, { oddD, base: 10, length: 40, dModel: 3, dotProducts: true }).facts.dotProducts?.text;
    expect(said("sine")).toContain("does not depend on the distance only");
    expect(said("zero")).toContain("PE(i)·PE(j) depends on the distance only");
  });

  // The figure of Dive into Deep Learning, section 11.6: d = 32, 60 positions, columns 6 to 9.
  test("columns 6 to 9 of d = 32", () => {
    const table = encoding({ length: 60, dModel: 32 });
    for (const col of [6, 7, 8, 9]) {
      const frequency = 1 / 10_000 ** ((2 * Math.floor(col / 2)) / 32);
      for (let row = 0; row < 60; row++) {
        const wave = (col % 2 === 0 ? Math.sin : Math.cos)(row * frequency);
        expect(Math.abs(table.data[row * 32 + col] - wave)).toBeLessThan(1e-13);
      }
    }
  });

  test("positions before 0: sines change their sign, cosines do not", () => {
    const wanted = createMatrix(3, 4, (row, col) =>
      (col % 2 === 0 ? Math.sin : Math.cos)((row - 3) / 10_000 ** (Math.floor(col / 2) / 2)),
    );
    expect(encoding({ dModel: 4, offset: -3, length: 3 })).toBeCloseToMatrix(wanted);
  });

  test("tensor2tensor's table at positions to 1,000,000 is right to 4e-16", () => {
    const D = Decimal.clone({ precision: 50 });
    const positions = [99_999, 123_457, 777_777, 1_000_000];
    const table = encoding({ convention: "tensor2tensor", dModel: 12 }, { positions: [positions] });
    for (const [row, position] of positions.entries()) {
      for (let pair = 0; pair < 6; pair++) {
        const angle = new D(10_000).pow(new D(-pair).div(5)).times(position);
        const errors = [
          angle.sin().minus(table.data[row * 12 + pair]),
          angle.cos().minus(table.data[row * 12 + 6 + pair]),
        ];
        for (const error of errors) expect(error.abs().toNumber()).toBeLessThanOrEqual(4e-16);
      }
    }
  });
});

describe("rotations as libraries do them", () => {
  const x = createMatrix(4, 8, (row, col) => Math.sin(3 * row + col) + 0.1 * col);
  const rotated = (settings: Partial<PosencSettings>) =>
    matrixOf(posenc({ x }, { kind: "rope", ...settings }), "rotated");
  const at = (row: number, col: number) => x.data[row * 8 + col];

  test("RoFormer: x ∘ cos + [−x2, x1, −x4, x3, …] ∘ sin (eq. 34)", () => {
    const wanted = createMatrix(4, 8, (row, col) => {
      const angle = row * 10_000 ** (-Math.floor(col / 2) / 4);
      const turned = col % 2 === 0 ? -at(row, col + 1) : at(row, col - 1);
      return at(row, col) * Math.cos(angle) + turned * Math.sin(angle);
    });
    expect(rotated({ pairs: "interleaved" })).toBeCloseToMatrix(wanted);
  });

  test("Llama: complex numbers of neighbours times e^(i·angle), base 500000, from position 5", () => {
    const wanted = createMatrix(4, 8, (row, col) => {
      const pair = Math.floor(col / 2);
      const angle = (row + 5) * 500_000 ** (-pair / 4);
      const [re, im] = [at(row, 2 * pair), at(row, 2 * pair + 1)];
      return col % 2 === 0
        ? re * Math.cos(angle) - im * Math.sin(angle)
        : re * Math.sin(angle) + im * Math.cos(angle);
    });
    expect(rotated({ pairs: "interleaved", base: 500_000, offset: 5 })).toBeCloseToMatrix(wanted);
  });

  test("Hugging Face: q·cos + rotate_half(q)·sin, of the first 4 of 8 columns (GPT-NeoX's rotary_pct 0.5)", () => {
    const wanted = createMatrix(4, 8, (row, col) => {
      if (col >= 4) return at(row, col);
      const angle = row * 10_000 ** (-(col % 2) / 2);
      const half = col < 2 ? -at(row, col + 2) : at(row, col - 2);
      return at(row, col) * Math.cos(angle) + half * Math.sin(angle);
    });
    expect(rotated({ pairs: "half-split", rotarySize: 4 })).toBeCloseToMatrix(wanted);
  });

  // transformers modeling_rope_utils, llama3: by wavelength, in the words of the code.
  test("Llama 3.1: base 500000, factor 8, 8192 positions in training, d = 128", () => {
    const { data } = matrixOf(
      posenc(
        {},
        {
          ...{ kind: "rope", length: 1, dModel: 128, base: 500_000 },
          ...{ scaling: "llama3", scalingFactor: 8, originalLength: 8192 },
        },
      ),
      "inverse-frequencies",
    );
    for (let pair = 0; pair < 64; pair++) {
      const plain = 500_000 ** (-pair / 64);
      const wavelength = (2 * Math.PI) / plain;
      const smooth = (8192 / wavelength - 1) / (4 - 1);
      const blended = ((1 - smooth) * plain) / 8 + smooth * plain;
      const wanted = wavelength < 8192 / 4 ? plain : wavelength > 8192 / 1 ? plain / 8 : blended;
      expect(Math.abs(data[pair] / wanted - 1)).toBeLessThan(1e-12);
    }
  });
});

describe("biases by distance", () => {
  // get_slopes of attention_with_linear_biases, recursion and all.
  const getSlopes = (n: number): number[] => {
    if (Number.isInteger(Math.log2(n))) {
      const start = 2 ** -(2 ** -(Math.log2(n) - 3));
      return Array.from({ length: n }, (_, i) => start * start ** i);
    }
    const closest = 2 ** Math.floor(Math.log2(n));
    return [
      ...getSlopes(closest),
      ...getSlopes(2 * closest)
        .filter((_, i) => i % 2 === 0)
        .slice(0, n - closest),
    ];
  };

  test.each([1, 2, 3, 8, 12, 14, 16, 25, 64])("ALiBi with %i heads", (heads) => {
    const trace = posenc({}, { kind: "alibi", length: 5, heads });
    const slopes = getSlopes(heads);
    expect(matrixOf(trace, "slopes")).toBeCloseToMatrix(slopes.map((slope) => [slope]));
    expect(matrixOf(trace, `head ${heads - 1}/bias`)).toBeCloseToMatrix(
      createMatrix(5, 5, (i, j) => slopes[heads - 1] * (j - i)),
    );
  });

  /**
   * `_relative_position_bucket` of T5. Distances with an exact logarithm are handled as whole numbers, not left to
   * rounding.
   */
  const bucketOf = (relative: number, isBidirectional: boolean, numBuckets: number, maxDistance: number) => {
    let [bucket, count, distance] = [0, numBuckets, Math.max(-relative, 0)];
    if (isBidirectional) {
      count = Math.floor(numBuckets / 2);
      bucket = relative > 0 ? count : 0;
      distance = Math.abs(relative);
    }
    const maxExact = Math.floor(count / 2);
    if (distance < maxExact) return bucket + distance;
    const share = new Decimal(distance).div(maxExact).ln().div(new Decimal(maxDistance).div(maxExact).ln());
    const large =
      maxExact +
      share
        .times(count - maxExact)
        .plus("1e-15")
        .floor()
        .toNumber();
    return bucket + Math.min(large, count - 1);
  };

  test.each([
    [false, 32, 128],
    [true, 32, 128],
    [true, 64, 256],
    [false, 12, 50],
  ] as const)("T5 buckets: causal %s, %i buckets to distance %i", (causal, buckets, maxDistance) => {
    const relative = Array.from({ length: 601 }, (_, index) => index - 300);
    const trace = posenc(
      { positions: [relative] },
      { kind: "t5", relative: true, causal, buckets, maxDistance },
    );
    const wanted = relative.map((value) => bucketOf(value, !causal, buckets, maxDistance));
    expect(Array.from(matrixOf(trace, "bucket").data)).toEqual(wanted);
  });
});
