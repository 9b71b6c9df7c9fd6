import { setting } from "../errors.js";
import { present } from "../math/lists.js";
import {
  findStep,
  keptSteps,
  keysOfResult,
  type Step,
  sameScope,
  scopeText,
  type Trace,
} from "../trace/trace.js";
import {
  type Block,
  type Document,
  heading,
  line,
  outline,
  paragraph,
  plainTable,
  type TableView,
} from "./document.js";
import { linesOf } from "./height.js";
import { describeLooks } from "./looks.js";
import { describeBeside, describeProof, scopedMaps, stepsBeside } from "./overview.js";
import { type PictureView, pictureKind, requireColumns, requirePictures } from "./picture.js";
import { type Selection, selectSteps } from "./selection.js";
import { describePart, groupSteps, openScope, type Part, shapeOf } from "./step.js";

/**
 * Describes the worked solution for people: the result, the conventions in force, then the steps. Throws UNKNOWN_STEP.
 */
export function describeTrace(trace: Trace, view: SolutionView): Document {
  requirePictures(keptSteps(trace), view.plot);
  const { steps, scope, full, inputs } = view;
  const saysHowMuch = steps !== undefined || scope !== undefined || full || inputs === true;
  return saysHowMuch ? describeWhole(trace, view) : describeBrief(trace, view);
}

/** Describes every selected step. */
function describeWhole(trace: Trace, view: SolutionView): Block[] {
  const steps = selectSteps(trace, view);
  if (view.plotColumns) requireColumns(steps, view.plotColumns);
  const parts = groupSteps(steps);
  const maps = scopedMaps(steps, view);
  const inScopes = parts.findLastIndex((part) => part.scope !== "");
  return [
    ...(view.full || view.steps === "all" ? findingBlocks(trace) : describeFindings(trace)),
    ...describeConventions(trace, view),
    ...shownInputs(trace, view).flatMap((input) => describeInput(input, view)),
    ...parts.flatMap((part, index) =>
      present([
        ...openScope(part.scope, parts[index - 1]?.scope ?? "", trace),
        ...describePart(part, trace, maps.length > 1 && part.scope !== "" ? { ...view, plot: "none" } : view),
        index === inScopes && maps.length > 1 && ({ kind: "gallery", pictures: maps } as const),
      ]),
    ),
    ...describeCounts(trace),
  ];
}

/**
 * Returns all inputs if requested. Otherwise it returns the drawn inputs that are named among the steps, or all drawn
 * inputs with all steps.
 */
function shownInputs({ inputs }: Trace, { inputs: showsAll, steps }: SolutionView) {
  const isAsked = (name: string) => steps === "all" || steps?.includes(name) === true;
  return inputs.filter(({ name, isDrawn }) => showsAll || (isDrawn && isAsked(name)));
}

/** Which parts of a Trace are shown, and how. */
export interface SolutionView extends TableView, Selection, PictureView {
  /** Whether the inputs are shown before the steps. */
  readonly inputs?: boolean;
}

/** Lines that are printed by default: a screen or two. */
const MOST_LINES = 60;
/** Lines at the end that say how to see the rest and how to repeat the run. */
const CLOSING_LINES = 6;
/** With less room than this, no further step is shown. */
const FEWEST_LINES = 5;
const MOST_MAP_ROWS = 24;
const MOST_SENTENCES = 6;

/** Describes the answer, then the main steps as far as they fit on a screen or two, then how to see the rest. */
function describeBrief(trace: Trace, view: SolutionView) {
  const steps = keptSteps(trace);
  if (view.plotColumns) requireColumns(steps, view.plotColumns);
  const findings = findingBlocks(trace);
  const head = [...findings, ...describeConventions(trace, view)];
  const counts = describeCounts(trace);
  const room = MOST_LINES - CLOSING_LINES - linesOf([...head, ...counts]);
  const { blocks, shown } = chooseParts(trace, steps, { ...view, mostRows: MOST_MAP_ROWS }, room);
  const folded = steps.filter((step) => !shown.has(step.key) && step.view !== "margin");
  return [...head, ...blocks, ...describeFolded(trace, folded), ...counts];
}

