import { setting } from "../errors.js";
import type { BlockedKeys } from "../math/blocked.js";
import { type Matrix, type Shape, shapeText } from "../math/matrix.js";
import { add, blocked, zeros } from "../trace/arrays.js";
import { type Interpreter, interpret } from "../trace/interpret.js";
import {
  findStep,
  keysOfResult,
  matrixOf,
  type Step,
  scopeText,
  shapeOf,
  type Trace,
} from "../trace/trace.js";
import { type FoundAttention, findAttentions, findHeads, type GroupedHeads } from "./attentions.js";
import { commentText, createNames, type Names, pythonString } from "./names.js";
import { applyOp, createPreamble, type Preamble, type Spelling } from "./preamble.js";
import { atom, type Code, type Library, pythonArrays } from "./python.js";
import { toleranceOf } from "./tolerance.js";

/** A run in another language: a script, and the numbers for a file beside it. */
interface Emitted<Text = string> {
  readonly text: Text;
  readonly storedTables: ReadonlyMap<string, Matrix>;
  /** How many numbers the script itself contains. */
  readonly inlineNumbers: number;
}

interface EmitOptions {
  /** The file of numbers beside the script. Without it, all numbers are in the script. */
  readonly numbersFile?: string | undefined;
  /** What each step was rounded to, if the run used a machine's arithmetic. */
  readonly rounding?: Rounding | undefined;
  /** Whether the script also computes the run on several processes or devices. */
  readonly isParallel?: boolean | undefined;
}

/** A language, or one of its libraries, that a run can be written in. */
export interface Dialect<Text = string> {
  readonly name: string;
  emit(trace: Trace, options: EmitOptions): Emitted<Text>;
}

/** The tools for writing a library's own calls. */
export interface CallContext {
  readonly trace: Trace;
  nameOf(key: string): string;
  /** Returns a new name that nothing else has. */
  fresh(wanted: string): string;
  /** Returns the name of the scale. */
  scaleName(scale: number): string;
  /** Returns the code of a mask, true where a query may not attend. */
  blockedName(keys: BlockedKeys): string;
  /** Returns the code that computes a step. */
  codeOf(step: Step): string;
}

/** The gradient with respect to one input: its key, its name, and the name of its gradient. */
interface InputGradient {
  readonly key: string;
  readonly name: string;
  readonly gradient: string;
}

/** The parts of a script that compute the same run on several processes or devices. */
interface ParallelParts {
  /** Lines before everything else: imports, processes, meshes. */
  readonly before: readonly string[];
  /** Lines after the steps. Each part is asserted equal to them. */
  readonly after: readonly string[];
  /** Lines after the last line. */
  readonly end?: readonly string[];
}

/** Writes the library's own attention beside the steps, asserted equal, or why there is none. */
export type WriteCalls = (
  found: readonly FoundAttention[],
  heads: readonly GroupedHeads[],
  context: CallContext,
) => readonly string[];

/**
 * Writes the same run for several processes or devices. `result` is the output of the run, with the lines that it
 * needs.
 */
export type WriteParallel = (
  ...parts: [...Parameters<WriteCalls>, result: ReturnType<typeof resultOf>]
) => ParallelParts;

