import { counted, inSentence } from "../../errors.js";
import { sumOver, tabulate } from "../../math/lists.js";
import { columnOf, type Matrix } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import { matrixOf, type Step, stepTitle, type Trace } from "../../trace/trace.js";
import type { Answer, Sheet } from "../answers.js";
import { numberText } from "../how-read.js";
import { cellAt, type Judgement } from "../judgement.js";
import { besides } from "./alter.js";
import type { MistakeText } from "./mistake.js";

export const softmaxGuessed: MistakeText = {
  id: "softmax-guessed",
  step: "weights",
  title: "These numbers do not come from the scores.",
  formula: "α_ij = e^(s_ij) / Σ_j e^(s_ij)",
  fix: "Take e^x of each score, add up each row, and divide each cell by the sum of its row.",
};

/** The minimum number of round numbers that is no coincidence. */
const MIN_ROUND = 3;

/** Whether weights look like a guess: there are enough of them, and all are twentieths such as 0.30 and 0.65. */
export function seemGuessed({ cells }: Answer): boolean {
  const values = cells.flatMap((cell) => (cell && cell.value > 0 && cell.value < 1 ? [cell.value] : []));
  const areRound = values.every((value) => Math.abs(value * 20 - Math.round(value * 20)) < 1e-9);
  return areRound && values.length >= MIN_ROUND;
}

export const outputNotFromWeights: MistakeText = {
  id: "output-not-from-weights",
  step: "output",
  title: "These numbers do not come from your own weights.",
  formula: "O = α V",
  fix: "Multiply each weight of the row by its value, and add up.",
};

export const doesNotFollow: MistakeText = {
  id: "step-not-followed",
  step: "any",
  title: "These numbers do not come from the step before.",
  formula: "the formula of the step",
  fix: "Compute one cell of this step again, from the numbers of the step before.",
};

/** The same finding if no earlier step is on the sheet. */
export const notOfGiven: MistakeText = {
  ...doesNotFollow,
  title: "These numbers do not come from the given numbers.",
};

/** Returns sentences about what is certainly wrong in steps whose numbers no known mistake explains. */
export function findCertain(trace: Trace, sheet: Sheet, judged: readonly Judgement[]): readonly string[] {
  return judged.flatMap(({ answer }) =>
    answer.step.view === "distribution" ? aboutWeights(trace, sheet, answer) : aboutOutput(trace, answer),
  );
}

/** The maximum number of rows with the same fault that are listed one by one. */
const MAX_LISTED = 3;

function aboutWeights(trace: Trace, sheet: Sheet, answer: Answer): string[] {
  const rows = weighRows(trace, sheet, answer);
  const [down, across] = answer.step.axes.map(({ labels }) => labels);
  const title = stepTitle(answer.step);
  return [aboutSum, aboutOrder].flatMap((about) => {
    const byFault = new Map<string, string[]>();
    for (const [index, row] of rows.entries()) {
      const fault = about(row, across, answer.cols);
      if (fault !== undefined) remember(byFault, fault, () => []).push(nameOf(down, index) ?? String(index));
    }
    const sentences = Array.from(
      byFault,
      ([fault, names]) => `In row${names.length === 1 ? "" : "s"} ${inSentence(names)} of ${title}, ${fault}`,
    );
    const more = sumOver([...byFault.values()].slice(MAX_LISTED), ({ length }) => length);
    if (more === 0) return sentences;
    return [...sentences.slice(0, MAX_LISTED), `${counted(more, "more row")} of ${title} likewise.`];
  });
}

type Labels = readonly string[] | undefined;

/** Returns the name of a query or key, with its number if others have the same name. */
function nameOf(labels: Labels, index: number): string | undefined {
  const label = labels?.[index];
  const isAlone = labels?.indexOf(label ?? "") === labels?.lastIndexOf(label ?? "");
  return label === undefined || isAlone ? label : `${label} (${index})`;
}

