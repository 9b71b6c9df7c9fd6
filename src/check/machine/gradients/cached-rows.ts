import { type BackwardInputs, type BackwardRows, backwardRows } from "./backward-rows.js";

// Keeps the exact n×m matrices of a head for level 2, which is tried if level 1 does not hold and reads the same
// matrices. docs/precision.md ("Gradients", last paragraph) says how much memory that takes.

/** How many cells of n×m matrices may still be kept, over all heads of a run. */
export interface CacheBudget {
  cells: number;
}

/** The room for n = m = 2048: 128 MB for scores, weights and their gradients, and 64 MB more with a softcap. */
export const createCacheBudget = (): CacheBudget => ({ cells: 2 ** 22 });

/**
 * Returns a function that gives the rows of a head, from the first to the last. If they will be asked for again,
 * they are kept once, within the budget.
 */
export function cachingRows(
  head: BackwardInputs,
  budget: CacheBudget,
): (isAskedAgain: boolean) => Iterable<BackwardRows> {
  const cells = head.task.query.rows * head.task.key.rows;
  let kept: readonly BackwardRows[] | undefined;
  return (isAskedAgain) => {
    const known = kept;
    if (known) {
      kept = undefined;
      budget.cells += cells;
      return known;
    }
    if (!isAskedAgain || cells > budget.cells) return backwardRows(head);
    budget.cells -= cells;
    kept = Array.from(backwardRows(head));
    return kept;
  };
}
