import type { CompareScoringSettings } from "../attention/comparison/compare-scoring-settings.js";
import type { InputName } from "../attention/inputs.js";
import { parseFill } from "../attention/masks/fills.js";
import type { Problem } from "../attention/problem.js";
import { SCORING_NAMES, scoringOf } from "../attention/scoring/registry.js";
import type { ParameterName, Scoring } from "../attention/scoring/scoring.js";
import type { FilledSettings } from "../systems/preset.js";
import type { CommandDefinition } from "./definition.js";

/** Settings of every command. */
export type AnySettings = FilledSettings & CompareScoringSettings;

/** A problem with the command that works it. */
export interface AnyProblem extends Problem<AnySettings> {
  readonly command: CommandDefinition["name"];
}

/** Settings and inputs that say something of something else, and mean nothing without it. */
export interface Companions {
  readonly names: readonly (keyof AnySettings)[];
  readonly inputs?: readonly InputName[];
  /** What they belong to, as messages name it. */
  readonly of: string;
  isThere(problem: AnyProblem): boolean;
}

/** The scorings that a run works with. */
export const scoringsOf = ({ command, settings }: AnyProblem): readonly Scoring[] =>
  command === "compare-scoring"
    ? (settings.scorings ?? SCORING_NAMES).map((scoring) => scoringOf({ scoring }))
    : [scoringOf(settings)];

/** Whether a scoring has this parameter; a local one may have the W_a of `general`. */
const takes = ({ parameters, recordPlaces }: Scoring, name: ParameterName) =>
  parameters[name] !== undefined || (name === "wa" && recordPlaces !== undefined);

const isLocal = (problem: AnyProblem) => scoringsOf(problem).some(({ recordPlaces }) => recordPlaces);

/** Whether a mask depends on where the queries stand among the keys. */
const isAligned = ({ settings: { causal, window, windowLeft, windowRight } }: AnyProblem) =>
  causal === true || [window, windowLeft, windowRight].some((width) => width !== undefined);

const isMasked = (problem: AnyProblem) =>
  problem.mask !== undefined || problem.settings.keyLength !== undefined || isAligned(problem);

function mayHaveEmptyRows(problem: AnyProblem): boolean {
  const { matrices, settings } = problem;
  const { isExact, on } = parseFill(settings.maskFill ?? "neg-inf");
  const isErased = isExact || on === "exponentials";
  return (
    ((isMasked(problem) || isLocal(problem)) && isErased) ||
    matrices.bias !== undefined ||
    matrices.scores !== undefined
  );
}

/** The matrices that `--layout` is about. */
const STORED = [...(["wq", "wk", "wv", "wo", "wqkv"] as const), ...(["wa", "ua", "va", "wc"] as const)];

/** Whether RoPE turns the heads. */
export const isRotated = ({ settings: { rope } }: AnyProblem) => rope !== undefined;

/** The parameters of scorings that have none of them. */
const PARAMETERS: readonly Companions[] = (["wa", "ua", "va"] as const).map((name) => ({
  ...{ names: [], inputs: [name] },
  of: `a scoring that has ${name} (${SCORING_NAMES.filter((scoring) => takes(scoringOf({ scoring }), name)).join(", ")})`,
  isThere: (problem) =>
    problem.matrices.scores === undefined && scoringsOf(problem).some((scoring) => takes(scoring, name)),
}));

/** What belongs to what in every attention. */
export const ATTENTION: readonly Companions[] = [
  ...PARAMETERS,
  { names: ["maskTrue"], of: "--mask", isThere: ({ mask }) => mask !== undefined },
  {
    names: ["align", "queryOffset"],
    of: "--causal, a window or local scoring",
    isThere: (problem) => isAligned(problem) || isLocal(problem),
  },
  {
    names: ["windowRight"],
    of: "keys after the query, which --causal and --window hide",
    isThere: ({ settings: { causal, window } }) => causal !== true && window === undefined,
  },
  {
    names: ["maskFill"],
    of: "masked cells",
    isThere: (problem) => isMasked(problem) || isLocal(problem),
  },
  {
    names: ["emptyRow"],
    of: "scores of −∞, from a mask that --mask-fill leaves so or a bias",
    isThere: mayHaveEmptyRows,
  },
  { names: ["localWindow", "localRenormalize"], of: "local scoring (local-m, local-p)", isThere: isLocal },
  {
    names: ["layout"],
    of: "matrices W",
    // A seed draws parameters where the comparison is recorded, as they would be stored.
    isThere: ({ matrices, settings: { seed } }) =>
      seed !== undefined || STORED.some((name) => matrices[name] !== undefined),
  },
  {
    names: ["offset"],
    of: "positions (--rope, --add-positions)",
    isThere: (problem) =>
      isRotated(problem) ||
      problem.settings.addPositions !== undefined ||
      problem.matrices.table !== undefined,
  },
  {
    names: ["base"],
    of: "--rope or --add-positions sinusoidal",
    isThere: (problem) => isRotated(problem) || problem.settings.addPositions === "sinusoidal",
  },
];
