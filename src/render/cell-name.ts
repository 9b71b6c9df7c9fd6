import { type Axis, findStep, shapeOf, type Trace } from "../trace/trace.js";
import { labelsOf } from "./label.js";

/**
 * `weights[study,man]`, with indices from 0 where an axis has no labels, and `row-sums[man]` where there is one
 * column: as `--why` takes it. What stands in `scope` is named without it, unless that is the name of something else.
 */
export function nameCell(trace: Trace, key: string, row: number, col: number, scope = ""): string {
  const axes = axesOf(trace, key);
  const id = scope !== "" && key.startsWith(`${scope}/`) ? key.slice(scope.length + 1) : key;
  const shown = id === key || findNamed(trace, id) ? key : id;
  const rowName = labelsOf(axes[0]).at(row);
  const isColumn = shapeOf(trace, key).cols === 1;
  return isColumn ? `${shown}[${rowName}]` : `${shown}[${rowName},${labelsOf(axes[1]).at(col)}]`;
}

/** What runs along a step or an input. Throws RangeError for an unknown key. */
export function axesOf(trace: Trace, key: string): readonly [Axis, Axis] {
  const found = findNamed(trace, key);
  if (!found) throw new RangeError(`no input or step is called "${key}"`);
  return found.axes;
}

function findNamed(trace: Trace, key: string) {
  return findStep(trace, key) ?? trace.inputs.find((input) => input.name === key);
}
