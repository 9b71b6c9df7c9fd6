import { UserError } from "../../errors.js";
import { clipped as clippedDistances } from "../../ops/distances.js";
import { setting } from "../../setting-names.js";
import type { PositionKind } from "./kind.js";
import { recordRelative } from "./relative.js";

/** Relative positions that are clipped to ±K (Shaw et al. 2018, section 3.2). */
export const clipped: PositionKind = {
  title: "clipped relative positions",
  source: "Shaw et al. 2018, section 3.2",
  settings: ["maxDistance", "relative"],
  record(context) {
    const { recorder, settings } = context;
    const { maxDistance: limit } = settings;
    if (limit === undefined) {
      throw new UserError(
        "MISSING_INPUT",
        "Clipped positions need the distance of the clipping.",
        `Give ${setting("maxDistance")} K, for example ${setting("maxDistance")} 4.`,
      );
    }
    const relative = recordRelative(context);
    const index = recorder.record("index", clippedDistances, [relative], { limit });
    recorder.convention("maxDistance", limit, `clipped to ±${limit}; the index counts from −${limit}`);
    recorder.result("output", index);
  },
};
