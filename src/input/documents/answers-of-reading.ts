import type { Cell } from "./items.js";
import type { Reading } from "./reading.js";

/** The answer to one step as it stands on a sheet. */
export interface ReadAnswer {
  readonly key: string;
  readonly rows: readonly (readonly Cell[])[];
  readonly line: number;
}

/** The answers that a sheet holds. What has another shape than its step is told as a doubt and is no answer. */
export function answersOfReading({ matrices }: Reading): readonly ReadAnswer[] {
  return matrices.flatMap(({ item, lines, cells, layout }) =>
    item.isInput || layout === "misshapen" ? [] : [{ key: item.key, rows: cells, line: lines[0].from }],
  );
}
