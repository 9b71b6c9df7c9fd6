import type { ModelWeights, Weight } from "../../attention/model/architecture.js";
import type { FloatName } from "../../check/machine/float-names.js";
import { FLOAT_TYPES, roundMatrix, roundTo } from "../../check/machine/float-types.js";
import { createNumberCache } from "../../input/model/number-cache.js";
import type { Matrix } from "../../math/matrix.js";
import { once } from "../../math/remember.js";
import { isStored, type StoredMatrix, storedMatrix } from "../../math/stored-matrix.js";

/**
 * Returns a matrix with its numbers rounded to a type. The numbers of a matrix in a file are rounded when they are
 * read. Returns the same matrix if rounding cannot change it.
 */
export function rounded(matrix: Matrix, type: FloatName): Matrix {
  if (isStored(matrix)) return roundedStored(matrix, type, (read) => once(read));
  return type === "float64" ? matrix : roundMatrix(FLOAT_TYPES[type], matrix);
}

/**
 * Rounds a stored matrix. `hold` keeps the rounded numbers, because `--why` asks for the whole matrix for each of its
 * cells.
 */
function roundedStored(
  matrix: StoredMatrix,
  type: FloatName,
  hold: (read: () => Float64Array) => () => Float64Array,
) {
  const { rows, readSingles } = matrix;
  if (type === "float64" || (type === "float32" && readSingles)) return matrix;
  const float = FLOAT_TYPES[type];
  return storedMatrix(
    matrix,
    hold(() => roundMatrix(float, matrix.readRows({ first: 0, count: rows })).data),
    (range) => roundMatrix(float, matrix.readRows(range)),
    readSingles &&
      ((range, into) => {
        readSingles(range, into);
        const singles = new Float32Array(into.buffer, into.byteOffset, into.length / 4);
        for (let at = 0; at < singles.length; at++) singles[at] = roundTo(float, singles[at]);
      }),
  );
}

type Named = Readonly<Partial<Record<string, Weight>>>;

/** Returns the weights of a model rounded to a type. Returns the same object if rounding cannot change it. */
export function roundedWeights(weights: ModelWeights, type: FloatName): ModelWeights {
  let isOther = false;
  const cache = createNumberCache();
  const inType = (weight: Weight) => {
    const { rows, cols } = weight.matrix;
    const hold = (read: () => Float64Array) => () => cache.get(weight.name, rows * cols, read);
    const matrix = roundedStored(weight.matrix, type, hold);
    isOther ||= matrix !== weight.matrix;
    return { ...weight, matrix };
  };
  const all = <Group extends Named>(group: Group) =>
    Object.fromEntries(
      Object.entries(group).map(([name, weight]) => [name, weight && inType(weight)]),
    ) as unknown as Group;
  const ofStack = ({ outer, layers, modalities, encoder }: ModelWeights): ModelWeights => ({
    outer: all(outer),
    layers: layers.map(all),
    ...(modalities && {
      modalities: modalities.map(({ features, weights }) => ({
        features: inType(features),
        weights: all(weights),
      })),
    }),
    ...(encoder && { encoder: ofStack(encoder) }),
  });
  const made = ofStack(weights);
  return isOther ? made : weights;
}
