import { sumOver } from "../../math/lists.js";
import type { Shape } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import { add } from "../../ops/elementwise.js";
import { placeParts } from "../../ops/parts.js";
import type { BackwardPass, GradientText, Node, Op, ParamsOf, PartOffset } from "../../trace/op.js";
import { keyIn, type Scope, type Step, sameScope } from "../../trace/trace.js";
import { symbolOfStep } from "../names.js";
import { type Ref, recorder, type StepDescription } from "../recorder.js";
import { hasRole, type StepRole } from "../steps.js";

/**
 * Records the backward pass: the gradients from `result`, whose own is `resultGradient`, back to the inputs that `isVariable`
 * selects. Returns them by key. The gradient of a step or input is the step `d-` plus its id, in the scope of that step
 * (for inputs and for steps outside the scope of the result: in the latter). If something is used several times, its gradient is the sum of the parts.
 */
export function recordBackwardPass(
  result: Ref,
  resultGradient: Ref,
  isVariable: (input: string) => boolean,
  symbolOf: SymbolOf = paperSymbol,
): ReadonlyMap<string, Ref> {
  const { steps: path, uses } = findPath(result.key, isVariable);
  const { nodes } = recorder.numbers;
  const contributions = new Map<string, Contribution[]>();
  // Complete gradients, by the key of the step or input.
  const gradients = new Map([[result.key, resultGradient]]);
  // Functions that record gradients of steps in inner scopes. They are called when the backward pass reaches these
  // steps.
  const deferred = new Map<string, (() => void)[]>();

  const idOf = (key: string) => nodes.node(key)?.id ?? key;
  const ofResult = nodes.node(result.key)?.scope ?? [];
  const scopeOf = (key: string) => {
    const own = nodes.node(key)?.scope ?? [];
    return own.length > ofResult.length ? own : ofResult;
  };

  const recordStep = <Params>(
    scope: Scope,
    op: Op<Params>,
    inputs: readonly Ref[],
    description: StepDescription,
    [params]: ParamsOf<Params>,
  ) => recorder.within(scope, () => recorder.step(op, inputs, { ...description, params }));

  /** Adds the gradient from one use. When all uses have theirs, the gradient is complete. */
  const contribute = ({ key, shape }: Ref, contribution: Contribution) => {
    const collected = remember(contributions, key, () => []);
    collected.push(contribution);
    if (collected.length < (uses.get(key) ?? 0)) return;
    const isWhole = collected.length === 1 && !contribution.at;
    const named = { id: `d-${idOf(key)}`, of: nodes.node(key), ref: recorder.ref(key) };
    const describe = (formula: string) => describeGradient(named, { formula }, symbolOf);
    const sum = () => recorder.within(scopeOf(key), () => recordSum(shape, collected, describe));
    gradients.set(key, isWhole ? contribution.gradient : sum());
  };

  /** Returns the id and scope of a gradient from one use. If there are several uses, it is a part with its own name. */
  const namePart = (key: string, step: Step, to: number) => {
    const [id, scope] = [`d-${idOf(key)}`, scopeOf(key)];
    if (uses.get(key) === 1) return { scope, id };
    const from = `${id}-from-${step.id}`;
    const isNamedAlike = !sameScope(scope, step.scope) && !hasRole(step, ...OF_NORM);
    const part = nameOfPart(step, to) ?? (isNamedAlike ? id : from);
    const free = [part, from, `${from}-${to}`].find((candidate) => {
      const ofPart = keyIn(step.scope, candidate);
      return ofPart !== keyIn(scope, id) && !nodes.node(ofPart);
    });
    return { scope: step.scope, id: free ?? part };
  };

  /** Returns what the op of a step uses to record gradients. */
  const backwardPassFrom = (step: Step, gradient: Ref): BackwardPass => {
    const targets = gradientTargets(step);
    return {
      symbol: ({ key }) => symbolOf(idOf(key)) ?? idOf(key),
      record(to, op, inputs, textOrFormula, ...params) {
        const ref = targets[to];
        if (!uses.has(ref.key)) return;
        const of = nodes.node(ref.key);
        const text = gradientText(textOrFormula);
        const recordPart = () => {
          const { scope, id } = namePart(ref.key, step, to);
          const by = uses.get(ref.key) === 1 ? undefined : step;
          const blocked = text.isZeroWhereMasked && (step.blocked ?? nodes.node(gradient.key)?.blocked);
          const description = {
            ...describeGradient({ id, ref, of, by }, text, symbolOf),
            blocked: blocked || undefined,
          };
          contribute(ref, { gradient: recordStep(scope, op, inputs, description, params) });
        };
        // The gradient of a step in a head is recorded when that head is reached, next to its other steps.
        const isWithin = of !== undefined && of.scope.length > step.scope.length;
        if (isWithin) remember(deferred, ref.key, () => []).push(recordPart);
        else recordPart();
      },
      setPart(to, part, at) {
        if (uses.has(targets[to].key)) contribute(targets[to], { gradient: part, at });
      },
      recordIntermediate(description, op, inputs, text, ...params) {
        const { id } = description;
        const notes = id === "d-row-dots" ? notesOnRowDots(recorder.trace().steps) : [];
        const described = { role: id, notes, ...description, ...gradientText(text) };
        return recordStep(step.scope, op, inputs, described, params);
      },
    };
  };

  for (const step of path) {
    for (const recordPart of deferred.get(step.key) ?? []) recordPart();
    const gradient = gradients.get(step.key);
    if (!gradient) throw new RangeError(`no gradient by "${step.key}" was recorded`);
    step.op.gradient?.(backwardPassFrom(step, gradient), {
      inputs: step.inputs.map(recorder.ref),
      params: step.params,
      output: recorder.ref(step.key),
      gradient,
      d: gradientSymbol(step.id, symbolOf),
      nodes,
    });
  }
  return gradients;
}

