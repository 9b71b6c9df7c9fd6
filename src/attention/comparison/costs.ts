import { countSizes, evaluateSizes } from "../../ops/sources.js";
import type { Recorder } from "../recorder.js";
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

const COST_COLUMNS = [
  "parameters",
  "multiply-adds",
  "extra memory",
  "sequential steps",
  "path length",
] as const;
const COST_KEYS = ["parameters", "multiplyAdds", "memory", "sequentialSteps", "pathLength"] as const;

/**
 * Records the table of costs, one row per scoring: parameters, multiply-adds of the scores, additional numbers in
 * memory, sequential operations, and the longest path between two positions (Vaswani et al. 2017, table 1).
 */
export function recordCosts(recorder: Recorder, compared: readonly CostedScoring[]): void {
  const formulas = compared.map(({ scoring }) => formulasOf(scoring));
  const rows = { name: "scoring", labels: compared.map(({ scoring }) => scoring.name) };
  const used = compared.map(({ scoring, sizes }, index) => {
    const texts = formulas[index].map((formula) =>
      formula === "0" ? "0" : `${formula} = ${evaluateSizes(formula, sizes)}`,
    );
    return { name: `${scoring.name}, ${scoring.formula} (${scoring.source})`, texts };
  });
  recorder.record(
    "costs",
    countSizes,
    [],
    { formulas, sizes: compared.map(({ sizes }) => sizes) },
    {
      axes: [rows, { name: "cost", labels: COST_COLUMNS }],
      notes: used.map(
        ({ name, texts }) =>
          `${name}: ${COST_COLUMNS.slice(0, 3)
            .map((column, index) => `${column} ${texts[index]}`)
            .join("; ")}`,
      ),
    },
  );
  stateCosts(recorder, compared, formulas);
  recordLayerCosts(recorder, compared[0].sizes);
}

/** Records the same table as the fact `costs`, with formulas. */
function stateCosts(
  recorder: Recorder,
  compared: readonly CostedScoring[],
  formulas: readonly (readonly string[])[],
): void {
  recorder.fact(
    "costs",
    Object.fromEntries(
      compared.map(({ scoring, sizes }, row) => [
        scoring.name,
        Object.fromEntries(
          COST_KEYS.map((member, column) => {
            const formula = formulas[row][column];
            return [member, { formula, value: evaluateSizes(formula, sizes) }];
          }),
        ),
      ]),
    ),
  );
}

/** Returns one formula per entry of MEMBERS. */
function formulasOf({ parameters, cost }: Scoring): readonly string[] {
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
function recordLayerCosts(recorder: Recorder, sizes: Readonly<Record<string, number>>): void {
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
  recorder.record(
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
function logarithm(n: number, base: number): number {
  let power = 1;
  for (let reach = base; reach < n; reach *= base) power++;
  return power;
}
