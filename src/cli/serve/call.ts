import { UserError } from "../../errors.js";
import type { NamedBytes, Received } from "./messages.js";

/** One call: a command line, and the files that it may name. */
export interface Call {
  readonly argv: readonly string[];
  readonly files: readonly NamedBytes[];
}

/** Returns the id of a call, which its answer repeats. Returns null if the message has none. */
export function idOf(header: unknown): string | number | null {
  const { id } = (header ?? {}) as { readonly id?: unknown };
  return typeof id === "string" || typeof id === "number" ? id : null;
}

/** Reads the call in a message. Throws BAD_VALUE for a message that is no call. */
export function callOf({ header, body }: Received): Call {
  const { argv, files = [] } = (header ?? {}) as { readonly argv?: unknown; readonly files?: unknown };
  if (!Array.isArray(argv) || !argv.every((word) => typeof word === "string"))
    throw noCall("argv is not a list of words");
  if (!Array.isArray(files) || !files.every(isNamedLength))
    throw noCall("files is not a list of [name, number of bytes]");
  let end = 0;
  const named = files.map(([name, length]): NamedBytes => {
    end += length;
    return [name, body.subarray(end - length, end)];
  });
  if (end !== body.length) throw noCall(`its files have ${end} bytes, but ${body.length} arrived`);
  return { argv, files: named };
}

function isNamedLength(file: unknown): file is readonly [string, number] {
  return (
    Array.isArray(file) &&
    file.length === 2 &&
    typeof file[0] === "string" &&
    Number.isSafeInteger(file[1]) &&
    file[1] >= 0
  );
}

const noCall = (problem: string) =>
  new UserError(
    "BAD_VALUE",
    `The message is not a call: ${problem}.`,
    'A header is {"id": 1, "argv": ["attend", "q.npy"], "files": [["q.npy", 208]]}.',
  );
