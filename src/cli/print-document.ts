import type { Chunks, RunFormat } from "../render/formats/format.js";
import type { FinishedRun } from "./finished-run.js";
import type { Io } from "./io.js";
import { describeRun, shownDecimals } from "./print-text.js";

/** What a run shows on a terminal, in a format for people: Markdown, LaTeX, pictures, a page. */
export function documentChunks(run: FinishedRun, { lower, isComplete }: RunFormat, io: Io): Chunks {
  if (!lower) throw new TypeError("a format that shows no run is printed elsewhere");
  const { views, trace, settings, command } = run;
  const isWhole = isComplete && views.steps === undefined && command.source !== "model";
  const shown = isWhole ? { ...run, views: { ...views, steps: "all" as const } } : run;
  const document = describeRun(shown, io.platform, isComplete);
  return lower({ document, trace, precision: views.precision ?? shownDecimals(settings) });
}
