import { remember } from "../../math/remember.js";
import { constant, type Expression, evaluate } from "../../trace/expression.js";
import type { Trace } from "../../trace/trace.js";
import type { Diagnosis, ShownCell, SlippedCell, StepRows } from "../diagnosis.js";
import { cellAt, indicesOf, type Judgement } from "../judgement.js";
import type { Mistake } from "../mistakes/mistake.js";
import { SLIPS, type WrongCell } from "../mistakes/slips.js";
import { sourcesOf } from "../solution.js";
import { arithmeticOf } from "./cell-arithmetic.js";
import { type Rows, rowsReached } from "./reached-rows.js";
import type { FollowedStep, Story } from "./story.js";
import { withVariants } from "./variants.js";

/** A mistake that was found, with its place on the sheet. */
export interface Found extends Omit<Diagnosis, "of"> {
  /** The index of the written step that shows it. */
  readonly at: number;
  /** The index in the run of the first step that the mistake changes. */
  readonly from?: number;
  /** The written steps that show it. */
  readonly keys?: readonly string[];
  /** The mistake as it is applied, unless it is recognised in cells. */
  readonly named?: { readonly mistake: Mistake; readonly altered: Trace };
  /** The cells that show it, the best first. */
  readonly shows: readonly number[];
}

/** A step, and its rows; undefined for all of them. */
interface Shown {
  readonly key?: string;
  readonly rows?: readonly number[] | undefined;
}

/** Returns a cell of a step with its arithmetic from the person's own numbers. */
export function slippedCell({ answer, before }: FollowedStep, index: number): SlippedCell {
  const [row, col] = cellAt(answer, index);
  const { step, key } = answer;
  const numbers = before();
  const node = numbers.node(key) ?? step;
  const explained = node.op.explainCells(numbers.inputsOf(node), node.params)(row, col);
  // A step of another right way may have no arithmetic of its own.
  const isDefined = !Number.isNaN(evaluate(explained).value);
  return { step, row, col, arithmetic: isDefined ? explained : constant(numbers.of(key).data[index]) };
}

/** Returns a wrong cell as slips are recognised in it. */
export const wrongCell = (judgement: Judgement, followed: FollowedStep, index: number): WrongCell => ({
  judgement,
  index,
  arithmetic: slippedCell(followed, index).arithmetic,
  written: judgement.answer.cells[index] ?? { value: Number.NaN, decimals: 0 },
});

/** Returns the cells that show a mistake: every slip, or one of the cells that the mistake makes wrong. */
export function showCells(
  found: Found,
  story: Story,
  judged: readonly Judgement[],
): Pick<Diagnosis, "shown" | "cells"> {
  const followed = story.steps[found.at];
  const judgement = judged[found.at];
  const { marks, answer } = judgement;
  const isIn = (index: number) =>
    (marks[index] === "wrong" || found.mistake.isCoarse) &&
    (found.rows?.includes(cellAt(answer, index)[0]) ?? true);
  const wrong = found.shows.filter(isIn);
  const places = wrong.length > 0 ? wrong : [marks.indexOf("wrong")].filter((index) => index >= 0);
  const show = cellShower(found, followed, story, judgement);
  if (!found.named) {
    const cells = places.map((index) => show(index));
    return cells.length > 0 ? { shown: cells[0], cells } : {};
  }
  const { data } = followed.before().of(answer.key);
  const offAt = (index: number) => Math.abs(data[index] - answer.values[index]) || 0;
  const farthestFirst = places.slice(0, MAX_TRIED).sort((one, other) => offAt(other) - offAt(one));
  const yoursOf = yoursAt(found, followed, story);
  const index = farthestFirst.find((at) => yoursOf(at)) ?? farthestFirst[0];
  return index === undefined ? {} : { shown: show(index, yoursOf(index)) };
}

/**
 * The maximum number of cells that are considered. The one shown has arithmetic that explains the mistake, and is the
 * farthest off.
 */
const MAX_TRIED = 12;

