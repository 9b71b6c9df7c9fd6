import type { LayerWeight, LoadedModel, OuterWeight, Weight } from "../../attention/model/architecture.js";
import { cellOf, type Matrix, mapCells, transpose } from "../../math/matrix.js";
import { once } from "../../math/remember.js";
import { storedMatrix } from "../../math/stored-matrix.js";

// Makes models with changed weights. Like all weights, these are computed when they are first read.

type LayerWeights = LoadedModel["weights"]["layers"][number];

/** Changes the weights of every layer by `alter`. Returns undefined if it changes none. */
export function withLayers(
  model: LoadedModel,
  alter: (weights: LayerWeights) => LayerWeights | undefined,
): LoadedModel | undefined {
  const layers = model.weights.layers.map((own) => alter(own));
  if (layers.every((own) => own === undefined)) return undefined;
  return {
    ...model,
    weights: {
      ...model.weights,
      layers: layers.map((own, index) => own ?? model.weights.layers[index]),
    },
  };
}

/** Changes one matrix of every layer. Returns undefined if no layer has it. */
export const withLayerMatrix = (
  model: LoadedModel,
  name: LayerWeight,
  make: (matrix: Matrix) => Matrix,
): LoadedModel | undefined =>
  withLayers(model, (own) => {
    const weight = own[name];
    return weight && { ...own, [name]: madeOf(weight, make) };
  });

/** Removes weights from every layer. Returns undefined if no layer has them. */
export const withoutLayerWeight = (model: LoadedModel, ...names: readonly LayerWeight[]) =>
  withLayers(model, (own) => without(own, names));

/** Removes weights outside of the layers. Returns undefined if the model has none of them. */
export function withoutOuterWeight(
  model: LoadedModel,
  ...names: readonly OuterWeight[]
): LoadedModel | undefined {
  const outer = without(model.weights.outer, names);
  return outer && { ...model, weights: { ...model.weights, outer } };
}

/** Returns weights without some of them. Returns undefined if none of these is there. */
function without<Weights extends object>(weights: Weights, names: readonly (keyof Weights)[]) {
  const left = { ...weights };
  for (const name of names) delete left[name];
  return Object.keys(left).length < Object.keys(weights).length ? left : undefined;
}

/** Makes a weight of the same shape from the numbers of another. */
export function madeOf({ name, matrix }: Weight, make: (matrix: Matrix) => Matrix): Weight {
  const whole = once(() => make({ rows: matrix.rows, cols: matrix.cols, data: matrix.data }));
  return {
    name,
    matrix: storedMatrix(
      matrix,
      () => whole().data,
      ({ first, count }) => ({
        rows: count,
        cols: matrix.cols,
        data: whole().data.subarray(first * matrix.cols, (first + count) * matrix.cols),
      }),
    ),
  };
}

/**
 * Reads the numbers of a matrix with the other layout: a square matrix becomes its transpose, others keep their number
 * of rows.
 */
export const turned = ({ rows, cols, data }: Matrix): Matrix => transpose({ rows: cols, cols: rows, data });

/**
 * Permutes the columns (or rows) of a packed projection. `from(at)` is the column that is used in place of column `at`.
 */
export function permuted(matrix: Matrix, isOut: boolean, from: (at: number) => number): Matrix {
  return mapCells(matrix, (_, row, col) =>
    isOut ? cellOf(matrix, from(row), col) : cellOf(matrix, row, from(col)),
  );
}
