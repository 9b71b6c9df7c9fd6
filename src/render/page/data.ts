import { tabulate } from "../../math/lists.js";
import { type Expression, partsOf } from "../../trace/expression.js";
import { explainStep, findStep, type Step } from "../../trace/trace.js";
import type { ProblemText } from "./editable.js";
import type { HashedExercise } from "./hashed-answers.js";
import type { HeadsData } from "./heads-data.js";
import type { Markup } from "./markup.js";
import { formulaMath, symbolOf } from "./symbols.js";
import type { PageRun } from "./table.js";
import { type Arithmetic, packArithmetic } from "./templates.js";

/** What a page holds of a matrix whose numbers stand in one of its tables. */
export interface PageMatrix extends Partial<Arithmetic> {
  /** Its letter. */
  readonly y: Markup;
  readonly h?: string;
  /** Keys of what it is made of. */
  readonly i?: readonly string[];
  /** Columns. */
  readonly c: number;
  /** It stands at the edge of another. */
  readonly e?: 1;
  /** Where the page has no room for its arithmetic. */
  readonly without?: 1;
}

/** What the script of a page reads. */
export interface PageData {
  readonly matrices: Readonly<Record<string, PageMatrix>>;
  readonly heads?: HeadsData;
  readonly exercises?: readonly HashedExercise[];
  /** The problem, where it can be changed. */
  readonly problem?: ProblemText;
}

/** Letters of all arithmetic together; beyond that a step only shows its numbers. */
const MOST_LETTERS = 60_000;
/** The arithmetic of more cells takes too long to write down. */
const MOST_CELLS = 4096;

/** The arithmetic of everything that is written on a page. */
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
    const length = arithmetic ? JSON.stringify(arithmetic).length : 0;
    const own =
      arithmetic && length <= left ? { i: step?.inputs ?? [], ...arithmetic } : ({ without: 1 } as const);
    matrices[key] = step ? { ...about, ...own } : about;
    if (length <= left) left -= length;
  }
  return { matrices };
}

/** The arithmetic of every cell of a step; undefined where a page does not write it. */
function arithmeticOf({ trace, written }: PageRun, step: Step): Arithmetic | undefined {
  const { rows, cols } = step.shape;
  if (rows * cols > MOST_CELLS) return undefined;
  const explain = explainStep(trace, step);
  const expressions = tabulate(rows * cols, (at) => explain(Math.floor(at / cols), at % cols));
  // Numbers that stand nowhere on the page cannot be put into an arithmetic.
  const isWhole = expressions.every((expression) =>
    inputsIn(expression).every((at) => written.has(step.inputs[at])),
  );
  return isWhole ? packArithmetic(expressions, cols) : undefined;
}

/** Of which inputs cells occur in an arithmetic. */
const inputsIn = (expression: Expression): readonly number[] =>
  expression.kind === "cell" ? [expression.input] : partsOf(expression).flatMap(inputsIn);

/** JSON between the tags of a script: nothing in it ends the script. */
export const scriptData = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");
