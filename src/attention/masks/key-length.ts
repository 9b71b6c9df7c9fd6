import type { Mask } from "./mask.js";

/** Only the first N keys exist; the rest is padding. */
export const keyLength: Mask = {
  name: "key-length",
  needsAlignment: false,
  isOn: ({ settings }) => settings.keyLength !== undefined,
  allows: (_, j, { settings }) => j < (settings.keyLength ?? Number.POSITIVE_INFINITY),
  reason: (_, j, { settings }) => `key ${j} is padding: ${settings.keyLength} keys exist`,
  describe: ({ settings }) => `only the first ${settings.keyLength} keys exist`,
};
