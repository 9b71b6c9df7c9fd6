import { drawUniform } from "../../ops/sources.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import type { ParameterName, Scoring, ScoringInputs } from "../scoring/scoring.js";
import { sizeNamed } from "./costs.js";

/** How parameters are drawn, in words. */
export const INITIALISATION = "Glorot uniform, U(−√(6/(in + out)), √(6/(in + out)))";

const SYMBOLS: Readonly<Record<ParameterName, string>> = { wa: "W_a", ua: "U_a", va: "v_a" };

/**
 * Records the parameters of a scoring that are not in `given`, drawn from `seed` by Glorot and Bengio's (2010)
 * initialisation; each has a stream of its own, so that what else is compared changes nothing.
 */
export function recordDrawnParameters(
  recorder: Recorder,
  scoring: Scoring,
  { parameters: given, layout }: Pick<ScoringInputs, "parameters" | "layout">,
  sizes: Readonly<Record<string, number>>,
  seed: number,
): ScoringInputs["parameters"] {
  const parameters: Partial<Record<ParameterName, Ref>> = { ...given };
  for (const name of ["wa", "ua", "va"] as const) {
    const shape = scoring.parameters[name];
    if (!shape || given[name]) continue;
    const [from, to] = shape.map((size) => sizeNamed(size, sizes));
    // Vectors are read lying or standing; only a W is stored one way or the other.
    const isStoredTurned = layout === "out-in" && name !== "va" && shape[0] !== "1";
    const [rows, cols] = isStoredTurned ? [to, from] : [from, to];
    const bound = Math.sqrt(6 / (from + to));
    parameters[name] = recorder.step(
      drawUniform,
      [],
      { seed, name: `${scoring.name}/${name}`, rows, cols, bound },
      {
        id: name,
        title: `${SYMBOLS[name]} (drawn)`,
        formula: `U(−b, b), b = √(6/(${from} + ${to})) = ${Number(bound.toPrecision(4))}`,
        axes: (isStoredTurned ? [shape[1], shape[0]] : shape).map((axis) => ({ name: axis })) as [
          { name: string },
          { name: string },
        ],
        notes: [`drawn from seed ${seed}: ${INITIALISATION}`],
      },
    );
  }
  return parameters;
}
