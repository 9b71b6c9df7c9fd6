import { type NdArray, numbersOf } from "../../math/nd-array.js";
import { type Gathered, type MemberOfSource, memberOf } from "../source-matrices.js";
import { arrayOf, asArray, numbersIn } from "../value-axes.js";

// Tables of cosines and sines in a dump. If they are those of RoPE with one base, its settings are found from them.

/** The settings of RoPE that a table shows. */
export interface Rotation {
  readonly rope: "interleaved" | "half-split";
  readonly rotarySize: number;
  readonly base: number;
}

/** Names that kernels have for tables by which they rotate. Others may have rotated before the kernel. */
const OF_KERNEL = /rotary/i;

/**
 * Takes the rotation from the tables of a dump. If the kernel itself rotates by them, it becomes a setting. Otherwise it
 * is returned: queries and keys may already be rotated. Tables that are not those of one base are named as not used.
 */
export function takeRotation(
  gathered: Gathered,
  settings: Readonly<Record<string, unknown>>,
): Rotation | undefined {
  const [cos, sin] = [memberOf(gathered, "rotaryCos"), memberOf(gathered, "rotarySin")];
  if (!cos || !sin || !("rope" in settings)) return undefined;
  const names = `${cos.key} and ${sin.key}`;
  // Kernels rotate new keys only: those of the cache are rotated.
  const isCached = memberOf(gathered, "cacheLengths", "newKeys") !== undefined;
  const found = isCached ? undefined : rotationIn(cos, sin, memberOf(gathered, "rotaryInterleaved"));
  if (!found) {
    const why = isCached ? "the keys of a cache are rotated" : "they are not those of RoPE with one base";
    gathered.notices.push(`not used: ${names}; ${why}`);
    return undefined;
  }
  const { rope, rotarySize, base } = found;
  const said = `RoPE, ${rope}, of the first ${rotarySize} columns with base ${base}`;
  if (!OF_KERNEL.test(cos.key)) {
    gathered.notices.push(`not used: ${names}, those of ${said}; query and key may be rotated already`);
    return found;
  }
  gathered.notices.push(`read ${names} as ${said}`);
  for (const [name, value] of Object.entries(found)) gathered.settings[name] ??= value;
  return undefined;
}

function rotationIn(
  cos: MemberOfSource,
  sin: MemberOfSource,
  interleaved: MemberOfSource | undefined,
): Rotation | undefined {
  const [cosines, sines] = [cos, sin].map(({ value }) => tableOf(arrayOf(value)));
  if (!cosines || !sines || cosines.cols !== sines.cols || cosines.rows !== sines.rows) return undefined;
  const { rows, cols } = cosines;
  const angle = (row: number, col: number) => [cosines, sines].map(({ data }) => data[row * cols + col]);
  const isSame = (one: number, other: number) =>
    [cosines, sines].every(({ data }) =>
      data.every((own, at) => at % cols !== one || own === data[at - one + other]),
    );
  const half = cols / 2;
  // Tables as wide as the rotated columns have each angle twice: side by side, or in both halves.
  const isTwice = cols > 2 && cols % 2 === 0 && isSame(half, 0);
  const isInPairs = !isTwice && cols > 2 && cols % 2 === 0 && isSame(1, 0) && isSame(cols - 1, cols - 2);
  const pairs = isTwice || isInPairs ? half : cols;
  const columnOf = (pair: number) => (isInPairs ? 2 * pair : pair);
  if (rows < 2 || pairs < 2) return undefined;
  const base = baseOf((pair) => angle(1, columnOf(pair)), pairs);
  if (base === undefined) return undefined;
  const unit = UNITS[asArray(cos.value)?.stored ?? ""] ?? UNITS.float32;
  for (let row = 0; row < rows; row++)
    for (let pair = 0; pair < pairs; pair++) {
      const right = row * base ** (-pair / pairs);
      const [c, s] = angle(row, columnOf(pair));
      // An angle in float32 is off by some units of its own size.
      const most = 2 * unit + 4 * UNITS.float32 * right;
      if (Math.abs(c - Math.cos(right)) > most || Math.abs(s - Math.sin(right)) > most) return undefined;
    }
  const isInterleaved = interleaved ? numbersIn(interleaved)[0] === 1 : isInPairs;
  return { rope: isInterleaved ? "interleaved" : "half-split", rotarySize: 2 * pairs, base };
}

/** The rounding of numbers near 1 in the types of tables. */
const UNITS: Readonly<Record<string, number>> = {
  float64: 2 ** -24,
  float32: 2 ** -24,
  float16: 2 ** -11,
  bfloat16: 2 ** -8,
};

/** Returns a table as rows of positions. Axes of length 1 are left out: batches and heads. */
function tableOf(array: NdArray | undefined) {
  const [rows, cols, ...more] = array?.shape.filter((length) => length > 1) ?? [];
  return array && cols !== undefined && more.length === 0
    ? { rows, cols, data: numbersOf(array) }
    : undefined;
}

/**
 * Finds the base from the angles of position 1, base^(−i/pairs). Bases are mostly whole numbers of few digits: of those
 * that fit, the roundest one is taken.
 */
function baseOf(at: (pair: number) => readonly number[], pairs: number): number | undefined {
  const [c, s] = at(pairs - 1);
  const [c1, s1] = at(0);
  const smallest = Math.atan2(s, c);
  const isOne = Math.abs(Math.atan2(s1, c1) - 1) < 0.02;
  if (!isOne || !(smallest > 0)) return undefined;
  const found = smallest ** (-pairs / (pairs - 1));
  const short = Number(found.toPrecision(2));
  // The sine of a small angle has the digits of its type, and the power multiplies its error by little more than 1.
  return Math.abs(found / short - 1) < 0.02 ? short : Number(found.toPrecision(6));
}
