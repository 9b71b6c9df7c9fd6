import { compareWithLibrary } from "../attention/libraries/compare.js";
import { type Library, type LibraryProblem, optionsOfSettings } from "../attention/libraries/library.js";
import { LIBRARIES, LIBRARY_NAMES, type LibraryName } from "../attention/libraries/registry.js";
import { recordProblem } from "../commands/record.js";
import { UserError } from "../errors.js";
import { describeLibraries, librariesToJson, type ToldLibrary } from "../render/as-library.js";
import { chooseMatrix } from "../render/formats/choose.js";
import type { Chunks } from "../render/formats/format.js";
import { toJson } from "../render/json-value.js";
import { lowerToText } from "../render/text.js";
import type { Trace } from "../trace/trace.js";
import { resolveColorLevel } from "./color-level.js";
import { decimalsOf, type FinishedRun, textWidth } from "./finished-run.js";
import type { Io } from "./io.js";
import { isFile } from "./views.js";

/** Commands whose whole is one call of a library. */
const COMMANDS: readonly string[] = ["attend", "multihead"];

/** Settings that record or round more than the numbers of one call. */
const REFUSED = ["carry", "dtype", "dtypeScores", "backward", "loss", "compareHeads"] as const;

/** A run under the conventions of a library, or of all. Throws USAGE for a run that is no single attention in float64. */
export async function libraryChunks(
  run: FinishedRun,
  name: LibraryName | "all",
  asJson: boolean,
  io: Io,
): Promise<Chunks> {
  refuseOthers(run);
  const names = name === "all" ? LIBRARY_NAMES : [name];
  const told = names.map((each) => tell(each, run));
  if (asJson) {
    return [`{"schema":"qkv/as/1","libraries":${toJson(librariesToJson(told))}}\n`];
  }
  const { ascii, color, output, width } = run.views;
  const colorLevel = isFile(output) && color === "auto" ? 0 : await resolveColorLevel(color, io);
  return lowerToText(describeLibraries(told), { width: textWidth(width, io), colorLevel, ascii });
}

function refuseOthers({ command, settings }: FinishedRun): void {
  if (!COMMANDS.includes(command.name)) {
    throw new UserError(
      "USAGE",
      `--as works one attention or its heads, and ${command.name} is another thing.`,
      {
        hint: "Give it to qkv attend or qkv multihead.",
      },
    );
  }
  for (const option of REFUSED) {
    const value = settings[option];
    if (value === undefined || value === false) continue;
    const flag = optionsOfSettings({ [option]: true });
    throw new UserError("USAGE", `--as compares the outputs of float64 runs, without ${flag}.`, {
      hint: `Leave out ${flag}.`,
    });
  }
}

function tell(name: LibraryName, run: FinishedRun): ToldLibrary {
  const { command, reading, settings, views } = run;
  const library: Library = LIBRARIES[name];
  const problem: LibraryProblem = {
    settings: settings as LibraryProblem["settings"],
    hasScores: reading.matrices.scores !== undefined,
    hasMask: reading.mask !== undefined,
    hasBias: reading.matrices.bias !== undefined,
  };
  const output = (trace: Trace) => chooseMatrix(trace, "output", undefined);
  const compared = compareWithLibrary<Trace>(library, problem, {
    work: (changed) => recordProblem(command, { ...reading, settings: { ...settings, ...changed } }),
    output: (trace) => output(trace).matrix,
  });
  const { call, source, notes } = library;
  const about = { name, call, source, notes };
  if ("obstacles" in compared) {
    return { ...about, ...compared, conventions: [], rows: [], of: 0, output: undefined };
  }
  const { key: _, ...chosen } = output(compared.run);
  return {
    ...about,
    obstacles: [],
    rows: compared.rows,
    of: compared.of,
    conventions: compared.conventions.map(({ name: convention, text, settings: own, rows }) => ({
      ...{ name: convention, text, rows, options: optionsOfSettings(own) },
    })),
    output: {
      ...{ kind: "matrix", ...chosen, rowMargins: [], columnMargins: [] },
      view: { ...decimalsOf(run), full: views.full },
    },
  };
}
