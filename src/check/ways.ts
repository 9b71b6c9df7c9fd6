import { scale } from "../ops/elementwise.js";
import { paramsOf, type Trace } from "../trace/trace.js";
import {
  alterStep,
  alterSteps,
  besides,
  changeCells,
  changeInputs,
  changeOutput,
  findRole,
  inOtherOrder,
  passThroughInput,
} from "./mistakes/alter.js";
import { fillBlocked } from "./mistakes/masks.js";
import type { RightWay } from "./mistakes/mistake.js";
import { normalize } from "./mistakes/softmax.js";
import { SHIFT_WAYS } from "./shifted-rows.js";

/** Every other way that is equally right. A way that changes numbers counts only if later answers confirm it. */
export const RIGHT_WAYS: readonly RightWay[] = [
  {
    id: "query-scaled",
    text: "The queries were scaled instead of the scores, which gives the same result.",
    apply: ({ trace }) => scaledAt(trace, "query-projection"),
  },
  {
    id: "scores-scaled",
    text: "The scores are scaled at once, which gives the same result.",
    apply: ({ trace }) => scaledAt(trace, "scores"),
  },
  {
    id: "mask-after-softmax-renormalised",
    text: "The mask was applied after the softmax, and the rows were divided by their new sum, which gives the same result.",
    apply: ({ trace }) =>
      alterSteps(trace, (step) => {
        if (step.role === "masked-scores") return passThroughInput;
        const blocked = besides(trace, step, "masked-scores")?.blocked;
        if (step.role !== "weights" || !blocked) return undefined;
        return changeOutput(step, (weights) => normalize(fillBlocked(weights, blocked, 0)));
      }),
  },
  {
    id: "mask-before-scaling",
    text: "The mask was applied before the scaling, which gives the same result.",
    apply: ({ trace }) => [...inOtherOrder(trace, "scaled-scores", "masked-scores"), ...maskedScores(trace)],
  },
  {
    id: "blocked-written-as-zero",
    text: "Blocked scores are written as 0, but the softmax left them out, which is right.",
    apply: ({ trace }) =>
      alterSteps(trace, (step) => {
        const blocked = besides(trace, step, "masked-scores")?.blocked;
        if (!blocked) return undefined;
        if (step.role === "masked-scores") return changeOutput(step, (made) => fillBlocked(made, blocked, 0));
        if (step.role !== "exponentials") return undefined;
        return changeInputs(step, ([scores]) => [fillBlocked(scores, blocked, Number.NEGATIVE_INFINITY)]);
      }),
  },
  {
    id: "blocked-exponentials-left-out",
    text: "e^s of blocked cells was written as 0 directly, which gives the same result.",
    apply: ({ trace }) =>
      alterStep(trace, "exponentials", (step) => {
        const blocked = besides(trace, step, "masked-exponentials")?.blocked;
        return blocked && changeOutput(step, (powers) => fillBlocked(powers, blocked, 0));
      }),
  },
  ...SHIFT_WAYS,
];

/** Scales the result of another step instead of the scores. */
function scaledAt(trace: Trace, role: "query-projection" | "scores"): readonly Trace[] {
  const factor = paramsOf(findRole(trace, "scaled-scores"), scale)?.factor;
  if (factor === undefined || findRole(trace, role) === undefined) return [];
  return alterSteps(trace, (step) => {
    if (step.role === "scaled-scores") return passThroughInput;
    return step.role === role ? changeCells(step, (value) => value * factor) : undefined;
  });
}

/** Masks the scores as soon as they are computed. */
function maskedScores(trace: Trace): readonly Trace[] {
  return alterStep(trace, "scores", (step) => {
    const blocked = besides(trace, step, "masked-scores")?.blocked;
    if (!blocked) return undefined;
    return changeOutput(step, (scores) => fillBlocked(scores, blocked, Number.NEGATIVE_INFINITY));
  });
}
