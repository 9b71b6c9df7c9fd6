import type { Problem } from "../attention/problem.js";
import { setting } from "../setting-names.js";
import { drawnNames } from "../systems/drawn/draw-settings.js";
import { ARITHMETIC_NEEDS } from "./arithmetic/rounding-settings.js";
import type { AnyGiven } from "./attention-needs.js";
import type { CommandSpec } from "./command-spec.js";
import { besides, type Idle, idleAmong } from "./needs.js";

/** Returns the settings and inputs of a problem that change nothing in it. */
export function idleInProblem(
  { needs = [], settings: table }: CommandSpec,
  { settings, matrices, mask }: Problem<object>,
): readonly Idle[] {
  const drawn = besides<AnyGiven>("random", ...drawnNames(table));
  const given: AnyGiven = { ...settings, ...matrices, mask };
  return idleAmong<AnyGiven>(
    [...needs, ...ARITHMETIC_NEEDS, { ...drawn, of: `what ${setting("random")} draws` }],
    given,
  );
}
