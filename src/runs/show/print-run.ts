import { refuse, setting } from "../../errors.js";
import type { Format } from "../../render/formats/format.js";
import { FORMAT_NAMES, FORMATS, type FormatName, formatOfFile } from "../../render/formats/registry.js";
import type { Values } from "../command-spec.js";
import type { FinishedRun } from "../finished-run.js";
import type { Io } from "../io.js";
import { type Conflict, refuseConflicts } from "../needs.js";
import { isFile, type ViewSettings } from "../views.js";
import { deliver, type Output } from "./deliver.js";

/** Combines the options about the output. Throws USAGE if they contradict each other. */
export function chooseOutput(views: Partial<ViewSettings>, io: Pick<Io, "isTerminal">): Output {
  const { output, emit, force = false } = views;
  if (output === "")
    refuse(`${setting("output")} names no file.`, "Give it a file, or - for standard output.");
  const file = isFile(output) ? output : undefined;
  const usual = emit
    ? "table"
    : (views.open || views.editable) && file === undefined
      ? "html"
      : formatFor(file);
  const { format = usual } = views;
  refuseConflicts(CONFLICTS, views);
  for (const name of ["open", "editable"] as const) {
    if (!views[name] || format === "html") continue;
    refuse(
      `${setting(name)} is for a page, which ${format} is not.`,
      `Leave out ${setting(name)}, or write html: -o run.html.`,
    );
  }
  const { holds, isBinary, isDrawn }: Partial<Format> & { readonly isDrawn?: true } = FORMATS[format];
  const isTelling =
    views.as === undefined ? holds === "run" && !isDrawn : ofLibraries(views).includes(format);
  const reader = [...READERS, "as" as const].find((name) => views[name] !== undefined);
  if (reader && !isTelling) {
    refuse(
      `${setting(reader)} is shown as text or JSON, not as ${format}.`,
      "Write text or JSON: -o json, or a file that ends in .txt or .json.",
    );
  }
  if (isBinary && file === undefined && io.isTerminal("stdout")) {
    refuse(`${format} is binary, and standard output is a terminal.`, `Name a file: -o run.${format}.`);
  }
  return { format, file, force };
}

/** Options that ask a question about a run instead of showing it. */
const READERS = ["check", "why", "uses"] as const;

const CONFLICTS: readonly Conflict<Partial<ViewSettings>>[] = [
  { names: ["quiet", "verbose"] },
  { names: ["emit"], beside: ["format"], does: ["writes a script", "something else"] },
  {
    names: ["open", "editable"],
    beside: ["emit", "explore", "as"],
    does: ["opens a page of a run", "something else"],
  },
  {
    names: ["editable"],
    beside: [...READERS, "only", "steps", "layer", "head"],
    does: ["writes a page of the whole run", "some of it"],
  },
  {
    names: [...READERS, "only"],
    beside: ["emit"],
    does: ["reads a run", "writes the whole of it as a script"],
  },
  { names: ["only"], beside: READERS, does: ["writes one matrix", "something else"] },
  {
    names: ["check", "only", "emit", "explore"],
    beside: ["as"],
    does: ["reads one run", "compares several"],
  },
  // The arithmetic of a cell belongs to one run: with --as it is the run under the conventions of a single library.
  {
    names: ["why", "uses"],
    beside: ["as"],
    does: ["reads one run", "compares several"],
    isSo: ({ as }) => as === "all",
    hint: `Name one library: ${setting("as")} torch ${setting("why")} …`,
  },
  {
    names: [...READERS, "only", "emit", "output", "format"],
    beside: ["explore"],
    does: ["writes a run", "explores it"],
    isSo: ({ format }) => format !== "table",
  },
];

/** Returns the formats for a comparison of libraries, or for the arithmetic of a cell under one library. */
const ofLibraries = ({ why, uses }: Partial<ViewSettings>) =>
  (why ?? uses) === undefined ? ["table", "json", "markdown", "csv", "tsv"] : ["table", "json"];

function formatFor(file = "") {
  const ending = /[^/\\](\.[^./\\]+)$/.exec(file)?.[1];
  const known = formatOfFile(file) ?? (ending === undefined ? "table" : undefined);
  if (known) return known;
  return refuse(
    `${file} ends in ${ending}, which is not a format.`,
    `Choose one with -o: ${FORMAT_NAMES.join(", ")}.`,
  );
}

/** Outputs that settings of the run make impossible. */
const RUN_CONFLICTS: readonly Conflict<Values>[] = [
  {
    names: ["as"],
    beside: ["carry", "dtype", "dtypeScores", "loss", "compareHeads", "queryNorm", "keyNorm"],
    does: ["compares what calls do in float64", "is not part of them"],
  },
  { names: ["emit"], beside: ["carry"], does: ["writes float64 steps", "rounds them"] },
  {
    names: ["emit"],
    beside: ["dtype"],
    does: ["writes float64 steps", "rounds them"],
    isSo: ({ emit, dtype }) => emit === "onnx" && dtype !== "float64",
    hint: `Leave out ${setting("dtype")}. numpy, torch, jax and keras round each step as it says.`,
  },
];

/** Writes a run to stdout or to its file. */
export async function printRun(run: FinishedRun, output: Output, io: Io): Promise<void> {
  const { settings, reading, views } = run;
  refuseConflicts<Values>(RUN_CONFLICTS, { ...settings, ...reading.matrices, ...views });
  if (views.emit !== undefined)
    return (await import("./write-script.js")).writeScript(run, views.emit, output, io);
  const { format } = output;
  const destination = { ...output, open: views.open, name: run.command.name, isStyled: format === "table" };
  await deliver(await chunksOf(run, format, io), destination, io);
}

/**
 * Returns the output. Each view loads only the code that it needs: a run with --json never loads tables and colours.
 */
async function chunksOf(run: FinishedRun, format: FormatName, io: Io) {
  const { as, only } = run.views;
  if (as !== undefined) return (await import("./as-libraries.js")).libraryChunks(run, as, format, io);
  if (format === "table") return (await import("./print-text.js")).textChunks(run, io);
  if (format === "json" && only === undefined) return (await import("./print-json.js")).jsonChunks(run);
  const chosen: Format = FORMATS[format];
  if (chosen.holds === "run" && chosen.lower && (only === undefined || !(chosen.write ?? chosen.draw))) {
    return (await import("./print-document.js")).documentChunks(run, chosen, io);
  }
  return (await import("./print-format.js")).formatChunks(run, chosen, io);
}
