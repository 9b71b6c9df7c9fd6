import { escapeMarkup } from "../../../render/drawing/svg.js";
import { firstLevel, type Place } from "../../../render/page/chain.js";
import { writeMath } from "../../../render/page/markup.js";
import { cellsOfRun } from "../../../render/page/run-cells.js";
import { formulaMath, symbolOf } from "../../../render/page/symbols.js";
import type { Exercise } from "../exercise.js";

/**
 * Returns the hints of an exercise, each folded inside the one before. Each step has two hints: its formula, then the
 * arithmetic of its first number.
 */
export function hintsOf(exercise: Exercise): string {
  const hints = exercise.blanks.flatMap(({ key, formula }) => [
    `<p>${escapeMarkup(key)}: ${writeMath(formulaMath(formula))}</p>`,
    `<p>${firstLevel(cellsOf(exercise), [key, 0, 0]).map(writeMath).join(" ")}</p>`,
  ]);
  return hints.reduceRight(
    (inner, hint, at) =>
      `<details class="hints"><summary>${at === 0 ? "Hint" : "Next hint"}</summary>${hint}${inner}</details>`,
    "",
  );
}

/** Returns the cells of an exercise. A number that the student has to find is shown by its name. */
function cellsOf({ trace, blanks, shown, given, decimals }: Exercise) {
  const cells = cellsOfRun(trace, decimals);
  const known = new Set([...Object.keys(given), ...shown.map(({ key }) => key)]);
  const isBlank = new Set(blanks.map(({ key }) => key));
  return {
    ...cells,
    text: (place: Place) => {
      const [key, row, col] = place;
      if (known.has(key) && !isBlank.has(key)) return cells.text(place);
      return `${symbolOf(trace, key)}[${row},${col}]`;
    },
  };
}
