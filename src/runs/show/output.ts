import { UserError } from "../../errors.js";
import type { Chunks, Format } from "../../render/formats/format.js";
import { FORMAT_NAMES, FORMATS, type FormatName, formatOfFile } from "../../render/formats/registry.js";
import { setting } from "../../setting-names.js";
import type { FinishedRun } from "../finished-run.js";
import type { Io } from "../io.js";
import { isFile, type ViewSettings } from "../views.js";

/** Where the result of a run goes, and as what. */
export interface Output {
  readonly format: FormatName;
  /** Standard output when undefined. */
  readonly file: string | undefined;
  readonly force: boolean;
}

/** Puts together what the options say of the output. Throws USAGE when they contradict each other. */
export function chooseOutput(views: Partial<ViewSettings>, io: Pick<Io, "isTerminal">): Output {
  const { output, json, force = false } = views;
  if (output === "")
    refuse(`${setting("output")} names no file.`, "Give it a file, or - for standard output.");
  const file = isFile(output) ? output : undefined;
  if (views.emit !== undefined) refuseBesideScript(views);
  if (json && views.format && views.format !== "json") {
    refuse(`${setting("json")} is -o json, but -o ${views.format} is given, too.`, LEAVE_OUT);
  }
  const format = views.format ?? (json ? "json" : views.emit ? "table" : formatFor(file));
  const chosen: Format = FORMATS[format];
  const { holds, isBinary } = chosen;
  const isDrawn = chosen.holds === "run" && chosen.isDrawn;
  if (views.quiet && views.verbose)
    refuse(`${setting("quiet")} and ${setting("verbose")} contradict each other.`, LEAVE_OUT);
  for (const view of READERS) {
    if (views[view] === undefined) continue;
    if (holds !== "run" || isDrawn) {
      refuse(
        `${setting(view)} is shown as text or JSON, not as ${format}.`,
        "Write text or JSON: -o json, or a file that ends in .txt or .json.",
      );
    }
    if (views.only !== undefined)
      refuse(`${setting("only")} writes one matrix, without ${setting(view)}.`, LEAVE_OUT);
  }
  if (views.as !== undefined) refuseBesideLibraries(views, format);
  if (isBinary && file === undefined && io.isTerminal("stdout")) {
    refuse(`${format} is binary, and standard output is a terminal.`, `Name a file: -o run.${format}.`);
  }
  return { format, file, force };
}

/** Throws USAGE for what a script does not show. */
function refuseBesideScript({ emit, json, ...views }: Partial<ViewSettings>): void {
  const other = json ? setting("json") : views.format && `-o ${views.format}`;
  if (other) refuse(`${setting("emit")} ${emit} writes a script, and ${other} something else.`, LEAVE_OUT);
  for (const view of [...READERS, "only"] as const) {
    if (views[view] !== undefined) {
      refuse(
        `${setting(view)} reads a run, and ${setting("emit")} ${emit} writes the whole of it as a script.`,
        LEAVE_OUT,
      );
    }
  }
}

/** Throws USAGE for what a comparison with libraries does not show. */
function refuseBesideLibraries({ as, ...views }: Partial<ViewSettings>, format: FormatName): void {
  for (const view of [...READERS, "only", "emit", "explore"] as const) {
    if (views[view] === undefined || views[view] === false) continue;
    // The arithmetic of a cell is that of one run: of the one under the conventions of a single library.
    const readsCells = view === "why" || view === "uses";
    if (readsCells && as !== "all") continue;
    refuse(
      `${setting(view)} reads one run, and ${setting("as")} ${as} compares several.`,
      readsCells ? `Name one library: ${setting("as")} torch ${setting(view)} …` : LEAVE_OUT,
    );
  }
  if (views.why !== undefined || views.uses !== undefined) {
    if (format === "table" || format === "json") return;
    refuse(
      `The arithmetic of a cell under ${setting("as")} is shown as text or JSON, not as ${format}.`,
      LEAVE_OUT,
    );
  }
  if (LIBRARY_FORMATS.includes(format)) return;
  refuse(
    `${setting("as")} is shown as text, JSON, Markdown or CSV, not as ${format}.`,
    "Write one of them: -o json, or a file that ends in .txt, .json, .md, .csv or .tsv.",
  );
}

const LIBRARY_FORMATS: readonly FormatName[] = ["table", "json", "markdown", "csv", "tsv"];

/** What reads a run beyond showing it. */
const READERS = ["check", "why", "uses"] as const;

const LEAVE_OUT = "Leave one of them out.";

function formatFor(file: string | undefined): FormatName {
  const known = file === undefined ? undefined : formatOfFile(file);
  if (known) return known;
  const ending = /[^/\\](\.[^./\\]+)$/.exec(file ?? "")?.[1];
  if (ending === undefined) return "table";
  return refuse(
    `${file} ends in ${ending}, which is no format that is written.`,
    `Say which with -o: ${FORMAT_NAMES.join(", ")}.`,
  );
}

function refuse(message: string, hint: string): never {
  throw new UserError("USAGE", message, { hint });
}

/** Writes a run to standard output or its file. */
export async function printRun(run: FinishedRun, { format, file, force }: Output, io: Io): Promise<void> {
  const { emit } = run.views;
  if (emit !== undefined)
    return (await import("./write-script.js")).writeScript(run, emit, { file, force }, io);
  const chunks = await chunksOf(run, format, io);
  if (file !== undefined) return io.writeFiles([[file, chunks]], { force });
  for await (const chunk of chunks) io.write(chunk, format === "table");
}

/** Each view loads what it needs: a run with --json never sees tables and colours. */
async function chunksOf(run: FinishedRun, format: FormatName, io: Io): Promise<Chunks> {
  const { as } = run.views;
  if (as !== undefined) {
    return (await import("./as-libraries.js")).libraryChunks(run, as, format, io);
  }
  if (format === "table") return (await import("./print-text.js")).textChunks(run, io);
  if (format === "json" && run.views.only === undefined) {
    return (await import("./print-json.js")).jsonChunks(run);
  }
  const known: Format = FORMATS[format];
  if (
    known.holds === "run" &&
    known.lower &&
    (run.views.only === undefined || (!known.write && !known.draw))
  ) {
    return (await import("./print-document.js")).documentChunks(run, known, io);
  }
  return (await import("./print-format.js")).formatChunks(run, FORMATS[format], io);
}
