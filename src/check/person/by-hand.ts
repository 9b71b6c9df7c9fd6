import type { Matrix } from "../../math/matrix.js";
import type { Trace } from "../../trace/trace.js";
import type { Answer, Sheet } from "../answers.js";
import { sourcesOf } from "../solution.js";
import { wholeSteps } from "../whole-steps.js";
import { type Digits, digitsTowards } from "./digits.js";
import { gapBefore } from "./gap.js";
import { isOfProgram } from "./last-digits.js";
import { type Finish, Numbers } from "./numbers.js";
import { reachOf } from "./reach.js";
import type { Story } from "./story.js";

/** The right way, worked by hand from its start with every step rounded as a sheet rounds. */
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

  /** What a step comes to. */
  roundedOf(answer: Answer): Matrix {
    return this.#rounded(this.#digits(answer)).of(answer.key);
  }

  /** How far a step may be from its right numbers before it is rounded itself, cell by cell. */
  movesOf(answer: Answer): Float64Array {
    const graph = sourcesOf(this.#trace);
    const digits = this.#digits(answer);
    const exact = new Numbers(graph, this.#story.way);
    const bases = { sheet: exact, unrounded: exact, isPrinted: this.#isPrinted };
    return reachOf(
      gapBefore(graph, answer.key, () => false),
      bases,
      digits,
    ).most;
  }

  #digits(answer: Answer): Digits {
    const how = { isCutting: this.#story.isCutting, isPrinted: this.#isPrinted };
    return digitsTowards(answer, this.#sheet, wholeSteps(this.#trace), how);
  }

  #rounded(digits: Digits, unless?: string): Numbers {
    const keep: Finish = (matrix, key) => (key === unless ? matrix : digits.keep(matrix, key));
    return new Numbers(sourcesOf(this.#trace), this.#story.way, new Map(), keep);
  }
}
