import { squaresOf, tabulate } from "../../../../math/lists.js";
import { type Matrix, rowOf } from "../../../../math/matrix.js";
import { remember } from "../../../../math/remember.js";
import { takenFromOthers } from "../../mistakes/kernel-mistake.js";
import { columnsFrom } from "../../mistakes/orders.js";
import { distanceTo, leastOf } from "../../mistakes/sums.js";
import { columnsMoved } from "../../mistakes/values.js";
import { indicesWhere, spread } from "../../where.js";
import { type Part, type PerPart, perPart } from "../backward-rows.js";
import {
  cells,
  type DumpedPart,
  GRADIENT_NAMES,
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
  namesOf,
  readOff,
  rowsOff,
} from "./gradient-mistake.js";

// Rows of gradients that are in the wrong place, or were not written. A few wrong rows show where they come from.

const placed = gradientMistakes(
  "d-query",
  "row i of head h of a gradient belongs to row i of head h of its input",
);

/** Where the rows of one head of a gradient come from, and its rows of zeros. */
interface Places {
  readonly from: (row: number) => Source;
  /** The first wrong row that was written. Infinity if there is none. */
  readonly first: number;
  readonly blank: ReadonlySet<number>;
}

/** A row of a head, of this batch or of another one with its right gradients. */
interface Source {
  readonly other?: Other | undefined;
  readonly head: number;
  readonly at: number;
}

interface Other {
  readonly batch: number;
  readonly heads: readonly Matrix[];
}

type Moved = Partial<PerPart<readonly Places[]>>;

/** Finds where the rows of all wrong gradients come from. Returns undefined if that of one cannot be found. */
function movedIn(given: GradientSearchContext): Moved | undefined {
  const found = given.wrongParts.map((part) => [part, placesIn(given, part)] as const);
  return found.every(([, places]) => places) ? Object.fromEntries(found) : undefined;
}

function placesIn({ heads, kvHeads, batches, batch: own, dumped }: GradientSearchContext, part: Part) {
  const others = batches.flatMap(({ right }, batch) =>
    batch === own ? [] : [{ batch, heads: right()[part] }],
  );
  const all = tabulate(part === "query" ? heads.length : kvHeads, (at) => dumped(part, at));
  const known = all.flatMap((head) => head ?? []);
  return known.length < all.length ? undefined : known.map((_, head) => placesOf(known, head, others));
}

/** The number of wrong rows that are read first. If they are shifted alike, all rows are. */
const MAX_READ = 16;

function placesOf(heads: readonly DumpedPart[], head: number, others: readonly Other[]): Places {
  const { got } = heads[head];
  const { rows } = got;
  const sizeOf = ({ data }: Matrix, row: number) =>
    squaresOf(data.subarray(row * got.cols, (row + 1) * got.cols));
  const off = rowsOff(heads[head]);
  const written = [...off]
    .filter((row) => sizeOf(got, row) > 0)
    .sort((a, b) => sizeOf(got, b) - sizeOf(got, a));
  const shiftOf = (row: number) => {
    const { other, head: of, at } = sourceOf(heads, head, others, row);
    return { other, head: of, by: (at - row + rows) % rows };
  };
  const [first = { head, by: 0, other: undefined }, ...more] = spread(written, MAX_READ).map(shiftOf);
  const isShift = more.every(
    ({ other, head: of, by }) => other === first.other && of === first.head && by === first.by,
  );
  const known = new Map<number, Source>();
  const from = (row: number): Source => {
    if (isShift) return { other: first.other, head: first.head, at: (row + first.by) % rows };
    return off.has(row) ? remember(known, row, () => sourceOf(heads, head, others, row)) : { head, at: row };
  };
  // A row of zeros whose source is a row of zeros was written.
  const isLost = (row: number) => {
    const source = isShift ? from(row) : { head, at: row };
    return sizeOf(got, row) === 0 && sizeOf(rightOf(heads, source), source.at) > 0;
  };
  return { from, first: Math.min(...written), blank: new Set([...off].filter(isLost)) };
}

const rightOf = (heads: readonly DumpedPart[], { other, head }: Source): Matrix =>
  other ? other.heads[head] : heads[head].want;

/**
 * Finds the right row that is nearest to a wrong one: the same row of another head or batch, or another row of its own
 * head.
 */
function sourceOf(heads: readonly DumpedPart[], head: number, others: readonly Other[], row: number): Source {
  const { got } = heads[head];
  const all: readonly Source[] = [
    ...heads.map((_, other) => ({ head: other, at: row })),
    ...indicesWhere(got.rows).map((at) => ({ head, at })),
    ...others.flatMap((other) => other.heads.map((_, of) => ({ other, head: of, at: row }))),
  ];
  const [nearest] = leastOf(all, 1, (one, limit) => {
    const right = rowOf(rightOf(heads, one), one.at);
    return distanceTo(rowOf(got, row), got.cols, (c) => right[c], limit);
  });
  // A row of NaN has no nearest row.
  return nearest ?? { head, at: row };
}

