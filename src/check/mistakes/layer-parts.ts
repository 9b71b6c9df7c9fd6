import { hasRole } from "../../attention/steps.js";
import { setting } from "../../errors.js";
import { sameShape } from "../../math/matrix.js";
import { gelu, geluTanh, relu, silu } from "../../ops/activation.js";
import { matmul, matmulTransposed } from "../../ops/product.js";
import { abs } from "../../trace/arrays.js";
import type { Op } from "../../trace/op.js";
import { findStep, matrixOf, type Step, type Trace } from "../../trace/trace.js";
import {
  type Alter,
  type Alteration,
  altering,
  alteringAt,
  alteringEach,
  alterStep,
  alterSteps,
  besides,
  findRole,
  insteadOf,
  passThroughInput,
  plus,
  stated,
} from "./alter.js";
import { inputOfNorm } from "./layer-norms.js";
import { familyOf, type Mistake } from "./mistake.js";

// Mistakes in a layer outside its attention: residual sums and feed-forward.

const RESIDUAL = "x + f(x)";

const PART_ALONE: Alteration = { compute: ([, part]) => part };

/** Returns the residual sum that a norm is applied to, if there is one. */
function sumBefore(trace: Trace, norm: Step): Step | undefined {
  const sum = findStep(trace, inputOfNorm(trace, norm)[0]);
  return sum && hasRole(sum, "residual") ? sum : undefined;
}

const ACTIVATION = "f(x) = activation(x W₁ + b₁) W₂ + b₂";

/**
 * Returns a mistake that uses another activation. The other form of GELU is a mistake of its own, because both differ
 * by less than 0.0005.
 */
function otherActivation(
  text: Pick<Mistake, "id" | "title" | "fix">,
  others: (own: string) => readonly Op[],
): Mistake {
  return {
    ...text,
    step: "activation",
    formula: ACTIVATION,
    apply({ trace }) {
      const own = findRole(trace, "activation");
      if (!own) return [];
      return others(own.op.name).flatMap((op) =>
        alterStep(trace, "activation", () => ({ op: op as Op<unknown> })),
      );
    },
  };
}

/** Returns how a mistake is applied that is made in the first product of the feed-forward, the second, or both. */
const inFeedForward = (alter: Alter): Mistake["apply"] =>
  alteringEach((step, trace) =>
    hasRole(step, "feed-forward-1", "feed-forward-2") ? alter(step, trace) : undefined,
  );

/** Returns the product with the transpose of a matrix that has the shape of the step's own. */
function turned(trace: Trace, step: Step, key: string): Alteration | undefined {
  const own = matrixOf(trace, step.inputs[1]);
  const { rows, cols } = matrixOf(trace, key);
  if (!sameShape(own, { rows: cols, cols: rows })) return undefined;
  const op = step.op.name === matmul.name ? matmulTransposed : matmul;
  const [x, , ...bias] = step.inputs;
  return { op: op as Op<unknown>, inputs: [x, key, ...bias] };
}

const GATED = "activation(x W₁) ∘ (x W₃)";

