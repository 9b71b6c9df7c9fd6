import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scanPlainLines, scanPlainLists } from "../../../../src/math/kernels/scan.js";
import { PLACES } from "../../../../src/math/kernels/text.js";
import { type CellWords, writeNumbers } from "../../../../src/math/kernels/write.js";
import { textKernels } from "../../../support/text-kernels.js";

const kernels = textKernels();

const WORDS: CellWords = {
  betweenCells: ",",
  betweenRows: "\n",
  nan: "NaN",
  infinity: "Infinity",
  minusInfinity: "-Infinity",
};

/** What JavaScript writes for the same number, with the sign of zero. */
const spell = (value: number) => (Object.is(value, -0) ? "-0" : String(value));

function write(numbers: Iterable<number>, cols: number, words: CellWords = WORDS): string {
  const chunks = [...writeNumbers(kernels, Float64Array.from(numbers), cols, words)];
  return chunks.map((chunk) => Buffer.from(chunk).toString("utf8")).join("");
}

function expectNumbers(numbers: readonly number[]): void {
  const written = write(numbers, 1).split("\n");
  expect(written.length).toBe(numbers.length);
  for (const [index, value] of numbers.entries()) {
    if (written[index] !== spell(value)) throw new Error(`${spell(value)} is written ${written[index]}`);
  }
}

const view = new DataView(new ArrayBuffer(8));
function doubleOf(pattern: bigint): number {
  view.setBigUint64(0, pattern);
  return view.getFloat64(0);
}

/** A positive double and its two neighbours. */
function withNeighbours(value: number): number[] {
  view.setFloat64(0, value);
  const pattern = view.getBigUint64(0);
  return [doubleOf(pattern - 1n), value, doubleOf(pattern + 1n)];
}

test("the table of powers of ten holds 128 bits of each, rounded up below 10^0", () => {
  const table = new BigUint64Array(kernels.memory.buffer, PLACES.powers, 2 * (342 + 324 + 1));
  const held = (exponent: number) => table[2 * (exponent + 342)] + (table[2 * (exponent + 342) + 1] << 64n);
  // 10^n is 5^n, apart from its binary exponent.
  const first128 = (value: bigint) => value >> BigInt(value.toString(2).length - 128);
  for (let exponent = 0; exponent <= 324; exponent++) {
    expect(held(exponent)).toBe(first128((5n ** BigInt(exponent)) << 128n));
  }
  // No power below ends within 128 bits, so 1 is added after cutting.
  for (let exponent = 1; exponent <= 342; exponent++) {
    expect(held(-exponent)).toBe(first128((1n << 2000n) / 5n ** BigInt(exponent)) + 1n);
  }
});

describe("the formatter writes as String(x) does", () => {
  test("all powers of two and their neighbours", () => {
    const powers = Array.from({ length: 2098 }, (_, index) => 2 ** (index - 1074));
    expectNumbers(powers.flatMap(withNeighbours));
    expectNumbers(powers.map((power) => -power));
  });

  test("decimals of one to three digits at every power of ten, and their neighbours", () => {
    const decimals = Array.from({ length: 633 }, (_, index) => index - 324).flatMap((exponent) =>
      [1, 2, 3, 5, 7, 9, 15, 99, 125, 999].map((digits) => Number(`${digits}e${exponent}`)),
    );
    expectNumbers(decimals.filter((value) => value > 0 && value < 1e308).flatMap(withNeighbours));
  });

  test("zeros, the smallest, the largest, and what is no finite number", () => {
    expect(write([0, -0, 5e-324, -1.7976931348623157e308, Number.NaN], 5)).toBe(
      "0,-0,5e-324,-1.7976931348623157e+308,NaN",
    );
    expect(write([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2.2250738585072014e-308], 1)).toBe(
      "Infinity\n-Infinity\n2.2250738585072014e-308",
    );
  });

  test("where the form changes: 1e21, 1e-7, and a point after each of 17 digits", () => {
    expect(
      write([1e21, 999999999999999900000, 123456789012345680000, 1e-6, 1e-7, 1.5e-7, 0.00001234], 7),
    ).toBe("1e+21,999999999999999900000,123456789012345680000,0.000001,1e-7,1.5e-7,0.00001234");
    expectNumbers(
      Array.from({ length: 40 }, (_, index) => Number(`1.2345678901234567e${index - 10}`)).flatMap((value) =>
        withNeighbours(value),
      ),
    );
  });

  test("integers to 2^53 and around it", () => {
    const small = Array.from({ length: 20_000 }, (_, index) => index);
    const large = Array.from({ length: 54 }, (_, bit) => 2 ** bit).flatMap((x) => [x - 1, x, x + 1, x + 2]);
    expectNumbers([...small, ...large, ...large.map((x) => x * 10), ...large.map((x) => x / 100)]);
  });

  const pattern = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const seeded = { seed: 20261124, numRuns: 60 };

  test("doubles of any bits", () => {
    const many = fc.array(pattern, { minLength: 500, maxLength: 500, size: "max" });
    fc.assert(
      fc.property(many, (patterns) => expectNumbers(patterns.map(doubleOf))),
      seeded,
    );
  });

  test("subnormals, and numbers of everyday size with many digits and with few", () => {
    const many = fc.array(pattern, { minLength: 300, maxLength: 300, size: "max" });
    fc.assert(
      fc.property(many, (patterns) => {
        const subnormals = patterns.map((bits) => doubleOf(bits >> 12n));
        const everyday = patterns.map((bits) => Number(bits >> 11n) / 2 ** Number(bits & 127n));
        const cut = everyday.map((value, index) => Number(value.toPrecision(1 + (index % 17))));
        expectNumbers([...subnormals, ...everyday, ...cut]);
      }),
      seeded,
    );
  });
});

