import type { LayerWeight, LoadedModel, OuterWeight, Weight } from "../../attention/model/architecture.js";
import { type Matrix, mapCells, transpose } from "../../math/matrix.js";
import { once } from "../../math/remember.js";
import { storedMatrix } from "../../math/stored-matrix.js";

// A model with some of its weights otherwise, which are read when they are asked for, like any other.

type LayerWeights = LoadedModel["weights"]["layers"][number];

/** The model with every layer's weights as `alter` gives them; undefined when it alters none. */
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

/** The model with a matrix of every layer made otherwise; undefined when no layer has it. */
export const withLayerMatrix = (
  model: LoadedModel,
  name: LayerWeight,
  make: (matrix: Matrix) => Matrix,
): LoadedModel | undefined =>
  withLayers(model, (own) => {
    const weight = own[name];
    return weight && { ...own, [name]: madeOf(weight, make) };
  });

/** The model without a weight of every layer; undefined when no layer has it. */
export const withoutLayerWeight = (model: LoadedModel, ...names: readonly LayerWeight[]) =>
  withLayers(model, (own) => {
    const left = Object.fromEntries(
      Object.entries(own).filter(([name]) => !names.some((one) => one === name)),
    );
    return Object.keys(left).length < Object.keys(own).length ? left : undefined;
  });

/** The model without some of the weights that it has once; undefined when it has none of them. */
export function withoutOuterWeight(
  model: LoadedModel,
  ...names: readonly OuterWeight[]
): LoadedModel | undefined {
  if (!names.some((name) => model.weights.outer[name])) return undefined;
  const outer = Object.fromEntries(
    Object.entries(model.weights.outer).filter(([name]) => !names.some((one) => one === name)),
  );
  return { ...model, weights: { ...model.weights, outer } };
}

/** A weight of the same shape, made of its numbers. */
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

/** The numbers of a matrix read with the other layout: of a square one its transpose, of another one as many rows as before. */
export const turned = ({ rows, cols, data }: Matrix): Matrix => transpose({ rows: cols, cols: rows, data });

/** Which column (or row) of a packed projection is taken for each that is meant. */
export function permuted(matrix: Matrix, isOut: boolean, from: (at: number) => number): Matrix {
  const { data, cols } = matrix;
  return mapCells(matrix, (_, row, col) =>
    isOut ? data[from(row) * cols + col] : data[row * cols + from(col)],
  );
}
