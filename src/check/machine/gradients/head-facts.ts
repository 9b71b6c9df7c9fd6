import type { Matrix } from "../../../math/matrix.js";
import { once } from "../../../math/remember.js";
import { squared } from "../expected-steps.js";
import { rowNorms } from "../row-scores.js";
import { type BackwardInputs, type Part, type PerPart, perPart, queriesOfKeys } from "./backward-rows.js";
import { collinearityOf, copiesOf, signsAlong } from "./collinearity.js";
import type { ErrorTerms } from "./error-terms.js";

// Collects what the error formulas of one head need from its matrices: squares, norms, the numbers of equal rows, λ and
// ς, and n_j (docs/precision.md, "Gradients" and "Errors that rows share"). What does not depend on the arithmetic is
// computed once per head.

/** What the errors of a head depend on besides its own matrices. */
export interface AroundHead {
  /**
   * π: the relative mean square error of query, key and value if they are products of a projection. 0 if they were
   * given.
   */
  readonly projectionErrors: PerPart<number>;
  /** The mean square error of the gradient of the output, n×d_v. Undefined if that gradient was given. */
  readonly ofGradient?: Float64Array | undefined;
  /** The number of query heads that share key and value. */
  readonly group: number;
}

/** Everything that the error formulas of a head use. */
export interface HeadFacts extends AroundHead {
  readonly head: BackwardInputs;
  readonly errorTerms: ErrorTerms;
  /** X∘² of each matrix. */
  readonly squares: Readonly<Record<Part | "gradient", Matrix>>;
  readonly norms: Readonly<Record<Part | "gradient", Float64Array>>;
  /** How often the same (k, v), (q, dO), q and dO occur, for each row. */
  readonly copies: Readonly<Record<"keys" | "queries" | "query" | "gradient", Float64Array>>;
  /** The line that the rows of each matrix come closest to. It matters if inputs, or queries, are rounded. */
  readonly directions: Readonly<Record<Part | "gradient", () => Direction>>;
  /** n_j, the number of queries that see key j, over all heads of the group. */
  readonly queriesOfKey: Float64Array;
}

export interface Direction {
  readonly collinearity: number;
  readonly signs: Float64Array;
}

/** What does not depend on the way of rounding. */
export type HeadBasis = Pick<HeadFacts, "head" | "squares" | "norms" | "directions" | "copies"> & {
  /** The same for this head alone. */
  readonly queriesOfKey: Float64Array;
};

export function basisOf(head: BackwardInputs): HeadBasis {
  const { task, gradient } = head;
  const { query, key, value } = task;
  const of = <T>(make: (matrix: Matrix) => T) => ({
    ...perPart((part) => make(task[part])),
    gradient: make(gradient),
  });
  return {
    head,
    squares: of(squared),
    norms: of(rowNorms),
    // Most ways of rounding read no line, or that of one matrix.
    directions: of((matrix) =>
      once(() => ({ collinearity: collinearityOf(matrix), signs: signsAlong(matrix) })),
    ),
    copies: {
      keys: copiesOf(key, value),
      queries: copiesOf(query, gradient),
      query: copiesOf(query),
      gradient: copiesOf(gradient),
    },
    queriesOfKey: queriesOfKeys(task),
  };
}

/** Joins what does and what does not depend on the way of rounding. */
export function factsOf(basis: HeadBasis, errorTerms: ErrorTerms, around: AroundHead): HeadFacts {
  const { group } = around;
  return { ...around, ...basis, errorTerms, queriesOfKey: basis.queriesOfKey.map((count) => count * group) };
}
