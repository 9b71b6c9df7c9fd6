import { FORMATS, type FormatName } from "../render/formats/registry.js";
import { setting } from "../setting-names.js";
import { besides, type Need } from "./needs.js";
import { isFile, type ViewSettings } from "./views.js";

/** What a command line shows of its run: the given view settings, and the format that follows from them. */
export interface Shown extends Omit<Partial<ViewSettings>, "format"> {
  readonly format: FormatName;
}

const hasText = ({ format, emit }: Shown) => format === "table" && emit === undefined;
const isPicture = ({ format, emit }: Shown) => (format === "svg" || format === "png") && emit === undefined;
const asksForCells = ({ why, uses }: Shown) => (why ?? uses) !== undefined;
const isMatrix = ({ only, format }: Shown) => only !== undefined || FORMATS[format].holds === "matrix";
const isUnasked = (shown: Shown) => !isMatrix(shown) && !asksForCells(shown) && shown.check === undefined;

/** Whether the solution with its steps is shown to people. */
const isSolution = (shown: Shown) =>
  isUnasked(shown) &&
  FORMATS[shown.format].holds === "run" &&
  shown.format !== "json" &&
  (shown.emit ?? shown.as) === undefined;

/** Whether every step is written, as text, JSON or an archive. */
const isWhole = (shown: Shown) =>
  isSolution(shown) || !(hasText(shown) || isMatrix(shown) || (shown.emit ?? shown.as) !== undefined);

const isTable = (shown: Shown) =>
  hasText(shown) &&
  shown.check === undefined &&
  !asksForCells(shown) &&
  (isMatrix(shown) || isSolution(shown) || (shown.as !== undefined && shown.as !== "all"));

const isPrintedCheck = (shown: Shown) => shown.check !== undefined && hasText(shown);
const showsParts = (shown: Shown) => isWhole(shown) || isMatrix(shown) || isPrintedCheck(shown);

/** The needs of the options for showing a run. */
export const VIEW_NEEDS: readonly Need<Shown>[] = [
  {
    names: ["parallel"],
    of: `${setting("emit")} torch and ${setting("emit")} jax`,
    isThere: ({ emit }) => emit === "torch" || emit === "jax",
  },
  besides("why", "depth"),
  { names: ["hint", "showSolution"], of: `${setting("check")} as text`, isThere: isPrintedCheck },
  besides(
    "check",
    "require",
    "atol",
    "rtol",
    "rule",
    "rows",
    "strict",
    "strictReading",
    "exitCodes",
    "critique",
  ),
  { names: ["steps"], of: "the steps of a whole run", isThere: isWhole, met: ["all"] },
  {
    names: ["precision"],
    of: "printed numbers",
    met: ["full"],
    // Marked sheets in text have their own decimals.
    isThere: (shown) =>
      hasText(shown)
        ? isTable(shown) || asksForCells(shown)
        : (shown.emit ?? shown.as) === undefined && !EXACT.includes(shown.format),
  },
  {
    names: ["plot", "plotColumns"],
    of: "the pictures of a solution",
    isThere: isSolution,
    met: ["none", "auto"],
  },
  // Formats other than text always have every row and column.
  {
    names: ["full"],
    of: "tables of steps",
    isThere: (shown) => isTable(shown) || !(hasText(shown) || shown.as !== undefined),
  },
  {
    names: ["width"],
    of: "lines of text and pictures",
    isThere: (shown) => hasText(shown) || isPicture(shown),
  },
  {
    names: ["theme"],
    of: "svg, png and html",
    isThere: (shown) => isPicture(shown) || shown.format === "html",
  },
  { names: ["color"], of: "text", isThere: hasText, met: ["auto", "never"] },
  {
    names: ["labels"],
    of: "csv and tsv",
    isThere: ({ format, as }) => (format === "csv" || format === "tsv") && as === undefined,
  },
  { names: ["force"], of: `a file that ${setting("output")} names`, isThere: ({ output }) => isFile(output) },
  ...["head", "layer"].map((name) => ({
    names: [name],
    of: `the steps of one ${name}, which are not shown`,
    isThere: showsParts,
  })),
];

/** Formats that contain every digit. */
const EXACT: readonly FormatName[] = ["json", "jsonl", "npy", "npz", "safetensors"];
