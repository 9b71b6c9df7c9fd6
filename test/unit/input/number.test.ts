import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cursor, cursorOver, numberEnd, toNumber } from "../../../src/input/number.js";
import { scanPlainLines } from "../../../src/math/kernels/scan.js";
import { textKernels } from "../../support/text-kernels.js";

/** Reads the number at the cursor, and moves the cursor behind it. NaN if there is none. */
function scanNumber(cursor: Cursor): number {
  const { bytes, position } = cursor;
  cursor.position = numberEnd(bytes, position);
  return cursor.position === position
    ? Number.NaN
    : toNumber(bytes.toString("latin1", position, cursor.position));
}

const kernels = textKernels();

const bytesOf = (text: string) => Buffer.from(text, "latin1");

/** The number at the start of the text, and what is left unread. */
function scanText(text: string): { value: number; left: string } {
  const cursor = cursorOver(bytesOf(text));
  const value = scanNumber(cursor);
  return { value, left: text.slice(cursor.position) };
}

/** What Number() says, which knows e but not Fortran's d. */
const expected = (text: string) => Number(text.replace(/d/i, "e"));

/** Every text, a number a line, must be read by the kernel as the double Number() gives. */
function expectKernel(texts: readonly string[]): void {
  const bytes = bytesOf(texts.map((text) => `${text}\n`).join(""));
  let start = 0;
  let line = 0;
  while (line < texts.length) {
    const { rows, numbers, end } = scanPlainLines(kernels, bytes, start, 1, 44);
    for (const value of numbers) {
      const text = texts[line++];
      if (!Object.is(value, Number(text))) throw new Error(`the kernel read ${text} as ${value}`);
      start += text.length + 1;
    }
    if (end !== start) throw new Error(`${rows} lines end at ${start}, the kernel at ${end}`);
    if (line === texts.length) return;
    // A piece of its memory ends where it reads on when it is asked to begin there.
    const again = scanPlainLines(kernels, bytes.subarray(start, start + 2000), 0, 1, 44);
    if (again.rows > 0) continue;
    if (!isLeftByKernel(texts[line])) throw new Error(`the kernel left ${texts[line]}`);
    start += texts[line++].length + 1;
  }
}

/**
 * What the kernel leaves to `scanNumber`: more than 19 digits, integers above 2^53, exponents of more than five digits,
 * and what is beyond the largest double.
 */
function isLeftByKernel(text: string): boolean {
  const [mantissa, exponent] = text.toLowerCase().split("e");
  const digits = mantissa.replace(/[+.-]/g, "").replace(/^0+/, "");
  const isLarge = /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) >= 2 ** 53;
  const isBeyond = !Number.isFinite(Number(text));
  return digits.length > 19 || isLarge || isBeyond || Math.abs(Number(exponent ?? 0)) > 99_999;
}

const bits = new DataView(new ArrayBuffer(8));
function doubleOf(upper: number, lower: number): number {
  bits.setInt32(0, upper);
  bits.setInt32(4, lower);
  return bits.getFloat64(0);
}

/** The point halfway between a positive double and the next one, all its digits. */
function halfwayAbove(value: number): string {
  bits.setFloat64(0, value);
  const pattern = bits.getBigUint64(0);
  const biased = Number(pattern >> 52n);
  const fraction = pattern & ((1n << 52n) - 1n);
  const significand = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = Math.max(biased, 1) - 1075 - 1;
  const odd = 2n * significand + 1n;
  return exponent < 0 ? `${odd * 5n ** BigInt(-exponent)}e${exponent}` : `${odd << BigInt(exponent)}`;
}

/** An integer literal with exponent, cut to `count` digits: just below, and just above what it was. */
function cutDigits(text: string, count: number): string[] {
  const [digits, exponent = "0"] = text.split("e");
  if (digits.length <= count) return [];
  const kept = BigInt(digits.slice(0, count));
  const moved = Number(exponent) + digits.length - count;
  return [`${kept}e${moved}`, `${kept + 1n}e${moved}`];
}

const words = (text: string) => text.split(" ");

