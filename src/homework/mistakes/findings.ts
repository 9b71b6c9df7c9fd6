import type { WrittenNumber } from "../../math/written.js";
import { findStep, matrixOf, type Step, type Trace } from "../../trace/trace.js";
import type { Answer, Sheet } from "../answers.js";
import type { Judgement } from "../compare.js";
import { besides } from "./alter.js";
import type { MistakeText } from "./mistake.js";

export const softmaxGuessed: MistakeText = {
  id: "softmax-guessed",
  step: "weights",
  title: "The weights do not come from these scores: they look guessed.",
  formula: "α_ij = e^(s_ij) / Σ_j e^(s_ij)",
  fix: "Take e^x of each score, add up each row, and divide each cell by the sum of its row.",
};

export const outputNotFromWeights: MistakeText = {
  id: "output-not-from-weights",
  step: "output",
  title: "The output does not follow from your own weights.",
  formula: "O = α V",
  fix: "Multiply each weight of the row by its value, and add up.",
};

/** What is certain of a sheet although no mistake is known that gives its numbers, in sentences. */
export function findCertain(trace: Trace, sheet: Sheet, judged: readonly Judgement[]): readonly string[] {
  return judged
    .filter(({ wrong }) => wrong.length > 0)
    .flatMap(({ answer }) =>
      answer.step.view === "distribution" ? aboutWeights(trace, sheet, answer) : aboutOutput(trace, answer),
    );
}

function aboutWeights(trace: Trace, sheet: Sheet, answer: Answer): string[] {
  const scoresKey = besides(trace, answer.step, "exponentials")?.inputs[0];
  const scores = scoresKey === undefined ? undefined : matrixOf(trace, scoresKey);
  const steepness = scoresKey === undefined ? undefined : sheet.get(scoresKey);
  return rowsOf(answer).flatMap((row, index) => {
    const said = aboutSum(answer.key, row, index);
    if (!scores) return said;
    const own = Array.from({ length: answer.cols }, (_, col) => {
      const at = index * answer.cols + col;
      return steepness?.cells[at]?.value ?? scores.data[at];
    });
    return [...said, ...aboutOrder(answer.key, row, own, index)];
  });
}

function rowsOf({ rows, cols, cells }: Answer): Answer["cells"][] {
  return Array.from({ length: rows }, (_, row) => cells.slice(row * cols, (row + 1) * cols));
}

/** A sum of rounded weights may miss 1 by half a unit for each of them. */
function aboutSum(key: string, row: Answer["cells"], index: number): string[] {
  if (row.some((cell) => cell === null)) return [];
  const sum = row.reduce((total, cell) => total + (cell?.value ?? 0), 0);
  const slack = row.reduce((total, cell) => total + 0.5 * 10 ** -(cell?.decimals ?? 0), 1e-9);
  return Math.abs(sum - 1) > slack
    ? [`Row ${index} of ${key} adds up to ${Number(sum.toPrecision(6))}, not to 1.`]
    : [];
}

function aboutOrder(key: string, row: Answer["cells"], scores: readonly number[], index: number): string[] {
  const pairs = row.flatMap((a, i) => row.slice(i + 1).map((b, offset) => ({ a, b, i, j: i + 1 + offset })));
  const unequal = pairs.find(({ a, b, i, j }) => scores[i] === scores[j] && differ(a, b));
  const reversed = pairs.find(
    ({ a, b, i, j }) => differ(a, b) && a && b && (scores[i] - scores[j]) * (a.value - b.value) < 0,
  );
  const said: string[] = [];
  if (unequal) {
    const { i, j } = unequal;
    said.push(
      `Row ${index} of ${key}: the scores of keys ${i} and ${j} are equal, but their weights are not.`,
    );
  }
  if (reversed) {
    const [less, more] =
      scores[reversed.i] < scores[reversed.j] ? [reversed.i, reversed.j] : [reversed.j, reversed.i];
    said.push(
      `Row ${index} of ${key}: key ${more} has a larger score than key ${less}, but a smaller weight.`,
    );
  }
  return said;
}

function differ(a: WrittenNumber | null, b: WrittenNumber | null): boolean {
  return (
    a !== null && b !== null && Math.abs(a.value - b.value) > 10 ** -Math.min(a.decimals, b.decimals) + 1e-9
  );
}

/** An output is a mixture of values, so each column lies between the least and the largest value of that column. */
function aboutOutput(trace: Trace, answer: Answer): string[] {
  const values = valuesOf(trace, answer.step);
  if (!values) return [];
  const outside = answer.cells.findIndex((cell, index) => {
    if (!cell) return false;
    const column = Array.from(
      { length: values.rows },
      (_, row) => values.data[row * values.cols + (index % answer.cols)],
    );
    const slack = 0.5 * 10 ** -cell.decimals + 1e-9;
    return cell.value > Math.max(0, ...column) + slack || cell.value < Math.min(0, ...column) - slack;
  });
  if (outside < 0) return [];
  const place = `[${Math.floor(outside / answer.cols)}, ${outside % answer.cols}]`;
  return [`${answer.key}${place} lies outside the values of its column, though it is a mixture of them.`];
}

/** The values of a step that multiplies weights by values. */
export function valuesOf(trace: Trace, step: Step) {
  const [first, second] = step.inputs;
  const isMixture = step.op === "matmul" && findStep(trace, first)?.view === "distribution";
  return isMixture ? matrixOf(trace, second) : undefined;
}
