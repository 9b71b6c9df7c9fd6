import { createMatrix } from "../../math/matrix.js";
import { drawUniform, evaluateSizes } from "../../ops/sources.js";
import { type Arrays, type Rules, whole } from "../arrays.js";

// What is said of several heads, how far distributions agree, and numbers that come from no step.

/** Every pair of k arrays, k×k×n×m: the first of the pair, and the second. */
function pairsOf<A>({ stack, insertAxis }: Arrays<A>, parts: readonly A[]): readonly [A, A] {
  const all = stack(parts);
  return [insertAxis(all, 1), insertAxis(all, 0)];
}

/** 1×1. */
const notANumber = <A>({ add, zeros }: Arrays<A>): A => add(zeros({ rows: 1, cols: 1 }), Number.NaN);

export const MEASURES = {
  headOfColumn({ columnNumbers, call, divide, less, where, joinRows }, _, { parts }, { result: { cols } }) {
    const numbers = columnNumbers(cols);
    const rows = parts.map(({ columns, headSize }) => {
      const head = call("floor", divide(numbers, headSize));
      return columns === cols ? head : where(less(numbers, columns), head, 0);
    });
    return joinRows(rows);
  },
  meanOfRows(arrays, inputs, cells, { inputs: shapes }) {
    const { add, divide, sum, slice, equal, where, total, rowNumbers, columnNumbers, joinRows } = arrays;
    const means = inputs.map((input, index) => {
      const { rows, cols } = shapes[index];
      if ("column" in cells) {
        const column = slice(input, whole(rows), { from: cells.column, to: cells.column + 1 });
        return divide(sum(column, 0), rows);
      }
      const places = Array.from({ length: rows }, (_, row) => row + cells.diagonal);
      const count = places.filter((col) => col >= 0 && col < cols).length;
      if (count === 0) return notANumber(arrays);
      const isThere = equal(add(rowNumbers(rows), cells.diagonal), columnNumbers(cols));
      return divide(total(where(isThere, input, 0)), count);
    });
    return joinRows(means);
  },
  argmaxOfEach: ({ joinRows, strongest }, inputs) => joinRows(inputs.map(strongest)),
  distinctPlaces({ joinColumns, where, equal, insertAxis, sumAway, sum, divide }, inputs) {
    const all = joinColumns(inputs);
    // NaN, where no key stands out, is a place of its own.
    const places = where(equal(all, all), all, -1);
    const same = equal(insertAxis(places, 2), insertAxis(places, 1));
    return sum(divide(1, sumAway(where(same, 1, 0), [2])), 1);
  },
  shares(arrays, inputs, { places }, { inputs: shapes }) {
    const { flags, where, total, divide, joinRows, joinColumns } = arrays;
    const rows = inputs.map((input, index) =>
      joinColumns(
        places.map(({ name, columns }) => {
          const count = columns.filter(({ length }) => length > 0).length;
          if (count === 0) return notANumber(arrays);
          return divide(total(where(flags(name, columns, shapes[index]), input, 0)), count);
        }),
      ),
    );
    return joinRows(rows);
  },
  centredRanks(arrays, [a], { blocked }, { inputs: [shape] }) {
    const { call, subtract, divide, where, flags, insertAxis, sumAway } = arrays;
    const signs = call("sign", subtract(insertAxis(a, 2), insertAxis(a, 1)));
    if (!blocked) return divide(sumAway(signs, [2]), 2);
    const { rows, cols, data } = blocked;
    const columns = Array.from({ length: rows }, (_, row) =>
      Array.from({ length: cols }, (_col, col) => col).filter((col) => data[row * cols + col] === 1),
    );
    const isBlocked = flags("blocked", columns, shape);
    const counted = where(insertAxis(isBlocked, 1), 0, signs);
    return where(isBlocked, 0, divide(sumAway(counted, [2]), 2));
  },
  rankCorrelation(arrays, parts) {
    const { multiply, divide, equal, where, call, square, stack, insertAxis, sumAway } = arrays;
    const [a, b] = pairsOf(arrays, parts);
    const dots = sumAway(multiply(a, b), [3]);
    const squares = stack(parts.map((part) => sumAway(square(part), [1])));
    const sizes = multiply(insertAxis(squares, 1), insertAxis(squares, 0));
    const isEqual = equal(sizes, 0);
    const each = where(isEqual, 0, divide(dots, call("sqrt", where(isEqual, 1, sizes))));
    const count = sumAway(where(isEqual, 0, 1), [2]);
    const mean = divide(sumAway(each, [2]), where(equal(count, 0), 1, count));
    return where(equal(count, 0), Number.NaN, mean);
  },
  totalVariation(arrays, parts, _, { inputs: [{ rows }] }) {
    const [a, b] = pairsOf(arrays, parts);
    const differences = arrays.sumAway(arrays.call("abs", arrays.subtract(a, b)), [2, 3]);
    return arrays.divide(differences, 2 * rows);
  },
  // A stream of drawn numbers is another one in every library.
  drawUniform: ({ literal }, _, params) => literal(params.name, drawUniform.compute([], params)),
  measured: ({ literal }, _, { values }) => literal("measured", values),
  countSizes({ literal }, _, { formulas, sizes }, { result: { rows, cols } }) {
    const counted = createMatrix(rows, cols, (row, col) => evaluateSizes(formulas[row][col], sizes[row]));
    return literal("counted", counted);
  },
} satisfies Partial<Rules>;
