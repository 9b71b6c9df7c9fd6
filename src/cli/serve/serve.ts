import { spelledError, UserError, withOptions } from "../../errors.js";
import { once } from "../../math/remember.js";
import { EXIT, type Io } from "../../runs/io.js";
import { reportError } from "../report.js";
import { run } from "../run.js";
import { callIo, callOf, idOf } from "./call.js";
import { EndedWithin, messageOf, type NamedBytes, type ReadBytes, readMessage } from "./messages.js";

declare const QKV_VERSION: string;

/** The version of the message format. */
const PROTOCOL = 1;

/** The source and the target of messages. */
export interface Line {
  readonly read: ReadBytes;
  readonly write: (bytes: Uint8Array) => void;
}

/**
 * Answers calls until the input ends. Each answer contains what its command line would have printed; an error is an
 * answer, too. Returns the exit code.
 */
export async function serve(line: Line, limit: number, outside: Io): Promise<number> {
  // The second thread is started only once, although every large run asks for it.
  const shared = { ...outside, startHelper: once(() => outside.startHelper()) };
  const send = (header: object, files: readonly NamedBytes[]) => {
    for (const bytes of messageOf(header, files, limit)) line.write(bytes);
  };
  send({ qkv: QKV_VERSION, protocol: PROTOCOL, limit }, []);
  for (;;) {
    let id: string | number | null = null;
    try {
      const received = readMessage(line.read, limit);
      if (!received) return EXIT.done;
      id = idOf(received.header);
      const call = callOf(received);
      const { io, written } = callIo(call, shared);
      const exitCode = await run(call.argv, io);
      const { files, stderr } = written();
      send({ id, exitCode, stderr }, files);
    } catch (error) {
      if (error instanceof EndedWithin) return unfinished(outside);
      if (!(error instanceof UserError)) throw error;
      const { text, exitCode } = reportError(spelledError(error, withOptions), false);
      send({ id, exitCode, stderr: text }, []);
    }
  }
}

function unfinished(io: Io) {
  io.writeError("error: the input ended within a message.\n");
  return EXIT.unusable;
}
