import { offsetText } from "../offset-text.js";
import { rangeMask } from "./mask.js";

/** Query i sees the keys j ≤ i + offset. */
export const causal = rangeMask({
  needsAlignment: true,
  isOn: ({ settings }) => settings.causal === true,
  range: (i, { offset }) => ({ low: 0, high: i + offset + 1 }),
  reason: (i, j, { offset }) =>
    offset === 0
      ? `key ${j} comes after query ${i}`
      : `key ${j} comes after query ${i}, which stands at key ${i + offset}`,
  describe: ({ offset }) => `causal: query i sees keys j ≤ i${offsetText(offset)}`,
});