/** Moves the rows of gradients to these places. */
const moved = (places: Moved): GradientVariant => ({
  parameters: Object.assign({}, ...Object.entries(places).map(([part, own]) => textOf(part as Part, own))),
  finish: (gradients) => {
    const of = (part: Part) =>
      gradients[part].map((own, at) => {
        const { from, blank } = places[part]?.[at] ?? {};
        return from
          ? cells(own, (_, row, col) => {
              const { other, head, at: place } = from(row);
              const source = (other?.heads ?? gradients[part])[head];
              return blank?.has(row) ? 0 : source.data[place * own.cols + col];
            })
          : own;
      });
    return { ...gradients, ...perPart(of) };
  },
});

/** Describes the first head whose rows are in the wrong place. */
function textOf(part: Part, places: readonly Places[]) {
  const at = places.findIndex((own, head) => own.blank.size > 0 || isOfHead(own, head) || isShifted(own));
  if (at < 0) return {};
  const { first, from, blank } = places[at];
  if (blank.size > 0) return { [GRADIENT_NAMES[part]]: `${blank.size} rows, from row ${Math.min(...blank)}` };
  const { other, head, at: row } = from(first);
  return {
    [GRADIENT_NAMES[part]]:
      head === at && !other
        ? `row ${first} holds row ${row}`
        : `head ${at} is head ${head}${other ? ` of batch ${other.batch}` : ""}`,
  };
}

/** Whether the first wrong row that was written comes from another head or batch, or from another row. */
const isOfHead = ({ first, from }: Places, at: number) => {
  const { other, head } = from(first);
  return Number.isFinite(first) && (other !== undefined || head !== at);
};
const isShifted = ({ first, from }: Places) => Number.isFinite(first) && from(first).at !== first;

const movedBy = readOff(movedIn, moved);
const movedWhere = (is: (places: Places, head: number) => boolean) =>
  movedBy((parts) => Object.values(parts).some((places) => places.some(is)));

/** Moves the gradients of the biases of all heads, if no other gradient is wrong. */
const biasesMoved = ({ heads, wrongParts }: GradientSearchContext): readonly GradientVariant[] =>
  takenFromOthers(wrongParts.length > 0 ? [] : heads).map(({ parameters, of }) => ({
    parameters,
    finish: (made) => ({ ...made, biases: made.biases?.map((_, at, all) => all[of(at).index]) }),
  }));

/** Exchanges the columns of the wrong gradients as each head shows. */
function inOtherColumns({ wrongParts, dumped }: GradientSearchContext): readonly GradientVariant[] {
  const movedIn = (part: Part, at: number) => {
    const head = dumped(part, at);
    return head && columnsMoved(head, [...rowsOff(head)]);
  };
  const shown = wrongParts.map((part) => movedIn(part, 0));
  if (shown.length === 0 || shown.includes(undefined)) return [];
  return [
    {
      parameters: { ...shown[0]?.parameters, of: namesOf(wrongParts) },
      finish: (made) => ({
        ...made,
        ...Object.fromEntries(
          wrongParts.map((part) => [
            part,
            made[part].map((own, at) => columnsFrom(own, movedIn(part, at)?.order ?? ((col) => col))),
          ]),
        ),
      }),
    },
  ];
}

export const PLACES: readonly GradientMistake[] = [
  placed({
    id: "heads-swapped",
    title: "Heads or batches of a gradient were swapped.",
    fix: "Look at the strides with which the gradient is stored.",
    isPossible: ({ heads, batches }) => heads.length * batches.length > 1,
    variants: (given) => [...movedWhere(isOfHead)(given), ...biasesMoved(given)],
  }),
  placed({
    id: "rows-missing",
    title: "Some rows of a gradient were not written.",
    fix: "Look at the bounds of the store.",
    variants: movedWhere(({ blank }) => blank.size > 0),
  }),
  placed({
    id: "rows-shifted",
    title: "Rows of a gradient are in the places of other rows.",
    fix: "Look at the address of the store.",
    variants: movedWhere(isShifted),
  }),
  placed({
    id: "columns-misplaced",
    isFree: true,
    title: "Columns of a gradient are in the places of other columns.",
    formula: "column c of a gradient belongs to column c of its input",
    fix: "Permute the columns of a gradient back as those of its input, for example after RoPE, and look at the column offsets of each tile.",
    isPossible: ({ heads: [{ task }] }) => task.query.cols > 1,
    variants: inOtherColumns,
  }),
];
