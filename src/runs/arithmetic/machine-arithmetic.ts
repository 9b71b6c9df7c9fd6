import type { Problem } from "../../attention/problem.js";
import { hasRole } from "../../attention/steps.js";
import { isShort } from "../../check/machine/expected-error.js";
import type { FloatName } from "../../check/machine/float-names.js";
import { setting } from "../../errors.js";
import type { Matrix } from "../../math/matrix.js";
import { once } from "../../math/remember.js";
import type { Op } from "../../trace/op.js";
import type { Step, Trace } from "../../trace/trace.js";
import { rounded, roundedWeights } from "./round-stored.js";
import { keptAs, type OtherArithmetic, type PrecisionSettings } from "./rounding-settings.js";

/** Rounds the numbers of a problem to a type. The notes say how many numbers that changes. */
export function roundInputs<Settings>(
  problem: Problem<Settings>,
  type: FloatName,
): { readonly problem: Problem<Settings>; readonly notes: readonly string[] } {
  const kept = keptAs(type);
  const matrices: Record<string, Matrix> = {};
  const changed: string[] = [];
  for (const [name, matrix] of Object.entries(problem.matrices)) {
    matrices[name] = rounded(matrix, kept);
    if (matrices[name] === matrix) continue;
    const count = matrices[name].data.filter((value, at) => !Object.is(value, matrix.data[at])).length;
    if (count > 0) changed.push(`${count} of ${matrix.data.length} numbers of ${name}`);
  }
  const notes =
    changed.length === 0 ? [] : [`rounded to ${kept} before anything else: ${changed.join(", ")}`];
  const { model } = problem;
  if (!model) return { problem: { ...problem, matrices }, notes };
  const weights = roundedWeights(model.weights, kept);
  const isOther = weights !== model.weights;
  return {
    problem: { ...problem, matrices, model: { ...model, weights } },
    notes: [...notes, ...(isOther ? [`the weights of the model are rounded to ${kept}`] : [])],
  };
}

/**
 * Returns the arithmetic of a machine in a type. Every step is computed in the type of its sums. Weights are rounded to
 * the short type before they are multiplied with the values. Outputs of kernels (projections, contexts, outputs) are
 * rounded to it, too. Each step gets a note about its distance from exact arithmetic on the same inputs, which
 * `recordExactly` returns.
 */
export function machineArithmetic(
  { dtype: type, dtypeScores: roundsScores = false }: PrecisionSettings,
  recordExactly: () => Trace,
): OtherArithmetic | undefined {
  if (type === undefined) return undefined;
  const typeOfStep = (step: Pick<Step, "role">) => typeOf(step, type, roundsScores);
  return {
    arithmetic: type === "float64" ? undefined : (step) => machineStep(step.op, type, typeOfStep(step)),
    addFacts(trace) {
      const exactSteps = once(() => new Map(recordExactly().steps.map((step) => [step.key, step])));
      const steps = trace.steps.map(
        (step): Step => ({
          ...step,
          get notes() {
            const exact = step.isKept ? exactSteps().get(step.key) : undefined;
            return exact ? [...step.notes, ...errorNote(step, exact, typeOfStep(step))] : step.notes;
          },
        }),
      );
      const text = `computed in ${type}${isShort(type) ? ", sums in float32" : ""}`;
      const isIdle = roundsScores && isShort(type) && !hasScores(trace);
      return {
        ...trace,
        steps,
        conventions: [...trace.conventions, { name: "dtype", value: type, text }],
        warnings: [
          ...trace.warnings,
          ...(isIdle ? [`${setting("dtypeScores")} changes nothing here: it is about scores`] : []),
        ],
      };
    },
  };
}

/**
 * Returns the function that computes a step in a type. Sums are float32. For tf32, the factors of products are rounded
 * to tf32. The result is rounded to the type that it is stored in.
 */
function machineStep(op: Op<unknown>, type: FloatName, kept: FloatName): Op<unknown>["compute"] {
  const asFactor = (matrix: Matrix) => (type === "tf32" ? rounded(matrix, type) : matrix);
  const { compute, computeInFloat32 = compute } = op;
  return (inputs, params) => rounded(computeInFloat32(inputs, params, asFactor), kept);
}

const SCORES = ["scores", "scaled-scores", "capped-scores", "biased-scores", "masked-scores"] as const;

/** Results that a kernel stores and the next kernel reads. */
const HANDED_ON = [
  "query-projection",
  "key-projection",
  "value-projection",
  "context",
  "output-projection",
] as const;

/** Whether a run has scores that can be rounded. */
const hasScores = (trace: Trace) => trace.steps.some((step) => hasRole(step, ...SCORES));

/** Returns the type in which the numbers of a step are stored. */
export function typeOf(step: Pick<Step, "role">, type: FloatName, roundsScores: boolean): FloatName {
  if (!isShort(type)) return type;
  if (type === "tf32") return "float32";
  if (hasRole(step, "weights") || (roundsScores && hasRole(step, ...SCORES))) return type;
  return hasRole(step, ...HANDED_ON) ? type : "float32";
}

/** Returns a note about the largest difference between a step and exact arithmetic. */
function errorNote(step: Step, exact: Step, kept: FloatName) {
  const [made, right] = [step.output(), exact.output()];
  let worst = -1;
  let most = 0;
  for (let at = 0; at < made.data.length; at++) {
    const off = Math.abs(made.data[at] - right.data[at]);
    if (off > most) [worst, most] = [at, off];
  }
  if (worst < 0) return [`kept in ${kept}: as in exact arithmetic`];
  const cell = `[${Math.floor(worst / made.cols)}, ${worst % made.cols}]`;
  return [
    `kept in ${kept}: off by up to ${most.toExponential(1)}, at ${cell} (exactly ${right.data[worst]})`,
  ];
}
