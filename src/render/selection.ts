import { UserError } from "../errors.js";
import { nearest } from "../suggestion.js";
import { keyOf, type Step, type Trace } from "../trace/trace.js";

/**
 * The steps that are asked for by key ("head 0/weights") or by id in every scope ("weights"), in the order of the
 * trace; all of them when nothing is asked. Throws UNKNOWN_STEP.
 */
export function selectSteps(trace: Trace, names: readonly string[] | undefined): readonly Step[] {
  if (!names) return trace.steps;
  const known = new Set(trace.steps.flatMap((step) => [step.id, keyOf(step)]));
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
