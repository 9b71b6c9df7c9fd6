import { FLOAT_NAMES } from "../../check/machine/float-names.js";
import { FLOAT_TYPES, fitsType } from "../../check/machine/float-types.js";
import type { DumpedTensor } from "../../check/model/dumped-tensor.js";
import { listed } from "../../errors.js";
import { type OpenedTensors, openTensors } from "../../input/binary/open-tensors.js";
import { countElements, numbersReader, type Tensor } from "../../input/binary/tensor.js";
import { createOpener, type Files } from "../../input/open.js";
import { refuseIn } from "../../input/source.js";
import { storedBytes } from "../../input/stored.js";
import { once } from "../../math/remember.js";
import { setting } from "../../setting-names.js";

/** An array with its name: `logits=l.npy` */
const NAME_AND_PATH = /^\s*([^=[\]{}"<>;\n]+?)\s*=\s*([^=\s].*)$/s;

/**
 * Reads the files of `--check` as a dump of a whole model: arrays with their names and all their axes. Returns
 * undefined if one is no binary file, because then it is a person's sheet. Throws the errors of opening, and
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
    const source = opener.open(path, setting("check"));
    const opened = openTensors(storedBytes(source.bytes), source.name);
    if (!opened) return undefined;
    const arrays = named(opened, key, source.name, source.pick);
    tensors.push(...arrays.map(([name, tensor]) => dumped(name, tensor, source.name)));
  }
  return tensors;
}

type NamedTensor = readonly [name: string, tensor: Tensor];

/** Returns the arrays of a file: all of them, or the one that is picked. */
function named(
  opened: OpenedTensors,
  key: string | undefined,
  source: string,
  pick = key,
): readonly NamedTensor[] {
  const { tensors, only } = opened;
  if (only) return [[key ?? /([^/\\]+?)(?:\.\w+)?$/.exec(source)?.[1] ?? source, only()]];
  if (pick === undefined) return Array.from(tensors, ([name, open]) => [name, open()]);
  const picked = tensors.get(pick);
  if (picked) return [[key ?? pick, picked()]];
  const hint = `Its names are: ${listed([...tensors.keys()])}.`;
  return refuseIn(source, "UNKNOWN_NAME", `there is no array "${pick}".`, hint);
}

function dumped(name: string, tensor: Tensor, source: string): DumpedTensor {
  const { shape, type } = tensor;
  const numbers = once(() => numbersReader(tensor)(0, countElements(shape) ?? 0));
  const stored = FLOAT_NAMES.find((float) => float === type.name) ?? "float64";
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
