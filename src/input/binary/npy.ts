import { type NpyHeader, readNpyHeader } from "./npy-header.js";
import { type Place, refuseBinary } from "./place.js";
import { countElements, shapeName, type Tensor } from "./tensor.js";

const AGAIN = "The file was cut short or damaged: save it again with np.save.";

/** The array of a .npy file. Throws SYNTAX or NOT_A_NUMBER before anything is made of its numbers. */
export function openNpy(bytes: Uint8Array, place: Place): Tensor {
  const header = readNpyHeader(bytes, place);
  if (!header) {
    return refuseBinary(place, "SYNTAX", `the file ends at byte ${bytes.length}, within its header.`, AGAIN);
  }
  checkNpySize(header, bytes.length, place);
  const { dataStart, ...described } = header;
  return { place, ...described, bytes: bytes.subarray(dataStart) };
}

/** Throws SYNTAX unless a file of `size` bytes holds exactly the numbers that its header announces. */
export function checkNpySize({ shape, type, dataStart }: NpyHeader, size: number, place: Place): void {
  const count = countElements(shape);
  const expected = count === undefined ? Number.POSITIVE_INFINITY : count * type.size;
  const found = size - dataStart;
  if (found === expected) return;
  const said = `the header says ${shapeName(shape)} of ${type.name}`;
  const needed = Number.isSafeInteger(expected) ? `${expected} bytes` : "more than there can be";
  const behind = found > expected ? ` and ${found - expected} too many` : `, but only ${found} follow`;
  refuseBinary(place, "SYNTAX", `${said}: ${needed}${behind} from byte ${dataStart} on.`, AGAIN);
}
