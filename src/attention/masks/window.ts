import { offsetText } from "../offset-text.js";
import { type KeyRange, type MaskContext, rangeMask } from "./mask.js";

/**
 * A band around the query's own place. `window` W is exactly W keys, the query's own included:
 * i + offset − W < j ≤ i + offset. `windowLeft` and `windowRight` bound one side each, the other is open.
 */
export const window = rangeMask({
  needsAlignment: true,
  isOn: ({ settings }) =>
    settings.window !== undefined || settings.windowLeft !== undefined || settings.windowRight !== undefined,
  range,
  reason: (i, j, context) => {
    const { low, high } = range(i, context);
    return j < low
      ? `key ${j} is before the window, which starts at ${low}`
      : `key ${j} is behind the window, which ends at ${high - 1}`;
  },
  describe: ({ offset, settings: { window: width, windowLeft, windowRight } }) => {
    const place = `i${offsetText(offset)}`;
    const rules = [
      width === undefined
        ? ""
        : `${width} key${width === 1 ? "" : "s"} a row, ${place} − ${width} < j ≤ ${place}`,
      windowLeft === undefined ? "" : `j ≥ ${place} − ${windowLeft}`,
      windowRight === undefined ? "" : `j ≤ ${place} + ${windowRight}`,
    ];
    return `window: ${rules.filter(Boolean).join(", ")}`;
  },
});

function range(i: number, { offset, settings }: MaskContext): KeyRange {
  const place = i + offset;
  const { window: width, windowLeft, windowRight } = settings;
  return {
    low: Math.max(
      width === undefined ? Number.NEGATIVE_INFINITY : place - width + 1,
      windowLeft === undefined ? Number.NEGATIVE_INFINITY : place - windowLeft,
    ),
    high: Math.min(
      width === undefined ? Number.POSITIVE_INFINITY : place + 1,
      windowRight === undefined ? Number.POSITIVE_INFINITY : place + windowRight + 1,
    ),
  };
}
