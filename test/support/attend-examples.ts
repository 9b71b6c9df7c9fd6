import { SCORING_NAMES } from "../../src/attention/scoring/registry.js";
import type { AttendInputs, AttendSettings } from "../../src/index.js";
import { createRandom, randomMatrix } from "./random.js";

export interface AttendExample {
  readonly name: string;
  readonly inputs: AttendInputs;
  readonly settings: Partial<AttendSettings>;
}

/** n = 4 queries, m = 5 keys, d = 3, d_v = 2, with the parameters that each scoring needs. */
export function scoringExample(scoring: AttendSettings["scoring"], seed = 7): AttendExample {
  const random = createRandom(seed);
  const matrix = (rows: number, cols: number) => randomMatrix(random, rows, cols);
  const inputs = { query: matrix(4, 3), key: matrix(5, 3), value: matrix(5, 2) };
  const parameters: Readonly<Record<AttendSettings["scoring"], AttendInputs>> = {
    "scaled-dot": {},
    dot: {},
    cosine: {},
    general: { wa: matrix(3, 3) },
    additive: { wa: matrix(3, 4), ua: matrix(3, 4), va: matrix(4, 1) },
    concat: { wa: matrix(6, 4), va: matrix(1, 4) },
    location: { wa: matrix(3, 7) },
    linear: { wa: matrix(1, 9) },
    "local-m": {},
    "local-p": { wa: matrix(3, 3), ua: matrix(3, 4), va: matrix(1, 4) },
    "britz-add": { wa: matrix(3, 4), ua: matrix(3, 4), va: matrix(4, 1) },
    "britz-mul": { wa: matrix(3, 4), ua: matrix(3, 4) },
  };
  return { name: `${scoring} scoring`, inputs: { ...inputs, ...parameters[scoring] }, settings: { scoring } };
}

/** One example for each scoring, then one for each kind of input and each option. */
export function attendExamples(): readonly AttendExample[] {
  const random = createRandom(11);
  const matrix = (rows: number, cols: number, size?: number) => randomMatrix(random, rows, cols, size);
  const square = { query: matrix(4, 3), key: matrix(4, 3), value: matrix(4, 2) };
  const x = matrix(4, 3);
  const projections = {
    wq: matrix(3, 2),
    wk: matrix(3, 2),
    wv: matrix(3, 5),
    bq: matrix(1, 2),
    bk: matrix(1, 2),
  };
  const mask = [
    [true, false, true, true],
    [false, false, false, false],
    [true, true, true, true],
    [false, true, false, false],
  ];
  return [
    ...SCORING_NAMES.map((scoring) => scoringExample(scoring)),
    { name: "self-attention with projections", inputs: { x, ...projections }, settings: {} },
    {
      name: "projections stored out × in",
      inputs: { x, wq: matrix(2, 3), wk: matrix(2, 3) },
      settings: { layout: "out-in" },
    },
    { name: "encoder-decoder", inputs: { x, memory: matrix(6, 3), ...projections }, settings: {} },
    { name: "given scores", inputs: { scores: matrix(3, 4), value: matrix(4, 2) }, settings: { scale: 0.5 } },
    { name: "no value", inputs: { query: matrix(2, 3), key: matrix(4, 3) }, settings: {} },
    { name: "one token", inputs: { x: matrix(1, 3) }, settings: { causal: true } },
    { name: "mask with an empty row", inputs: { ...square, mask }, settings: {} },
    { name: "empty row uniform", inputs: { ...square, mask }, settings: { emptyRow: "uniform" } },
    { name: "empty row nan", inputs: { ...square, mask }, settings: { emptyRow: "nan", maskTrue: "drop" } },
    {
      name: "everything at once",
      inputs: { ...square, bias: matrix(1, 4) },
      settings: { softcap: 2, causal: true, window: 2, keyLength: 3 },
    },
    {
      name: "large scores",
      inputs: { query: matrix(3, 4, 60), key: matrix(3, 4, 60), value: matrix(3, 2) },
      settings: { causal: true },
    },
    ...["replace:-1e9", "add:-1e4", "subtract:65504", "replace:-1", "multiply-exp"].map((maskFill) => ({
      name: `mask with an empty row, ${maskFill}`,
      inputs: { ...square, mask },
      settings: { maskFill },
    })),
    { name: "attentional vector", inputs: { ...square, wc: matrix(5, 4) }, settings: {} },
    {
      name: "positions and segments added",
      inputs: { x: matrix(3, 4), segmentTable: matrix(2, 4), segments: [[0, 1, 1]] },
      settings: { addPositions: "sinusoidal", embeddingScale: "sqrt", offset: 5 },
    },
    {
      name: "learned positions added",
      inputs: { x, ...projections, table: matrix(9, 3) },
      settings: { offset: 2 },
    },
  ] satisfies readonly AttendExample[];
}
