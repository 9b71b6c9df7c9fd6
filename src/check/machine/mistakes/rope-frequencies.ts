import type { FloatName } from "../float-names.js";
import { FLOAT_TYPES, roundTo } from "../float-types.js";
import type { Task } from "../task.js";
import {
  hasHeads,
  kernelMistakes,
  type Parameters,
  type SearchContext,
  type Variant,
  withTask,
} from "./kernel-mistake.js";
import {
  isRotated,
  pairsOf,
  recorded,
  rotating,
  rotationSettings,
  type Turning,
  turned,
  turnedOtherwise,
  turningOf,
  type Waves,
  wavesOf,
  withBoth,
} from "./rotated-parts.js";

// Mistakes with the frequencies of RoPE and with what is rotated: scalings, a part of the columns, two rotations, few
// bits.

const isScaled = (given: SearchContext) => isRotated(given) && rotationSettings(given).scaling !== undefined;
const isPartial = (given: SearchContext) =>
  isRotated(given) && rotationSettings(given).rotarySize !== undefined;
const isMultihead = ({ homework }: SearchContext) => homework.trace.command === "multihead";

const UNSCALED = {
  scaling: undefined,
  scalingFactor: undefined,
  originalLength: undefined,
  sequenceLength: undefined,
  betaFast: undefined,
  betaSlow: undefined,
  lowFreqFactor: undefined,
  highFreqFactor: undefined,
};

const FACTORS = [2, 4, 8, 16, 32, 40, 0.5, 0.25] as const;

/** Scalings of published models. */
const SCALINGS: readonly Readonly<Record<string, string | number>>[] = [
  ...FACTORS.map((scalingFactor) => ({ scaling: "linear", scalingFactor })),
  ...[2, 4, 8].map((scalingFactor) => ({ scaling: "ntk", scalingFactor })),
  ...[8, 32].map((scalingFactor) => ({ scaling: "llama3", scalingFactor, originalLength: 8192 })),
  ...[4, 8, 16].flatMap((scalingFactor) =>
    [4096, 32768].map((originalLength) => ({ scaling: "yarn", scalingFactor, originalLength })),
  ),
];

/** Returns the base that gives a part of the columns the first frequencies of the whole head. */
function baseOfHead(given: SearchContext, size: number): number {
  const { base = 10_000 } = rotationSettings(given);
  return base ** (size / given.tasks[0].query.cols);
}

/** Yields variants that rotate only a half or a quarter of the columns. */
function* partsOfHead(given: SearchContext) {
  const { cols } = given.tasks[0].query;
  for (const rotarySize of [cols / 2, cols / 4]) {
    if (rotarySize < 2 || rotarySize % 2 !== 0) continue;
    yield recorded(given, { rotarySize }, { "rotary size": rotarySize });
    const base = baseOfHead(given, rotarySize);
    yield recorded(
      given,
      { rotarySize, base },
      { "rotary size": rotarySize, frequencies: "those of the head" },
    );
  }
}

/** Makes a variant with other frequencies: powers of the base with these numbers in place of the pair's index. */
export const withExponents = (
  given: SearchContext,
  indexOf: (pair: number, head: number, pairs: number) => number,
  parameters: Parameters,
): readonly Variant[] =>
  turnedOtherwise(
    given,
    {
      columnsOf: (turning, cols, head) => {
        const { length, 1: ratio = 1 } = turning.frequencies;
        return pairsOf(turning, cols, undefined, (pair) => ratio ** indexOf(pair, head, length));
      },
    },
    parameters,
  );

const SHORT: readonly FloatName[] = ["bfloat16", "float16"];

/** What may be rounded on the way to cos and sin. */
const ROUNDED = [
  "cos and sin",
  "angles",
  "positions, frequencies and angles",
  "frequencies",
  "positions",
  "angles, cos and sin",
  "positions, frequencies, angles, cos and sin",
] as const;

