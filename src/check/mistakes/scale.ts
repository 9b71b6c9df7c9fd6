import { hasRole, type StepRole } from "../../attention/steps.js";
import { mapCells } from "../../math/matrix.js";
import { scale } from "../../ops/elementwise.js";
import { matrixOf, paramsOf, type Step, type Trace } from "../../trace/trace.js";
import {
  altering,
  alterStep,
  alterSteps,
  besides,
  changeCells,
  changeInputs,
  findRole,
  passThroughInput,
} from "./alter.js";
import { type Amount, familyOf, type Homework, type Mistake } from "./mistake.js";

// Mistakes between Q Kᵀ and Q Kᵀ / √d_k.

function rootOf(name: string, size: number): Amount {
  const value = Math.sqrt(size);
  return { text: `${name} = √${size} = ${Number(value.toPrecision(4))}`, value };
}

/** Uses another factor in the forward pass. If there are gradients, also in both passes. */
function withFactor({ trace }: Homework, factorFor: (step: Step) => number): readonly Trace[] {
  const alter = (...roles: readonly StepRole[]) =>
    alterSteps(trace, (step) => {
      if (!hasRole(step, ...roles) || !paramsOf(step, scale)) return undefined;
      const factor = factorFor(step);
      return { compute: ([scores]) => mapCells(scores, (score) => score * factor) };
    });
  const there = alter("scaled-scores");
  const hasGradients = trace.steps.some((step) => hasRole(step, "d-scores"));
  return hasGradients ? [...there, ...alter("scaled-scores", "d-scores")] : there;
}

/** Returns the number by which a step multiplies. */
const factorOf = (step: Step): number => paramsOf(step, scale)?.factor ?? 1;

/**
 * Returns the number of columns of the key in this scope. For given scores it is the size that the scale in force
 * implies.
 */
function keySize(trace: Trace, step: Step): number {
  const scores = besides(trace, step, "scores");
  const key = scores?.inputs[1];
  return key === undefined ? 1 / factorOf(step) ** 2 : matrixOf(trace, key).cols;
}

/**
 * Returns sizes that people use as d_model: the columns of x or of the query, before and after projection, except d_k
 * itself.
 */
function sizesOfModel(trace: Trace): number[] {
  const scaled = findRole(trace, "scaled-scores");
  if (!scaled) return [];
  const given = trace.inputs.filter(({ name }) => name === "x" || name === "query");
  const projected = trace.steps.filter((step) => hasRole(step, "query-projection"));
  const sizes = [...given.map(({ matrix }) => matrix.cols), ...projected.map(({ shape }) => shape.cols)];
  return [...new Set(sizes)].filter((size) => size !== keySize(trace, scaled));
}

/** Returns a mistake in which the scores were divided by one of several numbers. */
function dividedBy(
  own: Pick<Mistake, "id" | "title">,
  amountsOf: (trace: Trace, step: Step) => readonly Amount[],
) {
  const possible = (trace: Trace) => {
    const scaled = findRole(trace, "scaled-scores");
    return scaled ? amountsOf(trace, scaled) : [];
  };
  return {
    ...own,
    amount: ({ trace }: Homework) => possible(trace)[0],
    apply: (homework: Homework) =>
      possible(homework.trace).flatMap((_, at) =>
        withFactor(homework, (step) => 1 / amountsOf(homework.trace, step)[at].value),
      ),
  };
}

export const SCALE_MISTAKES = familyOf(
  {
    step: "scaled-scores",
    formula: "S′ = S / √d_k",
    fix: "Divide each score by √d_k, with d_k the columns of one key (of one head).",
    isPlain: true,
  },
  [
    {
      id: "scale-missing",
      title: "The scores were not divided by √d_k.",
      convention: { scale: "none" },
      apply: (homework) => withFactor(homework, () => 1),
    },
    dividedBy(
      { id: "scale-by-dk", title: "The scores were divided by d_k, not by its root." },
      (trace, step) => {
        const value = keySize(trace, step);
        return [{ text: `d_k = ${value}`, value }];
      },
    ),
    {
      id: "scale-by-sqrt-dk",
      title: "The scores were divided by √d_k, though this problem gives another scale or none.",
      formula: "S′ = c S, with the scale c of the problem",
      fix: "Multiply each score by the scale that the problem gives.",
      apply: (homework) => [
        ...withFactor(homework, (step) => 1 / Math.sqrt(keySize(homework.trace, step))),
        ...alterStep(homework.trace, "exponentials", (step) => {
          if (besides(homework.trace, step, "scaled-scores")) return undefined;
          const root = Math.sqrt(keySize(homework.trace, step));
          return changeInputs(step, ([scores]) => [mapCells(scores, (score) => score / root)]);
        }),
      ],
    },
    dividedBy(
      { id: "scale-by-sqrt-dmodel", title: "The scores were divided by √d_model, not by √d_k." },
      (trace) => sizesOfModel(trace).map((size) => rootOf("√d_model", size)),
    ),
    dividedBy(
      { id: "scale-by-sqrt-n", title: "The scores were divided by the root of the number of keys." },
      (_, step) => [rootOf("√(number of keys)", step.output().cols)],
    ),
    {
      id: "scale-multiplied",
      title: "The scores were multiplied by √d_k instead of divided.",
      apply: (homework) => withFactor(homework, (step) => 1 / factorOf(step)),
    },
    {
      id: "scale-after-softmax",
      step: "weights",
      title: "The weights were divided by √d_k, after the softmax instead of before.",
      formula: "α = softmax(S / √d_k)",
      fix: "Divide the scores before e^x is taken; the weights then add up to 1.",
      apply: altering((step, trace) => {
        if (step.role === "scaled-scores") return passThroughInput;
        const scaled = besides(trace, step, "scaled-scores");
        if (step.role !== "weights" || !scaled) return undefined;
        const factor = factorOf(scaled);
        return changeCells(step, (weight) => weight * factor);
      }),
    },
  ],
);
