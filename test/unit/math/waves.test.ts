import { Decimal } from "decimal.js";
import { describe, expect, test } from "vitest";
import { ONE, PI } from "../../../src/math/fixed-point.js";
import { type Frequencies, givenFrequencies } from "../../../src/math/frequencies.js";
import { type WaveTarget, writeWaves } from "../../../src/math/waves.js";

// Waves of frequencies that are fractions of π have well-known values. Others are compared with decimal.js.

const D = Decimal.clone({ precision: 50 });

/** π / parts for each of these, as exact as the fixed-point numbers allow. */
const partsOfPi = (...parts: readonly bigint[]): Frequencies => ({
  values: Float64Array.from(parts, (part) => Math.PI / Number(part)),
  exact: parts.map((part) => PI / part),
});

/** [sin, cos] of every frequency, one row per position. */
function wavesOf(positions: readonly number[], frequencies: Frequencies): number[][] {
  const cols = 2 * frequencies.values.length;
  const data = new Float64Array(positions.length * cols).fill(7);
  writeWaves(
    Float64Array.from(positions),
    frequencies,
    { data, cols, first: 0, step: 2 },
    { data, cols, first: 1, step: 2 },
  );
  return positions.map((_, row) => [...data.subarray(row * cols, (row + 1) * cols)]);
}

const exactly = (fixed: bigint) => new D(fixed.toString()).div(new D(ONE.toString()));

const ROOT = Math.sqrt(0.5);
/** sin and cos of 0, 45, 90 … degrees. */
const EIGHTHS = [
  [0, 1],
  [ROOT, ROOT],
  [1, 0],
  [ROOT, -ROOT],
  [0, -1],
  [-ROOT, -ROOT],
  [-1, 0],
  [-ROOT, ROOT],
];

function near(found: readonly number[], wanted: readonly number[]): void {
  for (const [at, value] of found.entries()) expect(Math.abs(value - wanted[at])).toBeLessThan(4e-16);
}

describe("a quarter of π a position goes through the eight parts of a turn", () => {
  const quarter = partsOfPi(4n);

  // Multiples of 512, numbers between them, a position that needs more than 26 bits, and larger ones.
  test.each([0, 8, 504, 512, 1024, 2 ** 20 + 512, 2 ** 26 - 8, 2 ** 26, 2 ** 40])("from %d", (start) => {
    const rows = wavesOf(
      EIGHTHS.map((_, k) => start + k),
      quarter,
    );
    for (const [k, row] of rows.entries()) near(row, EIGHTHS[k]);
  });

  test("backwards before 0", () => {
    for (const start of [0, 512, 2 ** 30]) {
      const rows = wavesOf(
        EIGHTHS.map((_, k) => -start - k),
        quarter,
      );
      for (const [k, row] of rows.entries()) near(row, [-EIGHTHS[k][0], EIGHTHS[k][1]]);
    }
  });

  test("at halves of a position of half as many, one after the other", () => {
    // π/2 · k/2 is π/4 · k; half a position beyond 512 · 8 is an eighth of a turn further.
    const halves = EIGHTHS.map((_, k) => k / 2);
    for (const [k, row] of wavesOf(halves, partsOfPi(2n)).entries()) near(row, EIGHTHS[k]);
    const far = halves.map((half) => 4096 + half);
    for (const [k, row] of wavesOf(far, partsOfPi(2n)).entries()) near(row, EIGHTHS[k]);
  });
});

test("each frequency has waves of its own: π/2, π/6 and π/3 after 1 and after 513 positions", () => {
  const frequencies = partsOfPi(2n, 6n, 3n);
  const root = Math.sqrt(3) / 2;
  const [first, second] = wavesOf([1, 513], frequencies);
  near(first, [1, 0, 0.5, root, root, 0.5]);
  // 512 is 128 · 4, 42 · 12 + 8 and 85 · 6 + 2: 513 has the angles 90°, 9 · 30° = 270° and 3 · 60° = 180°.
  near(second, [1, 0, -1, 0, 0, -1]);
});

test("more than a turn a position is what is left of it", () => {
  // 2π + π/2 and −π/2 are a quarter of a turn forwards, and three quarters.
  const frequencies = { values: Float64Array.of(0, 0), exact: [(5n * PI) / 2n, (-1n * PI) / 2n] };
  const [row] = wavesOf([1], frequencies);
  near(row, [1, 0, -1, 0]);
});

describe("exact to a unit and a half of the last place", () => {
  /** How far off a wave is, in units of its last place. Near 0, in units of the last place of a thousandth. */
  const unitsOff = (value: number, wanted: Decimal) => {
    const size = Math.max(wanted.abs().toNumber(), 1e-3);
    const unit = 2 ** (Math.floor(Math.log2(size)) - 52);
    return wanted.minus(value).abs().div(unit).toNumber();
  };

  // One table alone gives these: positions below 512, and multiples of 512.
  test.each([
    ["first positions", [1, 2, 3, 5, 77, 300, 511]],
    ["whole blocks", [512, 1536, 51_200, 512 * 99_999, 512 * 131_071]],
    ["positions that are not whole", [0.5, 1 / 3, 100.1, 511.9]],
    ["beyond 26 bits", [512 * 131_072, 512 * 1_000_003, 2 ** 52]],
  ])("%s", (_, positions) => {
    const frequencies = givenFrequencies(Float64Array.of(1, 0.1, 3.7, 1e-4, 0.7853981633974483));
    for (const [at, row] of wavesOf(positions, frequencies).entries()) {
      for (const [pair, frequency] of frequencies.exact.entries()) {
        const position = new D(BigInt(positions[at] * 2 ** 54).toString()).div(new D(2).pow(54));
        const angle = exactly(frequency).times(position);
        expect(unitsOff(row[2 * pair], angle.sin())).toBeLessThan(1.5);
        expect(unitsOff(row[2 * pair + 1], angle.cos())).toBeLessThan(1.5);
      }
    }
  });
});

