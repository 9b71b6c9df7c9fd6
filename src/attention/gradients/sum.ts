import type { Shape } from "../../math/matrix.js";
import { add } from "../../ops/elementwise.js";
import { placeParts } from "../../ops/parts.js";
import type { Place } from "../../trace/op.js";
import type { Recorder, Ref, StepDescription } from "../../trace/recorder.js";

/** A gradient as far as it comes by way of one step; that of a part alone where it has a place. */
export interface Contribution {
  readonly gradient: Ref;
  readonly at?: Place;
}

/** Records the gradient by something that is used several times, or of which a part is used: the sum of what each use gives. */
export function recordSum(
  recorder: Recorder,
  { rows, cols }: Shape,
  given: readonly Contribution[],
  describe: (formula: string) => StepDescription,
): Ref {
  const parts = given.map(({ gradient }) => gradient);
  if (given.every(({ at }) => !at)) {
    return recorder.step(add, parts, describe(listParts(parts, " + ")));
  }
  const places = given.map(({ at = { firstRow: 0, firstCol: 0 } }) => at);
  return recorder.step(placeParts, parts, {
    ...describe(placedText(parts, rows * cols)),
    params: { rows, cols, places },
  });
}

/** How parts that are put in their places make up a whole of so many cells. */
function placedText(parts: readonly Ref[], cells: number): string {
  const sizes = parts.map(({ shape }) => shape.rows * shape.cols);
  if (sizes.every((size) => size === cells)) return listParts(parts, " + ");
  const isShared = sizes.reduce((total, size) => total + size, 0) > cells;
  return `${listParts(parts, ", ")}, each in its place${isShared ? ", added where they share one" : ""}`;
}

/** More parts than these are not all written. */
const MOST_WRITTEN = 4;

function listParts(parts: readonly Ref[], separator: string): string {
  const keys = parts.map(({ key }) => key);
  if (keys.length <= MOST_WRITTEN) return keys.join(separator);
  return [keys[0], keys[1], "…", keys[keys.length - 1]].join(separator);
}