const whole = [
  ...words("0 -0 +0 0.0 -0.000 00 007 -1 +1 12345678 123456789 1234567890 3.14159 00.50"),
  ...words("1. .5 -.5 +5. 1.e3 .5e-3 0.e1 1e5 1E5 1d0 1D0 -2.5D-3"),
  // around 2^53, where integers begin to be rounded, half to even
  ...words("9007199254740991 9007199254740992 9007199254740993 9007199254740994 9007199254740995"),
  ...words("9007199254740993.0 9007199254740993.00000000000000000000001 900719925474099300000e-5"),
  ...words("9223372036854775807 9223372036854775808 18446744073709551615 18446744073709551616"),
  // halfway cases and long ones
  ...words("1.00000000000000011102230246251565404 1.00000000000000011102230246251565405"),
  "1.000000000000000111022302462515654042363166809082031250",
  "1.0000000000000001110223024625156540423631668090820312500000001",
  "0.500000000000000166533453693773481063544750213623046875",
  ...words("8.5 4503599627370497.5 0.30000000000000004 0.1000000000000000055511151231257827"),
  ...words("123456789.123456789 123456789012345678 1234567890123456789 12345678901234567890"),
  ...words("0.123456789012345678 0.1234567890123456789 1.000000000000000000e+00 99999999999999999999999"),
  ...words("1e22 1e23 1e-22 1e-23 8.41e21 9.5367431640625e-07"),
  // the edges of the range
  ...words("5e-324 4.9e-324 2.4703282292062327e-324 2.4703282292062328e-324 1e-323 1e-400 -1e-400"),
  ...words("2.2250738585072011e-308 2.2250738585072012e-308 2.2250738585072014e-308"),
  ...words("1.7976931348623157e308 1.7976931348623158e308 1.7976931348623159e308 -1.7976931348623159e308"),
  ...words("1e308 1e309 -1e309 1e290 1e291 999999999999999999e290 1e-270 1e-271 999999999999999999e-270"),
  // exponents
  ...words("1e+0005 1e-0005 1e00000000000000000000001 1e99999999999 -1e99999999999 1e-99999999999"),
  ...words("0e99999999999 -0e-99999999999 0.0e400 1e2147483648 1e4294967296 1e-4294967297"),
  `1e${"9".repeat(400)}`,
  `1e-${"9".repeat(400)}`,
  // zeros and digits without end
  `0.${"0".repeat(299)}1e300`,
  `0.${"0".repeat(5000)}123e5001`,
  `1${"0".repeat(400)}e-400`,
  `${"0".repeat(1000)}1.5`,
  `1${"0".repeat(1000)}`,
  "7".repeat(1000),
  `0.${"7".repeat(1000)}`,
  `${"7".repeat(500)}.${"7".repeat(500)}e-250`,
  `1.${"0".repeat(999)}1`,
  `9007199254740993.${"0".repeat(1000)}`,
  `9007199254740993.${"0".repeat(1000)}1`,
];

/** Not a number, or one that ends before the text does: how many bytes belong to it. */
const partial: readonly (readonly [text: string, length: number])[] = [
  ...words(" - + . -. +. e5 .e5 -e5 --1 +-1 -+1 inf nan Infinity x ,1 [1]").map((text) => [text, 0] as const),
  ...words("1e 1e+ 1e- 1d 1ex 1e.5 1e+-5 1f 1] 1; 1/2 1_000 1,000 1e,").map((text) => [text, 1] as const),
  [" 1", 0],
  ["1.e", 2],
  ["1..5", 2],
  ["1.5.5", 3],
  ["0x10", 1],
  ["1.5e3.7", 5],
  ["1e5e5", 3],
  ["12345678901234567890.5.5", 22],
  ["1.0j", 3],
];

const seeded = { seed: 20260601, numRuns: 100 };

