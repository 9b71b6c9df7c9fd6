import { type Matrix, mapCells } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import type { Trace } from "../../trace/trace.js";
import { type CopiedCell, copiedText } from "../how-read.js";
import { alterSteps, changeInputs } from "./alter.js";
import { type Mistake, setSpecificTitle } from "./mistake.js";

/** The numbers follow from an input as it is written on the sheet, which differs from the problem. */
export const inputCopied: Mistake = {
  id: "input-copied",
  step: "any",
  title: "A number was copied wrongly from the problem.",
  formula: "the numbers that were given",
  fix: "Compare what you copied with the problem, number by number.",
  question: "Did you copy every number of the problem correctly?",
  isPlain: true,
  isOnSheet: true,
  apply: () => [],
  applyAt: ({ trace, copied }) =>
    copied ? remember(withCopies, copied, () => workedWith(trace, copied)) : [],
};

/** Cached solutions, because they are the same at every step of a sheet. */
const withCopies = new WeakMap<readonly CopiedCell[], readonly Trace[]>();

/** Returns the problem computed with the numbers of each wrongly copied input. */
const workedWith = (trace: Trace, copied: readonly CopiedCell[]): readonly Trace[] =>
  [...new Set(copied.map(({ input }) => input))].flatMap((name) => {
    const cells = copied.filter(({ input }) => input === name);
    return setSpecificTitle(readingCells(trace, name, cells), () => cells.map(copiedText).join(" "));
  });

/** Computes steps with other numbers in some cells of an input. */
const readingCells = (trace: Trace, from: string, cells: readonly CopiedCell[]): readonly Trace[] =>
  alterSteps(trace, (step) =>
    step.inputs.includes(from)
      ? changeInputs(step, (inputs) =>
          inputs.map((matrix, at) => (step.inputs[at] === from ? withCells(matrix, cells) : matrix)),
        )
      : undefined,
  );

/** Returns a matrix in which these cells are replaced. */
export const withCells = (given: Matrix, cells: readonly Pick<CopiedCell, "cell" | "written">[]): Matrix =>
  mapCells(
    given,
    (value, row, col) => cells.find(({ cell: [r, c] }) => r === row && c === col)?.written ?? value,
  );
