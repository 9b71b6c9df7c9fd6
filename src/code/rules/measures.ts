import { createMatrix } from "../../math/matrix.js";
import { drawUniform, evaluateSizes } from "../../ops/sources.js";
import { type Arrays, type Rules, strongest, total, whole } from "../arrays.js";

// What is said of several heads, how far distributions agree, and numbers that come from no step.

const NOT_A_NUMBER = Number.NaN;

/** Every pair of k arrays, k×k×n×m: the first of the pair, and the second. */
function pairsOf<A>(arrays: Arrays<A>, parts: readonly A[]): readonly [A, A] {
  const all = arrays.stack(parts);
  return [arrays.insertAxis(all, 1), arrays.insertAxis(all, 0)];
}

export const MEASURES = {
  headOfColumn(arrays, _, { parts }, { cols }) {
    const numbers = arrays.columnNumbers(cols);
    const rows = parts.map(({ columns, headSize }) => {
      const head = arrays.call("floor", arrays.divide(numbers, arrays.number(headSize)));
      const isThere = arrays.less(numbers, arrays.number(columns));
      return columns === cols ? head : arrays.where(isThere, head, arrays.number(0));
    });
    return arrays.joinRows(rows);
  },
  meanOfRows: (arrays, inputs, cells) =>
    arrays.joinRows(
      inputs.map(({ array, shape: { rows, cols } }) => {
        if ("column" in cells) {
          const column = arrays.slice(array, whole(rows), { from: cells.column, to: cells.column + 1 });
          return arrays.divide(arrays.sum(column, 0), arrays.number(rows));
        }
        const count = Array.from({ length: rows }, (_, row) => row + cells.diagonal).filter(
          (col) => col >= 0 && col < cols,
        ).length;
        if (count === 0) return arrays.add(arrays.zeros({ rows: 1, cols: 1 }), arrays.number(NOT_A_NUMBER));
        const places = arrays.add(arrays.rowNumbers(rows), arrays.number(cells.diagonal));
        const isThere = arrays.equal(places, arrays.columnNumbers(cols));
        const sum = total(arrays, arrays.where(isThere, array, arrays.number(0)));
        return arrays.divide(sum, arrays.number(count));
      }),
    ),
  argmaxOfEach: (arrays, inputs) => arrays.joinRows(inputs.map(({ array }) => strongest(arrays, array))),
  distinctPlaces(arrays, inputs) {
    const all = arrays.joinColumns(inputs.map(({ array }) => array));
    // NaN, where no key stands out, is a place of its own.
    const places = arrays.where(arrays.equal(all, all), all, arrays.number(-1));
    const same = arrays.equal(arrays.insertAxis(places, 2), arrays.insertAxis(places, 1));
    const times = arrays.sumAway(arrays.where(same, arrays.number(1), arrays.number(0)), [2]);
    return arrays.sum(arrays.divide(arrays.number(1), times), 1);
  },
  shares: (arrays, inputs, { places }) =>
    arrays.joinRows(
      inputs.map(({ array, shape }) =>
        arrays.joinColumns(
          places.map(({ name, columns }) => {
            const rows = columns.filter(({ length }) => length > 0).length;
            if (rows === 0) {
              return arrays.add(arrays.zeros({ rows: 1, cols: 1 }), arrays.number(NOT_A_NUMBER));
            }
            const isThere = arrays.flags(name, columns, shape);
            const sum = total(arrays, arrays.where(isThere, array, arrays.number(0)));
            return arrays.divide(sum, arrays.number(rows));
          }),
        ),
      ),
    ),
  centredRanks(arrays, [{ array, shape }], { blocked }) {
    const signs = arrays.call(
      "sign",
      arrays.subtract(arrays.insertAxis(array, 2), arrays.insertAxis(array, 1)),
    );
    const half = (a: typeof array) => arrays.divide(a, arrays.number(2));
    if (!blocked) return half(arrays.sumAway(signs, [2]));
    const { rows, cols, data } = blocked;
    const columns = Array.from({ length: rows }, (_, row) =>
      Array.from({ length: cols }, (_col, col) => col).filter((col) => data[row * cols + col] === 1),
    );
    const isBlocked = arrays.flags("blocked", columns, shape);
    const zero = arrays.number(0);
    const counted = arrays.where(arrays.insertAxis(isBlocked, 1), zero, signs);
    return arrays.where(isBlocked, zero, half(arrays.sumAway(counted, [2])));
  },
  rankCorrelation(arrays, inputs) {
    const parts = inputs.map(({ array }) => array);
    const [a, b] = pairsOf(arrays, parts);
    const dots = arrays.sumAway(arrays.multiply(a, b), [3]);
    const squares = arrays.stack(parts.map((part) => arrays.sumAway(arrays.multiply(part, part), [1])));
    const sizes = arrays.multiply(arrays.insertAxis(squares, 1), arrays.insertAxis(squares, 0));
    const [zero, one] = [arrays.number(0), arrays.number(1)];
    const isEqual = arrays.equal(sizes, zero);
    const safe = arrays.where(isEqual, one, sizes);
    const each = arrays.where(isEqual, zero, arrays.divide(dots, arrays.call("sqrt", safe)));
    const count = arrays.sumAway(arrays.where(isEqual, zero, one), [2]);
    const mean = arrays.divide(
      arrays.sumAway(each, [2]),
      arrays.where(arrays.equal(count, zero), one, count),
    );
    return arrays.where(arrays.equal(count, zero), arrays.number(NOT_A_NUMBER), mean);
  },
  totalVariation(arrays, inputs) {
    const parts = inputs.map(({ array }) => array);
    const [a, b] = pairsOf(arrays, parts);
    const differences = arrays.sumAway(arrays.call("abs", arrays.subtract(a, b)), [2, 3]);
    return arrays.divide(differences, arrays.number(2 * inputs[0].shape.rows));
  },
  // A stream of drawn numbers is another one in every library.
  drawUniform: (arrays, _, params) => arrays.literal(params.name, drawUniform.compute([], params)),
  measured: (arrays, _, { values }) => arrays.literal("measured", values),
  countSizes: (arrays, _, { formulas, sizes }, { rows, cols }) =>
    arrays.literal(
      "counted",
      createMatrix(rows, cols, (row, col) => evaluateSizes(formulas[row][col], sizes[row])),
    ),
} satisfies Partial<Rules>;
