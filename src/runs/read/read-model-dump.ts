import { FLOAT_NAMES } from "../../check/machine/float-names.js";
import { FLOAT_TYPES, fitsType } from "../../check/machine/float-types.js";
import type { DumpedTensor } from "../../check/model/dumped-tensor.js";
import { listed, setting } from "../../errors.js";
import { stemOf } from "../../input/lone-matrix.js";
import { createOpener, type Files } from "../../input/open.js";
import { refuseIn } from "../../input/source.js";
import { numbersOf } from "../../math/nd-array.js";
import { once } from "../../math/remember.js";
import { type NamedArray, readArrays } from "./read-arrays.js";

/** An array with its name: `logits=l.npy` */
const NAME_AND_PATH = /^\s*([^=[\]{}"<>;\n]+?)\s*=\s*([^=\s].*)$/s;

/**
 * Reads the files of `--check` as a dump of a whole model: arrays with their names and all their axes. Returns
 * undefined if one is no binary file, because then it is a person's sheet. Throws the errors of reading, and
 * UNKNOWN_NAME for an array that the file does not have.
 */
export async function readModelDump(
  values: readonly string[],
  files: Files,
): Promise<readonly DumpedTensor[] | undefined> {
  const opener = createOpener(files);
  const tensors: DumpedTensor[] = [];
  for (const value of values) {
    const [, key, path = value] = opener.isThere(value) ? [] : (NAME_AND_PATH.exec(value) ?? []);
    const { isBinary, name, pick } = opener.open(path, setting("check"));
    if (!isBinary) return undefined;
    const { arrays } = await readArrays(path, files, "the dump", key ?? pick ?? stemOf(name));
    const wanted = arrays.filter((one) => key === undefined || one.name === key);
    if (wanted.length === 0)
      refuseIn(
        name,
        "UNKNOWN_NAME",
        `there is no array "${key}".`,
        `Its names are: ${listed(arrays.map((one) => one.name))}.`,
      );
    tensors.push(...wanted.map((one) => dumped(one, name)));
  }
  return tensors;
}

function dumped({ name, value }: NamedArray, source: string): DumpedTensor {
  const { shape } = value.array;
  const numbers = once(() => Float64Array.from(numbersOf(value.array)));
  const stored = FLOAT_NAMES.find((float) => float === value.stored) ?? "float64";
  return {
    name,
    source,
    shape,
    numbers,
    // Numbers of float32 are often stored as float64.
    get kept() {
      if (stored !== "float64") return stored;
      const { all, isUsed } = fitsType(FLOAT_TYPES.float32, numbers());
      return all && isUsed ? "float32" : "float64";
    },
  };
}
