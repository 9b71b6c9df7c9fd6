import { type RoundingModel, varianceOfRow } from "../../src/check/machine/expected-error.js";
import type { FloatName } from "../../src/check/machine/float-names.js";
import { FLOAT_TYPES, roundTo } from "../../src/check/machine/float-types.js";
import { readKeysOfRow } from "../../src/check/machine/keys-of-rows.js";
import type { KeyRange } from "../../src/check/machine/keys-used.js";
import { makeRow } from "../../src/check/machine/rows.js";
import { isOff, unitOf } from "../../src/check/machine/rule.js";
import type { Task } from "../../src/check/machine/task.js";
import type { BlockedKeys } from "../../src/math/blocked.js";
import { createMatrix, type Matrix, mapCells } from "../../src/math/matrix.js";
import { type DumpedArray, npyOf, npzOf, ptOf, safetensorsOf } from "./array-files.js";
import { KERNEL_BUGS, type NamedBug, type Need } from "./kernel-bugs.js";
import { alibiBias, turn } from "./kernel-positions.js";
import { type Bug, type KernelProblem, type Machine, type Rope, runKernel } from "./machines.js";
import { createRandom } from "./random.js";
import { runCli } from "./run-cli.js";

// Dumps of kernels, right and wrong, as an engineer would hand them in: drawn by a seed, computed by the kernels of
// machines.ts in five types with and without tiles, written in every form, and judged by a whole run of the command
// line.

/** A problem, with the options of qkv that describe it. */
interface Drawn {
  readonly problem: KernelProblem;
  readonly options: readonly string[];
  /** Query, key and value as they are dumped, before RoPE rotates them. */
  readonly given: Readonly<Record<"query" | "key" | "value", readonly Matrix[]>>;
  readonly besides: Readonly<Record<string, DumpedArray>>;
}

export interface KernelCase {
  readonly name: string;
  readonly argv: readonly string[];
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** The id of the mistake that was made; undefined in a right kernel. */
  readonly id?: string;
  /** Whether the mistake can be distinguished from rounding at all. */
  readonly isVisible: boolean;
  /** What is needed to find the keys of its rows. */
  readonly ofKeys?: OfKeys;
}

interface OfKeys {
  readonly problem: KernelProblem;
  readonly machine: Machine;
  readonly bug: Bug;
  readonly output: readonly Matrix[];
}

const TYPES: readonly FloatName[] = ["float64", "float32", "tf32", "float16", "bfloat16"];
const SIZES = [1, 2, 3, 5, 8, 13, 16, 17, 24, 31, 32, 33, 48, 64, 65, 80, 100, 127, 128, 129, 160] as const;
const LARGE_SIZES = [192, 200, 256, 257, 300, 384, 512] as const;
const HEAD_SIZES = [8, 16, 16, 32, 32, 64] as const;
const FORMS = ["npy", "npz", "safetensors", "pt", "text"] as const;

type Random = () => number;

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)];

/** Numbers of a normal distribution (Box and Muller 1958). */
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Draws what a right kernel needs. */
function drawNeeds(random: Random): readonly Need[] {
  const masks: readonly (readonly Need[])[] = [
    ...([[], [], ["causal"], ["causal-square"], ["causal-shorter"], ["window"], ["padding"]] as const),
    ["random-mask"],
  ];
  const more: readonly Need[] = [
    "softcap",
    "bias",
    "groups",
    "heads",
    "scale",
    "saturated",
    "rope",
    "alibi",
    "top-left",
  ];
  const needs = [...pick(random, masks), ...more.filter(() => random() < 0.1)];
  // Six heads have another rule for the ALiBi slopes.
  return needs.includes("alibi") ? needs.filter((need) => need !== "groups") : needs;
}

