import { type Matrix, mapCells } from "../../math/matrix.js";
import { type Parts, placeParts } from "../../ops/parts.js";
import { findStep, paramsOf, type Trace } from "../../trace/trace.js";
import { alterSteps } from "./alter.js";
import type { Mistake } from "./mistake.js";

// What is done wrong where several query heads read one kv head.

/** The gradients by kv heads, where each is a sum of what a group of so many query heads give, one group behind the other. */
function alterSharedParts(
  trace: Trace,
  alter: (inputs: readonly Matrix[], parts: Parts, groupSize: number) => Matrix,
): readonly Trace[] {
  return alterSteps(trace, (step) => {
    const parts = paramsOf(step, placeParts);
    if (!parts) return undefined;
    // What is query, key and value at once has parts of all three, though each head has columns of its own.
    const ids = new Set(step.inputs.map((key) => findStep(trace, key)?.id));
    const kvHeads = new Set(parts.places.map(({ firstCol }) => firstCol));
    const groupSize = parts.places.length / kvHeads.size;
    if (ids.size > 1 || groupSize === 1) return undefined;
    return { compute: (inputs) => alter(inputs, parts, groupSize) };
  });
}

const SHARED = {
  formula: "dK of a kv head = Σ over the query heads that read it",
  fix: "Add up the gradients of all query heads of the group.",
};

export const GROUP_GRADIENT_MISTAKES: readonly Mistake[] = [
  {
    id: "grad-not-summed-over-group",
    step: "d-k",
    title: "The gradient of a shared kv head has only one query head of the group.",
    ...SHARED,
    apply: ({ trace }) =>
      [true, false].flatMap((isLast) =>
        alterSharedParts(trace, (inputs, parts, groupSize) => {
          const isTaken = (_: unknown, head: number) => head % groupSize === (isLast ? groupSize - 1 : 0);
          const places = parts.places.filter(isTaken);
          return placeParts.compute(inputs.filter(isTaken), { ...parts, places });
        }),
      ),
  },
  {
    id: "grad-averaged-over-group",
    step: "d-k",
    title: "The gradients of a group of query heads were averaged, not added up.",
    ...SHARED,
    apply: ({ trace }) =>
      alterSharedParts(trace, (inputs, parts, groupSize) =>
        mapCells(placeParts.compute(inputs, parts), (sum) => sum / groupSize),
      ),
  },
];
