import type { Matrix, Shape } from "../math/matrix.js";
import type { Expression } from "./expression.js";
import type { Axes, Input, Node, Op } from "./op.js";
import type { Scope } from "./scope.js";

export type { Axes, Axis, Input, View } from "./op.js";

/** A convention in force: public in JSON by `name` and `value`, said to people as `text` where it matters. */
export interface Convention {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly text?: string;
}

/** One matrix of a computation: what it is called, what made it from what, how to read it, and its numbers. */
export interface Step extends Node {
  /** False: there are too many numbers to keep, so nobody is shown them. Asked for, they are worked out anew. */
  readonly isKept: boolean;
  output(): Matrix;
}

/** What a step makes of these inputs. */
export function computeStep({ op, params }: Pick<Step, "op" | "params">, inputs: readonly Matrix[]): Matrix {
  return op.compute(inputs, params);
}

/** The parameters of a step that is one of this op; undefined for any other. An op that was altered keeps its name. */
export function paramsOf<Params>(
  step: Pick<Step, "op" | "params"> | undefined,
  op: Op<Params>,
): Params | undefined {
  return step?.op.name === op.name ? (step.params as Params) : undefined;
}

/** A finding about the whole run: public in JSON by its `value`, said to people as `text` where it is worth a line. */
export interface Fact {
  readonly value: FactValue;
  readonly text?: string;
  /** Whether it is what the run was made to find out, which is told first. */
  readonly isFinding?: true;
}

export type FactValue =
  | number
  | string
  | boolean
  | readonly FactValue[]
  | { readonly [name: string]: FactValue };

/** The key of an input or step; a list with one for each head, or each layer and head; or names with such keys, as deep as JSON shall show them. */
export type ResultKeys = string | readonly ResultKeys[] | { readonly [name: string]: ResultKeys };

/** The keys of the steps that a result is made of. */
export const keysOfResult = (keys: ResultKeys): readonly string[] =>
  typeof keys === "string" ? [keys] : Object.values(keys).flatMap(keysOfResult);

/** What of a run is worth seeing first, when nobody asks for every step. */
export interface Overview {
  /** Sentences that say what came out, beside the facts that do. */
  readonly findings?: readonly string[];
  /** Scopes whose steps are not worth seeing one by one. */
  readonly scopes: readonly Scope[];
  /** The ids of the steps in them that are seen beside each other. */
  readonly ids: readonly string[];
  /** The scopes whose steps are seen so; all of them when absent. */
  readonly beside?: readonly Scope[];
  /** Keys of the other steps that carry the answer, the most telling first; all of them when absent. */
  readonly steps?: readonly string[];
  /** A row of one step that is worked out cell by cell, beside the row of another that it equals. */
  readonly proof?: { readonly key: string; readonly row: number; readonly equals: string };
}

/** A worked solution: everything that was given and every step of the computation, in order. */
export interface Trace {
  readonly command: string;
  readonly inputs: readonly Input[];
  readonly steps: readonly Step[];
  readonly conventions: readonly Convention[];
  /** What a run is for, by its public names. */
  readonly results: Readonly<Record<string, ResultKeys>>;
  /** Findings about the whole that are no matrix, by their public names in JSON. */
  readonly facts: Readonly<Record<string, Fact>>;
  readonly overview?: Overview;
  /** What a teacher would circle: rows that may attend to nothing, NaN in the inputs, … */
  readonly warnings: readonly string[];
}

/** How a step is named from anywhere: "weights", or "head 0/weights". */
export function keyOf({ key }: Pick<Step, "key">): string {
  return key;
}

/** The step of a key, if there is one. */
export function findStep({ steps }: Trace, key: string): Step | undefined {
  return findByName(steps, key, keyOf);
}

/** The input of a name, if there is one. */
export const findInput = ({ inputs }: Trace, name: string): Input | undefined =>
  findByName(inputs, name, (input) => input.name);

/** More things than this are not gone through one by one: a cell of a large model has hundreds of factors to look up. */
const FEW = 32;

const placesByName = new WeakMap<
  readonly unknown[],
  { readonly count: number; readonly places: Map<string, number> }
>();

/** The first thing of a name in a list, to which more may have been added since the last call. */
function findByName<Thing>(
  list: readonly Thing[],
  name: string,
  nameOf: (thing: Thing) => string,
): Thing | undefined {
  if (list.length <= FEW) return list.find((thing) => nameOf(thing) === name);
  let known = placesByName.get(list);
  if (known?.count !== list.length) {
    const places = new Map<string, number>();
    for (let at = list.length - 1; at >= 0; at--) places.set(nameOf(list[at]), at);
    known = { count: list.length, places };
    placesByName.set(list, known);
  }
  const place = known.places.get(name);
  return place === undefined ? undefined : list[place];
}

/** The steps that are kept, which is what there is to show. */
export function keptSteps({ steps }: Trace): readonly Step[] {
  return steps.filter(({ isKept }) => isKept);
}

/** The numbers behind a key: an input's matrix or a step's output. Throws RangeError for an unknown key. */
export function matrixOf(trace: Trace, key: string): Matrix {
  return findInput(trace, key)?.matrix ?? requireStep(trace, key).output();
}

function requireStep(trace: Trace, key: string): Step {
  const step = findStep(trace, key);
  if (!step) throw new RangeError(`no input or step is called "${key}"`);
  return step;
}

/** The shape of what stands behind a key, without working it out. Throws RangeError for an unknown key. */
export function shapeOf(trace: Trace, key: string): Shape {
  return findInput(trace, key)?.matrix ?? requireStep(trace, key).shape;
}

/** What runs along a step or an input. Throws RangeError for an unknown key. */
export function axesOf(trace: Trace, key: string): Axes {
  return (findInput(trace, key) ?? requireStep(trace, key)).axes;
}

/** What a step is made of, in the order of its inputs. */
export const inputsOf = (trace: Trace, { inputs }: Pick<Step, "inputs">): readonly Matrix[] =>
  inputs.map((key) => matrixOf(trace, key));

/** The arithmetic of the cells of a step; its leaves are cells of what the step is made of. */
export function explainStep(trace: Trace, step: Step): (row: number, col: number) => Expression {
  const inputs = inputsOf(trace, step);
  return (row, col) => step.op.explainCell(inputs, step.params, row, col);
}
