import type { Check, CheckedStep } from "../../check/check.js";
import { causesOf, type Diagnosis, type ShownCell, type StepRows } from "../../check/diagnosis.js";
import { type Untrue, untrueText } from "../../check/how-read.js";
import { cellsSwapped } from "../../check/mistakes/slips.js";
import { inSentence } from "../../errors.js";
import { present } from "../../math/lists.js";
import { remember } from "../../math/remember.js";
import { stepTitle } from "../../trace/trace.js";
import { markedCellName } from "../cell-arithmetic.js";
import { cellSentence, questionText } from "./cell-sentence.js";
import { capitalized, countInWords, doneText, lowered, rowsText } from "./names.js";
import { questionOf } from "./questions.js";

/** The sentences about one mistake. */
export interface MistakeSentences {
  /** Where it is: "S[study,man]", "row cat of Weights". */
  readonly place: string;
  /** A question that the person can ask. */
  readonly question: string;
  /** What was done, if known. Several sentences if several mistakes are possible. */
  readonly what: readonly string[];
  /** What was written and what is right, cell by cell. */
  readonly cells: readonly string[];
  /** The cells of these sentences. */
  readonly shown: readonly ShownCell[];
  /** How to correct it. */
  readonly why: string;
  /** What follows from it. */
  readonly follows: string;
  /** The ids of the mistakes, if they are wanted. */
  readonly ids: readonly string[];
}

/** The maximum number of cells with the same kind of slip that are described individually. */
const MOST_CELLS_DESCRIBED = 4;

/** Describes the mistakes on a sheet: those of its steps in their order, then those of its sentences. */
export const mistakeSentences = (check: Check): readonly MistakeSentences[] => [
  ...mistakesOfSteps(check),
  ...(check.read?.untrue ?? []).map(untrueSentences),
];

/** Describes a sentence about a weight, or a calculation, that is not so. */
const untrueSentences = (untrue: Untrue): MistakeSentences => ({
  place: `line ${untrue.line}`,
  question:
    untrue.key === undefined
      ? "What does the calculation there give?"
      : "Which weight is meant there, and what is it?",
  what: [],
  cells: [`${capitalized(untrueText(untrue))}.`],
  shown: [],
  why: "",
  follows: "",
  ids: [],
});

function mistakesOfSteps(check: Check): readonly MistakeSentences[] {
  const causes = causesOf(check.diagnosis);
  const wrong = check.steps.find(({ verdict }) => verdict === "differs");
  if (causes.length === 0) return wrong ? [unknownSentences(wrong)] : [];
  const sentences = causes.flatMap((alike, at) =>
    causeSentences(alike, { check, isShownLater: isShown(alike, causes.slice(at + 1)) }),
  );
  // If two mistakes have the same correction, only the first shows it.
  return sentences.map((one, at) =>
    sentences.slice(0, at).some(({ why }) => why === one.why) ? { ...one, why: "" } : one,
  );
}

/** Whether the cell of a mistake is also that of a later mistake: two mistakes together give it. */
const isShown = ([{ shown }]: readonly Diagnosis[], later: readonly (readonly Diagnosis[])[]): boolean =>
  shown !== undefined &&
  later.some(
    ([{ shown: other }]) => other?.step === shown.step && other.row === shown.row && other.col === shown.col,
  );

interface Sheet {
  readonly check: Check;
  readonly isShownLater: boolean;
}

/** Describes what was done wrong. Each slip is a mistake of its own. */
function causeSentences(alike: readonly Diagnosis[], sheet: Sheet): readonly MistakeSentences[] {
  const [found] = alike;
  const { mistake, cells = [], follows = [], step } = found;
  const common = {
    place: placeText(found, sheet.check),
    question: questionOf(step, mistake),
    ids: alike.map(({ mistake: { id } }) => id),
    follows: [followsText(found, follows), againText(found)].filter(Boolean).join(" "),
  };
  if (cells.length === 0) return [{ ...common, ...doneSentences(alike, sheet) }];
  const slips = slipSentences(found, cells);
  if (countOf(alike) === 1) return [{ ...common, ...slips }];
  const { shown, what } = slips;
  return shown.map((cell, at) => {
    const isLast = at === shown.length - 1;
    return {
      ...{ ...common, ...slips, place: cellName(cell), shown: [cell], what: at === 0 ? what : [] },
      cells: slips.cells.slice(at, isLast ? undefined : at + 1),
      follows: isLast ? common.follows : "",
    };
  });
}

