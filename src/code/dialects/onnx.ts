import { findStep, matrixOf, type ResultKeys, type Step, shapeOf, type Trace } from "../../trace/trace.js";
import { applyRule } from "../rules/registry.js";
import type { Dialect } from "../script.js";
import { toleranceOf } from "../tolerance.js";
import { createGraph, type GrowingGraph } from "./onnx-arrays.js";
import { encodeModel, type Value } from "./onnx-proto.js";

/** What float32 operators in the way of doubles leave. */
const FLOAT_TOLERANCE = 1e-5;

/** The output that says whether all results are as qkv found them. */
const VERDICT = "agrees";

/**
 * A run as a model of ONNX in doubles: what was given are inputs with those numbers as defaults, every step is a tensor of
 * its key, results are outputs, and `agrees` is true while they are what qkv found.
 */
export const onnx: Dialect<Uint8Array> = {
  name: "onnx",
  ending: ".onnx",
  emit(trace) {
    const graph = createGraph();
    const names = new Map(trace.inputs.map(({ name }) => [name, name]));
    for (const { name, matrix } of trace.inputs) graph.matrix(matrix, name);
    for (const step of trace.steps) {
      const inputs = step.inputs.map((key) => ({ array: names.get(key) ?? key, shape: shapeOf(trace, key) }));
      const made = applyRule(step, graph.arrays, inputs);
      // An input and a step may have one name.
      const output = names.has(step.key) ? `${step.key} (step)` : step.key;
      names.set(step.key, graph.node("Identity", [made], {}, { output, says: step.formula }));
    }
    const compared = resultsOf(trace);
    compare(trace, graph, compared, names);
    const values = (keys: readonly string[]): Value[] =>
      keys.map((key) => {
        const { rows, cols } = shapeOf(trace, key);
        return { name: names.get(key) ?? key, type: "double", dims: [rows, cols] };
      });
    const text = encodeModel({
      name: trace.command,
      says: conventionsText(trace),
      nodes: graph.nodes,
      initializers: graph.initializers,
      inputs: values(trace.inputs.map(({ name }) => name)),
      outputs: [...values(compared), { name: VERDICT, type: "bool", dims: [] }],
    });
    return { text, beside: new Map(), written: 0 };
  },
};

function resultsOf(trace: Trace): readonly string[] {
  const leaves = (keys: ResultKeys): readonly string[] =>
    typeof keys === "string" ? [keys] : Object.values(keys).flatMap(leaves);
  const isKept = (step: Step | undefined) => step?.isKept === true;
  const keys = new Set(Object.values(trace.results).flatMap(leaves));
  return [...keys].filter((key) => isKept(findStep(trace, key)));
}

/** Whether every result is within the tolerance of what qkv found, or as infinite or NaN as that. */
function compare(
  trace: Trace,
  { arrays, node, matrix, usesFloat }: GrowingGraph,
  keys: readonly string[],
  names: ReadonlyMap<string, string>,
): void {
  const { value } = toleranceOf(trace);
  const tolerance = arrays.number(usesFloat() ? Math.max(value, FLOAT_TOLERANCE) : value);
  const one = arrays.number(1);
  const verdicts = keys.map((key) => {
    const [found, expected] = [names.get(key) ?? key, matrix(matrixOf(trace, key))];
    const distance = arrays.call("abs", arrays.subtract(found, expected));
    const limit = arrays.multiply(tolerance, arrays.add(one, arrays.call("abs", expected)));
    const areNaN = arrays.both(node("IsNaN", [found]), node("IsNaN", [expected]));
    const isNear = arrays.either(arrays.less(distance, limit), arrays.equal(found, expected));
    const isRight = arrays.where(arrays.either(isNear, areNaN), one, arrays.number(0));
    return node("ReduceMin", [isRight], { keepdims: 0 });
  });
  const all = verdicts.reduce((product, verdict) => arrays.multiply(product, verdict), one);
  node("Equal", [all, one], {}, { output: VERDICT });
}

const conventionsText = ({ conventions, command }: Trace): string =>
  [
    `${command} as qkv worked it, in doubles; in masks true = may not attend`,
    ...conventions.map(({ name, value, text }) => `${name}: ${value}${text ? ` (${text})` : ""}`),
  ].join("\n");
