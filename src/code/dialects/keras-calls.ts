import type { CallSpelling } from "../float-calls.js";

/** `keras.ops.dot_product_attention`. */
export const KERAS_CALL: CallSpelling = {
  name: "ops.dot_product_attention",
  says: [
    "# The library's own call. Its axes: batch × row × head × column; its mask: true = may attend; without a scale it",
    "# takes 1/√(size of a head), where keras.layers.Attention takes none.",
  ],
  stack: (parts, axis) => `ops.stack([${parts.join(", ")}], axis=${axis})`,
  not: (mask) => `ops.logical_not(${mask})`,
  share: (keys, times) => `ops.repeat(${keys}, ${times}, axis=1)`,
  saysShared:
    "# All heads at once: query head h reads kv head ⌊h·G/H⌋. By its documentation the call shares kv heads itself, but its\n# TensorFlow and NumPy backends multiply head by head, so that they are repeated here.",
};
