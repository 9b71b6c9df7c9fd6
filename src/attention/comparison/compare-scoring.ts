import { UserError } from "../../errors.js";
import { createRecorder, type Recorder, type Ref } from "../../trace/recorder.js";
import type { Trace } from "../../trace/trace.js";
import { recordAlignment } from "../attend.js";
import { EMBEDDING_INPUTS, recordEmbedded } from "../embedding/embedded.js";
import type { InputName } from "../inputs.js";
import { DEFAULT_LOCAL_WINDOW } from "../masks/local.js";
import type { Problem } from "../problem.js";
import { recordReading } from "../reading.js";
import { assignRoles, type GivenRefs, recordGiven, recordProjections, requireValuePerKey } from "../roles.js";
import { SCORING_NAMES, SCORINGS, type ScoringName } from "../scoring/registry.js";
import type { Scoring, ScoringInputs } from "../scoring/scoring.js";
import { recordWeightedSum } from "../softmax.js";
import { type CostedScoring, recordCosts, sizesOf } from "./costs.js";
import { INITIALISATION, recordDrawnParameters } from "./drawn-parameters.js";
import { recordScoreGradient } from "./score-gradient.js";
import type { CompareScoringSettings } from "./settings.js";
import { type MeasuredScoring, recordMeasures, recordSideBySide } from "./side-by-side.js";
import { type OnProgress, recordSweep } from "./sweep.js";

/** The inputs that `compare-scoring` takes. */
export const COMPARE_SCORING_INPUTS: readonly InputName[] = [
  ...(["query", "key", "value", "x", "memory"] as const),
  ...(["wq", "wk", "wv", "bq", "bk", "bv", "mask", "bias", "wa", "ua", "va"] as const),
  ...EMBEDDING_INPUTS,
];

/**
 * The same queries and keys under several scoring functions, each in the scope of its name ("additive/scores"), then
 * side by side: where rows look, how spread they are, how far the scorings agree, what they cost; with `sweep` what
 * becomes of them as d_k (or another size) grows.
 * Throws UserError: those of attend, MISSING_INPUT for a named scoring without its parameters, BAD_VALUE.
 */
export function recordCompareScoring(
  problem: Problem<CompareScoringSettings>,
  onProgress?: OnProgress,
): Trace {
  const { settings, matrices } = problem;
  const recorder = createRecorder("compare-scoring");
  const hasVectors = Object.keys(matrices).length > 0;
  if (hasVectors || !settings.sweep) recordComparison(recorder, problem);
  if (settings.sweep) recordSweep(recorder, settings.sweep, settings, onProgress);
  return recorder.trace();
}

/** One scoring, ready to be recorded: its own parameters, given or drawn. */
interface Entrant extends CostedScoring {
  readonly name: ScoringName;
  readonly parameters: ScoringInputs["parameters"];
}

function recordComparison(recorder: Recorder, problem: Problem<CompareScoringSettings>): void {
  const { settings } = problem;
  const refs = recordEmbedded(recorder, problem, recordGiven(recorder, problem));
  const given = assignRoles(refs);
  const roles = recordProjections(recorder, given, refs, settings.layout ?? "in-out");
  const { query, key, value } = roles;
  if (!query || !key) {
    throw new UserError("MISSING_INPUT", `There is no ${query ? "key" : "query"}.`, {
      hint: "Give query and key (and value), or x for self-attention; or --sweep d_k=2..512 to draw them.",
    });
  }
  requireValuePerKey(given);
  const entrants = chooseEntrants(recorder, { query, key }, refs, settings);
  const compared = entrants.map((entrant) =>
    recorder.scoped(entrant.name, (): MeasuredScoring => {
      const { scoring, name } = entrant;
      const own = withoutParameters(refs, entrant.parameters);
      const layout = settings.layout ?? "in-out";
      const scores = scoring.record(recorder, { query, key, layout, parameters: entrant.parameters });
      const one = { ...problem, settings: { ...settings, scoring: name } };
      const { softmax, weights, blocked } = recordAlignment(recorder, one, own, roles, scores);
      const output = value && recordWeightedSum(recorder, weights, value, "output", "Output");
      const reading = recordReading(recorder, weights);
      const measured = recordMeasures(recorder, { name, scores, softmax, weights, output, reading, blocked });
      if (settings.jacobian !== undefined) recordScoreGradient(recorder, softmax, value, settings);
      return measured;
    }),
  );
  recorder.convention({ name: "scoring", value: entrants.map(({ name }) => name).join(",") });
  recorder.convention({
    ...{ name: "scale", value: settings.scale ?? "default" },
    text:
      settings.scale === undefined
        ? "scale 1/√d_k for scaled-dot, none for the others"
        : `scale ${settings.scale}`,
  });
  recordCosts(recorder, entrants);
  recordSideBySide(recorder, compared);
}

