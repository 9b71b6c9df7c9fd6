import { createMatrix, type Matrix, transpose } from "../../math/matrix.js";
import { multiply } from "../../math/product.js";
import { rowSums } from "../../math/rows.js";
import { matmulTransposed } from "../../ops/product.js";
import { cosine, tanhSum } from "../../ops/similarity.js";
import * as arrays from "../../trace/arrays.js";
import { interpret } from "../../trace/interpret.js";
import type { Op } from "../../trace/op.js";
import { matrixOf } from "../../trace/trace.js";
import { alteringAt, alterStep, changeCells, changeOutput, insteadOf, useInstead } from "./alter.js";
import { familyOf, type Mistake, setSpecificTitle } from "./mistake.js";
import { ofExponents } from "./softmax.js";

// Mistakes in Q Kᵀ.

const addPairs = (queries: Matrix, keys: Matrix): Matrix =>
  createMatrix(queries.rows, keys.rows, (row, col) => queries.data[row] + keys.data[col]);

/** Multiplies the rows of one matrix with each other. Input 0 of the scores is Q, input 1 is K. */
const withItself = (input: 0 | 1, own: Pick<Mistake, "id" | "title">) => ({
  ...own,
  fix: "Row i of the scores is query i with every key.",
  apply: alteringAt("scores", (step, trace) =>
    step.inputs.length === 2 ? useInstead(trace, step, 1 - input, step.inputs[input]) : undefined,
  ),
});

export const SCORE_MISTAKES = familyOf({ step: "scores", formula: "S = Q Kᵀ" }, [
  {
    id: "scores-transposed",
    title: "The scores are transposed: K Qᵀ was computed.",
    fix: "Row i belongs to query i: cell [i, j] is q_i · k_j.",
    apply: alteringAt("scores", (step) => {
      const { rows, cols } = step.output();
      return rows === cols ? changeOutput(step, transpose) : undefined;
    }),
  },
  {
    id: "scores-negated",
    title: "The scores have the wrong sign.",
    fix: "A score is q · k: the more similar, the larger.",
    apply: ({ trace }) => [
      ...alterStep(trace, "scores", (step) => changeCells(step, (score) => 0 - score)),
      ...setSpecificTitle(
        ofExponents(trace, (score) => 0 - score),
        () => "e^(−x) was taken instead of e^x.",
      ),
    ],
  },
  {
    id: "key-not-transposed",
    title: "Q was multiplied by K, not by K transposed.",
    fix: "Multiply each row of Q by each row of K.",
    apply: alteringAt("scores", (step, trace) => {
      const [query, key] = step.inputs.map((input) => matrixOf(trace, input));
      if (step.op.name !== matmulTransposed.name || query.cols !== key.rows) return undefined;
      return { compute: ([q, k]) => multiply(q, k) };
    }),
  },
  {
    id: "products-added",
    title: "Query and key were added, not multiplied.",
    fix: "Multiply them pair by pair, and add up the products.",
    apply: alteringAt("scores", ({ op }) =>
      op.name === matmulTransposed.name
        ? { compute: ([q, k]) => addPairs(rowSums(q), rowSums(k)) }
        : undefined,
    ),
  },
  withItself(0, { id: "scores-of-queries", title: "Q was multiplied by itself: Q Qᵀ, with no key in it." }),
  {
    id: "scores-without-tanh",
    title: "The tanh was left out.",
    formula: "s_ij = v · tanh(q_i + k_j)",
    fix: "Apply tanh to each number of query + key before you multiply by v.",
    apply: alteringAt("scores", ({ op }) =>
      op.name === tanhSum.name
        ? insteadOf((inputs) =>
            interpret(
              tanhSum.definition(inputs, undefined),
              { ...arrays, call: (_name, sum) => sum },
              inputs,
            ),
          )
        : undefined,
    ),
  },
  {
    id: "scores-without-norms",
    title: "The products were not divided by the lengths of query and key.",
    formula: "s_ij = q_i · k_j / (‖q_i‖ ‖k_j‖)",
    fix: "Divide each product by the length of its query and by that of its key.",
    apply: alteringAt("scores", ({ op }) =>
      op.name === cosine.name ? { op: matmulTransposed as Op<unknown> } : undefined,
    ),
  },
  withItself(1, { id: "scores-of-keys", title: "K was multiplied by itself: K Kᵀ, with no query in it." }),
]);
