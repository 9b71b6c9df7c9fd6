import { counted, refuseAs, setting } from "../../errors.js";
import { sumOver, tabulate } from "../../math/lists.js";
import { distinctPlaces } from "../../ops/heads.js";
import { joinColumns } from "../../ops/parts.js";
import type { Trace } from "../../trace/trace.js";
import { ATTEND_INPUTS } from "../attend.js";
import { recordEmbedded } from "../embedding/embedded.js";
import { recordGradients } from "../gradients/backward.js";
import type { InputName } from "../inputs.js";
import type { Problem } from "../problem.js";
import { numbersOf, type RecordOptions, type Ref, record, recorder, recordRecipe } from "../recorder.js";
import {
  assignRoles,
  type GivenRefs,
  recordInputs,
  recordProjections,
  requireRoles,
  requireValuePerKey,
} from "../roles.js";
import { scoringOf } from "../scoring/registry.js";
import type { MultiheadSettings } from "./multihead-settings.js";
import { recordHeads, settleLayer } from "./record-heads.js";
import { type Projected, unpackProjections } from "./split.js";

/** Inputs of one attention that have no place in several heads. */
const NOT_IN_HEADS: readonly InputName[] = ["scores", "wc"];

/** The inputs that `multihead` takes. */
export const MULTIHEAD_INPUTS: readonly InputName[] = [
  ...ATTEND_INPUTS.filter((name) => !NOT_IN_HEADS.includes(name)),
  "wo",
  "bo",
  "wqkv",
  "bqkv",
  "queryNorm",
  "keyNorm",
  "pastKey",
  "pastValue",
  "biasK",
  "biasV",
  "sinks",
];

/**
 * Records one multi-head attention layer (Vaswani et al. 2017, section 3.2.2): projections, heads, concatenation,
 * output projection. With fewer kv heads than heads it is GQA (Ainslie et al. 2023) or MQA (Shazeer 2019). Throws
 * UserError: those of attend, and SHAPE_MISMATCH or BAD_VALUE if the columns cannot be split evenly.
 */
export function recordMultihead(problem: Problem<MultiheadSettings>, options: RecordOptions = {}): Trace {
  const { settings } = problem;
  return recordRecipe("multihead", settleLayer(settings, options), () => {
    const given = recordEmbedded(problem, recordInputs(problem));
    const refs = recordProjected(given, settings);
    if (settings.compareHeads) {
      refuseInComparison(refs, settings);
      recordHeadComparison(problem, refs, settings.compareHeads);
      return;
    }
    const { heads, keptWeights, findings, averageWeights, output } = recordHeads(problem, refs, options);
    recorder.result("weights", keptWeights);
    recorder.result("averageWeights", averageWeights);
    recorder.result("output", output);
    recorder.overview({
      findings,
      scopes: heads.map((_, index) => [{ kind: "head", index }]),
      ids: ["weights"],
      steps: [output.key],
    });
    recordGradients(output, refs, settings);
  });
}

/**
 * Throws CONFLICTING_INPUTS for settings and inputs that need one layer or one head size, because several are compared.
 */
function refuseInComparison(refs: GivenRefs, { stream, loss }: MultiheadSettings) {
  const compared = setting("compareHeads");
  const refuse = (message: string, hint: string) => {
    refuseAs("CONFLICTING_INPUTS", message, hint);
  };
  const instead = `Give ${setting("heads")} instead, `;
  if (stream) refuse(`${setting("stream")}: ${compared} needs all weights.`, "Leave one of them out.");
  if (refs.backward ?? refs.target ?? loss)
    refuse(`${compared}: gradients are those of one layer.`, `${instead}and leave out ${compared}.`);
  if (refs.queryNorm ?? refs.keyNorm)
    refuse(`${compared}: norms of queries and keys fit one head size.`, `${instead}or leave out the norms.`);
}

