import { ATTEND_SETTINGS, type AttendSettings } from "../../../attention/attend-settings.js";
import { combineMasks, resolveOffset } from "../../../attention/masks/registry.js";
import { completeSettings } from "../../../attention/setting.js";
import type { BlockedKeys } from "../../../math/blocked.js";
import { MASK_FORMULA } from "../../mistakes/masks.js";
import { ifPossible } from "../../mistakes/mistake.js";
import { bestRange, expectedRange } from "../keys-used.js";
import { numKeysOf, type Task } from "../task.js";
import {
  type KernelMistake,
  kernelMistakes,
  lastWrongRow,
  type Parameters,
  type SearchContext,
  type Variant,
  withTask,
} from "./kernel-mistake.js";
import { tilesBelow } from "./online.js";

// Masks of other settings: alignment, windows, lengths.

/** The settings of a run that affect its mask. */
type MaskSettings = { readonly [Name in MaskSetting]?: AttendSettings[Name] | undefined };

type MaskSetting = "causal" | "align" | "queryOffset" | "window" | "windowLeft" | "windowRight" | "keyLength";

/**
 * Returns the mask of other settings. Returns undefined if the settings are impossible; `blocked` is undefined if they
 * mask nothing.
 */
export function otherMask(
  given: SearchContext,
  other: MaskSettings,
): { readonly blocked: BlockedKeys | undefined } | undefined {
  return ifPossible(() => ({ blocked: combineMasks(maskContextOf(given, other))?.blocked }));
}

/** Returns the sizes of a run, and its settings with others. */
function maskContextOf({ tasks: [task], homework }: SearchContext, other: MaskSettings = {}) {
  const { settings, mask: givenMask, matrices } = homework.problem;
  const whole = completeSettings(ATTEND_SETTINGS, { ...settings, ...other } as Partial<AttendSettings>);
  const numKeys = task.blocked?.numRuled ?? task.key.rows;
  const sizes = { numQueries: task.query.rows, numKeys, unmaskedKeys: task.key.rows - numKeys };
  return { settings: whole, givenMask, ...sizes, pastKeys: matrices.pastKey?.rows };
}

/** Makes a variant with the mask of other settings. Returns an empty list if the settings are impossible. */
export function withSettings(
  context: SearchContext,
  other: MaskSettings,
  parameters?: Parameters,
): Variant[] {
  const made = otherMask(context, other);
  return made ? [withTask(() => ({ ...made }), parameters)] : [];
}

/** Returns the settings of a run, read as mask settings. */
export const settingsOf = ({ homework }: SearchContext) => homework.problem.settings as MaskSettings;

/** Makes variants with windows that are larger by `more`. */
function otherWindow(given: SearchContext, more: number) {
  const settings = settingsOf(given);
  return (["window", "windowLeft", "windowRight"] as const).flatMap((name) => {
    const size = settings[name];
    if (size === undefined || size + more < 0) return [];
    return withSettings(given, { [name]: size + more }, { [name]: size + more });
  });
}

/**
 * Makes a variant with the mask at a corner, if it differs from the run's mask. With as many queries as keys both
 * corners give the same mask, and the variant is kept.
 */
function atCorner(given: SearchContext, align: "top-left" | "bottom-right") {
  const other = { align, queryOffset: undefined };
  const [{ blocked, query, key }] = given.tasks;
  const made = otherMask(given, other)?.blocked;
  const isOther =
    query.rows === key.rows ||
    (["low", "high"] as const).some((end) => made?.[end].some((at, row) => at !== blocked?.[end][row]));
  return made && isOther ? withSettings(given, other) : [];
}

const NO_WINDOW = { window: undefined, windowLeft: undefined, windowRight: undefined };

const hasWindow = (given: SearchContext): boolean => {
  const { window, windowLeft, windowRight } = settingsOf(given);
  return window !== undefined || windowLeft !== undefined || windowRight !== undefined;
};

/** Whether the mask of several queries depends on their positions. */
export const arePlaced = (given: SearchContext) =>
  given.tasks[0].query.rows > 1 && (settingsOf(given).causal === true || hasWindow(given));

/** Makes variants of a window with two sides, of which one was not applied. */
function oneSideOf(given: SearchContext) {
  const { windowLeft, windowRight } = settingsOf(given);
  if (windowLeft === undefined || windowRight === undefined) return [];
  return [
    ...withSettings(given, { windowLeft: undefined }, { side: "left" }),
    ...withSettings(given, { windowRight: undefined }, { side: "right" }),
  ];
}

/** Makes a variant of a window with two sides that took each other's width. */
function sidesSwapped(given: SearchContext) {
  const { windowLeft, windowRight } = settingsOf(given);
  return withSettings(given, { windowLeft: windowRight, windowRight: windowLeft });
}