describe("what stands between the numbers", () => {
  test("may be of any length, and goes on over chunks", () => {
    const words = { ...WORDS, betweenCells: " · and then ".repeat(5), betweenRows: `],\n${" ".repeat(40)}[` };
    const numbers = Array.from({ length: 30_000 }, (_, index) => index / 7 - 100);
    const rows = Array.from({ length: 10_000 }, (_, row) => numbers.slice(3 * row, 3 * row + 3));
    const expected = rows.map((row) => row.map(spell).join(words.betweenCells)).join(words.betweenRows);
    expect(write(numbers, 3, words)).toBe(expected);
  });

  test("is not disturbed by something else that is written meanwhile", () => {
    const numbers = Float64Array.from({ length: 10_000 }, (_, index) => Math.sqrt(index));
    const pieces: string[] = [];
    for (const chunk of writeNumbers(kernels, numbers, 10, WORDS)) {
      write([1, 2, 3], 1, { ...WORDS, betweenRows: "; " });
      pieces.push(Buffer.from(chunk).toString("latin1"));
    }
    expect(pieces.join("").split(/[,\n]/).map(Number)).toEqual(Array.from(numbers));
  });
});

describe("the scanner", () => {
  const rows = [
    [0.1, -2.5e-7],
    [12345678.9, 0],
    [-0, 1.7976931348623157e308],
    [0.30000000000000004, -9007199254740991],
  ];

  /** Checks, number by number, the rows of `rows` that are read if the text ends before byte `cut`. */
  function expectRows(
    { rows: count, numbers, end }: ReturnType<typeof scanPlainLines>,
    ends: number[],
  ): void {
    expect(Array.from(numbers)).toEqual(rows.slice(0, count).flat());
    expect(end).toBe([0, ...ends][count]);
  }

  test.each(["\n", "\r\n", " \t\n"])(
    "reads all lines that are whole, wherever the text ends (%j)",
    (lineEnd) => {
      const lines = rows.map((row) => row.map(spell).join(", ") + lineEnd);
      const ends = lines.map((_, index) => lines.slice(0, index + 1).join("").length);
      const bytes = Buffer.from(lines.join(""));
      for (let cut = 0; cut <= bytes.length; cut++) {
        const scanned = scanPlainLines(kernels, bytes.subarray(0, cut), 0, 2, 44);
        expectRows(scanned, ends);
        expect(scanned.rows).toBe(ends.filter((end) => end <= cut).length);
      }
    },
  );

  test.each([",", ", ", " ,\n  "])(
    "reads all lists behind which one begins, wherever the text ends (%j)",
    (comma) => {
      const lists = rows.map((row) => `[ ${row.map(spell).join(comma)}\n]${comma}`);
      const ends = lists.map((_, index) => lists.slice(0, index + 1).join("").length);
      const bytes = Buffer.from(`${lists.join("")}[1]`);
      for (let cut = 0; cut <= bytes.length; cut++) {
        const scanned = scanPlainLists(kernels, bytes.subarray(0, cut), 0, 2);
        expectRows(scanned, ends);
        expect(scanned.rows).toBe(ends.filter((end) => end < cut).length);
      }
    },
  );

  test.each([
    ["1,2\n3\n", 1],
    ["1,2\n3,4,5\n", 1],
    ["1,2\n3,\n", 1],
    ["1,2\n\n3,4\n", 1],
    ["1,2\n# 3\n3,4\n", 1],
    ["1,2\n3;4\n", 1],
    ["1,2\n3,nan\n", 1],
    ["1,2\n3,4 5\n", 1],
    ["1,2\r3,4\n", 0],
    ["1 2\n", 0],
  ])("stops before a line of anything else: %j", (text, count) => {
    const scanned = scanPlainLines(kernels, Buffer.from(text), 0, 2, 44);
    expect([scanned.rows, scanned.end]).toEqual([count, 4 * count]);
  });

  test.each([
    "[1],",
    "[1,2,3],",
    "[1,],",
    "[1 2],",
    "[1,null],",
    "[1,2],]",
    "[1,2]]",
    '[1,"NaN"],',
    "[[1,2],",
  ])("stops before a list of anything else: %j", (text) => {
    const scanned = scanPlainLists(kernels, Buffer.from(`[1,2],${text}[3,4],[`), 0, 2);
    expect([scanned.rows, scanned.end]).toEqual([1, 6]);
  });

  test.each([
    [" ", "1  2\t3 \n 4 5 6\n"],
    ["\t", "1 \t2\t 3\n4\t5\t6\n"],
    [";", "1;2; 3\n\t4 ;5;6\n"],
  ])("takes blanks beside the delimiter %j", (delimiter, text) => {
    const { numbers } = scanPlainLines(kernels, Buffer.from(text), 0, 3, delimiter.charCodeAt(0));
    expect(Array.from(numbers)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
