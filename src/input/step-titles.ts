import type { Shape } from "../math/matrix.js";

/** A step that a title may mean: its key, its shape, and the key of its row sums. */
export interface TitledStep {
  readonly key: string;
  readonly shape: Shape;
  /** The step that a column Σ beside this table answers. */
  readonly sums?: string;
}

/** The names of steps in a run. `check/step-titles.ts` builds it from a Trace. */
export interface StepTitles {
  /**
   * Returns the steps with a title in a scope such as "head 0", or "". The formula behind a printed title distinguishes
   * steps with the same title.
   */
  find(title: string, scope: string, formula?: string): readonly TitledStep[];
  /** Returns the scope that a heading means; undefined for any other line. */
  scopeOf(heading: string): string | undefined;
  /** Whether a name may mean a step. */
  isStep(name: string): boolean;
  /** Whether each head has a step of this name, and the whole run has none. */
  isOfHeads(name: string): boolean;
}
