import { squaresOf, sumOver, tabulate } from "../../../../math/lists.js";
import { belowEachOther, cellOf, type Matrix, mapCells, rowOf, transpose } from "../../../../math/matrix.js";
import { takenFromOthers } from "../../mistakes/kernel-mistake.js";
import { columnsFrom, rowsFrom } from "../../mistakes/orders.js";
import { leastOf } from "../../mistakes/sums.js";
import { columnsMoved, rowsMoved } from "../../mistakes/values.js";
import type { Part } from "../backward-rows.js";
import {
  type DumpedPart,
  GRADIENT_NAMES,
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
  rowsOff,
} from "./gradient-mistake.js";

// Gradients that are in the wrong place, or were not written. Wrong rows show where they come from.

const placed = gradientMistakes(
  "d-query",
  "row i of head h of a gradient belongs to row i of head h of its input",
);

/** What one head of a gradient shows: how it was made of the right gradients of all heads, and a description. */
interface Shown {
  readonly said: string;
  make(all: readonly Matrix[]): Matrix;
}

/** Reads off one head of a wrong gradient what happened to it, from its wrong rows. */
type Reading = (
  dumped: DumpedPart,
  wrongRows: readonly number[],
  head: number,
  part: Part,
) => Shown | undefined;

/** Makes a variant of what the heads of each wrong gradient show. Returns none if a gradient shows nothing. */
function placedAs(
  { heads, kvHeads, wrongParts, dumped }: GradientSearchContext,
  read: Reading,
): readonly GradientVariant[] {
  const found = wrongParts.map((part) => {
    const shown = tabulate(part === "query" ? heads.length : kvHeads, (head) => {
      const own = dumped(part, head);
      return own && read(own, [...rowsOff(own)], head, part);
    });
    return [part, shown] as const;
  });
  const parameters: Record<string, string> = {};
  for (const [part, shown] of found) {
    const first = shown.find((one) => one);
    if (!first) return [];
    parameters[GRADIENT_NAMES[part]] = first.said;
  }
  const placesIn = (made: Readonly<Record<Part, readonly Matrix[]>>) =>
    found.map(([part, shown]) => [part, made[part].map((own, at, all) => shown[at]?.make(all) ?? own)]);
  return found.length === 0
    ? []
    : [{ parameters, finish: (made) => ({ ...made, ...Object.fromEntries(placesIn(made)) }) }];
}

const placing =
  (read: Reading): GradientMistake["variants"] =>
  (given) =>
    placedAs(given, read);

/** Finds the right gradient, of this or another batch, that is nearest to that of a head. */
function fromHeads(given: GradientSearchContext): readonly GradientVariant[] {
  const { batches, batch: own } = given;
  return placedAs(given, ({ got }, wrongRows, head, part) => {
    const sources = batches.flatMap(({ right }, batch) =>
      right()[part].map((matrix, at) => ({ batch, at, matrix })),
    );
    const [nearest] = leastOf(sources, 1, ({ matrix }) =>
      sumOver(wrongRows, (row) => squaresOf(rowOf(got, row).map((cell, c) => cell - rowOf(matrix, row)[c]))),
    );
    if (!nearest || (nearest.batch === own && nearest.at === head)) return undefined;
    const { batch, at, matrix } = nearest;
    const said = `head ${head} is head ${at}${batch === own ? "" : ` of batch ${batch}`}`;
    return { said, make: (all) => (batch === own ? all[at] : matrix) };
  });
}

/** Finds rows of zeros that should not be zeros. */
const blankRows: Reading = ({ got, want }, wrongRows, head) => {
  const blank = wrongRows.filter(
    (row) => squaresOf(rowOf(got, row)) === 0 && squaresOf(rowOf(want, row)) > 0,
  );
  const isBlank = new Set(blank);
  if (blank.length === 0) return undefined;
  return {
    said: `${blank.length} rows, from row ${blank[0]}`,
    make: (all) => mapCells(all[head], (cell, row) => (isBlank.has(row) ? 0 : cell)),
  };
};

