import type { AttendSettings } from "../../../attention/attend-settings.js";
import { ATTEND_SETTINGS } from "../../../attention/attend-settings.js";
import { combineMasks } from "../../../attention/masks/combine.js";
import { completeSettings } from "../../../attention/setting.js";
import { UserError } from "../../../errors.js";
import { type BlockedKeys, isBlocked } from "../../../math/blocked.js";
import {
  maskAfterSoftmax,
  maskExcludesSelf,
  maskInverted,
  maskMissing,
  maskOffByOne,
  maskTransposed,
  maskZeroFill,
} from "../../mistakes/masks.js";
import { capped, cellFor, makeRow, productsOfRow, scoresOfRow } from "../rows.js";
import type { Task } from "../task.js";
import {
  alsoOfSheets,
  type KernelMistake,
  onOther,
  type RowMaker,
  type Suspicion,
  type Variant,
} from "./kernel-mistake.js";

// What kernels do wrong with who may attend to whom.

const FORMULA = "s_ij = −∞ where query i may not attend to key j";

const isMasked = ({ tasks }: Suspicion) => tasks.every(({ blocked }) => blocked !== undefined);

/** The settings of a run as far as they are about masks. */
type MaskSettings = {
  readonly [Name in MaskSetting]?: AttendSettings[Name] | undefined;
};

type MaskSetting = "causal" | "align" | "queryOffset" | "window" | "windowLeft" | "windowRight" | "keyLength";

