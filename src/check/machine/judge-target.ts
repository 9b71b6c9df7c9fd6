import type { MistakeText } from "../mistakes/mistake.js";
import { assemblerOf } from "./assemble.js";
import type { JudgedOutput } from "./critique.js";
import { diagnoseOutput, type Found } from "./diagnose.js";
import { isShort, strictRounding } from "./expected-error.js";
import type { WrongOutput } from "./fit.js";
import { findOfLogSumExp } from "./judge-log-sum-exp.js";
import { type Judged, judgeByRule, LESS_PRECISE_TYPES } from "./judge-output.js";
import { keysOfTheirOwn } from "./keys-changed.js";
import { type KeysUsed, readKeysUsed } from "./keys-of-rows.js";
import { approximated, isRoundedTo } from "./mistakes/approximated.js";
import { noiseOf } from "./mistakes/dropout.js";
import { precisionMistakes } from "./mistakes/lower-precision.js";
import { isStructured } from "./mistakes/noise.js";
import { isOff } from "./rule.js";
import type { Target } from "./target.js";
import {
  countCells,
  type FoundMistake,
  isNonFiniteError,
  type JudgingContext,
  type MachineStep,
  placeOf,
  type TargetReport,
} from "./target-report.js";
import { judgeByTolerance } from "./tolerance.js";
import { locate } from "./where.js";

/** Judges one answer. For a wrong answer, also reports where it is wrong, which keys were used, and why. */
export function judgeTarget(target: Target, given: JudgingContext): TargetReport {
  const { got, expected, scope, id } = target;
  const judged = judgeAnswer(target, given);
  const report = (by: Judged, found: readonly FoundMistake[], more: Partial<MachineStep> = {}) => ({
    step: { ...describe(target, by), ...more },
    named: found.map((one) => ({ ...one, scope, step: id })),
    replayed: [],
    asFound: [],
  });
  if (judged.verdict === "agrees" || judged.verdict === "agrees-rounded")
    return { ...report(judged, []), output: judgedOutputOf(target, judged, given) };
  // A mistake is searched for under the strictest way of rounding, before the answer is called less precise.
  const strict = judged.verdict === "differs" ? judged : judgeStrictly(target, given);
  const where = locate(strict.units, got.cols, expected.rows);
  const isLess = judged.verdict === "less-precise";
  const { compute } = judged.rounding;
  const skipsLastResorts = given.skipsLastResorts || (isLess && given.coarser.has(compute));
  const found = findMistakes(target, strict, { ...given, skipsLastResorts });
  const [first] = found;
  if (isLess && (first === undefined || first.mistake.id === "inputs-rounded")) {
    const of = strict.units.filter(isOff).length;
    const named = first
      ? found
      : lessPrecise(target, judged).map((mistake) => ({ mistake, explains: of, of }));
    return {
      ...report(judged, named, { tooCoarse: of, where }),
      coarser: first || target.of?.what !== "output" ? undefined : compute,
    };
  }
  const read = readKeysUsed(target, strict, given);
  const ofOtherKeys = read && ownKeys(read.keysUsed, got.cols);
  const named = first || !ofOtherKeys ? found : [ofOtherKeys];
  const isWrong = { where, verdict: "differs", ...(read && { keysUsed: read.keysUsed }) } as const;
  return {
    ...report(strict, named, isWrong),
    rule: read?.rule,
    ...(named.length === 0 && noiseIn(target, strict)),
    replayed: found.flatMap(({ kernel }) => kernel ?? []),
    asFound: found.flatMap(({ kernel, variant }) =>
      kernel && variant ? [{ ...kernel, variants: () => [variant] }] : [],
    ),
    output: judgedOutputOf(target, strict, given),
  };
}

function judgedOutputOf(target: Target, judged: Judged, given: JudgingContext): JudgedOutput | undefined {
  const output = wrongOutputOf(target, judged, given);
  return output && { homework: given.homework, output };
}

/** Returns the mistakes that explain a less precise answer. A coarser type may happen to err as little as a finer one. */
function lessPrecise({ of, got, expected }: Target, { rounding }: Judged): readonly MistakeText[] {
  if (of?.what !== "output" || rounding.sumsShort) return precisionMistakes(rounding);
  const compute = LESS_PRECISE_TYPES.slice(LESS_PRECISE_TYPES.indexOf(rounding.compute)).find((type) =>
    isRoundedTo(type, of.task, got, expected, type === rounding.compute),
  );
  return compute ? precisionMistakes({ ...rounding, compute }) : [approximated];
}