export const LAYER_MISTAKES = familyOf({ formula: ACTIVATION }, [
  {
    id: "residual-missing",
    step: "residual-1",
    title: "The residual sum was left out: only f(x) went on.",
    formula: RESIDUAL,
    fix: "Add the input of the part to its output.",
    apply: alteringEach((step) => (hasRole(step, "residual") ? PART_ALONE : undefined)),
  },
  {
    id: "residual-after-norm",
    step: "norm-1",
    title: "x was added after the norm: LN(f(x)) + x instead of LN(x + f(x)).",
    formula: "post-norm: LN(x + f(x))",
    fix: "Add x first, and normalise the sum.",
    apply: altering((step, trace) => {
      if (stated(trace, "norm") !== "post") return undefined;
      if (hasRole(step, "residual")) return PART_ALONE;
      const sum = hasRole(step, "norm") ? sumBefore(trace, step) : undefined;
      return sum && plus(step, sum.inputs[0]);
    }),
  },
  {
    id: "residual-of-norm",
    step: "residual-1",
    title: "The normalised rows were added instead of x: LN(x) + f(LN x).",
    formula: "pre-norm: x + f(LN x)",
    fix: "The residual stream bypasses the norm: add x itself.",
    apply: altering((step, trace) => {
      if (!hasRole(step, "residual")) return undefined;
      const norm = trace.steps.find(
        (other) => hasRole(other, "norm") && inputOfNorm(trace, other)[0] === step.inputs[0],
      );
      return norm && { inputs: [norm.key, step.inputs[1]] };
    }),
  },
  {
    id: "activation-missing",
    step: "activation",
    title: "The activation was left out.",
    fix: "Apply it to every number between the two products.",
    apply: alteringAt("activation", () => passThroughInput),
  },
  otherActivation(
    {
      id: "activation-gelu-variant",
      title: "The other form of GELU was used: tanh instead of erf, or erf instead of tanh.",
      fix: `GPT uses tanh (gelu_new); Hugging Face's gelu and torch's default use erf: ${setting("activation")} says which.`,
    },
    (own) => (own === gelu.name ? [geluTanh] : own === geluTanh.name ? [gelu] : []),
  ),
  otherActivation(
    {
      id: "activation-other",
      title: "Another activation was used.",
      fix: "ReLU makes negative numbers 0; GELU and SiLU bring them near 0.",
    },
    (own) => {
      const isGelu = own === gelu.name || own === geluTanh.name;
      return [relu, ...(isGelu ? [] : [gelu, geluTanh]), silu].filter(({ name }) => name !== own);
    },
  ),
  {
    id: "activation-absolute",
    step: "activation",
    title: "The minus signs were dropped: |x| was used instead of the activation.",
    fix: "ReLU makes negative numbers 0, not positive.",
    apply: alteringAt("activation", () => insteadOf(([x]) => abs(x))),
  },
  {
    id: "feed-forward-transposed",
    step: "feed-forward-1",
    title: "W₁ and W₂ were used transposed, or swapped.",
    fix: `W₁ is d_model×d_ff and W₂ d_ff×d_model; torch stores the transposes: ${setting("layout")} out-in.`,
    apply: (homework) => [
      ...inFeedForward((step, trace) => turned(trace, step, step.inputs[1]))(homework),
      ...alterSteps(homework.trace, (step) => {
        const isFirst = hasRole(step, "feed-forward-1");
        if (!isFirst && !hasRole(step, "feed-forward-2")) return undefined;
        const other = besides(homework.trace, step, isFirst ? "feed-forward-2" : "feed-forward-1");
        return other && turned(homework.trace, step, other.inputs[1]);
      }),
    ],
  },
  {
    id: "feed-forward-bias-missing",
    step: "feed-forward-1",
    title: "A bias of the feed-forward was left out.",
    fix: "Add b₁ after the first product and b₂ after the second.",
    apply: inFeedForward(({ inputs }) => (inputs.length > 2 ? { inputs: inputs.slice(0, 2) } : undefined)),
  },
  {
    id: "feed-forward-missing",
    step: "residual-2",
    title: "The feed-forward was left out.",
    fix: "A layer has two parts: attention, then the feed-forward.",
    apply: altering((step, trace) => {
      const added = hasRole(step, "residual") ? findStep(trace, step.inputs[1]) : undefined;
      return added && hasRole(added, "feed-forward-2") ? passThroughInput : undefined;
    }),
  },
  {
    id: "gate-swapped",
    step: "activation",
    title: "W₁ and W₃ were swapped: the activation was applied to x W₃.",
    formula: GATED,
    fix: "W₁ (gate_proj) goes through the activation, W₃ (up_proj) multiplies.",
    apply: altering((step, trace) => {
      if (hasRole(step, "activation")) {
        const gate = besides(trace, step, "gate");
        return gate && { inputs: [gate.key] };
      }
      const first = hasRole(step, "gated") ? besides(trace, step, "feed-forward-1") : undefined;
      return first && { inputs: [step.inputs[0], first.key] };
    }),
  },
  {
    id: "gate-missing",
    step: "gated",
    title: "The result of the activation was not multiplied by x W₃.",
    formula: GATED,
    fix: "Multiply the two cell by cell.",
    apply: alteringAt("gated", () => passThroughInput),
  },
]);
