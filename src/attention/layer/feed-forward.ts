import { refuseAs, setting } from "../../errors.js";
import { multiplyCells } from "../../ops/elementwise.js";
import { type LinearParts, recordLinear } from "../linear.js";
import { type Ref, record, recorder } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import { requireShapes } from "../shapes.js";
import type { StepName } from "../steps.js";
import { ACTIVATIONS, type Activation, type ActivationName } from "./activations.js";
import type { LayerSettings } from "./layer-settings.js";

/**
 * Records f(x) = activation(x W₁ + b₁) W₂ + b₂ as `feed-forward-1`, `activation` and `feed-forward-2` (Vaswani et al.
 * 2017, eq. 2). With a gate the steps are `feed-forward-1`, `gate` (x W₃ + b₃), `activation`, `gated` and
 * `feed-forward-2` (Shazeer 2020). x: n×d_model, W₁ and W₃: d_model×d_ff, W₂: d_ff×d_model → n×d_model. Throws
 * MISSING_INPUT, CONFLICTING_INPUTS for a W₃ that is not used, and SHAPE_MISMATCH.
 */
export function recordFeedForward(x: Ref, refs: GivenRefs, { activation: name, layout }: LayerSettings): Ref {
  const activation: Activation = ACTIVATIONS[name];
  const { w1, w2, w3 } = requireMatrices(refs, name, activation);
  const linear = (name: StepName, parts: LinearParts) => recordLinear(name, parts, layout, "d_in");
  const first = linear("feed-forward-1", [x, w1, refs.b1]);
  const gate = w3 && linear("gate", [x, w3, refs.b3]);
  const active = record("activation", activation.op, [first], undefined, activation.formula);
  if (gate) requireShapes([{ ...active, key: "w1" }, "n", "d_ff"], [{ ...gate, key: "w3" }, "n", "d_ff"]);
  const gated = gate ? record("gated", multiplyCells, [active, gate]) : active;
  recorder.convention("activation", name, `${name}: ${activation.formula} (${activation.source})`);
  return linear("feed-forward-2", [gated, w2, refs.b2]);
}

function requireMatrices({ w1, w2, w3 }: GivenRefs, name: ActivationName, { isGated }: Activation) {
  if (!w1 || !w2)
    refuseAs(
      "MISSING_INPUT",
      `There is no ${w1 ? "w2" : "w1"}: a layer has a feed-forward.`,
      `Give w1 (d_model×d_ff) and w2 (d_ff×d_model), or let ${setting("random")} draw them; qkv multihead is the attention alone.`,
    );

  if (isGated && !w3)
    refuseAs(
      "MISSING_INPUT",
      `${name} multiplies by x W₃, but there is no w3.`,
      "Give w3, as large as w1, or choose an activation without a gate.",
    );

  if (!isGated && w3)
    refuseAs(
      "CONFLICTING_INPUTS",
      `w3 is the matrix of a gate, and ${name} has none.`,
      `Say ${setting("activation")} swiglu or geglu, or leave out w3.`,
    );

  return { w1, w2, w3 };
}
