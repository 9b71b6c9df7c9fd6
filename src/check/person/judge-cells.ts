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

/** The numbers that a person may carry on with, in several versions. */
export interface CarriedVersions {
  /** Written numbers up to some step, then exact ones. The first is exact from the start. */
  readonly partlyWritten: readonly Carried[];
  /** Always the written numbers, with or without rounding between them. */
  readonly allWritten: readonly Carried[];
  /** Written numbers before they were rounded, NaN if unknown. */
  readonly unrounded: Carried;
}

/** The cells of a written step, judged by a solution. */
export interface JudgedCells {
  /** The cost of explaining each cell, in bits. */
  readonly bits: Float64Array;
  readonly bad: Uint8Array;
  /** Cells that no version gives, but that rounding may explain. */
  readonly near: Uint8Array;
  /** The step as computed in each version: `partlyWritten`, then `allWritten`. */
  readonly versions: readonly Matrix[];
  /** The step as computed from unrounded numbers, NaN if they are unknown. */
  readonly unrounded: Matrix;
}

/** Options for judging a solution. */
interface JudgeOptions {
  /** Whether a cell may also agree with the right numbers. */
  readonly isRight?: boolean;
  /** A solution that is altered. What both have in common is not computed again. */
  readonly beside?: Changes;
  /** Whether the solution may be worth a closer look, by the minimum cost of each cell. */
  readonly isPossible?: (bits: Float64Array) => boolean;
}

/** Everything that is needed to judge a step. */
interface StepSetup {
  readonly cells: WrittenCells;
  readonly graph: Graph;
  readonly gap: Gap;
  readonly versions: CarriedVersions;
  readonly digits: Digits;
  /** The right numbers of the step. */
  readonly exact: Matrix;
}

/** A solution computed in every version. */
interface SolvedVersions {
  readonly versions: readonly Numbers[];
  /** The first version of `allWritten`. */
  readonly written: Numbers;
  /** The versions of `allWritten` with rounded steps between the written ones. Empty if there are no steps between. */
  readonly roundedVersions: () => readonly Numbers[];
  /** Computed from the written numbers before they were rounded. */
  readonly unrounded: () => Numbers;
}

/** Judges a written step by several solutions, one after the other. */
export class CellJudge {
  readonly #setup: StepSetup;
  /** The versions that differ before the gap. All others give the same numbers as one of them. */
  readonly #distinct: readonly Carried[];
  readonly #versionOf: readonly number[];
  readonly #solved = new WeakMap<Changes, SolvedVersions>();
  readonly slipBits: number;

