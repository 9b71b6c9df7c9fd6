import { sumOver } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { halfUnitOf } from "../../math/written.js";
import { linesText } from "../../sheet-lines.js";
import type { Candidate } from "./evidence.js";
import type { Cells } from "./items.js";
import type { Placed } from "./place.js";
import { placeOf } from "./unused.js";

/** The words for a version that does not count. */
const ATTEMPT =
  /(?<!\p{L})(?:attempt|tr(?:y|ied)|draft|wrong|first|before|old|mistake|oops|versuch|entwurf|falsch|alt|essai|brouillon|faux|avant|intento|borrador|mal|incorrect|antes|tentativ|prova|sbagliat|vecchi|prób|poging|fout|tentativa|errado|попытк|неверн)|第一次|错/iu;

/** The words for a version that counts instead of an earlier one. */
const ANEW =
  /(?<!\p{L})(?:again|anew|corrected|final|redone|revised|new|better|nochmal|noch einmal|erneut|neu|korrigiert|encore|corrig|nouve|de nuevo|otra vez|nuev|ancora|di nuovo|nuov|de novo|nov|opnieuw)|重新|再/iu;

/**
 * Returns doubts about earlier versions of a step that are perhaps none: their title says something else than that of the
 * last, and their numbers do not follow from the step by one factor, or by the largest of each row.
 */
export function doubtsOfEarlier(
  placed: Placed,
  last: Candidate,
  replaced: readonly Candidate[],
): readonly string[] {
  const { sheet, lines } = placed;
  const [right] = sheet.expected.get(last.item.key) ?? [];
  return replaced.flatMap((old) => {
    const share = right ? shareThatFollows(old.cells, right) : 0;
    // A version with another clear name is an attempt. If most of it follows, it is no attempt, but a step of its own.
    const isAttempt = isVersion(old, last, lines) || (old.named >= CLEARLY && share < HALF);
    // A row that is not named in its own line may be anything: the number of a page.
    const [row, ...others] = old.rows;
    const isChance = others.length === 0 && old.fit < WEAKLY && !row.clauseNames.has(last.item.id);
    return isAttempt || isChance || share === 1
      ? []
      : [`${linesText(placeOf(old.rows, lines))} not compared: it may be another step than ${last.item.key}`];
  });
}

/** Whether a block has no title, that of a later block, or the words for an attempt, or the later one is made anew. */
export function isVersion(old: Candidate, last: Candidate, lines: Placed["lines"]): boolean {
  const titleOf = ({ rows: [{ line, clause }] }: Candidate) =>
    wordsOf(clause) === "" ? (lines[line - 1]?.text ?? "") : clause;
  const title = titleOf(old);
  const later = titleOf(last);
  const isSame = wordsOf(title) === "" || wordsOf(title) === wordsOf(later);
  return isSame || ATTEMPT.test(title) || ANEW.test(later);
}

/** Names stronger than this are clear. */
const CLEARLY = 0.7;
/** A row that fits less than this is not the step. */
const WEAKLY = 0.35;
const HALF = 0.5;

const wordsOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}√∂]+/gu, " ")
    .trim();

/** Returns the share of cells that are the numbers of a step times one factor, or less the largest of their row. */
function shareThatFollows(cells: Cells, { data, cols }: Matrix): number {
  const flat = cells.flat();
  const shareOf = (numberAt: (at: number) => number, unitAt: (at: number) => number) =>
    sumOver([...flat.entries()], ([at, cell]) =>
      Number(
        cell === null ||
          !Number.isFinite(data[at]) ||
          Math.abs(cell.value - numberAt(at)) <= 2 * halfUnitOf(cell) + unitAt(at),
      ),
    ) / flat.length;
  const factors = flat.flatMap((cell, at) => (cell && data[at] !== 0 ? [{ cell, number: data[at] }] : []));
  const largest = factors
    .filter(({ number }) => Number.isFinite(number))
    .toSorted((one, other) => Math.abs(other.number) - Math.abs(one.number));
  const maxOf = (at: number) => Math.max(...data.slice(at - (at % cols), at - (at % cols) + cols));
  return Math.max(
    shareOf(
      (at) => data[at] - maxOf(at),
      () => 0,
    ),
    // One of the largest numbers may itself be wrong.
    ...largest.slice(0, 2).map(({ cell, number }) =>
      shareOf(
        (at) => (data[at] * cell.value) / number,
        (at) => halfUnitOf(cell) * Math.abs(data[at] / number),
      ),
    ),
  );
}
