import { hasRole } from "../../attention/steps.js";
import type { Matrix } from "../../math/matrix.js";
import type { Node } from "../../trace/op.js";
import { findStep, partText, type Step, stepLetter, type Trace } from "../../trace/trace.js";
import type { Answer } from "../answers.js";
import { CELLS_BY_HAND } from "../by-hand.js";
import { symbolOf } from "../how-read.js";
import { cellAt } from "../judgement.js";
import { areSame, type Numbers } from "../person/numbers.js";
import { type Alteration, altered, alterSteps, changeInputs } from "./alter.js";
import { type Mistake, markFitted, type SpecificTitle, setSpecificTitle } from "./mistake.js";
import { isNear } from "./rows.js";

// A step was computed with a wrong operand. Nobody can list all such mistakes, so they are searched on the sheet.

/** An input of a step, by its place, with the numbers of the person. */
export interface Operand {
  readonly trace: Trace;
  readonly step: Step;
  readonly at: number;
  readonly name: string;
  readonly numbers: Numbers;
  readonly answer: Answer;
  /** Whether it was not written. Then steps that lead to it were not skipped, but done wrongly. */
  readonly isUnwritten: boolean;
}

/** Another operand for a step, and a clause about it. */
interface Instead {
  readonly alteration: Alteration;
  readonly clause: SpecificTitle;
  /** Set if it is one of so few that it need not explain every cell. */
  readonly isLikely?: boolean;
}

/** Another operand for a step, its place among the inputs, and what the written step is with it. */
interface Tried extends Instead {
  readonly step: Step;
  readonly at: number;
  readonly made: Matrix;
}

/** The minimum number of cells that must differ. With so many possible operands, two cells fit by chance. */
const MIN_DIFFERENT = 3;

/**
 * Returns a mistake in one operand of a step. It must explain every wrong cell of the written step. `isOfAnswer` says
 * whether the written numbers suggest the operand, so that no other sheet uses it.
 */
export const inOperand = (
  text: Pick<Mistake, "id" | "title"> & Partial<Mistake>,
  insteadOf: (operand: Operand) => readonly Instead[],
  { fewest = MIN_DIFFERENT, isOfAnswer = false } = {},
): Mistake => ({
  step: "any",
  formula: "each step uses the numbers before it",
  fix: "Compare the numbers that you used with those of the step before.",
  isPlain: true,
  ...text,
  apply: () => [],
  applyAt: ({ trace }, { answer, numbers, nodes }) => {
    const right = numbers.of(answer.key);
    const isGiven = (matrix: Matrix, index: number) => isNear(answer, index, matrix.data[index]);
    const indices = Array.from(answer.cells.keys());
    const differ = indices.filter((index) => !isGiven(right, index));
    if (differ.length < fewest || answer.cells.length > CELLS_BY_HAND) return [];
    const wrongRows = new Set(differ.map((index) => cellAt(answer, index)[0]));
    const ofWrongRows = indices.filter((index) => wrongRows.has(cellAt(answer, index)[0]));
    /** Whether other numbers are those on the sheet, in all rows that are not right without them. */
    const isExplained = (made: Matrix) => ofWrongRows.every((index) => isGiven(made, index));
    const triedAt = ({ key }: Node): readonly Tried[] => {
      const step = findStep(trace, key);
      if (!step) return [];
      const after = numbers.after([key]);
      return step.inputs.flatMap((name, at) => {
        const isUnwritten = nodes.some((node) => node.key === name);
        if (numbers.of(name).data.length > CELLS_BY_HAND) return [];
        return insteadOf({ trace, step, at, name, numbers, answer, isUnwritten }).flatMap((one) => {
          const instead = altered(step, one.alteration);
          // With what the person did otherwise, an operand may depend on the step itself.
          if (instead.inputs.some((input) => after.has(input))) return [];
          const changes = new Map([...numbers.changes, [key, instead]]);
          const made = numbers.with(changes, () => after).of(answer.key);
          return [{ ...one, step, at, made }];
        });
      });
    };
    const gap = nodes.map(({ key }) => key).join();
    // The same numbers often also follow from another operand of an earlier step, which was not written.
    let found: readonly Tried[] = [];
    for (const node of nodes.toReversed()) {
      if (found.length > 0) break;
      const tried = isOfAnswer
        ? triedAt(node)
        : numbers.recall(`${text.id} ${node.key} ${gap}`, () => triedAt(node));
      found = tried.filter(({ made }) => isExplained(made));
    }
    return found.flatMap(({ step, alteration, made, isLikely }) => {
      const alike = found.filter((other) => areSame(other.made, made));
      const byOperand = step.inputs.flatMap((_, at) => alike.find((other) => other.at === at) ?? []);
      const sentence: SpecificTitle = (name) =>
        `${byOperand.map(({ clause }) => clause(name)).join(", or ")}.`;
      const traces = alterSteps(trace, (other) => (other === step ? alteration : undefined));
      const told = setSpecificTitle(traces, sentence);
      return isLikely ? told : markFitted(told);
    });
  },
});

/** Names a matrix in a sentence: "V of head 1", "norm 1". */
export function nameOf(trace: Trace, key: string): string {
  const step = findStep(trace, key);
  if (!step) return symbolOf(key);
  const letter = stepLetter(step);
  const isPart = hasRole(step, "head-q", "head-k", "head-v");
  const name = isPart ? step.id.toUpperCase() : letter === step.title ? letter.toLowerCase() : letter;
  const head = step.scope.at(-1);
  return head ? `${name} of ${partText(head)}` : name;
}

/** Computes a step with other numbers of an operand. */
export const changeOperand = ({ step, at }: Operand, change: (matrix: Matrix) => Matrix): Alteration =>
  changeInputs(step, (inputs) => inputs.with(at, change(inputs[at])));
