import { blockedCells } from "../../math/blocked.js";
import { type Matrix, sideBySide } from "../../math/matrix.js";
import { matrixOf, shapeOf, type Trace } from "../../trace/trace.js";
import {
  type Attention,
  attentionsOf,
  type FoundAttention,
  findAttentions,
  findHeads,
  inOneCall,
  isTopLeftCausal,
  obstacleLines,
} from "../attentions.js";
import {
  addVerdict,
  createGraph,
  DOUBLE,
  FLOAT_TOLERANCE,
  type GrowingGraph,
  VERDICT,
} from "./onnx-arrays.js";
import { ATTENTION_VERSION, encodeModel, type Tensor, type Value } from "./onnx-proto.js";

/** Heads of one call. Several query heads may share a key and a value. */
interface Call {
  readonly scope: string;
  readonly attentions: readonly Attention[];
  readonly numKvHeads: number;
}

/** The attentions of a run as calls of ONNX's operator, and why some cannot be called. */
interface AttentionModel {
  /** Absent if there is no call. */
  readonly bytes: Uint8Array | undefined;
  /** The conventions that the operator does not support, one sentence each. */
  readonly obstacles: readonly string[];
}

/**
 * Writes the attentions of a run with ONNX's operator `Attention` (opset 23). It is in float32, like its scale and
 * softcap. Queries, keys and values are inputs with the run's numbers as defaults. Contexts are outputs, and `agrees`
 * is true if they agree with qkv's.
 */
export function attentionModel(trace: Trace): AttentionModel {
  const found = findAttentions(trace);
  const obstacles = obstacleLines("Attention (opset 23)", found, cannot).map((line) => line.slice(2));
  const calls = callsOf(trace, found).filter(({ attentions }) => !attentions.some(cannot));
  if (calls.length === 0) return { bytes: undefined, obstacles };
  const graph = createGraph();
  const inputs: Value[] = [];
  // Several calls without a scope are named after their outputs.
  const isNamed = new Set(calls.map(({ scope }) => scope)).size === calls.length;
  const named = calls.map((call) => (isNamed ? call : { ...call, scope: call.attentions[0].output }));
  const made = named.map((call) => addCall(trace, graph, inputs, call));
  const compared = made.map(({ output, expected }) => [output.name, expected] as const);
  addVerdict(graph, compared, FLOAT_TOLERANCE);
  const bytes = encodeModel(
    {
      name: `${trace.command} by Attention`,
      docString: [
        "Attention of opset 23, float32. Axes: batch × row × (head, column). Mask: true = may attend, or added to scores.",
        "is_causal: query i attends to the keys 0 … i. Query head h reads kv head ⌊h·G/H⌋.",
        ...obstacles,
      ].join("\n"),
      nodes: graph.nodes,
      initializers: graph.initializers,
      inputs,
      outputs: [...made.map(({ output }) => output), VERDICT],
    },
    ATTENTION_VERSION,
  );
  return { bytes, obstacles };
}

/** Returns why the operator cannot express an attention, or undefined. */
function cannot({ softcap, bias, blocked, scale }: Attention): string | undefined {
  if (softcap !== undefined && (bias !== undefined || blocked !== undefined))
    return "it applies the softcap after the mask, and this run applies it before";
  if (scale <= 0)
    return `it multiplies queries and keys by the square root of the scale, and ${scale} has none`;
  return undefined;
}

/** Returns one call for the heads of each group, and one for each attention without a group. */
function callsOf(trace: Trace, found: readonly FoundAttention[]): readonly Call[] {
  const groups = findHeads(trace).flatMap((group) => {
    const attentions = attentionsOf(group);
    return typeof attentions === "string" || !areAlike(attentions)
      ? []
      : [{ scope: group.scope, attentions, numKvHeads: group.numKvHeads }];
  });
  const grouped = new Set(groups.flatMap(({ attentions }) => attentions));
  const outputs = new Set(Array.from(grouped, ({ output }) => output));
  const alone = found.flatMap((one) =>
    "obstacle" in one || outputs.has(one.output)
      ? []
      : [{ scope: one.scope, attentions: [one], numKvHeads: 1 }],
  );
  return [...groups, ...alone];
}

