import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { type Attended, type Attention, attendPlainly } from "../../../src/math/attention.js";
import { attendByKernel } from "../../../src/math/kernels/attention.js";
import { HELPER, inviteHelper } from "../../../src/math/kernels/helper.js";
import { BUILDS, compileKernels, type Kernels, loadKernels } from "../../../src/math/kernels/instance.js";
import { multiplyByKernel } from "../../../src/math/kernels/product.js";
import {
  createBooleanMatrix,
  createMatrix,
  type Matrix,
  rowOf,
  transpose,
} from "../../../src/math/matrix.js";
import { multiplyPlainly } from "../../../src/math/product.js";
import { createRandom } from "../../../src/math/random.js";
import { storedMatrix } from "../../../src/math/stored-matrix.js";

const kernels = loadKernels();
if (!kernels) throw new Error("this engine has no 128-bit Wasm");

/** All builds that this engine compiles. Before Node 22 that is the plain one only. */
const builds = Object.entries(BUILDS).flatMap(([name, build]): [string, Kernels][] => {
  const compiled = compileKernels(build);
  return compiled ? [[name, compiled]] : [];
});

const [major] = process.versions.node.split(".").map(Number);

/** The V8 flags for compiling a module at once and completely, and with 256-bit vectors. */
const WIDE_FLAGS = [
  ...["no-liftoff", "no-wasm-lazy-compilation", "experimental-wasm-revectorize"],
  // V8 decides by Liftoff's counts which functions are inlined. Without these counts, newer versions crash.
  ...(major >= 24 ? ["no-wasm-inlining"] : []),
];

/** The builds with tiles for 256-bit vectors, compiled to such vectors if this V8 can. */
const wideBuilds = builds.flatMap(([name]): [string, Kernels][] => {
  if (builds.length === 1) return [];
  // V8 compiles equal modules only once. An empty section makes this one different.
  const section = Buffer.from([0, 2, 1, "w".charCodeAt(0)]);
  const build = Buffer.concat([Buffer.from(BUILDS[name as keyof typeof BUILDS], "base64"), section]);
  for (const flag of WIDE_FLAGS) setFlagsFromString(`--${flag}`);
  const compiled = compileKernels(build.toString("base64"));
  for (const flag of WIDE_FLAGS)
    setFlagsFromString(flag.startsWith("no-") ? `--${flag.slice(3)}` : `--no-${flag}`);
  return compiled ? [[`wide ${name}`, { ...compiled, isWide: true }]] : [];
});

