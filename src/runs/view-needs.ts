import { setting } from "../errors.js";
import { FORMATS, type FormatName } from "../render/formats/registry.js";
import { besides, type Need, need } from "./needs.js";
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

/** Whether decimals are chosen. Marked sheets in text have their own. */
const isRounded = (shown: Shown) =>
  hasText(shown)
    ? isTable(shown) || asksForCells(shown)
    : (shown.emit ?? shown.as) === undefined && !EXACT.includes(shown.format);

/** Formats that contain every digit. */
const EXACT: readonly FormatName[] = ["json", "jsonl", "npy", "npz", "safetensors"];

/** The needs of the options for showing a run. */
export const VIEW_NEEDS: readonly Need<Shown>[] = [
  need(
    `${setting("emit")} torch and ${setting("emit")} jax`,
    ({ emit }) => emit === "torch" || emit === "jax",
    "parallel",
  ),
  besides("why", "depth"),
  need(`${setting("check")} as text`, isPrintedCheck, "hint showSolution"),
  besides("check", "require atol rtol rule rows strict strictReading exitCodes critique"),
  { ...need("the steps of a whole run", isWhole, "steps"), met: ["all"] },
  { ...need("printed numbers", isRounded, "precision"), met: ["full"] },
  { ...need("the pictures of a solution", isSolution, "plot plotColumns"), met: ["none", "auto"] },
  // Formats other than text always have every row and column.
  need("tables of steps", (shown) => isTable(shown) || !(hasText(shown) || shown.as !== undefined), "full"),
  need("lines of text and pictures", (shown) => hasText(shown) || isPicture(shown), "width"),
  need("svg, png and html", (shown) => isPicture(shown) || shown.format === "html", "theme"),
  { ...need("text", hasText, "color"), met: ["auto", "never"] },
  need(
    "csv and tsv",
    ({ format, as }) => (format === "csv" || format === "tsv") && as === undefined,
    "labels",
  ),
  need(`a file that ${setting("output")} names`, ({ output }) => isFile(output), "force"),
  ...["head", "layer"].map((name) => need(`the steps of one ${name}, which are not shown`, showsParts, name)),
];
