import { roundDecimals } from "../../math/decimal.js";
import { mapCells, sameShape } from "../../math/matrix.js";
import { type Step, sameScope } from "../../trace/trace.js";
import { alteringAt, alterSteps, changeInputs, passOn, plus, transposeInput, useInstead } from "./alter.js";
import { familyOf, type Mistake } from "./mistake.js";

// Mistakes in O = α V.

/** Another matrix of the step is written as the output. */
const copied = (input: 0 | 1, own: Pick<Mistake, "id" | "title">) => ({
  ...own,
  fix: "Multiply each weight of the row by its row of V, and add up.",
  isPlain: true as const,
  apply: alteringAt("context", (step, trace) => passOn(trace, step, input)),
});

/** Transposes the weights or the values. */
const transposed = (input: 0 | 1): Mistake["apply"] =>
  alteringAt("context", (step, trace) => transposeInput(trace, step, input));

export const OUTPUT_MISTAKES = familyOf({ step: "output", formula: "O = α V" }, [
  {
    id: "weights-transposed",
    title: "The weights were used transposed: αᵀ V.",
    fix: "Row i of the output is the sum of the values, weighted by row i of the weights.",
    apply: transposed(0),
  },
  {
    id: "value-transposed",
    title: "V was used transposed: α Vᵀ.",
    fix: "Multiply each row of the weights by each column of V.",
    apply: transposed(1),
  },
  {
    id: "weights-of-other-head",
    title: "The weights of another head were used.",
    fix: "Each head multiplies its own weights by its own V.",
    apply: ({ trace }) => {
      const all = trace.steps.filter(({ role }) => role === "context");
      // Heads of a later layer depend on this one, so only those of the same layer are used.
      const headsOf = ({ scope }: Step) =>
        all.filter((other) => sameScope(other.scope.slice(0, -1), scope.slice(0, -1)));
      return all.slice(1).flatMap((_, by) =>
        alterSteps(trace, (step) => {
          if (!all.includes(step)) return undefined;
          const heads = headsOf(step);
          const other = heads[(heads.indexOf(step) + by + 1) % heads.length];
          return other === step ? undefined : useInstead(trace, step, 0, other.inputs[0]);
        }),
      );
    },
  },
  {
    id: "residual-added",
    title: "The input was added to the output (a residual connection).",
    fix: "Attention ends with α V; the residual sum belongs to the layer around it.",
    apply: ({ trace }) =>
      ["x", "query", "q"].flatMap((name) =>
        alterSteps(trace, (step) => {
          if (step.key !== trace.results.output) return undefined;
          const added =
            trace.inputs.find((input) => input.name === name)?.matrix ??
            trace.steps.find((other) => other.key === name)?.output();
          return added && sameShape(added, step.output()) ? plus(step, name) : undefined;
        }),
      ),
  },
  {
    id: "weights-rounded",
    title: "The weights were rounded to one decimal before they were multiplied by V.",
    fix: "Multiply the weights with all the digits that you wrote.",
    isPlain: true,
    apply: alteringAt("context", (step) =>
      changeInputs(step, ([weights, values]) => [
        mapCells(weights, (weight) => roundDecimals(weight, 1)),
        values,
      ]),
    ),
  },
  copied(0, { id: "output-is-weights", title: "The output is a copy of the weights." }),
  copied(1, { id: "output-is-value", title: "The output is a copy of V." }),
]);
