import { setting } from "../../errors.js";
import { ATTEND_SETTINGS } from "../attend-settings.js";
import { HEAD_POSITION_SETTINGS } from "../positions/kind-settings.js";
import {
  anyWholeNumber,
  listOf,
  onOff,
  positive,
  type SettingsIn,
  settingTable,
  takes,
  wholeNumber,
} from "../setting.js";

export const MULTIHEAD_SETTINGS = settingTable("Heads", {
  heads: takes("<h>", wholeNumber(1), "query heads", { brief: "how many heads", default: 1 }),
  kvHeads: takes("<g>", wholeNumber(1), "key and value heads; query head h reads kv head ⌊h·G/H⌋", {
    defaultText: "as many as query heads",
  }),
  headSize: takes("<d>", wholeNumber(1), "columns of a query head", {
    defaultText: "columns of the projected query / heads",
  }),
  eps: takes(
    "<e>",
    positive,
    `with ${setting("queryNorm")} or ${setting("keyNorm")}: added to the mean square before the root`,
    { default: 1e-5 },
  ),
  addZeroAttention: onOff("one more key and value of zeros in every head (torch's add_zero_attn)"),
  averageWeights: onOff("also the mean of the heads' weights"),
  compareHeads: takes(
    "<counts>",
    listOf(wholeNumber(1)),
    "the same x and W cut into 1,2,4 heads: equal cost, different patterns",
  ),
  ...ATTEND_SETTINGS,
  ...HEAD_POSITION_SETTINGS,
  offset: takes(
    "<n>",
    anyWholeNumber,
    `position of the first new row, for ${setting("rope")} and ${setting("addPositions")}`,
    { group: "Positions", defaultText: "the number of cached keys, else 0" },
  ),
});

/** The settings of `multihead`: all of `attend`, and how the columns are split into heads. */
export type MultiheadSettings = SettingsIn<typeof MULTIHEAD_SETTINGS>;
