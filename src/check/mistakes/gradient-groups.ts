import { createMatrix, type Matrix, mapCells } from "../../math/matrix.js";
import { type Parts, placeParts } from "../../ops/parts.js";
import { matrixOf, paramsOf, type Step, type Trace } from "../../trace/trace.js";
import { alterSteps, madeAtFirst } from "./alter.js";
import type { Mistake } from "./mistake.js";

// What is done wrong where several query heads read one kv head.

/** Gradients of kv heads that several query heads read: where they are added up. */
function alterSharedParts(
  trace: Trace,
  alter: (inputs: readonly Matrix[], parts: Parts) => Matrix,
): readonly Trace[] {
  return alterSteps(trace, (step) => {
    const parts = paramsOf(step, placeParts);
    if (!parts || !countsOf(parts, step, trace).data.some((count) => count > 1)) return undefined;
    return { compute: (inputs) => alter(inputs, parts) };
  });
}

/** How many parts there are in each cell. */
function countsOf(parts: Parts, step: Step, trace: Trace): Matrix {
  const ones = step.inputs.map((key) => mapCells(matrixOf(trace, key), () => 1));
  return placeParts.compute(ones, parts);
}

const SHARED = {
  formula: "dK of a kv head = Σ over the query heads that read it",
  fix: "Add up what each query head of the group gives.",
};

function overwrite(whole: Matrix, part: Matrix, { firstRow, firstCol }: Parts["places"][number]): void {
  for (let row = 0; row < part.rows; row++) {
    const from = part.data.subarray(row * part.cols, (row + 1) * part.cols);
    whole.data.set(from, (firstRow + row) * whole.cols + firstCol);
  }
}

export const GROUP_GRADIENT_MISTAKES: readonly Mistake[] = [
  {
    id: "grad-not-summed-over-group",
    step: "d-k",
    title: "Only one query head of the group gives its gradient to the kv head that they share.",
    ...SHARED,
    madeAt: madeAtFirst,
    apply: ({ trace }) =>
      [true, false].flatMap((isLast) =>
        alterSharedParts(trace, (inputs, { rows, cols, places }) => {
          const whole = createMatrix(rows, cols);
          const order = isLast ? [...inputs.keys()] : [...inputs.keys()].reverse();
          for (const index of order) overwrite(whole, inputs[index], places[index]);
          return whole;
        }),
      ),
  },
  {
    id: "grad-averaged-over-group",
    step: "d-k",
    title: "The gradients of a group of query heads were averaged, not added up.",
    ...SHARED,
    madeAt: madeAtFirst,
    apply: ({ trace }) =>
      alterSharedParts(trace, (inputs, parts) => {
        const sum = placeParts.compute(inputs, parts);
        const ones = inputs.map((input) => mapCells(input, () => 1));
        const { data } = placeParts.compute(ones, parts);
        return mapCells(sum, (value, row, col) => value / Math.max(1, data[row * sum.cols + col]));
      }),
  },
];
