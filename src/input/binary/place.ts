import { type ErrorCode, UserError } from "../../errors.js";
import { refuseIn } from "../source.js";

/** What binary data is read from, as messages name it. */
export interface Place {
  /** The file, or `stdin`. */
  readonly source: string;
  /** The array within it, when it holds several. */
  readonly member?: string;
  /** What to do about an archive that is damaged; that of arrays is saved again with NumPy. */
  readonly again?: string;
}

/** `q.npy`, or `"wq" in model.npz`. */
export function nameOf({ source, member }: Place): string {
  return member === undefined ? source : `"${member}" in ${source}`;
}

/** What to do about a file that is not what it says. */
export const DAMAGED = "The file was cut short or damaged: save it again.";

/** Throws a UserError about binary data. Bytes have no lines: the message says the byte where that helps. */
export function refuseBinary(place: Place, code: ErrorCode, message: string, hint: string): never {
  const where = place.member === undefined ? "" : `"${place.member}": `;
  refuseIn(place.source, code, `${where}${message}`, hint);
}

/** What reading the text of a header gives. Its lines and columns mean nothing to a person, the byte at which it starts does. */
export function readingHeader<T>(place: Place, start: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const code = error.code === "DUPLICATE_KEY" ? error.code : "SYNTAX";
    return refuseBinary(place, code, `the header (from byte ${start} on): ${error.message}`, DAMAGED);
  }
}