/** Sizes with every remainder of the tile of 4 and of the blocks of 64, with seeded numbers. */
const shapes = fc.record({
  n: fc.integer({ min: 1, max: 70 }),
  m: fc.integer({ min: 1, max: 135 }),
  d: fc.integer({ min: 1, max: 9 }),
  dV: fc.integer({ min: 1, max: 9 }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
});

const variants = fc.record({
  softcap: fc.constantFrom(undefined, 3),
  tangents: fc.boolean(),
  bias: fc.constantFrom("none", "one row", "every row"),
  mask: fc.constantFrom("none", "one row", "every row"),
  range: fc.constantFrom("open", "causal", "window", "empty rows"),
  magnitude: fc.constantFrom(1, 30, 1e150, 1e-160),
  squares: fc.constantFrom(undefined, true as const),
});

/** A matrix that is available as float32 only, like one in a file. */
function asSingles({ rows, cols, data }: Matrix): Matrix {
  const never = () => {
    throw new Error("nobody needs these as float64");
  };
  const singles = Float32Array.from(data);
  return storedMatrix({ rows, cols }, never, never, ({ first, count }, into) => {
    into.set(new Uint8Array(singles.buffer, 4 * first * cols, 4 * count * cols));
  });
}

type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;
type Variant = typeof variants extends fc.Arbitrary<infer T> ? T : never;

const PLAIN: Variant = {
  ...{
    softcap: undefined,
    tangents: false,
    bias: "none",
    mask: "none",
    range: "open",
    magnitude: 1,
    squares: undefined,
  },
};

function build({ n, m, d, dV, seed }: Shape, variant: Variant): Attention {
  const random = createRandom(seed);
  const drawn = (rows: number, cols: number, size = 1) =>
    createMatrix(rows, cols, () => size * random.normal());
  const ranges = {
    open: () => [0, m],
    causal: (i: number) => [0, Math.min(m, i + 1)],
    window: (i: number) => [Math.max(0, i - 2), Math.min(m, i + 3)],
    "empty rows": (i: number) => (i % 3 === 0 ? [0, 0] : [0, m]),
  } as const;
  const range = Array.from({ length: n }, (_, i) => ranges[variant.range](i));
  const rowsOf = { none: 0, "one row": 1, "every row": n } as const;
  return {
    query: drawn(n, d, variant.magnitude),
    key: drawn(m, d, variant.magnitude),
    value: drawn(m, dV),
    // For sizes whose squares float32 cannot hold, the kernel computes none. Another test checks that.
    squares: variant.magnitude === 1 || variant.magnitude === 30 ? variant.squares : undefined,
    tanhWeights: variant.tangents ? drawn(1, d).data : undefined,
    scale: 1 / Math.sqrt(d),
    softcap: variant.softcap,
    bias: rowsOf[variant.bias] ? drawn(rowsOf[variant.bias], m) : undefined,
    blocked: rowsOf[variant.mask]
      ? createBooleanMatrix(rowsOf[variant.mask], m, () => random.uniform() < 0.3)
      : undefined,
    low: Float64Array.from(range, ([low]) => low),
    high: Float64Array.from(range, ([, high]) => high),
  };
}

function expectAlike(got: Attended | undefined, expected: Attended, tolerance: number): void {
  if (!got) throw new Error("the kernel has no memory");
  expectClose(got.output.data, expected.output.data, tolerance);
  expectClose(got.sum, expected.sum, tolerance);
  expectClose(got.moment, expected.moment, 10 * tolerance);
  expect(got.squares === undefined).toBe(expected.squares === undefined);
  if (!got.squares || !expected.squares) return;
  expectClose(got.squares.total, expected.squares.total, tolerance);
  expectClose(got.squares.moment, expected.squares.moment, 10 * tolerance);
  // Sums in float32, of values and of norms. The largest of them decides what counts as near 0.
  expectClose(got.squares.values.data, expected.squares.values.data, OF_SINGLES);
  expectClose(got.squares.spread.data, expected.squares.spread.data, OF_SINGLES);
  expectClose(got.squares.norms, expected.squares.norms, OF_SINGLES);
}

/** A few units of float32, 2^−24, of squares up to 4². */
const OF_SINGLES = 1e-5;

/** Compares large matrices, for which toEqual takes seconds. */
function expectBits(got: Matrix | undefined, expected: Matrix | undefined): void {
  if (!got || !expected) throw new Error("the kernel has no memory");
  expect([got.rows, got.cols]).toEqual([expected.rows, expected.cols]);
  expect(Buffer.from(got.data.buffer).equals(Buffer.from(expected.data.buffer))).toBe(true);
}

function expectClose(got: Float64Array, expected: Float64Array, tolerance: number): void {
  for (const [index, value] of expected.entries()) {
    if (Object.is(got[index], value)) continue;
    expect(Math.abs(got[index] - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  }
}

describe.each([...builds, ...wideBuilds])("the kernels, %s build", (name, kernels) => {
  describe.each(["float64", "float32"] as const)("with sums in %s", (sums) => {
    /** Both ways to pass the second factor give the bits of the plain product. */
    const expectProduct = (a: Matrix, b: Matrix, given = { rows: b, columns: transpose(b) }) => {
      const product = multiplyPlainly(a, b, sums);
      expectBits(multiplyByKernel(kernels, a, given.rows, "rows", sums), product);
      expectBits(multiplyByKernel(kernels, a, given.columns, "columns", sums), product);
    };

    it("multiply to the same bits as the plain product", () => {
      fc.assert(
        fc.property(shapes, ({ n, m, d, seed }) => {
          const random = createRandom(seed);
          const [a, b] = [n, m].map((rows) => createMatrix(rows, d, () => random.normal()));
          expectProduct(a, b);
        }),
        { numRuns: 100 },
      );
    });

    it("multiply what is packed in several parts: more rows than go at once, more columns than all groups hold", () => {
      const random = createRandom(7);
      const drawn = (rows: number, size: number) => createMatrix(rows, size, () => random.normal());
      // 513 rows are one more than a part of A; 128 panels of 64 rows are one group, and 2051 columns are five (three of twice as many
      // in float32), the last not full.
      expectProduct(drawn(513, 64), drawn(2051, 64));
      // 2^18 / (8·4·5000) = 1 panel a group, and 38 panels, of which 2^20 / (4·5000) = 52 make a part.
      expectProduct(drawn(3, 5000), drawn(150, 5000));
      // 2^20 / (4·7000) = 37 columns in whole panels: three parts, the last one not full.
      expectProduct(drawn(3, 7000), drawn(307, 7000));
    });

    it("take float32 as it lies in a file: the bits of the same numbers as float64", () => {
      fc.assert(
        fc.property(shapes, ({ n, m, d, seed }) => {
          const random = createRandom(seed);
          const a = createMatrix(n, d, () => random.normal());
          const b = createMatrix(m, d, () => Math.fround(random.normal()));
          expectProduct(a, b, { rows: asSingles(b), columns: asSingles(transpose(b)) });
        }),
        { numRuns: 100 },
      );
    });

    it("carry NaN, infinite and tiny numbers", () => {
      const special = [Number.NaN, Number.POSITIVE_INFINITY, 1e-40, -1e-44, 3e38, -0];
      const a = createMatrix(6, 2, (row, col) => (col === 0 ? special[row] : 1));
      expectProduct(
        a,
        createMatrix(9, 2, (row, col) => (col === 0 ? row - 4 : 2)),
      );
    });
  });

  it("attend as the plain loop does: every remainder, masks, ranges, biases, softcap, tanh, large and tiny scores", () => {
    fc.assert(
      fc.property(shapes, variants, (shape, variant) => {
        const attention = build(shape, variant);
        // The scores are rounded once, at about 30²·10: they differ by a few 2^-53 of that, and so do their e^s.
        const tolerance = name.endsWith("relaxed") && variant.magnitude === 30 ? 1e-11 : 1e-13;
        expectAlike(attendByKernel(kernels, attention), attendPlainly(attention), tolerance);
      }),
      { numRuns: 300 },
    );
  });

  it("sum by the squares of the weights where they are asked to, whatever the size of the values", () => {
    const given = {
      query: createMatrix(1, 1, () => 1),
      key: createMatrix(2, 1, (row) => [0, Math.log(3)][row]),
    };
    const range = { low: Float64Array.of(0), high: Float64Array.of(2) };
    for (const [size, work] of [1, 1e30, 1e-30].flatMap((size) =>
      [attendPlainly, (attention: Attention) => attendByKernel(kernels, attention)].map(
        (work) => [size, work] as const,
      ),
    )) {
      const value = createMatrix(2, 2, (row, col) => size * (row + 1) * (col + 1));
      const squares = work({ ...given, value, ...range, scale: 1, squares: true })?.squares;
      if (!squares) throw new Error("the kernel has no memory");
      // e^(s − max) are 1/3 and 1, their squares 1/9 and 1. Of the weights 1/4 and 3/4 they are 1/16 and 9/16.
      expectClose(squares.total, Float64Array.of(1 / 9 + 1), 1e-15);
      expectClose(squares.moment, Float64Array.of(-Math.log(3) / 9), 1e-15);
      // 1/16·1² + 9/16·2²; o is 7/4, and 1/16·(3/4)² + 9/16·(1/4)². The second column is twice the first.
      const scaled = ({ data }: Matrix) => data.map((sum) => sum / size ** 2);
      expectClose(scaled(squares.values), Float64Array.of(37 / 16, 37 / 4), 1e-6);
      expectClose(scaled(squares.spread), Float64Array.of(18 / 256, 72 / 256), 1e-6);
      // 1/10 and 9/10 of ‖k‖², 0 and (ln 3)².
      expectClose(squares.norms, Float64Array.of(0.9 * Math.log(3) ** 2), 1e-6);
      if (work === attendPlainly) continue;
      // Keys of 0 and ln 3 have the mean ln 3 / 2 and the variance (ln 3)² / 4. Squares of values are 1 and 4, 4 and 16.
      expectClose(squares.means, Float64Array.of(Math.log(3) / 2), 1e-15);
      expectClose(squares.variances, Float64Array.of(Math.log(3) ** 2 / 4), 1e-15);
      expectClose(squares.lengths, Float64Array.of(1), 0);
      expectClose(
        squares.meanSquares.map((square) => square / size ** 2),
        Float64Array.of(2.5, 10),
        1e-15,
      );
    }
  });

  it("leave squares to plain arithmetic where sizes differ by more than float32 holds, but for keys that nobody attends to", () => {
    const given = {
      query: createMatrix(2, 1, () => 1),
      key: createMatrix(3, 1, () => 1),
      value: createMatrix(3, 1, (row) => [1, 2, 1e200][row]),
      ...{ scale: 1, squares: true as const, low: Float64Array.of(0, 0) },
    };
    expect(attendByKernel(kernels, { ...given, high: Float64Array.of(2, 3) })).toBeUndefined();
    // Two weights of 1/2: 1/4·(1 + 4), and 1/4·(1/2)² twice.
    const squares = attendByKernel(kernels, { ...given, high: Float64Array.of(2, 2) })?.squares;
    expect(squares?.values.data[0]).toBeCloseTo(5 / 4, 6);
    expect(squares?.spread.data[0]).toBeCloseTo(1 / 8, 6);
  });

  it("carry NaN and infinite values into the rows that use them, and no others", () => {
    const one = (rows: readonly number[][]): Matrix =>
      createMatrix(rows.length, rows[0].length, (i, j) => rows[i][j]);
    const attention: Attention = {
      query: one([[1], [Number.NaN], [2]]),
      key: one([[1], [2], [Number.POSITIVE_INFINITY]]),
      value: one([[1], [2], [3]]),
      scale: 1,
      low: Float64Array.of(0, 0, 0),
      high: Float64Array.of(2, 2, 0),
    };
    // Row 0: (e^(1 − 2)·1 + 1·2) / (e^(1 − 2) + 1). Row 1: NaN·k. Row 2 may attend to nothing.
    const first = (Math.exp(-1) + 2) / (Math.exp(-1) + 1);
    for (const attended of [attendByKernel(kernels, attention), attendPlainly(attention)]) {
      if (!attended) throw new Error("the kernel has no memory");
      const { output } = attended;
      expect(output.data[0]).toBeCloseTo(first, 15);
      expect(output.data[1]).toBeNaN();
      expect(output.data[2]).toBe(0);
    }
  });
});

test("the relaxed build is taken by the engines that compile it", () => {
  expect(builds.map(([name]) => name)).toEqual(major >= 22 ? ["relaxed", "plain"] : ["plain"]);
  const attention = build({ n: 40, m: 90, d: 8, dV: 5, seed: 9 }, PLAIN);
  expect(attendByKernel(kernels, attention)).toEqual(attendByKernel(builds[0][1], attention));
});

/** Fixed-point numbers with this many bits after the point. */
const BITS = 160n;
const ONE = 2 ** 160;

/** Exact for numbers from 2^-108 on, because their last bit comes before that of the fixed-point number. */
const toFixed = (value: number): bigint => BigInt(Math.trunc(value * ONE));

const toNumber = (fixed: bigint): number => Number(fixed) / ONE;

/** e^x for |x| < 50: the Taylor series of x / 2^10, squared ten times. */
function exponentialOf(x: bigint): bigint {
  const reduced = x >> 10n;
  let term = 1n << BITS;
  let sum = term;
  for (let n = 1n; term !== 0n && n < 40n; n++) {
    term = ((term * reduced) >> BITS) / n;
    sum += term;
  }
  for (let squared = 0; squared < 10; squared++) sum = (sum * sum) >> BITS;
  return sum;
}

/** One row of an unmasked attention in fixed point. Keys and values are given in fixed point. */
function attendExactly(
  { query, key, value, scale }: Attention,
  row: number,
  [fixedKeys, fixedValues]: readonly bigint[][],
): bigint[] {
  const own = Array.from(rowOf(query, row), toFixed);
  const powers = Array.from({ length: key.rows }, (_, j) => {
    const dot = own.reduce((sum, number, k) => sum + number * fixedKeys[j * key.cols + k], 0n) >> BITS;
    return exponentialOf((dot * toFixed(scale)) >> BITS);
  });
  const sum = powers.reduce((total, power) => total + power, 0n);
  return Array.from({ length: value.cols }, (_, col) => {
    const total = powers.reduce((all, power, j) => all + power * fixedValues[j * value.cols + col], 0n);
    return total / sum;
  });
}

test.each([...builds, ...wideBuilds])(
  "the %s build is as exact as float64 allows: rms ≤ 1.2 eps of the row's largest output",
  (_, kernels) => {
    const attention = build({ n: 24, m: 1024, d: 64, dV: 64, seed: 5 }, PLAIN);
    const output = attendByKernel(kernels, attention)?.output;
    if (!output) throw new Error("the kernel has no memory");
    const fixed = [attention.key, attention.value].map(({ data }) => Array.from(data, toFixed));
    let squares = 0;
    for (let row = 0; row < attention.query.rows; row++) {
      const exact = attendExactly(attention, row, fixed);
      const largest = Math.max(...exact.map((number) => Math.abs(toNumber(number))));
      for (const [col, number] of exact.entries()) {
        // The difference is computed before rounding. Otherwise half a unit of the last place would count as error.
        const error =
          toNumber(toFixed(output.data[row * output.cols + col]) - number) / largest / Number.EPSILON;
        squares += error * error;
      }
    }
    expect(Math.sqrt(squares / output.data.length)).toBeLessThanOrEqual(1.2);
  },
);

test.each(wideBuilds)("the %s build gives the bits of the one that is not wide", (name, wide) => {
  const narrow = builds.find(([other]) => name === `wide ${other}`)?.[1];
  if (!narrow) throw new Error(`${name} has no twin`);
  // Up to 300 keys and 40 columns: several blocks, and every remainder of eight.
  const large = fc.record({
    n: fc.integer({ min: 1, max: 140 }),
    m: fc.integer({ min: 1, max: 300 }),
    d: fc.integer({ min: 1, max: 40 }),
    dV: fc.integer({ min: 1, max: 40 }),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  });
  fc.assert(
    fc.property(large, variants, (shape, variant) => {
      const attention = build(shape, variant);
      expect(attendByKernel(wide, attention)).toEqual(attendByKernel(narrow, attention));
    }),
    { numRuns: 200 },
  );
});

test("a second thread changes no bit", async () => {
  const shape = { n: 700, m: 500, d: 8, dV: 5, seed: 4 };
  const attention = build(shape, { ...PLAIN, range: "causal" });
  const alone = attendByKernel(kernels, attention);
  const random = createRandom(5);
  // 768 numbers a row: 10 panels of 40 columns a group, 50 groups.
  const [a, b] = [66, 2000].map((rows) => createMatrix(rows, 768, () => random.normal()));
  const product = multiplyByKernel(kernels, a, b, "rows");
  const inSingles = multiplyByKernel(kernels, a, b, "rows", "float32");
  const script = `const { workerData } = require("node:worker_threads"); (${HELPER})(workerData);`;
  const helper = new Worker(script, { eval: true, workerData: inviteHelper() });
  await new Promise((resolve) => helper.once("online", resolve));
  for (let round = 0; round < 20; round++) {
    expect(attendByKernel(kernels, attention)).toEqual(alone);
    expectBits(multiplyByKernel(kernels, a, b, "rows"), product);
    expectBits(multiplyByKernel(kernels, a, b, "rows", "float32"), inSingles);
  }
  await helper.terminate();
});
