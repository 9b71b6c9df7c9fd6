import { isNameOfLogSumExp, isNameOfOutput, isNameOfWeights } from "../../attention/answer-names.js";
import { hasRole } from "../../attention/step-roles.js";
import { UserError } from "../../errors.js";
import { type Matrix, shapeText, transpose } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import { matmul, matmulTransposed } from "../../ops/product.js";
import { indexIn, scopeText } from "../../trace/scope.js";
import type { Step, Trace } from "../../trace/trace.js";
import { findNamedStep } from "../step-names.js";
import { expectedAnywhere, expectedPairs, expectedProduct } from "./expected-steps.js";
import { type Expected, expectedLogSumExp, expectedOutput } from "./judge-output.js";
import { type Statistics, statisticsOf } from "./statistics.js";
import { type Task, taskOf } from "./task.js";

/** An answer of a machine, as it was read. */
export interface DumpedAnswer {
  /** The step, as it was named. */
  readonly key: string;
  readonly matrix: Matrix;
  /** As messages name the place. */
  readonly source: string;
}

/** What an answer is compared with. */
export interface Target {
  readonly scope: string;
  readonly id: string;
  readonly got: Matrix;
  readonly expected: Expected;
  /** The attention whose output or log-sum-exp it is, with its statistics. */
  readonly of?: {
    readonly task: Task;
    readonly statistics: Statistics;
    readonly what: "output" | "log-sum-exp";
  };
  /** The step that sums up several attentions, with the sums that it is of. */
  readonly projection?: Step;
}

/** The attentions of a run with what their rounding hangs on, worked out when somebody asks. */
export interface Attentions {
  readonly trace: Trace;
  readonly tasks: readonly Task[];
  statistics(task: Task): Statistics;
}

/** Finds the attentions of a run. */
export function attentionsOf(trace: Trace): Attentions {
  const contexts = trace.steps.filter((step) => hasRole(step, "context"));
  const found = contexts.flatMap((context) => {
    const task = taskOf(trace, context);
    return task ? [{ task, context }] : [];
  });
  const known = new Map<Task, Statistics>();
  return {
    trace,
    tasks: found.map(({ task }) => task),
    statistics(task) {
      const context = found.find((one) => one.task === task)?.context;
      if (!context) throw new RangeError("this attention is not of this run");
      const logSumExp = trace.steps.find(
        ({ id, scope }) => id === "log-sum-exp" && scopeText(scope) === task.scope,
      );
      return remember(known, task, () =>
        statisticsOf(task, { output: context.output(), logSumExp: logSumExp?.output() }),
      );
    },
  };
}

/** Finds what an answer is compared with. Throws UNKNOWN_STEP and SHAPE_MISMATCH. */
export function findTarget(attentions: Attentions, answer: DumpedAnswer): Target {
  const [, head, id = answer.key] = /^\s*(head[\s_-]*\d+)[\s_./:-]+(.*)$/i.exec(answer.key) ?? [];
  const { tasks } = attentions;
  const own =
    head === undefined ? (tasks.length === 1 ? tasks[0] : undefined) : tasks[Number(/\d+/.exec(head)?.[0])];
  if (isNameOfLogSumExp(id) && own) return targetOf(attentions, own, "log-sum-exp", answer);
  const isOutput = isNameOfOutput(id);
  const isWhole = attentions.trace.command === "attend" || head !== undefined;
  if (isNameOfWeights(id) && own) {
    const scope = attentions.trace.steps.filter((step) => scopeText(step.scope) === own.scope);
    const weights = scope.find((step) => hasRole(step, "weights"));
    if (weights) return targetOfStep(attentions, weights, answer);
  }
  if (isOutput && own && isWhole) return targetOf(attentions, own, "output", answer);
  const context = isOutput && head !== undefined ? contextIn(attentions.trace, head) : undefined;
  return targetOfStep(
    attentions,
    context ?? findNamedStep(attentions.trace, answer.key, answer.source),
    answer,
  );
}

/** What a head gives, where it is no attention that kernels work. */
const contextIn = ({ steps }: Trace, head: string): Step | undefined =>
  steps.find(
    (step) => hasRole(step, "context") && indexIn(step.scope, "head") === Number(/\d+/.exec(head)?.[0]),
  );

