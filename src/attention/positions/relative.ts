import { UserError } from "../../errors.js";
import { upTo } from "../../math/lists.js";
import { distances, lookUpRows } from "../../ops/distances.js";
import { setting } from "../../setting-names.js";
import type { Ref } from "../recorder.js";
import type { PositionContext } from "./kind.js";

/** Records `relative-position`: j − i for every query and key, or the given positions if they are relative already. */
export function recordRelative({
  recorder,
  settings,
  positions,
  givenPositions,
  axis,
}: PositionContext): Ref {
  if (!settings.relative) {
    return recorder.record(
      "relative-position",
      distances,
      [],
      { queries: positions, keys: positions, sign: "j − i" },
      {
        formula: "j − i (key − query)",
        axes: [
          { ...axis, name: "query" },
          { ...axis, name: "key" },
        ],
      },
    );
  }
  if (!givenPositions) {
    throw new UserError(
      "MISSING_INPUT",
      `${setting("relative")} means that the positions are relative, but there are none.`,
      `Give them, for example ${setting("positions")}=-2,-1,0,1,2.`,
    );
  }
  const rows = upTo(givenPositions.shape.rows);
  return recorder.record(
    "relative-position",
    lookUpRows,
    [givenPositions],
    { rows },
    { formula: "as given" },
  );
}
