/** What `--emit` takes. The dialects themselves load only when a script is written. */
export const DIALECT_NAMES = ["numpy", "torch", "jax", "keras"] as const;

export type DialectName = (typeof DIALECT_NAMES)[number];
