import { tabulate } from "../math/lists.js";
import { cellOf } from "../math/matrix.js";
import type { Hands } from "./document.js";
import { alignTo, namesOn, widest } from "./label.js";
import { type Pen, write } from "./pen.js";
import { drawRuler } from "./plot.js";
import { wrapText } from "./wrap.js";

/** The columns after these are slow and hardly move. */
const MOST_CLOCKS = 8;

/**
 * Draws angles as hands of clocks: one clock per column, its hands beside each other along the rows. Angle 0 points up,
 * and angles grow clockwise. What does not fit is left out, and a line says so. Radians, n×clocks.
 */
export function writeHands({ matrix, axes }: Hands, pen: Pen): string[] {
  const [rowAxis, colAxis] = axes;
  const clocks = Math.min(matrix.cols, MOST_CLOCKS);
  const names = namesOn(colAxis, clocks).map((name) => pen.spell(`${colAxis.name} ${name}`));
  const side = widest(names) + 1;
  const room = Math.max(1, pen.width - side);
  const step = 2 * matrix.rows <= room ? 2 : 1;
  const shown = Math.min(matrix.rows, Math.floor(room / step));
  const blanks = " ".repeat(side);
  const ruler = { width: shown * step, columnOf: (row: number) => row * step };
  const rowNames = namesOn(rowAxis, shown);
  const leftOut = leftOutOf([rowAxis.name, shown, matrix.rows], [colAxis.name, clocks, matrix.cols]);
  return [
    ...names.map((name, col) => {
      const hands = tabulate(shown, (row) => handAt(cellOf(matrix, row, col), pen));
      return (
        pen.painter.paint("label", alignTo(name, side, "left")) + hands.join(" ".repeat(step - 1))
      ).trimEnd();
    }),
    write(pen, "dim", (blanks + drawRuler(rowNames, ruler, pen)).trimEnd()),
    ...wrapText(
      pen,
      "dim",
      `one hand per ${rowAxis.name}: angle 0 points up, 2π is one turn clockwise${leftOut && `; ${leftOut}`}`,
    ),
  ];
}

function handAt(angle: number, { glyphs }: Pen) {
  const eighth = Math.round((8 * angle) / (2 * Math.PI)) % 8;
  return glyphs.hands[(eighth + 8) % 8] ?? glyphs.notANumber;
}

/** Says how many of the rows and columns are shown. Empty if all are. */
export function leftOutOf(...counts: readonly (readonly [name: string, shown: number, all: number])[]) {
  const parts = counts.flatMap(([name, shown, all]) => (shown < all ? [`${shown} of ${all} ${name}s`] : []));
  return parts.length > 0 ? `the first ${parts.join(", ")}` : "";
}
