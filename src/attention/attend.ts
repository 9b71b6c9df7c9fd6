import { UserError } from "../errors.js";
import { createRecorder, type Recorder, type Ref } from "../trace/recorder.js";
import type { Trace } from "../trace/trace.js";
import { recordAlignment, recordScores } from "./alignment.js";
import { recordAttentional } from "./attentional.js";
import { settleConventions } from "./conventions.js";
import { EMBEDDING_INPUTS, recordEmbedded } from "./embedding/embedded.js";
import type { InputName } from "./inputs.js";
import { recordOneQuery } from "./one-query.js";
import type { Problem } from "./problem.js";
import {
  assignRoles,
  type GivenRefs,
  type Roles,
  recordGiven,
  recordProjections,
  requireValuePerKey,
} from "./roles.js";
import { recordRowByRow } from "./row-by-row.js";
import { recordReading } from "./row-measures.js";
import { recordWeightedSum } from "./softmax.js";
import { isRowByRow, type Unscored } from "./unscored.js";

/** The inputs that `attend` takes. */
export const ATTEND_INPUTS: readonly InputName[] = [
  ...(["query", "key", "value", "x", "memory", "scores"] as const),
  ...(["wq", "wk", "wv", "bq", "bk", "bv", "mask", "bias", "wa", "ua", "va", "wc"] as const),
  ...EMBEDDING_INPUTS,
];

/**
 * One attention worked from the question to the answer: projections, scores, scale, softcap, bias, mask,
 * softmax, weighted sum (Vaswani et al. 2017, eq. 1, and the scoring functions before it); with W_c the attentional
 * vector made of it. Large ones go row by row; `ofQuery` then asks for every step of that query alone.
 * Throws UserError: MISSING_INPUT, CONFLICTING_INPUTS, SHAPE_MISMATCH, ALIGNMENT_NEEDED, BAD_VALUE, EMPTY_ROW.
 */
export function recordAttend(problem: Problem, ofQuery?: number): Trace {
  const { settings } = problem;
  const { layout } = settings;
  const recorder = createRecorder("attend");
  const refs = recordEmbedded(recorder, problem, recordGiven(recorder, problem));
  const given = assignRoles(refs);
  const roles = recordProjections(recorder, given, refs, layout);
  const unscored = withoutScores(refs, roles, settings);
  const isStreamed = unscored !== undefined && isRowByRow(unscored, settings);
  const { weights, output } = isStreamed
    ? recordRows(recorder, problem, refs, unscored, ofQuery)
    : recordSteps(recorder, problem, refs, { roles, given });
  if (weights) recorder.result("weights", weights);
  if (output) recorder.result("output", output);
  if (refs.wc && ofQuery === undefined) {
    recordAttentional(recorder, { context: output, query: given.query }, refs.wc, layout);
  }
  if (weights) recordReading(recorder, weights);
  const trace = recorder.trace();
  if (!isStreamed || ofQuery !== undefined) return trace;
  const { query } = unscored;
  const record = (row: number) => recordAttend(problem, row);
  return { ...trace, ofQuery: { axis: query.axes[0], count: query.output().rows, record } };
}

interface Results {
  /** n×m */
  readonly weights?: Ref;
  /** n×d_v, when there is a value. */
  readonly output?: Ref | undefined;
}

/** Every step from the scores to the output. */
function recordSteps(
  recorder: Recorder,
  problem: Problem,
  refs: GivenRefs,
  { roles, given }: { readonly roles: Roles; readonly given: Roles },
): Results {
  const { settings } = problem;
  const scores = refs.scores ? useScores(refs.scores, roles) : recordScores(recorder, roles, refs, settings);
  requireValuePerKey(given);
  const { weights } = recordAlignment(recorder, problem, refs, roles, scores);
  const output = roles.value && recordWeightedSum(recorder, weights, roles.value, "output", "Output");
  return { weights, output };
}

function withoutScores(
  refs: GivenRefs,
  { query, key, value }: Roles,
  settings: Problem["settings"],
): Unscored | undefined {
  if (refs.scores && settings.stream === true) {
    throw new UserError("CONFLICTING_INPUTS", "--stream keeps no scores, but scores are given.", {
      hint: "Leave out --stream, or give query and key.",
    });
  }
  if (refs.scores || !query || !key) return undefined;
  return {
    query,
    key,
    value,
    biases: refs.bias ? [refs.bias] : [],
    recordScores: (into, of) => recordScores(into, { query: of, key }, refs, settings),
  };
}

/** The output with what is known of each row, or every step of one query. */
function recordRows(
  recorder: Recorder,
  problem: Problem,
  refs: GivenRefs,
  unscored: Unscored,
  ofQuery: number | undefined,
): Results {
  const [query, key] = [unscored.query.output(), unscored.key.output()];
  const inForce = settleConventions(recorder, problem, refs, {
    numQueries: query.rows,
    numKeys: key.rows,
    dK: key.cols,
  });
  const as = { id: "output", title: "Output" };
  if (ofQuery !== undefined) return recordOneQuery(recorder, unscored, inForce, ofQuery, as);
  return { output: recordRowByRow(recorder, unscored, inForce, as).output };
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
