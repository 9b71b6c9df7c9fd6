import type { Problem } from "../attention/problem.js";
import { hasRole } from "../attention/step-roles.js";
import { isShort } from "../check/machine/expected-error.js";
import type { FloatName } from "../check/machine/float-names.js";
import { FLOAT_TYPES, roundMatrix } from "../check/machine/float-types.js";
import { UserError } from "../errors.js";
import type { Matrix } from "../math/matrix.js";
import { isStored } from "../math/stored-matrix.js";
import { replay } from "../trace/replay.js";
import type { Step, Trace } from "../trace/trace.js";

/** The numbers as a type holds them: those of a file that is float32 are not read for that. */
function rounded(matrix: Matrix, type: FloatName): Matrix {
  if (type === "float64" || (type === "float32" && isStored(matrix) && matrix.readSingles)) return matrix;
  return roundMatrix(FLOAT_TYPES[type], matrix);
}

/** The problem with its numbers in a type, and a note of how many that changes. */
export function roundInputs<Settings>(
  problem: Problem<Settings>,
  type: FloatName,
): { readonly problem: Problem<Settings>; readonly notes: readonly string[] } {
  // Tf32 is what products are made in; numbers are kept as float32.
  const kept = type === "tf32" ? "float32" : type;
  const matrices: Record<string, Matrix> = {};
  const changed: string[] = [];
  for (const [name, matrix] of Object.entries(problem.matrices)) {
    const made = rounded(matrix, kept);
    matrices[name] = made;
    if (made === matrix) continue;
    const count = made.data.reduce((sum, value, at) => sum + (Object.is(value, matrix.data[at]) ? 0 : 1), 0);
    if (count > 0) changed.push(`${count} of ${matrix.data.length} numbers of ${name}`);
  }
  const notes =
    changed.length === 0 ? [] : [`rounded to ${kept} before anything else: ${changed.join(", ")}`];
  return { problem: { ...problem, matrices }, notes };
}

/**
 * The run as a machine works it in a type: every step in the type that sums are kept in, weights rounded to the short type
 * before they meet the values, and what leaves a kernel (projections, contexts, outputs) rounded to it. Each step says how far
 * it is from exact arithmetic on the same inputs. Throws USAGE for scores to be rounded that are none, or to no short type.
 */
export function workInType(trace: Trace, type: FloatName | undefined, roundsScores: boolean): Trace {
  if (roundsScores) refuseIdleScores(trace, type);
  if (type === undefined) return trace;
  const machine = replay(trace, {
    replace: type === "float64" ? new Map() : summedInSingles(trace, type),
    afterEach: (matrix, step) => rounded(matrix, typeOf(step, type, roundsScores)),
  });
  const steps = machine.steps.map((step, index): Step => {
    const exact = trace.steps[index];
    return {
      ...step,
      get notes() {
        return [...exact.notes, ...errorNote(step, exact, typeOf(exact, type, roundsScores))];
      },
    };
  });
  return {
    ...machine,
    steps,
    conventions: [
      ...machine.conventions,
      { name: "dtype", value: type, text: `worked in ${type}${isShort(type) ? ", sums in float32" : ""}` },
    ],
  };
}

/** The steps that are sums, with these in float32; tf32 is what the factors of products are read as. */
function summedInSingles({ steps }: Trace, type: FloatName): ReadonlyMap<string, Compute> {
  const asFactor = (matrix: Matrix) => (type === "tf32" ? rounded(matrix, type) : matrix);
  const summed = new Map<string, Compute>();
  for (const { key, op, params } of steps) {
    const { computeInSingles } = op;
    if (computeInSingles) summed.set(key, (inputs) => computeInSingles(inputs, params, asFactor));
  }
  return summed;
}

type Compute = (inputs: readonly Matrix[]) => Matrix;

const SCORES = ["scores", "scaled-scores", "capped-scores", "biased-scores", "masked-scores"] as const;

/** Products that leave a kernel, and are read by the next one. */
const HANDED_ON = [
  "query-projection",
  "key-projection",
  "value-projection",
  "context",
  "output-projection",
] as const;

function refuseIdleScores(trace: Trace, type: FloatName | undefined): void {
  if (type === undefined || !isShort(type) || type === "tf32") {
    throw new UserError("USAGE", "--dtype-scores rounds scores to a short type, and none is given.", {
      hint: "Add --dtype bfloat16 or --dtype float16, or leave out --dtype-scores.",
    });
  }
  if (trace.steps.some((step) => hasRole(step, ...SCORES))) return;
  throw new UserError("USAGE", "--dtype-scores rounds scores, and this run has none.", {
    hint: "Leave out --dtype-scores.",
  });
}

/** The type that the numbers of a step are kept in. */
export function typeOf(step: Step, type: FloatName, roundsScores: boolean): FloatName {
  if (!isShort(type)) return type;
  if (type === "tf32") return "float32";
  if (hasRole(step, "weights") || (roundsScores && hasRole(step, ...SCORES))) return type;
  return hasRole(step, ...HANDED_ON) ? type : "float32";
}

/** How far a step is from exact arithmetic. */
function errorNote(step: Step, exact: Step, kept: FloatName): readonly string[] {
  const [own, right] = [step.output(), exact.output()];
  let worst = -1;
  let most = 0;
  for (let at = 0; at < own.data.length; at++) {
    const off = Math.abs(own.data[at] - right.data[at]);
    if (off > most) [worst, most] = [at, off];
  }
  if (worst < 0) return [`kept in ${kept}: as in exact arithmetic`];
  const cell = `[${Math.floor(worst / own.cols)}, ${worst % own.cols}]`;
  return [
    `kept in ${kept}: off by up to ${most.toExponential(1)}, at ${cell} (exactly ${right.data[worst]})`,
  ];
}
