import { type Candidate, candidatesAt } from "./evidence.js";
import type { Item } from "./items.js";
import { endsInSum } from "./layouts.js";
import { bestPath, type Joined, type Placed } from "./place.js";
import { numbersOf } from "./runs.js";
import type { TitledRun } from "./titles.js";

// Limits for doubts about a reading. Set on 3,000 damaged sheets (bench/fuzz-sheets.js).
const MIN_NAME_STRENGTH = 0.35;
const SURE_FIT = 0.93;
const GOOD_FIT = 0.5;
const CLOSE_RIVAL = 1;

/** Whether neither the title of a matrix nor its numbers show what it is. */
export const isGuess = ({ named, fit }: Candidate): boolean => named < MIN_NAME_STRENGTH && fit <= GOOD_FIT;

/** Returns the reasons why a matrix may be another one, or only a part of the one that was meant. */
export function doubtsOfWhole(placed: Placed, item: Item, joined: Joined): readonly string[] {
  const [candidate] = joined.from;
  // Row sums that were read behind the rows of another step are doubted at that step.
  if (candidate.item !== item) return [];
  const isSummed = candidate.layout === "summed" && item.id !== "exponentials";
  if (isSummed && !candidate.rows.every((row) => endsInSum(numbersOf(row))))
    return ["the number behind a row is not its sum"];
  if (item.isInput) return candidate.isWhole ? partialBlock(placed, item, candidate) : [];
  return [
    ...(candidate.isWhole ? partialBlock(placed, item, candidate) : []),
    ...rivals(placed, item, candidate),
    ...(candidate.named < MIN_NAME_STRENGTH && candidate.fit <= SURE_FIT
      ? ["it has no name, and its numbers do not show what it is"]
      : []),
  ];
}

const isSquare = ({ shape }: Item): boolean => shape !== undefined && shape.rows === shape.cols;

/** Returns doubts about the extent of a block: more rows are below it, or it was read as transposed although it is square. */
function partialBlock(
  { sheet: { runs }, candidates }: Placed,
  item: Item,
  { rows, to, layout }: Candidate,
): readonly string[] {
  const last = rows[rows.length - 1];
  const isStep = rows.length > 1 && last.line - rows[rows.length - 2].line === 1;
  // Rows that were read as another step, with a good fit, do not belong to this one.
  const isOther = candidates.some(
    (other) => other.item !== item && other.fit > GOOD_FIT && other.from === to,
  );
  // A matrix named K^T was meant as transposed, and on a sheet with a token per column all are.
  const isNamedTransposed = rows.some(({ isTransposed }) => isTransposed);
  const others = candidates.filter((one) => one.isWhole && !isSquare(one.item));
  const areTransposed = others.length > 0 && others.every((one) => one.layout === "transposed");
  return [
    ...(isStep && goesOn(last, runs[to], item) && !isOther
      ? ["there are more rows like these right beside it"]
      : []),
    ...(layout === "transposed" && isSquare(item) && !isNamedTransposed && !areTransposed
      ? ["it is square, and was read as transposed"]
      : []),
  ];
}

function goesOn(one: TitledRun, next: TitledRun | undefined, { id }: Item): boolean {
  if (!next || next.isIntermediate) return false;
  if (one.cells.length !== next.cells.length || next.line - one.line !== 1) return false;
  return ![...next.clauseNames.keys()].some((other) => other !== id);
}

/** Returns doubts about other items that fit the same rows nearly as well. */
function rivals({ sheet, subject, candidates }: Placed, item: Item, candidate: Candidate): readonly string[] {
  const others = subject.items
    .filter((other) => other !== item && other.head === item.head)
    .flatMap((other) => candidatesAt(sheet, candidate.from, other))
    .filter(
      ({ to, isWhole, layout }) =>
        to === candidate.to && isWhole === candidate.isWhole && layout !== "misshapen",
    );
  const best = others.length > 0 ? bestPath(others) : undefined;
  const doubts: string[] = [];
  if (best && candidate.total - best.total < CLOSE_RIVAL) {
    // If the numbers are right for both items, the choice makes no difference.
    const isSettledByFit = candidate.fit > SURE_FIT && (best.fit < 0.8 || best.fit > SURE_FIT);
    // The other item was found in another place, and titles or numbers show that both are right.
    const isSettled = candidates.some(
      (one) =>
        one.item === best.item &&
        one !== candidate &&
        one.isWhole &&
        ((one.named >= 0.7 && candidate.named >= 0.7) ||
          Math.min(one.fit, candidate.fit) > Math.max(SURE_FIT, best.fit)),
    );
    if (!isSettledByFit && !isSettled) doubts.push(`it could also be ${best.item.key}`);
  }
  const twin = others.find(
    (other) => other.fit > 0.97 && !other.item.isInput && !candidates.some((one) => one.item === other.item),
  );
  // A clear title that cannot mean the other item is trusted.
  if (candidate.fit < 0.9 && twin && (candidate.named < 0.6 || twin.named > 0))
    doubts.push(`its numbers are those of ${twin.item.key}, which is not on the sheet`);
  return doubts;
}

/** Returns a doubt if the pieces of a matrix differ from each other. */
export function doubtsOfParts({ from }: Joined): readonly string[] {
  const [first] = from;
  if (from.length < 2 || first.layout !== "rows") return [];
  const mark = ({ rows: [{ clause }] }: Candidate) => clause.trim().replace(/\d+(?:[.,]\d+)?/g, "0");
  // The same mark, like `→ 0.4, 0.6` or `row 1: 0.4, 0.6`, ends the work of each row.
  const areAlike = mark(first) !== "" && from.every((candidate) => mark(candidate) === mark(first));
  // The rows are in sentences: the first names the step, and all numbers fit it.
  const areCertain = first.named >= MIN_NAME_STRENGTH && from.every(({ fit }) => fit > SURE_FIT);
  const isUneven = from.some(
    ({ named, rows }) => named < MIN_NAME_STRENGTH || rows.length !== first.rows.length,
  );
  return isUneven && !areAlike && !areCertain ? ["its rows were found in separate places"] : [];
}