function cellShower(found: Found, followed: FollowedStep, story: Story, judgement: Judgement) {
  const { answer, gap, before } = followed;
  const arithmeticAt = arithmeticOf(before(), gap);
  const ownWayAt = found.named || found.isUnknown ? undefined : arithmeticOfMistakes(found, followed, story);
  const slip = SLIPS.find(({ id }) => id === found.mistake.id);
  return (index: number, yours?: Expression): ShownCell => {
    const plain = slippedCell(followed, index);
    const cell = wrongCell(judgement, followed, index);
    const { value, decimals } = answer.written[index] ?? cell.written;
    const asked = slip?.asks(cell);
    return {
      ...plain,
      arithmetic: arithmeticAt(cellAt(answer, index)) ?? plain.arithmetic,
      written: value,
      decimals,
      yours,
      otherwise: ownWayAt?.(index),
      question: asked?.length ? asked : undefined,
    };
  };
}

/** Returns the arithmetic of a cell by the mistakes of its step, or undefined if there is no mistake in its row. */
function arithmeticOfMistakes(
  found: Found,
  { answer, gap, before }: FollowedStep,
  story: Story,
): (index: number) => Expression | undefined {
  const numbers = before();
  const byRow = new Map<number, ReturnType<typeof arithmeticOf>>();
  return (index) => {
    const cell = cellAt(answer, index);
    const here = { ...found, rows: found.named ? found.rows : [cell[0]] };
    const variants = variantsAt(story, here);
    if (variants.length === 0) return undefined;
    const arithmeticAt = remember(byRow, cell[0], () => {
      // In this row, the mistake is the same as if it were made in all rows.
      const changes = withVariants(numbers.graph, numbers.changes, variants);
      return arithmeticOf(numbers.with(changes), gap);
    });
    return arithmeticAt(cell);
  };
}

/** The maximum distance of a written number, in units of its own tolerance. Rounding of earlier steps may cause it. */
const MAX_OFF = 3;

/** Returns the arithmetic by which the mistakes of a step give the written number. */
function yoursAt(found: Found, followed: FollowedStep, story: Story) {
  const arithmeticAt = arithmeticOfMistakes(found, followed, story);
  const { values, tolerances } = followed.answer;
  return (index: number): Expression | undefined => {
    const yours = arithmeticAt(index);
    const by = yours ? Math.abs(evaluate(yours).value - values[index]) : Number.NaN;
    return by <= MAX_OFF * tolerances[index] ? yours : undefined;
  };
}

/** Returns the variants at the step that shows a mistake, in its rows. */
const variantsAt = ({ causes }: Story, { key, rows }: Shown) =>
  causes.flatMap((cause) => {
    if (cause.kind !== "mistake" || cause.key !== key) return [];
    const isInOthers = rows && cause.rows?.every((row) => !rows.includes(row));
    return isInOthers ? [] : [{ variant: cause.variant }];
  });

/**
 * Returns what follows from each cause: the later steps, with the rows that have such cells. If a row follows from
 * several causes, it is listed for the first.
 */
export function whatFollows(
  trace: Trace,
  found: readonly Found[],
  judged: readonly Judgement[],
): (cause: string | undefined) => readonly StepRows[] {
  const graph = sourcesOf(trace);
  const open = new Map(
    judged.map(({ answer, marks }) => {
      const rows = indicesOf(marks, "follows").map((index) => cellAt(answer, index)[0]);
      return [answer.key, new Set(rows)] as const;
    }),
  );
  const byCause = new Map<string | undefined, readonly StepRows[]>();
  for (const { cause, at, keys = [judged[at].answer.key], rows, shows, isUnknown } of found) {
    if (byCause.has(cause)) continue;
    // Nothing follows from rows that a mistake leaves right.
    const isInRows = keys.length === 1 && !isUnknown && shows.length > 0;
    const wrongRows = () => [...new Set(shows.map((index) => cellAt(judged[at].answer, index)[0]))];
    const own: Rows = rows ?? (isInRows ? wrongRows() : undefined);
    const reached = rowsReached(graph, keys, own);
    byCause.set(
      cause,
      judged.flatMap(({ answer: { step } }) => {
        const left = open.get(step.key);
        if (!left || !reached.has(step.key)) return [];
        const among = reached.get(step.key);
        const taken = [...left].filter((row) => among?.includes(row) ?? true).sort((a, b) => a - b);
        for (const row of taken) left.delete(row);
        if (taken.length === 0) return [];
        return [taken.length === step.shape.rows ? { step } : { step, rows: taken }];
      }),
    );
  }
  return (cause) => byCause.get(cause) ?? [];
}
