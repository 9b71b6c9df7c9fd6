/** Hears how much of a long computation is done. */
export type ProgressListener = (done: number, total: number) => void;

let listener: ProgressListener | undefined;

/** Whom long computations tell how far they are, from now on; there is one listener, and none in the beginning. */
export function watchProgress(next: ProgressListener | undefined): void {
  listener = next;
}

/** Tells the listener, if there is one: `done` of `total` units of work. */
export function tellProgress(done: number, total: number): void {
  listener?.(done, total);
}
