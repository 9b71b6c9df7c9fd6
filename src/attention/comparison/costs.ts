import { countSizes, evaluateSizes } from "../../ops/sources.js";
import { record, recorder } from "../recorder.js";
import type { Scoring } from "../scoring/scoring.js";

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
export interface CostedScoring {
  readonly scoring: Scoring;
  readonly sizes: Readonly<Record<string, number>>;
}

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
    const costs = formulasOf(scoring).map((formula) => ({ formula, value: evaluateSizes(formula, sizes) }));
    return { scoring, sizes, costs };
  });
  const columns = Object.values(COSTS);
  record(
    "costs",
    countSizes,
    [],
    {
      formulas: rows.map(({ costs }) => costs.map(({ formula }) => formula)),
      sizes: rows.map(({ sizes }) => sizes),
    },
    {
      axes: [
        { name: "scoring", labels: rows.map(({ scoring }) => scoring.name) },
        { name: "cost", labels: columns },
      ],
      notes: rows.map(({ scoring: { name, formula: ofScoring, source }, costs }) => {
        const texts = costs
          .slice(0, 3)
          .map(
            ({ formula, value }, at) =>
              `${columns[at]} ${formula === "0" ? formula : `${formula} = ${value}`}`,
          );
        return `${name}, ${ofScoring} (${source}): ${texts.join("; ")}`;
      }),
    },
  );
  const named = rows.map(({ scoring, costs }) => [
    scoring.name,
    Object.fromEntries(Object.keys(COSTS).map((key, at) => [key, costs[at]])),
  ]);
  recorder.fact("costs", Object.fromEntries(named));
  recordLayerCosts(compared[0].sizes);
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
function recordLayerCosts(sizes: Readonly<Record<string, number>>) {
  const kernel = 3;
  const [n, d] = [sizes.m, sizes.d_k];
  const layers = [
    ["self-attention", "n·n·d", "1", "1"],
    ["recurrent", "n·d·d", "n", "n"],
    ["convolution, k = 3", "k·n·d·d", "1", "⌈log_k n⌉"],
    ["restricted self-attention, r = 2·D+1", "r·n·d", "1", "⌈n/r⌉"],
  ];
  const r = sizes["2·D+1"];
  const layerSizes = { n, d, k: kernel, r, "⌈n/r⌉": Math.ceil(n / r), "⌈log_k n⌉": logarithm(n, kernel) };
  record(
    "layer-costs",
    countSizes,
    [],
    {
      formulas: layers.map(([, ...formulas]) => formulas),
      sizes: layers.map(() => layerSizes),
    },
    {
      axes: [
        { name: "layer", labels: layers.map(([name]) => name) },
        { name: "cost", labels: ["complexity", "sequential steps", "path length"] },
      ],
      notes: [
        `n = ${n} positions, d = ${d}: ${layers.map(([name, work, steps, path]) => `${name} ${work}, ${steps} sequential, path ${path}`).join("; ")}`,
      ],
    },
  );
}

/** Returns the smallest p ≥ 1 with base^p ≥ n. */
function logarithm(n: number, base: number) {
  let power = 1;
  for (let reach = base; reach < n; reach *= base) power++;
  return power;
}
