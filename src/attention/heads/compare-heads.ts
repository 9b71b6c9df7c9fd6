import { sumOver, tabulate } from "../../math/lists.js";
import { distinctPlaces } from "../../ops/heads.js";
import { joinColumns } from "../../ops/parts.js";
import type { Evaluation } from "../../trace/evaluate/evaluation.js";
import type { Scope } from "../../trace/scope.js";
import type { Problem } from "../problem.js";
import type { Recorder, Ref } from "../recorder.js";
import { scoringOf } from "../scoring/registry.js";
import type { MultiheadSettings } from "./multihead-settings.js";
import { type Projected, recordHeads } from "./record-heads.js";

/**
 * Records the same layer cut into different numbers of heads, each in a scope of its own ("2 heads/head 0"), and
 * beside them at how many different keys each query's heads look: what "averaging inhibits this" means (Vaswani et
 * al. 2017, section 3.2.2). The cost is the same for all. Throws as recordHeads does.
 */
export function recordHeadComparison(
  recorder: Recorder,
  problem: Problem<MultiheadSettings>,
  refs: Projected,
  counts: readonly number[],
): void {
  const layers = counts.map((heads) => recordCut(recorder, problem, refs, heads));
  const places = layers.map((one) => one.places);
  const notes = describe(recorder.numbers, places, counts);
  const table = recorder.record("compared-places", joinColumns, places, undefined, {
    columns: { name: "heads", labels: counts.map(headsText) },
    notes,
  });
  recorder.convention("heads", counts.join(","), `heads compared: ${counts.join(", ")}`);
  // What does not hang on d_k each cut has stated alike.
  const scale = problem.settings.scale ?? scoringOf(problem.settings).defaultScale ?? "none";
  if (/\bd_k\b/.test(String(scale))) recorder.convention("scale", scale, "scale by the d_k of one head");
  recorder.result("places", table);
  recorder.overview({
    findings: notes,
    scopes: counts.flatMap(scopesOfCut),
    ids: [],
    steps: [table.key],
  });
  recorder.result(
    "output",
    layers.map(({ output }) => output),
  );
}

/** The layer cut into so many heads, in a scope of its own. */
function recordCut(
  recorder: Recorder,
  problem: Problem<MultiheadSettings>,
  refs: Projected,
  heads: number,
): { readonly output: Ref; readonly places: Ref } {
  // The patterns are what is compared, so every weight is made.
  const settings = { ...problem.settings, heads, kvHeads: heads, stream: false };
  return recorder.scoped({ kind: "heads", name: headsText(heads) }, () => {
    const { heads: measured, output } = recordHeads(recorder, { ...problem, settings }, refs);
    const strongest = measured.map((head) => head.strongestKey);
    return { output, places: recorder.record("different-places", distinctPlaces, strongest) };
  });
}

/** The scope of a cut and those of its heads. */
function scopesOfCut(heads: number): readonly Scope[] {
  const cut = { kind: "heads", name: headsText(heads) };
  return [[cut], ...tabulate(heads, (index) => [cut, { kind: "head", index }])];
}

const headsText = (heads: number) => (heads === 1 ? "1 head" : `${heads} heads`);

function describe(numbers: Evaluation, places: readonly Ref[], counts: readonly number[]): readonly string[] {
  const mean = ({ data }: { readonly data: Float64Array }) => sumOver(data) / data.length;
  const means = places.map((ref) => mean(numbers.of(ref)));
  const seen = means.map((value, index) => `${counts[index]}: ${value.toFixed(2)}`);
  return [
    `Different keys looked at by a query, on average, with so many heads: ${seen.join("; ")}.`,
    means.some((value) => value > 1)
      ? "One wide head has one pattern a query: what it takes from two places it takes as their average. Several heads look at several places at once, for the same cost."
      : "On these numbers all heads look at the same keys, so several heads show nothing that one does not.",
  ];
}
