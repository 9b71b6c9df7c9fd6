import { type HashedExercise, isAnswer } from "../../render/page/hashed-answers.js";
import { all } from "../page/dom.js";

// The script of the page of exercises: its buttons compare the filled-in numbers with the hashes of the answers.

const { exercises = [] }: { exercises?: readonly HashedExercise[] } = JSON.parse(
  document.getElementById("data")?.textContent ?? "{}",
);
document.documentElement.classList.add("js");
for (const section of all("section[data-exercise]")) {
  const exercise = exercises[Number(section.dataset.exercise)];
  const button = section.querySelector("button");
  button?.addEventListener("click", () => check(section, exercise));
}

function check(section: HTMLElement, exercise: HashedExercise): void {
  const filled: { readonly cell: string; readonly value: number; readonly isRight: boolean }[] = [];
  const inputs = all<HTMLInputElement>("input[data-cell]", section);
  for (const input of inputs) {
    const { cell = "" } = input.dataset;
    const isEmpty = input.value.trim() === "";
    const value = numberIn(input.value);
    const isRight = isAnswer(exercise, cell, value, exercise.right[cell]);
    if (!isEmpty) filled.push({ cell, value, isRight });
    const mark = isEmpty ? "" : isRight ? "✓" : "✗";
    input.parentElement?.setAttribute("data-mark", mark);
    if (mark === "✗") input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  const status = section.querySelector("[role=status]");
  if (status) status.textContent = toldOf(exercise, filled, inputs.length);
}

type Filled = { readonly cell: string; readonly value: number; readonly isRight: boolean };

function toldOf(exercise: HashedExercise, filled: readonly Filled[], of: number): string {
  if (filled.length === 0) return "Nothing is filled in yet.";
  const wrong = filled.filter(({ isRight }) => !isRight);
  const right = filled.length - wrong.length;
  if (wrong.length === 0)
    return right === of
      ? `All ${of} numbers are right.`
      : `${right} of ${of} are filled in, all of them right.`;
  const counts = `${right} of ${filled.length} are right so far.`;
  const made = exercise.wrong.find(({ cells }) =>
    wrong.every(({ cell, value }) => isAnswer(exercise, cell, value, cells[cell])),
  );
  return made ? `${counts} The others fit this mistake: ${made.title}` : counts;
}

/** Reads a number as people write it: −0,5 or 1/3. Returns NaN otherwise. */
function numberIn(text: string): number {
  const [top, bottom = "1", ...more] = text.replaceAll("−", "-").replaceAll(",", ".").split("/");
  return more.length > 0 || top.trim() === "" ? Number.NaN : Number(top) / Number(bottom);
}
