import { watchProgress } from "../math/progress.js";
import type { Io } from "../runs/io.js";

/** Nothing is said of how far work is before the program has run for so long. */
const PATIENCE_MS = 1000;

const CLEAR = "\r\x1b[K";

/**
 * Shows on a terminal's stderr how far long work is, in one line that is written over: "reading q.csv: 20 %, 4 s left".
 * Gives what removes the line, whatever became of the work. `now` gives milliseconds.
 */
export function showProgress(
  io: Pick<Io, "isTerminal" | "writeError">,
  isQuiet: boolean,
  now = () => Date.now(),
): () => void {
  const start = now();
  let work = { what: "", since: start, doneBefore: 0 };
  // Asked only by work that takes long enough: the answer loads a module for terminals.
  let isShown = isQuiet ? false : undefined;
  let shown = "";
  const show = (text: string) => {
    if (text === shown) return;
    isShown ??= io.isTerminal("stderr");
    if (isShown) io.writeError(`${CLEAR}${text}`);
    shown = text;
  };
  watchProgress((done, total, what) => {
    const time = now();
    if (what !== work.what) work = { what, since: time, doneBefore: done };
    if (time - start < PATIENCE_MS) return;
    const left = Math.ceil(((time - work.since) * (total - done)) / (done - work.doneBefore) / 1000);
    const rest = Number.isFinite(left) ? `, ${left} s left` : "";
    show(done < total ? `${what.replace(/\p{C}/gu, "?")}: ${Math.floor((100 * done) / total)} %${rest}` : "");
  });
  return () => show("");
}
