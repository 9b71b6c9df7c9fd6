import { each, type Get, type Rows, sum, times, transpose, type Work, type WorkStep } from "./work.js";

// Mistakes that students make, under the names that qkv has for them.

/** What a concept needs to know about the place where it is made. */
export interface Place {
  readonly get: Get;
  /** The right step, computed from the student's own numbers. */
  readonly right: Rows;
  /** Another step of the same head. */
  readonly beside: (id: string) => Rows;
  readonly dK: number;
  /** The number of columns of a token. */
  readonly width: number;
  readonly head: number | undefined;
  /** Whether the problem has such a step. */
  readonly has: (id: string) => boolean;
  /** The base of a table of positions. */
  readonly base: number;
}

/** Returns the queries, keys or values of the head in which a concept is made. */
export function inHead({ get, head, dK, has }: Place, name: "q" | "k" | "v"): Rows {
  if (head === undefined || !has(name)) return get({ q: "query", k: "key", v: "value" }[name]);
  return get(name).map((row) => row.slice(head * dK, (head + 1) * dK));
}

/** One way to do a step differently: a mistake, or another right route. */
export interface Concept {
  readonly id: string;
  /** The step it is made in, without its head. "end" is α V. */
  readonly at: string;
  readonly make: (place: Place) => Rows;
  /** Whether a student may do it in one row only. */
  readonly isByRow?: true;
  readonly needsMask?: true;
  readonly needsNoMask?: true;
  /** Steps that a student who does this does not write. */
  readonly unwritten?: readonly string[];
  /** For a mistake without a name: names of mistakes with the same effect, which qkv may give. */
  readonly fits?: readonly string[];
  /** Whether it is another right route to the same weights, not a mistake. */
  readonly isRight?: true;
  /** Whether it is an intermediate number with too few digits. What follows from it is right up to rounding. */
  readonly isCoarse?: true;
}

const scale = (id: string, factor: (dK: number) => number): Concept => ({
  ...{ id, at: "scaled-scores", isByRow: true },
  make: ({ beside, dK }) => each(beside("scores"), (s) => s * factor(dK)),
});

const divide = (id: string, divisor: (powers: Rows, row: number, col: number) => number): Concept => ({
  ...{ id, at: "weights" },
  make: ({ beside }) => {
    const powers = beside("exponentials");
    return each(powers, (e, row, col) => e / divisor(powers, row, col));
  },
});

const byRow = (concept: Concept): Concept => ({ ...concept, isByRow: true });

const mask = (id: string, make: Concept["make"]): Concept => ({
  ...{ id, at: "masked-scores", needsMask: true, make },
});

const ofScores = (id: string, f: (score: number) => number): Concept => ({
  ...{ id, at: "scores" },
  make: ({ right }) => each(right, f),
});

/** Mistakes that qkv has names for. */
export const CONCEPTS: readonly Concept[] = [
  scale("scale-missing", () => 1),
  scale("scale-by-dk", (dK) => 1 / dK),
  scale("scale-multiplied", (dK) => Math.sqrt(dK)),
  ofScores("scores-negated", (s) => 0 - s),
  { id: "scores-transposed", at: "scores", make: ({ right }) => transpose(right) },
  byRow(mask("mask-missing", ({ beside }) => beside("scaled-scores"))),
  byRow(mask("mask-zero-fill", ({ right }) => each(right, (s) => (Number.isFinite(s) ? s : 0)))),
  mask("mask-transposed", ({ beside }) =>
    each(beside("scaled-scores"), (s, row, col) => (col < row ? Number.NEGATIVE_INFINITY : s)),
  ),
  {
    ...{ id: "softmax-base-2", at: "exponentials", isByRow: true },
    make: ({ right }) => each(right, (e) => 2 ** Math.log(e)),
  },
  byRow(divide("softmax-not-normalised", () => 1)),
  byRow(divide("softmax-plus-one", (powers, row) => sum(powers[row]) + 1)),
  byRow(divide("softmax-by-largest", (powers, row) => Math.max(...powers[row]))),
  divide("softmax-over-columns", (powers, _row, col) => sum(transpose(powers)[col])),
  divide("softmax-over-all", (powers) => sum(powers.flat())),
  {
    ...{ id: "weights-transposed", at: "end" },
    make: ({ beside, get }) => times(transpose(beside("weights")), get("value")),
  },
];

