/** Is called with how much of a long piece of work is done. `what` names the work: "reading q.csv". */
type ProgressListener = (done: number, total: number, what: string) => void;

let listener: ProgressListener | undefined;

/** Sets the listener for the progress of long work. There is only one; at first there is none. */
export function watchProgress(next: ProgressListener | undefined): void {
  listener = next;
}

/** Tells the listener, if there is one, that `done` of `total` units of some work are done. */
export function tellProgress(done: number, total: number, what: string): void {
  listener?.(done, total, what);
}
