import { refuseAs, setting } from "../../errors.js";
import { upTo } from "../../math/lists.js";
import { buckets, clipped as clippedDistances, distances, lookUpRows } from "../../ops/distances.js";
import { record, recorder } from "../recorder.js";
import { type PositionContext, type PositionKind, pairAxes } from "./kind.js";

/** Records `relative-position`: j − i for every query and key, or the given positions if they are relative already. */
function recordRelative({ settings, positions, givenPositions, axis }: PositionContext) {
  if (!settings.relative) {
    const params = { queries: positions, keys: positions, sign: "j − i" } as const;
    const formula = "j − i (key − query)";
    return record("relative-position", distances, [], params, { formula, axes: pairAxes(axis) });
  }
  if (!givenPositions)
    return refuseAs(
      "MISSING_INPUT",
      `${setting("relative")} means that the positions are relative, but there are none.`,
      `Give them, for example ${setting("positions")}=-2,-1,0,1,2.`,
    );
  const rows = upTo(givenPositions.shape.rows);
  return record("relative-position", lookUpRows, [givenPositions], { rows }, "as given");
}

const DEFAULT_MAX_DISTANCE = 128;

/** Relative positions in buckets with one learned bias each (Raffel et al. 2020, section 2.1). */
export const t5: PositionKind = {
  title: "buckets of relative positions",
  source: "Raffel et al. 2020, section 2.1",
  settings: ["buckets", "maxDistance", "causal", "relative"],
  record(context) {
    const { buckets: numBuckets, maxDistance = DEFAULT_MAX_DISTANCE, causal } = context.settings;
    requireLogarithmicBuckets(numBuckets, maxDistance, causal);
    const relative = recordRelative(context);
    const bucket = record("bucket", buckets, [relative], {
      numBuckets,
      maxDistance,
      isBidirectional: !causal,
    });
    recorder.convention("buckets", numBuckets, `${numBuckets} buckets`);
    recorder.convention("maxDistance", maxDistance, `the last one from distance ${maxDistance} on`);
    recorder.convention(
      "causal",
      causal,
      causal ? "keys after the query count as distance 0" : "half of the buckets for keys after the query",
    );
    recorder.result("output", bucket);
  },
};

/**
 * Throws BAD_VALUE if there are too few buckets, or if `maxDistance` is not beyond the distances that have one bucket
 * each.
 */
function requireLogarithmicBuckets(numBuckets: number, maxDistance: number, causal: boolean) {
  const side = causal ? numBuckets : Math.floor(numBuckets / 2);
  const numNear = Math.floor(side / 2);
  if (numNear >= 1 && maxDistance > numNear) return;
  const message =
    numNear < 1
      ? `${numBuckets} buckets are too few${causal ? "" : " for two directions"}.`
      : `${setting("maxDistance")} ${maxDistance} is within the ${numNear} distances that have their own bucket.`;
  refuseAs("BAD_VALUE", message, "T5 has 32 buckets and a maximal distance of 128.");
}

/** Relative positions that are clipped to ±K (Shaw et al. 2018, section 3.2). */
export const clipped: PositionKind = {
  title: "clipped relative positions",
  source: "Shaw et al. 2018, section 3.2",
  settings: ["maxDistance", "relative"],
  record(context) {
    const { maxDistance: limit } = context.settings;
    if (limit === undefined)
      refuseAs(
        "MISSING_INPUT",
        "Clipped positions need the distance of the clipping.",
        `Give ${setting("maxDistance")} K, for example ${setting("maxDistance")} 4.`,
      );

    const relative = recordRelative(context);
    const index = record("index", clippedDistances, [relative], { limit });
    recorder.convention("maxDistance", limit, `clipped to ±${limit}; the index counts from −${limit}`);
    recorder.result("output", index);
  },
};
