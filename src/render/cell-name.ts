import { axesOf, findInput, findStep, shapeOf, type Trace } from "../trace/trace.js";
import { labelsOf } from "./label.js";

/**
 * Names a cell as `--why` accepts it: `weights[study,man]`, with indices from 0 if an axis has no labels, and
 * `row-sums[man]` if there is one column. A step in `scope` is named without the scope, unless that is the name of
 * something else.
 */
export function nameCell(trace: Trace, key: string, row: number, col: number, scope = ""): string {
  const axes = axesOf(trace, key);
  const id = scope !== "" && key.startsWith(`${scope}/`) ? key.slice(scope.length + 1) : key;
  const shown = id === key || findStep(trace, id) || findInput(trace, id) ? key : id;
  const rowName = labelsOf(axes[0]).at(row);
  const isColumn = shapeOf(trace, key).cols === 1;
  return isColumn ? `${shown}[${rowName}]` : `${shown}[${rowName},${labelsOf(axes[1]).at(col)}]`;
}
