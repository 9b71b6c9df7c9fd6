import { type ErrorCode, UserError } from "../../errors.js";
import { refuseIn } from "../source.js";

/** Where binary data comes from, for messages. */
export interface Place {
  /** The file, or `stdin`. */
  readonly source: string;
  /** The array in the file, if it contains several. */
  readonly member?: string;
  /** The hint for a damaged archive; by default, to save it again with np.savez. */
  readonly again?: string;
}

/** Names a place: `q.npy`, or `"wq" in model.npz`. */
export function nameOf({ source, member }: Place): string {
  return member === undefined ? source : `"${member}" in ${source}`;
}

/** The hint for a damaged file. */
export const DAMAGED = "The file was cut short or damaged: save it again.";

/** Throws a UserError about binary data. Bytes have no lines, so the message names a byte if that helps. */
export function refuseBinary(place: Place, code: ErrorCode, message: string, hint: string): never {
  const where = place.member === undefined ? "" : `"${place.member}": `;
  refuseIn(place.source, code, `${where}${message}`, hint);
}

/**
 * Returns what `read` returns for the text of a header. Its errors are changed to name the byte at which the header
 * starts, because its lines and columns are of no use to a reader.
 */
export function readingHeader<T>(place: Place, start: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const code = error.code === "DUPLICATE_KEY" ? error.code : "SYNTAX";
    return refuseBinary(place, code, `the header (from byte ${start} on): ${error.message}`, DAMAGED);
  }
}
