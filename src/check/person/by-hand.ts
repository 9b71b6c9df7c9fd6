import type { Trace } from "../../trace/trace.js";
import type { Answer, Sheet } from "../answers.js";
import { isMatched } from "../judgement.js";
import { sourcesOf } from "../solution.js";
import { wholeSteps } from "../whole-steps.js";
import { type Digits, digitsTowards } from "./digits.js";
import { gapBefore } from "./gap.js";
import { isOfProgram } from "./last-digits.js";
import { type Finish, Numbers } from "./numbers.js";
import { reachOf } from "./reach.js";
import type { Story } from "./story.js";

/** The solution as computed by hand from the inputs, with every step rounded as the sheet rounds. */
export class ByHand {
  readonly #trace: Trace;
  readonly #sheet: Sheet;
  readonly #story: Story;
  readonly #isPrinted: boolean;

  constructor(trace: Trace, sheet: Sheet, story: Story) {
    this.#trace = trace;
    this.#sheet = sheet;
    this.#story = story;
    this.#isPrinted = isOfProgram(trace);
  }

  /**
   * Returns a function that says whether rounding alone explains a written cell. A person's cell must equal the numbers
   * computed by hand. A program's cell may differ as far as its digits allow.
   */
  isRounded(answer: Answer): (index: number) => boolean {
    if (!this.#isPrinted) {
      const rounded = this.#numbers(this.#digits(answer).keep).of(answer.key);
      return (index) => isMatched(answer, index, rounded);
    }
    const [{ values, tolerances, key }, moves] = [answer, this.movesOf(answer)];
    const { data } = this.#numbers().of(key);
    return (index) => Math.abs(values[index] - data[index]) <= tolerances[index] + moves[index];
  }

  /** Returns how far each cell of a step may be from its right number before the step itself is rounded. */
  movesOf(answer: Answer): Float64Array {
    const graph = sourcesOf(this.#trace);
    const digits = this.#digits(answer);
    const exact = this.#numbers();
    const gap = gapBefore(graph, answer.key, () => false);
    return reachOf(gap, { sheet: exact, unrounded: exact, isPrinted: this.#isPrinted }, digits).most;
  }

  #numbers(finish?: Finish): Numbers {
    return new Numbers(sourcesOf(this.#trace), this.#story.wayChanges, new Map(), finish);
  }

  #digits(answer: Answer): Digits {
    const how = { isCutting: this.#story.isCutting, isPrinted: this.#isPrinted };
    return digitsTowards(answer, this.#sheet, wholeSteps(this.#trace), how);
  }
}
