import { refuseAs, setting } from "../errors.js";
import { greatest, upTo } from "../math/lists.js";
import type { Step, View } from "../trace/trace.js";
import type { HeatMap } from "./document.js";

type Plot = "auto" | "none" | "heatmap" | "bars" | "curves";

/** Which pictures of a run are drawn. */
export interface PictureView {
  readonly plot: Plot;
  /** The columns that are drawn as curves. */
  readonly plotColumns?: readonly number[] | undefined;
  /** The maximum number of rows of a heat map. */
  readonly mostRows?: number | undefined;
}

type PictureKind = "heatmap" | "bars" | "curves" | "hands";

/** The picture below the table of a step, by the step's view and the setting `plot`. */
const PICTURES: Readonly<Partial<Record<View, Readonly<Partial<Record<Plot, PictureKind>>>>>> = {
  distribution: { auto: "heatmap", heatmap: "heatmap", bars: "bars" },
  similarity: { auto: "heatmap", heatmap: "heatmap" },
  curve: { auto: "curves", heatmap: "heatmap", curves: "curves" },
  angle: { auto: "hands" },
};

export function pictureKind(view: View, plot: Plot): PictureKind | undefined {
  return PICTURES[view]?.[plot];
}

/** The minimum number of rows. With fewer, a table says more than its picture. */
const FEWEST_ROWS: Readonly<Record<PictureKind, number>> = { heatmap: 1, bars: 1, curves: 8, hands: 3 };
/** The minimum for curves whose points all have names, such as those of a sweep. Unlike waves, they need few points. */
const FEWEST_NAMED_POINTS = 3;

const fewestRows = (kind: PictureKind, { axes }: Omit<HeatMap, "kind">) =>
  kind === "curves" && axes.every(({ labels }) => labels) ? FEWEST_NAMED_POINTS : FEWEST_ROWS[kind];

/** The maximum number of unnamed columns that can be told apart. Columns with names are all drawn. */
const MOST_CURVES = 4;

/** Describes the picture below the table of a step, if there is one. */
export function describePicture(
  step: Step,
  shown: Omit<HeatMap, "kind">,
  { plot, plotColumns, mostRows }: PictureView,
) {
  const { rows, cols } = shown.matrix;
  const kind = pictureKind(step.view, plot);
  if (rows * cols <= 1 || !kind) return [];
  if (plot === "auto" && !plotColumns && rows < fewestRows(kind, shown)) return [];
  // A similarity, or its gradient, may have either sign.
  if (kind === "heatmap") return [{ kind, ...shown, mostRows, hasSigns: step.view === "similarity" }];
  if (kind !== "curves") return [{ kind, ...shown }];
  const chosen = plotColumns?.filter((col) => col < cols) ?? [];
  const usual = shown.axes[1].labels ? upTo(cols) : usualColumns(cols);
  return [{ kind, ...shown, columns: chosen.length > 0 ? chosen : usual }];
}

/** Returns a few neighbouring columns that change neither too fast nor too slowly to be seen: columns 6 to 9 of 32. */
function usualColumns(cols: number) {
  const first = cols <= MOST_CURVES ? 0 : 2 * Math.floor(cols / 10);
  return upTo(first + Math.min(cols, MOST_CURVES), first);
}

/** Throws USAGE if no step of the run has the requested kind of picture. */
export function requirePictures(steps: readonly Step[], plot: Plot): void {
  if (plot === "auto" || plot === "none" || steps.some(({ view }) => pictureKind(view, plot))) return;
  refuseAs("USAGE", `This run has nothing to draw as ${plot}.`, {
    hint: `Leave out ${setting("plot")}: then qkv draws every picture of the run.`,
    location: { source: setting("plot") },
  });
}

/** Throws USAGE if a requested column exists in no curve. */
export function requireColumns(steps: readonly Step[], columns: readonly number[]): void {
  const most = greatest(
    steps.filter(({ view }) => view === "curve"),
    (step) => step.output().cols,
  );
  const missing = columns.find((col) => col >= most);
  if (missing === undefined) return;
  refuseAs("USAGE", most === 0 ? "This run has no curves." : `There is no column ${missing}.`, {
    hint: most === 0 ? `Leave out ${setting("plotColumns")}.` : `The columns are 0 to ${most - 1}.`,
    location: { source: setting("plotColumns") },
  });
}