function drawProblem(
  random: Random,
  needs: readonly Need[],
  type: FloatName,
  tile: number,
  most: number,
): Drawn {
  const has = (...names: readonly Need[]) => names.some((name) => needs.includes(name));
  const isWrong = has("bug");
  const sizes = [...SIZES, ...(random() < 0.15 ? LARGE_SIZES : [])].filter((size) => size <= most);
  const usable = sizes
    .filter((size) => !isWrong || size >= 8)
    .filter((size) => (!has("tiles") || size > tile) && (!has("many") || size >= 64));
  let m = pick(random, usable.length > 0 ? usable : [tile + 9]);
  if (has("rest") && m % tile === 0) m += 5;
  let n = random() < 0.6 || has("causal-square", "square") ? m : pick(random, sizes);
  const isCausal = has("causal", "causal-square", "causal-shorter", "window", "alibi");
  if (has("causal-shorter")) n = Math.max(1, Math.floor(m * (0.3 + 0.5 * random())));
  if (isCausal && n > m && !has("top-left")) n = m;
  if (isWrong && n < 4) n = Math.min(m, 4);
  if (isCausal && has("padding")) n = m;
  const isTopLeft =
    has("top-left") && isCausal && !has("window", "alibi", "rope") && (isWrong || !has("causal-shorter"));
  const offset = isCausal && !isTopLeft ? m - n : 0;
  const d = pick(random, HEAD_SIZES);
  const drawnWidth = random() < 0.8 ? d : pick(random, HEAD_SIZES);
  const dv = has("same-width") ? d : has("other-width") && drawnWidth === d ? 2 * d : drawnWidth;
  const [heads, groups] = has("groups")
    ? pick(
        random,
        [
          [4, 2],
          [6, 2],
          [4, 1],
          [8, 2],
        ].filter(([, g]) => !isWrong || g > 1),
      )
    : has("heads", "alibi")
      ? [4, 4]
      : [1, 1];
  const size = has("large") ? 8 : has("saturated") ? 3 : 1;
  const stored = (value: number) => roundTo(FLOAT_TYPES[type === "tf32" ? "float32" : type], value);
  const draw = (count: number, rows: number, cols: number, by: number) =>
    Array.from({ length: count }, () => createMatrix(rows, cols, () => stored(by * normal(random))));
  const query = draw(heads, n, d, size);
  const key = draw(groups, m, d, 1);
  const value = draw(groups, m, dv, 1).map((one) =>
    mapCells(one, (v) => stored(v + (random() < 0.3 ? 0.5 : 0))),
  );
  const options: string[] = [];
  const besides: Record<string, DumpedArray> = {};
  let allows = (_i: number, _j: number): boolean => true;
  const also = (rule: typeof allows) => {
    const before = allows;
    allows = (i, j) => before(i, j) && rule(i, j);
  };
  if (isCausal) {
    options.push("--causal");
    if (n !== m) options.push("--align", isTopLeft ? "top-left" : "bottom-right");
    also((i, j) => j <= i + offset);
  }
  if (has("window")) {
    const width = Math.max(1, Math.floor(m * (0.1 + 0.4 * random())));
    options.push("--window", String(width));
    also((i, j) => j > i + offset - width);
  }
  if (has("padding")) {
    const length = Math.max(1, Math.floor(m * (0.4 + 0.5 * random())));
    options.push("--key-length", String(length));
    also((_, j) => j < length);
  }
  if (has("random-mask")) {
    // Some rows may attend to no key.
    const open = createMatrix(n, m, () => (random() < 0.6 ? 1 : 0));
    if (random() < 0.3 || has("empty")) open.data.fill(0, 0, m);
    // A mask of zeros alone would be read as one that is added to the scores, and change nothing.
    if (!open.data.includes(1)) open.data[open.data.length - 1] = 1;
    besides.mask = { shape: [n, m], data: open.data, type: "float32" };
    also((i, j) => open.data[i * m + j] === 1);
  }
  const scale = has("scale") ? Number((0.5 * random() + 0.05).toFixed(3)) : 1 / Math.sqrt(d);
  if (has("scale")) options.push("--scale", String(scale));
  const softcap = has("softcap") ? pick(random, isWrong ? [1, 2] : [5, 20, 50]) : undefined;
  if (softcap !== undefined) options.push("--softcap", String(softcap));
  const rope: Rope | undefined = has("rope")
    ? { pairs: pick(random, ["interleaved", "half-split"] as const), base: 10_000 }
    : undefined;
  if (rope) options.push("--rope", rope.pairs);
  const given = { query, key, value };
  const turned = (matrices: readonly Matrix[], by: number) =>
    rope ? matrices.map((one) => mapCells(turn(one, rope, by), stored)) : matrices;
  const slopes = Array.from({ length: heads }, (_, h) => 2 ** ((-8 * (h + 1)) / heads));
  const bias = has("alibi")
    ? slopes.map((slope) => alibiBias(slope, n, m))
    : has("bias")
      ? Array.from({ length: heads }, () => createMatrix(n, m, () => stored(normal(random)))).fill(
          createMatrix(n, m, () => stored(normal(random))),
        )
      : undefined;
  if (has("alibi")) options.push("--alibi");
  else if (bias)
    besides.bias = { shape: [n, m], data: bias[0].data, type: type === "tf32" ? "float32" : type };
  const problem: KernelProblem = {
    ...{ query: turned(query, offset), key: turned(key, 0), value, scale, allows },
    ...(softcap !== undefined && { softcap }),
    ...(bias && { bias }),
    ...(rope && { turned: { query, key, rope, offset } }),
  };
  return { problem, options, given, besides };
}

