import { readCell } from "../cell.js";
import { readJson } from "../json/reader.js";
import { readFrom, type Stored } from "../stored.js";
import { type Entry, isFields, plainValue, type ScalarValue, type Value } from "../value.js";
import { typeCalled, typesIn } from "./element-types.js";
import { isSizes } from "./pickled-values.js";
import { DAMAGED, type Place, readingHeader, refuseBinary } from "./place.js";
import { checkSize, MAX_AXES, type Tensor, type TensorFile } from "./tensor.js";

const PREFIX = 8;
const OPEN_BRACE = 0x7b;

/** The limit of the format itself. */
const LONGEST_HEADER = 100_000_000;

/**
 * Returns the byte at which the JSON header of a .safetensors file ends. Returns undefined if the bytes do not start
 * with such a header.
 */
function headerEnd(bytes: Uint8Array, size: number): number | undefined {
  if (bytes.length < PREFIX + 2 || bytes[PREFIX] !== OPEN_BRACE) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const isPlausible = length >= 2n && length <= LONGEST_HEADER && length <= size - PREFIX;
  return isPlausible ? PREFIX + Number(length) : undefined;
}

/** A tensor's description in the header. */
interface Described {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

/**
 * Opens the tensors of a .safetensors file: the length of a JSON header (u64), the header, then the numbers,
 * little-endian and without gaps. Only the header and the tensors that are needed are read. Throws SYNTAX or
 * DUPLICATE_KEY.
 */
export function openSafetensors(stored: Stored, place: Place): TensorFile {
  const start = readFrom(stored, 0, PREFIX + 2);
  const end = headerEnd(start, stored.size);
  if (end === undefined) {
    return refuseBinary(place, "SYNTAX", "this does not start like a .safetensors file.", DAMAGED);
  }
  const { described, plain, about } = readHeader(readFrom(stored, PREFIX, end - PREFIX), place);
  checkGaps(described, stored.size - end, place);
  const read: Read = (from, to, into) => readFrom(stored, end + from, to - from, into);
  const tensors = new Map(
    Array.from(described, ([name, one]) => [name, () => openTensor(one, read, { ...place, member: name })]),
  );
  return { tensors, plain, about };
}

function readHeader(bytes: Uint8Array, place: Place) {
  const header = readingHeader(place, PREFIX, () => readJson({ name: place.source, kind: "file", bytes }));
  const described = new Map<string, Described>();
  const plain = new Map<string, ScalarValue>();
  let about: Uint8Array | undefined;
  if (header.kind !== "object")
    return refuseBinary(place, "SYNTAX", "the header is not a JSON object.", DAMAGED);
  for (const [name, { value }] of header.entries) {
    if (name === "__metadata__") about = takeMetadata(value, plain);
    else described.set(name, describe(plainValue(value), { ...place, member: name }));
  }
  if (described.size > 0) return { described, plain, about };
  return refuseBinary(place, "EMPTY_MATRIX", "the file has no tensor.", "Save at least one.");
}

/**
 * Sorts out the metadata, which is text. Numbers and booleans may be settings and are added to `plain`; other text is
 * ignored. Returns the JSON of a run, if there is any.
 */
function takeMetadata(value: Value, plain: Map<string, ScalarValue>): Uint8Array | undefined {
  const entries = value.kind === "object" ? value.entries : new Map<string, Entry>();
  for (const [name, { value: said }] of entries) {
    if (said.kind === "scalar" && readCell(String(said.value)) !== undefined) plain.set(name, said);
  }
  const run = entries.get("run.json")?.value;
  return run?.kind === "scalar" ? new TextEncoder().encode(String(run.value)) : undefined;
}

function describe(given: unknown, place: Place): Described {
  const { dtype, shape, data_offsets: offsets } = isFields(given) ? given : {};
  if (typeof dtype !== "string" || !isSizes(shape) || !isSizes(offsets) || shape.length > MAX_AXES) {
    return refuseBinary(place, "SYNTAX", "its header needs dtype, shape and data_offsets.", DAMAGED);
  }
  const [from, to] = offsets;
  if (offsets.length !== 2 || from > to) {
    refuseBinary(place, "SYNTAX", `data_offsets [${offsets.join(", ")}] are not inside the file.`, DAMAGED);
  }
  return { dtype, shape, from, to };
}

/** Throws SYNTAX unless the tensors fill the file without gaps or overlap, in any order. */
function checkGaps(described: ReadonlyMap<string, Described>, length: number, place: Place): void {
  let end = 0;
  for (const [name, { from, to }] of [...described].sort(([, a], [, b]) => a.from - b.from || a.to - b.to)) {
    if (from !== end || to > length) {
      const what =
        to > length
          ? `ends at byte ${to} of ${length}`
          : `starts at byte ${from}, where ${end} is the next free one`;
      refuseBinary({ ...place, member: name }, "SYNTAX", `the tensor ${what} after the header.`, DAMAGED);
    }
    end = to;
  }
  if (end === length) return;
  refuseBinary(place, "SYNTAX", `${length - end} bytes follow the last tensor.`, DAMAGED);
}

/** Reads the bytes of a file between two places after its header. */
type Read = (from: number, to: number, into?: Uint8Array) => Uint8Array;

function openTensor({ dtype, shape, from, to }: Described, read: Read, place: Place): Tensor {
  const type = typeCalled("safetensors", dtype);
  if (!type) {
    const message = `numbers of the type ${JSON.stringify(dtype.slice(0, 40))} are not read.`;
    const hint = `Convert them first; read are ${typesIn("safetensors").join(", ")}.`;
    return refuseBinary(place, "NOT_A_NUMBER", message, hint);
  }
  const described = { place, shape, type, littleEndian: true };
  checkSize(described, to - from);
  return {
    ...described,
    get bytes() {
      return read(from, to);
    },
    readElements: (first, many, into) =>
      read(from + first * type.size, from + (first + many) * type.size, into),
  };
}