/** Whether a window reaches farther to one side, and no mask is given beside it. */
export const isLopsided = (given: SearchContext): boolean => {
  const { causal, windowLeft, windowRight } = settingsOf(given);
  const hasSides = windowLeft !== undefined && windowRight !== undefined && windowLeft !== windowRight;
  return hasSides && !causal && given.homework.problem.mask === undefined;
};

/** Makes a variant with a window whose sides are several times as wide. */
function timesAsWide(given: SearchContext, times: number, window: string) {
  const settings = settingsOf(given);
  const sides = (["window", "windowLeft", "windowRight"] as const).flatMap((name) => {
    const size = settings[name];
    return size ? [[name, Math.max(name === "window" ? 1 : 0, Math.floor(size * times))] as const] : [];
  });
  return sides.length > 0 ? withSettings(given, Object.fromEntries(sides), { window }) : [];
}

/** The number of keys before query 0 that it may attend to. */
export const offsetOf = (given: SearchContext): number =>
  ifPossible(() => resolveOffset(maskContextOf(given))) ?? 0;

/** Makes a variant in which the first key of the window is counted from the query's index, without its offset. */
function withoutOffset(given: SearchContext) {
  const offset = offsetOf(given);
  if (offset === 0) return [];
  const moved = (low: number) => (low > 0 ? Math.max(0, low - offset) : low);
  const alter = ({ blocked }: Task) => ({ blocked: blocked && { ...blocked, low: blocked.low.map(moved) } });
  return [withTask(alter, { "without the offset": "the first key" })];
}

/**
 * Makes variants in which the window of each row begins where that of another length would: the longest one of a batch,
 * that of another batch, or that of the whole cache.
 */
function fromOtherLengths(given: SearchContext): readonly Variant[] {
  const { tasks, allBatches = [] } = given;
  const own = lengthOf(tasks[0]);
  const others = allBatches.map(({ batch, tasks: [task] }) => ({
    of: `batch ${batch}`,
    length: lengthOf(task),
  }));
  const lengths = [
    { of: "the longest batch", length: Math.max(...others.map(({ length }) => length)) },
    ...others,
    { of: "the whole cache", length: numKeysOf(tasks[0]) },
  ];
  return lengths.flatMap(({ of, length }) =>
    length === own || !Number.isFinite(length)
      ? []
      : startingElsewhere(given, length - own, { "as with the length": length, of }),
  );
}

/** Returns the number of keys up to the last one of the last query. */
const lengthOf = (task: Task): number => expectedRange(task, task.query.rows - 1).high;

/**
 * Makes variants in which the window of each row begins `by` keys later. The rest of the mask is right. If it would begin
 * after the last key, the row has no key or, in kernels that clamp the start, the last one.
 */
function startingElsewhere(given: SearchContext, by: number, parameters?: Parameters): readonly Variant[] {
  const moved = otherMask(given, {
    queryOffset: offsetOf(given) + by,
    align: undefined,
    keyLength: undefined,
  });
  const low = moved?.blocked?.low;
  if (!low) return [];
  const keeping = (least: number, also?: Parameters) =>
    withTask(
      ({ blocked }) => ({
        blocked: blocked && {
          ...blocked,
          low: low.map((first, row) => Math.min(first, blocked.high[row] - least)),
        },
      }),
      { ...parameters, ...also },
    );
  const isBehind = low.some((first, row) => first >= (given.tasks[0].blocked?.high[row] ?? first + 1));
  return [keeping(0), ...(isBehind ? [keeping(1, { "but at most": "the last key" })] : [])];
}

/** Whether a single query sees a window: the keys that it used are one range, which may begin at a tile by chance. */
const isOneWindow = (given: SearchContext) => hasWindow(given) && given.tasks[0].query.rows === 1;

/** Marks a mistake of tiles as free where only a single row shows the start of a tile. */
export const unsureInOneWindow = (mistake: KernelMistake): KernelMistake => ({
  ...mistake,
  *variants(given) {
    const isUnsure = isOneWindow(given);
    for (const variant of mistake.variants(given)) yield isUnsure ? { ...variant, isFree: true } : variant;
  },
});

const hasKeyLength = (given: SearchContext) => settingsOf(given).keyLength !== undefined;

/** Makes variants with another key length. If the queries are at the end of the keys, they may be at the new end. */
function withKeyLength(given: SearchContext, keyLength: number, parameters?: Parameters) {
  const { keyLength: own = 0, queryOffset } = settingsOf(given);
  const { rows } = given.tasks[0].query;
  const atEnd = { keyLength, queryOffset: keyLength - rows };
  return [
    ...withSettings(given, { keyLength }, parameters),
    ...(queryOffset === own - rows ? withSettings(given, atEnd, parameters) : []),
  ];
}

