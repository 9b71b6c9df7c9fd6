import { refuse, UserError } from "../../errors.js";
import { storedBytes } from "../../input/stored.js";
import type { Io } from "../../runs/io.js";
import { resolveColorLevel } from "../color-level.js";
import { refuseExisting } from "../write-file.js";
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

/**
 * Returns the Io of one call. It reads the files that came with the call before those on the disk. Its output is
 * collected for the answer. It changes nothing on the disk, and runs no other program.
 */
export function callIo(call: Call, outside: Io) {
  const given = new Map(call.files);
  const stdout: Uint8Array[] = [];
  const files: NamedBytes[] = [];
  let stderr = "";
  const isTerminal = () => false;
  const io: Io = {
    ...outside,
    files: {
      ...outside.files,
      openFile: (path) => stored(given.get(path)) ?? outside.files.openFile(path),
      exists: (path) => given.has(path) || outside.files.exists?.(path) === true,
      openStdin: () => storedBytes(given.get("-") ?? new Uint8Array()),
    },
    isTerminal,
    terminalColumns: () => undefined,
    colorLevel: (option) => resolveColorLevel(option, { env: {}, isTerminal }),
    write: (text) => void stdout.push(typeof text === "string" ? Buffer.from(text) : text),
    writeError: (text) => {
      stderr += text;
    },
    showProgress: () => () => {},
    runShell: () => notServed("runs no other program"),
    explore: () => notServed("has no terminal to explore a run on"),
    serve: () => notServed("serves no further calls"),
    makeFolder() {},
    async writeFiles(wanted, { force }) {
      for (const [path, chunks] of wanted) {
        if (!force && given.has(path)) refuseExisting(path);
        const pieces: Uint8Array[] = [];
        for await (const chunk of chunks) pieces.push(Buffer.from(chunk));
        files.push([path, Buffer.concat(pieces)]);
      }
    },
  };
  /** Returns the output: the files, of which "-" is stdout, and stderr. */
  const written = () => ({ files: [["-", Buffer.concat(stdout)] as const, ...files], stderr });
  return { io, written };
}

const stored = (bytes: Uint8Array | undefined) => bytes && storedBytes(bytes);

function notServed(what: string): never {
  refuse(`A call of qkv serve ${what}.`, "Start qkv itself for it.");
}
