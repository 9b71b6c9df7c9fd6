import { type HeadBack, type RowsBack, rowsBack } from "./rows-back.js";

// Level 2 is asked where level 1 does not hold: what lies between scores and gradients is the same for both.

/** How many cells of n×m matrices may still be kept, by all heads of a run together. */
export interface Room {
  cells: number;
}

/** As many as n = m = 2048 has: 128 MB of scores, weights and their gradients, and 64 MB more with a softcap. */
export const createRoom = (): Room => ({ cells: 2 ** 22 });

/** Gives the rows of a head, from the first to the last. They are kept for the next who asks, once, where there is room. */
export function keepingRows(head: HeadBack, room: Room): (isAskedAgain: boolean) => Iterable<RowsBack> {
  const cells = head.task.query.rows * head.task.key.rows;
  let kept: readonly RowsBack[] | undefined;
  return (isAskedAgain) => {
    const known = kept;
    if (known) {
      kept = undefined;
      room.cells += cells;
      return known;
    }
    if (!isAskedAgain || cells > room.cells) return rowsBack(head);
    room.cells -= cells;
    kept = Array.from(rowsBack(head));
    return kept;
  };
}
