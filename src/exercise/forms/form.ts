import type { Exercise } from "../exercise.js";

/** A form that exercises are written in. */
export interface Form {
  readonly ending: string;
  /** One text of several exercises; with `hasKey` the answers stand in it, too. */
  write(exercises: readonly Exercise[], hasKey: boolean): string;
}
