import { setting, UserError } from "../errors.js";
import { nearest } from "../suggestion.js";
import {
  type Input,
  keptSteps,
  partText,
  type Scope,
  type ScopePart,
  type Step,
  scopeText,
  type Trace,
} from "../trace/trace.js";

/** Which steps are shown. */
export interface Selection {
  /**
   * Keys ("head 0/weights"), or ids in every scope ("weights"), and names of drawn inputs. An empty list selects none.
   * If absent, every step is selected, but people see an overview if the trace has one.
   */
  readonly steps?: readonly string[] | "all" | undefined;
  /** Only the steps inside all of these levels: layer 1, head 2. */
  readonly scope?: Scope | undefined;
}

/** Returns the selected steps, in the order of the trace. Throws UNKNOWN_STEP for an unknown step or scope. */
export function selectSteps(trace: Trace, { steps, scope }: Selection): readonly Step[] {
  const named = selectByName(trace, steps);
  if (scope === undefined) return named;
  const unknown = scope.find((part) => !trace.steps.some((step) => isWithin(step.scope, [part])));
  if (unknown) throw unknownScope(unknown, trace);
  return named.filter((step) => isWithin(step.scope, scope));
}

/** Whether a scope has all of these levels. */
export const isWithin = (scope: Scope, parts: Scope) =>
  parts.every((part) => scope.some((level) => partText(level) === partText(part)));

function unknownScope(part: ScopePart, { steps }: Trace) {
  const { kind } = part;
  const levels = new Set(
    steps.flatMap(({ scope }) => scope.filter((level) => level.kind === kind).map(partText)),
  );
  const alike = [...levels];
  const other = steps.map(({ scope }) => scopeText(scope)).find((scope) => scope !== "");
  const way =
    other === undefined
      ? "qkv multihead has"
      : `name its steps, such as ${setting("steps")} '${other}/weights'`;
  return new UserError(
    "UNKNOWN_STEP",
    `There is no ${partText(part)} in this run.`,
    alike.length > 0 ? `It has ${alike[0]} to ${alike.at(-1)}.` : `It has no ${kind}s of its own: ${way}.`,
  );
}

/**
 * Returns the inputs to show with the selected steps. Given inputs are always shown. Drawn inputs can be drawn again
 * from their seed, so they are shown only with all steps or if named. Weights of a model are shown only if named.
 */
export function selectInputs(trace: Trace, { steps = "all" }: Selection): readonly Input[] {
  return trace.inputs.filter(({ name, isDrawn, isStored }) =>
    steps !== "all" && steps.includes(name) ? true : !isStored && (!isDrawn || steps === "all"),
  );
}

function selectByName(trace: Trace, names: Selection["steps"]) {
  const steps = keptSteps(trace);
  if (!names || names === "all") return steps;
  const drawn = trace.inputs.filter(({ isDrawn, isStored }) => isDrawn || isStored).map(({ name }) => name);
  const known = new Set([...drawn, ...steps.flatMap((step) => [step.id, step.key])]);
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw unknownStep(unknown, steps, nearest(unknown, known));
  return steps.filter((step) => names.includes(step.id) || names.includes(step.key));
}

/** Returns the error for a name that no step has, with the name that was probably meant. */
export function unknownStep(
  name: string,
  steps: readonly Step[],
  near: string | undefined,
  { scope, source }: { readonly scope?: Scope | undefined; readonly source?: string } = {},
): UserError {
  const ids = new Set(steps.map((step) => step.id));
  const where = scope ? ` in ${scopeText(scope)}` : "";
  return new UserError("UNKNOWN_STEP", `There is no step "${name}"${where}.`, {
    hint: `${near ? `Did you mean "${near}"? ` : ""}The steps are: ${[...ids].join(", ")}.`,
    ...(source !== undefined && { location: { source } }),
  });
}
