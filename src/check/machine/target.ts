import {
  gradientPartOf,
  isNameOfLogSumExp,
  isNameOfOutput,
  isNameOfWeights,
  splitHead,
} from "../../attention/names.js";
import { hasRole } from "../../attention/steps.js";
import { refuseAs } from "../../errors.js";
import { type Matrix, mapCells, sameShape, shapeText, transpose } from "../../math/matrix.js";
import { once, remember } from "../../math/remember.js";
import { slice } from "../../ops/parts.js";
import { matmul, matmulTransposed } from "../../ops/product.js";
import { findInput, findStep, indexIn, type Step, scopeText, type Trace } from "../../trace/trace.js";
import { findNamedStep } from "../step-names.js";
import { expectedAnywhere, expectedPairs, expectedProduct } from "./expected-steps.js";
import { expectedGradient, expectedOfPropagated } from "./gradients/expected-gradient.js";
import { gradientErrorsOf } from "./gradients/gradient-errors.js";
import { kvGradientOf, sumOfBatches } from "./gradients/kv-heads.js";
import type { GradientErrors } from "./gradients/propagation.js";
import { type Expected, expectedLogSumExp, expectedOutput } from "./judge-output.js";
import { largestInColumns } from "./rows.js";
import { someRows } from "./some-rows.js";
import { type Statistics, statisticsOf, statisticsOfRows } from "./statistics.js";
import { attentionOf, type Task, taskOf } from "./task.js";

/** An answer of a machine, as it was read. */
export interface DumpedAnswer {
  /** The name of the step, as the user gave it. */
  readonly key: string;
  /** The name of the answer in its dump. */
  readonly called?: string;
  /** Whether it is a sum over the batches: the gradient of a bias that they share. */
  readonly isOfAllBatches?: true;
  readonly matrix: Matrix;
  /** The place that error messages name. */
  readonly source: string;
}

/** An answer with the numbers that it is compared with. */
export interface Target {
  readonly scope: string;
  readonly id: string;
  readonly got: Matrix;
  readonly expected: Expected;
  /** The attention that the answer is the output or log-sum-exp of, with its statistics. */
  readonly of?: {
    readonly task: Task;
    readonly statistics: Statistics;
    readonly what: "output" | "log-sum-exp";
  };
  /** For the gradient of a kv head: the scopes of the query heads whose gradients it sums. */
  readonly sumsOf?: readonly string[];
  /** Whether it is a sum over the batches. */
  readonly isOfAllBatches?: true;
  /**
   * The unit of each number, both dumped and expected. It is not 1 if the square of the number would overflow or
   * vanish.
   */
  readonly multiplesOf?: Float64Array;
  /** The step that combines several attentions: their concatenation, or its projection. */
  readonly projection?: Step;
}

/**
 * The attentions of a run, with the statistics that their rounding depends on. The statistics are computed when they
 * are first needed.
 */
export interface Attentions {
  readonly trace: Trace;
  readonly tasks: readonly Task[];
  /** The attentions of all batches of the dump. */
  readonly batches: readonly Attentions[];
  statistics(task: Task): Statistics;
  /** The rows of an attention that are compared, if not all are. */
  rows(task: Task): readonly number[] | undefined;
  /** Returns the expected errors of the gradients. */
  gradients(): GradientErrors;
}

/** Finds the attentions of a run, which is one of some batches. At most `mostRows` rows of each are compared. */
export function attentionsOf(
  trace: Trace,
  mostRows = Number.POSITIVE_INFINITY,
  batches: readonly Attentions[] = [],
): Attentions {
  const contexts = new Map<Task, Step>();
  for (const step of trace.steps) {
    const task = taskOf(trace, step);
    if (task) contexts.set(task, step);
  }
  const known = new Map<Task, Statistics>();
  const attentions: Attentions = {
    trace,
    gradients: once(() => gradientErrorsOf({ trace, expected: (key) => expectedBefore(attentions, key) })),
    tasks: [...contexts.keys()],
    batches,
    rows: ({ query }) => someRows(query.rows, mostRows),
    statistics(task) {
      const context = contexts.get(task);
      if (!context) throw new RangeError("this attention is not of this run");
      const rows = attentions.rows(task);
      return remember(known, task, () => {
        if (rows) return statisticsOfRows(task, rows);
        return statisticsOf(task, () => context.output());
      });
    },
  };
  return attentions;
}

/** Returns the expected numbers of a step of the forward pass, if there is a formula for its rounding. */
function expectedBefore(attentions: Attentions, key: string): Expected | undefined {
  const step = findStep(attentions.trace, key);
  return step && !step.id.startsWith("d-") ? expectedOf(attentions, step, step.output()) : undefined;
}

