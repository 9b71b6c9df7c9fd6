import type { Step } from "../../../trace/trace.js";
import { answersOf, type Exercise } from "../exercise.js";
import { type Form, givenTables, stepTables, taskOf, titleOf } from "./sheet-parts.js";

/** GIFT, which Moodle and other programs import: one numerical question per blank cell. */
export const gift: Form = (exercises) => ["$CATEGORY: qkv", ...exercises.flatMap(questions), ""].join("\n\n");

const questions = (exercise: Exercise) =>
  exercise.blanks.flatMap((step) => {
    const { data } = step.output();
    return Array.from(data.keys())
      .filter((index) => Number.isFinite(data[index]))
      .map((index) => question(exercise, step, index));
  });

function question(exercise: Exercise, step: Step, index: number) {
  const { key, formula, shape } = step;
  const place = `[${Math.floor(index / shape.cols)}, ${index % shape.cols}]`;
  const tables = [...givenTables(exercise), ...stepTables(exercise.shown)].map(
    ({ name, cells }) => `${name} = [${cells.map((row) => row.join(" ")).join("; ")}].`,
  );
  const asked = `${tables.join(" ")} What is cell ${place} of ${key} (${formula})? `;
  const title = `${titleOf(exercise)}, ${key} ${place}`;
  const [right, ...wrong] = answersOf(exercise, step, index, giftText);
  const answers = [`=%100%${right}`, ...wrong.map((answer) => `=%0%${answer}`)].join("\n");
  return `::${giftText(title)}::${giftText(taskOf(exercise, asked))} {#\n${answers}\n}`;
}

/** Escapes all signs that have a meaning in GIFT. */
const giftText = (text: string) => text.replaceAll(/[~=#{}:\\]/g, (sign) => `\\${sign}`);
