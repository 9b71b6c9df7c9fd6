import { refuseAs, setting } from "../../errors.js";
import type { Matrix } from "../../math/matrix.js";
import { add } from "../../ops/elementwise.js";
import { repeatCell } from "../../ops/losses.js";
import { resumeRecorder } from "../../trace/recorder.js";
import { idOfKey, type Trace } from "../../trace/trace.js";
import type { InputName } from "../inputs.js";
import { type Ref, recorder, recordWith, settleResumedEvaluation } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import { requireShapes } from "../shapes.js";
import { describeGradient, gradientSymbol, paperSymbol, recordBackwardPass } from "./backward-pass.js";
import { LOSSES, type Loss, type LossName } from "./losses.js";

/** The inputs that gradients start from. */
export const GRADIENT_INPUTS: readonly InputName[] = ["backward", "target"];

/** Inputs without a gradient: the result does not depend smoothly on them, or they are not part of the forward pass. */
const NO_VARIABLES: readonly string[] = [...GRADIENT_INPUTS, "segments", "positions", "dropoutMask"];

/**
 * Records the gradients of a loss with respect to everything that the output depends on, if they are asked for. They
 * start from the gradient of the output itself (`backward`), or from a loss. The result `gradients` names them by
 * input. output: n×d. Throws CONFLICTING_INPUTS, MISSING_INPUT and SHAPE_MISMATCH.
 */
export function recordGradients(
  output: Ref | undefined,
  refs: GivenRefs,
  { loss }: { readonly loss?: LossName | undefined },
) {
  requireOneLoss(refs, loss);
  if (!refs.backward && !loss) return;
  if (!output)
    refuseAs(
      "MISSING_INPUT",
      "Gradients need an output, but there is none.",
      "Give value: without it the run ends at the weights, and there is no loss.",
    );

  const gradient = recordOutputGradient(output, refs, loss);
  const gradients = recordGradientsFrom(output, gradient);
  const byInput = recorder.trace().inputs.flatMap(({ name }) => {
    const ref = gradients.get(name);
    return ref ? [[name, ref] as const] : [];
  });
  recorder.result("gradients", Object.fromEntries(byInput));
}

/**
 * Records the gradients with respect to everything that an output depends on, from the gradient of the output. Returns
 * them by key.
 */
export const recordGradientsFrom = (result: Ref, gradient: Ref) =>
  recordBackwardPass(result, gradient, (input) => !NO_VARIABLES.includes(input));

/**
 * Returns a recording with added gradients, from ∂L/∂output, n×d or one number for every cell. Throws SHAPE_MISMATCH,
 * MISSING_INPUT if there is no output, and CONFLICTING_INPUTS if the gradients were recorded already.
 */
export function addGradients(trace: Trace, gradient: Matrix): Trace {
  if (trace.results.gradients)
    refuseAs(
      "CONFLICTING_INPUTS",
      "The gradients of this run have been recorded already.",
      "Use the run from before that, or leave out the setting loss and the input backward.",
    );

  return recordWith(resumeRecorder(trace, settleResumedEvaluation(trace)), () => {
    const key = trace.results.attentional ?? trace.results.output;
    const output = typeof key === "string" ? recorder.ref(key) : undefined;
    const backward = recorder.input("backward", gradient, output?.axes);
    recordGradients(output, { backward }, {});
    return recorder.trace();
  });
}

/**
 * Throws if both a gradient and a loss are given, if a target is given without a loss that uses it, or if the target is
 * missing.
 */
function requireOneLoss({ backward, target }: GivenRefs, loss: LossName | undefined) {
  if (backward && loss)
    refuseAs(
      "CONFLICTING_INPUTS",
      "Both a gradient of the output and a loss are given.",
      `${setting("backward")} is ∂L/∂output itself; ${setting("loss")} computes it. Give one or the other.`,
    );

  const { needs }: Partial<Loss> = loss ? LOSSES[loss] : {};
  if (target && !needs)
    refuseAs(
      "MISSING_INPUT",
      "A target is given, but no loss that compares the output with it.",
      `Give ${setting("loss")} mse or ${setting("loss")} cross-entropy, or leave out the target.`,
      "target",
    );

  if (needs && !target) refuseAs("MISSING_INPUT", ...needs);
}

/** Records the gradient of the output: as given, or computed from the loss. */
function recordOutputGradient(output: Ref, { backward, target }: GivenRefs, loss: LossName | undefined) {
  const of = recorder.numbers.nodes.node(output.key);
  const id = idOfKey(output.key);
  const symbols = { of: paperSymbol(id) ?? id, d: gradientSymbol(id, paperSymbol) };
  const as = describeGradient({ id: `d-${id}`, ref: output, of }, { formula: "" }, paperSymbol);
  if (!backward) return LOSSES[loss ?? "sum"].record({ output, ...symbols, as }, target ?? output);
  const formula = `${symbols.d} = ∂L/∂${symbols.of}, as given`;
  const { rows, cols } = output.shape;
  if (backward.shape.rows * backward.shape.cols === 1) {
    return recorder.step(repeatCell, [backward], { params: { rows, cols }, ...as, formula });
  }
  requireShapes([output, "n", "d"], [backward, "n", "d"]);
  return recorder.step(add, [backward], { ...as, formula });
}
