/** What a pickle may come to here. Tuples and sets of torch are lists; `Made` is what a known global makes. */
export type Pickled<Made> =
  | string
  | number
  | boolean
  | null
  | Made
  | Callable<Made>
  | Pickled<Made>[]
  | Map<string, Pickled<Made>>;

/** A global of the allow-list: what calling it with these arguments gives. */
export interface Callable<Made> {
  readonly global: string;
  call(args: readonly Pickled<Made>[]): Pickled<Made>;
}

/** What a pickle refers to outside itself. */
export interface Surroundings<Made> {
  /** A global by `module.name`; undefined for one that is not known. */
  find(global: string): Callable<Made> | Made | undefined;
  /** What a persistent id stands for. */
  load(id: Pickled<Made>): Pickled<Made>;
  /** What bytes are taken as. */
  bytes(bytes: Uint8Array): Made;
}

/** Why a pickle is not read. `global` is the name of one that is not on the list. */
export class UnreadablePickle extends Error {
  constructor(
    message: string,
    readonly global?: string,
  ) {
    super(message);
  }
}

/** Marks a place on the stack, for opcodes that take all that lies above it. */
const MARK = Symbol("mark");

interface Machine<Made> extends Omit<Surroundings<Made>, "bytes"> {
  readonly bytes: Buffer;
  readonly bytesOf: Surroundings<Made>["bytes"];
  at: number;
  readonly stack: (Pickled<Made> | typeof MARK)[];
  readonly memo: Map<number, Pickled<Made>>;
}

/**
 * What a pickle (protocol 2 to 5) holds, by a machine that knows numbers, text, lists, dictionaries and the globals that
 * `surroundings` lists, and can do nothing else: no code of the pickle's choosing is found or run. Throws UnreadablePickle.
 */
export function unpickle<Made>(bytes: Uint8Array, surroundings: Surroundings<Made>): Pickled<Made> {
  return unpickleFrom(bytes, 0, surroundings).value;
}

/** The same of a pickle that begins at a byte, and where it ends: several may stand behind each other. */
export function unpickleFrom<Made>(
  bytes: Uint8Array,
  start: number,
  surroundings: Surroundings<Made>,
): { readonly value: Pickled<Made>; readonly end: number } {
  const machine: Machine<Made> = {
    ...surroundings,
    bytesOf: surroundings.bytes,
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: start,
    stack: [],
    memo: new Map(),
  };
  for (;;) {
    const opcode = takeNumber(machine, 1);
    const sign = String.fromCharCode(opcode);
    if (sign === ".") return { value: pop(machine), end: machine.at };
    if (!Object.hasOwn(OPCODES, sign))
      fail(`opcode 0x${opcode.toString(16)} at byte ${machine.at - 1} is not known`);
    OPCODES[sign](machine as Machine<unknown>);
  }
}

type Work = (machine: Machine<unknown>) => void;

/** The opcodes that tensors, and what people save beside them, are written with, each by its sign. */
const OPCODES: Readonly<Record<string, Work>> = {
  "\x80": (machine) => void takeNumber(machine, 1), // protocol
  "\x95": (machine) => void takeBytes(machine, 8), // frame
  "(": ({ stack }) => void stack.push(MARK),
  "0": (machine) => void pop(machine),
  N: pushing(() => null),
  "\x88": pushing(() => true),
  "\x89": pushing(() => false),
  K: number(1),
  M: number(2),
  J: pushing((machine) => takeBytes(machine, 4).readInt32LE()),
  G: pushing((machine) => takeBytes(machine, 8).readDoubleBE()),
  "\x8a": pushing((machine) => longFrom(takeSized(machine, 1))),
  X: text(4),
  "\x8c": text(1),
  U: text(1),
  "\x8d": text(8),
  C: bytes(1),
  B: bytes(4),
  "\x8e": bytes(8),
  "\x96": bytes(8),
  "}": pushing(() => new Map()),
  "]": pushing(() => []),
  ")": pushing(() => []),
  t: pushing(popToMark),
  "\x85": tuple(1),
  "\x86": tuple(2),
  "\x87": tuple(3),
  q: (machine) => void machine.memo.set(takeNumber(machine, 1), top(machine)),
  r: (machine) => void machine.memo.set(takeNumber(machine, 4), top(machine)),
  "\x94": (machine) => void machine.memo.set(machine.memo.size, top(machine)),
  h: pushing((machine) => recall(machine, takeNumber(machine, 1))),
  j: pushing((machine) => recall(machine, takeNumber(machine, 4))),
  a: (machine) => appendTo(machine, [pop(machine)]),
  e: (machine) => appendTo(machine, popToMark(machine)),
  s: (machine) => setItems(machine, popSome(machine, 2)),
  u: (machine) => setItems(machine, popToMark(machine)),
  c: pushing((machine) => findGlobal(machine, takeLine(machine), takeLine(machine))),
  "\x93": pushing((machine) => {
    const [module, name] = popSome(machine, 2);
    return findGlobal(machine, String(module), String(name));
  }),
  R: pushing((machine) => {
    const [callable, args] = popSome(machine, 2);
    if (!isCallable(callable) || !Array.isArray(args)) return fail("what is called is no function");
    return callable.call(args);
  }),
  // The state of an object: what an array holds. Of others, such as the `_metadata` of a state dict, nothing that is read depends on it.
  b: (machine) => {
    const state = pop(machine);
    const object = top(machine);
    if (isBuilt(object)) object.build(state);
  },
  Q: pushing((machine) => machine.load(pop(machine))),
};

