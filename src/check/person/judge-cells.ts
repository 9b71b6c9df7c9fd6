import { type Matrix, sameShape } from "../../math/matrix.js";
import { once, remember } from "../../math/remember.js";
import type { Graph } from "../../trace/graph.js";
import type { Changes } from "./changes.js";
import { type Digits, isWholeAnswer } from "./digits.js";
import type { Gap } from "./gap.js";
import { areSame, type Carried, type Finish, Numbers } from "./numbers.js";
import { PRICES } from "./prices.js";
import { reachOf } from "./reach.js";
import type { WrittenCells } from "./written-cells.js";

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
  /** What it comes to from numbers that were not rounded; NaN where these are not known. */
  readonly unrounded: Matrix;
}

/** The same before it is known how far rounding moves a cell: what each costs at least. */
export interface Look extends Pick<JudgedCells, "bits" | "courses"> {
  readonly judge: () => JudgedCells;
}

/** How a solution is looked at. */
interface HowToLook {
  /** Whether the right numbers speak for it. */
  readonly isRight?: boolean;
  /** A solution that it alters: what it has in common with that is not worked out again. */
  readonly beside?: Changes;
}

/** What a step is judged with. */
interface Setting {
  readonly cells: WrittenCells;
  readonly graph: Graph;
  readonly gap: Gap;
  readonly courses: Courses;
  readonly digits: Digits;
  /** The step as it is right. */
  readonly exact: Matrix;
}

/** A solution on every course. */
interface Worked {
  readonly courses: readonly Numbers[];
  /** The first of the sheets, which are always as they are written. */
  readonly sheet: Numbers;
  /** The sheets with what lies between rounded; none where nothing lies between. */
  readonly roundedSheets: () => readonly Numbers[];
  /** From what written numbers were before they were rounded. */
  readonly unrounded: () => Numbers;
}

/** Judges one written step by one solution after the other. */
export class CellJudge {
  readonly #setting: Setting;
  /** Which of the lines and sheets differ before the gap: the others come to the same. */
  readonly #distinct: readonly Carried[];
  readonly #courseOf: readonly number[];
  readonly #worked = new WeakMap<Changes, Worked>();
  readonly slipBits: number;

  constructor(setting: Setting) {
    this.#setting = setting;
    const { cells, gap, courses } = setting;
    const { answer } = cells;
    this.slipBits = Math.log2(answer.cells.length) + (isWholeAnswer(answer) ? PRICES.wholeSlip : PRICES.slip);
    const distinct: Carried[] = [];
    this.#courseOf = [...courses.lines, ...courses.sheets].map((carried) => {
      const known = distinct.findIndex((other) => areSameAt(other, carried, gap.sources));
      return known >= 0 ? known : distinct.push(carried) - 1;
    });
    this.#distinct = distinct;
  }

  get cells(): WrittenCells {
    return this.#setting.cells;
  }

  get digits(): Digits {
    return this.#setting.digits;
  }

  /** Whether anything was written before the step. */
  get isBehindWritten(): boolean {
    return this.#setting.courses.unrounded.size > 0;
  }

  /** What a solution makes of the numbers as they are written. */
  asWritten(changes: Changes): Numbers {
    return this.#work(changes).sheet;
  }

  /** The step by a solution; undefined where that has no such cells. */
  look(changes: Changes, { isRight = false, beside }: HowToLook = {}): Look | undefined {
    const { cells, gap, exact } = this.#setting;
    const base = beside && this.#work(beside);
    const altered = base?.sheet.alteredBy(changes);
    const worked = this.#work(changes, base, altered);
    const distinct = worked.courses.map((numbers) => numbers.of(gap.key));
    if (distinct.some((matrix) => !sameShape(matrix, cells.answer))) return undefined;
    const made = [...new Set(distinct)];
    const rounded = worked.roundedSheets().map((numbers) => numbers.of(gap.key));
    const given = [...new Set([...made, ...rounded, ...(isRight ? [exact] : [])])];
    const [agreed, best] = cells.agree(given);
    const bits = new Float64Array(agreed.length);
    const slack = new Float64Array(agreed.length).fill(-1);
    for (const index of cells.answered) {
      if (!agreed[index]) slack[index] = cells.slackAt(index, made);
      if (!agreed[index]) bits[index] = slack[index] >= 0 ? PRICES.near : this.slipBits;
      else if (!best[index]) bits[index] = PRICES.otherLine;
    }
    const all = this.#courseOf.map((at) => distinct[at]);
    const judge = (): JudgedCells => {
      const bases = () => ({
        sheet: worked.sheet,
        unrounded: worked.unrounded(),
        isPrinted: cells.isPrinted,
      });
      const near = this.#findNear(slack, () => reachOf(gap, bases(), this.digits).likely);
      for (const index of cells.answered)
        if (!agreed[index] && given.some(({ data }) => cells.isCut(data[index], index))) near[index] = 1;
      const bad = agreed.map((isAgreed, index) =>
        isAgreed || near[index] || !cells.answer.cells[index] ? 0 : 1,
      );
      const unrounded = worked.unrounded().of(gap.key);
      return {
        bits: bits.map((by, index) => (bad[index] ? this.slipBits : by)),
        bad,
        near,
        courses: all,
        unrounded,
      };
    };
    return { bits, courses: all, judge };
  }

  /** A solution that is looked at because of another is not kept: there are many of them. */
  #work(changes: Changes, base?: Worked, altered?: ReadonlySet<string>): Worked {
    if (!base) return remember(this.#worked, changes, () => this.#workFirst(changes));
    const alter = (numbers: Numbers) => numbers.with(changes, altered);
    return this.#inOrder({
      courses: base.courses.map(alter),
      roundedSheets: once(() => base.roundedSheets().map(alter)),
      unrounded: once(() => alter(base.unrounded())),
    });
  }

  #workFirst(changes: Changes): Worked {
    const { graph, gap, courses, digits } = this.#setting;
    const numbers = (carried: Carried, finish?: Finish) => new Numbers(graph, changes, carried, finish);
    const round: Finish = (matrix, key) => (key === gap.key ? matrix : digits.keep(matrix, key));
    const isDirect = gap.nodes.length < 2;
    return this.#inOrder({
      courses: this.#distinct.map((carried) => numbers(carried)),
      roundedSheets: once(() => (isDirect ? [] : courses.sheets.map((carried) => numbers(carried, round)))),
      unrounded: once(() => numbers(courses.unrounded)),
    });
  }

  #inOrder(worked: Omit<Worked, "sheet">): Worked {
    return { ...worked, sheet: worked.courses[this.#courseOf[this.#setting.courses.lines.length]] };
  }

  #findNear(slack: Float64Array, reachOfStep: () => Float64Array): Uint8Array {
    const near = new Uint8Array(slack.length);
    if (!slack.some((by) => by >= 0)) return near;
    const reach = reachOfStep();
    const times = this.cells.isCutting ? 2 : 1;
    for (const index of this.cells.answered) {
      // Where nothing before it was rounded, a cell that does not agree is no rounded one.
      const mayMove = reach[index] > 0 && slack[index] >= 0;
      if (mayMove && slack[index] <= times * reach[index]) near[index] = 1;
    }
    return near;
  }
}

/** Whether two courses have the same numbers at some keys. */
function areSameAt(one: Carried, other: Carried, keys: readonly string[]): boolean {
  return keys.every((key) => {
    const [a, b] = [one.get(key), other.get(key)];
    return a === b || (a && b && areSame(a, b));
  });
}
