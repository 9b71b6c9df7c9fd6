import type { Matrix } from "../../math/matrix.js";
import type { Trace } from "../../trace/trace.js";
import type { Answer, Sheet } from "../answers.js";
import { sourcesOf } from "../solution.js";
import { wholeSteps } from "../whole-steps.js";
import { type Digits, digitsTowards } from "./digits.js";
import { gapBefore } from "./gap.js";
import { type Finish, Numbers } from "./numbers.js";
import { reachOf, seenReach } from "./reach.js";
import type { Story } from "./story.js";

/** The right way, worked by hand from its start with every step rounded as a sheet rounds. */
export class ByHand {
  readonly #trace: Trace;
  readonly #sheet: Sheet;
  readonly #story: Story;

  constructor(trace: Trace, sheet: Sheet, story: Story) {
    this.#trace = trace;
    this.#sheet = sheet;
    this.#story = story;
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
    const [unrounded, rounded] = [exact, this.#rounded(digits, answer.key)];
    const bases = { sheet: exact, unrounded, rounded };
    const gap = gapBefore(graph, answer.key, () => false);
    const reach = gap.isByHand
      ? reachOf(gap, bases, digits)
      : seenReach(exact.of(answer.key), rounded.of(answer.key));
    return reach.most;
  }

  #digits(answer: Answer): Digits {
    return digitsTowards(answer, this.#sheet, wholeSteps(this.#trace), this.#story.isCutting);
  }

  #rounded(digits: Digits, unless?: string): Numbers {
    const keep: Finish = (matrix, key) => (key === unless ? matrix : digits.keep(matrix, key));
    return new Numbers(sourcesOf(this.#trace), this.#story.way, new Map(), keep);
  }
}
