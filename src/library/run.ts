import type { Problem } from "../attention/problem.js";
import { refuseAs, UserError } from "../errors.js";
import { traceToJson } from "../render/json.js";
import type { JsonValue } from "../render/json-value.js";
import { suggest } from "../suggestion.js";
import {
  findInput,
  findStep,
  keyOf,
  matrixOf,
  type ResultKeys,
  type Scope,
  type Step,
  type Trace,
} from "../trace/trace.js";
import { arrayOfMatrix, type NdArray, stacked } from "./nd-array.js";

/** A recorded computation: the trace of its steps, and its results as arrays. */
export interface Run extends Trace {
  /** The output. If each head has its own output (ALiBi), the array has an axis for heads. */
  readonly output?: NdArray;
  /** The weights after the softmax, n×m; for several heads heads×n×m. */
  readonly weights?: NdArray;
  /**
   * Returns the numbers of a step or an input: "scores", "head 1/weights". If every head has the step, "weights"
   * returns all of them, with an axis for heads. Throws UNKNOWN_STEP.
   */
  step(id: string): NdArray;
  /** Returns what the command prints with `--json`, so that `JSON.stringify(run)` writes it. */
  toJSON(): Readonly<Record<string, unknown>>;
}

/** Throws BAD_VALUE if a function got something other than a run, such as the inputs of one. */
export function requireRun(name: string, given: Trace): void {
  if (Array.isArray(Object(given).steps)) return;
  refuseAs("BAD_VALUE", `${name} takes a run.`, `Record it first: ${name}(attend({ q, k, v }), …).`);
}

type Given = Pick<Problem<unknown>, "settings" | "tokens" | "keyTokens" | "mask">;

/**
 * Adds the results to a trace, as arrays. They are not enumerable: a copy (`{...trace}`) may have other steps, so it
 * does not get them.
 */
export function asRun(trace: Trace, given: Given): Run {
  const result = (name: string) => () => {
    const keys = trace.results[name];
    return keys === undefined ? undefined : arrayOf(trace, keys);
  };
  return Object.defineProperties(
    { ...trace },
    {
      output: { get: result("output"), configurable: true },
      weights: { get: result("weights"), configurable: true },
      step: { value: (id: string) => stepNamed(trace, String(id)), configurable: true },
      toJSON: { value: () => toJson(trace, given) },
    },
  ) as Run;
}

function toJson(
  trace: Trace,
  { settings, tokens, keyTokens, mask }: Given,
): Readonly<Record<string, unknown>> {
  const view = {
    settings: settings as Record<string, JsonValue>,
    tokens,
    keyTokens,
    ...(mask && { booleans: { mask } }),
  };
  const pieces = Array.from(traceToJson(trace, view), (chunk) =>
    typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"),
  );
  return JSON.parse(pieces.join(""));
}

/**
 * Returns the array of a result: of one key, or of a list per head (or per layer and head). Named parts have no array.
 */
function arrayOf(trace: Trace, keys: ResultKeys): NdArray | undefined {
  if (typeof keys === "string") return arrayOfKey(trace, keys);
  if (!isList(keys)) return undefined;
  const parts = keys.flatMap((key) => arrayOf(trace, key) ?? []);
  return parts.length === keys.length && areAlike(parts)
    ? stacked(parts, scopeAt(trace, keys)?.kind ?? "")
    : undefined;
}

const isList = (keys: ResultKeys): keys is readonly ResultKeys[] => Array.isArray(keys);

/**
 * Returns the scope that a list runs over. It is heads if its first step belongs to a head; layers if that step belongs
 * to a layer and the list contains lists.
 */
function scopeAt(trace: Trace, keys: readonly ResultKeys[]): Scope[number] | undefined {
  let depth = 0;
  let first: ResultKeys = keys;
  for (; isList(first); first = first[0]) depth++;
  const scope = typeof first === "string" ? findStep(trace, first)?.scope : undefined;
  return scope?.[scope.length - depth];
}

export const areAlike = (arrays: readonly NdArray[]) =>
  arrays.length > 0 && arrays.every(({ shape }) => String(shape) === String(arrays[0].shape));

function arrayOfKey(trace: Trace, key: string): NdArray {
  const known = findStep(trace, key) ?? findInput(trace, key);
  return arrayOfMatrix(matrixOf(trace, key), known?.axes.map(({ name }) => name) ?? []);
}

function stepNamed(trace: Trace, id: string): NdArray {
  if (findStep(trace, id) || findInput(trace, id)) return arrayOfKey(trace, id);
  const ofHeads = trace.steps.filter((step) => step.id === id && step.scope.at(-1)?.kind === "head");
  const isOneList = new Set(ofHeads.map(({ scope }) => scope.length)).size === 1;
  if (isOneList && ofHeads[0].scope.length === 1) {
    const arrays = ofHeads.map((step) => arrayOfKey(trace, keyOf(step)));
    if (areAlike(arrays)) return stacked(arrays, "head");
  }
  throw unknownStep(trace.steps, id);
}

function unknownStep(steps: readonly Step[], id: string): UserError {
  const keys = steps.filter(({ isKept }) => isKept).map(keyOf);
  return new UserError(
    "UNKNOWN_STEP",
    `There is no step "${id}".`,
    suggest(id, [...new Set([...steps.map((step) => step.id), ...keys])].slice(0, MOST_NAMED)),
  );
}

/** A longer list of names does not help. */
const MOST_NAMED = 60;
