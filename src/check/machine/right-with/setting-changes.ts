import type { Problem } from "../../../attention/problem.js";
import { isBlocked } from "../../../math/blocked.js";
import { tabulate, upTo } from "../../../math/lists.js";
import { cellFor } from "../row-scores.js";
import type { Task } from "../task.js";

/** Settings by name whose values differ from those of the run, and which may explain an answer. */
export type SettingChanges = Readonly<Record<string, string | number | boolean>>;

/** The settings that are varied. */
export interface VariedSettings {
  readonly causal?: boolean;
  readonly align?: string;
  readonly maskTrue?: "keep" | "drop";
  readonly scale?: number | string;
  readonly temperature?: number;
  readonly softcap?: number;
  readonly window?: number;
  readonly windowLeft?: number;
  readonly windowRight?: number;
  readonly keyLength?: number;
  readonly layout?: "in-out" | "out-in";
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly emptyRow?: string;
}

/** Returns the single changes of settings that may explain an answer, the likeliest first. */
export function listSettingChanges(
  { settings, mask, matrices }: Problem<object>,
  tasks: readonly Task[],
): readonly SettingChanges[] {
  const [task] = tasks;
  const own = settings as VariedSettings;
  const isShifted = task !== undefined && task.query.rows !== task.key.rows;
  return [
    ...causals(own, isShifted),
    ...(mask ? [{ maskTrue: own.maskTrue === "drop" ? "keep" : "drop" }] : []),
    ...SCALES.filter((scale) => scale !== (own.scale ?? "1/sqrt(d_k)")).map((scale) => ({ scale })),
    ...SOFTCAPS.filter((softcap) => softcap !== own.softcap).map((softcap) => ({ softcap })),
    ...windows(own),
    ...(PROJECTIONS.some((name) => matrices[name])
      ? [{ layout: own.layout === "out-in" ? "in-out" : "out-in" }]
      : []),
    ...sharings(own),
    ...(tasks.some(hasEmptyRow)
      ? EMPTY_ROWS.filter((emptyRow) => emptyRow !== (own.emptyRow ?? "zero")).map((emptyRow) => ({
          emptyRow,
        }))
      : []),
  ];
}

/** The rules for rows without keys. */
const EMPTY_ROWS = ["zero", "nan", "uniform"] as const;

/** Whether some row may attend to no key, because of the mask or of a bias of −∞. */
function hasEmptyRow({ blocked, bias, query, key }: Task): boolean {
  if (!blocked && !bias) return false;
  const keys = upTo(key.rows);
  const isOpen = (row: number) => (j: number) =>
    !(blocked && isBlocked(blocked, row, j)) && !(bias && cellFor(bias, row, j) === Number.NEGATIVE_INFINITY);
  return upTo(query.rows).some((row) => !keys.some(isOpen(row)));
}

const PROJECTIONS = ["wq", "wk", "wv", "wo"] as const;

const SCALES: readonly string[] = ["1/sqrt(d_k)", "none", "1/d_k"];

/** The softcaps of published models: Gemma 2, Grok. */
const SOFTCAPS: readonly number[] = [50, 30, 20];

const CORNERS = ["top-left", "bottom-right"] as const;

/** Returns causal masks, with each corner if there are more keys than queries or fewer. */
function causals(own: VariedSettings, isShifted: boolean): readonly SettingChanges[] {
  const isPlaced = own.causal || hasWindow(own);
  if (isPlaced && !isShifted) return [];
  const corners = CORNERS.filter((align) => isShifted && align !== own.align).map((align) => ({ align }));
  if (isPlaced) return corners;
  return isShifted ? corners.map((corner) => ({ causal: true, ...corner })) : [{ causal: true }];
}

const hasWindow = ({ window, windowLeft, windowRight }: VariedSettings) =>
  (window ?? windowLeft ?? windowRight) !== undefined;

/** Returns windows with one key more or fewer, and with their sides swapped. */
function windows(own: VariedSettings): readonly SettingChanges[] {
  const { windowLeft: left, windowRight: right } = own;
  const isLopsided = left !== undefined && right !== undefined && left !== right && !own.causal;
  const wider = (["window", "windowLeft", "windowRight"] as const).flatMap((name) => {
    const width = own[name];
    if (width === undefined) return [];
    const least = name === "window" ? 1 : 0;
    return [width + 1, width - 1].filter((other) => other >= least).map((other) => ({ [name]: other }));
  });
  return isLopsided ? [...wider, { windowLeft: right, windowRight: left }] : wider;
}

/** Returns the other possible numbers of kv heads for the same query heads. */
function sharings({ heads = 1, kvHeads = heads }: VariedSettings): readonly SettingChanges[] {
  return tabulate(heads, (at) => at + 1)
    .filter((count) => heads % count === 0 && count !== kvHeads)
    .map((count) => ({ kvHeads: count }));
}

/** Combines settings that are often forgotten together: one of the mask with one of the score. */
export function pairsOfChanges(single: readonly SettingChanges[]): readonly SettingChanges[] {
  const masks = single.filter((one) => "causal" in one || "align" in one || "maskTrue" in one);
  const scales = single.filter((one) => "scale" in one || "softcap" in one);
  return masks.flatMap((mask) => scales.map((scale) => ({ ...mask, ...scale })));
}