/** Judges one answer without searching for a cause. */
export function judgeAnswer(
  target: Target,
  { slack: given, precision, tolerance }: Pick<JudgingContext, "slack" | "precision" | "tolerance">,
): Judged {
  const { got, expected, multiplesOf } = target;
  const slack = slackIn(target, given);
  if (!tolerance) return judgeByRule({ got, slack }, expected, precision);
  return judgeByTolerance({ got, slack }, expected, { ...tolerance, multiplesOf }, strictRounding(precision));
}

/** Returns the slack of an answer in the units of the target. */
const slackIn = ({ multiplesOf }: Target, slack: Float64Array | undefined) =>
  multiplesOf ? slack?.map((own, at) => own / multiplesOf[at]) : slack;

/** Names "keys of their own" if other keys explain every examined row, but no rule describes these keys. */
function ownKeys({ looked, rows, of }: KeysUsed, cols: number): FoundMistake | undefined {
  const isOwn = rows === of && looked.some(({ changed }) => changed);
  return isOwn ? { mistake: keysOfTheirOwn, explains: rows * cols, of: rows * cols } : undefined;
}

/** Judges an answer by the strictest way of rounding only. */
function judgeStrictly(target: Target, { precision, slack }: JudgingContext): Judged {
  const { got, expected } = target;
  const way = { verdict: "differs", rounding: strictRounding(precision) } as const;
  return judgeByRule({ got, slack: slackIn(target, slack) }, expected, precision, [way]);
}

/** Returns the errors of an unexplained output, if they may be noise. */
function noiseIn({ of, got, expected }: Target, { units }: Judged): Pick<TargetReport, "noise"> {
  if (of?.what !== "output" || of.task.dropped || isStructured(of.task, got, expected)) return {};
  return { noise: noiseOf(of.statistics, { got: got.data, units }) };
}

function findMistakes(target: Target, judged: Judged, given: JudgingContext): readonly FoundMistake[] {
  const { of } = target;
  if (of?.what === "log-sum-exp") return findOfLogSumExp(target, of, judged, given);
  const wrong = wrongOutputOf(target, judged, given);
  const found: readonly Found[] = wrong
    ? diagnoseOutput(given.homework, wrong, {
        likely: given.likely,
        skipsLastResorts: given.skipsLastResorts,
        time: given.time,
      })
    : [];
  return found.map((one) => ({ ...one, kernel: one.mistake }));
}

/**
 * Returns what the search for mistakes needs to know of an output. Returns undefined if the answer is not an output.
 */
function wrongOutputOf(
  target: Target,
  { rounding: strict, units }: Judged,
  { attentions, slack, allBatches }: JudgingContext,
): WrongOutput | undefined {
  // How a kernel in a short type rounds its scores is unknown, so a mistake may fit with rounded scores.
  const rounding = { ...strict, roundsScores: isShort(strict.compute) };
  const assemble = assemblerOf(attentions, target, rounding);
  const { got, of, expected } = target;
  const { tasks } = attentions;
  if (!assemble) return undefined;
  const given = { got, rows: expected.rows, rounding, assemble, slack, units, tasks, allBatches };
  return {
    ...given,
    task: of?.task,
    get want() {
      return expected.want;
    },
  };
}

function describe({ scope, id, got, expected, multiplesOf }: Target, judged: Judged): MachineStep {
  const { limits, rows } = expected;
  const wide = expected.wide?.() ?? [];
  const { verdict, rounding } = judged;
  const counts = countCells(got, expected, judged, { rows: rows?.length, multiplesOf });
  const isLostAt = (value: number, at: number) => isNonFiniteError(value, expected.want.data[at]);
  return {
    scope,
    id,
    verdict,
    rounding,
    ...counts,
    ...(rows && { rows: { checked: rows.length, of: got.rows } }),
    ...(limits && { limit: Number.isFinite(limits.all) ? limits.all : null }),
    ...(wide.length > 0 && { wide }),
    ...(counts.nonFinite > 0 && { firstNonFinite: placeOf(got.data.findIndex(isLostAt), got) }),
  };
}