/** Describes the findings: those of the run, or where its weights are largest. */
export function findingBlocks(trace: Trace): Block[] {
  const sentences = trace.overview?.findings ?? [];
  const more = sentences.length - MOST_SENTENCES;
  const blocks = present([
    ...sentences.slice(0, MOST_SENTENCES).map((text) => paragraph(text)),
    more > 0 && paragraph(`… and ${more} more: ${setting("steps")} head-previous`, "dim"),
    ...describeFindings(trace),
  ]);
  return blocks.length > 0 ? blocks : describeLooks(trace);
}

/** A part that is shown or folded as a whole. */
interface Candidate {
  readonly keys: readonly string[];
  readonly scope: string;
  /** Lower ranks are more important. */
  readonly rank: number;
  describe(): Block[];
}

const RANK = { answer: 0, drawn: 1, others: 2 } as const;

function chooseParts(trace: Trace, steps: readonly Step[], view: SolutionView, room: number) {
  const proof = trace.overview?.proof;
  const candidates: readonly Candidate[] = present([
    ...wholeParts(trace, view),
    ...ownParts(trace, steps, view),
    proof && { keys: [], scope: "", rank: RANK.answer, describe: () => describeProof(trace, proof, view) },
  ]);
  const chosen = new Map<Candidate, Block[]>();
  let left = room;
  for (const candidate of candidates.toSorted((a, b) => a.rank - b.rank)) {
    if (left < FEWEST_LINES && chosen.size > 0) break;
    const blocks = candidate.describe();
    const lines = linesOf(blocks);
    if (lines > left && chosen.size > 0) continue;
    chosen.set(candidate, blocks);
    left -= lines;
  }
  const shown = candidates.filter((candidate) => chosen.has(candidate));
  const blocks = shown.flatMap((candidate, at) => [
    ...openScope(candidate.scope, shown[at - 1]?.scope ?? "", trace),
    ...(chosen.get(candidate) ?? []),
  ]);
  return { blocks, shown: new Set(shown.flatMap(({ keys }) => keys)) };
}

/**
 * Returns the parts outside of scopes. Drawn inputs are shown, because they are in no file. Weights are many, so they
 * are shown only on request.
 */
function wholeParts(trace: Trace, view: SolutionView): Candidate[] {
  const { inputs, overview } = trace;
  const drawn = inputs.filter(({ name, isDrawn }) => isDrawn && !/^[wb]/.test(name));
  const besides = overview ? overview.ids.map((id) => stepsBeside(trace, overview, id)) : [];
  const shown = besides.filter((steps) => steps.length > 0);
  return [
    ...drawn.map((input) => ({
      keys: [input.name],
      scope: "",
      rank: RANK.drawn,
      describe: () => describeInput(input, view),
    })),
    ...shown.map((steps) => ({
      keys: steps.map(({ key }) => key),
      scope: "",
      rank: RANK.answer,
      describe: () => describeBeside(steps, trace, view),
    })),
  ];
}

/**
 * Returns the steps that are shown individually. If a table leaves out rows or columns, a table with measures of its
 * rows is added.
 */
function ownParts(trace: Trace, steps: readonly Step[], view: SolutionView): Candidate[] {
  const { overview, results } = trace;
  const answers = overview?.steps ?? keysOfResult(results);
  const isSeen = (step: Step) =>
    isAskedToDraw(step, view) ||
    (!overview?.scopes.some((scope) => sameScope(scope, step.scope)) &&
      (!overview?.steps || overview.steps.includes(step.key)));
  const keys = new Set(steps.filter(isSeen).map(({ key }) => key));
  const isAtEdge = ({ view, of }: Step) => view === "margin" && of !== undefined && keys.has(of);
  return groupSteps(steps.filter((step) => keys.has(step.key) || isAtEdge(step)))
    .filter(({ of }) => of === undefined || isCut(trace, of))
    .map((part) => ({
      keys: part.steps.map(({ key }) => key),
      scope: part.scope,
      rank: rankOf(part, answers, view),
      describe: () => describePart(withoutFindings(part, trace), trace, view),
    }));
}

/** Whether the user asks for a picture that this step has. */
function isAskedToDraw({ view }: Step, { plot, plotColumns }: SolutionView) {
  const isChosen = plotColumns !== undefined || (plot !== "auto" && plot !== "none");
  const kind = pictureKind(view, plot);
  return isChosen && kind !== undefined && (plotColumns === undefined || kind === "curves");
}

