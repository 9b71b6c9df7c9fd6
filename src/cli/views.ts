import { choice, flag, type SettingTable, wholeNumber } from "../attention/settings.js";
import type { Precision } from "../render/number.js";
import type { Plot } from "../render/solution.js";

/** What is shown and how: the same for every command. */
export interface ViewSettings {
  /** Ids of steps; empty for none, undefined for all. */
  readonly steps: readonly string[] | undefined;
  /** Only the steps of one head. */
  readonly head: number;
  readonly precision: Precision;
  /** A cell to explain: `weights[1,2]`. */
  readonly why: string;
  /** How many steps down an explanation goes. */
  readonly depth: number;
  readonly plot: Plot;
  readonly json: boolean;
  readonly full: boolean;
  readonly width: number;
  readonly color: "auto" | "always" | "never";
  readonly ascii: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

const decimals = wholeNumber(0);

export const VIEW_SETTINGS: SettingTable<ViewSettings> = {
  steps: {
    flag: "--steps <ids>",
    help: "steps to show, and to keep in JSON's steps: all (default), none, or ids such as scores,weights",
    group: "Output",
    parse: (given) => {
      if (given === "all") return undefined;
      return given === "none"
        ? []
        : String(given)
            .split(",")
            .map((id) => id.trim());
    },
  },
  head: {
    flag: "--head <i>",
    help: "only the steps of head I (multihead)",
    group: "Output",
    parse: wholeNumber(0),
  },
  precision: {
    flag: "--precision <n>",
    help: "decimals shown (default 4), or full",
    group: "Output",
    parse: (given) => (given === "full" ? "full" : Math.min(decimals(given), 100)),
  },
  why: {
    flag: "--why <cell>",
    help: "the arithmetic of one cell down to what was given: weights[1,2], output[man,0]",
    group: "Output",
    parse: String,
  },
  depth: {
    flag: "--depth <n>",
    help: "how many steps down --why goes (default: to the given numbers)",
    group: "Output",
    parse: wholeNumber(1),
  },
  plot: {
    flag: "--plot <kind>",
    help: "auto (default), none, heatmap, bars",
    group: "Output",
    parse: choice("auto", "none", "heatmap", "bars"),
  },
  json: { flag: "--json", help: "everything as one JSON object", group: "Output", parse: flag },
  full: { flag: "--full", help: "every row and column, however many", group: "Output", parse: flag },
  width: {
    flag: "--width <columns>",
    help: "columns that the output may fill (default: the terminal's, else 80)",
    group: "Output",
    parse: wholeNumber(20),
  },
  color: {
    flag: "--color <when>",
    help: "auto (default), always, never",
    group: "Output",
    parse: choice("auto", "always", "never"),
  },
  ascii: { flag: "--ascii", help: "nothing but ASCII", group: "Output", parse: flag },
  quiet: { flag: "--quiet", help: "no notices and warnings on stderr", group: "Output", parse: flag },
  verbose: { flag: "--verbose", help: "say how each input was read", group: "Output", parse: flag },
};
