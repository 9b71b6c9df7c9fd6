import type { Trace } from "../../trace/trace.js";
import type { Answer, Sheet } from "../answers.js";
import { isMatched } from "../judgement.js";
import { sourcesOf } from "../solution.js";
import { wholeSteps } from "../whole-steps.js";
import { digitsTowards } from "./digits.js";
import { gapBefore } from "./gap.js";
import { isOfProgram } from "./last-digits.js";
import { type Finish, Numbers } from "./numbers.js";
import { reachOf } from "./reach.js";
import type { Story } from "./story.js";

/** The solution as computed by hand from the inputs, with every step rounded as the sheet rounds. */
export type ByHand = ReturnType<typeof computeByHand>;

export function computeByHand(trace: Trace, sheet: Sheet, { isCutting, wayChanges }: Story) {
  const graph = sourcesOf(trace);
  const isPrinted = isOfProgram(trace);
  const numbersBy = (finish?: Finish) => new Numbers(graph, wayChanges, new Map(), finish);
  const digitsOf = (answer: Answer) =>
    digitsTowards(answer, sheet, wholeSteps(trace), { isCutting, isPrinted });

  /** Returns how far each cell of a step may be from its right number before the step itself is rounded. */
  const movesOf = (answer: Answer): Float64Array => {
    const exact = numbersBy();
    const gap = gapBefore(graph, answer.key, () => false);
    return reachOf(gap, { sheet: exact, unrounded: exact, isPrinted }, digitsOf(answer)).most;
  };

  /**
   * Returns a function that says whether rounding alone explains a written cell. A person's cell must equal the numbers
   * computed by hand. A program's cell may differ as far as its digits allow.
   */
  const isRounded = (answer: Answer): ((index: number) => boolean) => {
    if (!isPrinted) {
      const rounded = numbersBy(digitsOf(answer).keep).of(answer.key);
      return (index) => isMatched(answer, index, rounded);
    }
    const [{ values, tolerances, key }, moves] = [answer, movesOf(answer)];
    const { data } = numbersBy().of(key);
    return (index) => Math.abs(values[index] - data[index]) <= tolerances[index] + moves[index];
  };
  return { movesOf, isRounded };
}