/** Counts mistakes: each slip counts, but a mistake that is shown only in its first cell counts once. */
export const countOf = ([{ mistake, isUnknown, cells = [] }]: readonly Diagnosis[]): number =>
  isUnknown || mistake.id === cellsSwapped.id ? 1 : Math.max(1, cells.length);

/** Describes cells with the same kind of slip. */
function slipSentences(found: Diagnosis, cells: readonly ShownCell[]) {
  // The question of a slip already says what it may have been.
  const isKnown = cells.some(({ question }) => question) || isCellAlone(found);
  const shown = cells.slice(0, MOST_CELLS_DESCRIBED);
  const more = cells.length - shown.length;
  const others = `${capitalized(countInWords(more, "more cell"))} of this step ${more === 1 ? "is" : "are"} wrong in the same way.`;
  return {
    what: isKnown ? [] : [`${stepTitle(cells[0].step)}: ${lowered(doneText(found))}`],
    cells: present([...sentencesOf(shown), more > 0 && others]),
    shown,
    why: "",
  };
}

/** Describes a mistake, with a cell that shows it. */
function doneSentences(alike: readonly Diagnosis[], { check, isShownLater }: Sheet) {
  const [found] = alike;
  const { mistake, convention } = found;
  const wrong = check.steps.find(({ verdict }) => verdict === "differs");
  const cell = found.shown ?? (wrong && firstWrong(wrong));
  const shown = cell && !isShownLater ? [cell] : [];
  const places = whereText(found, check);
  const own = convention === undefined ? "" : `If your course does it this way, add ${convention}.`;
  // If both arithmetics are shown, the correction is clear without `fix`.
  const isTold = shown.some(({ yours }) => mistake.isPlain || yours !== undefined);
  return {
    what: alike.map((one) =>
      places === "" ? whatText(one) : `Only in ${places}: ${lowered(doneText(one))}`,
    ),
    cells: shown.map(cellSentence),
    shown,
    why: [isTold ? "" : mistake.fix, own].filter(Boolean).join(" "),
  };
}

/**
 * Writes a sentence per cell, with its question. A question that is the same for all cells comes after the last one.
 */
function sentencesOf(cells: readonly ShownCell[]): readonly string[] {
  const questions = cells.map(questionText);
  return cells.map((cell, at) =>
    [cellSentence(cell), questions[at] === questions[at + 1] ? "" : questions[at]].filter(Boolean).join(" "),
  );
}

/** Says in a sentence what was done. */
function whatText(done: Diagnosis): string {
  const { mistake, shown } = done;
  const text = doneText(done);
  // A sentence about rows names its step.
  return mistake.step === "any" && shown ? `${stepTitle(shown.step)}: ${lowered(text)}` : text;
}

/** Whether only this cell is wrong, and the cause is unknown. */
const isCellAlone = ({ mistake, explains }: Diagnosis): boolean =>
  mistake.id === "slip-cell" || explains <= 1;

/** Describes a step that no known mistake explains, by its first wrong cell. */
function unknownSentences(wrong: CheckedStep): MistakeSentences {
  const { step } = wrong.answer;
  const cell = firstWrong(wrong);
  return {
    place: stepTitle(step),
    question: questionOf(step.id, { formula: step.formula }),
    what: [],
    cells: [cellSentence(cell)],
    shown: [cell],
    why: "",
    follows: "",
    ids: [],
  };
}

