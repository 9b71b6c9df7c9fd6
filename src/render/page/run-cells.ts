import { cellOf, isTrue, type Matrix } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import { axesOf, explainStep, findStep, matrixOf, type Trace } from "../../trace/trace.js";
import { labelsOf } from "../label.js";
import { chooseFormat, type FormatNumber, type Precision } from "../number.js";
import type { Cells, Place } from "./chain.js";
import type { Markup } from "./markup.js";
import { cellName, minus } from "./math.js";
import { formulaMath, hueOf, symbolOf } from "./symbols.js";

/** What a page needs from a run: cells with their arithmetic, and matrices with their symbols and number formats. */
export interface RunCells extends Cells {
  matrix(key: string): Matrix;
  /** Returns the function that writes the numbers of a matrix. */
  format(key: string): FormatNumber;
  symbol(key: string): Markup;
}

/** Returns the cells of a run. */
export function cellsOfRun(trace: Trace, precision: Precision): RunCells {
  const matrix = remembered((key) => matrixOf(trace, key));
  const format = remembered((key): FormatNumber => {
    const write = chooseFormat([matrix(key).data], precision);
    return (value) => minus(write(value));
  });
  const symbol = remembered((key) => formulaMath(symbolOf(trace, key)));
  const hue = remembered((key) => hueOf(trace, key));
  const axes = remembered((key) => axesOf(trace, key).map(labelsOf));
  const atEdge = remembered((key) => findStep(trace, key)?.view === "margin");
  return {
    matrix,
    format,
    symbol,
    hue,
    isAtEdge: atEdge,
    arithmetic([key, row, col]: Place) {
      const step = findStep(trace, key);
      if (!step) return undefined;
      return { expression: explainStep(trace, step)(row, col), inputs: step.inputs };
    },
    text([key, row, col]) {
      const value = cellOf(matrix(key), row, col);
      // A masked cell has no computed number, so it has no decimals.
      const isMasked = value === 0 && isTrue(findStep(trace, key)?.blocked, row, col);
      return isMasked ? "0" : format(key)(value);
    },
    name([key, row, col]) {
      const [rows, cols] = axes(key);
      const below = matrix(key).cols === 1 ? rows.at(row) : `${rows.at(row)}, ${cols.at(col)}`;
      return cellName(symbol(key), hue(key), below);
    },
  };
}

function remembered<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => remember(known, key, () => make(key));
}
