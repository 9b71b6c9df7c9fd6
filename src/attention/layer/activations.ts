import { gelu, geluTanh, relu, silu } from "../../ops/activation.js";
import type { Op } from "../../trace/op.js";

/** The function between the two products of a feed-forward. */
export interface Activation {
  readonly op: Op;
  /** Written as a function of x. */
  readonly formula: string;
  readonly source: string;
  /** Whether its result is multiplied by a second product, X W₃ (Shazeer 2020). */
  readonly isGated?: true;
}

const GELU: Activation = {
  op: gelu,
  formula: "½x·(1 + erf(x/√2))",
  source: "Hendrycks and Gimpel 2016",
};
const SILU: Activation = { op: silu, formula: "x / (1 + e^(−x))", source: "Elfwing et al. 2017" };

/** Every activation by its name. */
export const ACTIVATIONS = {
  relu: { op: relu, formula: "max(0, x)", source: "Vaswani et al. 2017, eq. 2" },
  gelu: GELU,
  "gelu-tanh": {
    op: geluTanh,
    formula: "½x·(1 + tanh(√(2/π)·(x + 0.044715x³)))",
    source: "Hendrycks and Gimpel 2016, section 2",
  },
  silu: SILU,
  swiglu: { ...SILU, source: "Shazeer 2020, eq. 6", isGated: true },
  geglu: { ...GELU, source: "Shazeer 2020, eq. 6", isGated: true },
} as const satisfies Record<string, Activation>;

export type ActivationName = keyof typeof ACTIVATIONS;

export const ACTIVATION_NAMES = Object.keys(ACTIVATIONS) as ActivationName[];