/** What a Python array library needs for its scripts, apart from what all share. */
interface PythonDialect extends Omit<Spelling, "number"> {
  readonly name: string;
  readonly library: Library;
  readonly imports: string;
  readonly setUp: string;
  toNumpy(name: string): string;
  fromNumpy(name: string): string;
  readonly calls?: WriteCalls;
  readonly parallel?: WriteParallel;
  /** Writes the gradients as the library itself computes them. */
  differentiate?(asked: {
    readonly output: string;
    readonly upstream: string;
    readonly gradients: readonly InputGradient[];
    readonly forward: readonly string[];
  }): { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** Returns the dialect of a Python library. */
export function pythonDialect(dialect: PythonDialect): Dialect {
  return {
    name: dialect.name,
    emit: (trace, options) => emitPython(dialect, trace, options),
  };
}

function emitPython(dialect: PythonDialect, trace: Trace, options: EmitOptions): Emitted {
  const { library } = dialect;
  const { rounding } = options;
  const names = createNames();
  const hasFileBeside = options.numbersFile !== undefined;
  const preamble = createPreamble(names, { ...dialect, number: library.number }, hasFileBeside);
  const arrays = pythonArrays(library, preamble);
  const given = trace.inputs.map(({ name, matrix, axes }) => {
    const own = names.of(name);
    const numbers = { rows: matrix.rows, cols: matrix.cols, data: matrix.data };
    const axesText = axes.map((axis) => commentText(axis.name)).join(" × ");
    return `${own} = ${preamble.table(numbers, own)}  # ${shapeText(matrix)}, ${axesText}`;
  });
  const { keep, arraysFor } = roundedSteps(rounding, preamble, arrays, trace);
  const codeOf = (step: Step): string =>
    keep(
      step,
      applyOp(trace, step, arraysFor(step), (key) => atom(names.of(key))),
    ).text;
  const lines = trace.steps.map((step) => ({ step, line: `${names.of(step.key)} = ${codeOf(step)}` }));
  const context: CallContext = {
    trace,
    nameOf: names.of,
    fresh: names.fresh,
    codeOf,
    scaleName: (scale) => (scale === 1 ? "1.0" : preamble.constant("SCALE", scale, "a multiplier")),
    blockedName: (keys) => interpret(blocked(keys), arrays, []).text,
  };
  const [found, groups] = [findAttentions(trace), findHeads(trace)];
  const calls = rounding ? roundedCalls(dialect, rounding) : (dialect.calls?.(found, groups, context) ?? []);
  const differentiated = differentiate(dialect, trace, names, lines, rounding);
  const parallel = options.isParallel
    ? dialect.parallel?.(found, groups, context, resultOf(trace, lines))
    : undefined;
  const compared = comparisonLines(trace, names, preamble);
  const tolerance = toleranceOf(trace);
  const { value, reason } =
    rounding && tolerance.value < ROUNDED_TOLERANCE
      ? { value: ROUNDED_TOLERANCE, reason: "a number halfway between two float32 may round either way" }
      : tolerance;

  const sections: readonly (readonly string[])[] = [
    [`"""${trace.command} in ${dialect.name}, step by step, as qkv computed it."""`],
    parallel?.before ?? [],
    [dialect.imports],
    [dialect.setUp],
    conventionLines(trace, rounding),
    preamble.storedTables.size > 0
      ? [
          `from pathlib import Path

numbers = np.load(Path(__file__).with_name(${pythonString(options.numbersFile ?? "")}))`,
        ]
      : [],
    [
      `TOLERANCE = ${value}  # ${reason}

def check(name, found, expected, tolerance=TOLERANCE):
    np.testing.assert_allclose(${dialect.toNumpy("found")}, ${dialect.toNumpy("expected")}, rtol=tolerance, atol=tolerance, err_msg=name)`,
    ],
    rounding ? [roundingLines(dialect)] : [],
    given.length > 0 ? ["# Inputs.", ...given, ...differentiated.before] : [],
    preamble.lines.length > 0 ? ["# Constants of the conventions and of the sizes.", ...preamble.lines] : [],
    stepLines(lines),
    calls,
    differentiated.after,
    compared,
    parallel?.after ?? [],
    [`print("${trace.command}: all results agree with qkv's")`, ...(parallel?.end ?? [])],
  ];
  const text = sections
    .filter((section) => section.length > 0)
    .map((section) => `${section.join("\n")}\n`)
    .join("\n");
  return { text, storedTables: preamble.storedTables, inlineNumbers: preamble.inlineNumbers() };
}

const roundedCalls = ({ name }: PythonDialect, rounding: Rounding): readonly string[] => [
  `# No call of ${name} here: ${setting("dtype")} ${rounding.name} rounds each step, and a library call rounds at other places.`,
];

/** Returns the output of a run, with the lines that it needs. */
function resultOf(trace: Trace, lines: readonly Line[]) {
  const { attentional, output, logits } = trace.results;
  const key = [attentional, output, logits].find((keys) => typeof keys === "string");
  return key === undefined ? undefined : { key, lines: linesTo(key, lines) };
}

/** Returns the lines that a step needs, ending with its own. */
export function linesTo(key: string, lines: readonly Line[]): readonly Line[] {
  const needed = new Set([key]);
  for (const { step } of lines.toReversed())
    if (needed.has(step.key)) for (const input of step.inputs) needed.add(input);
  return lines.filter(({ step }) => needed.has(step.key));
}

/** Writes the library's own gradients with respect to the inputs, compared with the recorded ones. */
function differentiate(
  dialect: PythonDialect,
  trace: Trace,
  names: Names,
  lines: readonly Line[],
  rounding: Rounding | undefined,
) {
  const none = { before: [], after: [] };
  const recorded = trace.results.gradients;
  const result = resultOf(trace, lines);
  if (!recorded || typeof recorded !== "object" || !result) return none;
  const of = findStep(trace, result.key);
  const upstream = trace.steps.find(({ id, scope }) => id === `d-${of?.id}` && scope === of?.scope);
  const gradients = Object.entries(recorded).flatMap(([key, gradient]) =>
    typeof gradient === "string" ? [{ key, name: names.of(key), gradient: names.of(gradient) }] : [],
  );
  if (!of || !upstream || gradients.length === 0) return none;
  if (!dialect.differentiate || rounding) {
    const reason = rounding ? "rounding has no gradient" : "the steps above compute them";
    return { ...none, after: [`# No gradients by ${dialect.name} itself here: ${reason}.`] };
  }
  const forward = result.lines.map(({ line }) => line);
  const asked = { output: names.of(of.key), upstream: names.of(upstream.key), gradients, forward };
  const { before, after } = dialect.differentiate(asked);
  return { before, after: ["# The gradients again, by the library's autograd.", ...after] };
}

// Parts of a script that are the same for every library.

/** Results with more numbers than this are not compared. */
const MOST_COMPARED = 1_000_000;

/** A step with its line of code. */
interface Line {
  readonly step: Step;
  readonly line: string;
}

/** Writes one line per step, with its formula. Each scope begins with its name. */
function stepLines(lines: readonly Line[]): readonly string[] {
  let scope: string | undefined;
  return lines.flatMap(({ step, line }) => {
    const own = scopeText(step.scope);
    const opens =
      own === scope ? [] : [...(scope === undefined ? [] : [""]), `# ${own || topLevelTitle(scope)}`];
    scope = own;
    return [...opens, `${line}  # ${commentText(step.formula)}; ${shapeText(step.shape)}`];
  });
}

const topLevelTitle = (before: string | undefined) => (before === undefined ? "Steps." : "Top level.");

/** Lists the conventions in force by name. */
function conventionLines(
  { conventions, inputs, steps }: Trace,
  rounding: Rounding | undefined,
): readonly string[] {
  const axes = new Set([...inputs, ...steps].flatMap((one) => one.axes.map((axis) => axis.name)));
  return [
    "# Conventions in force (axes of every array: rows × columns).",
    ...conventions.map(
      ({ name, value, text }) =>
        `#   ${name}: ${commentText(String(value))}${text ? ` (${commentText(text)})` : ""}`,
    ),
    `#   mask: true = may NOT attend in this script; positions and heads count from 0`,
    `#   dtype: float64${rounding ? `, each step rounded to ${rounding.name} as a machine stores it` : ""}; a row that may attend to no key has the sum 0`,
    `#   axes: ${[...axes].map(commentText).join(", ")}`,
  ];
}

/** Writes comparisons of the script's results with qkv's. */
function comparisonLines(trace: Trace, names: Names, preamble: Preamble): readonly string[] {
  const keys = [...new Set(keysOfResult(trace.results))];
  const lines = keys.map((key) => {
    const { rows, cols } = shapeOf(trace, key);
    const name = names.of(key);
    if (rows * cols > MOST_COMPARED || findStep(trace, key)?.isKept === false) {
      return `# ${name} has ${rows * cols} numbers, too many to compare here.`;
    }
    return `check(${pythonString(key)}, ${name}, ${preamble.table(matrixOf(trace, key), `expected-${name}`)})`;
  });
  return lines.length === 0 ? [] : ["# qkv's results.", ...lines];
}

/** A binary number type: its bits, its least exponent, its largest number. */
interface StoredType {
  readonly name: string;
  readonly precision: number;
  readonly leastExponent: number;
  readonly largest: number;
}

/** The type that each step of a run is rounded to, as a machine stores it. float64 is not rounded. */
export interface Rounding {
  readonly name: string;
  of(step: Step): StoredType;
  /** The type that the factors of products are rounded to, if it differs from the type in which they are stored. */
  readonly ofFactors: StoredType | undefined;
}

/**
 * The tolerance for steps in float32. A number that lies almost halfway between two float32 may be rounded either way,
 * because of float64 errors.
 */
const ROUNDED_TOLERANCE = 4 * 2 ** -24;

/**
 * Returns the NumPy functions that round, and that add in float32. `toNumpy` converts an argument from the library,
 * `fromNumpy` converts a result back.
 */
function roundingLines({
  toNumpy,
  fromNumpy,
}: {
  toNumpy(name: string): string;
  fromNumpy(name: string): string;
}): string {
  return `def rounded(a, bits, least_exponent, largest):
    """Rounds to a type: halves to even, infinite above its largest number."""
    a = np.asarray(${toNumpy("a")}, dtype=np.float64)
    with np.errstate(all='ignore'):
        unit = np.ldexp(1.0, np.maximum(np.frexp(a)[1] - 1, least_exponent) - bits + 1)
        near = np.where(np.isfinite(a), np.round(a / unit) * unit, a)
    near = np.where(np.abs(near) > largest, np.copysign(np.inf, near), near)
    return ${fromNumpy("near")}

def summed(a, b):
    """Returns A·B in float32. Rounds every product and every partial sum, in order."""
    a, b = (np.asarray(x, dtype=np.float32) for x in (${toNumpy("a")}, ${toNumpy("b")}))
    total = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)
    with np.errstate(all='ignore'):
        for k in range(len(b)):
            total = total + a[:, k : k + 1] * b[k : k + 1]
    return ${fromNumpy("total.astype(np.float64)")}`;
}

/**
 * Returns how steps are written under a rounding; without one, as usual. `keep` rounds the code of a step to the type in
 * which it is stored, and `arraysFor` returns the interpreter that writes it. Types are constants of the script: FLOAT32 =
 * (24, -126, 3.4028234663852886e+38).
 */
function roundedSteps(
  rounding: Rounding | undefined,
  preamble: Preamble,
  arrays: Interpreter<Code>,
  trace: Trace,
) {
  if (!rounding) return { keep: (_: Step, code: Code) => code, arraysFor: () => arrays };
  const inType = (code: Code, type: StoredType | undefined): Code => {
    if (type === undefined || type.name === "float64") return code;
    const numbers = `(${type.precision}, ${type.leastExponent}, ${type.largest})`;
    const name = preamble.define(
      type.name.toUpperCase(),
      numbers,
      "bits of precision, least exponent, largest number",
    );
    return atom(`rounded(${code.text}, *${name})`);
  };
  const asFactor = (code: Code) => inType(code, rounding.ofFactors);
  return {
    keep: (step: Step, code: Code) => inType(code, rounding.of(step)),
    arraysFor: ({ op, inputs }: Step) =>
      op.computeInFloat32 ? summingArrays(arrays, shapeOf(trace, inputs[0]), asFactor) : arrays,
  };
}

/** Returns array words whose sums are float32. A sum over an axis becomes a product with ones. */
function summingArrays(
  arrays: Interpreter<Code>,
  { rows, cols }: Shape,
  asFactor: (code: Code) => Code,
): Interpreter<Code> {
  const summed = (a: Code, b: Code) => atom(`summed(${a.text}, ${b.text})`);
  const ones = (shape: Shape) => interpret(add(zeros(shape), 1), arrays, []);
  return {
    ...arrays,
    matmul: (a, b) => summed(asFactor(a), asFactor(b)),
    sum: (a, axis) =>
      axis === 1 ? summed(a, ones({ rows: cols, cols: 1 })) : summed(ones({ rows: 1, cols: rows }), a),
  };
}
