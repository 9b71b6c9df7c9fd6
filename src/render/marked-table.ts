import type { MarkedCell, MarkedTable, Tone } from "./document.js";
import { labelsOf } from "./label.js";
import { type Pen, write } from "./pen.js";
import type { Sheet } from "./sheet.js";

/** The sign after a number, and the colour of both. */
const MARKS: Readonly<Record<MarkedCell["mark"], { readonly sign: string; readonly tone: Tone }>> = {
  right: { sign: " ", tone: "plain" },
  wrong: { sign: "✗", tone: "wrong" },
  carried: { sign: "→", tone: "warning" },
  rounded: { sign: "≈", tone: "dim" },
};

/** Returns a person's numbers as a table with the same look as tables of steps. */
export function markedSheet({ axes, rows, cols, cells }: MarkedTable, pen: Pen): Sheet {
  const heads = labelsOf(axes[1]);
  const signWidth = Math.max(...Object.values(MARKS).map(({ sign }) => pen.spell(sign).length));
  const cellText = ({ text, mark }: MarkedCell) => {
    const { sign, tone } = MARKS[mark];
    return write(pen, tone, `${text} ${pen.spell(sign).padEnd(signWidth)}`);
  };
  return {
    rows,
    cols,
    edges: 0,
    feet: [],
    full: true,
    elidable: false,
    rowLabels: labelsOf(axes[0]),
    column: (col) => ({
      // The blanks put the head over the numbers, not over their marks.
      head: `${heads.at(col)}${" ".repeat(1 + signWidth)}`,
      align: "right",
      cells: (shown) => shown.map((row) => cellText(cells[row * cols + col])),
    }),
  };
}
