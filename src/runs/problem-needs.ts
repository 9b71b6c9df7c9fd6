import { setting } from "../setting-names.js";
import { drawnNames } from "../systems/drawn/draw-settings.js";
import { ARITHMETIC_NEEDS } from "./arithmetic/rounding-settings.js";
import type { AnyProblem, ProblemNeed } from "./attention-needs.js";
import type { CommandSpec } from "./command-spec.js";
import { type Idle, idleAmong } from "./needs.js";

/** What the settings and inputs of a command are about, those that every command has among them. */
export const needsOfProblem = ({ needs = [], settings }: CommandSpec): readonly ProblemNeed[] => [
  ...needs,
  ...(ARITHMETIC_NEEDS as readonly ProblemNeed[]),
  {
    names: drawnNames(settings),
    of: `what ${setting("random")} draws`,
    isThere: ({ settings: { random } }) => random === true,
  },
];

/** What a problem holds that changes nothing in it. */
export const idleInProblem = (command: CommandSpec, problem: AnyProblem): readonly Idle[] =>
  idleAmong(
    needsOfProblem(command),
    { ...problem.settings, ...problem.matrices, mask: problem.mask },
    problem,
  );
