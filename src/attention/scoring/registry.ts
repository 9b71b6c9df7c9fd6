import { additive, britzAdditive, britzMultiplicative } from "./additive.js";
import { concat } from "./concat.js";
import { cosine } from "./cosine.js";
import { dot, scaledDot } from "./dot.js";
import { general } from "./general.js";
import { linear } from "./linear.js";
import { localMonotonic, localPredictive } from "./local.js";
import { location } from "./location.js";
import type { Scoring } from "./scoring.js";

/** Every scoring function. `--scoring`, its help, its errors and the law tests are derived from this table. */
export const SCORINGS = {
  "scaled-dot": scaledDot,
  dot,
  general,
  additive,
  concat,
  cosine,
  location,
  linear,
  "local-m": localMonotonic,
  "local-p": localPredictive,
  "britz-add": britzAdditive,
  "britz-mul": britzMultiplicative,
} as const satisfies Record<string, Scoring>;

export type ScoringName = keyof typeof SCORINGS;

/** Returns the scoring in use. */
export function scoringOf({ scoring }: { readonly scoring: ScoringName }): Scoring {
  return SCORINGS[scoring];
}

export const SCORING_NAMES = Object.keys(SCORINGS) as ScoringName[];
