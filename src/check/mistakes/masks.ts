import type { StepRole } from "../../attention/steps.js";
import { type BooleanMatrix, createBooleanMatrix, isTrue, type Matrix, mapCells } from "../../math/matrix.js";
import { scale } from "../../ops/elementwise.js";
import { computeStep, paramsOf, type Step, type Trace } from "../../trace/trace.js";
import { numberText } from "../how-read.js";
import { cellAt } from "../judgement.js";
import {
  type Alteration,
  altering,
  alteringAt,
  alterStep,
  alterSteps,
  besides,
  changeInputs,
  changeOutput,
  inOtherOrder,
  passThroughInput,
} from "./alter.js";
import { familyOf, type Homework, recordOther, setSpecificTitle } from "./mistake.js";

// Mistakes with −∞, and with other numbers that are added to scores or limit them.

/** The right formula of every mask. */
export const MASK_FORMULA = "s_ij = −∞ where query i may not attend to key j";

/** The steps that mask, with their number for a masked cell. A run has only one of them. */
const MASKED = new Map<string | undefined, number>([
  ["masked-scores", Number.NEGATIVE_INFINITY],
  ["masked-exponentials", 0],
] satisfies [StepRole, number][]);

function alterMask(
  trace: Trace,
  alter: (step: Step, nothing: number) => Alteration | undefined,
): readonly Trace[] {
  return alterSteps(trace, (step) => {
    const nothing = MASKED.get(step.role);
    return nothing === undefined ? undefined : alter(step, nothing);
  });
}

/** Masks that allow one key more or one key less per row. Beyond the end of a row, the mask continues as at its end. */
function shiftedMasks(trace: Trace): readonly Trace[] {
  return [-1, 1].flatMap((shift) =>
    withMask(trace, (blocked, i, j) =>
      isTrue(blocked, i, Math.min(Math.max(j + shift, 0), blocked.cols - 1)),
    ),
  );
}

const SIZES = ["window", "windowLeft", "windowRight", "keyLength"];

/** Records the run again with a window or a key length that is one larger or one smaller. */
function otherSizes(homework: Homework): readonly Trace[] {
  return Object.entries(homework.problem.settings).flatMap(([name, value]) => {
    if (!SIZES.includes(name) || typeof value !== "number") return [];
    // If a row without keys is an error, nobody used such a window.
    return [value - 1, value + 1].flatMap((size) => recordOther(homework, { [name]: size }) ?? []);
  });
}

/** Returns a matrix with one number in all blocked cells. */
export function fillBlocked(matrix: Matrix, blocked: BooleanMatrix | undefined, fill: number): Matrix {
  return blocked ? mapCells(matrix, (value, i, j) => (isTrue(blocked, i, j) ? fill : value)) : matrix;
}

const filledBy = (trace: Trace, fill: number): readonly Trace[] =>
  alterStep(trace, "masked-scores", ({ blocked }) => ({
    compute: ([scores]) => fillBlocked(scores, blocked, fill),
  }));

const isSquare = ({ rows, cols }: BooleanMatrix) => rows === cols;

function withMask(
  trace: Trace,
  isBlocked: (blocked: BooleanMatrix, i: number, j: number) => boolean,
  isPossible: (blocked: BooleanMatrix) => boolean = () => true,
): readonly Trace[] {
  return alterMask(trace, ({ blocked }, nothing) => {
    if (!blocked || !isPossible(blocked)) return undefined;
    const other = createBooleanMatrix(blocked.rows, blocked.cols, (i, j) => isBlocked(blocked, i, j));
    return { compute: ([scores]) => fillBlocked(scores, other, nothing) };
  });
}

/** Adds up the powers of the scores before the mask, or of these with another number in blocked cells. */
const withBlockedInSums = (trace: Trace, fill?: number): readonly Trace[] =>
  alterStep(trace, "row-sums", (step) => {
    const powers = besides(trace, step, "exponentials");
    const masked = besides(trace, step, "masked-scores");
    if (!powers || !masked) return undefined;
    const filled = (scores: Matrix) =>
      fill === undefined ? scores : fillBlocked(scores, masked.blocked, fill);
    return {
      inputs: masked.inputs,
      compute: ([scores]) => computeStep(step, [computeStep(powers, [filled(scores)])]),
    };
  });

const BIAS_FORMULA = "s_ij + b_ij";
const negated = (matrix: Matrix) => mapCells(matrix, (value) => -value);

