import { UserError } from "../errors.js";
import { nearest } from "../suggestion.js";
import { type Input, keyOf, type Step, type Trace } from "../trace/trace.js";

/** Which steps are asked for. */
export interface Selection {
  /**
   * Keys ("head 0/weights"), or ids in every scope ("weights"), and names of drawn inputs; none when empty. Absent is every step, of which people
   * are shown an overview where the trace has one.
   */
  readonly steps?: readonly string[] | "all" | undefined;
  /** Only the steps of this scope: "head 2". */
  readonly scope?: string | undefined;
}

/** The steps that are asked for, in the order of the trace. Throws UNKNOWN_STEP for a step or scope that is not there. */
export function selectSteps(trace: Trace, { steps, scope }: Selection): readonly Step[] {
  const named = selectByName(trace, steps);
  if (scope === undefined) return named;
  const scopes = new Set(trace.steps.map((step) => step.scope));
  if (!scopes.has(scope)) throw unknownScope(scope, [...scopes]);
  return named.filter((step) => step.scope === scope);
}

function unknownScope(scope: string, scopes: readonly string[]): UserError {
  const [kind] = scope.split(" ");
  const alike = scopes.filter((other) => other.startsWith(`${kind} `));
  const other = scopes.find((one) => one !== "");
  const way =
    other === undefined ? "qkv multihead has" : `name its steps, such as --steps '${other}/weights'`;
  return new UserError("UNKNOWN_STEP", `There is no ${scope} in this run.`, {
    hint:
      alike.length > 0 ? `It has ${alike[0]} to ${alike.at(-1)}.` : `It has no ${kind}s of its own: ${way}.`,
  });
}

/**
 * The inputs that stand beside the selected steps: what was given always does; what was drawn is drawn again from its
 * seed, so that it stands there with all steps, or when it is named like one.
 */
export function selectInputs(trace: Trace, { steps = "all" }: Selection): readonly Input[] {
  return trace.inputs.filter(({ name, isDrawn }) => !isDrawn || steps === "all" || steps.includes(name));
}

function selectByName(trace: Trace, names: Selection["steps"]): readonly Step[] {
  if (!names || names === "all") return trace.steps;
  const drawn = trace.inputs.flatMap(({ name, isDrawn }) => (isDrawn ? [name] : []));
  const known = new Set([...drawn, ...trace.steps.flatMap((step) => [step.id, keyOf(step)])]);
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw unknownStep(unknown, trace, known);
  return trace.steps.filter((step) => names.includes(step.id) || names.includes(keyOf(step)));
}

function unknownStep(name: string, trace: Trace, known: ReadonlySet<string>): UserError {
  const near = nearest(name, known);
  const ids = new Set(trace.steps.map((step) => step.id));
  return new UserError("UNKNOWN_STEP", `There is no step "${name}".`, {
    hint: `${near ? `Did you mean "${near}"? ` : ""}The steps are: ${[...ids].join(", ")}.`,
  });
}