/**
 * Records the steps before the heads: splits packed projections, and projects query, key and value for all heads.
 * Returns the inputs with the parts of packed ones. Throws like recordMultihead.
 */
export function recordProjected(given: GivenRefs, settings: MultiheadSettings): Projected {
  const { name, recordAlignedPositions } = scoringOf(settings);
  // Local attention changes the weights after the softmax, and its positions differ between heads.
  if (recordAlignedPositions)
    refuseAs(
      "BAD_VALUE",
      `${name} scoring is local attention, which multihead does not split into heads.`,
      `Use qkv attend ${setting("scoring")} ${name}, or ${setting("window")} for heads that look at their neighbourhood.`,
    );

  const refs = unpackProjections(given, settings);
  const roles = assignRoles(refs);
  requireValuePerKey(roles);
  const projected = recordProjections(roles, refs, settings.layout);
  const hint = "Give query, key and value, or x for self-attention, or x and memory.";
  return { ...refs, ...requireRoles(projected, ["query", "key", "value"], hint) };
}

/**
 * Records the same layer split into different numbers of heads, each in its own scope ("2 heads/head 0"). Also records
 * how many different keys the heads of each query look at. This shows what "averaging inhibits this" means (Vaswani et
 * al. 2017, section 3.2.2). The cost is the same for all. Throws like recordHeads.
 */
function recordHeadComparison(
  problem: Problem<MultiheadSettings>,
  refs: Projected,
  counts: readonly number[],
) {
  const layers = counts.map((heads) => recordSplitInto(problem, refs, heads));
  const distinctKeys = layers.map((one) => one.distinctKeys);
  const notes = describePlaces(distinctKeys, counts);
  const table = record("compared-places", joinColumns, distinctKeys, undefined, {
    columns: { name: "heads", labels: counts.map((count) => counted(count, "head")) },
    notes,
  });
  recorder.convention("heads", counts.join(","), `heads compared: ${counts.join(", ")}`);
  // Each split has stated the other conventions identically; only those with d_k differ.
  const scale = problem.settings.scale ?? scoringOf(problem.settings).defaultScale ?? "none";
  if (/\bd_k\b/.test(String(scale))) recorder.convention("scale", scale, "scale by the d_k of one head");
  recorder.result("places", table);
  recorder.overview({
    findings: notes,
    scopes: counts.flatMap(scopesOfSplit),
    ids: [],
    steps: [table.key],
  });
  recorder.result(
    "output",
    layers.map(({ output }) => output),
  );
}

/** Records the layer split into this number of heads, in its own scope. */
function recordSplitInto(problem: Problem<MultiheadSettings>, refs: Projected, heads: number) {
  // The patterns are compared, so all weights are computed.
  const settings = { ...problem.settings, heads, kvHeads: heads, stream: false };
  return recorder.scoped({ kind: "heads", name: counted(heads, "head") }, () => {
    const { heads: recorded, output } = recordHeads({ ...problem, settings }, refs);
    const strongest = recorded.map(({ measured }) => measured?.strongestKey);
    return { output, distinctKeys: record("different-places", distinctPlaces, strongest) };
  });
}

/** Returns the scope of a split and the scopes of its heads. */
function scopesOfSplit(heads: number) {
  const level = { kind: "heads", name: counted(heads, "head") };
  return [[level], ...tabulate(heads, (index) => [level, { kind: "head", index }])];
}

function describePlaces(places: readonly Ref[], counts: readonly number[]) {
  const means = places.map((ref) => sumOver(numbersOf(ref).data) / ref.shape.rows);
  const seen = means.map((value, index) => `${counts[index]}: ${value.toFixed(2)}`);
  return [
    `Average number of different keys that a query looks at, by number of heads: ${seen.join("; ")}.`,
    means.some((value) => value > 1)
      ? "One wide head has one pattern per query: from two positions it takes their average. Several heads look at several positions at once, for the same cost."
      : "With these numbers all heads look at the same keys, so several heads show no more than one.",
  ];
}