/** Answers come first, in the order in which the run names them. */
function rankOf({ steps: [step], of }: Part, answers: readonly string[], view: SolutionView) {
  if (of !== undefined) return RANK.others;
  if (isAskedToDraw(step, view)) return RANK.answer;
  const place = answers.indexOf(step.key);
  return place < 0 ? RANK.others : RANK.answer + place / (answers.length + 1);
}

/** Removes notes that were already shown as findings. */
function withoutFindings(part: Part, { overview }: Trace) {
  const { findings = [] } = overview ?? {};
  const steps = part.steps.map((step) => ({
    ...step,
    notes: step.notes.filter((note) => !findings.includes(note)),
  }));
  return { ...part, steps };
}

/** If a step has more columns or rows than this, its table leaves some out. */
const MOST_COLUMNS_READ = 8;
const MOST_ROWS_READ = 16;

function isCut(trace: Trace, key: string) {
  const { rows, cols } = findStep(trace, key)?.shape ?? { rows: 0, cols: 0 };
  return cols > MOST_COLUMNS_READ || rows > MOST_ROWS_READ;
}

/** The maximum number of names that are listed. */
const MOST_NAMED = 7;

/** Writes the line that says what else was computed, and how to see it. */
function describeFolded(trace: Trace, folded: readonly Step[]) {
  const explained = keyToExplain(trace);
  if (!explained) return [];
  const ids = [...new Set(folded.map(({ id }) => id))];
  const more = ids.length - MOST_NAMED;
  const named = more > 0 ? [...ids.slice(0, MOST_NAMED), `${more} more`] : ids;
  const scopes = new Set(folded.map(({ scope }) => scopeText(scope)));
  const where = scopes.size > 1 ? ` in ${scopes.size} parts` : "";
  const computed = `Also computed: ${named.join(", ")}${where}. Every step: ${setting("steps")} all; some: ${setting("steps")} ${ids[0]}. `;
  const why = `One number explained: ${setting("why")} '${explained}[0,0]'.`;
  return [outline([line(ids.length === 0 ? why : computed + why, "dim")])];
}

/** Returns the key of a step whose numbers are worth explaining. */
function keyToExplain({ overview, steps }: Trace) {
  const beside = overview && stepsBeside({ steps }, overview, overview.ids[0] ?? "").at(0);
  const weights = steps.find(({ view, isKept }) => view === "distribution" && isKept);
  const last = steps.findLast(({ isKept }) => isKept);
  return beside?.key ?? overview?.steps?.[0] ?? weights?.key ?? last?.key;
}

// Describes what surrounds the steps of a worked solution.

/** Returns the texts of a run's facts: those that are its purpose, or the others. */
export const factTexts = ({ facts }: Trace, areFindings: boolean): readonly string[] =>
  Object.values(facts).flatMap(({ text, isFinding = false }) =>
    text && isFinding === areFindings ? [text] : [],
  );

/** Describes the findings of the run. */
const describeFindings = (trace: Trace) => factTexts(trace, true).map((text) => paragraph(text));

/** Describes the conventions in force, in one paragraph. */
export function describeConventions({ conventions }: Trace, { precision }: TableView): Block[] {
  const rounding = precision === "full" ? [] : [`rounded to ${precision} decimals`];
  const texts = [...conventions.flatMap(({ text }) => text ?? []), ...rounding];
  return [{ ...paragraph(texts.join("; "), "dim"), opensPart: true }];
}

/** Describes other facts, below everything else. */
export function describeCounts(trace: Trace): Block[] {
  const lines = factTexts(trace, false).map((text) => paragraph(text));
  return lines.length > 0 ? [heading("Facts"), ...lines] : [];
}

/** Describes a matrix that was given or drawn. */
function describeInput({ name, matrix, axes, isDrawn }: Trace["inputs"][number], view: TableView) {
  return [
    heading(name, { shape: `${shapeOf(matrix, axes)}${isDrawn ? ", drawn" : ""}` }),
    { ...plainTable({ matrix, axes }, view), key: name },
  ];
}
