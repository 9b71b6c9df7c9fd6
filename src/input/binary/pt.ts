import type { ScalarValue } from "../value.js";
import { type ElementType, typeCalled } from "./element-types.js";
import type { TensorFile } from "./npz.js";
import { type Place, refuseBinary } from "./place.js";
import { countElements, shapeName, type Tensor, walkElements } from "./tensor.js";
import { findPickle, PICKLE } from "./torch-archive.js";
import { type Callable, type Pickled, UnreadablePickle, unpickle, unpickleFrom } from "./unpickle.js";
import { unpackEntry, type ZipEntry, type Zlib } from "./zip.js";

/** The numbers of one or several tensors, as a file of the archive. */
interface Storage {
  readonly kind: "storage";
  readonly type: ElementType;
  readonly key: string;
  /** How many bytes one number of it has, where a tensor says another type. */
  readonly stored?: number;
}

/** A type of numbers that is named by itself: torch.float8_e4m3fn. */
interface NamedType {
  readonly kind: "type";
  readonly type: ElementType;
}

/** A tensor: a view of a storage. */
interface View {
  readonly kind: "tensor";
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

type Made = Storage | View | NamedType;

/** The globals that tensors are made of; none of them is code of torch's: each is a shape that the arguments must have. */
const GLOBALS: Readonly<Record<string, (args: readonly Pickled<Made>[]) => Pickled<Made>>> = {
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

function findGlobal(global: string): Callable<Made> | Made | undefined {
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
function loadStorage(id: Pickled<Made>): Storage {
  const [word, found, key] = Array.isArray(id) ? id : [];
  const type = isCallable(found) ? storageType(found.global) : undefined;
  if (word === "storage" && typeof key === "string" && type) return { kind: "storage", type, key };
  throw new UnreadablePickle("a tensor has no storage");
}

const isCallable = (value: Pickled<Made> | undefined): value is Callable<Made> =>
  typeof value === "object" && value !== null && "global" in value;

function makeView([storage, offset, shape, strides]: readonly Pickled<Made>[]): View {
  const isStorage = isMade(storage) && storage.kind === "storage";
  if (isStorage && isSize(offset) && isSizes(shape) && isSizes(strides) && shape.length === strides.length)
    return { kind: "tensor", storage, offset, shape, strides };
  throw new UnreadablePickle("a tensor is not made of a storage, an offset, sizes and strides");
}

const isMade = (value: Pickled<Made> | undefined): value is Made =>
  typeof value === "object" && value !== null && "kind" in value;

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isSizes = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isSize);

/** What torch.save wrote: one tensor, or several by name; names within names are joined by points, as torch joins them. */
export interface TorchFile extends TensorFile {
  /** The one tensor of a file that holds nothing else. */
  readonly only?: string;
  /** Numbers and text that stand beside the tensors. */
  readonly plain: ReadonlyMap<string, ScalarValue>;
}

/**
 * The tensors of a .pt file, the zip archive that torch.save writes. Its pickle is read by a machine that can make nothing
 * but tensors, dictionaries, lists, numbers and text. Throws SYNTAX, which names a global that is not one of those.
 */
export function openTorch(entries: readonly ZipEntry[], zlib: Zlib, place: Place): TorchFile {
  const pickle = findPickle(entries);
  if (!pickle) throw new RangeError("the archive holds no pickle");
  const folder = pickle.name.slice(0, -PICKLE.length);
  const content = readPickle(unpackEntry(pickle, zlib, place), place);
  const order = entries.find(({ name }) => name === `${folder}byteorder`);
  const isBig = order !== undefined && Buffer.from(unpackEntry(order, zlib, place)).toString() === "big";
  const storageOf = (key: string) => {
    const stored = entries.find((entry) => entry.name === `${folder}data/${key}`);
    return stored && unpackEntry(stored, zlib, place);
  };
  return tensorsOf(content, { storageOf, isBig }, place);
}

/**
 * The tensors of a file that torch.save wrote before 1.6, or was told to write so: pickles one behind the other, then the storages, each
 * with how many numbers it has before it. Throws SYNTAX.
 */
export function openLegacyTorch(bytes: Uint8Array, place: Place): TorchFile {
  let at = 0;
  const next = () => {
    const { value, end } = readingPickle(place, "the file", () =>
      unpickleFrom<Made>(bytes, at, SURROUNDINGS),
    );
    at = end;
    return value;
  };
  // A number that says what it is, the version, and the sizes of numbers.
  for (let header = 0; header < 3; header++) next();
  const content = next();
  const keys = next();
  const storages = new Map<string, readonly [from: number, count: number]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = sizesOfStorages(content);
  for (const key of Array.isArray(keys) ? keys.map(String) : []) {
    if (at + 8 > bytes.length)
      return refuseBinary(place, "SYNTAX", `its numbers (${key}) are missing.`, DAMAGED);
    const count = Number(view.getBigInt64(at, true)) * (sizes.get(key) ?? 1);
    storages.set(key, [at + 8, count]);
    at += 8 + count;
  }
  const storageOf = (key: string) => {
    const [from, count] = storages.get(key) ?? [0, 0];
    return storages.has(key) ? bytes.subarray(from, from + count) : undefined;
  };
  return tensorsOf(content, { storageOf, isBig: false }, place);
}

/** How many bytes a number of each storage has. */
function sizesOfStorages(
  content: Pickled<Made>,
  sizes = new Map<string, number>(),
): ReadonlyMap<string, number> {
  if (content instanceof Map) for (const item of content.values()) sizesOfStorages(item, sizes);
  else if (Array.isArray(content)) for (const item of content) sizesOfStorages(item, sizes);
  else if (isMade(content) && content.kind === "tensor")
    sizes.set(content.storage.key, content.storage.stored ?? content.storage.type.size);
  return sizes;
}

/** Where the numbers of a file stand. */
interface Storages {
  storageOf(key: string): Uint8Array | undefined;
  readonly isBig: boolean;
}

function tensorsOf(content: Pickled<Made>, { storageOf, isBig }: Storages, place: Place): TorchFile {
  const views = new Map<string, View>();
  const plain = new Map<string, ScalarValue>();
  listContent(content, "", { views, plain, left: MOST_VALUES }, place);
  if (views.size === 0)
    refuseBinary(place, "EMPTY_MATRIX", "the file holds no tensor.", "Save at least one.");
  return {
    names: [...views.keys()],
    plain,
    ...(isMade(content) && { only: ONLY }),
    open(name) {
      const view = views.get(name);
      if (!view) throw new RangeError(`there is no tensor "${name}"`);
      const member = name === ONLY ? place : { ...place, member: name };
      const stored = storageOf(view.storage.key);
      if (!stored)
        return refuseBinary(member, "SYNTAX", `its numbers (data/${view.storage.key}) are missing.`, DAMAGED);
      return { ...placeView(view, stored, member), littleEndian: !isBig };
    },
  };
}

const ONLY = "tensor";
const DAMAGED = "The file was cut short or damaged: save it again with torch.save.";

const SURROUNDINGS = { find: findGlobal, load: loadStorage };

const readPickle = (bytes: Uint8Array, place: Place): Pickled<Made> =>
  readingPickle(place, PICKLE, () => unpickle<Made>(bytes, SURROUNDINGS));

/** What a pickle holds; an object that is none of the known ones is named. */
function readingPickle<T>(place: Place, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadablePickle)) throw error;
    const { global, message } = error;
    if (global === undefined) return refuseBinary(place, "SYNTAX", `${what}: ${message}.`, DAMAGED);
    const name = JSON.stringify(global.slice(0, 80));
    const refusal = `it holds an object of ${name}, and only tensors, dictionaries, lists, numbers and text are opened.`;
    const hint = "Save the tensors alone: torch.save({'q': q, 'k': k, 'v': v}, 'dump.pt').";
    return refuseBinary(place, "SYNTAX", refusal, hint);
  }
}

