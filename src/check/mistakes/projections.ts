import { hasRole, type StepRole } from "../../attention/steps.js";
import { sameShape } from "../../math/matrix.js";
import type { Step, Trace } from "../../trace/trace.js";
import {
  type Alteration,
  alteringEach,
  alterStep,
  alterSteps,
  besides,
  findRole,
  passOn,
  transposeInput,
  useInstead,
} from "./alter.js";
import { type Mistake, setSpecificTitle } from "./mistake.js";

// Mistakes in Q = X W^Q, K = X W^K and V = X W^V, and in where each of them is used.

const isProjection = (step: Step) => hasRole(step, "query-projection", "key-projection", "value-projection");

/** Whether a step multiplies by a W: a projection, or the features of a scoring with its own W. */
const hasWeight = (step: Step) => isProjection(step) || hasRole(step, "query-features", "key-features");

/** Returns the mistake of using an input instead of its projection. The first letter of the id names the projection. */
function notProjected(id: string, plural: string, next: string): Mistake {
  const step = id[0];
  const letter = step.toUpperCase();
  return {
    id,
    step,
    title: `The ${plural} were not projected: X was used instead of X W^${letter}.`,
    formula: `${letter} = X W^${letter}`,
    fix: `Multiply X by W^${letter} before ${next}.`,
    apply: ({ trace }) => [
      ...leaveOut(trace, step),
      // Whoever forgets W^Q often forgets W^K, too.
      ...(step === "q"
        ? setSpecificTitle(
            leaveOut(trace, "q", "k"),
            () => "Queries and keys were not projected: X was used for both.",
          )
        : []),
    ],
  };
}

/** Leaves out these projections, if X has their shape. */
const leaveOut = (trace: Trace, ...ids: readonly string[]): readonly Trace[] =>
  alterSteps(trace, (step) =>
    isProjection(step) && ids.includes(step.id) ? passOn(trace, step) : undefined,
  );

/** The places of the inputs of the scores. */
const [QUERY, KEY] = [0, 1];

/** Returns the mistake of using something else instead of V in α V, or before V is projected. */
const valueIs = (id: string, plural: string, input: number, role: StepRole): Mistake => ({
  id,
  step: "output",
  title: `The weights were applied to the ${plural}, not to the values.`,
  formula: "O = α V",
  fix: "Multiply the weights by V.",
  apply: ({ trace }) => [
    ...alterSteps(trace, (step) => useAsValue(trace, step, input)),
    ...setSpecificTitle(
      alterStep(trace, "value-projection", (step) => projectAs(trace, step, role)),
      () => `The values were projected with W^${input === KEY ? "K" : "Q"}.`,
    ),
  ],
});

/** Uses an input of the scores instead of V in α V. */
function useAsValue(trace: Trace, step: Step, input: number): Alteration | undefined {
  const other = step.role === "context" ? besides(trace, step, "scores")?.inputs[input] : undefined;
  return useInstead(trace, step, 1, other);
}

/** Computes a projection with the inputs of another one, if the result has the same shape. */
function projectAs(trace: Trace, step: Step, role: StepRole): Alteration | undefined {
  const other = findRole(trace, role);
  if (!other || !sameShape(other.shape, step.shape)) return undefined;
  return { inputs: other.inputs, op: other.op, params: other.params };
}

function swapProjections(trace: Trace, a: StepRole, b: StepRole): readonly Trace[] {
  return alterSteps(trace, (step) =>
    hasRole(step, a, b) ? projectAs(trace, step, step.role === a ? b : a) : undefined,
  );
}

export const PROJECTION_MISTAKES: readonly Mistake[] = [
  {
    id: "projection-transposed",
    step: "q",
    title: "W was used transposed: X Wᵀ instead of X W.",
    formula: "Q = X W^Q",
    fix: "Multiply each row of X by each column of W.",
    convention: { layout: "out-in" },
    apply: alteringEach((step, trace) => (hasWeight(step) ? transposeInput(trace, step, 1) : undefined)),
  },
  notProjected("value-not-projected", "values", "the weights are applied"),
  valueIs("value-is-key", "keys", KEY, "key-projection"),
  valueIs("value-is-query", "queries", QUERY, "query-projection"),
  {
    id: "key-value-swapped",
    step: "scores",
    title: "Keys and values were swapped.",
    formula: "S = Q Kᵀ, O = α V",
    fix: "The keys are for the scores; the weights average the values.",
    apply: ({ trace }) => [
      ...alterSteps(trace, (step) => {
        const value = besides(trace, step, "context")?.inputs[1];
        if (step.role !== "scores" || value === undefined) return useAsValue(trace, step, KEY);
        return useInstead(trace, step, 1, value);
      }),
      ...swapProjections(trace, "key-projection", "value-projection"),
    ],
  },
  {
    id: "query-key-swapped",
    step: "scores",
    title: "Queries and keys were swapped.",
    formula: "S = Q Kᵀ",
    fix: "Rows of the scores are queries, columns are keys.",
    apply: ({ trace }) => swapProjections(trace, "query-projection", "key-projection"),
  },
  {
    id: "key-projected-with-wq",
    step: "k",
    title: "The keys were projected with W^Q.",
    formula: "K = X W^K",
    fix: "Queries have W^Q, keys W^K, values W^V.",
    apply: ({ trace }) => {
      const query = findRole(trace, "query-projection");
      if (!query) return [];
      return alterSteps(trace, (step) => {
        const [, ...weights] = query.inputs;
        if (step.role !== "key-projection" || !useInstead(trace, step, 1, weights[0])) return undefined;
        return { inputs: [step.inputs[0], ...weights], op: query.op, params: query.params };
      });
    },
  },
  notProjected("query-not-projected", "queries", "the scores are taken"),
  notProjected("key-not-projected", "keys", "the scores are taken"),
];
