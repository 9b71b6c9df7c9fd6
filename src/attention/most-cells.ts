import { UserError } from "../errors.js";

/** A step of more cells takes more than 2 GiB, and a run has several of its size. */
const MOST_CELLS = 2 ** 28;

/** Throws BAD_VALUE for a step that would be larger than what is kept, before it is made. */
export function refuseTooLarge(rows: number, cols: number, hint: string): void {
  if (rows * cols <= MOST_CELLS) return;
  throw new UserError(
    "BAD_VALUE",
    `a step of this run has ${rows}×${cols} numbers, more than fit into memory: at most ${MOST_CELLS} are kept.`,
    { hint },
  );
}
