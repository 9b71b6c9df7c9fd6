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
    return recorder.step(add, parts, undefined, describe(listParts(parts, " + ")));
  }
  const places = given.map(({ at = { firstRow: 0, firstCol: 0 } }) => at);
  const isShared = parts.reduce((cells, { shape }) => cells + shape.rows * shape.cols, 0) > rows * cols;
  const how = isShared ? "each in its place, added where they share one" : "each in its place";
  return recorder.step(
    placeParts,
    parts,
    { rows, cols, places },
    describe(`${listParts(parts, ", ")}, ${how}`),
  );
}

/** More parts than these are not all written. */
const MOST_WRITTEN = 4;

function listParts(parts: readonly Ref[], separator: string): string {
  const keys = parts.map(({ key }) => key);
  if (keys.length <= MOST_WRITTEN) return keys.join(separator);
  return [keys[0], keys[1], "…", keys[keys.length - 1]].join(separator);
}
