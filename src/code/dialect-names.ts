/** Python libraries. Their dialects write scripts. */
const SCRIPT_NAMES = ["numpy", "torch", "jax", "keras"] as const;

export type ScriptName = (typeof SCRIPT_NAMES)[number];

/** The values of `--emit`. A dialect itself is loaded only when a run is written in it. */
export const DIALECT_NAMES = [...SCRIPT_NAMES, "onnx"] as const;

export type DialectName = (typeof DIALECT_NAMES)[number];
