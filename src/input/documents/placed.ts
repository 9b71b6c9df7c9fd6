import type { Sheet, Take } from "./evidence.js";
import type { Cells, Subject } from "./items.js";
import type { Line } from "./lines.js";
import type { Placement } from "./place.js";

/** What the matrices of a sheet are put together from. */
export interface Placed extends Placement {
  readonly sheet: Sheet;
  readonly subject: Subject;
  readonly lines: readonly Line[];
}

/** The pieces that an item is made of. */
export interface Joined {
  readonly cells: Cells;
  readonly from: readonly Take[];
  /** Whole ones that were written before. */
  readonly replaced: readonly Take[];
  readonly doubts: readonly string[];
}
