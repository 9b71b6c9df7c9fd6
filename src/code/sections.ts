import { shapeText } from "../math/matrix.js";
import {
  findStep,
  keysOfResult,
  matrixOf,
  type Step,
  scopeText,
  shapeOf,
  type Trace,
} from "../trace/trace.js";
import type { Names } from "./names.js";
import type { Preamble } from "./preamble.js";
import { commentText, pythonString } from "./python-text.js";
import type { Rounding } from "./rounding.js";

// Parts of a script that are the same for every library.

/** Results with more numbers than this are not compared. */
const MOST_COMPARED = 1_000_000;

/** A step with its line of code. */
export interface Line {
  readonly step: Step;
  readonly line: string;
}

/** Writes one line per step, with its formula. Each scope begins with its name. */
export function stepLines(lines: readonly Line[]): readonly string[] {
  let scope: string | undefined;
  return lines.flatMap(({ step, line }) => {
    const own = scopeText(step.scope);
    const opens =
      own === scope ? [] : [...(scope === undefined ? [] : [""]), `# ${own || topLevelTitle(scope)}`];
    scope = own;
    return [...opens, `${line}  # ${commentText(step.formula)}; ${shapeText(step.shape)}`];
  });
}

const topLevelTitle = (before: string | undefined) => (before === undefined ? "Steps." : "Top level.");

/** Lists the conventions in force by name. */
export function conventionLines(
  { conventions, inputs, steps }: Trace,
  rounding: Rounding | undefined,
): readonly string[] {
  const axes = new Set([...inputs, ...steps].flatMap((one) => one.axes.map((axis) => axis.name)));
  return [
    "# Conventions in force (axes of every array: rows × columns).",
    ...conventions.map(
      ({ name, value, text }) =>
        `#   ${name}: ${commentText(String(value))}${text ? ` (${commentText(text)})` : ""}`,
    ),
    `#   mask: true = may NOT attend in this script; positions and heads count from 0`,
    `#   dtype: float64${rounding ? `, each step rounded to ${rounding.name} as a machine stores it` : ""}; a row that may attend to no key has the sum 0`,
    `#   axes: ${[...axes].map(commentText).join(", ")}`,
  ];
}

/** Writes comparisons of the script's results with qkv's. */
export function comparisonLines(trace: Trace, names: Names, preamble: Preamble): readonly string[] {
  const keys = [...new Set(keysOfResult(trace.results))];
  const lines = keys.map((key) => {
    const { rows, cols } = shapeOf(trace, key);
    const name = names.of(key);
    if (rows * cols > MOST_COMPARED || findStep(trace, key)?.isKept === false) {
      return `# ${name} has ${rows * cols} numbers, too many to compare here.`;
    }
    return `check(${pythonString(key)}, ${name}, ${preamble.table(matrixOf(trace, key), `expected-${name}`)})`;
  });
  return lines.length === 0 ? [] : ["# qkv's results.", ...lines];
}
