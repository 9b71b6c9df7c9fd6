import { refuseAs, setting, UserError } from "../../errors.js";
import { nearest } from "../../suggestion.js";
import {
  axesOf,
  findInput,
  findStep,
  idOfKey,
  keysOfResult,
  matrixOf,
  partText,
  type Scope,
  type Trace,
} from "../../trace/trace.js";
import { type Selection, selectInputs, selectSteps, unknownStep } from "../selection.js";
import type { NamedMatrix } from "./format.js";

/** The results that a run is written as by default. */
const MAIN_RESULTS = ["output", "weights"];

/**
 * Chooses the one matrix to write: the step, input or result called `only`. By default it is `output`, else `weights`,
 * else the last step. A scope limits the choice. Throws UNKNOWN_STEP, and AMBIGUOUS for a name in several scopes.
 */
export function chooseMatrix(trace: Trace, only: string | undefined, scope?: Scope): NamedMatrix {
  const keys = only === undefined ? mainKeys(trace, scope) : keysInScope(trace, only, scope);
  if (keys.length > 1) throw severalNamed(keys, only);
  return namedMatrix(trace, keys[0]);
}

/** The maximum number of keys in a hint. */
const MOST_LISTED = 4;

function severalNamed(keys: readonly string[], only: string | undefined) {
  const name = only ?? idOfKey(keys[0]);
  const listed = keys.slice(0, MOST_LISTED).map((key) => `${setting("only")} '${key}'`);
  const more = keys.length > MOST_LISTED ? " and so on" : "";
  return new UserError("AMBIGUOUS", `${keys.length} matrices of this run are called "${name}".`, {
    hint: `Choose one: ${listed.join(", ")}${more}; -o npz writes all of them.`,
    location: { source: setting("only") },
  });
}

/** Chooses every matrix called `only`, or by default the inputs and the selected steps. Throws UNKNOWN_STEP. */
export function* chooseMatrices(
  trace: Trace,
  only: string | undefined,
  selection: Selection,
): Generator<NamedMatrix> {
  const keys =
    only === undefined
      ? [
          ...selectInputs(trace, selection).map(({ name }) => name),
          ...selectSteps(trace, selection).map(({ key }) => key),
        ]
      : keysInScope(trace, only, selection.scope);
  for (const key of new Set(keys)) yield namedMatrix(trace, key);
}

function namedMatrix(trace: Trace, key: string) {
  const { blocked } = findStep(trace, key) ?? {};
  return { key, matrix: matrixOf(trace, key), axes: axesOf(trace, key), blocked };
}

/** Returns the keys for a name: a key itself, a result of the run, or an id in every scope that has it. */
function keysNamed(trace: Trace, name: string) {
  if (findStep(trace, name) || findInput(trace, name)) return [name];
  const result = Object.hasOwn(trace.results, name) ? keysOfResult(trace.results[name]) : [];
  if (result.length > 0) return result;
  return trace.steps.filter((step) => step.id === name).map(({ key }) => key);
}

function mainKeys(trace: Trace, scope: Scope | undefined) {
  for (const name of MAIN_RESULTS) {
    const keys = keysNamed(trace, name).filter((key) => isInScope(key, scope));
    if (keys.length > 0) return keys;
  }
  const last = selectSteps(trace, { scope }).at(-1);
  if (last) return [last.key];
  refuseAs("UNKNOWN_STEP", "This run has no step to write.", "Write its inputs: -o npz.");
}

/** Returns the keys for a name in a scope. Throws UNKNOWN_STEP if there are none. */
function keysInScope(trace: Trace, name: string, scope: Scope | undefined) {
  const keys = keysNamed(trace, name);
  const found = keys.filter((key) => isInScope(key, scope));
  if (found.length > 0) return found;
  const names = [...trace.inputs.map((input) => input.name), ...Object.keys(trace.results)];
  const known = [...names, ...trace.steps.flatMap((step) => [step.id, step.key])];
  throw unknownStep(name, trace.steps, keys.at(0) ?? nearest(name, known), {
    scope,
    source: setting("only"),
  });
}

const isInScope = (key: string, scope: Scope | undefined) =>
  scope === undefined || scope.every((part) => `/${key}`.includes(`/${partText(part)}/`));
