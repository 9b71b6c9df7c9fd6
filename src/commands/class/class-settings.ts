import { onOff, type SettingsIn, settingTable } from "../../attention/setting.js";
import type { Values } from "../../runs/command-spec.js";
import { attend } from "../attend.js";
import { layer } from "../layer.js";
import { multihead } from "../multihead.js";
import { posenc } from "../posenc.js";

const ofProblem = (name: string) =>
  onOff(`the problem is for qkv ${name} (default: the content of its file decides)`, "Problem");

/** Settings of `qkv check` itself, which do not belong to the problem. */
export const CLASS_SETTINGS = settingTable("Class", {
  multihead: ofProblem("multihead"),
  layer: ofProblem("layer"),
  posenc: ofProblem("posenc"),
  gradescope: {
    ...onOff("write the results.json of a Gradescope autograder for one sheet: one test per step"),
    brief: "the results.json of one submission",
  },
  feedback: {
    value: "<folder>",
    help: "also write each marked sheet into its own file: .txt, or .md with -o markdown",
    brief: "also write each marked sheet",
    parse: String,
  },
});

/** Returns only the values of the problem's settings. */
export const withoutClass = (values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(CLASS_SETTINGS, name)));

/** The commands that a problem may be for, in the order in which they are tried. */
export const KINDS = [attend, multihead, layer, posenc] as const;

export type ClassSettings = SettingsIn<typeof CLASS_SETTINGS>;
