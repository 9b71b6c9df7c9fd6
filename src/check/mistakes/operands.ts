import { hasRole } from "../../attention/steps.js";
import { upTo } from "../../math/lists.js";
import { mapCells, sameShape, transpose } from "../../math/matrix.js";
import { scale } from "../../ops/elementwise.js";
import { findStep, paramsOf } from "../../trace/trace.js";
import { stepsToResults } from "../answered.js";
import { numberText } from "../how-read.js";
import { areSame } from "../person/numbers.js";
import { sourcesOf } from "../solution.js";
import { withCells } from "./copied-inputs.js";
import { misreadings } from "./misread-numbers.js";
import type { Mistake } from "./mistake.js";
import { changeOperand, inOperand, nameOf, type Operand } from "./operand.js";
import { MIN_CELLS, ordersOf, reordered } from "./rows.js";

// Another matrix, its rows in another order, a number that was read wrongly, a term with the wrong sign.

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

/** A number that a step uses was read wrongly. */
const numberMisread = inOperand(
  {
    id: "number-misread",
    title: "A number that this step uses was read wrongly.",
    question: "Did you use the right number of the step before?",
    namesLines: true,
  },
  (operand) => {
    const { trace, name, step, answer } = operand;
    if (step.key !== answer.key) return [];
    return misreadings(operand).map((one) => ({
      alteration: changeOperand(operand, (matrix) => withCells(matrix, [one])),
      clause: () => {
        const [row, col] = one.cell;
        return `your numbers fit ${nameOf(trace, name)}[${row},${col}] = ${numberText(one.written)}, but it is ${numberText(one.given)}`;
      },
      // A lost sign is one of few possible slips. Any other number was chosen to fit.
      isLikely: one.written === -one.given,
    }));
  },
  { fewest: MIN_CELLS, isOfAnswer: true },
);

/** Divisors that people use: roots of sizes, and numbers with one decimal. */
const DIVISORS = [
  ...upTo(17, 2).map((size) => ({ by: Math.sqrt(size), text: `√${size}` })),
  ...upTo(100, 1).map((tenths) => ({ by: tenths / 10, text: String(tenths / 10) })),
];

/** The scores were divided by an unexpected number. */
const scaleFitted = inOperand(
  {
    id: "scale-fitted",
    step: "scaled-scores",
    title: "The scores look as if they were divided by a number other than √d_k.",
    formula: "S′ = S / √d_k",
    fix: "Divide each score by √d_k, with d_k the columns of one key (of one head).",
  },
  (operand) => {
    const factor = hasRole(operand.step, "scaled-scores") ? paramsOf(operand.step, scale)?.factor : undefined;
    if (factor === undefined) return [];
    return DIVISORS.filter(({ by }) => Math.abs(by * factor - 1) > 0.02).map(({ by, text }) => ({
      alteration: changeOperand(operand, (scores) => mapCells(scores, (score) => score / (by * factor))),
      clause: () => `The scores look as if they were divided by ${text}, not by √d_k`,
    }));
  },
);

/**
 * Whether an operand was not written and is computed cell by cell from one other matrix: the same order of that matrix
 * gives the same numbers.
 */
function isOfAnother({ trace, name, numbers, isUnwritten }: Operand): boolean {
  const made = findStep(trace, name);
  return isUnwritten && made?.inputs.length === 1 && sameShape(numbers.of(name), numbers.of(made.inputs[0]));
}

/** Of more rows or columns, too many orders are possible: one of them may fit by chance. */
const MOST_LINES = 12;

/** What people do with one operand of a sum or of a product. A factor that is left out is 1, and one used twice is squared. */
const TERMS = [
  { change: () => 0, done: ["left out"] },
  { change: () => 1, done: ["left out"] },
  { change: (value: number) => -value, done: ["used", "with the wrong sign"] },
  { change: (value: number) => 2 * value, done: ["used", "twice"] },
  { change: (value: number) => value ** 2, done: ["used", "twice"] },
];

export const OPERAND_MISTAKES: readonly Mistake[] = [
  numberMisread,
  inOperand({ id: "matrix-mistaken", title: "Another matrix was used than the formula says." }, (operand) => {
    const { trace, step, at, name } = operand;
    return othersLike(operand).map((key) => ({
      alteration: { inputs: step.inputs.with(at, key) },
      clause: () => `you used ${nameOf(trace, key)}, not ${nameOf(trace, name)}`,
    }));
  }),
  inOperand(
    {
      id: "matrix-reordered",
      title: "A matrix was used with its rows or columns in another order.",
      namesLines: true,
    },
    (operand) => {
      const { trace, name, numbers } = operand;
      const own = numbers.of(name);
      if (Math.max(own.rows, own.cols) > MOST_LINES || isOfAnother(operand)) return [];
      const orders = ordersOf(own).map((order) => ({
        alteration: changeOperand(operand, (matrix) => reordered(matrix, order)),
        clause: (names: Parameters<typeof order.clause>[0]) =>
          `in the ${nameOf(trace, name)} that you used, ${order.clause(names)}`,
      }));
      const isSquare = own.rows === own.cols;
      const turned = {
        alteration: changeOperand(operand, transpose),
        clause: () => `you used ${nameOf(trace, name)} transposed`,
      };
      return isSquare ? [...orders, turned] : orders;
    },
  ),
  inOperand({ id: "term-changed", title: "A term was left out, or has the wrong sign." }, (operand) => {
    const { trace, step, name } = operand;
    if (step.inputs.length < 2) return [];
    return TERMS.map(({ change, done: [verb, ...how] }) => ({
      alteration: changeOperand(operand, (matrix) => mapCells(matrix, change)),
      clause: () => ["you", verb, nameOf(trace, name), ...how].join(" "),
    }));
  }),
  scaleFitted,
];
