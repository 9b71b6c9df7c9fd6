import { rowOf } from "../../math/matrix.js";
import type { Homework, MistakeText } from "../mistakes/mistake.js";
import { assemblerOf } from "./assemble.js";
import { diagnoseOutput, type Found, gives, spread, type WrongOutput } from "./diagnose.js";
import { isShort, varianceOfRow, type Working } from "./expected-error.js";
import { type Judged, judgeByRule, type MachineVerdict } from "./judge-output.js";
import { type KeyRange, rangeText, readKeys } from "./keys-used.js";
import type { KernelMistake, Parameters, Suspicion } from "./mistakes/kernel-mistake.js";
import { LOG_SUM_EXP } from "./mistakes/log-sum-exp.js";
import { precisionMistakes } from "./mistakes/precision.js";
import type { Precision } from "./precision.js";
import { type MadeRow, makeRow, powersOf, scoresOfRow } from "./rows.js";
import { isOff, isRounding, sumUp, type Units, unitOf } from "./rule.js";
import type { OtherRule } from "./rule-names.js";
import type { Attentions, Target } from "./target.js";
import type { Task } from "./task.js";
import { judgeByTolerance, type Tolerance } from "./tolerance.js";
import { locate, type Where } from "./where.js";

/** One answer of a machine, judged. */
export interface MachineStep {
  readonly scope: string;
  readonly id: string;
  readonly verdict: MachineVerdict;
  /** The way of working that explains it; of a wrong answer the strictest. */
  readonly working: Working;
  readonly wrong: number;
  readonly of: number;
  /** Cells that are no finite number where one is expected, and the first of them. */
  readonly nonFinite: number;
  readonly firstNonFinite?: readonly [row: number, col: number];
  readonly worst?: WorstCell;
  readonly units: Units;
  readonly where?: Where;
  readonly keysUsed?: KeysUsed;
  /** What the rule of a library says, where somebody asked. */
  readonly rules?: Readonly<Partial<Record<OtherRule, "agrees" | "differs">>>;
  /** What a dump of a whole model calls it. */
  readonly name?: string;
}

interface WorstCell {
  readonly cell: readonly [row: number, col: number];
  readonly got: number;
  readonly want: number;
  /** The error that may be expected there. */
  readonly unit: number;
  readonly units: number;
}

/** Which keys rows should be made of, and which they are made of: "0…i", "0…i+1". */
export interface KeysUsed {
  readonly expected: string;
  readonly seen: string;
  /** Rows in which a range was found, of those that were looked at. */
  readonly rows: number;
  readonly of: number;
}

/** What an answer shows. */
export interface Named {
  readonly mistake: MistakeText;
  readonly scope: string;
  readonly step: string;
  readonly parameters?: Parameters | undefined;
  readonly explains: number;
  readonly of: number;
}

export interface TargetReport {
  readonly step: MachineStep;
  readonly named: readonly Named[];
  /** The mistakes that were found by replay, to be tried first elsewhere. */
  readonly replayed: readonly KernelMistake[];
  /** Of a right output: whether it would be another one if a mistake had been made there, too. */
  speaksAgainst?(mistake: KernelMistake): boolean;
}

/** What is known beside the answer itself. */
export interface Circumstances {
  readonly homework: Homework;
  readonly attentions: Attentions;
  readonly precision: Precision;
  /** How far a cell may lie from what was meant, because it was written with so many digits. */
  readonly slack?: Float64Array | undefined;
  readonly likely: readonly KernelMistake[];
  readonly tolerance?: Tolerance | undefined;
  readonly otherBatches?: Suspicion["otherBatches"];
}

