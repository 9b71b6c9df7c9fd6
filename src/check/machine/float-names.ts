import { choice, withSynonyms } from "../../attention/setting.js";

/** The types in which machines compute attention. */
export const FLOAT_NAMES = ["float64", "float32", "tf32", "float16", "bfloat16"] as const;

export type FloatName = (typeof FLOAT_NAMES)[number];

/** Other names that libraries use for the types. */
const OTHER_NAMES: Readonly<Record<string, FloatName>> = {
  fp64: "float64",
  double: "float64",
  fp32: "float32",
  float: "float32",
  single: "float32",
  fp16: "float16",
  half: "float16",
  bf16: "bfloat16",
};

/** Parses a type by its name, or by another name that libraries use. Throws BAD_VALUE. */
export const parseFloatName = withSynonyms(OTHER_NAMES, choice(...FLOAT_NAMES));