const gradientText = (text: string | GradientText) => (typeof text === "string" ? { formula: text } : text);

/** The gradient from one use. If `at` is set, it belongs to a part of the matrix. */
interface Contribution {
  readonly gradient: Ref;
  readonly at?: PartOffset;
}

/** Records the gradient of something that is used several times or in parts: the sum of the gradients from each use. */
function recordSum(
  { rows, cols }: Shape,
  contributions: readonly Contribution[],
  describe: (formula: string) => StepDescription,
) {
  const parts = contributions.map(({ gradient }) => gradient);
  if (contributions.every(({ at }) => !at)) {
    return recorder.step(add, parts, describe(listParts(parts, " + ")));
  }
  const places = contributions.map(({ at = { firstRow: 0, firstCol: 0 } }) => at);
  return recorder.step(placeParts, parts, {
    ...describe(placedText(parts, rows * cols)),
    params: { rows, cols, places },
  });
}

/** Writes how placed parts make up a whole with this number of cells. */
function placedText(parts: readonly Ref[], cells: number) {
  const sizes = parts.map(({ shape }) => shape.rows * shape.cols);
  if (sizes.every((size) => size === cells)) return listParts(parts, " + ");
  const isShared = sumOver(sizes) > cells;
  return `${listParts(parts, ", ")}, each in its place${isShared ? ", added where they share one" : ""}`;
}

/** The maximum number of parts that a formula lists. */
const MAX_WRITTEN = 4;

function listParts(parts: readonly Ref[], separator: string) {
  const keys = parts.map(({ key }) => key);
  if (keys.length <= MAX_WRITTEN) return keys.join(separator);
  return [keys[0], keys[1], "…", keys[keys.length - 1]].join(separator);
}

/**
 * Finds the steps from `result` back to the inputs that `isVariable` selects, the last one first. `uses` says, by key,
 * how many gradients are added up at an input or step: as many as there are uses on the way to the result.
 */
function findPath(result: string, isVariable: (input: string) => boolean) {
  const { inputs, steps } = recorder.trace();
  const wanted = new Set(inputs.map(({ name }) => name).filter(isVariable));
  const behind = (step: Step) => gradientTargets(step).filter(({ key }) => wanted.has(key));
  for (const step of steps) if (behind(step).length > 0) wanted.add(step.key);
  const uses = new Map<string, number>();
  const path = [...steps].reverse().filter((step) => {
    if (!wanted.has(step.key) || (step.key !== result && !uses.has(step.key))) return false;
    for (const { key } of behind(step)) uses.set(key, (uses.get(key) ?? 0) + 1);
    return true;
  });
  return { steps: headsInOrder(path), uses };
}

/** The kinds of scope that contain a head: of a layer, and of its cross-attention. */
const HEADS: readonly string[] = ["head", "cross-head"];

