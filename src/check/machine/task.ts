import { hasRole } from "../../attention/step-roles.js";
import type { BlockedKeys } from "../../math/blocked.js";
import { createMatrix, type Matrix } from "../../math/matrix.js";
import { add, scale, softcap } from "../../ops/elementwise.js";
import { mask } from "../../ops/masking.js";
import { matmulTransposed } from "../../ops/product.js";
import { type EmptyRows, exponentials, normalizeRows } from "../../ops/softmax.js";
import { indexIn, scopeText } from "../../trace/scope.js";
import { paramsOf, type Step, type Trace } from "../../trace/trace.js";

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
  /** The keys that queries may not attend to. */
  readonly blocked?: BlockedKeys | undefined;
  /** Whether query, key and value are products of this run, which a kernel rounds before it goes on. */
  readonly isProjected: boolean;
}

/** The attention behind a step that sums values; undefined where it is none that kernels work, such as local attention. */
export function taskOf(trace: Trace, context: Step): Task | undefined {
  const find = finder(trace);
  const [weights, value] = context.inputs.map(find.step);
  const numbersOf = find.numbers;
  if (!hasRole(context, "context") || context.inputs.length !== 2) return undefined;
  const normalized = paramsOf(weights, normalizeRows);
  const powers = weights && find.step(weights.inputs[0]);
  if (!normalized || !powers || powers.op.name !== exponentials.name) return undefined;
  const conditioned = readConditioning(trace, powers.inputs[0]);
  if (!conditioned) return undefined;
  const { compared, ...conditioning } = conditioned;
  const [query, key] = compared.inputs;
  return {
    ...conditioning,
    scope: scopeText(context.scope),
    head: indexIn(context.scope, "head") ?? 0,
    query: numbersOf(query),
    key: numbersOf(key),
    value: numbersOf(context.inputs[1]),
    emptyRow: normalized.emptyRow,
    isProjected: [query, key, context.inputs[1]].some((name) => find.isMade(name)) && value !== undefined,
  };
}

/** What becomes of scores before the softmax, from the last step back to the products. */
function readConditioning(trace: Trace, scores: string) {
  const find = finder(trace);
  const masked = find.step(scores);
  const masking = paramsOf(masked, mask);
  if (masking && masking.fill !== Number.NEGATIVE_INFINITY) return undefined;
  const biased = masking ? find.step(masked?.inputs[0] ?? "") : masked;
  const isBiased = biased?.op.name === add.name;
  const capped = isBiased ? find.step(biased.inputs[0]) : biased;
  const cap = paramsOf(capped, softcap);
  const scaled = cap ? find.step(capped?.inputs[0] ?? "") : capped;
  const scaling = paramsOf(scaled, scale);
  const compared = scaling ? find.step(scaled?.inputs[0] ?? "") : scaled;
  if (compared?.op.name !== matmulTransposed.name || compared.inputs.length !== 2) return undefined;
  return {
    compared,
    scale: scaling?.factor ?? 1,
    softcap: cap?.cap,
    bias: isBiased ? sumOf(biased.inputs.slice(1).map(find.numbers)) : undefined,
    blocked: masking?.blocked,
  };
}

function finder({ inputs, steps }: Trace) {
  const step = (key: string) => steps.find((one) => one.key === key);
  const input = (key: string) => inputs.find(({ name }) => name === key)?.matrix;
  return {
    step,
    numbers(key: string): Matrix {
      const numbers = input(key) ?? step(key)?.output();
      if (!numbers) throw new RangeError(`"${key}" is not recorded`);
      return numbers;
    },
    /** Whether arithmetic made it: slices of what was given are as exact as that. */
    isMade(key: string): boolean {
      const made = step(key);
      if (!made) return false;
      const isCut = made.op.name === "slice" || made.op.name === "stack-rows";
      return isCut ? made.inputs.some((name) => this.isMade(name)) : true;
    },
  };
}

function sumOf(biases: readonly Matrix[]): Matrix {
  const [first, ...others] = biases.toSorted((a, b) => b.rows - a.rows);
  if (others.length === 0) return first;
  return createMatrix(first.rows, first.cols, (row, col) =>
    biases.reduce((sum, { rows, cols, data }) => sum + data[(rows === 1 ? 0 : row) * cols + col], 0),
  );
}

/** The attentions of a run, in the order of its heads; none where some are not of the kind that kernels work. */
export function tasksOf(trace: Trace): readonly Task[] {
  const contexts = trace.steps.filter((step) => hasRole(step, "context"));
  const tasks = contexts.flatMap((context) => taskOf(trace, context) ?? []);
  return tasks.length === contexts.length ? tasks : [];
}
