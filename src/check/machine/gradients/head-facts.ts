import { type Matrix, mapCells } from "../../../math/matrix.js";
import { once } from "../../../math/remember.js";
import { rowNorms } from "../row-scores.js";
import { copiesOf, leanOf, sidesOf } from "./alike.js";
import type { Roundings } from "./roundings.js";
import { type HeadBack, queriesOfKeys } from "./rows-back.js";

/** π: the relative mean square error of query, key and value, where they are products themselves; 0 where they were given. */
export interface MadeErrors {
  readonly query: number;
  readonly key: number;
  readonly value: number;
}

export const GIVEN: MadeErrors = { query: 0, key: 0, value: 0 };

/** What is known beside the attention itself. */
export interface AroundHead {
  readonly made: MadeErrors;
  /** The mean square error of the gradient of the output, n×d_v, where it is not given. */
  readonly ofGradient?: Float64Array | undefined;
  /** The query heads that share key and value. */
  readonly group: number;
}

/** What the errors of every row of an attention hang on. */
export interface HeadFacts extends AroundHead {
  readonly head: HeadBack;
  readonly roundings: Roundings;
  /** X∘² of each matrix. */
  readonly squares: Readonly<Record<"query" | "key" | "value" | "gradient", Matrix>>;
  readonly norms: Readonly<Record<"query" | "key" | "value" | "gradient", Float64Array>>;
  /** How often the same (k, v), (q, dO), q and dO stand there. */
  readonly copies: Readonly<Record<"keys" | "queries" | "query" | "gradient", Float64Array>>;
  /** Where inputs or queries are rounded: how far rows lie on one line, and on which side of it. */
  readonly lines: Readonly<Record<"query" | "key" | "value" | "gradient", Line>>;
  /** n_j, of all heads of the group. */
  readonly queriesOfKey: Float64Array;
}

export interface Line {
  readonly lean: number;
  readonly sides: Float64Array;
}

/** What is the same for every way of working. */
export type HeadBasis = Pick<HeadFacts, "head" | "squares" | "norms" | "lines" | "copies"> & {
  /** Of this head alone. */
  readonly queriesOfKey: Float64Array;
};

export function basisOf(head: HeadBack): HeadBasis {
  const { task, gradient } = head;
  const { query, key, value } = task;
  const of = <T>(make: (matrix: Matrix) => T) => ({
    query: make(query),
    key: make(key),
    value: make(value),
    gradient: make(gradient),
  });
  return {
    head,
    squares: of(squared),
    norms: of(rowNorms),
    lines: lazily(of),
    copies: {
      keys: copiesOf(key, value),
      queries: copiesOf(query, gradient),
      query: copiesOf(query),
      gradient: copiesOf(gradient),
    },
    queriesOfKey: queriesOfKeys(task),
  };
}

/** Works out what the errors of an attention hang on. */
export function factsOf(basis: HeadBasis, roundings: Roundings, around: AroundHead): HeadFacts {
  const { group } = around;
  return { ...around, ...basis, roundings, queriesOfKey: basis.queriesOfKey.map((count) => count * group) };
}

export const squared = (matrix: Matrix): Matrix => mapCells(matrix, (value) => value * value);

/** Each line is looked for when somebody asks: most ways of working do not, or for that of one matrix alone. */
function lazily(of: <T>(make: (matrix: Matrix) => T) => Record<"query" | "key" | "value" | "gradient", T>) {
  const lines = of((matrix) => once((): Line => ({ lean: leanOf(matrix), sides: sidesOf(matrix) })));
  return {
    get query() {
      return lines.query();
    },
    get key() {
      return lines.key();
    },
    get value() {
      return lines.value();
    },
    get gradient() {
      return lines.gradient();
    },
  };
}
