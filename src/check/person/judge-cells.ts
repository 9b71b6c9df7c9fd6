import type { Matrix } from "../../math/matrix.js";
import { isWrittenAs } from "../../math/written.js";
import type { Graph } from "../../trace/graph.js";
import type { Answer } from "../answers.js";
import { CELLS_BY_HAND } from "../plausible-distance.js";
import { truncateDecimals } from "../rounding.js";
import { type Digits, isWholeAnswer } from "./digits.js";
import { type Carried, evaluationFrom, type Gap, roundedBy } from "./gap.js";
import { PRICES } from "./prices.js";
import { reachOf, seenReach } from "./reach.js";

/** The ways to carry numbers on which a person may be. */
export interface Courses {
  /** Written numbers up to some step, and exact ones from there on; the first is exact throughout. */
  readonly lines: readonly Carried[];
  /** Always the written numbers, with or without rounding between them. */
  readonly sheets: readonly Carried[];
  /** What written numbers were before they were rounded; NaN where that is not known. */
  readonly unrounded: Carried;
}

/** The cells of a written step, judged by what a solution makes of it. */
export interface JudgedCells {
  /** What each cell costs to explain, in bits. */
  readonly bits: Float64Array;
  readonly bad: Uint8Array;
  /** Cells that no course gives, and rounding may have moved so far. */
  readonly near: Uint8Array;
  /** What the step comes to on each line, then on each sheet. */
  readonly courses: readonly Matrix[];
}

/** What a step is judged with. */
interface Setting {
  readonly answer: Answer;
  readonly gap: Gap;
  readonly courses: Courses;
  readonly digits: Digits;
  readonly isCutting: boolean;
  /** The step as it is right. */
  readonly exact: Matrix;
}

export const EPSILON = 1e-9;
/** No rounding moves a cell farther than by so many units, or by so large a share of it. */
const MOST_UNITS = 10;
const MOST_SHARE = 0.01;

/** Judges one written step by one solution after the other. */
export class CellJudge {
  readonly #setting: Setting;
  readonly #answered: readonly number[];
  /** Which of the lines and sheets differ before the gap: the others come to the same. */
  readonly #distinct: readonly Carried[];
  readonly #courseOf: readonly number[];
  readonly slipBits: number;