/** More values, or deeper ones, are no dump: a few bytes of a pickle can name themselves again and again. */
const MOST_VALUES = 100_000;
const MOST_LEVELS = 32;

interface Listing {
  readonly views: Map<string, View>;
  readonly plain: Map<string, ScalarValue>;
  left: number;
}

function listContent(value: Pickled<Made>, name: string, listing: Listing, place: Place): void {
  listing.left--;
  if (listing.left < 0 || name.split(".").length > MOST_LEVELS)
    refuseBinary(place, "SYNTAX", "it holds too many values within values.", "Save the tensors alone.");
  const within = (key: string | number) => (name === "" ? String(key) : `${name}.${key}`);
  if (value instanceof Map) {
    for (const [key, item] of value) listContent(item, within(key), listing, place);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) listContent(item, within(index), listing, place);
  } else if (isMade(value)) {
    // A type, such as torch.bfloat16 among settings, is no number.
    if (value.kind === "tensor") listing.views.set(name === "" ? ONLY : name, value);
  } else if (!isCallable(value)) {
    listing.plain.set(name, { kind: "scalar", start: 0, value });
  }
}

/** A view of a storage as an array of its own. */
function placeView(view: View, stored: Uint8Array, place: Place): Omit<Tensor, "littleEndian"> {
  const { offset, shape, strides } = view;
  const { type } = view.storage;
  const { size } = type;
  const room = Math.floor(stored.length / size);
  const count = countElements(shape);
  const last = offset + shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis], 0);
  if (count === undefined || (count > 0 && last >= room)) {
    const message = `${shapeName(shape)} of ${type.name} do not fit into its ${stored.length} bytes.`;
    return refuseBinary(place, "SYNTAX", message, DAMAGED);
  }
  if (count > room) {
    const message = "it repeats numbers that are stored once.";
    return refuseBinary(place, "SYNTAX", message, "Save tensor.contiguous().");
  }
  const described = { place, shape, type, fortran: false };
  if (isContiguous(shape, strides))
    return { ...described, bytes: stored.subarray(offset * size, (offset + count) * size) };
  return { ...described, bytes: gather(stored, view, count) };
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  return shape.every(
    (length, axis) => length === 1 || strides[axis] === countElements(shape.slice(axis + 1)),
  );
}

/** The elements of a view in the order of its axes. */
function gather(stored: Uint8Array, { offset, shape, strides, storage }: View, count: number): Uint8Array {
  const { size } = storage.type;
  const bytes = new Uint8Array(count * size);
  walkElements(shape, strides, (element, place) => {
    const from = (offset + place) * size;
    bytes.set(stored.subarray(from, from + size), element * size);
  });
  return bytes;
}