/** What was given, with the parameters of one scoring in the place of all. */
function withoutParameters(
  { wa: _wa, ua: _ua, va: _va, ...refs }: GivenRefs,
  own: ScoringInputs["parameters"],
) {
  return { ...refs, ...own };
}

/**
 * The scorings that are named, or all whose parameters are given and fit; with a seed the others draw theirs. A named
 * one without its parameters throws what the scoring itself throws.
 */
function chooseEntrants(
  recorder: Recorder,
  vectors: { readonly query: Ref; readonly key: Ref },
  refs: GivenRefs,
  settings: Partial<CompareScoringSettings>,
): readonly Entrant[] {
  const left: string[] = [];
  const entrants = (settings.scorings ?? SCORING_NAMES).flatMap((name): Entrant[] => {
    const entrant = prepare(recorder, name, vectors, refs, settings);
    if (!(entrant instanceof UserError)) return [entrant];
    if (settings.scorings) throw entrant;
    left.push(name);
    return [];
  });
  if (left.length > 0) {
    recorder.convention({
      ...{ name: "leftOut", value: left.join(",") },
      text: `left out, since their parameters are not given or do not fit (--seed 1 draws them): ${left.join(", ")}`,
    });
  }
  if (settings.seed !== undefined) {
    recorder.convention({
      ...{ name: "seed", value: settings.seed },
      text: `missing parameters drawn from seed ${settings.seed}: ${INITIALISATION}`,
    });
    recorder.convention({ name: "initialisation", value: "glorot-uniform" });
  }
  return entrants;
}

function prepare(
  recorder: Recorder,
  name: ScoringName,
  { query, key }: { readonly query: Ref; readonly key: Ref },
  refs: GivenRefs,
  settings: Partial<CompareScoringSettings>,
): Entrant | UserError {
  const scoring: Scoring = SCORINGS[name];
  const layout = settings.layout ?? "in-out";
  const names = (["wa", "ua", "va"] as const).filter((parameter) => refs[parameter]);
  const used = names.filter((parameter) => scoring.parameters[parameter] || scoring.recordPlaces);
  const given = Object.fromEntries(used.map((parameter) => [parameter, refs[parameter]]));
  const [dQ, dK] = [query.output().cols, key.output().cols];
  const sizes = (dA: number) =>
    sizesOf({
      ...{ numQueries: query.output().rows, numKeys: key.output().rows, dQ, dK, dA },
      localWindow: settings.localWindow ?? DEFAULT_LOCAL_WINDOW,
    });
  const dA = settings.dA ?? widthOf(given, layout) ?? dK;
  const attempts: ScoringInputs["parameters"][] = [given];
  if (settings.seed !== undefined) attempts.unshift(given, {});
  let problem: UserError | undefined;
  for (const [index, start] of attempts.entries()) {
    const isDrawn = settings.seed !== undefined && index < 2;
    const width = index === 1 ? (settings.dA ?? dK) : dA;
    const draw = (into: Recorder) =>
      isDrawn
        ? recordDrawnParameters(
            into,
            scoring,
            { parameters: start, layout },
            sizes(width),
            settings.seed ?? 0,
          )
        : start;
    const trial = createRecorder("trial");
    const failure = failureOf(() =>
      tryScoring(trial, scoring, { query, key, layout, parameters: draw(trial) }),
    );
    if (!failure) {
      const parameters = recorder.scoped(name, () => draw(recorder));
      return { name, scoring, parameters, sizes: sizes(isDrawn ? width : (widthOf(given, layout) ?? dK)) };
    }
    problem ??= failure;
  }
  return problem ?? new UserError("MISSING_INPUT", `${name} scoring cannot be recorded.`);
}

/** Whether a scoring can be recorded is what it says itself when it tries. */
function tryScoring(recorder: Recorder, scoring: Scoring, inputs: ScoringInputs): void {
  scoring.record(recorder, inputs);
  scoring.recordPlaces?.(recorder, inputs, {});
}

function failureOf(body: () => void): UserError | undefined {
  try {
    body();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** d_a of parameters that were given. */
function widthOf(
  { wa, ua, va }: ScoringInputs["parameters"],
  layout: ScoringInputs["layout"],
): number | undefined {
  if (va) return va.output().data.length;
  const w = (wa ?? ua)?.output();
  return w && (layout === "in-out" ? w.cols : w.rows);
}