const otherRows: Reading = (dumped, wrongRows, head) => {
  const moved = rowsMoved(dumped, wrongRows);
  const [first] = wrongRows;
  return (
    moved && {
      said: `row ${first} holds row ${moved(first)}`,
      make: (all) => rowsFrom(all[head], moved),
    }
  );
};

/** A gradient that was stored column by column. */
const otherAxes: Reading = (_, wrongRows, head) =>
  wrongRows.length === 0
    ? undefined
    : {
        said: "stored as (columns, rows)",
        make: (all) => ({ ...all[head], data: transpose(all[head]).data }),
      };

/** The maximum number of rows of all batches among which those in place of wrong rows are looked for. */
const MAX_ROWS = 4096;

/** Finds rows of other batches, or zeros, in place of wrong rows: sequences behind each other were stored elsewhere. */
function rowsOfBatches(given: GradientSearchContext): readonly GradientVariant[] {
  const { batches, batch } = given;
  if (batches.length < 2) return [];
  return placedAs(given, ({ got }, wrongRows, head, part) => {
    const all = batches.map(({ right }) => right()[part][head]);
    if (wrongRows.length === 0 || sumOver(all, ({ rows }) => rows) > MAX_ROWS) return undefined;
    const [want, dumped] = [all, all.with(batch, got)].map(belowEachOther);
    const first = sumOver(all.slice(0, batch), ({ rows }) => rows);
    const moved = rowsMoved(
      { got: dumped, want },
      wrongRows.map((row) => first + row),
    );
    if (!moved) return undefined;
    const isBlank = (row: number) => squaresOf(rowOf(got, row)) === 0;
    const row = wrongRows.find((one) => !isBlank(one)) ?? 0;
    // A whole head in place of another is a mistake with another name.
    const from = moved(first + row) - row;
    if (all.some((_, at) => sumOver(all.slice(0, at), ({ rows }) => rows) === from)) return undefined;
    const wrong = new Set(wrongRows);
    return {
      said: `row ${first + row} of all sequences holds row ${from + row}`,
      make: (own) =>
        mapCells(own[head], (cell, at, col) => {
          if (!wrong.has(at)) return cell;
          return isBlank(at) ? 0 : cellOf(want, moved(first + at), col);
        }),
    };
  });
}

const otherColumns: Reading = (dumped, wrongRows, head) => {
  const moved = columnsMoved(dumped, wrongRows);
  return moved && { said: moved.said, make: (all) => columnsFrom(all[head], moved.order) };
};

/** Moves the gradients of the biases of all heads, if no other gradient is wrong. */
const biasesMoved = ({ heads, wrongParts }: GradientSearchContext): readonly GradientVariant[] =>
  takenFromOthers(wrongParts.length > 0 ? [] : heads).map(({ parameters, of }) => ({
    parameters,
    finish: (made) => ({ ...made, biases: made.biases?.map((_, at, all) => all[of(at).index]) }),
  }));

export const PLACES: readonly GradientMistake[] = [
  placed({
    id: "heads-swapped",
    title: "Heads or batches of a gradient were swapped.",
    fix: "Look at the strides with which the gradient is stored.",
    isPossible: ({ heads, batches }) => heads.length * batches.length > 1,
    variants: (given) => [...fromHeads(given), ...biasesMoved(given)],
  }),
  placed({
    id: "rows-missing",
    title: "Some rows of a gradient were not written.",
    fix: "Look at the bounds of the store.",
    variants: placing(blankRows),
  }),
  placed({
    id: "rows-shifted",
    title: "Rows of a gradient are in the places of other rows, or its two axes were exchanged.",
    fix: "Look at the address and the strides of the store: dK and dV begin where K does, also among sequences behind each other.",
    variants: (given) => [
      ...placing(otherRows)(given),
      ...placing(otherAxes)(given),
      ...rowsOfBatches(given),
    ],
  }),
  placed({
    id: "columns-misplaced",
    isFree: true,
    title: "Columns of a gradient are in the places of other columns.",
    formula: "column c of a gradient belongs to column c of its input",
    fix: "Permute the columns of a gradient back as those of its input, for example after RoPE, and look at the column offsets of each tile.",
    variants: placing(otherColumns),
  }),
];