  constructor(setting: Setting) {
    this.#setting = setting;
    const { answer, gap, courses } = setting;
    this.#answered = answer.cells.flatMap((cell, index) => (cell ? [index] : []));
    this.slipBits = Math.log2(answer.cells.length) + (isWholeAnswer(answer) ? PRICES.wholeSlip : PRICES.slip);
    const distinct: Carried[] = [];
    this.#courseOf = [...courses.lines, ...courses.sheets].map((carried) => {
      const known = distinct.findIndex((other) => areSame(other, carried, gap.sources));
      return known >= 0 ? known : distinct.push(carried) - 1;
    });
    this.#distinct = distinct;
  }

  get digits(): Digits {
    return this.#setting.digits;
  }

  /** What each course makes of the step. */
  predict(graph: Graph): readonly Matrix[] {
    const { key } = this.#setting.gap;
    const made = this.#distinct.map((carried) => evaluationFrom(graph, carried).of({ key }));
    return this.#courseOf.map((at) => made[at]);
  }

  /**
   * Judges the cells by a solution. The right numbers speak for it where they are `right`. Undefined where the solution has no
   * such cells, or where what it may cost at least is not worth a closer look.
   */
  judge(
    graph: Graph,
    isRight: boolean,
    isWorth: (fewestBits: Float64Array) => boolean = () => true,
  ): JudgedCells | undefined {
    const { answer, courses, exact } = this.#setting;
    const made = this.predict(graph);
    if (made.some(({ data }) => data.length !== answer.cells.length)) return undefined;
    const rounded = this.#rounded(graph);
    const given = [...new Set([...made, ...rounded, ...(isRight ? [exact] : [])])];
    const [agreed, best] = this.#agree(given);
    const middle = made[courses.lines.length];
    const slack = this.#slack([...new Set(made)], agreed);
    const bits = new Float64Array(answer.cells.length);
    for (const index of this.#answered) {
      if (!agreed[index]) bits[index] = slack[index] >= 0 ? PRICES.near : this.slipBits;
      else if (!best[index]) bits[index] = PRICES.otherLine;
    }
    if (!isWorth(bits)) return undefined;
    const near = this.#findNear(graph, slack, { middle, rounded: rounded[0] });
    for (const index of this.#answered)
      if (!agreed[index] && given.some(({ data }) => this.isCut(data[index], index))) near[index] = 1;
    const bad = new Uint8Array(answer.cells.length);
    for (const index of this.#answered) {
      if (agreed[index] || near[index]) continue;
      bad[index] = 1;
      bits[index] = this.slipBits;
    }
    return { bits, bad, near, courses: made };
  }

  /** What the sheets come to when all that lies between is rounded. */
  #rounded(graph: Graph): readonly Matrix[] {
    const { gap, courses, digits } = this.#setting;
    if (gap.nodes.length < 2) return [];
    return courses.sheets.map((carried) =>
      evaluationFrom(graph, carried, roundedBy(digits, gap.key)).of(gap),
    );
  }

  /** Which cells any of these gives, and which the one does that gives most. */
  #agree(given: readonly Matrix[]): readonly [any: Uint8Array, best: Uint8Array] {
    const any = new Uint8Array(this.#setting.answer.cells.length);
    let [best, most] = [any, -1];
    for (const matrix of given) {
      const hits = new Uint8Array(any.length);
      let count = 0;
      for (const index of this.#answered) {
        if (!this.agrees(matrix.data[index], index)) continue;
        hits[index] = any[index] = 1;
        count++;
      }
      if (count > most) [best, most] = [hits, count];
    }
    return [any, best];
  }

  /** Whether a cell is written as a number rounds, or is cut off. */
  agrees(value: number, index: number): boolean {
    const { answer, isCutting } = this.#setting;
    const distance = Math.abs(value - answer.values[index]);
    if (distance <= answer.tolerances[index]) return true;
    const cell = answer.cells[index];
    if (!cell) return false;
    if (isWrittenAs(value, cell)) return true;
    return isCutting && this.isCut(value, index);
  }

  /** Whether a cell is a number whose last digits were cut off. */
  isCut(value: number, index: number): boolean {
    const cell = this.#setting.answer.cells[index];
    if (!cell || !Number.isFinite(cell.value)) return false;
    return Math.abs(truncateDecimals(value, cell.decimals) - cell.value) <= EPSILON;
  }

  /** How far from these numbers a cell is beyond its own rounding; −1 where it agrees, or no rounding moves it so far. */
  #slack(from: readonly Matrix[], agreed: Uint8Array): Float64Array {
    const { answer, isCutting } = this.#setting;
    const slack = new Float64Array(answer.cells.length).fill(-1);
    for (const index of this.#answered) {
      if (agreed[index]) continue;
      const value = answer.values[index];
      const unit = 10 ** -(answer.cells[index]?.decimals ?? 0);
      const distance = Math.min(...from.map(({ data }) => Math.abs(data[index] - value)));
      const beyond = distance - (isCutting ? 1 : 0.5) * unit - EPSILON;
      if (beyond <= Math.max(MOST_UNITS * unit, MOST_SHARE * Math.abs(value)))
        slack[index] = Math.max(0, beyond);
    }
    return slack;
  }

  #findNear(
    graph: Graph,
    slack: Float64Array,
    { middle, rounded = middle }: { readonly middle: Matrix; readonly rounded: Matrix | undefined },
  ): Uint8Array {
    const near = new Uint8Array(slack.length);
    if (!slack.some((by) => by >= 0)) return near;
    const { gap, courses, digits, isCutting, answer } = this.#setting;
    const reach =
      answer.cells.length > CELLS_BY_HAND
        ? seenReach(middle, rounded)
        : reachOf(graph, gap, { sheet: courses.sheets[0], unrounded: courses.unrounded }, digits);
    for (const index of this.#answered) {
      // Where nothing before it was rounded, a cell that does not agree is no rounded one.
      const mayMove = reach[index] > 0 && slack[index] >= 0;
      if (mayMove && slack[index] <= (isCutting ? 2 : 1) * reach[index]) near[index] = 1;
    }
    return near;
  }
}

/** Whether two courses have the same numbers at some keys. */
function areSame(one: Carried, other: Carried, keys: readonly string[]): boolean {
  return keys.every((key) => {
    const [a, b] = [one.get(key), other.get(key)];
    return a === b || (a && b && a.data.every((value, index) => Object.is(value, b.data[index])));
  });
}
