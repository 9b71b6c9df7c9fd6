import { rangeMask } from "./mask.js";

/** Only the first N keys exist; the rest is padding. */
export const keyLength = rangeMask({
  needsAlignment: false,
  isOn: ({ settings }) => settings.keyLength !== undefined,
  range: (_, { settings }) => ({ low: 0, high: settings.keyLength ?? Number.POSITIVE_INFINITY }),
  reason: (_, j, { settings }) => `key ${j} is padding: ${settings.keyLength} keys exist`,
  describe: ({ settings }) => `only the first ${settings.keyLength} keys exist`,
});
