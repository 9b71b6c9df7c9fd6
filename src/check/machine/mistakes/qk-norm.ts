import { sumOver, tabulate } from "../../../math/lists.js";
import { type Matrix, mapCells, rowOf } from "../../../math/matrix.js";
import { dotRows } from "../../../math/product.js";
import { remembered } from "../../../math/remember.js";
import type { Task } from "../task.js";
import { kernelMistakes, replacing, type SearchContext } from "./kernel-mistake.js";
import { isRotated, otherTasks, recorded, withBoth } from "./rotated-parts.js";

// Mistakes in the norm of queries and keys.

type Part = "query" | "key";

const NORMS = { query: "queryNorm", key: "keyNorm" } as const;

const weightOf = ({ homework }: SearchContext, part: Part) => homework.problem.matrices[NORMS[part]];

const isNormed = (given: SearchContext) => (weightOf(given, "query") ?? weightOf(given, "key")) !== undefined;

/** The default of the setting `eps`. */
const DEFAULT_EPS = 1e-5;

const EPS = [1e-6, 1e-5, 1e-8, 1e-12] as const;

const epsOf = ({ homework }: SearchContext) =>
  (homework.problem.settings as { eps?: number }).eps ?? DEFAULT_EPS;

/** Returns the heads of the same run without norms. */
function withoutNorms(given: SearchContext): () => readonly Task[] {
  const { queryNorm: _q, keyNorm: _k, ...matrices } = given.homework.problem.matrices;
  return otherTasks(given, {}, matrices);
}

/** Divides each row by its root mean square, taken over one head or several together, and multiplies it by a weight. */
function normed(matrix: Matrix, weight: Matrix | undefined, eps: number, together = [matrix]): Matrix {
  const { rows, cols, data } = matrix;
  const made = new Float64Array(data.length);
  for (let row = 0; row < rows; row++) {
    const sum = sumOver(together, (one) => dotRows(one, row, one, row));
    const size = Math.sqrt(sum / (cols * together.length) + eps);
    for (let col = 0; col < cols; col++)
      made[row * cols + col] = (data[row * cols + col] / size) * (weight?.data[col] ?? 1);
  }
  return { rows, cols, data: made };
}

/** Subtracts its mean from each row. */
function centred(matrix: Matrix): Matrix {
  const means = tabulate(matrix.rows, (row) => sumOver(rowOf(matrix, row)) / matrix.cols);
  return mapCells(matrix, (own, row) => own - means[row]);
}

/** Norms without weights that a kernel applies although the run has none. */
const SURPLUS_NORMS: Readonly<Record<string, (matrix: Matrix, eps: number) => Matrix>> = {
  RMS: (matrix, eps) => normed(matrix, undefined, eps),
  layer: (matrix, eps) => normed(centred(matrix), undefined, eps),
  L2: (matrix, eps) => mapCells(normed(matrix, undefined, eps), (own) => own / Math.sqrt(matrix.cols)),
};

/** Makes variants with queries and keys of other attentions, as they are or changed. */
const madeOf = (
  others: () => readonly Task[],
  change: (own: Matrix, part: Part, all: readonly Task[]) => Matrix = (own) => own,
) => [withBoth(({ head }, part) => change(others()[head][part], part, others()))];

const norming = kernelMistakes(
  "q-norm",
  "q ← γ_q · q / √(mean q² + ε) in each head, before RoPE; k likewise",
  isNormed,
);

export const QK_NORM = [
  norming({
    id: "qk-norm-missing",
    title: "Queries or keys were not normed.",
    fix: "Norm both in each head before RoPE.",
    variants: (given) => madeOf(withoutNorms(given)),
  }),
  norming({
    id: "qk-norm-weight-missing",
    title: "Queries and keys were normed, but not multiplied by the weights of the norm.",
    fix: "Multiply by γ_q and γ_k after the division; look for weights that were not loaded.",
    variants(given) {
      const ones = (matrix: Matrix) => ({ ...matrix, data: matrix.data.map(() => 1) });
      const norms = Object.values(NORMS).flatMap((name) => {
        const weight = given.homework.problem.matrices[name];
        return weight ? [[name, ones(weight)]] : [];
      });
      const matrices = { ...given.homework.problem.matrices, ...Object.fromEntries(norms) };
      return madeOf(otherTasks(given, {}, matrices));
    },
  }),
  norming({
    id: "qk-norm-eps",
    title: "The norm of queries and keys had another ε.",
    fix: "Take the ε of the model's config.",
    variants: (given) =>
      EPS.filter((eps) => eps !== epsOf(given)).map((eps) => recorded(given, { eps }, { eps })),
  }),
  norming({
    id: "qk-norm-after-rope",
    title: "Queries and keys were normed after RoPE, not before it.",
    fix: "Norm first, then rotate: the weights of the norm differ from column to column.",
    isPossible: (given) => isNormed(given) && isRotated(given),
    variants: (given) =>
      madeOf(withoutNorms(given), (own, part) => normed(own, weightOf(given, part), epsOf(given))),
  }),
  norming({
    id: "qk-norm-over-layer",
    title: "The norm was taken over the columns of all heads, not over those of each head.",
    fix: "Divide each head by the root mean square of its own columns.",
    isPossible: (given) => isNormed(given) && !isRotated(given) && given.tasks.length > 1,
    variants: (given) =>
      madeOf(withoutNorms(given), (own, part, all) => {
        const together = all.map((other) => other[part]);
        return normed(own, weightOf(given, part), epsOf(given), together);
      }),
  }),
  norming({
    id: "qk-norm-on-values",
    step: "v",
    title: "The values were normed, too.",
    formula: "queries and keys are normed; values stay as they are",
    fix: "Do not norm the values.",
    variants: (given) => [
      replacing(["value"], ({ value }) => normed(value, weightOf(given, "key"), epsOf(given)), {
        weight: "that of the keys",
      }),
      replacing(["value"], ({ value }) => normed(value, undefined, epsOf(given)), {
        weight: "none",
      }),
    ],
  }),
  norming({
    id: "qk-norm-surplus",
    title: "Queries, keys or values were normed, but should not be.",
    formula: "s_ij = q_i · k_j of the given queries and keys",
    fix: "Remove the norm, or state it: its weights for queries and keys are inputs.",
    isPossible: (given) => !isNormed(given) && !isRotated(given),
    *variants() {
      for (const [norm, of] of Object.entries(SURPLUS_NORMS)) {
        for (const eps of norm === "L2" ? [1e-12] : EPS) {
          const parameters = { norm, ...(norm !== "L2" && { eps }) };
          const normedOf = remembered((matrix: Matrix) => of(matrix, eps));
          yield withBoth((task, part) => normedOf(task[part]), parameters);
          yield replacing(["value"], ({ value }) => normedOf(value), {
            ...parameters,
            which: "values",
          });
        }
      }
    },
  }),
];