/** Joins the matrices of heads into one array; a matrix if there is one head. */
function arrayOf(matrices: readonly Matrix[], type: FloatName, isAlone: boolean): DumpedArray {
  const [{ rows, cols }] = matrices;
  const data = Float64Array.from(matrices.flatMap((one) => Array.from(one.data)));
  return { shape: isAlone ? [rows, cols] : [matrices.length, rows, cols], data, type };
}

/** Prints numbers as people do, with this many significant digits. */
function textOf({ shape, data }: DumpedArray, digits: number): string {
  const spell = (value: number) =>
    Number.isFinite(value) ? value.toPrecision(digits) : String(value).replace("Infinity", "inf");
  const cols = shape[shape.length - 1];
  const lines = Array.from({ length: data.length / cols }, (_, row) =>
    Array.from(data.subarray(row * cols, (row + 1) * cols), spell).join(","),
  );
  return `${lines.join("\n")}\n`;
}

/** A mistake is visible if it is this many times farther off than a right kernel. */
const VISIBLE = 8;

/** Draws one dump by its seed. */
export function drawCase(seed: number, named?: NamedBug, most = 512): KernelCase {
  const random = createRandom(seed);
  const needs: readonly Need[] = named ? [...named.needs, "bug"] : drawNeeds(random);
  const has = (name: Need) => needs.includes(name);
  const usable = TYPES.filter((type) => {
    if (has("short")) return type === "float16" || type === "bfloat16";
    if (has("double")) return type === "float64";
    if (has("fine")) return type === "float64" || type === "float32";
    return !(named?.id === "inputs-rounded" && type === "bfloat16");
  });
  const type = pick(random, usable);
  const isTiled = has("tiles") || random() < 0.5;
  const tile = isTiled && named?.bug.weights === undefined ? pick(random, [16, 32, 64]) : 0;
  const drawn = drawProblem(random, needs, type, tile, most);
  const { problem, given } = drawn;
  const roundsScores = (type === "float16" || type === "bfloat16") && random() < 0.3;
  const keepsFloat32 = random() < 0.1 && type !== "float64";
  const kept = type === "tf32" || keepsFloat32 ? "float32" : type;
  const machine: Machine = { compute: type, stored: kept, tile, roundsScores };
  const dump = runKernel(problem, machine, named?.bug);
  const hasHeads =
    problem.query.length > 1 || drawn.options.some((one) => one === "--alibi" || one === "--rope");
  const isAlone = problem.query.length === 1;
  const forms = problem.query.length > 1 ? FORMS.filter((form) => form !== "text") : FORMS;
  const form = pick(random, forms);
  const inputs = Object.fromEntries(
    Object.entries(given).map(([name, heads]) => [
      name,
      arrayOf(heads, type === "tf32" ? "float32" : type, isAlone),
    ]),
  );
  const output = arrayOf(dump.output, kept, isAlone);
  const lse = arrayOf(dump.logSumExp, kept === "float64" ? "float64" : "float32", isAlone);
  const hasLse = named?.isOfLogSumExp === true || (!named && random() < 0.4);
  const logSumExp = { ...lse, shape: lse.shape.slice(0, -1) };
  const answers = { output, ...(hasLse && { lse: logSumExp }) };
  const isBlank = dump.output.some(({ data }) => data.some(Number.isNaN)) && !named;
  const options = [
    ...drawn.options,
    ...(isBlank ? ["--empty-row", "nan"] : []),
    ...(type === "tf32" ? ["--dtype", "tf32"] : form === "text" ? ["--dtype", type] : []),
  ];
  const written = writeFiles(form, { ...inputs, ...drawn.besides }, answers, random);
  const command = hasHeads ? "multihead" : "attend";
  const heads = hasHeads && problem.query.length === 1 ? ["--heads", "1"] : [];
  return {
    name: `${seed} ${named?.id ?? "right"} ${type} ${form} ${problem.query.length}×${problem.query[0].rows}×${problem.key[0].rows} ${options.join(" ")} tile ${tile}`,
    argv: [command, ...written.argv, ...heads, ...options],
    files: written.files,
    ...(named && { id: named.id }),
    isVisible: !named || isVisible(problem, machine, named),
    ...(named && { ofKeys: { problem, machine, bug: named.bug, output: dump.output } }),
  };
}