/** Judges one answer; of a wrong one it says where it is wrong, which keys were used, and why. */
export function judgeTarget(target: Target, given: Circumstances): TargetReport {
  const { got } = target;
  const judged = judge(target, given);
  if (judged.verdict === "agrees" || judged.verdict === "agrees-rounded") {
    const wrong = wrongOutputOf(target, judged, given);
    return {
      ...{ step: describe(target, judged), named: [], replayed: [] },
      ...(wrong && { speaksAgainst: (mistake) => !gives(given.homework, wrong, mistake) }),
    };
  }
  // Strictly, before it is called less precise.
  const strict = judged.verdict === "differs" ? judged : judgeStrictly(target, given);
  const found = findMistakes(target, strict, given);
  const isLess = judged.verdict === "less-precise";
  const [first] = found;
  const isRounded = first === undefined || first.mistake.id === "inputs-rounded";
  if (isLess && isRounded) {
    const of = strict.units.filter(isOff).length;
    const named = first
      ? found.map((one) => nameFor(target, one))
      : precisionMistakes(judged.working).map((mistake) => nameFor(target, { mistake, explains: of, of }));
    return {
      step: { ...describe(target, judged), where: locate(strict.units, got.cols) },
      named,
      replayed: [],
    };
  }
  const step = { ...describe(target, strict), where: locate(strict.units, got.cols) };
  const keysUsed = readKeysUsed(target, strict);
  return {
    step: { ...step, verdict: "differs", ...(keysUsed && { keysUsed }) },
    named: found.map((one) => nameFor(target, one)),
    replayed: found.flatMap(({ kernel }) => kernel ?? []),
  };
}

function judge({ got, expected }: Target, { slack, precision, tolerance }: Circumstances): Judged {
  if (!tolerance) return judgeByRule({ got, slack }, expected, precision);
  return judgeByTolerance({ got, slack }, expected, tolerance, strictWorking(precision));
}

/** An answer by the strictest way of working, whatever explains it. */
function judgeStrictly({ got, expected }: Target, { precision, slack }: Circumstances): Judged {
  const working = strictWorking(precision);
  const variance = expected.variance(working);
  const { want } = expected;
  const units = got.data.map((value, at) => unitOf(value, want.data[at], variance[at], slack?.[at] ?? 0));
  return { verdict: "differs", working, units, variance, summary: sumUp(units, want.cols) };
}

const strictWorking = ({ compute, stored, roundsInputs, projectedFrom }: Precision): Working => ({
  ...{ compute, stored, roundsInputs, roundsScores: isShort(compute) },
  ...(projectedFrom !== undefined && { projectedFrom }),
});

interface FoundMistake extends Pick<Named, "mistake" | "parameters" | "explains" | "of"> {
  readonly kernel?: KernelMistake;
}

const nameFor = ({ scope, id }: Target, { mistake, parameters, explains, of }: FoundMistake): Named => ({
  ...{ mistake, scope, explains, of, step: id },
  ...(parameters && { parameters }),
});

function findMistakes(target: Target, judged: Judged, given: Circumstances): readonly FoundMistake[] {
  const { of } = target;
  if (of?.what === "log-sum-exp") return findOfLogSumExp(target, judged, given);
  const wrong = wrongOutputOf(target, judged, given);
  const found: readonly Found[] = wrong ? diagnoseOutput(given.homework, wrong, given.likely) : [];
  return found.map((one) => ({ ...one, kernel: one.mistake }));
}

/** An output as mistakes are looked for in it; undefined for what is no output. */
function wrongOutputOf(
  target: Target,
  { working: strict, units }: Judged,
  { attentions, slack, otherBatches }: Circumstances,
): WrongOutput | undefined {
  // What a kernel in a short type does with its scores is not known: a mistake has to fit either way.
  const working = { ...strict, roundsScores: isShort(strict.compute) };
  const assemble = assemblerOf(attentions, target, working);
  const { got, of } = target;
  const { tasks } = attentions;
  return assemble && { got, working, assemble, slack, units, tasks, otherBatches, task: of?.task };
}

const MOST_ROWS_OF_LOG_SUM_EXP = 24;