/** A written weight with the score that it should come from, which is the person's own if it was written. */
interface Weighed {
  readonly col: number;
  readonly score: number;
  readonly weight: number;
  readonly decimals: number;
}

/** Returns the answered weights of each row, sorted by score, then by weight. */
function weighRows(trace: Trace, sheet: Sheet, { step, rows, cols, cells }: Answer): Weighed[][] {
  const scoresKey = besides(trace, step, "exponentials")?.inputs[0];
  const scores = scoresKey === undefined ? undefined : matrixOf(trace, scoresKey);
  const writtenScores = scoresKey === undefined ? undefined : sheet.get(scoresKey);
  return tabulate(rows, (row) => {
    const weighed = cells.slice(row * cols, (row + 1) * cols).flatMap((cell, col): Weighed[] => {
      const index = row * cols + col;
      const score = writtenScores?.cells[index]?.value ?? scores?.data[index] ?? Number.NaN;
      return cell ? [{ col, score, weight: cell.value, decimals: cell.decimals }] : [];
    });
    return weighed.sort((a, b) => a.score - b.score || a.weight - b.weight);
  });
}

/** Describes a row of weights that does not add up to 1. Rounding may add half a unit per weight. */
function aboutSum(row: readonly Weighed[], _: Labels, cols: number): string | undefined {
  if (row.length < cols) return undefined;
  const sum = sumOver(row, ({ weight }) => weight);
  const slack = 1e-9 + sumOver(row, ({ decimals }) => 0.5 * 10 ** -decimals);
  return Math.abs(sum - 1) > slack ? `the sum is ${Number(sum.toPrecision(6))}, not 1.` : undefined;
}

/**
 * Describes two keys in the wrong order: the key with the larger score has the smaller weight, or only their scores are
 * equal.
 */
function aboutOrder(row: readonly Weighed[], labels: Labels): string | undefined {
  for (const [at, weighed] of row.entries()) {
    const other = row
      .slice(0, at)
      .findLast(
        (one) => differ(one, weighed) && (one.score === weighed.score || one.weight > weighed.weight),
      );
    if (!other) continue;
    const nameAt = ({ col }: Weighed) => nameOf(labels, col) ?? `key ${col}`;
    if (weighed.score > other.score)
      return `${nameAt(weighed)} has a larger score than ${nameAt(other)}, but a smaller weight.`;
    const [one, two] = [other, weighed].sort((a, b) => a.col - b.col).map(nameAt);
    return `the scores of ${one} and ${two} are equal, but their weights are not.`;
  }
  return undefined;
}

function differ(a: Weighed, b: Weighed): boolean {
  return Math.abs(a.weight - b.weight) > 10 ** -Math.min(a.decimals, b.decimals) + 1e-9;
}

/**
 * Describes impossible outputs. An output is a mixture of values, so each column is between the smallest and the
 * largest value of that column.
 */
function aboutOutput(trace: Trace, answer: Answer): string[] {
  const values = valuesOf(trace, answer.step);
  if (!values) return [];
  const outside = answer.cells.findIndex((cell, index) => {
    if (!cell) return false;
    const column = columnOf(values, index % answer.cols);
    const slack = 0.5 * 10 ** -cell.decimals + 1e-9;
    // The output of a row that may attend to nothing is 0.
    return cell.value > Math.max(0, ...column) + slack || cell.value < Math.min(0, ...column) - slack;
  });
  if (outside < 0) return [];
  const [down, across] = answer.step.axes.map(({ labels }) => labels);
  const [row, col] = cellAt(answer, outside);
  return [
    `In row ${nameOf(down, row) ?? row} of ${stepTitle(answer.step)}, ${numberText(answer.values[outside])} is no weighted average of column ${nameOf(across, col) ?? col} of the values.`,
  ];
}

/** Returns the values of a step that multiplies weights by values. */
export function valuesOf(trace: Trace, { role, inputs }: Step): Matrix | undefined {
  return role === "context" ? matrixOf(trace, inputs[1]) : undefined;
}