function writeFiles(
  form: (typeof FORMS)[number],
  inputs: Readonly<Record<string, DumpedArray>>,
  answers: Readonly<Record<string, DumpedArray>>,
  random: Random,
): { readonly argv: readonly string[]; readonly files: Record<string, string | Uint8Array> } {
  if (form === "npy" || form === "text") {
    const ending = form === "npy" ? "npy" : "csv";
    // Inputs are written exactly, answers as they are printed.
    const digits = pick(random, [6, 7, 8, 9, 17]);
    const write = (array: DumpedArray, isAnswer: boolean) =>
      form === "npy" ? npyOf(array) : textOf(array, isAnswer ? digits : 17);
    const files = Object.fromEntries([
      ...Object.entries(inputs).map(([name, array]) => [`${name}.${ending}`, write(array, false)]),
      ...Object.entries(answers).map(([name, array]) => [`${name}.${ending}`, write(rowShape(array), true)]),
    ]);
    return {
      argv: [
        ...Object.keys(inputs).map((name) => `${name}.${ending}`),
        "--check",
        ...Object.keys(answers).map((name) => `${name}=${name}.${ending}`),
      ],
      files,
    };
  }
  const writers = { npz: npzOf, safetensors: safetensorsOf, pt: ptOf };
  const file = `dump.${form}`;
  return { argv: [file, "--check"], files: { [file]: writers[form]({ ...inputs, ...answers }) } };
}

/** A list is one row. */
const rowShape = (array: DumpedArray): DumpedArray =>
  array.shape.length === 1 ? { ...array, shape: [1, array.shape[0]] } : array;

/** Whether exact arithmetic with the mistake is much farther from the right output than rounding. */
function isVisible(problem: KernelProblem, machine: Machine, { bug, id, isOfLogSumExp }: NamedBug): boolean {
  const part = isOfLogSumExp ? "logSumExp" : "output";
  const exact: Machine = { compute: "float64", stored: "float64", tile: machine.tile };
  const right = runKernel(problem, exact)[part];
  const isOfPrecision = id.startsWith("precision") || id === "accumulated-short";
  const wrong = runKernel(problem, isOfPrecision ? machine : exact, bug)[part];
  const usual = runKernel(problem, machine)[part];
  const offOf = (made: readonly Matrix[]) => {
    let most = 0;
    for (const [head, one] of made.entries()) {
      for (const [at, value] of one.data.entries()) {
        const off = Math.abs(value - right[head].data[at]);
        if (Object.is(value, right[head].data[at])) continue;
        most = Math.max(most, Number.isNaN(off) ? (Number.isNaN(right[head].data[at]) ? 0 : Infinity) : off);
      }
    }
    return most;
  };
  return offOf(wrong) > VISIBLE * Math.max(offOf(usual), 1e-15);
}

export interface Verdict {
  readonly exitCode: number;
  readonly verdict: string;
  /** The mistakes that are named, including ties. */
  readonly named: readonly string[];
  readonly stderr: string;
  /** Rows whose keys were found, of those that were examined. */
  readonly keys?: { readonly seen: string; readonly rows: number; readonly of: number };
}

/** The verdict of a whole run on a dump. */
export async function judgeCase({ argv, files }: KernelCase): Promise<Verdict> {
  const { exitCode, stdout, stderr } = await runCli([...argv, "--json", "--quiet"], { given: files });
  if (exitCode === 2) return { exitCode, verdict: "refused", named: [], stderr };
  const { check } = JSON.parse(stdout);
  return {
    exitCode,
    verdict: check.verdict,
    named: check.diagnosis.map(({ mistake }: { mistake: string }) => mistake),
    stderr,
    keys: check.steps.find((step: { keysUsed?: object }) => step.keysUsed)?.keysUsed,
  };
}

