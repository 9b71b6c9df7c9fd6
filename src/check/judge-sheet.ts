import { keyOf, type Step, type Trace } from "../trace/trace.js";
import type { Sheet } from "./answers.js";
import { createBounds } from "./bound.js";
import { type Judgement, judgeStep, type StepVerdict } from "./judge-step.js";
import { type RoundedSolutions, unrounded, withSheet } from "./rounding-schedules.js";
import { createSolution, type Solution, shareBefore } from "./solution.js";

/** Judges every answered step, in the order of the steps, each when it is asked for. */
export function* judgeSteps(
  trace: Trace,
  sheet: Sheet,
  solutions: RoundedSolutions,
  before?: Judged,
): Generator<Judgement> {
  const { reaches } = createBounds(solutions.worked[0], sheet);
  const judged = new Map<string, Judgement>();
  for (const [key, answer] of sheet) {
    const isTainted = dependsOnWrong(trace, answer.step, judged);
    const own = isTainted ? [...solutions.own, followWrong(solutions, sheet, judged)] : solutions.own;
    const judgement =
      (isTainted ? undefined : judgedBefore(key, solutions, before)) ??
      judgeStep(answer, { ...solutions, own }, isTainted, reaches);
    judged.set(key, judgement);
    yield judgement;
  }
}

/** A sheet that was judged by another solution. */
export interface Judged {
  readonly judged: readonly Judgement[];
  readonly solutions: RoundedSolutions;
}

/** What was said of a step that this solution does not alter. */
function judgedBefore(
  key: string,
  { worked, own }: RoundedSolutions,
  before?: Judged,
): Judgement | undefined {
  if (!before) return undefined;
  const { judged, solutions } = before;
  const isSame =
    solutions.worked[0].used(key) === worked[0].used(key) &&
    solutions.own[0].computed(key) === own[0].computed(key);
  return isSame ? judged.find(({ answer }) => answer.key === key) : undefined;
}

export const isWrong = (verdict: StepVerdict) => verdict === "differs" || verdict === "follows";

/** The judgements of a sheet that is right throughout; nothing at the first step that is not. */
export function judgeWhileRight(
  trace: Trace,
  sheet: Sheet,
  solutions: RoundedSolutions,
  before?: Judged,
): readonly Judgement[] | undefined {
  const judged: Judgement[] = [];
  for (const judgement of judgeSteps(trace, sheet, solutions, before)) {
    if (isWrong(judgement.verdict)) return undefined;
    judged.push(judgement);
  }
  return judged;
}

/**
 * What follows when the wrong answers stand, and all others are used as exactly as they can be: a calculator goes on with
 * the digits that it does not show.
 */
function followWrong(
  { worked: [exact] }: RoundedSolutions,
  sheet: Sheet,
  judged: ReadonlyMap<string, Judgement>,
): Solution {
  const wrong = new Map([...sheet].filter(([key]) => judged.get(key)?.verdict === "differs"));
  return createSolution(exact.sources, withSheet(wrong, unrounded), shareBefore(wrong, [exact]));
}

/** Whether a wrong answer leads to this step without a right answer between. */
function dependsOnWrong(trace: Trace, step: Step, judged: ReadonlyMap<string, Judgement>): boolean {
  const steps = new Map(trace.steps.map((other) => [keyOf(other), other]));
  const seen = new Set<string>();
  const isWrong = (key: string): boolean => {
    if (seen.has(key)) return false;
    seen.add(key);
    const judgement = judged.get(key);
    if (judgement && judgement.wrong.length > 0) return true;
    const isAnswered = judgement?.answer.cells.every((cell) => cell !== null) ?? false;
    return !isAnswered && (steps.get(key)?.inputs.some(isWrong) ?? false);
  };
  return step.inputs.some(isWrong);
}