/** Finds what an answer is compared with. Throws UNKNOWN_STEP and SHAPE_MISMATCH. */
export function findTarget(attentions: Attentions, answer: DumpedAnswer): Target {
  const { trace, tasks } = attentions;
  const ofSeveral = targetOfKvHead(attentions, answer) ?? targetOfAllBatches(attentions, answer);
  if (ofSeveral) return ofSeveral;
  const { head, name: id = answer.key } = splitHead(answer.key) ?? {};
  const ofHead = head === undefined ? (tasks.length === 1 ? tasks[0] : undefined) : tasks[head];
  if (isNameOfLogSumExp(id) && ofHead) return targetOfLogSumExp(attentions, ofHead, answer);
  // Without a head in the name, the output of several heads means that of all heads.
  const isOutput = isNameOfOutput(id) && (head !== undefined || trace.command === "attend");
  const role = isOutput ? "context" : isNameOfWeights(id) ? "weights" : undefined;
  const named = trace.steps.find(
    (step) =>
      role !== undefined &&
      hasRole(step, role) &&
      (ofHead ? scopeText(step.scope) === ofHead.scope : indexIn(step.scope, "head") === head),
  );
  return targetOfStep(attentions, named ?? findNamedStep(trace, answer.key, answer.source), answer);
}

/**
 * Yields each answer with what it is compared with. The helper starts with the next one while the current one is
 * judged. Throws UNKNOWN_STEP and SHAPE_MISMATCH.
 */
export function* targetsInTurn<Answer extends DumpedAnswer>(
  attentions: Attentions,
  answers: readonly Answer[],
): Generator<{ readonly answer: Answer; readonly target: Target }> {
  const targets = answers.map((answer) => findTarget(attentions, answer));
  for (const [at, target] of targets.entries()) {
    target.of?.statistics.begin?.();
    targets[at + 1]?.of?.statistics.begin?.();
    yield { answer: answers[at], target };
  }
}

/** Finds the gradient of a kv head that several query heads share. It is the sum of several steps. */
function targetOfKvHead(attentions: Attentions, answer: DumpedAnswer): Target | undefined {
  const { head, isKv, name = "" } = splitHead(answer.key) ?? {};
  const part = gradientPartOf(name);
  if (head === undefined || !isKv || !part || part === "query") return undefined;
  const found = kvGradientOf(attentions.gradients(), part, head);
  if (!found) return undefined;
  const { scope, id, propagated, heads } = found;
  const got = inShapeOf(answer, propagated.want, `${scope}/${id}`);
  return { scope, id, got, expected: expectedOfPropagated(propagated), sumsOf: heads };
}

/** Finds the gradient of a bias that all batches share. */
function targetOfAllBatches({ trace, batches }: Attentions, answer: DumpedAnswer): Target | undefined {
  if (!answer.isOfAllBatches) return undefined;
  const { key, id, scope } = findNamedStep(trace, answer.key, answer.source);
  const propagated = sumOfBatches(batches, key);
  if (!propagated) return undefined;
  const got = inShapeOf(answer, propagated.want, key);
  const expected = expectedOfPropagated(propagated);
  return { scope: scopeText(scope), id, got, expected, isOfAllBatches: true };
}

function targetOfLogSumExp(attentions: Attentions, task: Task, answer: DumpedAnswer): Target {
  const statistics = attentions.statistics(task);
  const { scope } = task;
  const id = "log-sum-exp";
  const got = inShapeOf(answer, { rows: task.query.rows, cols: 1 }, scope === "" ? id : `${scope}/${id}`);
  const expected = expectedLogSumExp(task, statistics, got);
  return { scope, id, got, expected, of: { task, statistics, what: "log-sum-exp" } };
}

/** Returns an answer in the shape of its step. A column may be given as a row. Throws SHAPE_MISMATCH. */
function inShapeOf(
  { matrix, source }: DumpedAnswer,
  want: Pick<Matrix, "rows" | "cols">,
  key: string,
): Matrix {
  if (sameShape(matrix, want)) return matrix;
  const isTurned = matrix.rows === want.cols && matrix.cols === want.rows;
  if (isTurned && want.cols === 1) return transpose(matrix);
  refuseAs("SHAPE_MISMATCH", `${key} is ${shapeText(want)}, but the answer is ${shapeText(matrix)}.`, {
    hint: isTurned
      ? "It looks transposed: save its transpose."
      : "Check which problem the answer belongs to.",
    location: { source },
  });
}

function targetOfStep(attentions: Attentions, step: Step, answer: DumpedAnswer): Target {
  const got = inShapeOf(answer, step.shape, step.key);
  const expected = expectedOf(attentions, step, got) ?? expectedAnywhere(step.output());
  const target = { scope: scopeText(step.scope), id: step.id, got, expected };
  const task = hasRole(step, "context") ? taskIn(attentions, step) : undefined;
  const inUnits = task && targetInUnits(attentions, { task, step, got });
  if (inUnits) return { ...target, ...inUnits };
  if (task) return { ...target, of: { task, statistics: attentions.statistics(task), what: "output" } };
  return hasRole(step, "output-projection", "concat") ? { ...target, projection: step } : target;
}

/**
 * Returns the unit of a column: a power of two if the square of its largest number, or of that number's rounding error,
 * could not be summed, else 1.
 */
