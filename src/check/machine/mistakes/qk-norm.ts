import type { Matrix } from "../../../math/matrix.js";
import { recordOther } from "../../mistakes/mistake.js";
import { type Task, tasksOf } from "../task.js";
import {
  type KernelMistake,
  kernelMistakes,
  onOther,
  type Parameters,
  type Suspicion,
  type Variant,
} from "./kernel-mistake.js";

// What is done wrong with the norm of queries and keys.

type Part = "query" | "key";

const NORMS = { query: "queryNorm", key: "keyNorm" } as const;

const weightOf = ({ homework }: Suspicion, part: Part) => homework.problem.matrices[NORMS[part]];

const isNormed = (given: Suspicion) => (weightOf(given, "query") ?? weightOf(given, "key")) !== undefined;

/** As the setting has it. */
const DEFAULT_EPS = 1e-5;

const EPS = [1e-6, 1e-5, 1e-8, 1e-12] as const;

const epsOf = ({ homework }: Suspicion) => (homework.problem.settings as { eps?: number }).eps ?? DEFAULT_EPS;

/** The heads of the same run without norms, with other settings. */
function withoutNorms({ homework }: Suspicion, settings: object = {}): readonly Task[] {
  const { queryNorm: _q, keyNorm: _k, ...matrices } = homework.problem.matrices;
  const problem = { ...homework.problem, matrices };
  return tasksOf(recordOther({ ...homework, problem }, settings) ?? homework.trace);
}

/** Each row by its root mean square, times a weight. */
function normed({ rows, cols, data }: Matrix, weight: Matrix | undefined, eps: number): Matrix {
  const made = new Float64Array(data.length);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let col = 0; col < cols; col++) sum += data[row * cols + col] ** 2;
    const size = Math.sqrt(sum / cols + eps);
    for (let col = 0; col < cols; col++)
      made[row * cols + col] = (data[row * cols + col] / size) * (weight?.data[col] ?? 1);
  }
  return { rows, cols, data: made };
}

/** Each row by the root mean square of that row in all heads. */
function normedTogether(
  matrices: readonly Matrix[],
  head: number,
  weight: Matrix | undefined,
  eps: number,
): Matrix {
  const { rows, cols, data } = matrices[head];
  const made = new Float64Array(data.length);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (const one of matrices) for (let col = 0; col < cols; col++) sum += one.data[row * cols + col] ** 2;
    const size = Math.sqrt(sum / (cols * matrices.length) + eps);
    for (let col = 0; col < cols; col++)
      made[row * cols + col] = (data[row * cols + col] / size) * (weight?.data[col] ?? 1);
  }
  return { rows, cols, data: made };
}

/** The attention with queries and keys, or one of them, made otherwise. */
function* inParts(
  other: (task: Task, part: Part) => Matrix,
  parameters: Parameters = {},
): Generator<Variant> {
  const both = (task: Task) => ({ ...task, query: other(task, "query"), key: other(task, "key") });
  yield onOther(both, parameters);
  yield onOther((task) => ({ ...task, query: other(task, "query") }), {
    ...parameters,
    which: "queries alone",
  });
  yield onOther((task) => ({ ...task, key: other(task, "key") }), { ...parameters, which: "keys alone" });
}

const isRotated = ({ homework }: Suspicion) => "rope" in homework.problem.settings;

const norming = kernelMistakes(
  "q-norm",
  "q ← γ_q · q / √(mean q² + ε) in each head, before RoPE; k likewise",
);

export const QK_NORM: readonly KernelMistake[] = [
  norming({
    id: "qk-norm-missing",
    title: "Queries and keys were not normed, or only one of them.",
    fix: "Norm both in each head before RoPE.",
    isPossible: isNormed,
    *variants(given) {
      const others = withoutNorms(given);
      yield* inParts((task, part) => others[task.head][part]);
    },
  }),
  norming({
    id: "qk-norm-weight-missing",
    title: "Queries and keys were normed, but not multiplied by the weights of the norm.",
    fix: "Multiply by γ_q and γ_k after the division; look for weights that were not loaded.",
    isPossible: isNormed,
    *variants(given) {
      const { homework } = given;
      const ones = (matrix: Matrix | undefined) => matrix && { ...matrix, data: matrix.data.map(() => 1) };
      const matrices = {
        ...homework.problem.matrices,
        queryNorm: ones(weightOf(given, "query")),
        keyNorm: ones(weightOf(given, "key")),
      };
      const present = Object.fromEntries(Object.entries(matrices).filter(([, matrix]) => matrix));
      const problem = { ...homework.problem, matrices: present };
      const others = tasksOf(recordOther({ ...homework, problem }, {}) ?? homework.trace);
      yield* inParts((task, part) => others[task.head][part]);
    },
  }),
  norming({
    id: "qk-norm-eps",
    title: "The norm of queries and keys had another ε.",
    fix: "Take the ε of the model's config.",
    isPossible: isNormed,
    variants: (given) =>
      EPS.filter((eps) => eps !== epsOf(given)).map((eps) => {
        let others: readonly Task[] | undefined;
        return onOther(
          (task) => {
            others ??= tasksOf(recordOther(given.homework, { eps }) ?? given.homework.trace);
            return others[task.head] ?? task;
          },
          { eps },
        );
      }),
  }),
  norming({
    id: "qk-norm-after-rope",
    title: "Queries and keys were normed after RoPE, not before it.",
    fix: "Norm first, then turn: the weights of the norm differ from column to column.",
    isPossible: (given) => isNormed(given) && isRotated(given),
    *variants(given) {
      const others = withoutNorms(given);
      yield* inParts((task, part) => normed(others[task.head][part], weightOf(given, part), epsOf(given)));
    },
  }),
  norming({
    id: "qk-norm-over-layer",
    title: "The norm ran over the columns of all heads together, not over those of each head.",
    fix: "Divide each head by the root mean square of its own columns.",
    isPossible: (given) => isNormed(given) && !isRotated(given) && given.tasks.length > 1,
    *variants(given) {
      const others = withoutNorms(given);
      const matrices = (part: Part) => others.map((task) => task[part]);
      yield* inParts((task, part) =>
        normedTogether(matrices(part), task.head, weightOf(given, part), epsOf(given)),
      );
    },
  }),
  norming({
    id: "qk-norm-on-values",
    step: "v",
    title: "The values were normed, too.",
    formula: "queries and keys are normed; values stay as they are",
    fix: "Leave the values out of the norm.",
    isPossible: isNormed,
    variants: (given) => [
      onOther((task) => ({ ...task, value: normed(task.value, weightOf(given, "key"), epsOf(given)) }), {
        weight: "that of the keys",
      }),
      onOther((task) => ({ ...task, value: normed(task.value, undefined, epsOf(given)) }), {
        weight: "none",
      }),
    ],
  }),
  norming({
    id: "qk-norm-surplus",
    title: "Queries and keys were normed, and should not be.",
    formula: "s_ij = q_i · k_j of queries and keys as they are",
    fix: "Leave the norm out, or say it: the weights of the norm of queries and of keys are inputs.",
    isPossible: (given) => !isNormed(given) && !isRotated(given),
    *variants() {
      for (const eps of EPS)
        yield* inParts((task, part) => normed(task[part], undefined, eps), { norm: "RMS", eps });
      yield* inParts(
        (task, part) => {
          const { rows, cols, data } = normed(task[part], undefined, 1e-12);
          return { rows, cols, data: data.map((value) => value / Math.sqrt(cols)) };
        },
        { norm: "L2" },
      );
    },
  }),
];
