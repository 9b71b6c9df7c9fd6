import type { Problem } from "../../src/attention/problem.js";
import { attend } from "../../src/commands/attend.js";
import { compareScoring } from "../../src/commands/compare-scoring.js";
import { layer } from "../../src/commands/layer.js";
import { multihead } from "../../src/commands/multihead.js";
import { posenc } from "../../src/commands/posenc.js";
import type { CommandSpec } from "../../src/runs/command-spec.js";
import { recordProblem } from "../../src/runs/record-problem.js";

// Records problems as the commands do.

const recordWith = (command: CommandSpec) => (problem: Problem<object>) => recordProblem(command, problem);

export const recordAttend = recordWith(attend);
export const recordComparison = recordWith(compareScoring);
export const recordLayer = recordWith(layer);
export const recordMultihead = recordWith(multihead);
export const recordPosenc = recordWith(posenc);
