import { findGlobal, loadStorage } from "./pickle-globals.js";
import {
  isPickledObject,
  objectOfKind,
  type Pickled,
  type Storage,
  UnreadablePickle,
} from "./pickled-values.js";

/** A mark on the stack. Some opcodes take everything above it. */
const MARK = Symbol("mark");

interface Machine {
  readonly bytes: Buffer;
  at: number;
  readonly stack: (Pickled | typeof MARK)[];
  readonly memo: Map<number, Pickled>;
  readonly storages: Map<string, Storage>;
}

/**
 * Reads the pickle (protocol 2 to 5) that begins at a byte. Returns its value, the byte at which it ends (several
 * pickles may follow each other), and the storages that it names. The reader knows only numbers, text, lists,
 * dictionaries and an allow-list of globals, so no code from the pickle is ever run. Throws UnreadablePickle.
 */
export function unpickle(bytes: Uint8Array, start = 0) {
  const machine: Machine = {
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: start,
    stack: [],
    memo: new Map(),
    storages: new Map(),
  };
  for (;;) {
    const opcode = takeNumber(machine, 1);
    const sign = String.fromCharCode(opcode);
    if (sign === ".") return { value: pop(machine), end: machine.at, storages: machine.storages };
    if (!Object.hasOwn(OPCODES, sign))
      fail(`opcode 0x${opcode.toString(16)} at byte ${machine.at - 1} is not known`);
    const made = OPCODES[sign](machine);
    if (made !== undefined) machine.stack.push(made);
  }
}

/** What an opcode does. The result is pushed on the stack. */
type Work = (machine: Machine) => Pickled | typeof MARK | undefined;

/** The opcodes that occur in pickles of tensors and of the values that people save with them. */
const OPCODES: Readonly<Record<string, Work>> = {
  "\x80": (machine) => void takeNumber(machine, 1), // protocol
  "\x95": (machine) => void takeBytes(machine, 8), // frame
  "(": () => MARK,
  "0": (machine) => void pop(machine),
  N: () => null,
  "\x88": () => true,
  "\x89": () => false,
  K: (machine) => takeNumber(machine, 1),
  M: (machine) => takeNumber(machine, 2),
  J: (machine) => takeBytes(machine, 4).readInt32LE(),
  G: (machine) => takeBytes(machine, 8).readDoubleBE(),
  "\x8a": (machine) => longFrom(takeSized(machine, 1)),
  X: text(4),
  "\x8c": text(1),
  U: text(1),
  "\x8d": text(8),
  C: bytes(1),
  B: bytes(4),
  "\x8e": bytes(8),
  "\x96": bytes(8),
  "}": () => new Map(),
  "]": () => [],
  ")": () => [],
  t: popToMark,
  "\x85": (machine) => popSome(machine, 1),
  "\x86": (machine) => popSome(machine, 2),
  "\x87": (machine) => popSome(machine, 3),
  q: (machine) => void machine.memo.set(takeNumber(machine, 1), top(machine)),
  r: (machine) => void machine.memo.set(takeNumber(machine, 4), top(machine)),
  "\x94": (machine) => void machine.memo.set(machine.memo.size, top(machine)),
  h: (machine) => recall(machine, takeNumber(machine, 1)),
  j: (machine) => recall(machine, takeNumber(machine, 4)),
  a: (machine) => appendTo(machine, [pop(machine)]),
  e: (machine) => appendTo(machine, popToMark(machine)),
  s: (machine) => setItems(machine, popSome(machine, 2)),
  u: (machine) => setItems(machine, popToMark(machine)),
  c: (machine) => globalOf(takeLine(machine), takeLine(machine)),
  "\x93"(machine) {
    const [module, name] = popSome(machine, 2);
    return globalOf(String(module), String(name));
  },
  R(machine) {
    const [callable, args] = popSome(machine, 2);
    const { call } = objectOfKind(callable, "function") ?? {};
    return call && Array.isArray(args) ? call(args) : fail("the called object is not a function");
  },
  // Sets the state of an object: the content of an array. The state of other objects, such as the `_metadata` of a
  // state dict, is ignored, because nothing here depends on it.
  b(machine) {
    const state = pop(machine);
    const object = top(machine);
    if (isPickledObject(object) && "build" in object) object.build(state);
    return undefined;
  },
  Q(machine) {
    const storage = loadStorage(pop(machine));
    machine.storages.set(storage.key, storage);
    return storage;
  },
};