/** Whether the key length alone is the mask. Then a missing mask means an ignored key length. */
export const isKeyLengthAlone = (given: SearchContext) =>
  hasKeyLength(given) && otherMask(given, { keyLength: undefined })?.blocked === undefined;

const placing = kernelMistakes("masked-scores", "query i sees the keys j ≤ i + offset");
const windowing = kernelMistakes("masked-scores", "i + offset − W < j ≤ i + offset");
export const masking = kernelMistakes("masked-scores", MASK_FORMULA);

const windowStartOther = windowing({
  id: "window-start-other",
  title: "The window begins at another key than that of its own length.",
  fix: "Count the window back from the key length of the query's own batch: not from that of the longest batch, and not from the end of the cache.",
  isPossible: hasWindow,
  variants: fromOtherLengths,
});

/** The same with any first key, which a single query shows. */
export const windowStartAny: KernelMistake = {
  ...windowStartOther,
  isFree: true,
  isPossible: isOneWindow,
  variants(given) {
    if (!given.dump) return [];
    const { task, row, got } = lastWrongRow(given.dump);
    const { low, high } = expectedRange(task, row);
    const used = bestRange(task, row, got);
    if (!used || used.high !== high || used.low === low) return [];
    return startingElsewhere(given, used.low - low, { "first key": `${used.low} instead of ${low}` });
  },
};

/** With one query, a mask that is off by one key gives the same. But a dump with a length speaks of it. */
export const keyLengthOther: KernelMistake = masking({
  id: "key-length-other",
  title:
    "The new keys were left out of the key length or of the position of the queries, or counted in it twice.",
  fix: "Check if the length of the cache is that before or after the new keys are appended.",
  isPossible: (given) => hasKeyLength(given) || arePlaced(given),
  variants: (given) => {
    const { query, key } = given.tasks[0];
    const { keyLength: length = 0 } = settingsOf(given);
    const first = offsetOf(given);
    return [-query.rows, query.rows].flatMap((by) => [
      ...(length + by > 0 && length + by <= key.rows && hasKeyLength(given)
        ? withKeyLength(given, length + by, { by })
        : []),
      ...(first + by >= 0 && first + by < key.rows && arePlaced(given)
        ? withSettings(given, { queryOffset: first + by, align: undefined }, { of: "the position", by })
        : []),
    ]);
  },
});

/** With as many queries as keys, the transposed mask is the same. But options of a window speak of its sides. */
export const windowSidesSwapped: KernelMistake = windowing({
  id: "window-sides-swapped",
  formula: "i + offset − left ≤ j ≤ i + offset + right",
  title: "Left and right of the window are swapped.",
  fix: "The first number counts the keys before the query, the second one those after it.",
  isPossible: isLopsided,
  variants: sidesSwapped,
});

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
    title: "The window was not applied, or not on one of its sides.",
    fix: "Mask the keys on both sides of the window.",
    isPossible: hasWindow,
    variants: (given) => [
      ...withSettings(given, NO_WINDOW),
      ...withSettings(given, { ...NO_WINDOW, causal: true }),
      ...oneSideOf(given),
    ],
  }),
  windowing({
    id: "window-other",
    title:
      "A window of another kind was applied: half or twice as wide, or without the offset of the queries.",
    fix: "Look at what the width counts: keys on one side or on both. Query i is at position i + offset at both ends of the window.",
    isPossible: hasWindow,
    variants: (given) => [
      ...timesAsWide(given, 0.5, "half as wide"),
      ...timesAsWide(given, 2, "twice as wide"),
      ...withoutOffset(given),
    ],
  }),
  windowStartOther,
  windowing({
    id: "window-symmetric",
    title: "The window reaches beyond the query: rows see keys after their own, too.",
    fix: "Mask the keys after the query as well: causal and a window are two conditions.",
    isPossible: (given) => arePlaced(given) && (settingsOf(given).window ?? 1) > 1,
    variants: (given) => {
      const { window = 1 } = settingsOf(given);
      return [...new Set([window - 1, window, Math.floor(window / 2)])].flatMap((side) =>
        withSettings(
          given,
          { ...NO_WINDOW, causal: false, windowLeft: side, windowRight: side },
          { "keys on each side": side },
        ),
      );
    },
  }),
  masking({
    id: "key-length-ignored",
    title: "Keys beyond the key length were attended.",
    fix: "Mask the padding keys.",
    isPossible: hasKeyLength,
    variants: (given) => {
      const { rows } = given.tasks[0].key;
      const { keyLength: own = 0 } = settingsOf(given);
      return [
        ...withKeyLength(given, rows),
        ...tilesBelow(rows).flatMap((tile) => {
          const whole = Math.ceil(own / tile) * tile;
          return whole > own && whole <= rows ? withKeyLength(given, whole, { "up to whole": tile }) : [];
        }),
      ];
    },
  }),
];
