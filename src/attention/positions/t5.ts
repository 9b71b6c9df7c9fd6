import { UserError } from "../../errors.js";
import { buckets } from "../../ops/distances.js";
import { setting } from "../../setting-names.js";
import type { PositionKind } from "./kind.js";
import { recordRelative } from "./relative.js";

const DEFAULT_MAX_DISTANCE = 128;

/** Relative positions in buckets with one learned bias each (Raffel et al. 2020, section 2.1). */
export const t5: PositionKind = {
  title: "buckets of relative positions",
  source: "Raffel et al. 2020, section 2.1",
  settings: ["buckets", "maxDistance", "causal", "relative"],
  record(context) {
    const { recorder, settings } = context;
    const { buckets: numBuckets, maxDistance = DEFAULT_MAX_DISTANCE, causal } = settings;
    requireLogarithmicBuckets(numBuckets, maxDistance, causal);
    const relative = recordRelative(context);
    const bucket = recorder.record("bucket", buckets, [relative], {
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
function requireLogarithmicBuckets(numBuckets: number, maxDistance: number, causal: boolean): void {
  const side = causal ? numBuckets : Math.floor(numBuckets / 2);
  const numNear = Math.floor(side / 2);
  if (numNear >= 1 && maxDistance > numNear) return;
  const message =
    numNear < 1
      ? `${numBuckets} buckets are too few${causal ? "" : " for two directions"}.`
      : `${setting("maxDistance")} ${maxDistance} is within the ${numNear} distances that have their own bucket.`;
  throw new UserError("BAD_VALUE", message, "T5 has 32 buckets and a maximal distance of 128.");
}
