import { watchProgress } from "../math/progress.js";
import type { Io } from "../runs/io.js";

/** The time in ms that a program runs before it shows its progress. */
const PATIENCE_MS = 1000;

const CLEAR = "\r\x1b[K";

/**
 * Shows the progress of long work on a terminal's stderr, in one line that is overwritten: "reading q.csv: 20 %, 4 s
 * left". Returns a function that removes the line, also after an error. `now` returns milliseconds.
 */
export function showProgress(
  io: Pick<Io, "isTerminal" | "writeError">,
  isQuiet: boolean,
  now = () => Date.now(),
): () => void {
  const start = now();
  let work = { what: "", since: start, doneBefore: 0 };
  // Looked up only for long work, because it loads a module for terminals.
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