/** Mistakes of the log-sum-exp alone, or of the attention behind it. */
function findOfLogSumExp(
  { got, expected, of }: Target,
  { working: strict, units }: Judged,
  { homework, attentions, slack, likely }: Circumstances,
): readonly FoundMistake[] {
  if (!of) return [];
  const working = { ...strict, roundsScores: isShort(strict.compute) };
  const variance = expected.variance(working);
  const numWrong = units.filter(isOff).length;
  const rows = spread(
    Array.from({ length: got.rows }, (_, row) => row),
    MOST_ROWS_OF_LOG_SUM_EXP,
  );
  const fits = (made: (row: number) => number) => {
    const off = Float64Array.from(rows, (row) => {
      const value = made(row);
      // It is rounded as what was made, which may be larger than what is right.
      const larger = Math.max(1, Math.abs(value / (expected.want.data[row] || 1))) ** 2;
      return unitOf(got.data[row], value, variance[row] * larger, slack?.[row] ?? 0);
    });
    return isRounding(sumUp(off, 1), rows.length, 1);
  };
  const alone = LOG_SUM_EXP.filter(({ make }) => fits((row) => make(of.task, row)));
  if (alone.length > 0) return alone.map((mistake) => ({ mistake, explains: numWrong, of: numWrong }));
  const assemble = (make: (task: Task) => MadeRow | undefined) => {
    const made = make(of.task);
    return (
      made && {
        output: Float64Array.of(made.logSumExp),
        variance: Float64Array.of(varianceFor(made.logSumExp)),
      }
    );
  };
  const scale = variance.reduce((most, own) => Math.max(most, own), 0);
  const varianceFor = (value: number) => scale * Math.max(1, Math.abs(value));
  const wrong = { got, working, units, slack, tasks: attentions.tasks, assemble };
  return diagnoseOutput(homework, wrong, likely).map((one) => ({ ...one, kernel: one.mistake }));
}

function describe({ scope, id, got, expected: { want } }: Target, judged: Judged): MachineStep {
  const { verdict, working, units, variance, summary } = judged;
  const isLost = (value: number, at: number) => !Number.isFinite(value) && Number.isFinite(want.data[at]);
  const lost = got.data.findIndex(isLost);
  const at = worstOf(units);
  const place = (index: number) => [Math.floor(index / want.cols), index % want.cols] as const;
  return {
    ...{ scope, id, verdict, working, units: summary },
    wrong: units.filter(isOff).length,
    of: units.length,
    nonFinite: got.data.reduce((count, value, index) => count + (isLost(value, index) ? 1 : 0), 0),
    ...(lost >= 0 && { firstNonFinite: place(lost) }),
    ...(units[at] > 0 && {
      worst: {
        ...{ cell: place(at), got: got.data[at], want: want.data[at] },
        ...{ unit: Math.sqrt(variance[at]), units: units[at] },
      },
    }),
  };
}

const worstOf = (units: Float64Array) =>
  units.reduce((worst, own, at) => (own > units[worst] ? at : worst), 0);

const MOST_READ = 12;

/** Which keys the wrong rows were made of; undefined where no range of keys gives any of them. */
function readKeysUsed({ of, got }: Target, { units, working }: Judged): KeysUsed | undefined {
  if (of?.what !== "output" || got.cols < 2) return undefined;
  const { task, statistics } = of;
  const wrong = Array.from({ length: got.rows }, (_, row) => row).filter((row) =>
    units.subarray(row * got.cols, (row + 1) * got.cols).some(isOff),
  );
  const step = Math.max(1, Math.ceil(wrong.length / MOST_READ));
  const rows = wrong.filter((_, index) => index % step === 0);
  const read = rows.map((row) => {
    const own = rowOf(got, row);
    const isClose = (range: KeyRange) =>
      isMadeOf(task, row, range, own, { working, meanSquares: statistics.meanSquares });
    return readKeys(task, row, own, isClose);
  });
  const seen = read.flatMap(({ row, seen: range }) => (range ? [{ row, range }] : []));
  const numKeys = task.key.rows;
  const expected = rangeText(
    read.map(({ row, expected: range }) => ({ row, range })),
    numKeys,
  );
  if (seen.length === 0 || expected === undefined) return undefined;
  return {
    expected,
    seen: rangeText(seen, numKeys) ?? "other keys in each row",
    rows: seen.length,
    of: rows.length,
  };
}

/** Whether a row is the attention over a range of keys, but for rounding. */
function isMadeOf(
  task: Task,
  row: number,
  { low, high }: KeyRange,
  got: Float64Array,
  { working, meanSquares }: { readonly working: Working; readonly meanSquares: Float64Array },
): boolean {
  const scores = scoresOfRow({ ...task, blocked: undefined }, row);
  scores.fill(Number.NEGATIVE_INFINITY, 0, low).fill(Number.NEGATIVE_INFINITY, high);
  const made = powersOf(scores).sum > 0 ? makeRow(task, row, scores) : undefined;
  if (!made) return false;
  const variance = varianceOfRow(made, meanSquares, { ...working, roundsScores: true }, task.query.cols);
  return made.output.every((value, c) => !isOff(unitOf(got[c], value, variance[c])));
}
