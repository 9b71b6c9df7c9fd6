import { type NdArray, numbersOf } from "../../math/nd-array.js";
import { typeNamed } from "../binary/element-types.js";
import type { Gathered } from "../source-matrices.js";
import type { ArrayValue, Value } from "../value.js";
import { asArray } from "../value-axes.js";

// NumPy has no bfloat16, so dumps often contain its bits: whole numbers of 16 bits.

const NAMES = ["query", "key", "value", "backward"] as const;

/** The largest number that is taken for an activation. Most bit patterns of other integers are much larger or smaller. */
const [LARGEST, SMALLEST] = [2 ** 12, 2 ** -40];

/**
 * Reads query, key and value as the bits of bfloat16 if all of them are integers of 16 bits that make sense only so, and
 * with them all other arrays of this type. Says so.
 */
export function readBits(gathered: Gathered): void {
  const { matrices, answers } = gathered;
  const given = NAMES.flatMap((name) => matrices.get(name) ?? []);
  const arrays = given.map(({ value }) => integersIn(value));
  if (arrays.length === 0 || !arrays.every((one) => one && areBits(one.array))) return;
  const said: string[] = given.map(({ name }) => name);
  for (const matrix of given) matrices.set(matrix.name, { ...matrix, value: decoded(matrix.value) });
  answers.forEach((answer, at) => {
    if (!integersIn(answer.value)) return;
    said.push(answer.called ?? answer.key);
    answers[at] = { ...answer, value: decoded(answer.value) };
  });
  gathered.notices.push(`read the integers of ${said.join(", ")} as the bits of bfloat16`);
}

/** Returns an array of integers of 16 bits. */
function integersIn(value: Value): ArrayValue | undefined {
  const array = value.kind === "scalar" ? undefined : asArray(value);
  return array?.stored === "int16" || array?.stored === "uint16" ? array : undefined;
}

/** Whether integers are far too large for numbers of an attention, and are usual numbers as bits. */
function areBits(array: NdArray): boolean {
  const numbers = numbersOf(array);
  let large = 0;
  for (const own of numbers) {
    if (own > 2 ** 10 || own < -(2 ** 10)) large++;
    const size = Math.abs(ofBits(own));
    if (size !== 0 && !(size <= LARGEST && size >= SMALLEST)) return false;
  }
  return large > numbers.length / 2;
}

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** Returns the bfloat16 number with these bits, which are the upper half of a float32. */
function ofBits(bits: number): number {
  BITS[0] = (bits & 0xffff) << 16;
  return FLOAT[0];
}

function decoded(value: Value): Value {
  const given = integersIn(value);
  if (!given) return value;
  const { cells } = given.array;
  const read = (first: number, count: number) => cells.read(first, count).map(ofBits);
  const kept = typeNamed("bfloat16")?.kept;
  return { ...given, stored: "bfloat16", kept, array: { ...given.array, cells: { read } } };
}
