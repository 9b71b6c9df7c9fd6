import type { Matrix, Shape } from "../math/matrix.js";
import type { Axes, CellArithmetic, Input, Node, Op, Scope, ScopePart } from "./op.js";

export type { Axes, Axis, Input, Scope, ScopePart, View } from "./op.js";

/** A convention of the run. JSON shows `name` and `value`; people are shown `text` where it matters. */
export interface Convention {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly text?: string;
}

/** One matrix of a computation: its name, its op and inputs, how to read it, and its numbers. */
export interface Step extends Node {
  /**
   * False if there are too many numbers to keep. They are not shown, and are computed again when they are asked for.
   */
  readonly isKept: boolean;
  output(): Matrix;
}

/** Computes a step from these inputs. */
export function computeStep({ op, params }: Pick<Step, "op" | "params">, inputs: readonly Matrix[]): Matrix {
  return op.compute(inputs, params);
}

/**
 * Returns the parameters of a step if it has this op; undefined otherwise. Compares names, because an altered op keeps
 * its name.
 */
export function paramsOf<Params>(
  step: Pick<Step, "op" | "params"> | undefined,
  op: Op<Params>,
): Params | undefined {
  return step?.op.name === op.name ? (step.params as Params) : undefined;
}

/** A finding about the whole run. JSON shows `value`; people are shown `text` if there is one. */
export interface Fact {
  readonly value: FactValue;
  readonly text?: string;
  /** Whether this is the purpose of the run. People are shown it first. */
  readonly isFinding?: true;
}

export type FactValue =
  | number
  | string
  | boolean
  | readonly FactValue[]
  | { readonly [name: string]: FactValue };

/**
 * The key of an input or step; a list with one key per head, or per layer and head; or an object of named keys, nested
 * as deep as JSON shall show it.
 */
export type ResultKeys = string | readonly ResultKeys[] | { readonly [name: string]: ResultKeys };

/** Returns the keys of all steps in a result. */
export const keysOfResult = (keys: ResultKeys): readonly string[] =>
  typeof keys === "string" ? [keys] : Object.values(keys).flatMap(keysOfResult);

/** What to show first from a run, if nobody asks for every step. */
export interface Overview {
  /** Sentences about the result, in addition to the facts that are findings. */
  readonly findings?: readonly string[];
  /** Scopes whose steps are not shown one by one. */
  readonly scopes: readonly Scope[];
  /** The ids of the steps in those scopes that are shown side by side. */
  readonly ids: readonly string[];
  /** The scopes whose steps are shown side by side. Default: all of `scopes`. */
  readonly beside?: readonly Scope[];
  /** Keys of the other steps that show the answer, the most important first. Default: all of them. */
  readonly steps?: readonly string[];
  /** A row of one step that is computed cell by cell, and the step whose row is equal to it. */
  readonly proof?: { readonly key: string; readonly row: number; readonly equals: string };
}

/** A worked solution: everything that was given and every step of the computation, in order. */
export interface Trace {
  readonly command: string;
  readonly inputs: readonly Input[];
  readonly steps: readonly Step[];
  readonly conventions: readonly Convention[];
  /** The results of the run, by their public names. */
  readonly results: Readonly<Record<string, ResultKeys>>;
  /** Findings about the whole run that are not matrices, by their public names in JSON. */
  readonly facts: Readonly<Record<string, Fact>>;
  readonly overview?: Overview;
  /** What a teacher would circle: rows that may attend to no key, NaN in the inputs, … */
  readonly warnings: readonly string[];
}

/** Returns the unique key of a step: "weights", or "head 0/weights". */
export function keyOf({ key }: Pick<Step, "key">): string {
  return key;
}

/** Returns the step with this key, or undefined. */
export function findStep({ steps }: Trace, key: string): Step | undefined {
  return findByName(steps, key, keyOf);
}

/** Returns the input with this name, or undefined. */
export const findInput = ({ inputs }: Trace, name: string): Input | undefined =>
  findByName(inputs, name, (input) => input.name);

/**
 * The maximum length of a list that is searched one by one: a cell of a large model has hundreds of factors to look up.
 */
const FEW = 32;