function pushing(make: (machine: Machine<unknown>) => Pickled<unknown>): Work {
  return (machine) => void machine.stack.push(make(machine));
}

/** Puts a whole number of so many bytes on the stack. */
function number(size: 1 | 2): Work {
  return pushing((machine) => takeNumber(machine, size));
}

/** Puts a text on the stack that stands behind its length. */
function text(sizeOfLength: SizeOfLength): Work {
  return pushing((machine) => takeSized(machine, sizeOfLength).toString("utf8"));
}

function bytes(sizeOfLength: SizeOfLength): Work {
  return pushing((machine) => machine.bytesOf(takeSized(machine, sizeOfLength)));
}

function tuple(count: number): Work {
  return pushing((machine) => popSome(machine, count));
}

/** Whether a value is a global that can be called. */
export function isCallable<Made>(value: Pickled<Made> | undefined): value is Callable<Made> {
  return typeof value === "object" && value !== null && "global" in value && "call" in value;
}

/** An object that takes its state. */
function isBuilt(value: Pickled<unknown>): value is { build(state: Pickled<unknown>): void } {
  return typeof value === "object" && value !== null && "build" in value;
}

function fail(message: string, global?: string): never {
  throw new UnreadablePickle(message, global);
}

function takeBytes(machine: Machine<unknown>, count: number): Buffer {
  const end = machine.at + count;
  if (end > machine.bytes.length) fail(`it ends at byte ${machine.bytes.length}, in the middle of a value`);
  const taken = machine.bytes.subarray(machine.at, end);
  machine.at = end;
  return taken;
}

function takeNumber(machine: Machine<unknown>, size: 1 | 2 | 4): number {
  return takeBytes(machine, size).readUIntLE(0, size);
}

type SizeOfLength = 1 | 4 | 8;

/** Bytes behind their number. */
function takeSized(machine: Machine<unknown>, sizeOfLength: SizeOfLength): Buffer {
  if (sizeOfLength !== 8) return takeBytes(machine, takeNumber(machine, sizeOfLength));
  const length = Number(takeBytes(machine, 8).readBigUInt64LE());
  return Number.isSafeInteger(length) ? takeBytes(machine, length) : fail(`a value of ${length} bytes`);
}

function takeLine(machine: Machine<unknown>): string {
  const end = machine.bytes.indexOf(10, machine.at);
  if (end < 0) fail("a name does not end");
  const line = takeBytes(machine, end - machine.at).toString("utf8");
  machine.at++;
  return line;
}

const LONGEST_INTEGER = 10;

/** A whole number, little-endian in two's complement. */
function longFrom(bytes: Buffer): number {
  if (bytes.length === 0) return 0;
  if (bytes.length > LONGEST_INTEGER) fail(`a whole number of ${bytes.length} bytes`);
  const bits = BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`));
  return Number(bits);
}

function pop({ stack }: Machine<unknown>): Pickled<never> {
  const value = stack.pop();
  if (value === undefined || value === MARK) fail("a value is missing on its stack");
  return value as Pickled<never>;
}

function top(machine: Machine<unknown>): Pickled<unknown> {
  const value = pop(machine);
  machine.stack.push(value);
  return value;
}

function popSome(machine: Machine<unknown>, count: number): Pickled<unknown>[] {
  return Array.from({ length: count }, () => pop(machine)).reverse();
}

function popToMark({ stack }: Machine<unknown>): Pickled<unknown>[] {
  const mark = stack.lastIndexOf(MARK);
  if (mark < 0) fail("a mark is missing on its stack");
  const [, ...values] = stack.splice(mark);
  return values as Pickled<unknown>[];
}

function recall({ memo }: Machine<unknown>, index: number): Pickled<unknown> {
  const value = memo.get(index);
  return value === undefined ? fail(`nothing is kept under ${index}`) : value;
}

function appendTo(machine: Machine<unknown>, values: readonly Pickled<unknown>[]): void {
  const list = top(machine);
  if (!Array.isArray(list)) fail("what is appended to is no list");
  for (const value of values) list.push(value);
}

function setItems(machine: Machine<unknown>, items: readonly Pickled<unknown>[]): void {
  const dictionary = top(machine);
  if (!(dictionary instanceof Map)) fail("what is added to is no dictionary");
  for (let at = 0; at + 1 < items.length; at += 2) {
    const key = items[at];
    if (typeof key !== "string" && typeof key !== "number")
      fail("a key of a dictionary is no text and no number");
    dictionary.set(String(key), items[at + 1]);
  }
}

function findGlobal(machine: Machine<unknown>, module: string, name: string): Pickled<unknown> {
  const global = `${module}.${name}`;
  return machine.find(global) ?? fail(`it names ${global}`, global);
}