/** The rows of a wrong dump that used another range of keys, and for how many of them the range was found. */
export interface KeysRead {
  readonly rows: number;
  readonly exact: number;
  /** Up to one key at either end, which may have no weight. */
  readonly near: number;
}

/** Whether a bug is one of masks or tiles only. */
export const isOfKeys = (bug: Bug): boolean =>
  Object.keys(bug).every((part) => ["name", "problem", "tiles"].includes(part));

/** Finds the keys of every row that a bug gave another range: bugs of masks and of tiles. */
export function readKeysOf({ ofKeys }: KernelCase): KeysRead {
  let [rows, exact, near] = [0, 0, 0];
  if (!ofKeys) return { rows, exact, near };
  const { problem, machine, bug, output } = ofKeys;
  const other = bug.problem?.(problem) ?? problem;
  const kept = ["query", "key", "value", "scale", "softcap", "bias", "turned"] as const;
  if (!isOfKeys(bug) || kept.some((part) => other[part] !== problem[part])) return { rows, exact, near };
  const rounding = { ...machine, roundsInputs: false, roundsScores: machine.roundsScores ?? false };
  for (const [head, task] of tasksOfProblem(problem).entries()) {
    const { cols } = task.value;
    const means = new Float64Array(cols).fill(1);
    for (let row = 0; row < task.query.rows; row++) {
      const used = rangeIn(keysIn(other, machine, bug, row));
      const right = rangeIn(keysIn(problem, machine, { name: "none" }, row));
      if (!used || (right && used.low === right.low && used.high === right.high)) continue;
      const got = output[head].data.subarray(row * cols, (row + 1) * cols);
      if (!isRowOff(task, row, got, rounding, means)) continue;
      rows++;
      const { seen } = readKeysOfRow(task, row, got, rounding, means);
      if (!seen) continue;
      const off = [Math.abs(seen.low - used.low), Math.abs(seen.high - used.high)];
      if (Math.max(...off) === 0) exact++;
      if (Math.max(...off) <= 1) near++;
    }
  }
  return { rows, exact, near };
}

/** The attention of each head, as the judging code gets it. */
function tasksOfProblem({ query, key, value, scale, softcap, bias, allows }: KernelProblem): readonly Task[] {
  const [{ rows }, { rows: keys }] = [query[0], key[0]];
  const blocked: BlockedKeys = {
    ...{ rows, cols: keys, numRuled: keys },
    low: new Float64Array(rows),
    high: new Float64Array(rows).fill(keys),
    cells: {
      ...{ rows, cols: keys },
      data: Uint8Array.from({ length: rows * keys }, (_, at) =>
        allows(Math.floor(at / keys), at % keys) ? 0 : 1,
      ),
    },
  };
  return query.map((own, head) => {
    const from = Math.floor((head * key.length) / query.length);
    const matrices = { query: own, key: key[from], value: value[from], bias: bias?.[head] };
    return { scope: "", head, ...matrices, scale, softcap, blocked, emptyRow: "zero", isProjected: false };
  });
}

/** The keys that a row uses, each as often as it counts. */
function keysIn(problem: KernelProblem, { tile }: Machine, bug: Bug, row: number): readonly number[] {
  const numKeys = problem.key[0].rows;
  const size = tile === 0 ? numKeys : tile;
  const usual = Array.from(
    { length: Math.ceil(numKeys / size) },
    (_, at) => [at * size, Math.min(numKeys, (at + 1) * size)] as const,
  );
  return (bug.tiles?.(usual, row) ?? usual)
    .flatMap(([first, last]) => Array.from({ length: last - first }, (_, at) => first + at))
    .filter((key) => problem.allows(row, key))
    .sort((a, b) => a - b);
}

/** Consecutive keys, each once. */
function rangeIn(keys: readonly number[]): KeyRange | undefined {
  const [low] = keys;
  return low !== undefined && keys.every((key, at) => key === low + at)
    ? { low, high: low + keys.length }
    : undefined;
}

/** Whether a row is off by more than rounding. Other rows are not examined. */
function isRowOff(
  task: Task,
  row: number,
  got: Float64Array,
  rounding: RoundingModel,
  means: Float64Array,
): boolean {
  const right = makeRow(task, row);
  if (!right) return true;
  const variance = varianceOfRow(right, means, rounding, task.query.cols);
  return right.output.some((value, c) => isOff(unitOf(got[c], value, variance[c])));
}

export { KERNEL_BUGS };
