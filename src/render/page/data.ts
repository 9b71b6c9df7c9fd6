import { tabulate } from "../../math/lists.js";
import { type Expression, partsOf } from "../../trace/expression.js";
import { explainStep, findStep, type Step } from "../../trace/trace.js";
import type { HashedExercise } from "./hashed-answers.js";
import type { HeadsData } from "./heads-data.js";
import type { Markup } from "./markup.js";
import { formulaMath, symbolOf } from "./symbols.js";
import type { PageRun } from "./table.js";
import { type Arithmetic, packArithmetic } from "./templates.js";

/** The data of a matrix whose numbers are in a table of the page. */
export interface PageMatrix extends Partial<Arithmetic> {
  /** Its letter, as markup. */
  readonly y: Markup;
  readonly h?: string;
  /** Keys of its inputs. */
  readonly i?: readonly string[];
  /** The number of columns. */
  readonly c: number;
  /** Present if it is at the edge of another matrix. */
  readonly e?: 1;
  /** Present if the page has no room for its arithmetic. */
  readonly without?: 1;
}

/** The data that the script of a page reads. */
export interface PageData {
  readonly matrices: Readonly<Record<string, PageMatrix>>;
  readonly heads?: HeadsData | undefined;
  readonly exercises?: readonly HashedExercise[];
}

/** The maximum number of letters for all arithmetic. After that, a step only shows its numbers. */
const MOST_LETTERS = 60_000;
/** The arithmetic of more cells would take too long to write. */
const MOST_CELLS = 4096;

/** Collects the arithmetic of everything that is written on a page. */
export function pageData(page: PageRun): PageData {
  const { trace, cells, written } = page;
  const matrices: Record<string, PageMatrix> = {};
  let left = MOST_LETTERS;
  for (const key of written) {
    const step = findStep(trace, key);
    const hue = cells.hue(key);
    const about: PageMatrix = {
      y: formulaMath(symbolOf(trace, key)),
      c: cells.matrix(key).cols,
      ...(hue !== "" && { h: hue }),
      ...(cells.isAtEdge(key) && { e: 1 }),
    };
    const arithmetic = step && left > 0 ? arithmeticOf(page, step) : undefined;
    const length = JSON.stringify(arithmetic ?? "").length;
    if (!step) matrices[key] = about;
    else if (!arithmetic || length > left) matrices[key] = { ...about, without: 1 };
    else {
      matrices[key] = { ...about, i: step.inputs, ...arithmetic };
      left -= length;
    }
  }
  return { matrices };
}

/** Returns the arithmetic of every cell of a step, or undefined if the page does not write it. */
function arithmeticOf({ trace, written }: PageRun, step: Step): Arithmetic | undefined {
  const { rows, cols } = step.shape;
  if (rows * cols > MOST_CELLS) return undefined;
  const explain = explainStep(trace, step);
  const expressions = tabulate(rows * cols, (at) => explain(Math.floor(at / cols), at % cols));
  // Numbers that are nowhere on the page cannot be put into the arithmetic.
  const isWhole = expressions.every((expression) =>
    inputsIn(expression).every((at) => written.has(step.inputs[at])),
  );
  return isWhole ? packArithmetic(expressions, cols) : undefined;
}

/** Returns the inputs whose cells occur in an expression. */
const inputsIn = (expression: Expression): readonly number[] =>
  expression.kind === "cell" ? [expression.input] : partsOf(expression).flatMap(inputsIn);

/** Writes JSON for a script element. "<" is escaped, so that nothing in it ends the element. */
export const scriptData = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");
