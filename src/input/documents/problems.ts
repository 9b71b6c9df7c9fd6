import type { Matrix } from "../../math/matrix.js";

// The combinations of inputs that make a problem.

/** The inputs found on a sheet, by name. */
export type Inputs = ReadonlyMap<string, Matrix>;

/** A combination of inputs that makes a problem. */
interface Problem {
  readonly needs: readonly string[];
  /** The inputs that it may also have. */
  readonly also: readonly string[];
  /** Whether it is only meant if the inputs make no other problem. */
  readonly isPart?: true;
}

const OF_SCORING = ["wa", "ua", "va"];
const OF_CACHE = ["pastKey", "pastValue"];
const OF_NORMS = ["norm1", "norm1Bias", "norm2", "norm2Bias"];
const OF_LAYER = ["w1", "b1", "w2", "b2", ...OF_NORMS];

const PROBLEMS: readonly Problem[] = [
  {
    needs: ["query", "key", "value"],
    also: ["mask", "bias", "dropoutMask", "backward", ...OF_SCORING, ...OF_CACHE],
  },
  { needs: ["query", "memory"], also: ["mask", "bias", ...OF_SCORING] },
  {
    needs: ["x", "wq", "wk", "wv"],
    also: ["memory", "mask", "bias", "wo", "bq", "bk", "bv", "bo", "backward", ...OF_LAYER, ...OF_CACHE],
  },
  { needs: ["query", "key", "value", "wo"], also: ["mask", "bias", "bo"] },
  // Vectors that are added to the output of their attention, as in a layer.
  { needs: ["query", "key", "value", "x"], also: ["mask", "bias", ...OF_LAYER] },
  { needs: ["x", "wq", "wk"], also: ["memory", "mask", "bias", "bq", "bk"], isPart: true },
  { needs: ["query", "key"], also: ["mask", "bias", ...OF_SCORING], isPart: true },
  { needs: ["x"], also: ["sublayer", "wo", "bo", ...OF_LAYER], isPart: true },
  { needs: ["scores", "value"], also: [], isPart: true },
  { needs: ["scores"], also: [], isPart: true },
];

/** Inputs whose names may also mean something else, so that the problem is tried without them, too. */
const DOUBTFUL = [
  ...["memory", "mask", "bias", "backward", "sublayer", ...OF_SCORING].map((name) => [name]),
  OF_NORMS,
  OF_CACHE,
];

/**
 * Steps that are given if nothing gives what they are computed from, as inputs. The scores may be raw or scaled, and a
 * letter of the output may also mean another step.
 */
export const GIVEN_STEPS = [
  { name: "scores", steps: ["scaled-scores", "scores"] },
  { name: "sublayer", steps: ["attention-output", "output", "weights", "row-sums"] },
];

/** The names of inputs that qkv looks for on a sheet. */
export const INPUTS_ON_SHEETS = [
  ...new Set(PROBLEMS.flatMap(({ needs, also }) => [...needs, ...also])),
].filter((name) => GIVEN_STEPS.every((given) => given.name !== name));

/** Returns the whole problems that inputs make: Q, K and V, or X with its projections. */
export const wholeProblems = (inputs: Inputs): readonly Inputs[] =>
  PROBLEMS.filter(({ isPart }) => !isPart).flatMap((problem) => waysOfProblem(problem, inputs));

/** Returns the first part of a problem that inputs make, such as X alone. With W_Q, the queries are not given. */
export const firstPart = (inputs: Inputs): readonly Inputs[] =>
  PROBLEMS.filter(({ needs, isPart }) => isPart && (needs.includes("wq") || !inputs.has("wq")))
    .map((problem) => waysOfProblem(problem, inputs))
    .find((ways) => ways.length > 0) ?? [];

function waysOfProblem({ needs, also }: Problem, inputs: Inputs): readonly Inputs[] {
  if (!needs.every((name) => inputs.has(name))) return [];
  const ofProblem = new Map([...inputs].filter(([name]) => [...needs, ...also].includes(name)));
  return waysOf(ofProblem, DOUBTFUL);
}

/** Returns the inputs with and without each group of doubtful ones. */
function waysOf(inputs: Inputs, [names, ...others]: readonly (readonly string[])[]): readonly Inputs[] {
  if (names === undefined) return [inputs];
  if (!names.some((name) => inputs.has(name))) return waysOf(inputs, others);
  const isMask = names.includes("mask");
  const ways = [inputs, ...(isMask ? [withOppositeMask(inputs)] : []), without(inputs, names)];
  return ways.flatMap((way) => waysOf(way, others));
}

/** Returns the same inputs with a mask in which 1 means masked, not kept. */
function withOppositeMask(inputs: Inputs): Inputs {
  const { data, ...shape } = inputs.get("mask") ?? { rows: 0, cols: 0, data: [] };
  return new Map([...inputs, ["mask", { ...shape, data: Float64Array.from(data, (cell) => 1 - cell) }]]);
}

const without = (inputs: Inputs, names: readonly string[]): Inputs =>
  new Map([...inputs].filter(([name]) => !names.includes(name)));
