import type { Shape } from "../math/matrix.js";

/** A step that a title may mean: its key, the shape of its table, and the key of the sums of its rows. */
export interface TitledStep {
  readonly key: string;
  readonly shape: Shape;
  /** The step that a column Σ beside this table answers. */
  readonly sums?: string;
}

/** What a run knows of the names of its steps; `check/step-titles.ts` makes one of a Trace. */
export interface StepTitles {
  /**
   * The steps that have a title in a scope such as "head 0", or "". A formula that a run printed behind it tells steps of one title
   * apart.
   */
  find(title: string, scope: string, formula?: string): readonly TitledStep[];
  /** The scope that a heading means; undefined for any other line. */
  scopeOf(heading: string): string | undefined;
  /** Whether people may call a step so. */
  isStep(name: string): boolean;
  /** Whether each head has a step of this name, and the run as a whole has none. */
  isOfHeads(name: string): boolean;
}