export const MASK_MISTAKES = familyOf({ step: "masked-scores", formula: MASK_FORMULA }, [
  {
    id: "mask-missing",
    title: "The mask was not applied.",
    fix: "Set the blocked scores to −∞ before the softmax.",
    apply: ({ trace }) => alterMask(trace, () => passThroughInput),
  },
  {
    id: "mask-transposed",
    title: "The mask was applied transposed: its rows were taken for its columns.",
    fix: "Rows of the mask are queries, columns are keys.",
    apply: ({ trace }) => withMask(trace, (blocked, i, j) => isTrue(blocked, j, i), isSquare),
  },
  {
    id: "mask-excludes-self",
    title: "The mask also blocks every query's own position.",
    fix: "A causal mask lets query i see the keys j ≤ i, itself included.",
    apply: ({ trace }) => withMask(trace, (blocked, i, j) => isTrue(blocked, i, j) || i === j, isSquare),
  },
  {
    id: "mask-inverted",
    title: "The mask was inverted: the allowed cells were blocked.",
    fix: "Block the cells that the mask forbids.",
    convention: { maskTrue: "drop" },
    apply: ({ trace }) => withMask(trace, (blocked, i, j) => !isTrue(blocked, i, j)),
  },
  {
    id: "mask-off-by-one",
    title: "The mask is off by one key.",
    fix: "Count again: causal is j ≤ i, and a window of W holds W keys, including the query's own.",
    apply: (homework) => [...shiftedMasks(homework.trace), ...otherSizes(homework)],
  },
  {
    id: "mask-zero-fill",
    title: "Blocked scores were set to 0 instead of −∞.",
    fix: "e^0 is 1, not 0: a blocked score must be −∞.",
    apply: ({ trace }) => filledBy(trace, 0),
  },
  {
    id: "mask-power-one",
    step: "exponentials",
    title: "e^(−∞) was taken as 1; it is 0.",
    fix: "A blocked key adds nothing to the sum of its row.",
    skipsWritten: true,
    apply: alteringAt("exponentials", (step, trace) => {
      const masked = besides(trace, step, "masked-scores");
      if (!masked) return undefined;
      const zeros = changeInputs(step, ([scores]) => [fillBlocked(scores, masked.blocked, 0)]);
      return { ...zeros, inputs: masked.inputs };
    }),
  },
  {
    id: "mask-missing-in-sums",
    step: "row-sums",
    title: "The blocked keys were counted in the sums of their rows.",
    fix: "A blocked key adds nothing to the sum of its row.",
    isPlain: true,
    skipsWritten: true,
    // With the powers of their scores, or with 1 for each.
    apply: ({ trace }) => [...withBlockedInSums(trace), ...withBlockedInSums(trace, 0)],
  },
  {
    id: "mask-finite-fill",
    title: "Blocked scores were set to another number instead of −∞.",
    fix: "Only e^−∞ is 0: with any other number, a blocked key keeps some weight.",
    apply: () => [],
    applyAt: ({ trace }, { answer }) => {
      const { cells, values } = answer;
      const { blocked } = answer.step;
      const fills = cells.flatMap((cell, index) =>
        cell && blocked && isTrue(blocked, ...cellAt(answer, index)) ? [values[index]] : [],
      );
      const [fill] = fills;
      if (!fill || fills.length < 2 || fills.some((other) => other !== fill)) return [];
      const title = `Blocked scores were set to ${numberText(fill)} instead of −∞.`;
      return setSpecificTitle(filledBy(trace, fill), () => title);
    },
  },
  {
    id: "mask-after-softmax",
    step: "weights",
    title: "Weights were set to 0 after the softmax, so the rows no longer add up to 1.",
    fix: "Set the scores to −∞ before the softmax, or divide each row by its remaining sum.",
    apply: altering((step) => {
      if (MASKED.has(step.role)) return passThroughInput;
      if (step.role !== "weights" || !step.blocked) return undefined;
      return changeOutput(step, (weights) => fillBlocked(weights, step.blocked, 0));
    }),
  },
  {
    id: "bias-missing",
    step: "biased-scores",
    title: "The bias was not added to the scores.",
    formula: BIAS_FORMULA,
    fix: "Add the bias of each pair before the softmax.",
    apply: alteringAt("biased-scores", () => passThroughInput),
  },
  {
    id: "bias-subtracted",
    step: "biased-scores",
    title: "The bias was subtracted from the scores.",
    formula: BIAS_FORMULA,
    fix: "Add the bias with its own sign.",
    apply: alteringAt("biased-scores", (step) =>
      changeInputs(step, ([scores, ...biases]) => [scores, ...biases.map(negated)]),
    ),
  },
  {
    id: "bias-before-scale",
    step: "biased-scores",
    title: "The bias was added before the scores were divided by √d_k.",
    formula: BIAS_FORMULA,
    fix: "Divide the scores first; the bias is added as it is.",
    apply: ({ trace }) => [
      ...alterStep(trace, "biased-scores", (step) => {
        const factor = paramsOf(besides(trace, step, "scaled-scores"), scale)?.factor;
        if (factor === undefined) return undefined;
        const scaled = (bias: Matrix) => mapCells(bias, (value) => value * factor);
        return changeInputs(step, ([scores, ...biases]) => [scores, ...biases.map(scaled)]);
      }),
      // If the sum before the division is written, too.
      ...inOtherOrder(trace, "scaled-scores", "biased-scores"),
    ],
  },
  {
    id: "softcap-missing",
    step: "capped-scores",
    title: "The softcap was not applied.",
    formula: "c·tanh(s/c)",
    fix: "Limit each scaled score to ±c before the mask and the softmax.",
    apply: alteringAt("capped-scores", () => passThroughInput),
  },
  {
    id: "mask-not-asked",
    step: "exponentials",
    title: "A causal mask was applied, but this problem has none.",
    formula: "E = e^s, for every query and key",
    fix: "Without a mask, every query attends to every key.",
    convention: { causal: true },
    apply: ({ trace }) => {
      if (trace.steps.some(({ role, blocked }) => MASKED.has(role) || blocked)) return [];
      // In the step before e^x, where people write it, or in a step before that.
      return (["exponentials", "scaled-scores", "scores"] satisfies StepRole[]).flatMap((role) =>
        alterStep(trace, role, (step) => {
          const { rows, cols } = step.shape;
          if (rows !== cols || rows < 2) return undefined;
          const later = createBooleanMatrix(rows, cols, (i, j) => j > i);
          const nothing = role === "exponentials" ? 0 : Number.NEGATIVE_INFINITY;
          return changeOutput(step, (made) => fillBlocked(made, later, nothing));
        }),
      );
    },
  },
]);
