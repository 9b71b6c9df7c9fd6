import { cellOf } from "../../math/matrix.js";
import { type MaskContext, rangeMask } from "./mask.js";

/** Local attention: the keys p_i − D … p_i + D around the place p_i of query i, which need not be whole. */
export const local = rangeMask({
  needsAlignment: false,
  isOn: ({ places }) => places !== undefined,
  range(i, context) {
    const place = placeOf(i, context);
    // A place that is no number bounds nothing: its NaN shows in the weights.
    if (Number.isNaN(place)) return { low: 0, high: Number.POSITIVE_INFINITY };
    const reach = windowOf(context);
    return { low: Math.ceil(place - reach), high: Math.floor(place + reach) + 1 };
  },
  reason: (i, j, context) =>
    `key ${j} is more than D = ${windowOf(context)} away from place ${Number(placeOf(i, context).toPrecision(4))}`,
  describe: (context) => `local: keys within D = ${windowOf(context)} of the query's place p`,
});

const placeOf = (i: number, { places }: MaskContext) => (places ? cellOf(places, i, 0) : i);

const windowOf = ({ settings }: MaskContext) => settings.localWindow;
