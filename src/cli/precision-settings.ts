import { type AnySettingTable, flag, type SettingsIn } from "../attention/setting.js";
import { FLOAT_NAMES, parseFloatName } from "../check/machine/float-types.js";

/** The precision that a run is worked in. It changes its numbers, so it stands among its settings, for every command. */
export const PRECISION_SETTINGS = {
  dtype: {
    flag: "--dtype <type>",
    help: `work as a machine does in ${FLOAT_NAMES.join(", ")}; with --check: what the answers were worked in; fp16, bf16, half … are understood`,
    group: "Precision",
    parse: parseFloatName,
  },
  dtypeScores: {
    flag: "--dtype-scores",
    help: "scores are rounded to the short type as well, as by eager kernels",
    group: "Precision",
    parse: flag,
  },
} satisfies AnySettingTable;

export type PrecisionSettings = SettingsIn<typeof PRECISION_SETTINGS>;
