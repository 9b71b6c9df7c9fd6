import type { FloatName } from "../../src/check/machine/float-names.js";
import type { Matrix } from "../../src/math/matrix.js";
import { type DumpedArray, npzOf, ptOf, safetensorsOf } from "./array-files.js";
import { GRADIENT_BUGS, nameOf, runWrongly } from "./gradient-bugs.js";
import { runBackward } from "./gradient-kernels.js";
import { type BackMachine, type Gradients, storeAll } from "./gradient-machines.js";
import { type DrawnBack, drawBackMachine, drawBackProblem } from "./gradient-problems.js";
import { turn } from "./kernel-positions.js";
import { createRandom } from "./random.js";
import { runCli } from "./run-cli.js";

// Dumps of backward passes as an engineer would hand them in, judged by a whole run of the command line.

export interface GradientCase {
  readonly name: string;
  readonly argv: readonly string[];
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly compute: FloatName;
  /** Whether its matrices were rounded to a short type. Right kernels of this kind may agree by either level. */
  readonly isRounded: boolean;
  /** The id of the mistake that was made; undefined in a right kernel. */
  readonly id?: string;
}

/** Joins the matrices of heads into one array. */
function arrayOf(matrices: readonly Matrix[], type: FloatName): DumpedArray {
  const [{ rows, cols }] = matrices;
  const data = Float64Array.from(matrices.flatMap((one) => Array.from(one.data)));
  return { shape: [matrices.length, rows, cols], data, type };
}

const alone = ({ rows, cols, data }: Matrix, type: FloatName): DumpedArray => ({
  ...{ shape: [rows, cols], data, type },
});

/** Rotates the gradients of rotated queries and keys back, as the machine stores them. */
export function turnedBack(drawn: DrawnBack, gradients: Gradients, stored: FloatName): Gradients {
  if (!drawn.unturned) return gradients;
  const back = { ...drawn.unturned.rope, isBackwards: true } as const;
  const turnAll = (list: readonly Matrix[]) => list.map((one) => turn(one, back, 0));
  return storeAll({ ...gradients, query: turnAll(gradients.query), key: turnAll(gradients.key) }, stored);
}

/** Draws a right dump by its seed. */
export function drawRightGradients(seed: number, most: number): GradientCase {
  const random = createRandom(seed);
  const drawn = drawBackProblem(random, most);
  const machine = drawBackMachine(random, drawn);
  const made = runBackward(drawn.problem, machine, random);
  return caseOf(`${seed} right`, drawn, machine, turnedBack(drawn, made, machine.stored), random);
}

/** A mistake shows in cells that are farther off than this many errors of the same kernel without it. */
const VISIBLE = 8;

const WRONG_KINDS = [
  ...(["normal", "normal", "normal", "small", "large", "mean-value", "mean-key", "tiny", "ones"] as const),
  ...(["saturated", "outlier", "sparse", "mean-all"] as const),
] as const;

/** Draws a dump with a mistake by its seed. `isVisible`: rounding does not hide the mistake. */
export function drawWrongGradients(
  seed: number,
  id: string,
  most: number,
): GradientCase & { readonly isVisible: boolean } {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const need = GRADIENT_BUGS[id];
  const size = () =>
    Math.max(need.fewest ?? 8, Math.min(most, Math.round(2 ** (3 + random() * (Math.log2(most) - 3)))));
  const rows = size();
  const isSquare = need.isSquare || need.mask !== undefined || random() < 0.7;
  const drawn = drawBackProblem(random, most, {
    ...{ kind: pick(WRONG_KINDS), softcap: "none", bias: false, rope: false, dropout: false },
    ...(need.group === undefined && { group: pick([1, 1, 2]), kvHeads: 1 }),
    ...need,
    rows,
    keys: isSquare ? rows : size(),
  });
  const { sees } = drawn.problem;
  let tile = pick([16, 32, 64]);
  while (tile > 8 && tile >= Math.min(sees.rows, sees.cols)) tile /= 2;
  const tiles = tilesSeen(sees, tile);
  const [row, key] = pick(tiles);
  const machine = { ...drawBackMachine(random, drawn), way: "tiled" as const };
  const slip = { id, tile, row, key, shift: sees.rows > 16 ? pick([1, 16]) : 1 };
  const usual = turnedBack(drawn, runWrongly(drawn.problem, machine, { ...slip, id: "" }), machine.stored);
  const made = runWrongly(drawn.problem, machine, slip);
  const wrong = id === "rope-not-rotated-back" ? made : turnedBack(drawn, made, machine.stored);
  return {
    ...caseOf(`${seed} ${id} tile ${tile} [${row}, ${key}]`, drawn, machine, wrong, random),
    ...{ id: nameOf(id), isVisible: isVisible(drawn, usual, wrong) },
  };
}

