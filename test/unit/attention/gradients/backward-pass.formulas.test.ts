import { expect, test } from "vitest";
import { recordBackwardPass } from "../../../../src/attention/gradients/backward-pass.js";
import { recordWith } from "../../../../src/attention/recorder.js";
import { createRecorder } from "../../../../src/trace/recorder.js";
import { ALL_SAMPLES } from "../../../support/op-samples.js";

// The gradients that each op writes, by the chain rule: from dP, the gradient of the op's result, to those of its
// inputs. x̂ is the standardised x, t = tanh u with u = √(2/π)(x + 0.044715x³), σ(x) the logistic function, Φ and φ the
// normal distribution and its density.

const FORMULAS: readonly (readonly [op: string, symbols: string, formulas: readonly string[]])[] = [
  ["matmul", "A B c", ["dP Bᵀ", "Aᵀ dP", "Σ_i dP_i"]],
  ["matmulTransposed", "A B c", ["dP B", "dPᵀ A", "Σ_i dP_i"]],
  ["weightedSum", "A V", ["dP Vᵀ", "Aᵀ dP"]],
  ["scale", "s", ["0.3 · dP"]],
  // (C tanh(s/C))′ = 1 − tanh²(s/C)
  ["softcap", "s", ["dP ∘ (1 − (P / 5)²)"]],
  ["add", "a b", ["dP", "dP"]],
  ["add", "a b c", ["dP", "Σ_i dP_i", "dP"]],
  ["identity", "x", ["dP"]],
  ["subtract", "a b", ["dP", "−dP"]],
  ["mean", "a b c", ["dP / 3", "dP / 3", "dP / 3"]],
  // 2 and 1 rows; 2, 1 and 4 columns; 3 columns before the added ones.
  ["stackRows", "a b", ["rows 0 to 1 of dP", "rows 2 to 2 of dP"]],
  ["joinColumns", "a b c", ["columns 0 to 1 of dP", "columns 2 to 2 of dP", "columns 3 to 6 of dP"]],
  ["padColumns", "x", ["columns 0 to 2 of dP"]],
  // (tanh x)′ = 1 − tanh² x
  ["tanh", "x", ["dP ∘ (1 − P²)"]],
  ["relu", "x", ["dP ∘ (1 where x > 0, else 0)"]],
  // (x Φ(x))′ = Φ(x) + x φ(x)
  ["gelu", "x", ["dP ∘ (Φ(x) + x φ(x)), x = x"]],
  // (½x(1 + t))′ = ½(1 + t) + ½x(1 − t²) u′
  ["geluTanh", "x", ["dP ∘ (½(1 + t) + ½x(1 − t²) u′), x = x, t = tanh u, u = √(2/π)(x + 0.044715x³)"]],
  // (x σ(x))′ = σ + x σ(1 − σ)
  ["silu", "x", ["dP ∘ σ(x)(1 + x(1 − σ(x))), x = x"]],
  ["rowMeans", "x", ["dP / d"]],
  ["rowVariances", "x μ", ["2 dP (x − μ) / d", "−2 dP Σ (x − μ) / d"]],
  ["rowMeanSquares", "x", ["2 dP x / d"]],
  ["standardiseRows", "x μ v", ["dP / √(σ² + ε)", "−Σ dP / √(σ² + ε)", "−Σ dP x̂ / 2(σ² + ε)"]],
  ["divideByRootMeanSquare", "x m", ["dP / √(mean square + ε)", "−Σ dP x̂ / 2(mean square + ε)"]],
  ["scaleColumns", "x γ β", ["dP ∘ γ", "Σ_i dP_i ∘ x̂_i", "Σ_i dP_i"]],
  // p = S σ(w·tanh f), and p′ = p (1 − p/S)
  ["predictedPlaces", "f w", ["dP P (1 − P/S) w (1 − tanh² f)", "Σ_i dP P (1 − P/S) tanh f"]],
  // e^(−(j − p)²/2σ²) by p: (j − p)/σ² times the same
  ["gaussian", "p", ["Σ_j dP P (j − p) / σ²"]],
  ["multiplyCells", "a b", ["dP ∘ b", "dP ∘ a"]],
  ["tanhSum", "a b", ["Σ_j dP_ij (1 − tanh²(a_ic + b_jc))", "Σ_i dP_ij (1 − tanh²(a_ic + b_jc))"]],
  [
    "tanhSum",
    "a b v",
    [
      "Σ_j dP_ij v_c (1 − tanh²(a_ic + b_jc))",
      "Σ_i dP_ij v_c (1 − tanh²(a_ic + b_jc))",
      "Σ_ij dP_ij tanh(a_ic + b_jc)",
    ],
  ],
  [
    "cosine",
    "a b",
    [
      "Σ_j dP_ij (b_j / (‖a_i‖ ‖b_j‖) − P_ij a_i / ‖a_i‖²)",
      "Σ_i dP_ij (a_i / (‖a_i‖ ‖b_j‖) − P_ij b_j / ‖b_j‖²)",
    ],
  ],
];

