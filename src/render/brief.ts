import { setting } from "../setting-names.js";
import { sameScope, scopeText } from "../trace/scope.js";
import { keptSteps, keysOfResult, type Step, type Trace } from "../trace/trace.js";
import { type Block, line, outline, paragraph, type TableView } from "./document.js";
import { describeConventions, describeCounts, describeFindings, describeInput } from "./frame.js";
import { linesOf } from "./height.js";
import { describeLooks } from "./looks.js";
import { describeBeside, stepsBeside } from "./overview.js";
import { describePart, groupSteps, openScope, type Part } from "./parts.js";
import { type PictureView, pictureKind, requireColumns } from "./picture.js";
import { describeProof } from "./proof.js";
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
  const candidates = [
    ...drawnInputs(trace, view),
    ...besides(trace, view),
    ...ownParts(trace, steps, view),
    ...proofs(trace, view),
  ];
  const order = candidates.toSorted((a, b) => a.rank - b.rank);
  const chosen = new Map<Candidate, Block[]>();
  let left = room;
  for (const candidate of order) {
    if (left < FEWEST_LINES && chosen.size > 0) break;
    const blocks = candidate.describe();
    const lines = linesOf(blocks);
    if (lines > left && chosen.size > 0) continue;
    chosen.set(candidate, blocks);
    left -= lines;
  }
  let scope = "";
  const blocks = candidates.flatMap((candidate) => {
    const own = chosen.get(candidate);
    if (!own) return [];
    const opened = openScope(candidate.scope, scope, trace);
    scope = candidate.scope;
    return [...opened, ...own];
  });
  return { blocks, shown: new Set([...chosen.keys()].flatMap(({ keys }) => keys)) };
}

/** Drawn inputs are shown, because they are in no file. Weights are many, so they are shown only on request. */
function drawnInputs({ inputs }: Trace, view: SolutionView): Candidate[] {
  return inputs
    .filter(({ name, isDrawn }) => isDrawn && !/^[wb]/.test(name))
    .map((input) => ({
      keys: [input.name],
      scope: "",
      rank: RANK.drawn,
      describe: () => describeInput(input, view),
    }));
}

function besides(trace: Trace, view: SolutionView): Candidate[] {
  const { overview } = trace;
  if (!overview) return [];
  return overview.ids.flatMap((id) => {
    const steps = stepsBeside(trace, overview, id);
    if (steps.length === 0) return [];
    return {
      keys: steps.map(({ key }) => key),
      scope: "",
      rank: RANK.answer,
      describe: () => describeBeside(steps, trace, view),
    };
  });
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
  const seen = steps.filter(isSeen);
  const keys = new Set(seen.map(({ key }) => key));
  const margins = steps.filter(({ view, of }) => view === "margin" && of !== undefined && keys.has(of));
  return groupSteps(steps.filter((step) => keys.has(step.key) || margins.includes(step)))
    .filter((part) => part.kind === "step" || isCut(trace, part.of))
    .map((part) => ({
      keys: keysOfPart(part),
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
function rankOf(part: Part, answers: readonly string[], view: SolutionView): number {
  if (part.kind === "step" && isAskedToDraw(part.step, view)) return RANK.answer;
  const place = part.kind === "step" ? answers.indexOf(part.step.key) : -1;
  return place < 0 ? RANK.others : RANK.answer + place / (answers.length + 1);
}

const keysOfPart = (part: Part) =>
  part.kind === "step" ? [part.step.key] : part.steps.map(({ key }) => key);

/** Removes notes that were already shown as findings. */
function withoutFindings(part: Part, { overview }: Trace): Part {
  const { findings = [] } = overview ?? {};
  if (part.kind !== "step" || findings.length === 0) return part;
  const notes = part.step.notes.filter((note) => !findings.includes(note));
  return { ...part, step: { ...part.step, notes } };
}

/** If a step has more columns or rows than this, its table leaves some out. */
const MOST_COLUMNS_READ = 8;
const MOST_ROWS_READ = 16;

const isCut = ({ steps }: Trace, key: string) =>
  steps.some(
    (step) => step.key === key && (step.shape.cols > MOST_COLUMNS_READ || step.shape.rows > MOST_ROWS_READ),
  );

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
  const rest =
    ids.length === 0
      ? ""
      : `Also computed: ${named.join(", ")}${where}. Every step: ${setting("steps")} all; some: ${setting("steps")} ${ids[0]}. `;
  const why = `One number explained: ${setting("why")} '${explained}[0,0]'.`;
  return [outline([line(rest + why, "dim")])];
}

/** Returns the key of a step whose numbers are worth explaining. */
function keyToExplain({ overview, steps }: Trace): string | undefined {
  const beside = overview && stepsBeside({ steps }, overview, overview.ids[0] ?? "").at(0);
  const weights = steps.find(({ view, isKept }) => view === "distribution" && isKept);
  const last = steps.findLast(({ isKept }) => isKept);
  return beside?.key ?? overview?.steps?.[0] ?? weights?.key ?? last?.key;
}
