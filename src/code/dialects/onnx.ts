import { withOptions } from "../../errors.js";
import { findStep, keysOfResult, matrixOf, type Step, shapeOf, type Trace } from "../../trace/trace.js";
import { applyOp } from "../preamble.js";
import type { Dialect } from "../script.js";
import { toleranceOf } from "../tolerance.js";
import { addVerdict, createGraph, FLOAT_TOLERANCE, VERDICT } from "./onnx-arrays.js";
import { encodeModel, STEPS_VERSION, type Value } from "./onnx-proto.js";

/**
 * Writes a run as an ONNX model in doubles. The given matrices and the scale are inputs with their numbers as defaults.
 * Every step is a tensor named by its key, results are outputs, and `agrees` is true if they agree with qkv's.
 */
export const onnx: Dialect<Uint8Array> = {
  name: "onnx",
  emit(trace) {
    const graph = createGraph();
    const names = new Map(trace.inputs.map(({ name }) => [name, name]));
    for (const { name, matrix } of trace.inputs) graph.matrix(matrix, name);
    for (const step of trace.steps) {
      const made = applyOp(trace, step, graph.arrays, (key) => names.get(key) ?? key);
      // An input and a step may have the same name.
      const output = names.has(step.key) ? `${step.key} (step)` : step.key;
      names.set(step.key, graph.node("Identity", [made], {}, { output, docString: step.formula }));
    }
    const compared = resultsOf(trace);
    const { value } = toleranceOf(trace);
    const expected = compared.map((key) => [names.get(key) ?? key, matrixOf(trace, key)] as const);
    addVerdict(graph, expected, graph.usesFloat() ? Math.max(value, FLOAT_TOLERANCE) : value);
    const values = (keys: readonly string[]): Value[] =>
      keys.map((key) => {
        const { rows, cols } = shapeOf(trace, key);
        return { name: names.get(key) ?? key, type: "double", dims: [rows, cols] };
      });
    const text = encodeModel(
      {
        name: trace.command,
        docString: conventionsText(trace),
        nodes: graph.nodes,
        initializers: graph.initializers,
        inputs: [...values(trace.inputs.map(({ name }) => name)), ...graph.conventions],
        outputs: [...values(compared), VERDICT],
      },
      STEPS_VERSION,
    );
    return { text, storedTables: new Map(), inlineNumbers: 0 };
  },
};

function resultsOf(trace: Trace): readonly string[] {
  const isKept = (step: Step | undefined) => step?.isKept === true;
  const keys = new Set(keysOfResult(trace.results));
  return [...keys].filter((key) => isKept(findStep(trace, key)));
}

const conventionsText = ({ conventions, command }: Trace): string =>
  [
    `${command} as qkv computed it, in float64. Mask: true = may not attend`,
    ...conventions.map(
      ({ name, value, text }) => `${name}: ${value}${text ? ` (${withOptions(text)})` : ""}`,
    ),
  ].join("\n");
