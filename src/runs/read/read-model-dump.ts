import { FLOAT_NAMES, type FloatName } from "../../check/machine/float-names.js";
import { FLOAT_TYPES, holds } from "../../check/machine/float-types.js";
import type { DumpedTensor } from "../../check/model/dumped-tensor.js";
import { listed, UserError } from "../../errors.js";
import { type OpenedTensors, openTensors } from "../../input/binary/open-tensors.js";
import { countElements, numbersReader, type Tensor } from "../../input/binary/tensor.js";
import { createOpener, type Files } from "../../input/open.js";
import { setting } from "../../setting-names.js";

/** `logits=l.npy` */
const NAMED = /^\s*([^=[\]{}"<>;\n]+?)\s*=\s*([^=\s].*)$/s;

/**
 * Reads what `--check` names as a dump of a whole model: arrays with all their axes, under the names that they have. Undefined
 * where something is no binary file, and so a person's sheet. Throws what opening throws, and UNKNOWN_NAME for an array without a
 * name.
 */
export async function readModelDump(
  values: readonly string[],
  files: Files,
): Promise<readonly DumpedTensor[] | undefined> {
  const opener = createOpener(files);
  const tensors: DumpedTensor[] = [];
  for (const value of values) {
    const [, key, path = value] = opener.isThere(value) ? [] : (NAMED.exec(value) ?? []);
    const source = opener.open(path, setting("check"));
    const opened = await openTensors(source.bytes, source.name);
    if (!opened) return undefined;
    tensors.push(...named(opened, key, source.name, source.pick).map((one) => dumped(one, source.name)));
  }
  return tensors;
}

interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

function named(opened: OpenedTensors, key: string | undefined, source: string, pick: string | undefined) {
  const stem = /([^/\\]+?)(?:\.\w+)?$/.exec(source)?.[1] ?? source;
  if (opened.only) return [{ name: key ?? stem, tensor: opened.only }];
  const asked = pick ?? key;
  if (asked === undefined) return opened.names.map((name) => ({ name, tensor: opened.open(name) }));
  if (opened.names.includes(asked)) return [{ name: key ?? asked, tensor: opened.open(asked) }];
  throw new UserError("UNKNOWN_NAME", `there is no array "${asked}".`, {
    hint: `Its names are: ${listed(opened.names)}.`,
    location: { source },
  });
}

function dumped({ name, tensor }: NamedTensor, source: string): DumpedTensor {
  const { shape, type } = tensor;
  let known: Float64Array | undefined;
  const numbers = () => {
    known ??= numbersReader(tensor)(0, countElements(shape) ?? 0);
    return known;
  };
  const own = FLOAT_NAMES.find((float) => float === type.name) ?? "float64";
  return {
    name,
    source,
    shape,
    numbers,
    get kept() {
      return own === "float64" ? narrowest(numbers()) : own;
    },
  };
}

/** Numbers of float32 are often kept as float64. */
function narrowest(numbers: Float64Array): FloatName {
  const { all, isUsed } = holds(FLOAT_TYPES.float32, numbers);
  return all && isUsed ? "float32" : "float64";
}
