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
import { capped, cellFor, productsOfRow, scoresOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import {
  alsoOfSheets,
  type KernelMistake,
  onOther,
  type RowMaker,
  type Suspicion,
  type Variant,
} from "./kernel-mistake.js";
import { isKeyLengthAlone, MASK_SETTINGS, settingsOf, withSettings } from "./mask-settings.js";
import { TILES } from "./online.js";

// What kernels do wrong with who may attend to whom.

const FORMULA = "s_ij = −∞ where query i may not attend to key j";

const isMasked = ({ tasks }: Suspicion) => tasks.every(({ blocked }) => blocked !== undefined);

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

const zeroFill: RowMaker = (task, row) => {
  const scores = scoresOfRow(task, row).map((score) => (score === Number.NEGATIVE_INFINITY ? 0 : score));
  return makeRow(task, row, scores);
};

/** Numbers that stand for −∞ in masks, and are not far enough below. */
const FILLS = [-1, -5, -10, -20, -30, -50, -100, -1000, -10_000] as const;

/** Masked scores that are a number, or lower by one. */
const filledWith =
  (fill: number, isAdded: boolean): RowMaker =>
  (task, row) => {
    const { blocked } = task;
    const scores = scoresOfRow({ ...task, blocked: undefined }, row);
    for (let j = 0; j < scores.length; j++) {
      if (blocked && isBlocked(blocked, row, j)) scores[j] = isAdded ? scores[j] + fill : fill;
    }
    return makeRow(task, row, scores);
  };

const maskFiniteFill: KernelMistake = {
  id: "mask-finite-fill",
  step: "masked-scores",
  title: "Masked scores became a number that is not far enough below the others.",
  formula: FORMULA,
  fix: "Use −∞, or the lowest number of the type.",
  variants: (given) =>
    whereMasked(given, () =>
      FILLS.flatMap((fill) => [
        { parameters: { fill }, make: filledWith(fill, false) },
        { parameters: { added: fill }, make: filledWith(fill, true) },
      ]),
    ),
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

/** The number of a key, and perhaps of the query, within its tile in place of its number. */
const byTileIndex =
  (tile: number, which: "key" | "query and key"): RowMaker =>
  (task, row) => {
    const { blocked } = task;
    const scores = scoresOfRow({ ...task, blocked: undefined }, row);
    const asked = which === "key" ? row : row % tile;
    for (let within = 0; blocked && within < tile; within++) {
      if (!isBlocked(blocked, asked, within)) continue;
      for (let j = within; j < scores.length; j += tile) scores[j] = Number.NEGATIVE_INFINITY;
    }
    return makeRow(task, row, scores);
  };

const maskByTileIndex: KernelMistake = {
  id: "mask-by-tile-index",
  step: "masked-scores",
  title: "The mask compared numbers within a tile, not those of the query and the key.",
  formula: FORMULA,
  fix: "Add the start of the tile to the number within it before query and key are compared.",
  variants: (given) =>
    whereOrdered(given, () =>
      TILES.filter((tile) => tile > 1 && tile < given.tasks[0].key.rows).flatMap((tile) =>
        (["key", "query and key"] as const).map((which) => ({
          parameters: { tile, which },
          make: byTileIndex(tile, which),
        })),
      ),
    ),
};

/** Where what a query may attend to hangs on where it stands. */
const whereOrdered = (given: Suspicion, variants: () => Variant[]): Variant[] =>
  isKeyLengthAlone(given) ? [] : whereMasked(given, variants);

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
  alsoOfSheets(maskExcludesSelf, (given) => whereOrdered(given, () => [withCells(otherEnd(-1))])),
  alsoOfSheets(maskInverted, (given) =>
    whereMasked(given, () => [withCells((blocked, i, j) => !isBlocked(blocked, i, j))]),
  ),
  alsoOfSheets(maskTransposed, (given) =>
    whereMasked(given, () =>
      given.tasks.every(isSquare) ? [withCells((blocked, i, j) => isBlocked(blocked, j, i))] : [],
    ),
  ),
  ...MASK_SETTINGS,
  alsoOfSheets(maskZeroFill, (given) => whereMasked(given, () => [{ make: zeroFill }])),
  alsoOfSheets(maskAfterSoftmax, (given) => whereMasked(given, () => [{ make: afterSoftmax }])),
  ...[maskAdded, maskFiniteFill, softcapAfterMask, maskByTileIndex],
];
