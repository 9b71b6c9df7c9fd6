/** Libraries of Python, whose dialects are scripts. */
const SCRIPT_NAMES = ["numpy", "torch", "jax", "keras"] as const;

export type ScriptName = (typeof SCRIPT_NAMES)[number];

/** What `--emit` takes. The dialects themselves load only when a run is written in one. */
export const DIALECT_NAMES = [...SCRIPT_NAMES, "onnx"] as const;

export type DialectName = (typeof DIALECT_NAMES)[number];