function targetOf(
  attentions: Attentions,
  task: Task,
  what: "output" | "log-sum-exp",
  answer: DumpedAnswer,
): Target {
  const statistics = attentions.statistics(task);
  const id = what === "output" && attentions.trace.command !== "attend" ? "context" : what;
  const want =
    what === "output"
      ? statistics.output
      : { rows: statistics.logSumExp.length, cols: 1, data: statistics.logSumExp };
  const got = inShapeOf(answer, want, task.scope === "" ? id : `${task.scope}/${id}`);
  const expected =
    what === "output" ? expectedOutput(task, statistics, got) : expectedLogSumExp(task, statistics);
  return { scope: task.scope, id, got, expected, of: { task, statistics, what } };
}

/** An answer in the shape of its step; one number a row may lie. */
function inShapeOf(
  { matrix, source }: DumpedAnswer,
  want: Pick<Matrix, "rows" | "cols">,
  key: string,
): Matrix {
  if (matrix.rows === want.rows && matrix.cols === want.cols) return matrix;
  if (want.cols === 1 && matrix.rows === 1 && matrix.cols === want.rows) return transpose(matrix);
  const isTurned = matrix.rows === want.cols && matrix.cols === want.rows;
  throw new UserError(
    "SHAPE_MISMATCH",
    `${key} is ${shapeText(want)}, but the answer is ${shapeText(matrix)}.`,
    {
      hint: isTurned
        ? "It looks transposed: save its transpose."
        : "Check which problem the answer belongs to.",
      location: { source },
    },
  );
}

function targetOfStep(attentions: Attentions, step: Step, answer: DumpedAnswer): Target {
  const scope = scopeText(step.scope);
  const got = inShapeOf(answer, step.shape, step.key);
  const context = attentions.tasks.find((task) => task.scope === scope);
  if (hasRole(step, "context") && context) return targetOf(attentions, context, "output", answer);
  const expected = expectedOf(attentions, step, got) ?? expectedAnywhere(step.output());
  const isProjection = hasRole(step, "output-projection", "concatenation");
  return { scope, id: step.id, got, expected, ...(isProjection && { projection: step }) };
}

const PAIRS = [
  "scores",
  "scaled-scores",
  "capped-scores",
  "biased-scores",
  "masked-scores",
  "weights",
] as const;
const PROJECTIONS = ["query-projection", "key-projection", "value-projection", "output-projection"] as const;

/** What is expected of a step by how it is made; undefined for one whose rounding is not known. */
function expectedOf(attentions: Attentions, step: Step, got: Matrix): Expected | undefined {
  const { trace } = attentions;
  const task = attentions.tasks.find(({ scope }) => scope === scopeText(step.scope));
  if (hasRole(step, "context")) return task && expectedOutput(task, attentions.statistics(task), got);
  if (task && hasRole(step, ...PAIRS)) return expectedPairs(task, step);
  const made = (key: string) => trace.steps.find((one) => one.key === key);
  const before = (key: string): Expected | Matrix | undefined => {
    const input = trace.inputs.find(({ name }) => name === key)?.matrix;
    const from = made(key);
    return input ?? (from && (expectedOf(attentions, from, from.output()) ?? undefined));
  };
  if (step.op.name === "slice" && hasRole(step, "output-projection")) {
    const from = made(step.inputs[0]);
    return from && expectedOf(attentions, from, got);
  }
  if (hasRole(step, "concatenation")) {
    const parts = step.inputs.flatMap((key) => before(key) ?? []);
    return parts.length === step.inputs.length ? joined(step, parts) : undefined;
  }
  const isProduct = step.op.name === matmul.name || step.op.name === matmulTransposed.name;
  if (!hasRole(step, ...PROJECTIONS) || !isProduct) return undefined;
  const [x, w] = step.inputs.map(before);
  if (!x || !w || "want" in w) return undefined;
  const isTurned = step.op.name === matmulTransposed.name;
  return expectedProduct(
    step.output(),
    x,
    (k, col) => w.data[isTurned ? col * w.cols + k : k * w.cols + col],
  );
}

/** Contexts side by side, with what is expected of each. */
function joined(step: Step, parts: readonly (Expected | Matrix)[]): Expected {
  const want = step.output();
  return {
    want,
    variance(working) {
      const variance = new Float64Array(want.data.length);
      let first = 0;
      for (const part of parts) {
        if (!("want" in part)) continue;
        const own = part.variance(working);
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
