import { UserError } from "../errors.js";
import type { Format } from "../render/formats/format.js";
import { FORMATS, type FormatName } from "../render/formats/registry.js";
import { VIEW_SETTINGS, type ViewSettings } from "./views.js";

type Views = Partial<ViewSettings>;

/** What a command line shows of its run. */
interface Shown {
  readonly views: Views;
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

/** Options, and where they have a say. */
interface Rule {
  readonly views: readonly (keyof ViewSettings)[];
  /** What they are for, behind "--depth". */
  readonly about: string;
  isHeard(shown: Shown): boolean;
  /** Values that ask for what is so in any case. */
  readonly met?: readonly unknown[];
}

const RULES: readonly Rule[] = [
  {
    views: ["parallel"],
    about: "is about --emit torch and --emit jax",
    isHeard: ({ views: { emit } }) => emit === "torch" || emit === "jax",
  },
  { views: ["depth"], about: "is about --why", isHeard: ({ views: { why } }) => why !== undefined },
  { views: ["hint", "showSolution"], about: "is about --check as text", isHeard: isPrintedCheck },
  {
    views: ["require", "atol", "rtol", "rule", "strict"],
    about: "is about --check",
    isHeard: marksSheets,
  },
  { views: ["steps"], about: "chooses steps of a whole run", isHeard: isWhole, met: ["all"] },
  { views: ["precision"], about: "rounds numbers that are printed", isHeard: isRounded, met: ["full"] },
  {
    views: ["plot", "plotColumns"],
    about: "is about the pictures of a worked solution",
    ...{ isHeard: isSolution, met: ["none", "auto"] },
  },
  // What is no text has every row and column.
  {
    views: ["full"],
    about: "is about tables of steps",
    isHeard: (shown) => isTable(shown) || !(isText(shown) || comparesLibraries(shown)),
  },
  { views: ["width"], about: "is about lines of text", isHeard: isText },
  { views: ["color"], about: "is about text", isHeard: isText, met: ["auto", "never"] },
  {
    views: ["labels"],
    about: "is for csv and tsv",
    isHeard: (shown) => (shown.format === "csv" || shown.format === "tsv") && !comparesLibraries(shown),
  },
];

function isPrintedCheck(shown: Shown): boolean {
  return marksSheets(shown) && isText(shown);
}

/** Throws USAGE for an option that has no say in what is shown. */
export function refuseIdleViews(views: Views, format: FormatName): void {
  const shown = { views, format };
  for (const { views: concerned, about, isHeard, met = [] } of RULES) {
    const idle = concerned.find((view) => ![undefined, false, ...met].includes(views[view]));
    if (idle && !isHeard(shown)) refuseIdle(idle, about, shown);
  }
}

/** Throws USAGE for --head and --layer where nothing is chosen by them; what it sliced of an array has been taken out of the views. */
export function refuseIdleHead(views: Views, format: FormatName): void {
  const shown = { views, format };
  if (isWhole(shown) || isMatrix(shown) || isPrintedCheck(shown)) return;
  if (views.head !== undefined) refuseIdle("head", "chooses the steps of one head", shown);
  if (views.layer !== undefined) refuseIdle("layer", "chooses the steps of one layer", shown);
}

function refuseIdle(view: keyof ViewSettings, about: string, shown: Shown): never {
  const flag = /--[a-z-]+/.exec(VIEW_SETTINGS[view].flag)?.[0];
  throw new UserError("USAGE", `${flag} ${about}, and ${describe(shown)}.`, {
    hint: `Leave out ${flag}${insteadOf(view)}.`,
  });
}

function describe(shown: Shown): string {
  if (marksSheets(shown) && isText(shown)) return "the marks of a sheet are shown";
  if (asksForCells(shown) && isText(shown)) return "the arithmetic of a cell is shown";
  if (isScript(shown)) return "the run is written as a script";
  if (comparesLibraries(shown)) return "libraries are compared";
  if (isMatrix(shown)) return "one matrix is written";
  return isText(shown) ? "the worked solution is shown" : `${shown.format} is written`;
}

const insteadOf = (view: keyof ViewSettings) =>
  view === "steps" ? "; --only STEP says which matrix it is" : "";
