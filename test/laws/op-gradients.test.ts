import { expect, test } from "vitest";
import { recordBackwardPass } from "../../src/attention/gradients/backward-pass.js";
import { recordWith } from "../../src/attention/recorder.js";
import { gradientOf } from "../../src/ops/interpreters/gradients.js";
import { computeNumbers } from "../../src/ops/interpreters/numbers.js";
import { OPS } from "../../src/ops/registry.js";
import { createRecorder } from "../../src/trace/recorder.js";
import { derivativesOf } from "../support/derivative.js";
import { expectTraceExplained } from "../support/explained.js";
import { ALL_SAMPLES } from "../support/op-samples.js";
import { createRandom, randomMatrix } from "../support/random.js";

// The law, op by op: the gradient that an op records is the exact derivative of its explanation, and equals what the
// words of its definition give.

const random = createRandom(1970);
const AXES = [{ name: "row" }, { name: "column" }] as const;

type OpName = keyof typeof OPS;

/** Ops without a gradient, each with the reason. */
const NO_GRADIENT: Readonly<Record<string, readonly OpName[]>> = {
  "a whole number, a place or a choice, which does not change smoothly": [
    ...(["rowArgmax", "argmaxOfEach", "distinctPlaces", "headOfColumn", "centredRanks"] as const),
    ...(["buckets", "clipped", "distances", "slopes", "slopeBias", "ownPlaces", "countSizes"] as const),
  ],
  "made of nothing that was given, or of positions alone": [
    ...(["frequencyPowers", "angles", "sinusoids", "ramp", "divideFrequencies", "wavelengths"] as const),
    ...(["shiftRotation", "drawUniform", "measured"] as const),
  ],
  "what is said of a result, of which no loss is made": [
    ...(["relativeEntropy", "rowMaximum", "rowLogSumExp", "effectiveKeys", "jacobianNorm"] as const),
    ...(["softmaxJacobian", "rankCorrelation", "totalVariation", "meanOfRows", "shares", "tiles"] as const),
    ...(["fittedShift", "pairFit", "columnFrequencies"] as const),
  ],
  "what sheets have between two steps": ["rowDeviations", "subtractFromRows", "unitRows"],
  "a part of the softmax, which is differentiated as a whole": ["exponentials", "eraseMasked", "rowSums"],
  "a loss, from whose gradient the way back begins": [
    ...(["sumOfCells", "meanSquaredError", "crossEntropy", "repeatCell"] as const),
  ],
  "a gradient itself": [
    ...(["columnSums", "transposedMatmul", "addToRows", "addWindows"] as const),
    ...(["tanhGradient", "rowDots"] as const),
    ...(["softmaxGradient", "normalizationGradient", "tanhSumQueryGradient", "tanhSumKeyGradient"] as const),
    ...(["tanhSumWeightGradient", "cosineQueryGradient", "cosineKeyGradient", "gaussianGradient"] as const),
    ...(["concatenatedDotQueryGradient", "concatenatedDotKeyGradient"] as const),
    ...(["concatenatedDotWeightGradient", "placeFeatureGradient", "placeWeightGradient"] as const),
    ...(["meanSquaredErrorGradient", "crossEntropyGradient", "reluGradient", "geluGradient"] as const),
    ...(["geluTanhGradient", "siluGradient", "rowMeansGradient", "rowVariancesGradient"] as const),
    ...(["varianceMeansGradient", "rowMeanSquaresGradient", "rootGradient"] as const),
    ...(["standardiseMeansGradient", "columnDots"] as const),
  ],
};

test("every op has a gradient, or a reason for having none", () => {
  const without = Object.entries(OPS).flatMap(([name, op]) => ("gradient" in op ? [] : [name]));
  expect(without.sort()).toEqual(Object.values(NO_GRADIENT).flat().sort());
});

test("every op has a name", () => {
  for (const { name } of Object.values(OPS)) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
});

/** Inputs that depend on positions alone, by op: no model learns them. */
const DECIDED: Readonly<Partial<Record<OpName, readonly number[]>>> = { rotatePairs: [1, 2] };

/** Ops whose definitions use words without a gradient: rows or columns that are picked one by one. */
const PICKING: readonly string[] = ["rotatePairs", "rowWindows", "lookUpRows"];

// Ops that differentiate several steps at once are tested in the recipes that record these steps.
const DIFFERENTIATED = ALL_SAMPLES.filter(([, op]) => op?.gradient && !op.gradientTo);

test.each(DIFFERENTIATED)("%s", (name, op, samples) => {
  for (const [inputs, params] of samples) {
    const recorder = createRecorder("law");
    const refs = inputs.map((matrix, index) => recorder.input(`input${index}`, matrix, AXES));
    const result = recorder.step(op, refs, { params, id: "result", title: name, formula: name, axes: AXES });
    const seed = randomMatrix(random, result.shape.rows, result.shape.cols);
    const gradient = recorder.input("seed", seed, AXES);
    const gradients = recordWith(recorder, () =>
      recordBackwardPass(result, gradient, (input) => input !== "seed"),
    );
    const trace = recorder.trace();
    for (const { key, formula } of trace.steps) expect(formula, `the formula of ${key}`).toMatch(/\S/);
    const exact = derivativesOf({ ...trace, steps: trace.steps.slice(0, 1) }, "result", seed);
    for (const [index, { key }] of refs.entries()) {
      const wanted = exact.get(key);
      const found = gradients.has(key)
        ? recorder.numbers.of({ key: gradients.get(key)?.key ?? key })
        : undefined;
      if (!found) {
        const isConstant = !wanted || wanted.data.every((value) => value === 0);
        expect(isConstant || DECIDED[name as OpName]?.includes(index), `nothing by input ${index}`).toBe(
          true,
        );
        continue;
      }
      expect(found).toMatchObject({ rows: inputs[index].rows, cols: inputs[index].cols });
      const derived = PICKING.includes(name)
        ? found
        : computeNumbers(gradientOf(op.definition, index), [seed, ...inputs], params);
      for (const [at, value] of found.data.entries()) {
        const want = wanted?.data[at] ?? 0;
        const isSame = Math.abs(value - want) <= 1e-12 * Math.max(1, Math.abs(want));
        expect(isSame, `by input ${index}, cell ${at}: ${value}, the derivative is ${want}`).toBe(true);
        const other = derived.data[at];
        // The length of a zero vector has no derivative. Only the written gradient defines one.
        if (Number.isNaN(other)) expect(name).toBe("cosine");
        else expect(other, `by input ${index}, cell ${at}, as the definition has it`).toBeCloseTo(value, 10);
      }
    }
    expectTraceExplained(trace);
  }
});
