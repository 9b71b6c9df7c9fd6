import type { FloatName } from "../../src/check/machine/float-names.js";
import type { Matrix } from "../../src/math/matrix.js";
import { type DumpedArray, npzOf, ptOf, safetensorsOf } from "./array-files.js";
import { runBackward } from "./gradient-kernels.js";
import { type BackMachine, type Gradients, storeAll } from "./gradient-machines.js";
import { type DrawnBack, drawBackMachine, drawBackProblem } from "./gradient-problems.js";
import { turn } from "./kernel-positions.js";
import { createRandom } from "./random.js";
import { runCli } from "./run-cli.js";

// Dumps of backward passes as an engineer would hand them over, judged by a whole run of the command line.

export interface GradientCase {
  readonly name: string;
  readonly argv: readonly string[];
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly compute: FloatName;
  /** Whether its matrices were rounded to a short type: right kernels of this kind may agree by either level. */
  readonly isRounded: boolean;
  /** The id of the mistake that was made; none in a right kernel. */
  readonly id?: string;
}

/** Matrices of heads as one array. */
function arrayOf(matrices: readonly Matrix[], type: FloatName): DumpedArray {
  const [{ rows, cols }] = matrices;
  const data = Float64Array.from(matrices.flatMap((one) => Array.from(one.data)));
  return { shape: [matrices.length, rows, cols], data, type };
}

const alone = ({ rows, cols, data }: Matrix, type: FloatName): DumpedArray => ({
  ...{ shape: [rows, cols], data, type },
});

/** Gradients by turned queries and keys, turned back as the machine stores them. */
export function turnedBack(drawn: DrawnBack, gradients: Gradients, stored: FloatName): Gradients {
  if (!drawn.unturned) return gradients;
  const back = { ...drawn.unturned.rope, isBackwards: true } as const;
  const turnAll = (list: readonly Matrix[]) => list.map((one) => turn(one, back, 0));
  return storeAll({ ...gradients, query: turnAll(gradients.query), key: turnAll(gradients.key) }, stored);
}

/** A right dump, drawn by its seed. */
export function drawRightGradients(seed: number, most: number): GradientCase {
  const random = createRandom(seed);
  const drawn = drawBackProblem(random, most);
  const machine = drawBackMachine(random, drawn);
  const made = runBackward(drawn.problem, machine, random);
  return caseOf(`${seed} right`, drawn, machine, turnedBack(drawn, made, machine.stored), random);
}

/** A dump with the options that say what was worked. */
export function caseOf(
  name: string,
  drawn: DrawnBack,
  machine: BackMachine,
  gradients: Gradients,
  random: () => number,
): GradientCase {
  const { problem, kept, compute, unturned } = drawn;
  const { query, key } = unturned ?? problem;
  const inputs = {
    ...{ q: arrayOf(query, kept), k: arrayOf(key, kept), v: arrayOf(problem.value, kept) },
    do: arrayOf(problem.gradient, kept),
    ...(problem.bias && { bias: alone(problem.bias, kept) }),
    ...(drawn.mask === "random" && { mask: alone(problem.sees, "float32") }),
  };
  const { stored } = machine;
  const answers = {
    ...{ dq: arrayOf(gradients.query, stored), dk: arrayOf(gradients.key, stored) },
    dv: arrayOf(gradients.value, stored),
    ...(gradients.bias && { "d-bias": alone(gradients.bias, stored) }),
  };
  const writers = { npz: npzOf, safetensors: safetensorsOf, pt: ptOf };
  const forms = kept === "bfloat16" || stored === "bfloat16" ? ["safetensors", "pt"] : ["npz", "safetensors", "pt"];
  const form = forms[Math.floor(random() * forms.length)] as keyof typeof writers;
  const file = `dump.${form}`;
  const options = [...drawn.options, ...(compute === "tf32" ? ["--dtype", "tf32"] : [])];
  const sizes = `${problem.query.length}/${problem.key.length} heads ${query[0].rows}×${key[0].rows}×${query[0].cols}`;
  return {
    name: `${name} ${compute} in ${stored} ${machine.way} ${drawn.kind} ${sizes} ${options.join(" ")}`,
    argv: ["multihead", file, "--check", ...options],
    files: { [file]: writers[form]({ ...inputs, ...answers }) },
    compute,
    isRounded: machine.way === "eager" || machine.way === "rescaled",
  };
}

/** One gradient of one head, judged. */
export interface JudgedGradient {
  readonly id: string;
  readonly scope: string;
  readonly verdict: string;
  readonly units: { readonly cell: number; readonly row: number; readonly all: number };
  readonly limit?: number | null;
}

export interface GradientVerdict {
  readonly exitCode: number;
  readonly verdict: string;
  readonly named: readonly string[];
  readonly steps: readonly JudgedGradient[];
  readonly stderr: string;
}

/** What a whole run says of a dump. */
export async function judgeGradients({ argv, files }: GradientCase): Promise<GradientVerdict> {
  const { exitCode, stdout, stderr } = await runCli([...argv, "--json", "--quiet"], { given: files });
  if (exitCode === 2) return { exitCode, verdict: "refused", named: [], steps: [], stderr };
  const { check } = JSON.parse(stdout);
  return {
    ...{ exitCode, verdict: check.verdict, steps: check.steps, stderr },
    named: check.diagnosis.map(({ mistake }: { mistake: string }) => mistake),
  };
}
