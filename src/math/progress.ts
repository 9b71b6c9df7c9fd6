/** Hears how much of a long piece of work is done; `what` names it: "reading q.csv". */
type ProgressListener = (done: number, total: number, what: string) => void;

let listener: ProgressListener | undefined;

/** Whom long work tells how far it is, from now on; there is one listener, and none in the beginning. */
export function watchProgress(next: ProgressListener | undefined): void {
  listener = next;
}

/** Tells the listener, if there is one, that `done` of `total` units of this work are done. */
export function tellProgress(done: number, total: number, what: string): void {
  listener?.(done, total, what);
}
