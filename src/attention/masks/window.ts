import { signed } from "./causal.js";
import type { Mask, MaskContext } from "./mask.js";

/**
 * A band around the query's own place. `window` W is exactly W keys, the query's own included:
 * i + offset − W < j ≤ i + offset. `windowLeft` and `windowRight` bound one side each, the other is open.
 */
export const window: Mask = {
  name: "window",
  needsAlignment: true,
  isOn: ({ settings }) =>
    settings.window !== undefined || settings.windowLeft !== undefined || settings.windowRight !== undefined,
  allows: (i, j, context) => {
    const { first, last } = bounds(i, context);
    return first <= j && j <= last;
  },
  reason: (i, j, context) => {
    const { first, last } = bounds(i, context);
    return j < first
      ? `key ${j} is before the window, which starts at ${first}`
      : `key ${j} is behind the window, which ends at ${last}`;
  },
  describe: ({ offset, settings: { window: width, windowLeft, windowRight } }) => {
    const place = `i${signed(offset)}`;
    const rules = [
      width === undefined
        ? ""
        : `${width} key${width === 1 ? "" : "s"} a row, ${place} − ${width} < j ≤ ${place}`,
      windowLeft === undefined ? "" : `j ≥ ${place} − ${windowLeft}`,
      windowRight === undefined ? "" : `j ≤ ${place} + ${windowRight}`,
    ];
    return `window: ${rules.filter(Boolean).join(", ")}`;
  },
};

function bounds(i: number, { offset, settings }: MaskContext): { first: number; last: number } {
  const place = i + offset;
  const { window: width, windowLeft, windowRight } = settings;
  return {
    first: Math.max(
      width === undefined ? Number.NEGATIVE_INFINITY : place - width + 1,
      windowLeft === undefined ? Number.NEGATIVE_INFINITY : place - windowLeft,
    ),
    last: Math.min(
      width === undefined ? Number.POSITIVE_INFINITY : place,
      windowRight === undefined ? Number.POSITIVE_INFINITY : place + windowRight,
    ),
  };
}