/** The tiles in which some query sees some key. */
function tilesSeen({ rows, cols, data }: Matrix, tile: number): readonly (readonly [number, number])[] {
  const seen = new Map<string, readonly [number, number]>();
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      if (data[i * cols + j] === 0) continue;
      const at = [Math.floor(i / tile) * tile, Math.floor(j / tile) * tile] as const;
      seen.set(at.join(), at);
    }
  }
  return [...seen.values()];
}

/** Whether a mistake changes a cell by more than a few times the error of the same kernel without it. */
function isVisible(drawn: DrawnBack, usual: Gradients, wrong: Gradients): boolean {
  const exact: BackMachine = {
    ...{ compute: "float64", stored: "float64", way: "textbook", rowsOfTile: 1, keysOfTile: 1 },
    ...{ order: "forward", isBaseTwo: false },
  };
  const right = turnedBack(
    drawn,
    runBackward(drawn.problem, exact, () => 0),
    "float64",
  );
  const listed = (gradients: Gradients) => [
    ...[gradients.query, gradients.key, gradients.value],
    ...(gradients.bias ? [[gradients.bias]] : []),
  ];
  const most = (a: readonly Matrix[], b: readonly Matrix[]) =>
    Math.max(
      ...a.flatMap(({ data }, at) => Array.from(data, (own, cell) => Math.abs(own - b[at].data[cell]))),
    );
  const all = [listed(usual), listed(wrong), listed(right)];
  if (all[1].flat().some(({ data }) => data.some((own) => !Number.isFinite(own)))) return false;
  return all[1].some((part, at) => most(part, all[0][at]) > VISIBLE * most(all[0][at], all[2][at]));
}

/** A dump, with the options that describe it. */
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
    ...(problem.dropout && {
      dropout_mask: arrayOf(problem.dropout.masks, "float32"),
      dropout_p: { shape: [1], data: Float64Array.of(problem.dropout.probability), type: "float64" as const },
    }),
    ...(drawn.mask === "random" && { mask: alone(problem.sees, "float32") }),
  };
  const { stored } = machine;
  const answers = {
    ...{ dq: arrayOf(gradients.query, stored), dk: arrayOf(gradients.key, stored) },
    dv: arrayOf(gradients.value, stored),
    ...(gradients.bias && { "d-bias": alone(gradients.bias, stored) }),
  };
  const writers = { npz: npzOf, safetensors: safetensorsOf, pt: ptOf };
  const forms =
    kept === "bfloat16" || stored === "bfloat16" ? ["safetensors", "pt"] : ["npz", "safetensors", "pt"];
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

export { GRADIENT_BUGS };

/** The verdict on one gradient of one head. */
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

/** The verdict of a whole run on a dump. */
export async function judgeGradients({ argv, files }: GradientCase): Promise<GradientVerdict> {
  const { exitCode, stdout, stderr } = await runCli([...argv, "--json", "--quiet"], { given: files });
  if (exitCode === 2) return { exitCode, verdict: "refused", named: [], steps: [], stderr };
  const { check } = JSON.parse(stdout);
  return {
    ...{ exitCode, verdict: check.verdict, steps: check.steps, stderr },
    named: check.diagnosis.map(({ mistake }: { mistake: string }) => mistake),
  };
}
