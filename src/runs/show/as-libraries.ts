import { completeSettings } from "../../attention/setting.js";
import { refuse, refuseAs, setting } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import { remember } from "../../math/remember.js";
import {
  describeLibraries,
  type LibraryResult,
  librariesToCsv,
  librariesToJson,
  librariesToMarkdown,
  libraryToJson,
  verdictLines,
} from "../../render/as-library.js";
import { paragraph, plainTable } from "../../render/document.js";
import { chooseMatrix } from "../../render/formats/choose.js";
import type { Chunks, NamedMatrix } from "../../render/formats/format.js";
import type { FormatName } from "../../render/formats/registry.js";
import { toJson } from "../../render/json-value.js";
import { matrixOf, type Trace } from "../../trace/trace.js";
import { decimalsOf, type FinishedRun } from "../finished-run.js";
import type { Io } from "../io.js";
import { type ComparedResult, compareWithLibrary, type LibraryComparison } from "../libraries/compare.js";
import {
  LIBRARIES,
  LIBRARY_NAMES,
  type LibraryName,
  type LibraryProblem,
  optionsOfSettings,
} from "../libraries/registry.js";
import { problemOf, weightSteps } from "../library-problem.js";
import { recordProblem } from "../record-problem.js";
import { lowerAsAsked } from "./deliver.js";
import { describeRun } from "./print-text.js";

/**
 * The maximum number of weights, of all heads together, that are compared. Each convention computes and keeps all of
 * them.
 */
const MAX_WEIGHTS = 2 ** 20;

/**
 * The maximum number of weights of a run that is compared at all. Computing a larger run by all conventions would take
 * minutes.
 */
const MAX_COMPUTED = 2 ** 24;

/** The run under some conventions, with its output as it is shown. */
interface ComputedRun extends ComparedResult {
  readonly shown: NamedMatrix;
}

/**
 * Shows a run under the conventions of one library or of all. Throws USAGE if the run is no single attention, and
 * BAD_VALUE if it is too large.
 */
export async function libraryChunks(
  run: FinishedRun,
  asked: LibraryName | "all",
  format: FormatName,
  io: Io,
): Promise<Chunks> {
  const { command, trace, views } = run;
  if (!command.isOneCall) {
    refuse(
      `${setting("as")} is for one attention or its heads, not for qkv ${command.name}.`,
      "Use it with qkv attend or qkv multihead.",
    );
  }
  const count = sumOver(weightSteps(trace), ({ shape }) => shape.rows * shape.cols);
  if (count > MAX_COMPUTED) {
    refuseAs(
      "BAD_VALUE",
      `${setting("as")} computes a run up to ten times, and ${count} weights are more than its maximum of ${MAX_COMPUTED}.`,
      "Give it fewer rows or heads: conventions differ in small problems as in large ones.",
    );
  }
  const comparesWeights = count <= MAX_WEIGHTS;
  const problem = problemOf(run);
  const compute = computedRuns(run, problem, comparesWeights);
  const names = asked === "all" ? LIBRARY_NAMES : [asked];
  const compared = names.map((name) => compareWithLibrary(LIBRARIES[name], problem, compute));
  const results = compared.map((comparison, at) => libraryResult(names[at], comparison, run));
  if ((views.why ?? views.uses) !== undefined) return cellChunks(run, results[0], compared[0], format, io);
  if (format === "csv" || format === "tsv") return librariesToCsv(results, format === "csv" ? "," : "\t");
  if (format === "markdown") return librariesToMarkdown(results);
  if (format === "json") {
    const what = comparesWeights ? ["output", "weights"] : ["output"];
    return [
      `{"schema":"qkv/as/1","compared":${toJson(what)},"libraries":${toJson(librariesToJson(results))}}\n`,
    ];
  }
  const limit = `Only the outputs were compared: ${count} weights are more than the maximum of ${MAX_WEIGHTS}.`;
  const rest = comparesWeights ? [] : [paragraph(limit, "dim")];
  return lowerAsAsked([...describeLibraries(results), ...rest], views, io);
}

/** Shows the arithmetic of a cell under a library's conventions. Throws USAGE if the library cannot compute the run. */
async function cellChunks(
  run: FinishedRun,
  result: LibraryResult,
  compared: LibraryComparison<ComputedRun>,
  format: FormatName,
  io: Io,
) {
  if ("obstacles" in compared) {
    refuse(
      `${result.call} cannot compute this: ${result.obstacles.join("; ")}.`,
      `Leave out ${setting("as")}, or choose another library: ${setting("as")} all shows which can.`,
    );
  }
  const settings = { ...run.settings, ...compared.settings };
  const trace = recordProblem(run.command, { ...run.reading, settings });
  const under: FinishedRun = { ...run, settings, trace };
  if (format === "json")
    return (await import("./print-json.js")).jsonChunks(under, { as: libraryToJson(result) });
  return lowerAsAsked([...verdictLines([result]), ...describeRun(under, io.platform)], run.views, io);
}

type Compute = (settings: LibraryProblem["settings"]) => ComputedRun;

/**
 * Returns a function that computes the run with some settings changed. Changes with the same effect are computed once.
 */
function computedRuns(
  run: FinishedRun,
  { queries, keys }: LibraryProblem,
  comparesWeights: boolean,
): Compute {
  const { command, reading } = run;
  // An error for rows without a key would stop the comparison. With NaN, such a row differs from any number.
  const settings = run.settings.emptyRow === "error" ? { ...run.settings, emptyRow: "nan" } : run.settings;
  const known = new Map<string, ComputedRun>();
  return (changed) => {
    const whole: FinishedRun["settings"] = { ...settings, ...changed };
    // With as many keys as queries, both ways to align a mask are the same.
    const same = {
      ...completeSettings<object>(command.settings, whole),
      ...(queries === keys && { align: undefined }),
    };
    const key = JSON.stringify(Object.entries(same).sort(([a], [b]) => (a < b ? -1 : 1)));
    return remember(known, key, () =>
      computedRun(recordProblem(command, { ...reading, settings: whole }), comparesWeights),
    );
  };
}

function computedRun(trace: Trace, comparesWeights: boolean) {
  const shown = chooseMatrix(trace, "output", undefined);
  const weights = comparesWeights ? weightSteps(trace).map(({ key }) => matrixOf(trace, key)) : [];
  return { shown, output: shown.matrix, weights };
}

/** Returns what is shown about a library. */
function libraryResult(
  name: LibraryName,
  compared: LibraryComparison<ComputedRun>,
  run: FinishedRun,
): LibraryResult {
  const { call, source, notes } = LIBRARIES[name];
  const about = { name, call, source, notes, obstacles: [], rows: [], outputRows: [], of: 0 };
  if ("obstacles" in compared) return { ...about, ...compared, conventions: [], output: undefined };
  const { whole, rows, outputRows, of, conventions } = compared;
  return {
    ...about,
    rows,
    outputRows,
    of,
    conventions: conventions.map(({ name: convention, text, settings, rows: changed }) => ({
      name: convention,
      text,
      rows: changed,
      options: optionsOfSettings(settings),
    })),
    output: plainTable(whole.shown, { ...decimalsOf(run), full: run.views.full }),
  };
}
