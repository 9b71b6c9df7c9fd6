import { ATTEND_SETTINGS, type AttendSettings } from "../../../attention/attend-settings.js";
import { combineMasks } from "../../../attention/masks/combine.js";
import { completeSettings } from "../../../attention/setting.js";
import type { BlockedKeys } from "../../../math/blocked.js";
import { MASK_FORMULA } from "../../mistakes/masks.js";
import { ifPossible } from "../../mistakes/mistake.js";
import {
  type KernelMistake,
  kernelMistakes,
  onOther,
  type Parameters,
  type Suspicion,
  type Variant,
} from "./kernel-mistake.js";
import { tilesBelow } from "./online.js";

// Masks that other settings would make: corners, windows, lengths.

/** The settings of a run as far as they are about masks. */
type MaskSettings = { readonly [Name in MaskSetting]?: AttendSettings[Name] | undefined };

type MaskSetting = "causal" | "align" | "queryOffset" | "window" | "windowLeft" | "windowRight" | "keyLength";

/** The mask that other settings make; none where they cannot be, or leave no mask. */
function otherMask(
  { tasks: [task], homework }: Suspicion,
  other: MaskSettings,
): { readonly blocked: BlockedKeys | undefined } | undefined {
  const { settings, mask: givenMask } = homework.problem;
  const whole = completeSettings(ATTEND_SETTINGS, { ...settings, ...other } as Partial<AttendSettings>);
  const numKeys = task.blocked?.numRuled ?? task.key.rows;
  const pastKeys = homework.problem.matrices.pastKey?.rows;
  const sizes = { numQueries: task.query.rows, numKeys, unmaskedKeys: task.key.rows - numKeys, pastKeys };
  return ifPossible(() => ({ blocked: combineMasks({ settings: whole, givenMask, ...sizes })?.blocked }));
}

/** The attention with the mask that other settings make. */
export function withSettings(suspicion: Suspicion, other: MaskSettings, parameters?: Parameters): Variant[] {
  const made = otherMask(suspicion, other);
  return made ? [onOther((task) => ({ ...task, ...made }), parameters)] : [];
}

/** What a run says of its mask. */
export const settingsOf = ({ homework }: Suspicion) => homework.problem.settings as MaskSettings;

/** Windows of other sizes than were asked for. */
function otherWindow(given: Suspicion, more: number): Variant[] {
  const settings = settingsOf(given);
  return (["window", "windowLeft", "windowRight"] as const).flatMap((name) => {
    const size = settings[name];
    if (size === undefined || size + more < 0) return [];
    return withSettings(given, { [name]: size + more }, { [name]: size + more });
  });
}

/** The masks at a corner, where they are others than those that are asked for, or cannot be told apart with as many queries as keys. */
function atCorner(given: Suspicion, align: "top-left" | "bottom-right"): Variant[] {
  const other = { align, queryOffset: undefined };
  const [{ blocked, query, key }] = given.tasks;
  const made = otherMask(given, other)?.blocked;
  const isOther =
    query.rows === key.rows ||
    (["low", "high"] as const).some((end) => made?.[end].some((at, row) => at !== blocked?.[end][row]));
  return made && isOther ? withSettings(given, other) : [];
}

const NO_WINDOW = { window: undefined, windowLeft: undefined, windowRight: undefined };

const hasWindow = (given: Suspicion): boolean => {
  const { window, windowLeft, windowRight } = settingsOf(given);
  return window !== undefined || windowLeft !== undefined || windowRight !== undefined;
};

const hasKeyLength = (given: Suspicion) => settingsOf(given).keyLength !== undefined;

/** Whether the key length is the whole mask: then it is what is missing. */
export const isKeyLengthAlone = (given: Suspicion) =>
  hasKeyLength(given) && otherMask(given, { keyLength: undefined })?.blocked === undefined;

const placing = kernelMistakes("masked-scores", "query i sees the keys j ≤ i + offset");
const windowing = kernelMistakes("masked-scores", "i + offset − W < j ≤ i + offset");
const masking = kernelMistakes("masked-scores", MASK_FORMULA);

export const MASK_SETTINGS: readonly KernelMistake[] = [
  placing({
    id: "causal-top-left",
    title: "The causal mask is aligned top left: query 0 was placed at key 0.",
    fix: "With fewer queries than keys, the last query is at the last key: offset = keys − queries.",
    variants: (given) => atCorner(given, "top-left"),
  }),
  placing({
    id: "causal-bottom-right",
    title: "The causal mask is aligned bottom right: the last query was placed at the last key.",
    fix: "Here query 0 is at key 0.",
    variants: (given) => atCorner(given, "bottom-right"),
  }),
  windowing({
    id: "window-wider",
    title: "The window has one key too many.",
    fix: "A window of W holds W keys, including the query's own.",
    variants: (given) => otherWindow(given, 1),
  }),
  windowing({
    id: "window-narrower",
    title: "The window has one key too few.",
    fix: "A window of W holds W keys, including the query's own.",
    variants: (given) => otherWindow(given, -1),
  }),
  windowing({
    id: "window-ignored",
    title: "The window was not applied.",
    fix: "Mask the keys before the window, too, not only those after the query.",
    isPossible: hasWindow,
    variants: (given) => [
      ...withSettings(given, NO_WINDOW),
      ...withSettings(given, { ...NO_WINDOW, causal: true }),
    ],
  }),
  masking({
    id: "key-length-ignored",
    title: "Keys beyond the key length were attended.",
    fix: "Mask the padding keys.",
    isPossible: hasKeyLength,
    variants: (given) => [
      ...withSettings(given, { keyLength: undefined }),
      ...tilesBelow(given.tasks[0].key.rows).flatMap((tile) => {
        const { keyLength: own = 0 } = settingsOf(given);
        const keyLength = Math.ceil(own / tile) * tile;
        const isOther = keyLength > own && keyLength < given.tasks[0].key.rows;
        return isOther ? withSettings(given, { keyLength }, { "up to whole": tile }) : [];
      }),
    ],
  }),
];
