import { type AnySettingTable, onOff, type SettingsIn } from "../../attention/setting.js";
import type { Values } from "../../runs/request.js";
import { attend } from "../attend.js";
import { layer } from "../layer.js";
import { multihead } from "../multihead.js";
import { posenc } from "../posenc.js";

const ofProblem = (name: string) =>
  onOff(`the problem is one of qkv ${name}; otherwise its file says so, by what stands in it`, "Problem");

/** Settings of `qkv check` itself, which do not belong to the problem. */
export const CLASS_SETTINGS = {
  multihead: ofProblem("multihead"),
  layer: ofProblem("layer"),
  posenc: ofProblem("posenc"),
  gradescope: {
    ...onOff(
      "of one sheet, the results.json that an autograder of Gradescope writes: a test a step",
      "Class",
    ),
    brief: "the results.json of one submission",
  },
  feedback: {
    value: "<folder>",
    help: "also write each marked sheet to a file of its own: .txt, with -o markdown .md",
    group: "Class",
    brief: "write each marked sheet, too",
    parse: String,
  },
} as const satisfies AnySettingTable;

/** Returns only the values of the problem's settings. */
export const withoutClass = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(CLASS_SETTINGS, name)));

/** The commands that a problem may be for, in the order in which they are tried. */
export const KINDS = [attend, multihead, layer, posenc] as const;

export type ClassSettings = SettingsIn<typeof CLASS_SETTINGS>;