test("five of six waves are the nearest numbers there are", () => {
  const frequencies = givenFrequencies(Float64Array.of(1, 0.1, 3.7));
  const positions = Array.from({ length: 100 }, (_, k) => 5 * k + 1);
  let nearest = 0;
  for (const [at, row] of wavesOf(positions, frequencies).entries()) {
    for (const [pair, frequency] of frequencies.exact.entries()) {
      const angle = exactly(frequency).times(positions[at]);
      if (angle.sin().toNumber() === row[2 * pair]) nearest++;
      if (angle.cos().toNumber() === row[2 * pair + 1]) nearest++;
    }
  }
  expect(nearest).toBeGreaterThan(0.82 * 600);
});

test("position 0 is 0 and 1, and no −0", () =>
  expect(wavesOf([0], partsOfPi(2n, 3n))).toEqual([[0, 1, 0, 1]]));

describe("waves go where they are to go", () => {
  const frequencies = partsOfPi(2n, 6n);
  const root = Math.sqrt(3) / 2;
  // After 1 and −1 positions: sines ±1 and ±½, cosines 0 and √3/2.
  const positions = Float64Array.of(1, -1);
  const write = (sine: WaveTarget, cosine: WaveTarget) => writeWaves(positions, frequencies, sine, cosine);
  const expectNear = (data: Float64Array, wanted: readonly number[]) => {
    expect(data).toHaveLength(wanted.length);
    near([...data], wanted);
  };

  test("into two matrices", () => {
    const [sine, cosine] = [new Float64Array(4), new Float64Array(4)];
    write({ data: sine, cols: 2, first: 0, step: 1 }, { data: cosine, cols: 2, first: 0, step: 1 });
    expectNear(sine, [1, 0.5, -1, -0.5]);
    expectNear(cosine, [0, root, 0, root]);
  });

  test("into two matrices, beside other columns", () => {
    const [sine, cosine] = [new Float64Array(8).fill(9), new Float64Array(8).fill(9)];
    write({ data: sine, cols: 4, first: 0, step: 2 }, { data: cosine, cols: 4, first: 1, step: 2 });
    expectNear(sine, [1, 9, 0.5, 9, -1, 9, -0.5, 9]);
    expectNear(cosine, [9, 0, 9, root, 9, 0, 9, root]);
  });

  test.each<[string, Omit<WaveTarget, "data">, Omit<WaveTarget, "data">, number[]]>([
    [
      "one half and the other",
      { cols: 4, first: 0, step: 1 },
      { cols: 4, first: 2, step: 1 },
      [1, 0.5, 0, root, -1, -0.5, 0, root],
    ],
    [
      "alternately",
      { cols: 4, first: 0, step: 2 },
      { cols: 4, first: 1, step: 2 },
      [1, 0, 0.5, root, -1, 0, -0.5, root],
    ],
    [
      "alternately, cosines first",
      { cols: 4, first: 1, step: 2 },
      { cols: 4, first: 0, step: 2 },
      [0, 1, root, 0.5, 0, -1, root, -0.5],
    ],
    [
      "behind other columns",
      { cols: 5, first: 1, step: 2 },
      { cols: 5, first: 2, step: 2 },
      [9, 1, 0, 0.5, root, 9, -1, 0, -0.5, root],
    ],
    [
      "in steps of 1 and 2",
      { cols: 5, first: 0, step: 1 },
      { cols: 5, first: 2, step: 2 },
      [1, 0.5, 0, 9, root, -1, -0.5, 0, 9, root],
    ],
    [
      "in steps of 3 from the next column",
      { cols: 5, first: 0, step: 3 },
      { cols: 5, first: 1, step: 3 },
      [1, 0, 9, 0.5, root, -1, 0, 9, -0.5, root],
    ],
    [
      "in steps of 2 and 3 from the next column",
      { cols: 5, first: 0, step: 2 },
      { cols: 5, first: 1, step: 3 },
      [1, 0, 0.5, 9, root, -1, 0, -0.5, 9, root],
    ],
    [
      "in steps of 3 and 2 from the next column",
      { cols: 4, first: 0, step: 3 },
      { cols: 4, first: 1, step: 1 },
      [1, 0, root, 0.5, -1, 0, root, -0.5],
    ],
  ])("into one, %s", (_, sine, cosine, wanted) => {
    const data = new Float64Array(wanted.length).fill(9);
    write({ data, ...sine }, { data, ...cosine });
    expectNear(data, wanted);
  });

  test("forwards and backwards alike, to the last bit", () => {
    const [[sin, cos], [sinBack, cosBack]] = wavesOf(
      [12_345, -12_345],
      givenFrequencies(Float64Array.of(0.3)),
    );
    expect([sinBack, cosBack]).toEqual([-sin, cos]);
  });
});
