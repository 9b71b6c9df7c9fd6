import { type ElementType, typeCalled } from "./element-types.js";
import { type Globals, isMade, isSizes, type Made, type Storage, type View } from "./pickled-values.js";
import { type Callable, isCallable, type Pickled, UnreadablePickle } from "./unpickle.js";

/** The globals that tensors are made of; none of them is code of torch's: each is a shape that the arguments must have. */
const GLOBALS: Globals = {
  "torch._utils._rebuild_tensor_v2": makeView,
  // Of types without a storage of their own: the seventh argument is the type.
  "torch._utils._rebuild_tensor_v3": (args) => {
    const view = makeView(args);
    const type = args[6];
    return isMade(type) && type.kind === "type"
      ? { ...view, storage: { ...view.storage, type: type.type, stored: view.storage.type.size } }
      : view;
  },
  "torch._utils._rebuild_parameter": ([tensor = null]) => tensor,
  "collections.OrderedDict": ([pairs]) => new Map(Array.isArray(pairs) ? pairs.map(pairOf) : []),
  "torch.Size": ([sizes = []]) => sizes,
};

/** What torch calls so; undefined for what it does not. */
export function findTorchGlobal(global: string): Callable<Made> | Made | undefined {
  const call = Object.hasOwn(GLOBALS, global) ? GLOBALS[global] : undefined;
  if (call) return { global, call };
  const type = storageType(global);
  if (!type) return undefined;
  if (!/Storage$/.test(global)) return { kind: "type", type };
  return {
    global,
    call() {
      throw new UnreadablePickle(`${global} is called`);
    },
  };
}

/** What is in the storages of a class such as `torch.FloatStorage`. */
function storageType(global: string): ElementType | undefined {
  // Bytes whose type the tensor says.
  if (global === "torch.storage.UntypedStorage" || global === "torch.UntypedStorage")
    return typeCalled("torch", "ByteStorage");
  return global.startsWith("torch.") ? typeCalled("torch", global.slice("torch.".length)) : undefined;
}

function pairOf(pair: Pickled<Made>): [string, Pickled<Made>] {
  if (Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string") return [pair[0], pair[1]];
  throw new UnreadablePickle("a dictionary is not made of names with values");
}

/** `('storage', torch.FloatStorage, '0', 'cpu', 4)` */
export function loadStorage(id: Pickled<Made>): Storage {
  const [word, found, key] = Array.isArray(id) ? id : [];
  const type = isCallable(found) ? storageType(found.global) : undefined;
  if (word === "storage" && typeof key === "string" && type) return { kind: "storage", type, key };
  throw new UnreadablePickle("a tensor has no storage");
}

function makeView([storage, offset, shape, strides]: readonly Pickled<Made>[]): View {
  const isStorage = isMade(storage) && storage.kind === "storage";
  if (isStorage && isSizes([offset]) && isSizes(shape) && isSizes(strides) && shape.length === strides.length)
    return { kind: "tensor", storage, offset: Number(offset), shape, strides };
  throw new UnreadablePickle("a tensor is not made of a storage, an offset, sizes and strides");
}