/** The mask that other settings make; none where they cannot be, or leave no mask. */
function otherMask(
  { tasks: [task], homework }: Suspicion,
  other: MaskSettings,
): { readonly blocked?: BlockedKeys } | undefined {
  const { settings, mask: given } = homework.problem;
  const whole = completeSettings(ATTEND_SETTINGS, { ...settings, ...other } as Partial<AttendSettings>);
  const numKeys = task.blocked?.numRuled ?? task.key.rows;
  const pastKeys = homework.problem.matrices.pastKey?.rows;
  try {
    const mask = combineMasks({
      ...{ settings: whole, given, numQueries: task.query.rows, numKeys, openKeys: task.key.rows - numKeys },
      ...(pastKeys !== undefined && { pastKeys }),
    });
    return mask ? { blocked: mask.blocked } : {};
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The attention with the mask that other settings make. */
function withSettings(
  suspicion: Suspicion,
  other: MaskSettings,
  parameters?: Variant["parameters"],
): Variant[] {
  const made = otherMask(suspicion, other);
  return made ? [onOther((task) => ({ ...task, blocked: made.blocked }), parameters)] : [];
}

const settingsOf = ({ homework }: Suspicion) => homework.problem.settings as MaskSettings;

/** The attention with other cells blocked. */
const withCells = (
  isOut: (blocked: BlockedKeys, i: number, j: number) => boolean,
  parameters?: Variant["parameters"],
): Variant => {
  const make: RowMaker = (task, row) => {
    const { blocked } = task;
    if (!blocked) return makeRow(task, row);
    const scores = scoresOfRow({ ...task, blocked: undefined }, row);
    for (let j = 0; j < scores.length; j++) if (isOut(blocked, row, j)) scores[j] = Number.NEGATIVE_INFINITY;
    return makeRow(task, row, scores);
  };
  return { make, ...(parameters && { parameters }) };
};

/** Cells as they are blocked some keys further on; beyond the ends the last ones hold. */
const shifted =
  (shift: number) =>
  (blocked: BlockedKeys, i: number, j: number): boolean => {
    const from = j - shift;
    if (from < 0) return isBlocked(blocked, i, 0) && isBlocked(blocked, i, j);
    return isBlocked(blocked, i, Math.min(from, blocked.cols - 1));
  };

/** One key more or fewer at the end of what a row may see. */
const otherEnd =
  (more: number) =>
  (blocked: BlockedKeys, i: number, j: number): boolean => {
    const high = blocked.high[i];
    if (more > 0 && j >= high && j < high + more) return false;
    if (more < 0 && j >= high + more && j < high) return true;
    return isBlocked(blocked, i, j);
  };

const causalTopLeft: KernelMistake = {
  id: "causal-top-left",
  step: "masked-scores",
  title: "The causal mask was put at the top left corner: query 0 was taken to stand at key 0.",
  formula: "query i sees the keys j ≤ i + offset",
  fix: "With fewer queries than keys the last query stands at the last key: offset = keys − queries.",
  variants: (given) => withSettings(given, { align: "top-left", queryOffset: undefined }),
};

const causalBottomRight: KernelMistake = {
  id: "causal-bottom-right",
  step: "masked-scores",
  title:
    "The causal mask was put at the bottom right corner: the last query was taken to stand at the last key.",
  formula: "query i sees the keys j ≤ i + offset",
  fix: "Here query 0 stands at key 0.",
  variants: (given) => withSettings(given, { align: "bottom-right", queryOffset: undefined }),
};

/** Windows of other sizes than were asked for. */
function otherWindow(given: Suspicion, more: number): Variant[] {
  const settings = settingsOf(given);
  return (["window", "windowLeft", "windowRight"] as const).flatMap((name) => {
    const size = settings[name];
    if (size === undefined || size + more < 0) return [];
    return withSettings(given, { [name]: size + more }, { [name]: size + more });
  });
}

const windowWider: KernelMistake = {
  id: "window-wider",
  step: "masked-scores",
  title: "The window holds one key more than it should.",
  formula: "i + offset − W < j ≤ i + offset",
  fix: "A window of W holds W keys, the query's own included.",
  variants: (given) => otherWindow(given, 1),
};

const windowNarrower: KernelMistake = {
  ...windowWider,
  id: "window-narrower",
  title: "The window holds one key fewer than it should.",
  variants: (given) => otherWindow(given, -1),
};

const windowIgnored: KernelMistake = {
  ...windowWider,
  id: "window-ignored",
  title: "The window was not applied.",
  fix: "Leave out the keys before the window as well, not only those behind the query.",
  variants: (given) => {
    const { window, windowLeft, windowRight } = settingsOf(given);
    if (window === undefined && windowLeft === undefined && windowRight === undefined) return [];
    const none = {
      window: undefined,
      windowLeft: undefined,
      windowRight: undefined,
    };
    return [...withSettings(given, none), ...withSettings(given, { ...none, causal: true })];
  },
};

const keyLengthIgnored: KernelMistake = {
  id: "key-length-ignored",
  step: "masked-scores",
  title: "Keys beyond the key length were attended.",
  formula: FORMULA,
  fix: "Mask the keys that are only padding.",
  variants: (given) =>
    settingsOf(given).keyLength === undefined ? [] : withSettings(given, { keyLength: undefined }),
};

const zeroFill: RowMaker = (task, row) => {
  const scores = scoresOfRow(task, row).map((score) => (score === Number.NEGATIVE_INFINITY ? 0 : score));
  return makeRow(task, row, scores);
};

const afterSoftmax: RowMaker = (task, row) => {
  const { blocked } = task;
  return makeRow(task, row, scoresOfRow({ ...task, blocked: undefined }, row), (_, { powers, sum }) =>
    powers.map((power, j) => (blocked && isBlocked(blocked, row, j) ? 0 : power / sum)),
  );
};

const softcapAfterMask: KernelMistake = {
  id: "softcap-after-mask",
  step: "capped-scores",
  title: "The softcap was applied after the mask, so that masked scores became −C instead of −∞.",
  formula: "scores → scale → softcap → bias → mask → softmax",
  fix: "Cap the scores before the mask.",
  variants: ({ tasks }) =>
    tasks.every(({ softcap, blocked }) => softcap !== undefined && blocked !== undefined)
      ? [
          {
            make: (task, row) => {
              const { softcap = 0, bias } = task;
              const scores = scoresOfRow(task, row).map((score, j) =>
                score === Number.NEGATIVE_INFINITY ? -softcap + (bias ? cellFor(bias, row, j) : 0) : score,
              );
              return makeRow(task, row, scores);
            },
          },
        ]
      : [],
};

/** A mask of 1 and 0 that is added as it is. */
const addedAsNumbers: RowMaker = (task, row) => {
  const { blocked, bias } = task;
  const scores = productsOfRow(task, row).map((product, j) => {
    const score = capped(task, product * task.scale) + (bias ? cellFor(bias, row, j) : 0);
    return blocked && isBlocked(blocked, row, j) ? score : score + 1;
  });
  return makeRow(task, row, scores);
};

const maskAdded: KernelMistake = {
  id: "mask-added-as-numbers",
  step: "masked-scores",
  title: "The mask of 1 and 0 was added to the scores as it is.",
  formula: FORMULA,
  fix: "Add 0 where a query may attend and −∞ where it may not.",
  variants: (given) => (isMasked(given) ? [{ make: addedAsNumbers }] : []),
};

const whereMasked = (given: Suspicion, variants: () => Variant[]): Variant[] =>
  isMasked(given) ? variants() : [];

/** Then what is missing is the key length. */
const isKeyLengthAlone = (given: Suspicion) =>
  settingsOf(given).keyLength !== undefined &&
  otherMask(given, { keyLength: undefined })?.blocked === undefined;

const isSquare = ({ query, key }: Task) => query.rows === key.rows;

export const MASKS: readonly KernelMistake[] = [
  alsoOfSheets(maskMissing, (given) =>
    isKeyLengthAlone(given)
      ? []
      : whereMasked(given, () => [
          onOther((task) => ({ ...task, blocked: undefined })),
          ...(settingsOf(given).causal === true
            ? withSettings(given, { causal: false }, { mask: "causal" })
            : []),
        ]),
  ),
  alsoOfSheets(maskOffByOne, (given) =>
    whereMasked(given, () => [
      withCells(otherEnd(1), { sees: "the next key" }),
      withCells(shifted(1), { shift: 1 }),
      withCells(shifted(-1), { shift: -1 }),
    ]),
  ),
  alsoOfSheets(maskExcludesSelf, (given) => whereMasked(given, () => [withCells(otherEnd(-1))])),
  causalTopLeft,
  causalBottomRight,
  alsoOfSheets(maskInverted, (given) =>
    whereMasked(given, () => [withCells((blocked, i, j) => !isBlocked(blocked, i, j))]),
  ),
  alsoOfSheets(maskTransposed, (given) =>
    whereMasked(given, () =>
      given.tasks.every(isSquare) ? [withCells((blocked, i, j) => isBlocked(blocked, j, i))] : [],
    ),
  ),
  windowWider,
  windowNarrower,
  windowIgnored,
  keyLengthIgnored,
  alsoOfSheets(maskZeroFill, (given) => whereMasked(given, () => [{ make: zeroFill }])),
  alsoOfSheets(maskAfterSoftmax, (given) => whereMasked(given, () => [{ make: afterSoftmax }])),
  maskAdded,
  softcapAfterMask,
];
