import type {
  Architecture,
  LayerWeight,
  LoadedModel,
  OuterWeight,
  Weight,
} from "../../src/attention/model/architecture.js";
import type { Matrix } from "../../src/math/matrix.js";
import { storedMatrix } from "../../src/math/stored-matrix.js";

// Models of two layers that are never run: d_model 4, two heads of two columns.

export function weightOf(name: string, rows: number, cols: number, data?: readonly number[]): Weight {
  const numbers = Float64Array.from(data ?? Array.from({ length: rows * cols }, (_, at) => at));
  const whole: Matrix = { rows, cols, data: numbers };
  return {
    name,
    matrix: storedMatrix(
      whole,
      () => numbers,
      ({ first, count }) => ({
        rows: count,
        cols,
        data: numbers.subarray(first * cols, (first + count) * cols),
      }),
    ),
  };
}

const weightsOf = <Name extends string>(shapes: Readonly<Partial<Record<Name, readonly [number, number]>>>) =>
  Object.fromEntries(
    Object.entries<readonly [number, number] | undefined>(shapes).map(([name, shape]) => [
      name,
      weightOf(name, ...(shape ?? [0, 0])),
    ]),
  );

type Shapes<Name extends string> = Readonly<Partial<Record<Name, readonly [number, number]>>>;

/** Makes a model of this architecture, with weights of these shapes, the same in both layers. */
export function smallModel(
  architecture: Omit<Partial<Architecture>, "layer"> & {
    readonly layer?: Partial<Architecture["layer"]>;
  } = {},
  layer: Shapes<LayerWeight> = {},
  outer: Shapes<OuterWeight> = {},
): LoadedModel {
  return {
    architecture: {
      ...{ kind: "gpt2", numLayers: 2, dModel: 4, dFf: 8, heads: 2, kvHeads: 2, headSize: 2, vocabulary: 5 },
      ...{ embedding: {}, hasFinalNorm: true, ...architecture },
      layer: {
        norm: "pre",
        activation: "gelu",
        layout: "in-out",
        ...architecture.layer,
      } as Architecture["layer"],
    },
    weights: { outer: weightsOf(outer), layers: [weightsOf(layer), weightsOf(layer)] },
  };
}
