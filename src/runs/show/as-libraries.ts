import { compareWithLibrary, type Worked } from "../../attention/libraries/compare.js";
import { type Library, type LibraryProblem, optionsOfSettings } from "../../attention/libraries/library.js";
import { LIBRARIES, LIBRARY_NAMES, type LibraryName } from "../../attention/libraries/registry.js";
import { optionOf } from "../../attention/setting.js";
import { UserError } from "../../errors.js";
import {
  describeLibraries,
  librariesToCsv,
  librariesToJson,
  librariesToMarkdown,
  libraryToJson,
  type ToldLibrary,
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
import { problemOf, weightSteps } from "../library-problem.js";
import { recordProblem } from "../record.js";
import { lowerAsAsked } from "./lower-text.js";
import { describeRun } from "./print-text.js";

/** Settings that record or round more than the numbers of one call. */
const REFUSED = ["carry", "dtype", "dtypeScores", "backward", "loss", "compareHeads"] as const;

/** More weights than these, of all heads together, are not compared: each way to work a run would make and keep them. */
const MOST_WEIGHTS = 2 ** 20;

/** Runs with more weights than these are not worked several times over. */
const MOST_WORKED = 2 ** 24;

/** One way to work the run, with its output as it is shown. */
interface Working extends Worked {
  readonly shown: NamedMatrix;
}

/** A run under the conventions of a library, or of all. Throws USAGE for a run that is no single attention in float64. */
export async function libraryChunks(
  run: FinishedRun,
  name: LibraryName | "all",
  format: FormatName,
  io: Io,
): Promise<Chunks> {
  refuseOthers(run);
  refuseLarge(run.trace);
  const problem = problemOf(run);
  const comparesWeights = countWeights(run.trace) <= MOST_WEIGHTS;
  const work = workings(run, problem, comparesWeights);
  const names = name === "all" ? LIBRARY_NAMES : [name];
  const compared = names.map((each) => compare(each, run, problem, work));
  const told = compared.map((each) => each.told);
  const { why, uses } = run.views;
  if (why !== undefined || uses !== undefined) return cellChunks(run, compared[0], format, io);
  if (format === "csv" || format === "tsv") return librariesToCsv(told, format === "csv" ? "," : "\t");
  if (format === "markdown") return librariesToMarkdown(told);
  if (format === "json") {
    const what = comparesWeights ? ["output", "weights"] : ["output"];
    return [
      `{"schema":"qkv/as/1","compared":${toJson(what)},"libraries":${toJson(librariesToJson(told))}}\n`,
    ];
  }
  const leftOut = `Compared by the output alone: ${countWeights(run.trace)} weights are more than the ${MOST_WEIGHTS} that are compared.`;
  const { blocks } = describeLibraries(told);
  return lowerAsAsked(
    { blocks: [...blocks, ...(comparesWeights ? [] : [paragraph(leftOut, "dim")])] },
    run.views,
    io,
  );
}

/** The arithmetic of a cell in the run under a library's conventions. Throws USAGE where the library cannot work it. */
async function cellChunks(run: FinishedRun, { told, settings }: Compared, format: FormatName, io: Io) {
  if (settings === undefined) {
    throw new UserError("USAGE", `${told.call} cannot work this: ${told.obstacles.join("; ")}.`, {
      hint: "Leave out --as, or take another library: --as all says which can.",
    });
  }
  const changed = { ...run.settings, ...settings };
  const reading = { ...run.reading, settings: { ...run.reading.settings, ...settings } };
  const trace = recordProblem(run.command, { ...reading, settings: changed });
  const under: FinishedRun = { ...run, reading, settings: changed, trace };
  if (format === "json")
    return (await import("./print-json.js")).jsonChunks(under, { as: libraryToJson(told) });
  const { blocks } = describeRun(under, io.platform);
  return lowerAsAsked({ blocks: [...verdictLines([told]), ...blocks] }, run.views, io);
}

function refuseOthers({ command, settings, trace }: FinishedRun): void {
  if (!command.isOneCall) {
    const message = `--as works one attention or its heads, and ${command.name} is another thing.`;
    throw new UserError("USAGE", message, { hint: "Give it to qkv attend or qkv multihead." });
  }
  for (const option of REFUSED) {
    const value = settings[option];
    if (value === undefined || value === false) continue;
    const flag = optionsOfSettings({ [option]: true });
    throw new UserError("USAGE", `--as compares the outputs of float64 runs, without ${flag}.`, {
      hint: `Leave out ${flag}.`,
    });
  }
  const norms = ["queryNorm", "keyNorm"] as const;
  const norm = norms.find((name) => trace.inputs.some((input) => input.name === name));
  if (!norm) return;
  const flag = optionOf(norm);
  const message = `--as: no call of a library norms the queries and keys of heads, as ${flag} asks.`;
  throw new UserError("USAGE", message, { hint: `Leave out ${flag}.` });
}

/** Throws BAD_VALUE for a run that would take minutes, worked under all conventions. */
function refuseLarge(trace: Trace): void {
  const count = countWeights(trace);
  if (count <= MOST_WORKED) return;
  const message = `--as works a run up to ten times over, and ${count} weights are more than the ${MOST_WORKED} that it takes.`;
  const hint = "Give it fewer rows or heads: conventions differ in small problems as in large ones.";
  throw new UserError("BAD_VALUE", message, { hint });
}

const countWeights = (trace: Trace) =>
  weightSteps(trace).reduce((count, { shape }) => count + shape.rows * shape.cols, 0);

type Work = (settings: LibraryProblem["settings"]) => Working;

/** What works the run with some settings changed, once for all changes that come to the same. */
function workings(run: FinishedRun, { queries, keys }: LibraryProblem, comparesWeights: boolean): Work {
  const { command, reading } = run;
  // A policy that refuses rows without a key would refuse the comparison: such a row differs from any number.
  const settings = run.settings.emptyRow === "error" ? { ...run.settings, emptyRow: "nan" } : run.settings;
  const defaults = Object.fromEntries(
    Object.entries<{ default?: unknown }>(command.settings).map(([name, setting]) => [name, setting.default]),
  );
  const known = new Map<string, Working>();
  return (changed) => {
    const whole: Record<string, unknown> = { ...settings, ...changed };
    // Both corners are one where there are as many keys as queries.
    const same = { ...defaults, ...whole, ...(queries === keys && { align: undefined }) };
    const key = JSON.stringify(Object.entries(same).sort(([a], [b]) => (a < b ? -1 : 1)));
    let working = known.get(key);
    if (working === undefined) {
      const trace = recordProblem(command, { ...reading, settings: whole });
      const shown = chooseMatrix(trace, "output", undefined);
      const weights = comparesWeights ? weightSteps(trace).map((step) => matrixOf(trace, step.key)) : [];
      working = { shown, output: shown.matrix, weights };
      known.set(key, working);
    }
    return working;
  };
}

/** What is told of a library, and the settings that are its conventions where it can work the run. */
interface Compared {
  readonly told: ToldLibrary;
  readonly settings?: LibraryProblem["settings"];
}

function compare(name: LibraryName, run: FinishedRun, problem: LibraryProblem, work: Work): Compared {
  const library: Library = LIBRARIES[name];
  const compared = compareWithLibrary<Working>(library, problem, work);
  const { call, source, notes } = library;
  const about = { name, call, source, notes };
  if ("obstacles" in compared) {
    const nothing = { conventions: [], rows: [], outputRows: [], of: 0, output: undefined };
    return { told: { ...about, ...compared, ...nothing } };
  }
  const { whole, settings, rows, outputRows, of, conventions } = compared;
  return {
    settings,
    told: {
      ...about,
      obstacles: [],
      rows,
      outputRows,
      of,
      conventions: conventions.map(({ name: convention, text, settings: own, rows: changed }) => ({
        name: convention,
        text,
        rows: changed,
        options: optionsOfSettings(own),
      })),
      output: plainTable(whole.shown, { ...decimalsOf(run), full: run.views.full }),
    },
  };
}
