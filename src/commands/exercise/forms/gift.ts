import type { Step } from "../../../trace/trace.js";
import { answersOf, type CellAnswers, type Exercise } from "../exercise.js";
import { type Form, shownTables, taskOf, titleOf } from "./sheet-parts.js";

/** GIFT, which Moodle and others import: a numerical question for each cell that is to be filled in. */
export const gift: Form = {
  ending: ".gift",
  write: (exercises) => ["$CATEGORY: qkv", ...exercises.flatMap(questions), ""].join("\n\n"),
};

const questions = (exercise: Exercise): readonly string[] =>
  exercise.blanks.flatMap((step) => {
    const { cols, data } = step.output();
    return Array.from(data.keys())
      .filter((index) => Number.isFinite(data[index]))
      .map((index) => question(exercise, step, index, `[${Math.floor(index / cols)}, ${index % cols}]`));
  });

function question(exercise: Exercise, step: Step, index: number, place: string): string {
  const tables = shownTables(exercise).map(
    ({ name, cells }) => `${name} = [${cells.map((row) => row.join(" ")).join("; ")}].`,
  );
  const asked = `${tables.join(" ")} What is cell ${place} of ${step.key} (${step.formula})? `;
  const title = `${titleOf(exercise)}, ${step.key} ${place}`;
  const answers = answerLines(answersOf(exercise, step, index));
  return `::${giftText(title)}::${giftText(taskOf(exercise, asked))} {#\n${answers}\n}`;
}

function answerLines({ right, tolerance, wrong }: CellAnswers): string {
  return [
    `=%100%${right}:${tolerance}#Right.`,
    ...wrong.map(({ value, feedback }) => `=%0%${value}:${tolerance}#${giftText(feedback)}`),
  ].join("\n");
}

/** Text in which nothing is a sign of GIFT. */
const giftText = (text: string): string => text.replaceAll(/[~=#{}:\\]/g, (sign) => `\\${sign}`);
