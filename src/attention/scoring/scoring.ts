import { refuseAs, setting } from "../../errors.js";
import { type Layout, storedAs } from "../linear.js";
import type { Ref } from "../recorder.js";
import { type NamedShape, requireShapes } from "../shapes.js";

/** The names of all parameters. */
export const PARAMETERS = ["wa", "ua", "va"] as const;

export type ParameterName = (typeof PARAMETERS)[number];

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
  /** What the parameters are that it cannot do without. */
  readonly needs?: Readonly<Partial<Record<ParameterName, string>>>;
  /** The names of the numbers of columns of queries and keys: equal names, equal numbers. Default: d_q and d_k. */
  readonly widths?: readonly [query: string, key: string];
  readonly cost: ScoringCost;
  /**
   * Records the position that each query looks at among the keys, n×1. The weights fall off around it. Only for a local
   * scoring.
   */
  recordAlignedPositions?(inputs: ScoringInputs<Needed>, alignment: AlignmentSettings): Ref;
  /** Throws SHAPE_MISMATCH for sizes that do not fit, if `parameters` and `widths` do not say all of them. */
  requireSizes?(inputs: ScoringShapes<Needed>): void;
  /** Records the scores, n×m, as the step `scores`. The inputs have passed `requireInputs`. */
  record(inputs: ScoringInputs<Needed>): Ref;
}

/** Defines a scoring that needs some parameters. They are checked before its functions are called. */
export const requiring = <Needed extends ParameterName>(
  needs: Readonly<Record<Needed, string>>,
  scoring: Omit<Scoring<NoInfer<Needed>>, "needs">,
): Scoring => ({ ...scoring, needs });

/** Throws MISSING_INPUT and SHAPE_MISMATCH if no scores can be computed from these inputs. */
export function requireInputs(scoring: Scoring, inputs: ScoringShapes) {
  for (const [name, meaning] of Object.entries(scoring.needs ?? {})) {
    if (!inputs.parameters[name as ParameterName])
      refuseAs(
        "MISSING_INPUT",
        `${scoring.name} scoring needs ${name}: ${meaning}.`,
        `Give it with ${setting(name)} FILE, or as "${name}" in the bundle, or let ${setting("random")} draw it.`,
      );
  }
  if (scoring.requireSizes) scoring.requireSizes(inputs);
  else requireNamedSizes(scoring, inputs);
}

/**
 * Throws SHAPE_MISMATCH unless sizes of queries, keys and given parameters are equal if a scoring gives them the same name.
 * Queries or keys without the W that multiplies them stay unchanged, so they are as wide as its result.
 */
export function requireNamedSizes(
  { parameters: sizes, widths = ["d_q", "d_k"] }: Scoring,
  inputs: ScoringShapes,
) {
  const { query, key, layout, parameters } = inputs;
  const columns = String(query.shape.cols + key.shape.cols);
  const [ofQuery, ofKey] = widths.map((width) => {
    const absent = PARAMETERS.find((name) => sizes[name]?.[0] === width && !parameters[name]);
    return (absent && sizes[absent]?.[1]) ?? width;
  });
  const given = PARAMETERS.map((name): NamedShape | undefined => {
    const [ref, size] = [parameters[name], sizes[name]];
    if (!ref || !size) return undefined;
    const [from, to] = size;
    // A vector may be a row or a column.
    const stored = to !== "1" ? layout : ref.shape.rows === 1 ? "out-in" : "in-out";
    return [ref, ...storedAs(stored, from.replace("d_q+d_k", columns), to)];
  });
  requireShapes(shapeOfRole("query", inputs, ofQuery), shapeOfRole("key", inputs, ofKey), ...given);
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