test.each(FORMULAS)("%s of %s", (name, symbols, formulas) => {
  const names = symbols.split(" ");
  const [, op, samples] = ALL_SAMPLES.find(([sampled]) => sampled === name) ?? [];
  const [inputs, params] = samples?.find(([matrices]) => matrices.length === names.length) ?? [];
  if (!op || !inputs) throw new RangeError(`no sample of ${name} has ${names.length} inputs`);
  expect(gradientFormulas(op, inputs, params, names)).toEqual(formulas);
});

// w·[a; b; a∘b]: by a it is w[a] + w[a∘b] ∘ b; without the third part, w[a].
test("concatenatedDot, with products and without", () => {
  const [, op, samples] = ALL_SAMPLES.find(([name]) => name === "concatenatedDot") ?? [];
  const said = samples?.map(
    ([inputs, params]) => op && gradientFormulas(op, inputs, params, ["a", "b", "w"]),
  );
  expect(said).toContainEqual([
    "Σ_j dP_ij (w[a] + w[a∘b] ∘ b_j)",
    "Σ_i dP_ij (w[b] + w[a∘b] ∘ a_i)",
    "Σ_ij dP_ij [a_i; b_j; a_i∘b_j]",
  ]);
  expect(said).toContainEqual(["Σ_j dP_ij w[a]", "Σ_i dP_ij w[b]", "Σ_ij dP_ij [a_i; b_j]"]);
});

test("a gradient by means says that it is 0 but for rounding", () => {
  const [, op, samples] = ALL_SAMPLES.find(([name]) => name === "rowVariances") ?? [];
  const [[inputs, params]] = samples ?? [];
  const steps = op ? recordBackward(op, inputs, params, ["x", "μ"]) : [];
  expect(steps.find(({ id }) => id === "d-input1")?.notes).toEqual([
    "0 but for rounding, since distances from a mean add up to 0",
  ]);
});

type Sample = (typeof ALL_SAMPLES)[number];
type Inputs = Sample[2][number][0];

/** The right-hand sides, in the order of the inputs. */
function gradientFormulas(
  op: Sample[1],
  inputs: Inputs,
  params: unknown,
  names: readonly string[],
): string[] {
  const steps = recordBackward(op, inputs, params, names);
  return inputs.map((_, index) => {
    const formula = steps.find(({ id }) => id === `d-input${index}`)?.formula;
    const [left, ...right] = formula?.split(" = ") ?? [];
    expect(left).toBe(`d${names[index]}`);
    return right.join(" = ");
  });
}

/** Records the backward steps from an op called P to inputs with these names. */
function recordBackward(op: Sample[1], inputs: Inputs, params: unknown, names: readonly string[]) {
  const axes = [{ name: "row" }, { name: "column" }] as const;
  const recorder = createRecorder("formulas");
  const refs = inputs.map((matrix, index) => recorder.input(`input${index}`, matrix, axes));
  const result = recorder.step(op, refs, { params, id: "result", title: "P", formula: "P", axes });
  const { rows, cols } = result.shape;
  const seed = recorder.input("seed", { rows, cols, data: new Float64Array(rows * cols).fill(1) }, axes);
  const symbols: Readonly<Record<string, string>> = {
    result: "P",
    ...Object.fromEntries(names.map((name, index) => [`input${index}`, name])),
  };
  recordWith(recorder, () =>
    recordBackwardPass(
      result,
      seed,
      (input) => input !== "seed",
      (id) => symbols[id],
    ),
  );
  return recorder.trace().steps;
}