/** A call has one scale and one softcap for all of its heads. */
const areAlike = ([first, ...others]: readonly Attention[]) =>
  others.every(({ scale, softcap }) => scale === first.scale && softcap === first.softcap);

function addCall(
  trace: Trace,
  graph: GrowingGraph,
  inputs: Value[],
  { scope, attentions, numKvHeads }: Call,
) {
  const named = (what: string) => (scope === "" ? what : `${scope} ${what}`);
  const input = (what: string, type: Tensor["type"], dims: readonly number[], data: Uint8Array) => {
    const name = named(what);
    inputs.push({ name: graph.tensor(type, dims, data, name), type, dims });
    return name;
  };
  const joined = (keys: readonly string[]) => sideBySide(keys.map((key) => matrixOf(trace, key)));
  const heads = (what: string, keys: readonly string[]) => {
    const { rows, cols, data } = joined(keys);
    return input(what, "float", [1, rows, cols], floats(data));
  };
  const [{ scale, softcap }] = attentions;
  const keys = inOneCall(attentions, numKvHeads);
  const passed = (["query", "key", "value"] as const).map((what) => heads(what, keys[what]));
  const isCausal = attentions.every(({ blocked, bias }) => blocked && !bias && isTopLeftCausal(blocked));
  const mask = isCausal ? undefined : maskOf(trace, attentions);
  const expected = joined(keys.output);
  const context = graph.node(
    "Attention",
    mask ? [...passed, input("mask", mask.type, mask.dims, mask.data)] : passed,
    {
      q_num_heads: attentions.length,
      kv_num_heads: numKvHeads,
      scale: { float: scale },
      ...(softcap === undefined ? {} : { softcap: { float: softcap } }),
      ...(isCausal ? { is_causal: 1 } : {}),
    },
  );
  const { rows, cols } = expected;
  const output: Value = { name: named("context"), type: "double", dims: [rows, cols] };
  const wide = graph.node("Cast", [context], { to: DOUBLE });
  graph.node("Reshape", [wide, graph.ints(rows, cols)], {}, { output: output.name });
  return { output, expected };
}

/**
 * Returns where heads may attend: n×m for all heads, or heads × n×m. If there are biases, it returns what is added to
 * the scores.
 */
function maskOf(trace: Trace, attentions: readonly Attention[]): Omit<Tensor, "name"> | undefined {
  if (attentions.every(({ blocked, bias }) => !blocked && !bias)) return undefined;
  const [{ query, key }] = attentions;
  const [n, m] = [shapeOf(trace, query).rows, shapeOf(trace, key).rows];
  const isAdded = attentions.some(({ bias }) => bias !== undefined);
  const each = attentions.map(({ blocked, bias }) => {
    const cells = blocked && blockedCells(blocked).data;
    const added = bias === undefined ? undefined : matrixOf(trace, bias);
    return Float64Array.from({ length: n * m }, (_, at) => {
      if (cells?.[at] === 1) return isAdded ? Number.NEGATIVE_INFINITY : 0;
      return isAdded ? (added ? cellOf(added, Math.floor(at / m), at % m) : 0) : 1;
    });
  });
  const areSame = each.every((one) => one.every((value, at) => value === each[0][at]));
  const data = areSame ? each[0] : Float64Array.from(each.flatMap((one) => [...one]));
  const dims = areSame ? [n, m] : [1, attentions.length, n, m];
  return isAdded
    ? { type: "float", dims, data: floats(data) }
    : { type: "bool", dims, data: Uint8Array.from(data) };
}

/** Returns a cell of a matrix. One row holds for all rows, and one column for all columns. */
const cellOf = ({ rows, cols, data }: Matrix, row: number, col: number) =>
  data[(rows === 1 ? 0 : row) * cols + (cols === 1 ? 0 : col)];

const floats = (data: ArrayLike<number>) => new Uint8Array(Float32Array.from(data).buffer);
