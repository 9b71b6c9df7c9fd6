import type { Graph } from "../../trace/graph.js";
import type { Changes } from "./changes.js";
import type { Gap } from "./gap.js";
import type { CellJudge, JudgedCells, Look } from "./judge-cells.js";
import { areSame } from "./numbers.js";
import type { Variant } from "./variants.js";

/** What was done otherwise at a step, in all rows or some of them. */
export interface Named {
  readonly variant: Variant;
  /** Others that give the same numbers. */
  readonly alike: readonly Variant[];
  readonly rows: readonly number[] | undefined;
}

/** How a written step comes about. */
export interface StepStory {
  readonly changes: Changes;
  readonly named: readonly Named[];
  readonly judged: JudgedCells;
}

/** What a step is explained with. */
export interface StepCase {
  readonly judge: CellJudge;
  readonly graph: Graph;
  readonly gap: Gap;
  readonly changes: Changes;
  /** The step by what is known before. */
  readonly first: JudgedCells;
  readonly size: { readonly rows: number; readonly cols: number };
  readonly options: readonly Variant[];
  /** What a variant costs in bits. */
  readonly priceOf: (variant: Variant) => number;
}

/** Of what is bad where it was made, a mistake mends so large a share. */
export const LEAST_SHARE = 0.6;

export const countBad = ({ bad }: Pick<JudgedCells, "bad">): number =>
  bad.reduce((count, isBad) => count + isBad, 0);

export const sumOf = (bits: Float64Array): number => bits.reduce((sum, by) => sum + by, 0);

/** Whether two solutions come to the same on every course. */
export const comeToSame = (one: Pick<Look, "courses">, other: Pick<Look, "courses">): boolean =>
  one.courses.every((matrix, at) => areSame(matrix, other.courses[at]));
