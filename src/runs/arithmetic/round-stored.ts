import type { ModelWeights, Weight } from "../../attention/model/architecture.js";
import type { FloatName } from "../../check/machine/float-names.js";
import { FLOAT_TYPES, roundMatrix, roundTo } from "../../check/machine/float-types.js";
import { createNumberCache } from "../../input/model/number-cache.js";
import type { Matrix } from "../../math/matrix.js";
import { once } from "../../math/remember.js";
import { isStored, type StoredMatrix, storedMatrix } from "../../math/stored-matrix.js";

/** The numbers of a matrix as a type holds them; of one in a file when they are read. The same matrix where nothing can change. */
export function rounded(matrix: Matrix, type: FloatName): Matrix {
  if (isStored(matrix)) return roundedStored(matrix, type, (read) => once(read));
  return type === "float64" ? matrix : roundMatrix(FLOAT_TYPES[type], matrix);
}

/** `hold` keeps numbers that were rounded: `--why` asks for a whole matrix again for each of its cells. */
function roundedStored(
  matrix: StoredMatrix,
  type: FloatName,
  hold: (read: () => Float64Array) => () => Float64Array,
): StoredMatrix {
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

/** The weights of a model as a type holds them; the same object where nothing can change. */
export function roundedWeights(weights: ModelWeights, type: FloatName): ModelWeights {
  let isOther = false;
  const cache = createNumberCache();
  const inType = (weight: Weight): Weight => {
    const { rows, cols } = weight.matrix;
    const hold = (read: () => Float64Array) => () => cache.get(weight.name, rows * cols, read);
    const matrix = roundedStored(weight.matrix, type, hold);
    isOther ||= matrix !== weight.matrix;
    return { ...weight, matrix };
  };
  const all = <Group extends Named>(group: Group): Group =>
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
