import type { BlockedKeys } from "../math/blocked.js";
import type { Matrix } from "../math/matrix.js";
import { scopeText } from "../trace/scope.js";
import { findStep, matrixOf, type ResultKeys, type Step, shapeOf, type Trace } from "../trace/trace.js";
import { type FoundAttention, findAttentions } from "./attentions.js";
import { createHead, type Head } from "./head.js";
import { createNames, type Names } from "./names.js";
import { type Library, pythonArrays } from "./python.js";
import { applyRule } from "./rules/registry.js";
import { toleranceOf } from "./tolerance.js";

/** What a run is written as: a script, and the numbers that stand in a file beside it. */
export interface Emitted<Text = string> {
  readonly text: Text;
  readonly beside: ReadonlyMap<string, Matrix>;
  /** How many numbers the script itself holds. */
  readonly written: number;
}

export interface EmitOptions {
  /** The file of numbers beside the script; absent: all numbers stand in the script. */
  readonly numbersFile?: string | undefined;
  /** The command line that made the run, for the first line of the script. */
  readonly madeBy?: string | undefined;
}

/** A language, or a library of one, that a run is written in. */
export interface Dialect<Text = string> {
  readonly name: string;
  readonly ending: string;
  emit(trace: Trace, options: EmitOptions): Emitted<Text>;
}

/** What a library's own calls are written with. */
export interface CallContext {
  readonly trace: Trace;
  readonly head: Head;
  nameOf(key: string): string;
  /** The scale under its name. */
  scaleName(scale: number): string;
  /** A mask as code, true where a query may not attend. */
  blockedName(keys: BlockedKeys): string;
}

/** A gradient by something given: of what, and what it is called here. */
export interface GradientBy {
  readonly key: string;
  readonly name: string;
  readonly gradient: string;
}

