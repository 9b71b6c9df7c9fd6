import type { LoadedModel } from "../../attention/model/architecture.js";
import { refuseAs } from "../../errors.js";
import { matrixFromRows } from "../../math/matrix.js";
import { readConfig } from "../../systems/model-kinds/config.js";
import { FLOAT64 } from "../binary/element-types.js";
import type { Tensor, TensorFile } from "../binary/tensor.js";
import { modelOf } from "./model-of.js";

/** A model as plain data: the content of `config.json`, and each tensor as a list of numbers or of rows. */
export interface PlainModel {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, PlainTensor>>;
  /** The pieces of the vocabulary, in the order of their ids. */
  readonly pieces?: readonly string[];
}

export type PlainTensor = ArrayLike<number> | readonly ArrayLike<number>[];

/** Builds a model from plain data. Throws the errors of reading a model from files. */
export function loadedModel({ config: given, tensors, pieces }: PlainModel): LoadedModel {
  return {
    ...modelOf(readConfig(given, "config"), tensorFile(tensors), "tensors"),
    ...(pieces && { tokenizer: { pieces, decode: (ids) => decode(pieces, ids) } }),
  };
}

const decode = (pieces: readonly string[], ids: readonly number[]) =>
  ids.map((id) => pieces[id] ?? String(id)).join(" ");

const tensorFile = (tensors: PlainModel["tensors"]): TensorFile => ({
  tensors: new Map(Object.entries(tensors).map(([name, tensor]) => [name, () => openPlain(name, tensor)])),
});

function openPlain(name: string, tensor: PlainTensor): Tensor {
  const { shape, numbers } = flatten(name, tensor);
  const bytes = new Uint8Array(numbers.buffer);
  return { place: { source: "tensors", member: name }, shape, littleEndian: true, type: FLOAT64, bytes };
}

function flatten(name: string, tensor: PlainTensor) {
  const isVector = typeof tensor[0] === "number";
  const rows = (isVector ? [tensor] : tensor) as readonly ArrayLike<number>[];
  const cols = rows[0]?.length ?? 0;
  const ragged = rows.findIndex(({ length }) => length !== cols);
  if (ragged >= 0) {
    const message = `${name}: row ${ragged} has ${rows[ragged].length} values, row 0 has ${cols}.`;
    refuseAs("RAGGED_ROWS", message);
  }
  const { data } = matrixFromRows(rows);
  return { shape: isVector ? [cols] : [rows.length, cols], numbers: data };
}