/** Returns the first wrong cell of a step, with the right number. */
function firstWrong({ answer, exact, marks }: CheckedStep): ShownCell {
  const { step } = answer;
  const index = Math.max(0, marks.indexOf("wrong"));
  const { value, decimals } = answer.written[index] ?? { value: Number.NaN, decimals: 0 };
  const [row, col] = [Math.floor(index / answer.cols), index % answer.cols];
  const arithmetic = { kind: "constant", value: exact.data[index] } as const;
  return { step, row, col, arithmetic, written: value, decimals };
}

/** Says where a mistake was made, if not everywhere: "head 1", "row cat". */
function whereText({ rows, heads = [], shown }: Diagnosis, { steps }: Check): string {
  const all = new Set(
    steps.flatMap(({ scope, answer }) =>
      answer.step.scope.some(({ kind }) => kind === "head" || kind === "scoring") ? [scope] : [],
    ),
  );
  const some = heads.length < all.size ? heads : [];
  return inSentence(present([...some, rows && shown && rowsText(shown.step, rows)]));
}

const cellName = ({ step, row, col }: ShownCell) => markedCellName(step, row, col);

/** Says where to look. */
function placeText({ cells, shown, rows, heads, step }: Diagnosis, { steps }: Check): string {
  if (cells && cells.length <= MOST_CELLS_DESCRIBED) return inSentence(cells.map(cellName));
  const at = shown?.step ?? steps.find(({ id }) => id === step)?.answer.step;
  if (!at) return step;
  const title = heads && heads.length > 1 ? `${at.title} of ${inSentence(heads)}` : stepTitle(at);
  return rows ? `${rowsText(at, rows)} of ${title}` : title;
}

/** Returns "The same mistake is in Output of the layer." */
const againText = ({ again = [] }: Diagnosis): string =>
  again.length === 0 ? "" : `The same mistake is in ${inSentence(again.map(stepTitle))}.`;

/** The maximum number of steps that are named. */
const MOST_FOLLOWING = 5;

/** Returns "Row cat of Weights and Output follows from your number." */
function followsText({ cells, isUnknown }: Diagnosis, follows: readonly StepRows[]): string {
  if (follows.length === 0) return "";
  const from = isUnknown || !cells ? "this" : cells.length === 1 ? "your number" : "these numbers";
  if (follows.length > MOST_FOLLOWING)
    return `The → cells of ${follows.length} later steps follow from ${from}.`;
  const byRows = new Map<string, StepRows[]>();
  for (const one of follows) remember(byRows, String(one.rows), () => []).push(one);
  const parts = [...byRows.values()].map((group) => {
    const [{ step, rows }] = group;
    const titles = inSentence(group.map((one) => stepTitle(one.step)));
    return rows ? `${rowsText(step, rows)} of ${titles}` : titles;
  });
  const isOne =
    parts.length === 1 && (/^row /.test(parts[0]) || (follows.length === 1 && !/^rows |s$/.test(parts[0])));
  return `${capitalized(parts.join(", and "))} ${isOne ? "follows" : "follow"} from ${from}.`;
}

/** Returns the text about a mistake, line by line: where it is, also a question that leads to it (2), also what it is (3). */
export function linesOf(sentences: MistakeSentences, hint: number): readonly string[] {
  const { place, question, what, cells, why, follows } = sentences;
  if (hint < 2) return [`Look at ${place}.`];
  if (hint < 3) return [`Look at ${place}.`, question];
  const named = what.length > 1 ? [tieText(what.length), ...what.map((text) => `– ${text}`)] : what;
  return [...named, ...cells, why, follows].filter((text) => text !== "");
}

/** The text for several mistakes that give the same numbers. */
export const tieText = (count: number): string =>
  `Your numbers fit ${countInWords(count, "mistake")}. This problem cannot tell them apart.`;

/** Summarises all mistakes of a sheet in one line. */
export const summaryOf = (check: Check): string =>
  mistakeSentences(check)
    .map(({ what, cells }) => [...what, ...cells][0])
    .join(" ");
