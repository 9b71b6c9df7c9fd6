import { setting } from "../errors.js";
import type { BlockedKeys } from "../math/blocked.js";
import { type Matrix, shapeText } from "../math/matrix.js";
import { blocked } from "../trace/arrays.js";
import { interpret } from "../trace/interpret.js";
import { findStep, type Step, type Trace } from "../trace/trace.js";
import { applyOp } from "./apply-op.js";
import { type FoundAttention, findAttentions } from "./attentions.js";
import { findHeads, type GroupedHeads } from "./heads.js";
import { createNames, type Names } from "./names.js";
import { createPreamble, type Spelling } from "./preamble.js";
import { atom, type Library, pythonArrays } from "./python.js";
import { commentText, pythonString } from "./python-text.js";
import { ROUNDED_TOLERANCE, type Rounding, roundedSteps, roundingLines } from "./rounding.js";
import { comparisonLines, conventionLines, type Line, stepLines } from "./sections.js";
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