/** Returns text that follows its length. */
function text(sizeOfLength: SizeOfLength): Work {
  return (machine) => takeSized(machine, sizeOfLength).toString("utf8");
}

function bytes(sizeOfLength: SizeOfLength): Work {
  return (machine) => ({ kind: "bytes", bytes: takeSized(machine, sizeOfLength) });
}

function fail(message: string, global?: string): never {
  throw new UnreadablePickle(message, global);
}

function takeBytes(machine: Machine, count: number): Buffer {
  const end = machine.at + count;
  if (end > machine.bytes.length) fail(`it ends at byte ${machine.bytes.length}, in the middle of a value`);
  const taken = machine.bytes.subarray(machine.at, end);
  machine.at = end;
  return taken;
}

function takeNumber(machine: Machine, size: 1 | 2 | 4): number {
  return takeBytes(machine, size).readUIntLE(0, size);
}

type SizeOfLength = 1 | 4 | 8;

/** Reads a length, then that number of bytes. */
function takeSized(machine: Machine, sizeOfLength: SizeOfLength): Buffer {
  if (sizeOfLength !== 8) return takeBytes(machine, takeNumber(machine, sizeOfLength));
  const length = Number(takeBytes(machine, 8).readBigUInt64LE());
  return Number.isSafeInteger(length) ? takeBytes(machine, length) : fail(`a value of ${length} bytes`);
}

function takeLine(machine: Machine): string {
  const end = machine.bytes.indexOf(10, machine.at);
  if (end < 0) fail("a name does not end");
  const line = takeBytes(machine, end - machine.at).toString("utf8");
  machine.at++;
  return line;
}

const LONGEST_INTEGER = 10;

/** Reads a whole number, little-endian in two's complement. */
function longFrom(bytes: Buffer): number {
  if (bytes.length === 0) return 0;
  if (bytes.length > LONGEST_INTEGER) fail(`a whole number of ${bytes.length} bytes`);
  const bits = BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`));
  return Number(bits);
}

function pop({ stack }: Machine): Pickled {
  const value = stack.pop();
  return value === undefined || value === MARK ? fail("a value is missing on its stack") : value;
}

function top(machine: Machine): Pickled {
  const value = pop(machine);
  machine.stack.push(value);
  return value;
}

function popSome(machine: Machine, count: number): Pickled[] {
  return Array.from({ length: count }, () => pop(machine)).reverse();
}

function popToMark({ stack }: Machine): Pickled[] {
  const mark = stack.lastIndexOf(MARK);
  if (mark < 0) fail("a mark is missing on its stack");
  const [, ...values] = stack.splice(mark);
  return values as Pickled[];
}

function recall({ memo }: Machine, index: number): Pickled {
  const value = memo.get(index);
  return value === undefined ? fail(`nothing is kept under ${index}`) : value;
}

function appendTo(machine: Machine, values: readonly Pickled[]): undefined {
  const list = top(machine);
  if (!Array.isArray(list)) fail("the object of an append is not a list");
  for (const value of values) list.push(value);
}

function setItems(machine: Machine, items: readonly Pickled[]): undefined {
  const dictionary = top(machine);
  if (!(dictionary instanceof Map)) fail("the object of a setitem is not a dictionary");
  for (let at = 0; at + 1 < items.length; at += 2) {
    const key = items[at];
    if (typeof key !== "string" && typeof key !== "number")
      fail("a key of a dictionary is neither text nor a number");
    dictionary.set(String(key), items[at + 1]);
  }
}

function globalOf(module: string, name: string): Pickled {
  const global = `${module}.${name}`;
  return findGlobal(global) ?? fail(`it names ${global}`, global);
}
