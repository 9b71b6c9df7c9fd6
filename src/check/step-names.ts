import {
  AMBIGUOUS_WORDS,
  gradientNames,
  isNameOfGradient,
  namesOf,
  namesOfStep,
  plainName,
  splitHead,
} from "../attention/names.js";
import { refuseAs, setting } from "../errors.js";
import { nearest } from "../suggestion.js";
import { type Step, scopeText, type Trace } from "../trace/trace.js";

/**
 * Finds the step that a name means. The name may be its key (without case and separators), a result of the run, or
 * another usual name. `weights` also means the step of the only scope that has one. Throws UNKNOWN_STEP.
 */
export function findNamedStep(trace: Trace, name: string, source: string, line?: number): Step {
  const found = findStep(trace, name);
  if (found) return found;
  const { scope, id } = splitScope(name);
  const keys = trace.steps.map(({ key }) => key);
  const meant = ambiguousName(trace, id, scope);
  const near = nearest(name, keys);
  const isGradient = trace.results.gradients === undefined && isNameOfGradient(id);
  refuseAs("UNKNOWN_STEP", `There is no step "${name}" in this run.`, {
    hint: isGradient
      ? `Gradients need that of the output: add ${setting("backward")} do.npy, put do beside q, k and v, or give a ${setting("loss")}.`
      : meant.length > 0
        ? `Name the step: ${meant.join(" or ")}.`
        : near === undefined
          ? `The steps are: ${keys.join(", ")}.`
          : `Did you mean "${near}"?`,
    location: { source, ...(line !== undefined && { line }) },
  });
}

/** Returns the step that a name means, or undefined. */
export function findStep({ steps, results }: Trace, name: string): Step | undefined {
  const { scope: said, id } = splitScope(name);
  // Arrays of gradients may have an axis for heads, also for a run of one attention, which has no heads.
  const isOnly = said === "head 0" && isNameOfGradient(id) && stepsIn(steps, said).length === 0;
  const scope = isOnly ? "" : said;
  return (
    // The exact key comes first: `d-norm1` is the gradient of an input, and `d-norm-1` that of a step.
    steps.find((step) => step.key === name.trim()) ??
    steps.find((step) => plainName(step.key) === plainName(name)) ??
    findResult(steps, results, scope, id) ??
    findAlias(stepsIn(steps, scope), id) ??
    (scope === "" ? findOnly(steps, id) : undefined)
  );
}

/** Returns the ids of the steps that different people call by this name. Empty if the name is not ambiguous. */
export function ambiguousName({ steps }: Trace, id: string, scope: string): readonly string[] {
  const meant = AMBIGUOUS_WORDS.get(plainName(id)) ?? [];
  return meant.filter((one) => stepsIn(steps, scope).some((step) => step.id === one));
}

/** Returns the steps that an ambiguous name may mean. Empty if it is not ambiguous. */
export function stepsMeant(trace: Trace, name: string): readonly Step[] {
  const { scope, id } = splitScope(name);
  const ids = ambiguousName(trace, id, scope);
  return stepsIn(trace.steps, scope).filter((step) => ids.includes(step.id));
}

const stepsIn = (steps: readonly Step[], scope: string) =>
  steps.filter((step) => plainName(scopeText(step.scope)) === plainName(scope));

/** Splits a name into scope and id: `head 0/weights` is `weights` in `head 0`. */
function splitScope(name: string): { readonly scope: string; readonly id: string } {
  const { head, isKv, name: id } = splitHead(name) ?? {};
  return id && !isKv ? { scope: `head ${head}`, id } : { scope: "", id: name };
}

/** Returns the steps that a name means in all heads: `weights` means those of every head. Throws UNKNOWN_STEP. */
export function findRequiredSteps(trace: Trace, name: string, source: string): readonly Step[] {
  const { steps, results } = trace;
  const keys: readonly unknown[] = Object.hasOwn(results, name) ? [results[name]].flat() : [];
  const meant = [
    (step: Step) => keys.includes(step.key),
    ({ id }: Step) => plainName(id) === plainName(name),
    ({ id }: Step) => namesOfStep(id).includes(plainName(name)),
  ];
  const found = meant.map((isMeant) => steps.filter(isMeant)).find((some) => some.length > 0);
  return found ?? [findNamedStep(trace, name, source)];
}

/** Returns the step that is a result of the run, or its part in a head: `output` of `posenc` is the step `encoding`. */
function findResult(
  steps: readonly Step[],
  results: Trace["results"],
  scope: string,
  id: string,
): Step | undefined {
  const keys = Object.hasOwn(results, id) ? results[id] : undefined;
  const key = scope === "" ? keys : Array.isArray(keys) ? keys[Number(/\d+/.exec(scope)?.[0])] : undefined;
  return steps.find((step) => step.key === key);
}

function findAlias(steps: readonly Step[], name: string): Step | undefined {
  const isExact = ({ id }: Step) =>
    id.startsWith("d-") && gradientNames(id.slice(2)).includes(plainName(name));
  return steps.find(isExact) ?? steps.find(({ id }) => namesOf(id).includes(plainName(name)));
}

/** Returns the step of this kind if there is only one. A person with one head does not write its scope. */
function findOnly(steps: readonly Step[], name: string): Step | undefined {
  const same = steps.filter(
    (step) => plainName(step.id) === plainName(name) || findAlias([step], name) === step,
  );
  return same.length === 1 ? same[0] : undefined;
}