  constructor(setup: StepSetup) {
    this.#setup = setup;
    const { cells, gap, versions } = setup;
    const { answer } = cells;
    this.slipBits = Math.log2(answer.cells.length) + (isWholeAnswer(answer) ? PRICES.wholeSlip : PRICES.slip);
    const distinct: Carried[] = [];
    this.#versionOf = [...versions.partlyWritten, ...versions.allWritten].map((carried) => {
      const known = distinct.findIndex((other) => areSameAt(other, carried, gap.sources));
      return known >= 0 ? known : distinct.push(carried) - 1;
    });
    this.#distinct = distinct;
  }

  get cells(): WrittenCells {
    return this.#setup.cells;
  }

  get digits(): Digits {
    return this.#setup.digits;
  }

  /** Returns the solution as computed from the written numbers. */
  asWritten(changes: Changes): Numbers {
    return this.#solve(changes).written;
  }

  /** Judges the step by a solution. Returns undefined if it gives another shape, or is not possible. */
  judge(
    changes: Changes,
    { isRight = false, beside, isPossible = () => true }: JudgeOptions = {},
  ): JudgedCells | undefined {
    const { cells, gap, exact } = this.#setup;
    const base = beside && this.#solve(beside);
    const solved = this.#solve(changes, base, base?.written.alteredBy(changes));
    const distinct = solved.versions.map((numbers) => numbers.of(gap.key));
    if (distinct.some((matrix) => !sameShape(matrix, cells.answer))) return undefined;
    const made = [...new Set(distinct)];
    const rounded = solved.roundedVersions().map((numbers) => numbers.of(gap.key));
    const given = [...new Set([...made, ...rounded, ...(isRight ? [exact] : [])])];
    const [agreed, best] = cells.agree(given);
    const bits = new Float64Array(agreed.length);
    const slack = new Float64Array(agreed.length).fill(-1);
    for (const index of cells.answered) {
      if (!agreed[index]) slack[index] = cells.slackAt(index, made);
      if (!agreed[index]) bits[index] = slack[index] >= 0 ? PRICES.near : this.slipBits;
      else if (!best[index]) bits[index] = PRICES.otherVersion;
    }
    if (!isPossible(bits)) return undefined;
    const { isPrinted } = cells;
    const bases = () => ({ sheet: solved.written, unrounded: solved.unrounded(), isPrinted });
    const near = this.#findNear(slack, () => reachOf(gap, bases(), this.digits).likely);
    const bad = new Uint8Array(agreed.length);
    for (const index of cells.answered) {
      if (agreed[index]) continue;
      if (given.some(({ data }) => cells.isCut(data[index], index))) near[index] = 1;
      if (near[index]) continue;
      bad[index] = 1;
      bits[index] = this.slipBits;
    }
    const versions = this.#versionOf.map((at) => distinct[at]);
    return { bits, bad, near, versions, unrounded: solved.unrounded().of(gap.key) };
  }

  /** Computes a solution. An alteration of another solution is not cached, because there are many. */
  #solve(changes: Changes, base?: SolvedVersions, altered?: ReadonlySet<string>): SolvedVersions {
    if (!base) return remember(this.#solved, changes, () => this.#solveFirst(changes));
    const alter = (numbers: Numbers) => numbers.with(changes, altered);
    return this.#inOrder({
      versions: base.versions.map(alter),
      roundedVersions: once(() => base.roundedVersions().map(alter)),
      unrounded: once(() => alter(base.unrounded())),
    });
  }

  #solveFirst(changes: Changes): SolvedVersions {
    const { graph, gap, versions, digits } = this.#setup;
    const numbers = (carried: Carried, finish?: Finish) => new Numbers(graph, changes, carried, finish);
    const round: Finish = (matrix, key) => (key === gap.key ? matrix : digits.keep(matrix, key));
    const isDirect = gap.nodes.length < 2;
    return this.#inOrder({
      versions: this.#distinct.map((carried) => numbers(carried)),
      roundedVersions: once(() =>
        isDirect ? [] : versions.allWritten.map((carried) => numbers(carried, round)),
      ),
      unrounded: once(() => numbers(versions.unrounded)),
    });
  }

  #inOrder(solved: Omit<SolvedVersions, "written">): SolvedVersions {
    return {
      ...solved,
      written: solved.versions[this.#versionOf[this.#setup.versions.partlyWritten.length]],
    };
  }

  #findNear(slack: Float64Array, reachOfStep: () => Float64Array): Uint8Array {
    const near = new Uint8Array(slack.length);
    if (!slack.some((by) => by >= 0)) return near;
    const reach = reachOfStep();
    const times = this.cells.isCutting ? 2 : 1;
    for (const index of this.cells.answered) {
      // If nothing before it was rounded, a cell that does not agree cannot be explained by rounding.
      const mayMove = reach[index] > 0 && slack[index] >= 0;
      if (mayMove && slack[index] <= times * reach[index]) near[index] = 1;
    }
    return near;
  }
}

/** Whether two versions have the same numbers at some keys. */
function areSameAt(one: Carried, other: Carried, keys: readonly string[]): boolean {
  return keys.every((key) => {
    const [a, b] = [one.get(key), other.get(key)];
    return a === b || (a && b && areSame(a, b));
  });
}
