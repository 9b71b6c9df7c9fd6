import { UserError } from "../errors.js";
import { createRecorder, type Recorder, type Ref } from "../trace/recorder.js";
import type { Trace } from "../trace/trace.js";
import { recordConditioning } from "./conditioning.js";
import type { InputName } from "./inputs.js";
import { blocksDiagonal, type CombinedMask, combineMasks } from "./masks/combine.js";
import type { Problem } from "./problem.js";
import { recordReading } from "./reading.js";
import {
  assignRoles,
  type GivenRefs,
  type Roles,
  recordGiven,
  recordProjections,
  requireValuePerKey,
} from "./roles.js";
import { type ResolvedScale, resolveScale } from "./scale.js";
import { SCORINGS } from "./scoring/registry.js";
import type { Scoring } from "./scoring/scoring.js";
import type { AttendSettings } from "./settings.js";
import { recordSoftmax, recordWeightedSum } from "./softmax.js";

/** The inputs that `attend` takes. */
export const ATTEND_INPUTS: readonly InputName[] = [
  ...(["query", "key", "value", "x", "memory", "scores"] as const),
  ...(["wq", "wk", "wv", "bq", "bk", "bv", "mask", "bias", "wa", "ua", "va"] as const),
];

/**
 * One attention worked from the question to the answer: projections, scores, scale, softcap, bias, mask,
 * softmax, weighted sum (Vaswani et al. 2017, eq. 1, and the scoring functions before it).
 * Throws UserError: MISSING_INPUT, CONFLICTING_INPUTS, SHAPE_MISMATCH, ALIGNMENT_NEEDED, BAD_VALUE, EMPTY_ROW.
 */
export function recordAttend(problem: Problem): Trace {
  const { settings } = problem;
  const layout = settings.layout ?? "in-out";
  const recorder = createRecorder("attend");
  const refs = recordGiven(recorder, problem);
  const given = assignRoles(refs);
  const roles = recordProjections(recorder, given, refs, layout);
  const scoring: Scoring = SCORINGS[settings.scoring ?? "scaled-dot"];
  const scores = refs.scores
    ? useScores(refs.scores, roles)
    : recordScores(recorder, roles, refs, scoring, layout);
  requireValuePerKey(given);
  const { rows, cols } = scores.output();
  const scale = resolveScale(
    settings.scale,
    scoring.defaultScale,
    refs.scores ? undefined : roles.key?.output().cols,
  );
  const mask = combineMasks({ numQueries: rows, numKeys: cols, settings, given: problem.mask });
  const emptyRow = settings.emptyRow ?? "zero";
  stateConventions(recorder, { scoring, scale, mask, emptyRow, layout, settings, refs });
  if (mask && problem.mask && blocksDiagonal(mask)) {
    recorder.warn(
      "The mask lets no query attend to its own place. If true means masked, pass --mask-true drop.",
    );
  }
  const conditioning = { scale, softcap: settings.softcap, bias: refs.bias, mask, emptyRow };
  const weights = recordSoftmax(recorder, recordConditioning(recorder, scores, conditioning), conditioning);
  recorder.result("weights", weights);
  if (roles.value)
    recorder.result("output", recordWeightedSum(recorder, weights, roles.value, "output", "Output"));
  recordReading(recorder, weights);
  return recorder.trace();
}

function recordScores(
  recorder: Recorder,
  { query, key }: Roles,
  { wa, ua, va }: GivenRefs,
  scoring: Scoring,
  layout: AttendSettings["layout"],
): Ref {
  if (!query || !key) {
    const absent = query ? "key" : "query";
    throw new UserError("MISSING_INPUT", `There is no ${absent}.`, {
      hint: "Give query and key (and value), or x for self-attention, or scores.",
    });
  }
  const parameters = { ...(wa && { wa }), ...(ua && { ua }), ...(va && { va }) };
  return scoring.record(recorder, { query, key, parameters, layout });
}

/** Scores that were given stand where a scoring function would have put them. */
function useScores(scores: Ref, { query, key }: Roles): Ref {
  if (query ?? key) {
    const name = query ? "query" : "key";
    throw new UserError("CONFLICTING_INPUTS", `Both scores and ${name} are given.`, {
      hint: "Scores stand for query and key; give one or the other.",
    });
  }
  return scores;
}

interface InForce {
  readonly scoring: Scoring;
  readonly scale: ResolvedScale | undefined;
  readonly mask: CombinedMask | undefined;
  readonly emptyRow: AttendSettings["emptyRow"];
  readonly layout: AttendSettings["layout"];
  readonly settings: Problem["settings"];
  readonly refs: GivenRefs;
}

const EMPTY_ROW_TEXT = {
  zero: "a row that may attend to nothing gives 0",
  nan: "a row that may attend to nothing gives NaN",
  uniform: "a row that may attend to nothing attends to all keys alike",
  error: "a row that may attend to nothing is an error",
} as const;

function stateConventions(recorder: Recorder, inForce: InForce): void {
  const { scoring, scale, mask, emptyRow, layout, settings, refs } = inForce;
  const state = (name: string, value: string | number | boolean, text?: string) =>
    recorder.convention({ name, value, ...(text && { text }) });
  const projects = (["wq", "wk", "wv", "wa", "ua"] as const).some((name) => refs[name]);
  if (refs.x) state("roles", refs.memory ? "encoder-decoder" : "self", rolesText(refs));
  if (refs.scores) state("scoring", "given", "scores as given");
  else state("scoring", scoring.name, `${scoring.name} scoring: ${scoring.formula} (${scoring.source})`);
  state("scale", scale?.factor ?? 1, scale ? `scale ${scale.text}` : "no scale");
  if (settings.softcap !== undefined) state("softcap", settings.softcap, `softcap ${settings.softcap}`);
  state("causal", settings.causal ?? false);
  state("maskTrue", settings.maskTrue ?? "keep", mask ? mask.rules.join("; ") : "no mask");
  if (mask?.isAligned) state("queryOffset", mask.offset);
  state("emptyRow", emptyRow, mask || refs.bias ? EMPTY_ROW_TEXT[emptyRow] : undefined);
  state("layout", layout, projects ? `W is ${LAYOUT_TEXT[layout]}` : undefined);
}

const LAYOUT_TEXT = { "in-out": "in × out (x·W)", "out-in": "out × in (x·Wᵀ)" } as const;

function rolesText(refs: GivenRefs): string {
  return refs.memory ? "query from X, key and value from memory" : "query, key and value from X";
}
