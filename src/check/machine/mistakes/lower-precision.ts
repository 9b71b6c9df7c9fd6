import type { MistakeText } from "../../mistakes/mistake.js";
import type { RoundingModel } from "../expected-error.js";
import type { FloatName } from "../float-names.js";

const lower = (type: FloatName, what: string): MistakeText => ({
  id: `precision-${type}`,
  step: "output",
  title: `This is right for work in ${type}, which keeps ${what}.`,
  formula: "weights and values are rounded to the type of their product",
  fix: "Look for a cast, or for a switch that allows faster products (TF32, autocast).",
});

/** Descriptions of answers that are right for a lower precision. */
export const PRECISIONS = {
  float32: lower("float32", "24 bits of a number"),
  tf32: lower("tf32", "11 bits of a number"),
  float16: lower("float16", "11 bits of a number, none beyond 65504"),
  bfloat16: lower("bfloat16", "8 bits of a number"),
} as const satisfies Partial<Record<FloatName, MistakeText>>;

export const accumulatedShort: MistakeText = {
  id: "accumulated-short",
  step: "output",
  title: "The sums were kept in the short type, and rounded after each product or tile.",
  formula: "products of short numbers are summed in float32",
  fix: "Keep accumulators in float32, and round once at the end.",
};

/** Returns the mistakes that explain a less precise answer. Float16 keeps as many bits as tf32, so both are named. */
export function precisionMistakes({ compute, sumsShort }: RoundingModel): readonly MistakeText[] {
  if (sumsShort) return [accumulatedShort];
  if (compute === "tf32") return [PRECISIONS.tf32, PRECISIONS.float16];
  return compute === "float64" ? [] : [PRECISIONS[compute]];
}
