import { sumOver } from "../../math/lists.js";
import type { Graph } from "../../trace/op.js";
import type { Changes } from "./changes.js";
import type { Gap } from "./gap.js";
import type { CellJudge, JudgedCells } from "./judge-cells.js";
import { PRICES } from "./prices.js";
import type { Variant } from "./variants.js";

/** A variant that was found at a step, in all rows or some of them. */
export interface NamedVariant {
  readonly variant: Variant;
  /** Other variants that give the same numbers. */
  readonly alike: readonly Variant[];
  readonly rows: readonly number[] | undefined;
}

/** Returns the variants of which one was found: it, and those that give the same numbers. */
export const candidatesOf = ({ variant, alike }: NamedVariant): readonly Variant[] => [variant, ...alike];

/** The explanation of a written step. */
export interface StepStory {
  readonly changes: Changes;
  readonly named: readonly NamedVariant[];
  readonly judged: JudgedCells;
  /** The cost of the variants and of the cells that they leave, in bits. */
  readonly cost: number;
}

/** Returns the explanation of a step without any variant. */
export const unexplained = (changes: Changes, judged: JudgedCells): StepStory => ({
  changes,
  named: [],
  judged,
  cost: sumOver(judged.bits),
});

/** Everything that is needed to explain a step. */
export interface StepCase {
  readonly judge: CellJudge;
  readonly graph: Graph;
  readonly gap: Gap;
  readonly changes: Changes;
  /** The step judged by what was known before. */
  readonly first: JudgedCells;
  readonly size: { readonly rows: number; readonly cols: number };
  readonly options: readonly Variant[];
  /** Returns the price of a variant in bits. */
  readonly priceOf: (variant: Variant) => number;
}

/** The minimum share of the bad cells in its rows that a mistake must explain. */
export const MIN_SHARE = 0.6;

export const countBad = ({ bad }: Pick<JudgedCells, "bad">): number => sumOver(bad);

/**
 * Returns the cells that show a mistake: those that were bad without it, and those that rounding would excuse, if the
 * mistake gives them exactly.
 */
export const cellsShowing = (without: JudgedCells, withIt: JudgedCells): Uint8Array =>
  without.bad.map((isBad, index) =>
    isBad || (without.near[index] && withIt.bits[index] < PRICES.near) ? 1 : 0,
  );