function unitOf(largest: number): number {
  const exponent = Math.floor(Math.log2(largest));
  if (!Number.isFinite(exponent)) return 1;
  return exponent > 500 ? 2 ** (exponent - 500) : exponent < -400 ? 2 ** exponent : 1;
}

/**
 * Returns an output, and the expected output, in units of powers of two, one per column of the values. Rows keep the
 * unit 1 if they use no values that need another unit. Returns undefined if no column needs another unit.
 */
function targetInUnits(
  attentions: Attentions,
  { task, step, got: answer }: { readonly task: Task; readonly step: Step; readonly got: Matrix },
): Pick<Target, "got" | "expected" | "multiplesOf"> | undefined {
  const ofColumns = largestInColumns(task.value).map(unitOf);
  if (ofColumns.every((unit) => unit === 1)) return undefined;
  const inUnits = (matrix: Matrix) => mapCells(matrix, (value, _, col) => value / ofColumns[col]);
  const [other, rows] = [{ ...task, value: inUnits(task.value) }, attentions.rows(task)];
  const [plain, own] = ([task, other] as const).map((one) =>
    rows
      ? statisticsOfRows(one, rows)
      : statisticsOf(one, () => (one === task ? step.output() : inUnits(step.output()))),
  );
  const isPlain = mapCells(answer, (_, row, col) => (isSummed(plain.row(row)?.squares[col]) ? 1 : 0)).data;
  const multiplesOf = isPlain.map((one, at) => (one ? 1 : ofColumns[at % answer.cols]));
  const got = { ...answer, data: answer.data.map((value, at) => value / multiplesOf[at]) };
  const [first, second] = [expectedOutput(task, plain, answer), expectedOutput(other, own, inUnits(answer))];
  const choose = (plainly: Float64Array, otherwise: Float64Array) =>
    plainly.map((value, at) => (isPlain[at] ? value : otherwise[at]));
  const expected: Expected = {
    want: { ...got, data: choose(first.want.data, second.want.data) },
    rows: first.rows,
    variance: (rounding) => choose(first.variance(rounding), second.variance(rounding)),
  };
  return { got, expected, multiplesOf };
}

/** Whether a sum of squares neither overflowed nor lost all its digits. */
const isSummed = (squares = 1) => squares > 2 ** -900 && squares < Number.POSITIVE_INFINITY;

/** Finds the attention that a step belongs to. */
const taskIn = ({ tasks }: Attentions, step: Step) =>
  tasks.find(({ scope }) => scope === scopeText(step.scope));

const PAIRS = [
  "scores",
  "scaled-scores",
  "capped-scores",
  "biased-scores",
  "masked-scores",
  "weights",
] as const;
const PROJECTIONS = ["query-projection", "key-projection", "value-projection", "output-projection"] as const;

/**
 * Returns the expected numbers of a step, by the way it is computed. Returns undefined if there is no formula for its
 * rounding.
 */
function expectedOf(attentions: Attentions, step: Step, got: Matrix): Expected | undefined {
  const { trace } = attentions;
  if (step.id.startsWith("d-")) return expectedGradient(attentions.gradients(), step.key);
  const task = taskIn(attentions, step);
  if (task && hasRole(step, "context")) return expectedOutput(task, attentions.statistics(task), got);
  if (task && hasRole(step, ...PAIRS)) return expectedPairs(task, step);
  const filled = attentionOf(trace, step);
  if (filled) {
    const statistics = statisticsOf(filled.task, () => step.output(), filled.scores);
    return expectedOutput(filled.task, statistics, got);
  }
  const before = (key: string): Expected | undefined => {
    const made = findStep(trace, key);
    return made && expectedOf(attentions, made, made.output());
  };
  if (hasRole(step, "concat")) {
    const parts = step.inputs.flatMap((key) => before(key) ?? []);
    return parts.length === step.inputs.length ? joined(step, parts) : undefined;
  }
  if (!hasRole(step, ...PROJECTIONS)) return undefined;
  const [first, second] = step.inputs;
  if (step.op.name === slice.name) return before(first);
  const isTurned = step.op.name === matmulTransposed.name;
  if (!isTurned && step.op.name !== matmul.name) return undefined;
  const [given, w] = [first, second].map((key) => findInput(trace, key)?.matrix);
  const x = given ?? before(first);
  if (!x || !w) return undefined;
  return expectedProduct(step.output(), x, isTurned ? w : transpose(w));
}

/** Joins the expected outputs of several heads side by side. */
function joined(step: Step, parts: readonly Expected[]): Expected {
  const want = step.output();
  return {
    want,
    variance(rounding) {
      const variance = new Float64Array(want.data.length);
      let first = 0;
      for (const part of parts) {
        const own = part.variance(rounding);
        const { cols } = part.want;
        for (let row = 0; row < want.rows; row++) {
          variance.set(own.subarray(row * cols, (row + 1) * cols), row * want.cols + first);
        }
        first += cols;
      }
      return variance;
    },
  };
}
