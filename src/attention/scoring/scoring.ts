import { refuseAs, setting } from "../../errors.js";
import type { Layout } from "../linear.js";
import type { Ref } from "../recorder.js";
import type { NamedShape } from "../shapes.js";

export type ParameterName = "wa" | "ua" | "va";

/** A value for each parameter that exists. */
export type ParametersOf<Of> = { readonly [Name in ParameterName]?: Of | undefined };

/**
 * The inputs of a scoring: queries n×d_q, keys m×d_k, and the given parameters, including all that it needs. `Of` is
 * less than a Ref if it only matters whether a scoring can be recorded.
 */
export interface ScoringInputs<Needed extends ParameterName = never, Of = Ref> {
  readonly query: Of;
  readonly key: Of;
  readonly parameters: ParametersOf<Of> & Readonly<Record<Needed, Of>>;
  readonly layout: Layout;
}

/** What is known about the inputs before their numbers. */
export type ScoringShapes<Needed extends ParameterName = never> = ScoringInputs<
  Needed,
  Pick<Ref, "key" | "shape">
>;

/**
 * The cost of a scoring for n queries and m keys, in the terms of Vaswani et al. 2017, table 1. Sums of products of the
 * sizes from `sizesOf`.
 */
export interface ScoringCost {
  readonly multiplyAdds: string;
  /** Numbers in memory in addition to the scores, without fusing. Absent if there are none. */
  readonly memory?: string;
  /** The number of steps between any two positions. Default 1. */
  readonly pathLength?: string;
}

/** The settings that decide the position of query 0 among the keys. */
interface AlignmentSettings {
  readonly queryOffset?: number | undefined;
  readonly align?: "top-left" | "bottom-right" | undefined;
  readonly keyLength?: number | undefined;
}

/** A scoring function: how a query and a key give one number. One file per scoring, registered in registry.ts. */
export interface Scoring<Needed extends ParameterName = never> {
  readonly name: string;
  /** Its formula as papers write it, and its source. */
  readonly formula: string;
  readonly source: string;
  /** The default scale, as `--scale` would be given. Absent if there is none. */
  readonly defaultScale?: "1/sqrt(d_k)" | "none";
  /** The shapes of its parameters, in × out, by names of sizes: `{ wa: ["d_q", "d_k"] }`. */
  readonly parameters: Readonly<Partial<Record<ParameterName, readonly [rows: string, cols: string]>>>;
  readonly cost: ScoringCost;
  /**
   * Records the position that each query looks at among the keys, n×1. The weights fall off around it. Only for a local
   * scoring.
   */
  recordAlignedPositions?(inputs: ScoringInputs<Needed>, alignment: AlignmentSettings): Ref;
  /** Throws MISSING_INPUT and SHAPE_MISMATCH if no scores can be computed from these inputs. */
  requireInputs(inputs: ScoringShapes<Needed>): void;
  /** Records the scores, n×m, as the step `scores`. The inputs have passed `requireInputs`. */
  record(inputs: ScoringInputs<Needed>): Ref;
}

/**
 * Defines a scoring that needs some parameters. `needs` says what they are. It throws MISSING_INPUT if one is not
 * given.
 */
export function requiring<Needed extends ParameterName>(
  needs: Readonly<Record<Needed, string>>,
  scoring: Scoring<NoInfer<Needed>>,
): Scoring {
  const hasAll = (inputs: ScoringShapes): inputs is ScoringShapes<Needed> => {
    for (const [name, meaning] of Object.entries<string>(needs)) {
      if (inputs.parameters[name as Needed]) continue;
      refuseAs(
        "MISSING_INPUT",
        `${scoring.name} scoring needs ${name}: ${meaning}.`,
        `Give it with ${setting(name)} FILE, or as "${name}" in the bundle, or let ${setting("random")} draw it.`,
      );
    }
    return true;
  };
  return { ...scoring, requireInputs: (inputs) => hasAll(inputs) && scoring.requireInputs(inputs) };
}

/**
 * Returns queries or keys for a check of shapes. They are called by their role, with the input's name if it differs:
 * "query (x)".
 */
export function shapeOfRole(role: "query" | "key", inputs: ScoringShapes, size: string): NamedShape {
  const ref = inputs[role];
  return [
    ref.key === role ? ref : { ...ref, key: `${role} (${ref.key})` },
    role === "query" ? "n" : "m",
    size,
  ];
}