describe("scanNumber", () => {
  test.each(whole.map((text) => [text.slice(0, 40), text]))("reads %s as Number() does", (_start, text) => {
    expect(scanText(text)).toEqual({ value: expected(text), left: "" });
    expect(scanText(`${text}, 2`)).toEqual({ value: expected(text), left: ", 2" });
    expect(scanText(`${text}]`)).toEqual({ value: expected(text), left: "]" });
    if (!/d/i.test(text)) expectKernel([text]);
  });

  test.each(partial)("of %j takes %i bytes", (text, length) => {
    const value = length === 0 ? Number.NaN : expected(text.slice(0, length));
    expect(scanText(text)).toEqual({ value, left: text.slice(length) });
  });

  test("stops at any byte that is no digit, wherever it stands", () => {
    for (let place = 1; place <= 20; place++) {
      const bytes = bytesOf(`0.${"9".repeat(24)}`);
      for (let byte = 0; byte < 256; byte++) {
        if (byte >= 48 && byte <= 57) continue;
        bytes[1 + place] = byte;
        const cursor = cursorOver(bytes);
        const exponent = "dDeE".includes(String.fromCharCode(byte)) ? "9".repeat(24 - place) : "0";
        expect(scanNumber(cursor)).toBe(Number(`0.${"9".repeat(place - 1)}e${exponent}`));
        expect(cursor.position).toBe(exponent === "0" ? 1 + place : bytes.length);
      }
    }
  });

  test("keeps the sign of zero", () => {
    expect(scanText("-0").value).toBe(-0);
    expect(scanText("-1e-400").value).toBe(-0);
    expect(scanText("0").value).toBe(0);
  });

  test("ends where the bytes end, though memory goes on", () => {
    const text = "-123456789.87654321098765e+21";
    const memory = bytesOf(`7${text}`);
    for (let length = 0; length <= text.length; length++) {
      const cursor = cursorOver(memory.subarray(1, 1 + length));
      const seen = /^-\d+\.?\d*(e\+\d+)?/.exec(text.slice(0, length))?.[0] ?? "";
      expect(scanNumber(cursor)).toBe(seen === "" ? Number.NaN : Number(seen));
      expect(cursor.position).toBe(seen.length);
    }
  });

  test("starts where the cursor is, and at the end finds nothing", () => {
    const cursor = cursorOver(bytesOf("1 2.5"));
    cursor.position = 2;
    expect(scanNumber(cursor)).toBe(2.5);
    expect(scanNumber(cursor)).toBeNaN();
    expect(cursor.position).toBe(5);
  });

  test("signs, points and letters in any order", () => {
    const text = fc.string({ unit: fc.constantFrom(..."0123456789.eEdD+-"), maxLength: 12 });
    fc.assert(
      fc.property(text, (text) => {
        const number = /^[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?/.exec(text)?.[0] ?? "";
        const value = number === "" ? Number.NaN : expected(number);
        const scanned = scanText(text);
        expect(Object.is(scanned.value, value) && scanned.left === text.slice(number.length)).toBe(true);
      }),
      { ...seeded, numRuns: 20_000 },
    );
  });
});

describe("the kernel", () => {
  test("stops at any byte that ends no number", () => {
    for (let byte = 0; byte < 256; byte++) {
      const { rows } = scanPlainLines(kernels, Buffer.from([49, 46, 53, byte, 10]), 0, 1, 44);
      const mayFollow = byte === 9 || byte === 10 || byte === 13 || byte === 32 || (byte >= 48 && byte <= 57);
      expect([byte, rows]).toEqual([byte, mayFollow ? 1 : 0]);
    }
    for (const [text, length] of partial) {
      const { rows } = scanPlainLines(kernels, bytesOf(`${text}\n`), 0, 1, 44);
      // Only white space before a number is passed over.
      expect([text, rows]).toEqual([text, length === 0 && text === " 1" ? 1 : 0]);
    }
  });

  test("rounds once, where the digits themselves are no double", () => {
    const digits = Array.from({ length: 40 }, (_, index) => String(2n ** 53n - 5n + BigInt(index)));
    const exponents = Array.from({ length: 61 }, (_, index) => index - 30);
    expectKernel(digits.flatMap((text) => exponents.map((exponent) => `${text}e${exponent}`)));
  });

  const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  const pairs = (length: number) =>
    fc.array(fc.tuple(word, word), { minLength: length, maxLength: length, size: "max" });

  test("reads doubles of any bits, printed in every way", () => {
    fc.assert(
      fc.property(pairs(250), (drawn) => {
        const doubles = drawn.map(([upper, lower]) => doubleOf(upper, lower)).filter(Number.isFinite);
        expectKernel(
          doubles.flatMap((x) => [String(x), x.toPrecision(17), x.toExponential(18), x.toPrecision(16)]),
        );
      }),
      seeded,
    );
  });

  test("reads doubles of everyday size, printed in every way", () => {
    fc.assert(
      fc.property(pairs(250), (drawn) => {
        const doubles = drawn.map(([upper, lower]) => (upper + lower / 2 ** 32) / 2 ** (lower & 63));
        expectKernel(
          doubles.flatMap((x, index) => [
            String(x),
            String(Math.fround(x)),
            x.toPrecision(17),
            x.toFixed(4),
            x.toFixed(index % 31),
          ]),
        );
      }),
      seeded,
    );
  });

  test("reads any digits with any exponent", () => {
    fc.assert(
      fc.property(pairs(250), (drawn) => {
        expectKernel(
          drawn.flatMap(([upper, lower]) => {
            const digits = `${Math.abs(upper)}${Math.abs(lower)}${Math.abs(upper ^ lower)}`;
            const kept = digits.slice(0, 1 + (Math.abs(lower) % digits.length));
            const point = Math.abs(upper) % (kept.length + 1);
            const placed = `${kept.slice(0, point)}.${kept.slice(point)}`;
            return [kept, placed, `-${placed}e${upper % 30}`, `${kept}e${lower % 345}`];
          }),
        );
      }),
      seeded,
    );
  });

  test("reads what lies halfway between two doubles, exactly and cut to 15–20 digits", () => {
    fc.assert(
      fc.property(pairs(25), (drawn) => {
        expectKernel(
          drawn.flatMap(([upper, lower]) => {
            const anywhere = doubleOf(upper & 0x7fdfffff, lower);
            const near1 = doubleOf((upper & 0x03ffffff) + 0x3e000000, lower);
            const integer = doubleOf((upper & 0x007fffff) + 0x43300000, lower);
            return [anywhere, near1, integer].map(halfwayAbove).flatMap((text) => {
              const cuts = [15, 16, 17, 18, 19, 20].flatMap((count) => cutDigits(text, count));
              return [text, ...cuts];
            });
          }),
        );
      }),
      seeded,
    );
  });
});