/** Returns waves with a rounding of these numbers. */
function roundedWaves(rounded: string, type: FloatName): Waves {
  const roundingOf = (name: string) => (value: number) =>
    rounded.includes(name) ? roundTo(FLOAT_TYPES[type], value) : value;
  const [position, frequency, angle, wave] = ["positions", "frequencies", "angles", "cos and sin"].map(
    roundingOf,
  );
  return (at, own) => {
    const [cos, sin] = wavesOf(angle(position(at) * frequency(own)));
    return [wave(cos), wave(sin)];
  };
}

const scaling = kernelMistakes("inverse-frequencies", "ω_i = base^(−2i/R), scaled as the model says");

export const ROPE_FREQUENCIES = [
  scaling({
    id: "rope-scaling-missing",
    title: "RoPE was not scaled for longer texts: the frequencies, or cos and sin by the attention factor.",
    fix: "Read rope_scaling of the model's config, and apply it to the frequencies; YaRN also multiplies cos and sin.",
    isPossible: isScaled,
    *variants(given) {
      yield recorded(given, UNSCALED);
      const turning = turningOf(given);
      if (turning && turning.factor !== 1)
        yield withBoth((task, part) => turned({ ...turning, factor: 1 }, task, part, {}), {
          "attention factor": "missing",
        });
    },
  }),
  scaling({
    id: "rope-scaling-other",
    isFree: true,
    title: "The frequencies of RoPE were scaled by another factor.",
    fix: "Take the factor of the model's config.",
    isPossible: isScaled,
    variants: (given) =>
      FACTORS.filter((factor) => factor !== rotationSettings(given).scalingFactor).map((scalingFactor) =>
        recorded(given, { scalingFactor }, { factor: scalingFactor }),
      ),
  }),
  scaling({
    id: "rotary-size-ignored",
    title: "The whole head was rotated, not only its first columns.",
    formula: "the first R columns are rotated, the others stay",
    fix: "Use partial_rotary_factor: R = factor · head size.",
    isPossible: isPartial,
    variants: (given) => [recorded(given, { rotarySize: undefined })],
  }),
  scaling({
    id: "rotary-frequencies-of-head",
    title: "The frequencies were computed for the whole head or for all heads, not for the rotated columns.",
    formula: "ω_i = base^(−2i/R), with R the number of rotated columns",
    fix: "Divide the exponent by the rotary size of one head, and count the pairs from 0 in each head.",
    isPossible: (given) => isPartial(given) || (isRotated(given) && hasHeads(given)),
    *variants(given) {
      const { rotarySize } = rotationSettings(given);
      if (rotarySize !== undefined) yield recorded(given, { base: baseOfHead(given, rotarySize) });
      const { length: heads } = given.tasks;
      yield* withExponents(given, (pair, head, pairs) => (head * pairs + pair) / heads, {
        pairs: "of all heads",
      });
      yield* withExponents(given, (pair) => pair / heads, { pairs: "of the first head" });
    },
  }),
  rotating({
    id: "rope-twice",
    title: "Queries or keys were rotated twice.",
    fix: "Rotate once: keys in a cache were rotated when they were written.",
    variants: (given) =>
      turnedOtherwise(given, { waves: (position, frequency) => wavesOf(2 * position * frequency) }),
  }),
];

const isEven = ({ key, value }: Task) => key.cols === value.cols;

const withValuesTurned = (turning: Turning) =>
  withTask((task) => ({ value: turned(turning, task, "value", {}) }), { turned: "values" });

