import { UserError } from "../../errors.js";
import { multiplyCells } from "../../ops/local.js";
import { setting } from "../../setting-names.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import type { GivenRefs } from "../roles.js";
import { type Layout, productFor, storedAs } from "../scoring/scoring.js";
import { requireShapes } from "../shapes.js";
import { ACTIVATIONS, type Activation, type ActivationName } from "./activations.js";

/** What a feed-forward is made of, by the names of the inputs. */
export type FeedForwardRefs = Pick<GivenRefs, "w1" | "b1" | "w2" | "b2" | "w3" | "b3">;

/** How a feed-forward is worked. */
export interface FeedForwardSettings {
  readonly activation: ActivationName;
  readonly layout: Layout;
}

/**
 * Records f(x) = activation(x W₁ + b₁) W₂ + b₂ as `feed-forward-1`, `activation` and `feed-forward-2` (Vaswani et al.
 * 2017, eq. 2); with a gate as `feed-forward-1`, `gate` (x W₃ + b₃), `activation`, `gated` and `feed-forward-2` (Shazeer
 * 2020). x: n×d_model, W₁ and W₃: d_model×d_ff, W₂: d_ff×d_model → n×d_model. Throws MISSING_INPUT,
 * CONFLICTING_INPUTS for a W₃ that nothing uses, and SHAPE_MISMATCH.
 */
export function recordFeedForward(
  recorder: Recorder,
  x: Ref,
  refs: FeedForwardRefs,
  { activation: name, layout }: FeedForwardSettings,
): Ref {
  const activation: Activation = ACTIVATIONS[name];
  const { w1, w2, w3 } = requireMatrices(refs, name, activation);
  const line = { layout, recorder };
  const first = recordLinear(line, x, w1, refs.b1, {
    id: "feed-forward-1",
    role: "feed-forward-in",
    title: "Feed-forward, before the activation",
    w: "W₁",
    b: "b₁",
    axis: "d_ff",
  });
  const gate =
    w3 &&
    recordLinear(line, x, w3, refs.b3, {
      id: "gate",
      role: "gate",
      title: "Gate",
      w: "W₃",
      b: "b₃",
      axis: "d_ff",
    });
  const active = recorder.step(activation.op, [first], {
    id: "activation",
    role: "activation",
    title: "Activation",
    formula: activation.formula,
    axes: first.axes,
  });
  const gated = gate ? recordGated(recorder, active, gate) : active;
  recorder.convention("activation", name, `${name}: ${activation.formula} (${activation.source})`);
  return recordLinear(line, gated, w2, refs.b2, {
    id: "feed-forward-2",
    role: "feed-forward-out",
    title: "Feed-forward",
    w: "W₂",
    b: "b₂",
    axis: "d_model",
  });
}

function recordGated(recorder: Recorder, active: Ref, gate: Ref): Ref {
  requireShapes(["w1", active.shape, "n", "d_ff"], ["w3", gate.shape, "n", "d_ff"]);
  return recorder.step(multiplyCells, [active, gate], {
    id: "gated",
    role: "gated",
    title: "Gated",
    formula: "activation · gate, cell by cell",
    axes: active.axes,
  });
}

function requireMatrices(
  { w1, w2, w3 }: FeedForwardRefs,
  name: ActivationName,
  { isGated }: Activation,
): { readonly w1: Ref; readonly w2: Ref; readonly w3: Ref | undefined } {
  if (!w1 || !w2) {
    throw new UserError("MISSING_INPUT", `There is no ${w1 ? "w2" : "w1"}: a layer has a feed-forward.`, {
      hint: `Give w1 (d_model×d_ff) and w2 (d_ff×d_model), or let ${setting("random")} draw them; qkv multihead is the attention alone.`,
    });
  }
  if (isGated && !w3) {
    throw new UserError("MISSING_INPUT", `${name} multiplies by x W₃, but there is no w3.`, {
      hint: "Give w3, as large as w1, or choose an activation without a gate.",
    });
  }
  if (!isGated && w3) {
    throw new UserError("CONFLICTING_INPUTS", `w3 is the matrix of a gate, and ${name} has none.`, {
      hint: `Say ${setting("activation")} swiglu or geglu, or leave out w3.`,
    });
  }
  return { w1, w2, w3 };
}

/** What a step x W + b says of itself, and how its W, b and columns are called. */
interface Line {
  readonly id: string;
  readonly role: string;
  readonly title: string;
  readonly w: string;
  readonly b: string;
  readonly axis: string;
}

function recordLinear(
  { recorder, layout }: { readonly recorder: Recorder; readonly layout: Layout },
  x: Ref,
  weight: Ref,
  bias: Ref | undefined,
  { w, b, axis, ...said }: Line,
): Ref {
  requireShapes(
    [x.key, x.shape, "rows", "d_in"],
    [weight.key, weight.shape, ...storedAs(layout, "d_in", "d_out")],
    ...(bias ? [[bias.key, bias.shape, "1", "d_out"] as const] : []),
  );
  const { op, times } = productFor(layout);
  const source = x.key.slice(x.key.lastIndexOf("/") + 1);
  return recorder.step(op, bias ? [x, weight, bias] : [x, weight], {
    ...said,
    formula: `${times(source, w)}${bias ? ` + ${b}` : ""}`,
    axes: [x.axes[0], { name: axis }],
  });
}
