import type { GradientText } from "../../trace/op.js";
import type { Step } from "../../trace/trace.js";
import type { Ref, StepDescription } from "../recorder.js";

/** What gradients are called, and what is said of them. */
export interface GradientWords {
  /** "Q" for a step or input by its id; where there is none, its id is written. */
  symbol(id: string): string | undefined;
  /** What the part of the gradient `id` is called that comes by way of what a step takes at place `to`, where that has a name. */
  part(step: Step, to: number, id: string): string | undefined;
  /** What else is said of the gradient `id`. */
  describe(id: string): Partial<Pick<StepDescription, "view" | "notes">>;
}

/** How the gradient by a step or input is written: "dQ"; as it is called, where that has no symbol: "d-q-rotated". */
export function gradientSymbol(id: string, words: GradientWords): string {
  const symbol = words.symbol(id);
  return symbol === undefined ? `d-${id}` : `d${symbol}`;
}

/** A gradient, and what it is by: an input when there is no step. */
interface Named {
  readonly id: string;
  readonly ref: Ref;
  readonly of: Step | undefined;
  /** Of a part, the step by way of which it comes. */
  readonly by?: Step | undefined;
}

/** What a gradient says of itself. */
export function describeGradient(
  { id, ref, of, by }: Named,
  { formula, notes = [] }: GradientText,
  words: GradientWords,
): StepDescription {
  const more = words.describe(id);
  const symbol = by ? id : gradientSymbol(of?.id ?? ref.key, words);
  const title = `Gradient of ${plainTitle(of?.title ?? ref.key)}`;
  return {
    id,
    title: by ? `${title} by way of ${by.id}` : title,
    axes: ref.axes,
    formula: `${symbol} = ${formula}`,
    ...more,
    notes: [...notes, ...(more.notes ?? [])],
    role: of?.role && `d-${of.role}`,
  };
}

/** A title within a sentence: "Scaled scores" becomes "scaled scores", and "Q (projected query)" stays. */
const plainTitle = (title: string) =>
  /^[A-Z][a-z]/.test(title) ? title[0].toLowerCase() + title.slice(1) : title;
