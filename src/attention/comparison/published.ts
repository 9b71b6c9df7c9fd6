import { matrixFromRows } from "../../math/matrix.js";
import { measured } from "../../ops/sources.js";
import type { Recorder } from "../../trace/recorder.js";

/** BLEU by attention dimension, from the table of attention mechanisms in Britz et al. 2017. */
const PUBLISHED = [
  [128, 22.03, 22.23],
  [256, 22.33, 22.33],
  [512, 21.78, 22.47],
  [1024, 18.22, 22.1],
] as const;

/** What was found where the two were trained, beside what a sweep over d_k shows. */
export function recordPublished(recorder: Recorder): void {
  recorder.step(measured, [], {
    params: {
      values: matrixFromRows(PUBLISHED.map(([, ...bleu]) => bleu)),
      how: "published by Britz et al. 2017",
    },
    id: "published-bleu",
    title: "Published: BLEU by attention dimension",
    formula: "Britz et al. 2017",
    axes: [
      { name: "dimension", labels: PUBLISHED.map(([dimension]) => String(dimension)) },
      { name: "scoring", labels: ["multiplicative", "additive"] },
    ],
    notes: ["neither is scaled: at 1024 multiplicative attention falls to 18.22, additive keeps 22.10"],
  });
}
