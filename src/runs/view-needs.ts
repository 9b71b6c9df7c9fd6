import type { Format } from "../render/formats/format.js";
import { FORMATS, type FormatName } from "../render/formats/registry.js";
import type { Need } from "./needs.js";
import type { ViewSettings } from "./views.js";

/** What a command line shows of its run. */
export interface Shown {
  readonly views: Partial<ViewSettings>;
  readonly format: FormatName;
}

const isScript = ({ views: { emit } }: Shown) => emit !== undefined;
const comparesLibraries = ({ views: { as } }: Shown) => as !== undefined;
const isText = (shown: Shown) => shown.format === "table" && !isScript(shown);
const asksForCells = ({ views: { why, uses } }: Shown) => why !== undefined || uses !== undefined;
const marksSheets = ({ views: { check } }: Shown) => check !== undefined;
const isMatrix = ({ views: { only }, format }: Shown) =>
  only !== undefined || FORMATS[format].holds === "matrix";

/** Where a run is shown to people, on a terminal or elsewhere. */
const isShown = (shown: Shown) => {
  const known: Format = FORMATS[shown.format];
  return known.holds === "run" && shown.format !== "json" && !isScript(shown) && !comparesLibraries(shown);
};

/** One library, whose numbers are shown. */
const showsLibrary = ({ views: { as } }: Shown) => as !== undefined && as !== "all";

/** The worked solution for people. */
const isSolution = (shown: Shown) =>
  isShown(shown) && !isMatrix(shown) && !asksForCells(shown) && !marksSheets(shown);

/** Every step, as text, JSON or an archive. */
const isWhole = (shown: Shown) =>
  isSolution(shown) || (!isText(shown) && !isMatrix(shown) && !isScript(shown) && !comparesLibraries(shown));

const isTable = (shown: Shown) =>
  isText(shown) &&
  (isMatrix(shown) || isSolution(shown) || showsLibrary(shown)) &&
  !asksForCells(shown) &&
  !marksSheets(shown);

/** Where numbers have as many decimals as are asked for: text, but for the sheets, which keep their own. */
const isRounded = (shown: Shown) =>
  isText(shown)
    ? isTable(shown) || asksForCells(shown)
    : !isScript(shown) &&
      !comparesLibraries(shown) &&
      !["json", "jsonl", "npy", "npz"].includes(shown.format);

const isPrintedCheck = (shown: Shown) => marksSheets(shown) && isText(shown);

/** What the options are about that say what is shown. */
export const VIEW_NEEDS: readonly Need<Shown>[] = [
  {
    names: ["parallel"],
    of: "--emit torch and --emit jax",
    isThere: ({ views: { emit } }) => emit === "torch" || emit === "jax",
  },
  { names: ["depth"], of: "--why", isThere: ({ views: { why } }) => why !== undefined },
  { names: ["hint", "showSolution"], of: "--check as text", isThere: isPrintedCheck },
  {
    names: ["require", "atol", "rtol", "rule", "strict", "strictReading"],
    of: "--check",
    isThere: marksSheets,
  },
  { names: ["steps"], of: "the steps of a whole run", isThere: isWhole, met: ["all"] },
  { names: ["precision"], of: "numbers that are printed", isThere: isRounded, met: ["full"] },
  {
    names: ["plot", "plotColumns"],
    of: "the pictures of a worked solution",
    isThere: isSolution,
    met: ["none", "auto"],
  },
  // What is no text has every row and column.
  {
    names: ["full"],
    of: "tables of steps",
    isThere: (shown) => isTable(shown) || !(isText(shown) || comparesLibraries(shown)),
  },
  { names: ["width"], of: "lines of text", isThere: isText },
  { names: ["color"], of: "text", isThere: isText, met: ["auto", "never"] },
  {
    names: ["labels"],
    of: "csv and tsv",
    isThere: (shown) => (shown.format === "csv" || shown.format === "tsv") && !comparesLibraries(shown),
  },
  {
    names: ["force"],
    of: "a file that --output names",
    isThere: ({ views: { output } }) => output !== undefined && output !== "-" && output !== "/dev/stdout",
  },
  {
    names: ["head"],
    of: "the steps of one head, and they are not shown",
    isThere: (shown) => isWhole(shown) || isMatrix(shown) || isPrintedCheck(shown),
  },
  {
    names: ["layer"],
    of: "the steps of one layer, and they are not shown",
    isThere: (shown) => isWhole(shown) || isMatrix(shown) || isPrintedCheck(shown),
  },
];
