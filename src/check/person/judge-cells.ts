import { type Matrix, sameShape } from "../../math/matrix.js";
import { once, remember } from "../../math/remember.js";
import type { Graph } from "../../trace/op.js";
import { type Changes, UNCHANGED } from "./changes.js";
import { type Digits, isWholeAnswer } from "./digits.js";
import type { Gap } from "./gap.js";
import { areSame, type Carried, type Finish, Numbers, numbersOfProblem } from "./numbers.js";
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
  /** The solution that is altered. */
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
  /** The versions that differ before the step. */
  readonly versions: readonly Numbers[];
  /** The versions of `allWritten` with rounded steps between the written ones. Empty if there are no steps between. */
  readonly roundedVersions: () => readonly Numbers[];
  /** Computed from the written numbers before they were rounded. */
  readonly unrounded: () => Numbers;
}

/** Judges a written step by several solutions, one after the other. */
export type CellJudge = ReturnType<typeof createJudge>;

export function createJudge({ cells, graph, gap, versions, digits, exact }: StepSetup) {
  const { answer, isPrinted } = cells;
  const slipBits = Math.log2(answer.cells.length) + (isWholeAnswer(answer) ? PRICES.wholeSlip : PRICES.slip);
  /** The versions that differ before the gap. All others give the same numbers as one of them. */
  const distinct: Carried[] = [];
  const versionOf = [...versions.partlyWritten, ...versions.allWritten].map((carried) => {
    const known = distinct.findIndex((other) => areSameAt(other, carried, gap.sources));
    return known >= 0 ? known : distinct.push(carried) - 1;
  });

  const ofProblem = numbersOfProblem(graph);
  const given = { get: (key: string) => ofProblem.of(key) };
  const numbersFrom = (carried: Carried, finish?: Finish) => new Numbers(graph, UNCHANGED, carried, finish);
  const round: Finish = (matrix, key) => (key === gap.key ? matrix : digits.keep(matrix, key));
  const isDirect = gap.nodes.length < 2;
  const unaltered: SolvedVersions = {
    versions: distinct.map((carried) =>
      areSameAt(given, carried, gap.sources) ? ofProblem : numbersFrom(carried),
    ),
    roundedVersions: once(() =>
      isDirect ? [] : versions.allWritten.map((carried) => numbersFrom(carried, round)),
    ),
    unrounded: once(() => numbersFrom(versions.unrounded)),
  };

  /** Alters a solution. What both have in common is not computed again. */
  const alter = (base: SolvedVersions, changes: Changes): SolvedVersions => {
    const altered = once(() => base.versions[0].alteredBy(changes));
    const alterAll = (all: readonly Numbers[]) => all.map((numbers) => numbers.with(changes, altered));
    return {
      versions: alterAll(base.versions),
      roundedVersions: once(() => alterAll(base.roundedVersions())),
      unrounded: once(() => base.unrounded().with(changes, altered)),
    };
  };

  const solved = new WeakMap([[UNCHANGED, unaltered]]);
  const solve = (changes: Changes) => remember(solved, changes, () => alter(unaltered, changes));

  /** Returns a solution as computed from the written numbers. */
  const writtenIn = (solution: SolvedVersions): Numbers =>
    solution.versions[versionOf[versions.partlyWritten.length]];

  /** Whether rounding before the step can move a cell by this much. */
  const nearBy = (reachOfStep: () => Float64Array) => {
    const reach = once(reachOfStep);
    const times = cells.isCutting ? 2 : 1;
    // If nothing before it was rounded, a cell that does not agree cannot be explained by rounding.
    return (index: number, slack: number) =>
      slack >= 0 && reach()[index] > 0 && slack <= times * reach()[index];
  };

  /** Returns the least cost of each cell by some numbers: a cell that rounding can move to them may cost nothing. */
  const leastBits = (made: readonly Matrix[]): Float64Array => {
    const [agreed] = cells.agree(made);
    const bits = new Float64Array(agreed.length);
    for (const index of cells.answered)
      if (!agreed[index] && cells.slackAt(index, made) < 0) bits[index] = slipBits;
    return bits;
  };

  /** Judges the step by a solution. Returns undefined if it gives another shape, or is not possible. */
  const judge = (
    changes: Changes,
    { isRight = false, beside, isPossible = () => true }: JudgeOptions = {},
  ): JudgedCells | undefined => {
    // The alterations of another solution are not kept, because there are many.
    const solution = beside ? alter(solve(beside), changes) : solve(changes);
    const own = solution.versions.map((numbers) => numbers.of(gap.key));
    if (own.some((matrix) => !sameShape(matrix, answer))) return undefined;
    const made = [...new Set(own)];
    if (!isPossible(leastBits(made))) return undefined;
    const rounded = solution.roundedVersions().map((numbers) => numbers.of(gap.key));
    const given = [...new Set([...made, ...rounded, ...(isRight ? [exact] : [])])];
    const [agreed, best] = cells.agree(given);
    const left = cells.answered.filter((index) => !agreed[index]);
    const [bits, slack] = [new Float64Array(agreed.length), new Float64Array(agreed.length)];
    for (const index of cells.answered) if (!best[index]) bits[index] = PRICES.otherVersion;
    for (const index of left) {
      slack[index] = cells.slackAt(index, made);
      bits[index] = slack[index] >= 0 ? PRICES.near : slipBits;
    }
    if (!isPossible(bits)) return undefined;
    const isNear = nearBy(() => {
      const bases = { sheet: writtenIn(solution), unrounded: solution.unrounded(), isPrinted };
      return reachOf(gap, bases, digits).likely;
    });
    const [near, bad] = [new Uint8Array(agreed.length), new Uint8Array(agreed.length)];
    for (const index of left) {
      const isCut = given.some(({ data }) => cells.isCut(data[index], index));
      const isExcused = isCut || isNear(index, slack[index]);
      (isExcused ? near : bad)[index] = 1;
      if (!isExcused) bits[index] = slipBits;
    }
    const versionsMade = versionOf.map((at) => own[at]);
    return { bits, bad, near, versions: versionsMade, unrounded: solution.unrounded().of(gap.key) };
  };

  /** Returns the solution as computed from the written numbers. */
  const asWritten = (changes: Changes): Numbers => writtenIn(solve(changes));
  return { cells, digits, slipBits, asWritten, judge };
}

/** Whether two versions have the same numbers at some keys. */
const areSameAt = (one: Pick<Carried, "get">, other: Carried, keys: readonly string[]): boolean =>
  keys.every((key) => {
    const [a, b] = [one.get(key), other.get(key)];
    return a === b || (a && b && areSame(a, b));
  });
