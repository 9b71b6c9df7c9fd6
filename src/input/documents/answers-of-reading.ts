import type { Cells } from "./items.js";
import type { Reading } from "./reading.js";

/** The answer to one step as it stands on a sheet. */
export interface ReadAnswer {
  readonly key: string;
  readonly rows: Cells;
  readonly line: number;
}

const isBlank = (cells: Cells) => cells.every((row) => row.every((cell) => cell === null));

/** The answers that a sheet holds. What has another shape than its step is told as a doubt and is no answer. */
export function answersOfReading({ matrices }: Reading): readonly ReadAnswer[] {
  return matrices.flatMap(({ item, lines, cells, layout }) =>
    item.isInput || (layout === "misshapen" && !isBlank(cells))
      ? []
      : // Marks alone stand for the whole step.
        [{ key: item.key, rows: isBlank(cells) ? [] : cells, line: lines[0].from }],
  );
}
