import { type Matrix, mapCells, sameShape } from "../../math/matrix.js";
import { partText, stepLetter } from "../../trace/scope.js";
import { findStep, type Step, type Trace } from "../../trace/trace.js";
import { stepsToResults } from "../answered.js";
import type { Answer } from "../answers.js";
import { CELLS_BY_HAND } from "../by-hand.js";
import { symbolOf } from "../how-read.js";
import { areSame, type Numbers } from "../person/numbers.js";
import { sourcesOf } from "../solution.js";
import { type Alteration, altered, alterSteps, changeInputs } from "./alter.js";
import { type Mistake, markFitted, type SpecificTitle, setSpecificTitle } from "./mistake.js";
import { isNear, ordersOf, reordered } from "./rows.js";

// A step was computed with the wrong operand: another matrix, its rows in another order, or a term with the wrong sign.
// Nobody can list all such mistakes, so they are searched on the sheet.

/** An input of a step, by its place, with the numbers of the person. */
interface Operand {
  readonly trace: Trace;
  readonly step: Step;
  readonly at: number;
  readonly name: string;
  readonly numbers: Numbers;
  /** Whether it was not written. Then steps that lead to it were not skipped, but done wrongly. */
  readonly isUnwritten: boolean;
}

/** A step with another operand, and a sentence about it. */
interface Instead {
  readonly step: Step;
  readonly alteration: Alteration;
  readonly sentence: SpecificTitle;
}

/** The minimum number of cells that must differ. With so many possible operands, two cells fit by chance. */
const MIN_DIFFERENT = 3;

/** Returns a mistake in one operand of a step. It must explain every cell of the written step. */
const inOperand = (
  text: Pick<Mistake, "id" | "title">,
  insteadOf: (operand: Operand) => readonly Omit<Instead, "step">[],
): Mistake => ({
  ...text,
  step: "any",
  formula: "each step uses the numbers before it",
  fix: "Compare the numbers that you used with those of the step before.",
  isPlain: true,
  namesLines: true,
  apply: () => [],
  applyAt: ({ trace }, answer, _, { numbers, nodes }) => {
    if (answer.cells.length > CELLS_BY_HAND) return [];
    const found = nodes.flatMap(({ key }) => {
      const step = findStep(trace, key);
      const operands =
        step?.inputs.map((name, at) => ({
          ...{ trace, step, at, name, numbers },
          isUnwritten: nodes.some((node) => node.key === name),
        })) ?? [];
      return operands
        .flatMap((operand) => insteadOf(operand).map((one) => ({ ...one, step: operand.step })))
        .filter((one) => explains(one, answer, numbers));
    });
    const sentence: SpecificTitle = (name) =>
      `${[...new Set(found.map((one) => one.sentence(name)))].join(", or ")}.`;
    return found.flatMap(({ step, alteration }) => {
      const traces = alterSteps(trace, (other) => (other === step ? alteration : undefined));
      return markFitted(setSpecificTitle(traces, sentence));
    });
  },
});

/** Whether the other operand gives all written cells, and not only those that the right one gives, too. */
function explains({ step, alteration }: Instead, answer: Answer, numbers: Numbers): boolean {
  const nodes = new Map([...numbers.changes.nodes, [step.key, altered(step, alteration)]]);
  const { data } = numbers.with({ ...numbers.changes, nodes }).of(answer.key);
  const before = numbers.of(answer.key).data;
  if (!answer.cells.every((_, index) => isNear(answer, index, data[index]))) return false;
  return answer.cells.filter((_, index) => !isNear(answer, index, before[index])).length >= MIN_DIFFERENT;
}

function nameOf(trace: Trace, key: string): string {
  const step = findStep(trace, key);
  if (!step) return symbolOf(key);
  const letter = stepLetter(step);
  const name = letter === step.title ? letter.toLowerCase() : letter;
  const head = step.scope.at(-1);
  return head ? `${name} of ${partText(head)}` : name;
}

/** Returns the other matrices of this shape that were known before a step, each once. */
function othersLike({ trace, step, name, numbers, isUnwritten }: Operand): readonly string[] {
  const own = numbers.of(name);
  const graph = sourcesOf(trace);
  const later = graph.after(step.key);
  const known = [
    ...trace.inputs.map((input) => input.name),
    ...[...stepsToResults(trace)].map(({ key }) => key),
  ];
  const others = known.filter((key) => {
    const leadsTo = isUnwritten && graph.after(key).has(name);
    return !leadsTo && !later.has(key) && sameShape(numbers.of(key), own);
  });
  return others.filter((key, at) => {
    const isNew = (other: string) => !areSame(numbers.of(other), numbers.of(key));
    return isNew(name) && others.slice(0, at).every(isNew);
  });
}

/** Computes a step with another number for each number of an operand. */
const changeOperand = ({ step, at }: Operand, change: (matrix: Matrix) => Matrix): Alteration =>
  changeInputs(step, (inputs) => inputs.with(at, change(inputs[at])));

const TERMS = [
  { times: 0, text: "was left out" },
  { times: -1, text: "has the wrong sign" },
  { times: 2, text: "was used twice" },
];

export const OPERAND_MISTAKES: readonly Mistake[] = [
  inOperand({ id: "matrix-mistaken", title: "Another matrix was used than the formula says." }, (operand) => {
    const { trace, step, at, name } = operand;
    return othersLike(operand).map((key) => ({
      alteration: { inputs: step.inputs.with(at, key) },
      sentence: () => `you used ${nameOf(trace, key)}, not ${nameOf(trace, name)}`,
    }));
  }),
  inOperand(
    { id: "matrix-reordered", title: "A matrix was used with its rows or columns in another order." },
    (operand) => {
      const { trace, name, numbers } = operand;
      return ordersOf(numbers.of(name)).map((order) => ({
        alteration: changeOperand(operand, (matrix) => reordered(matrix, order)),
        sentence: (names) => `in the ${nameOf(trace, name)} that you used, ${order.clause(names)}`,
      }));
    },
  ),
  inOperand({ id: "term-changed", title: "A term was left out, or has the wrong sign." }, (operand) => {
    const { trace, step, name } = operand;
    if (step.inputs.length < 2) return [];
    return TERMS.map(({ times, text }) => ({
      alteration: changeOperand(operand, (matrix) => mapCells(matrix, (value) => times * value)),
      sentence: () => `${nameOf(trace, name)} ${text}`,
    }));
  }),
];
