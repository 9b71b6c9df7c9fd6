import { type Matrix, mapCells } from "../../math/matrix.js";
import { type Parts, placeParts } from "../../ops/parts.js";
import { findStep, paramsOf, type Trace } from "../../trace/trace.js";
import { alterSteps } from "./alter.js";
import type { Mistake } from "./mistake.js";

// Mistakes in gradients if several query heads share a kv head.

/** Alters the gradients of kv heads. Each is the sum over a group of query heads; the groups follow each other. */
function alterSharedParts(
  trace: Trace,
  alter: (inputs: readonly Matrix[], parts: Parts, groupSize: number) => Matrix,
): readonly Trace[] {
  return alterSteps(trace, (step) => {
    const parts = paramsOf(step, placeParts);
    if (!parts) return undefined;
    // If one input is query, key and value, the sum has parts of all three, although each head has its own columns.
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