/** Orders the heads of a layer from first to last. They do not depend on each other. */
function headsInOrder(path: readonly Step[]) {
  const ordered: Step[] = [];
  let [firstOfHeads, place] = [0, 0];
  let scope: Scope = [];
  for (const step of path) {
    if (HEADS.includes(step.scope.at(-1)?.kind ?? "")) {
      // Each head is put before those that were recorded after it.
      place = sameScope(step.scope, scope) ? place + 1 : firstOfHeads;
      ordered.splice(place, 0, step);
    } else firstOfHeads = ordered.push(step);
    scope = step.scope;
  }
  return ordered;
}

/** Returns what a step gives gradients to. Empty if the step does not depend smoothly on anything. */
function gradientTargets({ op, inputs }: Step) {
  if (!op.gradient) return [];
  const refs = inputs.map(recorder.ref);
  return op.gradientTo?.(refs, recorder.numbers.nodes) ?? refs;
}

/** Returns the symbol of a step or input in formulas: "Q". Undefined if it has none; then its id is written. */
type SymbolOf = (id: string) => string | undefined;

/** Symbols as papers write them. */
export const paperSymbol: SymbolOf = (id) => symbolOfStep(id) ?? INPUT_SYMBOLS[id];

/** Returns how the gradient of a step or input is written: "dQ", or "d-q-rotated" if it has no symbol. */
export function gradientSymbol(id: string, symbolOf: SymbolOf): string {
  const symbol = symbolOf(id);
  return symbol === undefined ? `d-${id}` : `d${symbol}`;
}

/** A gradient and what it belongs to: a step, or an input if `of` is undefined. */
interface NamedGradient {
  readonly id: string;
  readonly ref: Ref;
  readonly of: Node | undefined;
  /** For a part of a gradient: the step that it comes from. */
  readonly by?: Node | undefined;
}

/** Returns the description of a gradient. */
export function describeGradient(
  { id, ref, of, by }: NamedGradient,
  { formula, notes }: GradientText,
  symbolOf: SymbolOf,
): StepDescription {
  const symbol = by ? id : gradientSymbol(of?.id ?? ref.key, symbolOf);
  const title = `Gradient of ${plainTitle(of?.title ?? ref.key)}`;
  return {
    id,
    title: by ? `${title} by way of ${by.id}` : title,
    axes: ref.axes,
    formula: `${symbol} = ${formula}`,
    view: id === "d-scores" ? "similarity" : undefined,
    notes,
    role: of?.role && `d-${of.role}`,
  };
}

/** Writes a title inside a sentence: "Scaled scores" becomes "scaled scores", and "Q (projected query)" stays. */
const plainTitle = (title: string) =>
  /^[A-Z][a-z]/.test(title) ? title[0].toLowerCase() + title.slice(1) : title;

/** Symbols of inputs in formulas, as papers write them. */
export const INPUT_SYMBOLS: Readonly<Partial<Record<string, string>>> = {
  query: "Q",
  key: "K",
  value: "V",
  x: "X",
  dropoutMask: "M",
  wq: "W^Q",
  wk: "W^K",
  wv: "W^V",
  wo: "W^O",
  bq: "b^Q",
  bk: "b^K",
  bv: "b^V",
  bo: "b^O",
  wa: "W_a",
  ua: "U_a",
  va: "v_a",
  wc: "W_c",
  norm1: "γ₁",
  norm1Bias: "β₁",
  norm2: "γ₂",
  norm2Bias: "β₂",
  queryNorm: "γ_q",
  keyNorm: "γ_k",
  w1: "W₁",
  b1: "b₁",
  w2: "W₂",
  b2: "b₂",
  w3: "W₃",
  b3: "b₃",
};

/** The steps of a norm, which uses a row several times. */
const OF_NORM: readonly StepRole[] = ["normalised", "mean", "variance", "mean-square"];

/** Names for the parts of a gradient, if one matrix is both query and key: x in self-attention. */
const PARTS = ["d-query", "d-key"] as const;

/** Returns the name of the part of a gradient that comes from input number `to` of a step, if it has a name. */
function nameOfPart(step: Step, to: number) {
  if (hasRole(step, "scores")) return PARTS[to];
  return hasRole(step, "context") && to === 1 ? "d-value" : undefined;
}

/** Returns a note on the row dots of a softmax. Local weights are not the softmax alone, so theirs have none. */
function notesOnRowDots(steps: readonly Step[]) {
  if (steps.some((step) => hasRole(step, "falloff"))) return [];
  const output = steps.some((step) => hasRole(step, "concat")) ? "C" : "O";
  return [`δ_i is also Σ_c d${output}_ic ${output}_ic, since ${output} = α V and dα = d${output} Vᵀ`];
}
