import { cellOf } from "../../math/matrix.js";
import type { Bars } from "../document.js";
import { labelsOf, namesOn } from "../label.js";
import { chooseFormat } from "../number.js";
import { type Drawing, faintAt, type Shape, textAt, widestText } from "./drawing.js";

const BAR = { width: 240, height: 16 } as const;

/** Draws numbers from 0 to 1 as bars, one group per row. */
export function drawBars({ matrix, axes, view }: Bars, title: string): Drawing {
  const rowNames = labelsOf(axes[0]);
  const format = chooseFormat([matrix.data], view.precision);
  const names = namesOn(axes[1], matrix.cols);
  const left = widestText(names) + 12;
  const shapes: Shape[] = [];
  let y = 0;
  for (let row = 0; row < matrix.rows; row++) {
    shapes.push(textAt(0, y + 8, rowNames.at(row), { isStrong: true }));
    y += BAR.height + 4;
    for (const [col, name] of names.entries()) {
      const value = cellOf(matrix, row, col);
      const width = Math.max(0, Math.min(1, value || 0)) * BAR.width;
      shapes.push(
        faintAt(left - 6, y + BAR.height / 2, name, "end"),
        { kind: "rect", x: left, y: y + 2, width, height: BAR.height - 4, fill: "line0" },
        textAt(left + BAR.width + 8, y + BAR.height / 2, format(value)),
      );
      y += BAR.height;
    }
    y += 10;
  }
  return { title, width: left + BAR.width + 80, height: y, shapes };
}
