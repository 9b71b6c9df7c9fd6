import { counted } from "../../errors.js";
import { sumOver, tabulate } from "../../math/lists.js";
import { distinctPlaces } from "../../ops/heads.js";
import { joinColumns } from "../../ops/parts.js";
import type { Evaluation } from "../../trace/evaluate/evaluation.js";
import type { Scope } from "../../trace/trace.js";
import type { Problem } from "../problem.js";
import type { Recorder, Ref } from "../recorder.js";
import { scoringOf } from "../scoring/registry.js";
import type { MultiheadSettings } from "./multihead-settings.js";
import { recordHeads } from "./record-heads.js";
import type { Projected } from "./split.js";

/**
 * Records the same layer split into different numbers of heads, each in its own scope ("2 heads/head 0"). Also records
 * how many different keys the heads of each query look at. This shows what "averaging inhibits this" means (Vaswani et
 * al. 2017, section 3.2.2). The cost is the same for all. Throws like recordHeads.
 */
export function recordHeadComparison(
  recorder: Recorder,
  problem: Problem<MultiheadSettings>,
  refs: Projected,
  counts: readonly number[],
): void {
  const layers = counts.map((heads) => recordSplitInto(recorder, problem, refs, heads));
  const distinctKeys = layers.map((one) => one.distinctKeys);
  const notes = describe(recorder.numbers, distinctKeys, counts);
  const table = recorder.record("compared-places", joinColumns, distinctKeys, undefined, {
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
function recordSplitInto(
  recorder: Recorder,
  problem: Problem<MultiheadSettings>,
  refs: Projected,
  heads: number,
): { readonly output: Ref; readonly distinctKeys: Ref } {
  // The patterns are compared, so all weights are computed.
  const settings = { ...problem.settings, heads, kvHeads: heads, stream: false };
  return recorder.scoped({ kind: "heads", name: counted(heads, "head") }, () => {
    const { heads: recorded, output } = recordHeads(recorder, { ...problem, settings }, refs);
    const strongest = recorded.map(({ measured }) => measured?.strongestKey);
    return { output, distinctKeys: recorder.record("different-places", distinctPlaces, strongest) };
  });
}

/** Returns the scope of a split and the scopes of its heads. */
function scopesOfSplit(heads: number): readonly Scope[] {
  const cut = { kind: "heads", name: counted(heads, "head") };
  return [[cut], ...tabulate(heads, (index) => [cut, { kind: "head", index }])];
}

function describe(numbers: Evaluation, places: readonly Ref[], counts: readonly number[]): readonly string[] {
  const mean = ({ data }: { readonly data: Float64Array }) => sumOver(data) / data.length;
  const means = places.map((ref) => mean(numbers.of(ref)));
  const seen = means.map((value, index) => `${counts[index]}: ${value.toFixed(2)}`);
  return [
    `Average number of different keys that a query looks at, by number of heads: ${seen.join("; ")}.`,
    means.some((value) => value > 1)
      ? "One wide head has one pattern per query: from two positions it takes their average. Several heads look at several positions at once, for the same cost."
      : "With these numbers all heads look at the same keys, so several heads show no more than one.",
  ];
}
