import { setting } from "../setting-names.js";
import { sameScope, scopeText } from "../trace/scope.js";
import { findStep, keptSteps, keysOfResult, type Step, type Trace } from "../trace/trace.js";
import { type Block, line, outline, paragraph, type TableView } from "./document.js";
import { describeConventions, describeCounts, describeFindings, describeInput } from "./frame.js";
import { linesOf } from "./height.js";
import { describeLooks } from "./looks.js";
import { describeBeside, describeProof, stepsBeside } from "./overview.js";
import { describePart, groupSteps, openScope, type Part } from "./parts.js";
import { type PictureView, pictureKind, requireColumns } from "./picture.js";
import type { Selection } from "./selection.js";

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
export function describeBrief(trace: Trace, view: SolutionView): Block[] {
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
  const blocks = [
    ...sentences.slice(0, MOST_SENTENCES).map((text) => paragraph(text)),
    ...(more > 0 ? [paragraph(`… and ${more} more: ${setting("steps")} head-previous`, "dim")] : []),
    ...describeFindings(trace),
  ];
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
  const candidates = [...wholeParts(trace, view), ...ownParts(trace, steps, view), ...proofs(trace, view)];
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

function proofs(trace: Trace, view: SolutionView): Candidate[] {
  const { proof } = trace.overview ?? {};
  if (!proof) return [];
  return [{ keys: [], scope: "", rank: RANK.answer, describe: () => describeProof(trace, proof, view) }];
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
function isAskedToDraw({ view }: Step, { plot, plotColumns }: SolutionView): boolean {
  const isChosen = plotColumns !== undefined || (plot !== "auto" && plot !== "none");
  const kind = pictureKind(view, plot);
  return isChosen && kind !== undefined && (plotColumns === undefined || kind === "curves");
}

/** Answers come first, in the order in which the run names them. */
function rankOf({ steps: [step], of }: Part, answers: readonly string[], view: SolutionView): number {
  if (of !== undefined) return RANK.others;
  if (isAskedToDraw(step, view)) return RANK.answer;
  const place = answers.indexOf(step.key);
  return place < 0 ? RANK.others : RANK.answer + place / (answers.length + 1);
}

/** Removes notes that were already shown as findings. */
function withoutFindings(part: Part, { overview }: Trace): Part {
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

function isCut(trace: Trace, key: string): boolean {
  const { rows, cols } = findStep(trace, key)?.shape ?? { rows: 0, cols: 0 };
  return cols > MOST_COLUMNS_READ || rows > MOST_ROWS_READ;
}

/** The maximum number of names that are listed. */
const MOST_NAMED = 7;

/** Writes the line that says what else was computed, and how to see it. */
function describeFolded(trace: Trace, folded: readonly Step[]): Block[] {
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
function keyToExplain({ overview, steps }: Trace): string | undefined {
  const beside = overview && stepsBeside({ steps }, overview, overview.ids[0] ?? "").at(0);
  const weights = steps.find(({ view, isKept }) => view === "distribution" && isKept);
  const last = steps.findLast(({ isKept }) => isKept);
  return beside?.key ?? overview?.steps?.[0] ?? weights?.key ?? last?.key;
}
