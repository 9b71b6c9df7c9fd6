import { UserError } from "../../errors.js";
import { matmul, matmulTransposed } from "../../ops/product.js";
import { setting } from "../../setting-names.js";
import type { Recorder, Ref } from "../recorder.js";
import type { NamedShape } from "../shapes.js";

export type ParameterName = "wa" | "ua" | "va";

/** Something for each parameter that there is. */
export type ParametersOf<Of> = { readonly [Name in ParameterName]?: Of | undefined };

/** How W is stored: in × out (x·W), or out × in (x·Wᵀ) as torch has it. */
export type Layout = "in-out" | "out-in";

/**
 * What a scoring records from: queries n×d_q, keys m×d_k, and the parameters that were given, among them those that it needs. `Of` is less
 * than a Ref where it only matters whether a scoring can be recorded.
 */
export interface ScoringInputs<Needed extends ParameterName = never, Of = Ref> {
  readonly query: Of;
  readonly key: Of;
  readonly parameters: ParametersOf<Of> & Readonly<Record<Needed, Of>>;
  readonly layout: Layout;
}

/** What is known of inputs before their numbers are. */
export type ScoringShapes<Needed extends ParameterName = never> = ScoringInputs<
  Needed,
  Pick<Ref, "key" | "shape">
>;

/** What a scoring costs for n queries and m keys, in words of Vaswani et al. 2017, table 1. Sums of products of the sizes of `sizesOf`. */
export interface ScoringCost {
  readonly multiplyAdds: string;
  /** Numbers kept beside the scores when nothing is fused; none when absent. */
  readonly memory?: string;
  /** Steps between any two positions; 1 when absent. */
  readonly pathLength?: string;
}

/** The settings that say where query 0 stands among the keys. */
interface Placing {
  readonly queryOffset?: number | undefined;
  readonly align?: "top-left" | "bottom-right" | undefined;
  readonly keyLength?: number | undefined;
}

/** A scoring function: how a query and a key make one number. One file each; registered in registry.ts. */
export interface Scoring<Needed extends ParameterName = never> {
  readonly name: string;
  /** As the papers write it, with where it comes from. */
  readonly formula: string;
  readonly source: string;
  /** The scale when none is given, as `--scale` would take it; none when absent. */
  readonly defaultScale?: "1/sqrt(d_k)" | "none";
  /** Shapes of its parameters, in × out, by names of sizes: `{ wa: ["d_q", "d_k"] }`. */
  readonly parameters: Readonly<Partial<Record<ParameterName, readonly [rows: string, cols: string]>>>;
  readonly cost: ScoringCost;
  /** Of a local scoring: records where among the keys each query looks, n×1. The weights then fall off from there. */
  recordPlaces?(recorder: Recorder, inputs: ScoringInputs<Needed>, placing: Placing): Ref;
  /** Throws MISSING_INPUT and SHAPE_MISMATCH where no score can be made of such inputs. */
  requireInputs(inputs: ScoringShapes<Needed>): void;
  /** Records the scores, n×m, as the step `scores`. Its inputs are as `requireInputs` wants them. */
  record(recorder: Recorder, inputs: ScoringInputs<Needed>): Ref;
}

/** A scoring that cannot do without some parameters, with what they are: it throws MISSING_INPUT where one is not given. */
export function needing<Needed extends ParameterName>(
  needs: Readonly<Record<Needed, string>>,
  scoring: Scoring<NoInfer<Needed>>,
): Scoring {
  const hasAll = (inputs: ScoringShapes): inputs is ScoringShapes<Needed> => {
    for (const [name, meaning] of Object.entries<string>(needs)) {
      if (inputs.parameters[name as Needed]) continue;
      throw new UserError(
        "MISSING_INPUT",
        `${scoring.name} scoring needs ${name}: ${meaning}.`,
        `Give it with ${setting(name)} FILE, or as "${name}" in the bundle, or let ${setting("random")} draw it.`,
      );
    }
    return true;
  };
  return { ...scoring, requireInputs: (inputs) => hasAll(inputs) && scoring.requireInputs(inputs) };
}

/** Queries or keys for a check of shapes, called by their role when they were given as such, else with what plays it: "query (x)". */
export function shapeOfRole(role: "query" | "key", inputs: ScoringShapes, size: string): NamedShape {
  const ref = inputs[role];
  return [
    ref.key === role ? ref : { ...ref, key: `${role} (${ref.key})` },
    role === "query" ? "n" : "m",
    size,
  ];
}

/** The op of x·W, as W is stored. */
export const productFor = (layout: Layout) => (layout === "in-out" ? matmul : matmulTransposed);

/** Shape of a W that maps `from` to `to`, as its dimensions are stored in `layout`. */
export function storedAs(layout: Layout, from: string, to: string): readonly [string, string] {
  return layout === "in-out" ? [from, to] : [to, from];
}
