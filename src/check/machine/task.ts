import { hasRole } from "../../attention/steps.js";
import type { BlockedKeys } from "../../math/blocked.js";
import { sumOver } from "../../math/lists.js";
import { cellOf, createBooleanMatrix, createMatrix, type Matrix, mapCells } from "../../math/matrix.js";
import { findScores, findSoftmax } from "../../ops/fused-attention.js";
import { addToMasked, dropCells, mask } from "../../ops/masking.js";
import { slice, stackRows } from "../../ops/parts.js";
import { matmulTransposed } from "../../ops/product.js";
import type { EmptyRows } from "../../ops/softmax.js";
import {
  findStep,
  indexIn,
  keyIn,
  matrixOf,
  paramsOf,
  type Step,
  scopeText,
  type Trace,
} from "../../trace/trace.js";

/** One attention in the form that a kernel takes: its matrices, the settings of its scores, and its mask. */
export interface Task extends EmptyRows {
  /** For example "head 3"; "" without heads. */
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
  /** The logit of an attention sink. The sink is the last key, and the logit is its bias. */
  readonly sink?: number | undefined;
  /** The masked keys of each query. */
  readonly blocked?: BlockedKeys | undefined;
  /** n×m: the factors of the weights by dropout, 0 or 1 / (1 − p). */
  readonly dropped?: Matrix | undefined;
  /** Whether query, key and value are products of this run, which a kernel may round first. */
  readonly isProjected: boolean;
}

/** Returns the number of keys, without an attention sink. */
export const numKeysOf = ({ key, sink }: Pick<Task, "key" | "sink">) =>
  sink === undefined ? key.rows : key.rows - 1;

/**
 * Returns the attention behind a step that sums values. Returns undefined if kernels do not compute it in this form,
 * for example for local attention, or if masked scores have a finite fill.
 */
export function taskOf(trace: Trace, context: Step): Task | undefined {
  const { task, scores } = attentionOf(trace, context) ?? {};
  return scores ? undefined : task;
}

/**
 * Returns the attention behind a step, with the keys of the query and key that are compared. If its masked scores have a
 * finite fill, it has no mask, and `scores` are the scores that enter its softmax, n×m.
 */
export function attentionOf(
  trace: Trace,
  context: Step,
):
  | { readonly task: Task; readonly compared: readonly string[]; readonly scores?: Matrix | undefined }
  | undefined {
  if (!hasRole(context, "context")) return undefined;
  const { weights, dropped } = weightsBehind(trace, context);
  const at = (key: string) => findStep(trace, key);
  const softmax = weights && findSoftmax(weights.key, at);
  if (!softmax) return undefined;
  const last = at(softmax.scores);
  const filled = isFilled(last) ? last : undefined;
  const { masked, biased, capped, scaled, compared } = findScores(filled?.inputs[0] ?? softmax.scores, at);
  if (compared?.op.name !== matmulTransposed.name) return undefined;
  const bias = biased && sumOf(biased.inputs.slice(1).map((name) => matrixOf(trace, name)));
  const blocked = masked?.params.blocked;
  const names = [...compared.inputs, context.inputs[1]];
  const [query, key, value] = names.map((name) => matrixOf(trace, name));
  const sink = findStep(trace, keyIn(context.scope, "sink"))?.output().data[0];
  const task = {
    scope: scopeText(context.scope),
    head: indexIn(context.scope, "head") ?? 0,
    query,
    key,
    value,
    scale: scaled?.params.factor ?? 1,
    softcap: capped?.params.cap,
    ...((bias && maskInBias(bias, query.rows, blocked)) ?? { bias, blocked }),
    emptyRow: softmax.normalized.params.emptyRow,
    isProjected: names.some((name) => isMade(trace, name)),
    ...(sink !== undefined && { sink }),
    ...(dropped && { dropped }),
  };
  return { task, compared: compared.inputs, scores: filled?.output() };
}

/** Whether a step gives masked scores a finite number. */
const isFilled = (step: Step | undefined) =>
  step?.op.name === addToMasked.name ||
  (paramsOf(step, mask)?.fill ?? Number.NEGATIVE_INFINITY) !== Number.NEGATIVE_INFINITY;

/** Finds the weights of a weighted sum before dropout, and the factors of dropout. */
function weightsBehind(trace: Trace, context: Step) {
  const weights = findStep(trace, context.inputs[0]);
  const dropout = paramsOf(weights, dropCells);
  if (!weights || !dropout) return { weights };
  const kept = 1 - dropout.probability;
  return {
    weights: findStep(trace, weights.inputs[0]),
    dropped: mapCells(matrixOf(trace, weights.inputs[1]), (cell) => cell / kept),
  };
}

/** Returns a bias of 0 and −∞ as the mask that it is, beside the rules of another mask. Returns undefined for others. */
function maskInBias(bias: Matrix, queries: number, blocked?: BlockedKeys): Pick<Task, "blocked"> | undefined {
  const isMask = bias.data.every((own) => own === 0 || own === Number.NEGATIVE_INFINITY);
  if (!isMask || !bias.data.includes(Number.NEGATIVE_INFINITY) || blocked?.cells) return undefined;
  const { rows, cols } = bias;
  const cells = createBooleanMatrix(rows, cols, (row, col) => cellOf(bias, row, col) !== 0);
  const [low, high] = [new Float64Array(queries), new Float64Array(queries).fill(cols)];
  return { blocked: { rows: queries, cols, low, high, numRuled: cols, ...blocked, cells } };
}

/** Whether a step is computed by arithmetic. Slices and stacks of inputs are not. */
function isMade(trace: Trace, key: string): boolean {
  const made = findStep(trace, key);
  const isCut = made?.op.name === slice.name || made?.op.name === stackRows.name;
  return isCut ? made.inputs.some((name) => isMade(trace, name)) : made !== undefined;
}

function sumOf(biases: readonly Matrix[]): Matrix {
  const [first, ...others] = biases.toSorted((a, b) => b.rows - a.rows);
  if (others.length === 0) return first;
  return createMatrix(first.rows, first.cols, (row, col) =>
    sumOver(biases, ({ rows, cols, data }) => data[(rows === 1 ? 0 : row) * cols + col]),
  );
}

/** Returns the attentions of a run, in the order of its heads. */
export const tasksOf = (trace: Trace): readonly Task[] =>
  trace.steps.flatMap((step) => taskOf(trace, step) ?? []);