const placesByName = new WeakMap<
  readonly unknown[],
  { readonly count: number; readonly places: Map<string, number> }
>();

/** Finds the first thing with a name in a list. The list may have grown since the last call. */
function findByName<Thing>(list: readonly Thing[], name: string, nameOf: (thing: Thing) => string) {
  if (list.length <= FEW) return list.find((thing) => nameOf(thing) === name);
  let index = placesByName.get(list);
  if (index?.count !== list.length) {
    const places = new Map(list.map((thing, at) => [nameOf(thing), at] as const).reverse());
    index = { count: list.length, places };
    placesByName.set(list, index);
  }
  const position = index.places.get(name);
  return position === undefined ? undefined : list[position];
}

/** Returns the steps that are kept. Only these can be shown. */
export function keptSteps({ steps }: Trace): readonly Step[] {
  return steps.filter(({ isKept }) => isKept);
}

/** Returns the matrix of an input or the output of a step. Throws RangeError for an unknown key. */
export function matrixOf(trace: Trace, key: string): Matrix {
  return findInput(trace, key)?.matrix ?? requireStep(trace, key).output();
}

function requireStep(trace: Trace, key: string) {
  const step = findStep(trace, key);
  if (!step) throw new RangeError(`no input or step is called "${key}"`);
  return step;
}

/** Returns the shape of an input or a step without computing it. Throws RangeError for an unknown key. */
export function shapeOf(trace: Trace, key: string): Shape {
  return findInput(trace, key)?.matrix ?? requireStep(trace, key).shape;
}

/** Returns the axes of an input or a step. Throws RangeError for an unknown key. */
export function axesOf(trace: Trace, key: string): Axes {
  return (findInput(trace, key) ?? requireStep(trace, key)).axes;
}

/** Returns the input matrices of a step, in order. */
export const inputsOf = (trace: Trace, { inputs }: Step): readonly Matrix[] =>
  inputs.map((key) => matrixOf(trace, key));

/** Returns a function that explains the cells of a step. The leaves are cells of the step's inputs. */
export const explainStep = (trace: Trace, step: Step): CellArithmetic =>
  step.op.explainCells(inputsOf(trace, step), step.params);

/** Returns a level as it is printed: "head 3", "additive". */
export function partText(part: ScopePart): string {
  return "index" in part ? `${part.kind} ${part.index}` : part.name;
}

/** Returns a scope as printed text and JSON show it: "layer 0/head 3", or "" for the run itself. */
export function scopeText(scope: Scope): string {
  return scope.map(partText).join("/");
}

/** Returns the title of a step with its scope: "Weights", or "Weights of head 0". */
export function stepTitle({ title, scope }: { readonly title: string; readonly scope: Scope }): string {
  return scope.length === 0 ? title : `${title} of ${scopeText(scope)}`;
}

/** Returns the letter of a step in formulas if that is short, otherwise its title. */
export function stepLetter({ title, formula }: { readonly title: string; readonly formula: string }): string {
  return /^(\S{1,3}) = /.exec(formula)?.[1] ?? title;
}

/** Returns the unique key of a step: "weights", or "head 0/weights". */
export function keyIn(scope: Scope, id: string): string {
  return scope.length === 0 ? id : `${scopeText(scope)}/${id}`;
}

/** Returns the last part of a key: the id of the step without its scope. */
export const idOfKey = (key: string): string => key.slice(key.lastIndexOf("/") + 1);

const levelIn = (scope: Scope, kind: string) => scope.find((level) => level.kind === kind);

/** Returns the number of the level of this kind: 3 for `head` in "layer 0/head 3". */
export function indexIn(scope: Scope, kind: string): number | undefined {
  const part = levelIn(scope, kind);
  return part && "index" in part ? part.index : undefined;
}

/** Returns the name of the level of this kind: "additive" for `scoring`. */
export function nameIn(scope: Scope, kind: string): string | undefined {
  const part = levelIn(scope, kind);
  return part && "name" in part ? part.name : undefined;
}

/** Whether two scopes are the same. */
export const sameScope = (a: Scope, b: Scope): boolean => a === b || scopeText(a) === scopeText(b);
