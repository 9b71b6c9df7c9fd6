import { countSizes, evaluateSizes } from "../../ops/sources.js";
import { record, recorder } from "../recorder.js";
import type { Scoring } from "../scoring/scoring.js";
import type { StepName } from "../steps.js";

/** Returns the sizes that formulas of costs and shapes use, by the names in those formulas. */
export function sizesOf({
  localWindow,
  ...sizes
}: Readonly<Record<"n" | "m" | "d_q" | "d_k" | "d_a" | "localWindow", number>>): Readonly<
  Record<string, number>
> {
  const { m, d_q, d_k } = sizes;
  return {
    ...sizes,
    "d_q+d_k": d_q + d_k,
    "2·D+1": Math.min(2 * Math.floor(localWindow) + 1, m),
    "⌈n/(2·D+1)⌉": Math.ceil(m / (2 * localWindow + 1)),
  };
}

/** A scoring with its sizes in this run. d_a differs if parameters were given. */
type CostedScoring = { readonly scoring: Scoring; readonly sizes: Readonly<Record<string, number>> };

/** The columns of the table of costs, by their names in JSON. */
const COSTS = {
  parameters: "parameters",
  multiplyAdds: "multiply-adds",
  memory: "extra memory",
  sequentialSteps: "sequential steps",
  pathLength: "path length",
} as const;

/**
 * Records the table of costs, one row per scoring: parameters, multiply-adds of the scores, additional numbers in
 * memory, sequential operations, and the longest path between two positions (Vaswani et al. 2017, table 1). The fact
 * `costs` is the same table, with formulas.
 */
export function recordCosts(compared: readonly CostedScoring[]) {
  const rows = compared.map(({ scoring, sizes }) => {
    const formulas = formulasOf(scoring);
    return { ...scoring, sizes, formulas, values: formulas.map((formula) => evaluateSizes(formula, sizes)) };
  });
  const columns = Object.values(COSTS);
  const notes = rows.map(({ name, formula: ofScoring, source, formulas, values }) => {
    const texts = formulas
      .slice(0, 3)
      .map((formula, at) => `${columns[at]} ${formula === "0" ? formula : `${formula} = ${values[at]}`}`);
    return `${name}, ${ofScoring} (${source}): ${texts.join("; ")}`;
  });
  recordTable("costs", "scoring", rows, columns, notes);
  const named = rows.map(({ name, formulas, values }) => [
    name,
    Object.fromEntries(
      Object.keys(COSTS).map((key, at) => [key, { formula: formulas[at], value: values[at] }]),
    ),
  ]);
  recorder.fact("costs", Object.fromEntries(named));
  recordLayerCosts(compared[0].sizes);
}

/** Records the values of formulas as a table: one row for each thing that is compared, one column for each cost. */
function recordTable(
  id: StepName,
  compared: string,
  rows: readonly { name: string; formulas: readonly string[]; sizes: Readonly<Record<string, number>> }[],
  columns: readonly string[],
  notes: readonly string[],
) {
  const params = { formulas: rows.map(({ formulas }) => formulas), sizes: rows.map(({ sizes }) => sizes) };
  const labels = rows.map(({ name }) => name);
  const axes = [
    { name: compared, labels },
    { name: "cost", labels: columns },
  ] as const;
  record(id, countSizes, [], params, { axes, notes });
}

/** Returns one formula per entry of COSTS. */
function formulasOf({ parameters, cost }: Scoring) {
  const { multiplyAdds, memory = "0", pathLength = "1" } = cost;
  const shapes = Object.values(parameters).map((shape) =>
    shape
      .filter((size) => size !== "1")
      .map((size) => (size.includes("+") ? `(${size})` : size))
      .join("·"),
  );
  return [shapes.join(" + ") || "0", multiplyAdds, memory, "1", pathLength];
}

/** Records table 1 itself for these n and d: a layer of self-attention, and the kinds of layers it replaced. */
function recordLayerCosts({ m: n, d_k: d, "2·D+1": r }: Readonly<Record<string, number>>) {
  const k = 3;
  const sizes = { n, d, k, r, "⌈n/r⌉": Math.ceil(n / r), "⌈log_k n⌉": logarithm(n, k) };
  const rows = [
    { name: "self-attention", formulas: ["n·n·d", "1", "1"], sizes },
    { name: "recurrent", formulas: ["n·d·d", "n", "n"], sizes },
    { name: `convolution, k = ${k}`, formulas: ["k·n·d·d", "1", "⌈log_k n⌉"], sizes },
    { name: "restricted self-attention, r = 2·D+1", formulas: ["r·n·d", "1", "⌈n/r⌉"], sizes },
  ];
  const texts = rows.map(
    ({ name, formulas: [work, steps, path] }) => `${name} ${work}, ${steps} sequential, path ${path}`,
  );
  const notes = [`n = ${n} positions, d = ${d}: ${texts.join("; ")}`];
  recordTable("layer-costs", "layer", rows, ["complexity", "sequential steps", "path length"], notes);
}

/** Returns the smallest p ≥ 1 with base^p ≥ n. */
function logarithm(n: number, base: number) {
  let power = 1;
  for (let reach = base; reach < n; reach *= base) power++;
  return power;
}