/** Mistakes with a name in gradients, in a layer, and in a table of positions. */
export const MORE_CONCEPTS: readonly Concept[] = [
  {
    ...{ id: "grad-row-dots-missing", at: "d-scaled-scores" },
    make: ({ beside }) => each(beside("weights"), (a, i, j) => a * beside("d-weights")[i][j]),
  },
  {
    ...{ id: "grad-softmax-elementwise", at: "d-scaled-scores" },
    make: ({ beside }) => each(beside("weights"), (a, i, j) => a * (1 - a) * beside("d-weights")[i][j]),
  },
  { id: "grad-scale-missing", at: "d-scores", make: ({ beside }) => beside("d-scaled-scores") },
  { id: "activation-missing", at: "activation", make: ({ beside }) => beside("feed-forward-1") },
  {
    ...{ id: "norm-sample-variance", at: "variance" },
    make: ({ right, width }) => each(right, (variance) => (variance * width) / (width - 1)),
  },
  {
    ...{ id: "position-from-one", at: "angles" },
    make: ({ right, beside }) => each(right, (angle, _, pair) => angle + beside("rates")[0][pair]),
  },
  {
    ...{ id: "angle-in-degrees", at: "encoding" },
    make: ({ right, beside }) =>
      each(right, (_, row, col) => {
        const angle = (beside("angles")[row][Math.floor(col / 2)] * Math.PI) / 180;
        return col % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      }),
  },
  {
    ...{ id: "sin-cos-swapped", at: "encoding" },
    make: ({ right }) => each(right, (_, row, col) => right[row][col % 2 === 0 ? col + 1 : col - 1]),
  },
];

const oneDecimal = (x: number) => Math.round(x * 10) / 10;

/** √d_k with one decimal. No cell is far off. */
export const COARSE_ROOT: Concept = {
  ...scale("root-rounded", (dK) => 1 / oneDecimal(Math.sqrt(dK))),
  isCoarse: true,
};

/** Other right routes. Each may change several steps. */
export const OTHER_ROUTES: readonly (readonly Concept[])[] = [
  [
    {
      ...{ id: "maximum-subtracted", at: "exponentials", isRight: true },
      make: ({ right }) => each(right, (e, row) => e / Math.max(...right[row])),
    },
  ],
  [
    {
      ...{ id: "queries-scaled", at: "scores", isRight: true },
      make: ({ right, dK }) => each(right, (s) => s / Math.sqrt(dK)),
    },
    { id: "not-scaled-again", at: "scaled-scores", isRight: true, make: ({ beside }) => beside("scores") },
  ],
];

/** Mistakes that qkv has no name for. Any name would be false. */
export const UNLISTED: readonly Concept[] = [
  ofScores("scores-squared", (s) => s * s),
  ofScores("scores-absolute", Math.abs),
];

/** Whether a concept can be made in a problem. Transposed weights need a single attention without gradients. */
export function isPossible(concept: Concept, { causal, command, matrices, steps }: Work): boolean {
  if (concept.needsMask ? !causal : causal && concept.needsNoMask) return false;
  if (concept.at === "end") return /attend|compare/.test(command) && matrices.backward === undefined;
  return steps.some((step) => isAt(concept, step));
}

/** Whether a concept is made in this step. */
export const isAt = ({ at }: Concept, { id }: WorkStep): boolean => id === (at === "end" ? "output" : at);

/** Does a step differently, in all of its rows or in some. */
export function makeOtherwise(
  concept: Concept,
  { step, get, work, rows }: { step: WorkStep; get: Get; work: Work; rows: readonly number[] | undefined },
  right: Rows,
): Rows {
  const prefix = step.key.slice(0, step.key.length - step.id.length);
  const { dK, matrices, settings } = work;
  const has = (id: string) => work.steps.some((other) => other.id === id || other.key === id);
  // If scores are not scaled, the scores themselves are masked and exponentiated.
  const own = (id: string) =>
    id === "scaled-scores" && !work.steps.some(({ key }) => key === prefix + id) ? "scores" : id;
  const made = concept.make({
    ...{ get, right, beside: (id) => get(prefix + own(id)), dK, head: step.head, has },
    ...{ width: matrices.x?.[0].length ?? dK, base: Number(settings.base) },
  });
  return rows ? right.map((row, at) => (rows.includes(at) ? made[at] : row)) : made;
}
