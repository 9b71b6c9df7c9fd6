import { ATTEND_SETTINGS } from "../attention/attend-settings.js";
import { hasRole } from "../attention/steps.js";
import { UserError } from "../errors.js";
import { scale } from "../ops/elementwise.js";
import { findStep, type Step } from "../trace/trace.js";
import { type NamedAnswer, type Sheet, settleAnswers } from "./answers.js";
import { type Homework, ifPossible, type RightWay, withSettings } from "./mistakes/mistake.js";
import { sourcesOf } from "./solution.js";

/** Another way to mask: different steps give the same weights. */
interface OtherSteps extends Pick<RightWay, "id" | "text"> {
  /** The mask fill of the run, and that of the sheet. */
  readonly from: string;
  readonly to: string;
}

const OTHER_STEPS: readonly OtherSteps[] = [
  {
    id: "scores-masked",
    from: "multiply-exp",
    to: "neg-inf",
    text: "Blocked scores were set to −∞ instead of their e^s to 0, which gives the same weights.",
  },
  {
    id: "exponentials-masked",
    from: "neg-inf",
    to: "multiply-exp",
    text: "e^s was set to 0 in blocked cells instead of the score to −∞, which gives the same weights.",
  },
];

/** A sheet, and the solution that has its steps. */
export interface Settled {
  readonly homework: Homework;
  readonly sheet: Sheet;
  readonly way?: Pick<RightWay, "id" | "text">;
  /** Steps that replace others with the same name, by the keys of the others. */
  readonly insteadOf?: ReadonlyMap<string, string>;
}

/**
 * Finds the steps of a sheet. If it names a step that only exists with another way to mask, that way is used. Throws
 * UNKNOWN_STEP and SHAPE_MISMATCH.
 */
export function settleSheet(homework: Homework, given: readonly NamedAnswer[]): Settled {
  try {
    return { homework, sheet: settleAnswers(homework.trace, given) };
  } catch (error) {
    const other = isUnknownStep(error) ? settleOtherwise(homework, given) : undefined;
    if (!other) throw error;
    return other;
  }
}

const isUnknownStep = (error: unknown) => error instanceof UserError && error.code === "UNKNOWN_STEP";

function settleOtherwise(homework: Homework, given: readonly NamedAnswer[]): Settled | undefined {
  const { maskFill }: { readonly maskFill?: unknown } = homework.problem.settings;
  const way = OTHER_STEPS.find(({ from }) => from === (maskFill ?? ATTEND_SETTINGS.maskFill.default));
  const other = way && withSettings(homework, { maskFill: way.to });
  // Perhaps neither way has the step, or it has another shape.
  const sheet = other && ifPossible(() => settleAnswers(other.trace, given));
  return sheet && { homework: other, sheet, way };
}

/**
 * Returns the sheet with dS read as the gradient before the division by √d_k, because people use the name for both.
 * Returns undefined if no later answer can decide between them.
 */
export function withUnscaledGradients(settled: Settled): Settled | undefined {
  const { trace } = settled.homework;
  const sheet = new Map(settled.sheet);
  const insteadOf = new Map<string, string>();
  for (const [key, answer] of settled.sheet) {
    const step = isScaledGradient(answer.step) ? findStep(trace, answer.step.inputs[0]) : undefined;
    const isTold = [...sourcesOf(trace).after(key)].some((later) => later !== key && sheet.has(later));
    if (!step || !isTold || sheet.has(step.key)) continue;
    sheet.delete(key);
    sheet.set(step.key, { ...answer, step, key: step.key });
    insteadOf.set(key, step.key);
  }
  return insteadOf.size > 0 ? { ...settled, sheet, way: BEFORE_SCALE, insteadOf } : undefined;
}

const isScaledGradient = (step: Step) => hasRole(step, "d-scores") && step.op.name === scale.name;

const BEFORE_SCALE = {
  id: "gradient-before-scale",
  text: "dS was read as the gradient before the division by √d_k, because the later steps follow from that.",
};
