import { hasRole } from "../../attention/steps.js";
import type { BlockedKeys } from "../../math/blocked.js";
import { createMatrix, type Matrix, mapCells } from "../../math/matrix.js";
import { dropCells } from "../../ops/dropout.js";
import { add, scale, softcap } from "../../ops/elementwise.js";
import { addToMasked, mask } from "../../ops/masking.js";
import { slice, stackRows } from "../../ops/parts.js";
import { matmulTransposed } from "../../ops/product.js";
import { type EmptyRows, normalizeRows } from "../../ops/softmax.js";
import { indexIn, keyIn, scopeText } from "../../trace/scope.js";
import { findStep, matrixOf, paramsOf, type Step, type Trace } from "../../trace/trace.js";

/** One attention as a kernel is given it: what is compared, what becomes of the scores, and what is summed. */
export interface Task extends EmptyRows {
  /** "", or "head 3". */
  readonly scope: string;
  readonly head: number;
  /** n×d and m×d */
  readonly query: Matrix;
  readonly key: Matrix;
  /** m×d_v */
  readonly value: Matrix;
  readonly scale: number;
  readonly softcap?: number | undefined;
  /** n×m or 1×m, added to the scores. */
  readonly bias?: Matrix | undefined;
  /** The logit of an attention sink, which is the last key: its bias. */
  readonly sink?: number | undefined;
  /** The keys that queries may not attend to. */
  readonly blocked?: BlockedKeys | undefined;
  /** n×m: what dropout multiplies the weights with, 0 or 1 / (1 − p). */
  readonly dropped?: Matrix | undefined;
  /** Whether query, key and value are products of this run, which a kernel rounds before it goes on. */
  readonly isProjected: boolean;
}

/** The attention behind a step that sums values; undefined where it is none that kernels work, such as local attention. */
export function taskOf(trace: Trace, context: Step): Task | undefined {
  if (!hasRole(context, "context")) return undefined;
  const { weights, dropped } = weightsBehind(trace, context);
  const normalized = paramsOf(weights, normalizeRows);
  const conditioned = normalized && readConditioning(trace, before(trace, before(trace, weights)));
  if (!conditioned) return undefined;
  const { compared, ...conditioning } = conditioned;
  const task = makeTask(trace, context, compared, { ...conditioning, emptyRow: normalized.emptyRow });
  return dropped ? { ...task, dropped } : task;
}

/** The weights that a step sums values by, before dropout, and what dropout multiplies them with. */
function weightsBehind(trace: Trace, context: Step) {
  const weights = before(trace, context);
  const dropout = paramsOf(weights, dropCells);
  if (!weights || !dropout) return { weights };
  const kept = 1 - dropout.probability;
  return {
    weights: before(trace, weights),
    dropped: mapCells(matrixOf(trace, weights.inputs[1]), (cell) => cell / kept),
  };
}

function makeTask(
  trace: Trace,
  context: Step,
  compared: Step,
  conditioning: Pick<Task, "scale" | "softcap" | "bias" | "blocked" | "emptyRow">,
): Task {
  const names = [...compared.inputs, context.inputs[1]];
  const [query, key, value] = names.map((name) => matrixOf(trace, name));
  const sink = findStep(trace, keyIn(context.scope, "sink"))?.output().data[0];
  return {
    ...conditioning,
    ...(sink !== undefined && { sink }),
    scope: scopeText(context.scope),
    head: indexIn(context.scope, "head") ?? 0,
    query,
    key,
    value,
    isProjected: names.some((name) => isMade(trace, name)),
  };
}

/**
 * The attention behind a step in which masked scores have some number, with the scores that enter its softmax, n×m. Its task has no
 * mask. Undefined for any other attention.
 */
export function filledTaskOf(
  trace: Trace,
  context: Step,
): { readonly task: Task; readonly scores: Matrix } | undefined {
  const weights = hasRole(context, "context") ? before(trace, context) : undefined;
  const normalized = paramsOf(weights, normalizeRows);
  const filled = before(trace, before(trace, weights));
  if (!normalized || !filled || !FILLING.has(filled.op.name)) return undefined;
  const conditioned = readConditioning(trace, before(trace, filled));
  if (!conditioned) return undefined;
  const { compared, ...conditioning } = conditioned;
  return {
    task: makeTask(trace, context, compared, { ...conditioning, emptyRow: normalized.emptyRow }),
    scores: filled.output(),
  };
}

/** What gives masked scores a number. */
const FILLING = new Set([mask.name, addToMasked.name]);

/** The step that is the first input of another one. */
const before = (trace: Trace, step: Step | undefined): Step | undefined =>
  step && findStep(trace, step.inputs[0]);

/** What becomes of scores before the softmax, from the last step back to the products. */
function readConditioning(trace: Trace, scores: Step | undefined) {
  const masking = paramsOf(scores, mask);
  if (masking && masking.fill !== Number.NEGATIVE_INFINITY) return undefined;
  const biased = masking ? before(trace, scores) : scores;
  const isBiased = biased?.op.name === add.name;
  const capped = isBiased ? before(trace, biased) : biased;
  const cap = paramsOf(capped, softcap);
  const scaled = cap ? before(trace, capped) : capped;
  const scaling = paramsOf(scaled, scale);
  const compared = scaling ? before(trace, scaled) : scaled;
  if (compared?.op.name !== matmulTransposed.name) return undefined;
  return {
    compared,
    scale: scaling?.factor ?? 1,
    softcap: cap?.cap,
    bias: isBiased ? sumOf(biased.inputs.slice(1).map((name) => matrixOf(trace, name))) : undefined,
    blocked: masking?.blocked,
  };
}

/** Whether arithmetic made something: slices of what was given are as exact as that. */
function isMade(trace: Trace, key: string): boolean {
  const made = findStep(trace, key);
  const isCut = made?.op.name === slice.name || made?.op.name === stackRows.name;
  return isCut ? made.inputs.some((name) => isMade(trace, name)) : made !== undefined;
}

function sumOf(biases: readonly Matrix[]): Matrix {
  const [first, ...others] = biases.toSorted((a, b) => b.rows - a.rows);
  if (others.length === 0) return first;
  return createMatrix(first.rows, first.cols, (row, col) =>
    biases.reduce((sum, { rows, cols, data }) => sum + data[(rows === 1 ? 0 : row) * cols + col], 0),
  );
}

/** The attentions of a run, in the order of its heads. */
export const tasksOf = (trace: Trace): readonly Task[] =>
  trace.steps.flatMap((step) => taskOf(trace, step) ?? []);
