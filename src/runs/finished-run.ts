import type { SourcedProblem } from "../input/read.js";
import type { TableView } from "../render/document.js";
import type { NamedCheck } from "../render/named-check.js";
import type { Precision } from "../render/number.js";
import type { Selection } from "../render/selection.js";
import type { Trace } from "../trace/trace.js";
import { type CarrySettings, parseRounding } from "./arithmetic/rounding-settings.js";
import type { CommandSpec } from "./command-spec.js";
import type { ViewSettings } from "./views.js";

/** Everything there is to print of a run. */
export interface FinishedRun {
  readonly command: CommandSpec;
  /** What there is to work with: what was read, and what was filled in. */
  readonly reading: SourcedProblem;
  /** What someone gave: the run is repeated with it. */
  readonly typed: Pick<
    SourcedProblem,
    "matrices" | "mask" | "tokens" | "keyTokens" | "settings" | "modelName"
  >;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly trace: Trace;
  /** Of arrays with several batches: the ones behind the first. */
  readonly otherBatches: readonly Pick<FinishedRun, "reading" | "settings" | "trace">[];
  readonly views: ViewSettings;
  /** The answers of `--check`, checked. */
  readonly checks?: readonly NamedCheck[];
}

/** The decimals of tables: those that were asked for are kept to, whatever the numbers are. */
export function decimalsOf({ views, settings }: FinishedRun): Pick<TableView, "precision" | "tiny"> {
  const { precision = shownDecimals(settings) } = views;
  return { precision, ...(typeof views.precision === "number" && { tiny: "bound" }) };
}

/** As many decimals as are carried; else 4. */
export function shownDecimals({ carry }: CarrySettings): Precision {
  if (carry === undefined) return 4;
  const { unit, count } = parseRounding(carry);
  return unit === "decimals" ? count : "full";
}

/** The steps that are to be shown. */
export function selectionOf({ steps, layer, head }: FinishedRun["views"]): Selection {
  const scope = Object.entries({ layer, head }).flatMap(([kind, index]) =>
    index === undefined ? [] : [{ kind, index }],
  );
  return { steps, scope: scope.length > 0 ? scope : undefined };
}

/** What chose among arrays or layers that were read chooses no steps of the run. */
export function withoutSlices<Views extends Partial<ViewSettings>>(
  views: Views,
  { sliced }: Pick<SourcedProblem, "sliced">,
): Views {
  return {
    ...views,
    ...(sliced.has("head") && { head: undefined }),
    ...(sliced.has("layer") && { layer: undefined }),
  };
}
