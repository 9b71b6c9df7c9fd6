import { PbfWriter as Writer } from "pbf";

// The part of ONNX's protobuf messages that a graph of double tensors needs. Field numbers are those of onnx.proto.

const ELEMENT = { float: 1, int64: 7, bool: 9, double: 11 } as const;

export interface Tensor {
  readonly name: string;
  readonly type: keyof typeof ELEMENT;
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

/** The value of an attribute: an integer, a text, or a float32. */
type Attribute = number | string | { readonly float: number };

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly docString?: string | undefined;
}

export interface Value {
  readonly name: string;
  readonly type: keyof typeof ELEMENT;
  readonly dims: readonly number[];
}

export interface Graph {
  readonly name: string;
  readonly docString: string;
  readonly nodes: readonly Node[];
  readonly initializers: readonly Tensor[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

const ATTRIBUTE = { float: 1, integer: 2, text: 3 } as const;

/** The version of the operators that a model uses. */
export interface Version {
  readonly opset: number;
  readonly ir: number;
}

/** ONNX 1.16. Runtimes since 2024 read it. */
export const STEPS_VERSION: Version = { opset: 21, ir: 10 };

/** ONNX 1.18, the first with an attention operator. */
export const ATTENTION_VERSION: Version = { opset: 23, ir: 11 };

export function encodeModel(graph: Graph, { opset, ir }: Version): Uint8Array {
  const pbf = new Writer();
  pbf.writeVarintField(1, ir);
  pbf.writeStringField(2, "qkv");
  pbf.writeStringField(6, graph.docString);
  pbf.writeMessage(7, writeGraph, graph);
  pbf.writeMessage(8, writeOpset, opset);
  return pbf.finish();
}

function writeOpset(version: number, pbf: Writer): void {
  pbf.writeStringField(1, "");
  pbf.writeVarintField(2, version);
}

function writeGraph({ nodes, name, initializers, inputs, outputs }: Graph, pbf: Writer): void {
  for (const node of nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, name);
  for (const tensor of initializers) pbf.writeMessage(5, writeTensor, tensor);
  for (const value of inputs) pbf.writeMessage(11, writeValue, value);
  for (const value of outputs) pbf.writeMessage(12, writeValue, value);
}

function writeNode({ op, inputs, output, attributes, docString }: Node, pbf: Writer): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  pbf.writeStringField(2, output);
  pbf.writeStringField(3, output);
  pbf.writeStringField(4, op);
  for (const attribute of Object.entries(attributes)) pbf.writeMessage(5, writeAttribute, attribute);
  if (docString !== undefined) pbf.writeStringField(6, docString);
}

function writeAttribute([name, value]: [string, Attribute], pbf: Writer): void {
  pbf.writeStringField(1, name);
  if (typeof value === "object") pbf.writeFloatField(2, value.float);
  else if (typeof value === "number") pbf.writeVarintField(3, value);
  else pbf.writeStringField(4, value);
  const kind = typeof value === "object" ? "float" : typeof value === "number" ? "integer" : "text";
  pbf.writeVarintField(20, ATTRIBUTE[kind]);
}

function writeTensor({ name, type, dims, data }: Tensor, pbf: Writer): void {
  for (const size of dims) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, ELEMENT[type]);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, data);
}

function writeValue({ name, type, dims }: Value, pbf: Writer): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (own, tensor) => tensor.writeMessage(1, writeTensorType, own), { type, dims });
}

function writeTensorType({ type, dims }: Omit<Value, "name">, pbf: Writer): void {
  pbf.writeVarintField(1, ELEMENT[type]);
  pbf.writeMessage(2, writeShape, dims);
}

function writeShape(dims: readonly number[], pbf: Writer): void {
  for (const size of dims)
    pbf.writeMessage(1, (length, dimension) => dimension.writeVarintField(1, length), size);
}