/** Mistakes that are tried last, because each records the run again or computes many angles. */
export const RARE_ROPE = [
  rotating({
    id: "rope-surplus",
    title: "Queries, keys or values were rotated by their positions, but should not be.",
    formula: "s_ij = q_i · k_j of the given queries and keys; values are never rotated",
    fix: "Never rotate values. Remove RoPE in layers without it (NoPE), or state it: the pairs of the rotation are a setting.",
    isPossible: isMultihead,
    variants(given) {
      const turning = turningOf(given);
      if (turning) return given.tasks.every(isEven) ? [withValuesTurned(turning)] : [];
      if (isRotated(given)) return [];
      return (["half-split", "interleaved"] as const).flatMap((rope) =>
        [10_000, 500_000, 1_000_000].map((base) => recorded(given, { rope, base }, { rope, base })),
      );
    },
  }),
  scaling({
    id: "rope-scaling-surplus",
    title: "The frequencies of RoPE were scaled for longer texts, but should not be.",
    formula: "ω_i = base^(−2i/R)",
    fix: "Remove rope_scaling, or state it.",
    isPossible: (given) => isRotated(given) && !isScaled(given),
    variants: (given) => SCALINGS.map((settings) => recorded(given, settings, settings)),
  }),
  scaling({
    id: "rotary-size-surplus",
    title: "Only a part of the head was rotated.",
    formula: "all columns turn",
    fix: "Look for a partial_rotary_factor that is not 1, or a rotary size taken from another head size.",
    isPossible: (given) => isRotated(given) && !isPartial(given),
    variants: partsOfHead,
  }),
  rotating({
    id: "rope-rounded",
    title: "Positions, frequencies, angles or waves of RoPE were rounded to a short type.",
    formula: "the angle p·ω grows with the position: with 8 bits it is soon off by whole turns",
    fix: "Compute angles, cos and sin in float32; cast queries and keys afterwards.",
    variants: (given) =>
      SHORT.flatMap((type) =>
        ROUNDED.flatMap((rounded) =>
          turnedOtherwise(given, { waves: roundedWaves(rounded, type) }, { type, rounded }),
        ),
      ),
  }),
];

// Wrong pairs of RoPE: the pairs of the whole head although only a part is rotated, and sines in another order than the
// pairs.

/** Returns pairs over the whole head, of which only the first ones are rotated. */
const pairsOfHead = (turning: Turning, cols: number) => pairsOf(turning, cols, cols);

/** Returns pairs that rotate the last columns instead of the first. */
const lastColumns = (turning: Turning, cols: number) => {
  const size = 2 * turning.frequencies.length;
  const still = pairsOf(turning, cols - size, 0);
  const moved = pairsOf(turning, size).map((one) => ({ ...one, partner: one.partner + cols - size }));
  return [...still, ...moved];
};

/** Returns pairs in one order, with the angles in the other order. */
const mixedOrder = (turning: Turning, cols: number) => {
  const { pairing, frequencies } = turning;
  const { length } = frequencies;
  return pairsOf(
    turning,
    cols,
    2 * length,
    (_, col) => frequencies[pairing === "interleaved" ? col % length : Math.floor(col / 2)],
  );
};

export const ROPE_PAIRS = [
  rotating({
    id: "rotary-pairs-of-head",
    title: "The pairs were formed over the whole head, not over the rotated columns.",
    formula: "half-split pairs of R rotated columns are i and i + R/2",
    fix: "Separate the rotated columns first, then form their pairs.",
    isPossible: isPartial,
    variants: (given) => turnedOtherwise(given, { columnsOf: pairsOfHead }),
  }),
  rotating({
    id: "rotary-columns-last",
    title: "The last columns of a head were turned, and not the first ones.",
    formula: "the first R columns turn, the others stay",
    fix: "Cut off the first R columns, or lay out the weights of the projections as the code has it.",
    isPossible: isPartial,
    variants: (given) => turnedOtherwise(given, { columnsOf: lastColumns }),
  }),
  rotating({
    id: "rope-tables-mixed",
    title:
      "The angles have the order of the other kind of pairs: the two columns of a pair are rotated by different angles.",
    formula: "both columns of pair i are rotated by p·ω_i",
    fix: "Half-split pairs need all frequencies, then all of them again; interleaved pairs need each frequency twice in a row.",
    variants: (given) => turnedOtherwise(given, { columnsOf: mixedOrder }),
  }),
];
