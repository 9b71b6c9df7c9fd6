import type { OnProgress } from "../attention/comparison/sweep-points.js";
import type { OnRead } from "../input/read.js";
import type { Io } from "./io.js";

/** What is said of work that takes a while: one line that is written over, and gone in the end. */
export interface Progress {
  readonly onSweep: OnProgress;
  readonly onRead: OnRead;
  /** Tells of work of which nothing else is known. */
  onWork(done: number, total: number): void;
  /** Removes the line, whatever became of the work. */
  clear(): void;
}

/** Reading and work that take less than this are not told of. */
const PATIENCE_MS = 1000;

const CLEAR = "\r\x1b[K";

/** On a terminal's stderr; nothing anywhere else. `now` gives milliseconds. */
export function createProgress(
  io: Pick<Io, "isTerminal" | "writeError">,
  isQuiet: boolean,
  now = () => Date.now(),
): Progress {
  const start = now();
  // Asked only by work that takes long enough: the answer loads a module for terminals.
  let isShown = isQuiet ? false : undefined;
  let shown = "";
  const show = (text: string) => {
    if (text === shown) return;
    isShown ??= io.isTerminal("stderr");
    if (isShown) io.writeError(`${CLEAR}${text}`);
    shown = text;
  };
  return {
    onSweep: (done, total, what) => show(done < total ? `${done} of ${total}: ${what}` : ""),
    onRead(done, total, name) {
      if (now() - start < PATIENCE_MS) return;
      show(done < total ? `reading ${name}: ${Math.floor((100 * done) / total)} %` : "");
    },
    onWork(done, total) {
      const passed = now() - start;
      if (passed < PATIENCE_MS) return;
      const left = Math.ceil((passed * (total - done)) / done / 1000);
      show(done < total ? `${Math.floor((100 * done) / total)} % worked out, ${left} s left` : "");
    },
    clear: () => show(""),
  };
}
