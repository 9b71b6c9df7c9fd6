import { isNameOfStep } from "../attention/names.js";
import { type Step, scopeText, type Trace } from "../trace/trace.js";
import { ambiguousName, findStep } from "./step-names.js";

/** A step that a title may mean. */
interface Titled {
  readonly key: string;
  readonly shape: { readonly rows: number; readonly cols: number };
  readonly sums?: string;
}

/** Steps that only exist with another way to mask. */
const OF_MASKING = ["masked-scores", "masked-exponentials"] as const;

/** Finds the steps of a run by the titles that are printed above them, and by the names that people use. */
export function stepTitles(trace: Trace) {
  const isOfHeads = (name: string) =>
    trace.steps.some(({ scope }) => findStep(trace, `${scopeText(scope)}/${name}`) !== undefined);
  return {
    find: (title: string, scope: string, formula = ""): readonly Titled[] => {
      const titled = trace.steps.filter((step) => scopeText(step.scope) === scope && isTitle(step, title));
      const same = titled.filter((step) => plainFormula(formula).startsWith(plainFormula(step.formula)));
      return (same.length === 1 ? same : titled).map((step) => ({
        key: step.key,
        shape: step.shape,
        ...sumsOf(trace, step),
      }));
    },
    // If a printed run has scopes, steps without a scope are below the name of the command.
    scopeOf: (heading: string): string | undefined =>
      heading === trace.command
        ? ""
        : trace.steps
            .map(({ scope }) => scopeText(scope))
            .find((scope) => scope !== "" && scope.toLowerCase() === heading.toLowerCase()),
    isStep: (name: string): boolean =>
      trace.steps.some((step) => isTitle(step, name)) ||
      findStep(trace, name) !== undefined ||
      isOfHeads(name) ||
      OF_MASKING.some((id) => isNameOfStep(id, name)) ||
      ambiguousName(trace, name, "").length > 0,
    isOfHeads: (name: string): boolean => findStep(trace, name) === undefined && isOfHeads(name),
  };
}

/** Returns the names and numbers of a formula, which are the same in Unicode and ASCII. */
const plainFormula = (formula: string) => formula.replace(/[^\w.]/g, "");

function sumsOf({ steps }: Trace, { id, scope }: Step): { readonly sums?: string } {
  if (id !== "exponentials") return {};
  const sums = steps.find((step) => step.id === "row-sums" && scopeText(step.scope) === scopeText(scope));
  return sums ? { sums: sums.key } : {};
}

/** Whether a word is the title that a run prints above a step. */
const isTitle = ({ title }: Step, word: string) => title.toLowerCase() === word.toLowerCase();
