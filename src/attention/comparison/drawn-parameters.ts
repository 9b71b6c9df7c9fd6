import { drawUniform } from "../../ops/sources.js";
import type { Recorder, Ref } from "../recorder.js";
import type { ParameterName, Scoring, ScoringInputs, ScoringShapes } from "../scoring/scoring.js";
import { sizeNamed } from "./costs.js";

/** How parameters are drawn, in words. */
export const INITIALISATION = "Glorot uniform, U(−√(6/(in + out)), √(6/(in + out)))";

/** A parameter that is to be drawn. */
interface DrawnParameter extends Pick<Ref, "key" | "shape"> {
  /** What its rows and columns are, as it is stored. */
  readonly axes: readonly [rows: string, cols: string];
}

type DrawnParameters = Readonly<Partial<Record<ParameterName, DrawnParameter>>>;

/** The parameters of a scoring that are not given, as they would be stored. */
export function missingParameters(
  scoring: Scoring,
  { parameters: given, layout }: Pick<ScoringShapes, "parameters" | "layout">,
  sizes: Readonly<Record<string, number>>,
): DrawnParameters {
  const missing: Partial<Record<ParameterName, DrawnParameter>> = {};
  for (const name of ["wa", "ua", "va"] as const) {
    const shape = scoring.parameters[name];
    if (!shape || given[name]) continue;
    // Vectors are read lying or standing; only a W is stored one way or the other.
    const isTurned = layout === "out-in" && name !== "va" && shape[0] !== "1";
    const axes = isTurned ? ([shape[1], shape[0]] as const) : shape;
    const [rows, cols] = axes.map((size) => sizeNamed(size, sizes));
    missing[name] = { key: name, shape: { rows, cols }, axes };
  }
  return missing;
}

/**
 * Records parameters of a scoring drawn from `seed` by Glorot and Bengio's (2010) initialisation; each has a stream of its
 * own, so that what else is compared changes nothing.
 */
export function recordDrawn(
  recorder: Recorder,
  scoring: Scoring,
  missing: DrawnParameters,
  seed: number,
): ScoringInputs["parameters"] {
  const drawn: Partial<Record<ParameterName, Ref>> = {};
  for (const [name, { shape, axes }] of Object.entries(missing) as [ParameterName, DrawnParameter][]) {
    const { rows, cols } = shape;
    const isTurned = axes[0] !== scoring.parameters[name]?.[0];
    const [from, to] = isTurned ? [cols, rows] : [rows, cols];
    const bound = Math.sqrt(6 / (from + to));
    drawn[name] = recorder.record(
      name,
      drawUniform,
      [],
      { seed, name: `${scoring.name}/${name}`, rows, cols, bound },
      {
        formula: `U(−b, b), b = √(6/(${from} + ${to})) = ${Number(bound.toPrecision(4))}`,
        axes: [{ name: axes[0] }, { name: axes[1] }],
        notes: [`drawn from seed ${seed}: ${INITIALISATION}`],
      },
    );
  }
  return drawn;
}
