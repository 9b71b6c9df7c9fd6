import type { Step } from "../../../trace/trace.js";
import { answersOf, type CellAnswers, type Exercise } from "../exercise.js";
import { type Form, givenTables, roundingOf, shownTables, type Table, titleOf } from "./parts.js";

/** GIFT, which Moodle and others import: a numerical question for each cell that is to be filled in. */
export const gift: Form = {
  ending: ".gift",
  write: (exercises) => ["$CATEGORY: qkv", ...exercises.flatMap(questions), ""].join("\n\n"),
};

function questions(exercise: Exercise): readonly string[] {
  return exercise.blanks.flatMap((step) => {
    const { cols, data } = step.output();
    return Array.from(data, (value, index) => {
      const place = `[${Math.floor(index / cols)}, ${index % cols}]`;
      return Number.isFinite(value) ? [question(exercise, step, index, place)] : [];
    }).flat();
  });
}

function question(exercise: Exercise, step: Step, index: number, place: string): string {
  const tables = [...givenTables(exercise), ...shownTables(exercise)].map(inline).join(" ");
  const asked = `${exercise.task} ${tables} What is cell ${place} of ${step.key} (${step.formula})? ${roundingOf(exercise)}`;
  return `::${giftText(`${titleOf(exercise)}, ${step.key} ${place}`)}::${giftText(asked)} {#\n${answerLines(
    answersOf(exercise, step, index),
  )}\n}`;
}

function answerLines({ right, tolerance, wrong }: CellAnswers): string {
  return [
    `=%100%${right}:${tolerance}#Right.`,
    ...wrong.map(({ value, feedback }) => `=%0%${value}:${tolerance}#${giftText(feedback)}`),
  ].join("\n");
}

const inline = ({ name, cells }: Table): string =>
  `${name} = [${cells.map((row) => row.join(" ")).join("; ")}].`;

/** Text in which nothing is a sign of GIFT. */
const giftText = (text: string): string => text.replaceAll(/[~=#{}:\\]/g, (sign) => `\\${sign}`);
