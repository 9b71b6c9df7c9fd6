import type { SourcedProblem } from "../input/read.js";
import type { TableView } from "../render/document.js";
import type { FormatName } from "../render/formats/registry.js";
import type { NamedCheck } from "../render/named-check.js";
import type { Precision } from "../render/number.js";
import type { Selection } from "../render/selection.js";
import type { Trace } from "../trace/trace.js";
import { type CarrySettings, parseRounding } from "./arithmetic/rounding-settings.js";
import type { CommandSpec } from "./command-spec.js";
import type { ViewSettings } from "./views.js";

/** What is asked of a run: what to show of it, and in which format. */
export interface Asked {
  readonly views: ViewSettings;
  readonly format: FormatName;
}

/** Everything that is needed to print a run. */
export interface FinishedRun {
  readonly command: CommandSpec;
  /** The problem that was computed: what was read, and what was filled in. */
  readonly reading: SourcedProblem;
  /** What the user gave. It is enough to repeat the run. */
  readonly typed: Pick<
    SourcedProblem,
    "matrices" | "mask" | "tokens" | "keyTokens" | "settings" | "modelName"
  >;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly trace: Trace;
  /** The batches after the first, if arrays have several. */
  readonly allBatches: readonly Pick<FinishedRun, "reading" | "settings" | "trace">[];
  readonly views: ViewSettings;
  /** The results of checking the answers of `--check`. */
  readonly checks?: readonly NamedCheck[];
}

/** Returns the decimals of tables. If the user asked for a number of decimals, small numbers do not change it. */
export function decimalsOf({ views, settings }: FinishedRun): Pick<TableView, "precision" | "tiny"> {
  const { precision = shownDecimals(settings) } = views;
  return { precision, ...(typeof views.precision === "number" && { tiny: "bound" }) };
}

/** Returns the number of decimals that --carry keeps, or 4 without it. */
export function shownDecimals({ carry }: CarrySettings): Precision {
  if (carry === undefined) return 4;
  const { unit, count } = parseRounding(carry);
  return unit === "decimals" ? count : "full";
}

/** Returns which steps are shown. */
export function selectionOf({ steps, layer, head }: FinishedRun["views"]): Selection {
  const scope = Object.entries({ layer, head }).flatMap(([kind, index]) =>
    index === undefined ? [] : [{ kind, index }],
  );
  return { steps, scope: scope.length > 0 ? scope : undefined };
}

/**
 * Removes `head` and `layer` if they already chose a part of the arrays or model that was read. Then they do not choose
 * steps of the run.
 */
export function withoutSlices<Views extends Partial<ViewSettings>>(
  views: Views,
  { sliced }: SourcedProblem,
): Views {
  return {
    ...views,
    ...(sliced.has("head") && { head: undefined }),
    ...(sliced.has("layer") && { layer: undefined }),
  };
}