/** An array library of Python, as far as its scripts differ from those of others. */
export interface PythonDialect {
  readonly name: string;
  readonly library: Library;
  readonly imports: readonly string[];
  table(rows: string): string;
  flags(rows: string): string;
  stored(name: string, isFlags: boolean): string;
  readonly setUp: readonly string[];
  toNumpy(name: string): string;
  /** The library's own attention beside the steps, asserted equal, or what is in its way. */
  calls?(found: readonly FoundAttention[], context: CallContext): readonly string[];
  /** The gradients as the library finds them itself. */
  differentiate?(asked: {
    readonly output: string;
    readonly upstream: string;
    readonly by: readonly GradientBy[];
    readonly forward: readonly string[];
  }): { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** Results with more numbers are not compared one by one. */
const MOST_COMPARED = 1_000_000;

/** The scripts of one library of Python. */
export function pythonDialect(dialect: PythonDialect): Dialect {
  return {
    name: dialect.name,
    ending: ".py",
    emit: (trace, options) => emitPython(dialect, trace, options),
  };
}

function emitPython(dialect: PythonDialect, trace: Trace, options: EmitOptions): Emitted {
  const { library } = dialect;
  const names = createNames();
  const hasFileBeside = options.numbersFile !== undefined;
  const spelling = { ...dialect, number: library.number };
  const head = createHead(names, spelling, hasFileBeside);
  const arrays = pythonArrays(library, head);

  const given = trace.inputs.map(({ name, matrix, axes }) => {
    const own = names.of(name);
    const numbers = { rows: matrix.rows, cols: matrix.cols, data: matrix.data };
    return `${own} = ${head.table(numbers, own)}  # ${shapeText(matrix)}, ${axes.map((axis) => axis.name).join(" × ")}`;
  });
  const lines = trace.steps.map((step) => {
    const inputs = step.inputs.map((key) => ({
      array: { text: names.of(key), level: 6 },
      shape: shapeOf(trace, key),
    }));
    return { step, line: `${names.of(step.key)} = ${applyRule(step, arrays, inputs).text}` };
  });
  const blockedName: CallContext["blockedName"] = (keys) => arrays.blocked(keys).text;
  const scaleName = (scale: number) => (scale === 1 ? "1.0" : head.constant("SCALE", scale, "a multiplier"));
  const context: CallContext = { trace, head, nameOf: names.of, scaleName, blockedName };
  const calls = dialect.calls?.(findAttentions(trace), context) ?? [];
  const differentiated = differentiate(dialect, trace, names, lines);
  const compared = compare(trace, names, head);
  const { value: tolerance, reason } = toleranceOf(trace);

  const sections: readonly (readonly string[])[] = [
    [
      `"""${trace.command} in ${dialect.name}, step by step, as qkv worked it${options.madeBy ? `:\n\n    ${options.madeBy.replaceAll("\\", "\\\\").replaceAll('"""', "'''")}\n` : "."}"""`,
    ],
    dialect.imports,
    dialect.setUp,
    conventionLines(trace),
    head.beside.size > 0
      ? [
          "from pathlib import Path",
          "",
          `numbers = np.load(Path(__file__).with_name("${options.numbersFile}"))`,
        ]
      : [],
    [
      `TOLERANCE = ${tolerance}  # ${reason}`,
      "",
      "def check(name, found, expected):",
      `    np.testing.assert_allclose(${dialect.toNumpy("found")}, ${dialect.toNumpy("expected")}, rtol=TOLERANCE, atol=TOLERANCE, err_msg=name)`,
    ],
    given.length > 0 ? ["# What was given.", ...given, ...differentiated.before] : [],
    head.lines.length > 0
      ? ["# Conventions as numbers, and what follows from sizes alone.", ...head.lines]
      : [],
    stepLines(lines),
    calls,
    differentiated.after,
    compared,
    [`print("${trace.command}: every result is as qkv found it")`],
  ];
  const text = sections
    .filter((section) => section.length > 0)
    .map((section) => `${section.join("\n")}\n`)
    .join("\n");
  return { text, beside: head.beside, written: head.written() };
}

interface Line {
  readonly step: Step;
  readonly line: string;
}

/** One line a step, with its formula; scopes under their names. */
function stepLines(lines: readonly Line[]): readonly string[] {
  let scope: string | undefined;
  return lines.flatMap(({ step, line }) => {
    const own = scopeText(step.scope);
    const opens = own === scope ? [] : [...(scope === undefined ? [] : [""]), `# ${own || trunk(scope)}`];
    scope = own;
    return [...opens, `${line}  # ${comment(step.formula)}; ${shapeText(step.shape)}`];
  });
}

const trunk = (before: string | undefined) => (before === undefined ? "The steps." : "The whole.");

const comment = (text: string) => text.replaceAll(/\s+/g, " ");

const shapeText = ({ rows, cols }: { readonly rows: number; readonly cols: number }) => `${rows}×${cols}`;

/** The conventions in force, each by its name. */
function conventionLines({ conventions, inputs, steps }: Trace): readonly string[] {
  const axes = new Set([...inputs, ...steps].flatMap((one) => one.axes.map((axis) => axis.name)));
  return [
    "# Conventions in force (axes of every array: rows × columns).",
    ...conventions.map(
      ({ name, value, text }) => `#   ${name}: ${comment(String(value))}${text ? ` (${comment(text)})` : ""}`,
    ),
    `#   mask: true = may NOT attend in this script; positions and heads count from 0`,
    `#   dtype: float64; a row that may attend to nothing has the sum 0`,
    `#   axes: ${[...axes].map(comment).join(", ")}`,
  ];
}

/** The gradients by what was given, and the steps on the way to what they are of. */
function differentiate(dialect: PythonDialect, trace: Trace, names: Names, lines: readonly Line[]) {
  const none = { before: [], after: [] };
  const { gradients, attentional, output, logits } = trace.results;
  const result = [attentional, output, logits].find((keys) => typeof keys === "string");
  if (!gradients || typeof gradients !== "object" || typeof result !== "string") return none;
  const of = findStep(trace, result);
  const upstream = trace.steps.find(({ id, scope }) => id === `d-${of?.id}` && scope === of?.scope);
  const by = Object.entries(gradients).flatMap(([key, gradient]) =>
    typeof gradient === "string" ? [{ key, name: names.of(key), gradient: names.of(gradient) }] : [],
  );
  if (!of || !upstream || by.length === 0) return none;
  const needed = new Set([of.key]);
  for (const { step } of lines.toReversed())
    if (needed.has(step.key)) for (const key of step.inputs) needed.add(key);
  const forward = lines.filter(({ step }) => needed.has(step.key)).map(({ line }) => line);
  const asked = { output: names.of(of.key), upstream: names.of(upstream.key), by, forward };
  if (!dialect.differentiate) {
    return {
      ...none,
      after: [`# ${dialect.name} finds no gradients of its own: those above are worked out step by step.`],
    };
  }
  const { before, after } = dialect.differentiate(asked);
  return { before, after: ["# The gradients once more, as the library finds them.", ...after] };
}

/** What qkv found, beside what the script found. */
function compare(trace: Trace, names: Names, head: Head): readonly string[] {
  const keys = [...new Set(Object.values(trace.results).flatMap(leaves))];
  const lines = keys.map((key) => {
    const { rows, cols } = shapeOf(trace, key);
    const name = names.of(key);
    if (rows * cols > MOST_COMPARED || findStep(trace, key)?.isKept === false) {
      return `# ${name} has ${rows * cols} numbers, which are not written here.`;
    }
    return `check("${key}", ${name}, ${head.table(matrixOf(trace, key), `expected-${name}`)})`;
  });
  return lines.length === 0 ? [] : ["# What qkv found.", ...lines];
}

const leaves = (keys: ResultKeys): readonly string[] =>
  typeof keys === "string" ? [keys] : Object.values(keys).flatMap(leaves);
