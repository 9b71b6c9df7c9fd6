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

/**
 * Returns doubts about earlier versions of a step that are perhaps none: their title says something else than that of the
 * last, and their numbers do not follow from the step by one factor, or by the largest of each row.
 */
export function doubtsOfEarlier(
  { sheet, lines }: Placed,
  { item, rows }: Candidate,
  replaced: readonly Candidate[],
): readonly string[] {
  const [right] = sheet.expected.get(item.key) ?? [];
  const titleOf = ([{ line, clause }]: Candidate["rows"]) =>
    clause.trim() === "" ? (lines[line - 1]?.text ?? "") : clause;
  const last = wordsOf(titleOf(rows));
  return replaced.flatMap((old) => {
    const title = titleOf(old.rows);
    const isVersion = wordsOf(title) === "" || wordsOf(title) === last || ATTEMPT.test(title);
    return isVersion || (right && follows(old.cells, right))
      ? []
      : [`${linesText(placeOf(old.rows, lines))} not compared: it may be another step than ${item.key}`];
  });
}

const wordsOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}√∂]+/gu, " ")
    .trim();

/** Whether all cells are the numbers of a step times one factor, or less the largest of their row. */
function follows(cells: Cells, { data, cols }: Matrix): boolean {
  const flat = cells.flat();
  const isAt = (numberAt: (at: number) => number, unit: (at: number) => number) =>
    flat.length === data.length &&
    flat.every(
      (cell, at) =>
        cell === null ||
        !Number.isFinite(data[at]) ||
        Math.abs(cell.value - numberAt(at)) <= 2 * halfUnitOf(cell) + unit(at),
    );
  const finite = [...data.keys()].filter((at) => Number.isFinite(data[at]) && flat[at]);
  const largest = finite.reduce(
    (one, at) => (Math.abs(data[at]) > Math.abs(data[one]) ? at : one),
    finite[0],
  );
  const of = flat[largest];
  if (!of || data[largest] === 0) return false;
  const maxOf = (at: number) => Math.max(...data.slice(at - (at % cols), at - (at % cols) + cols));
  return (
    isAt(
      (at) => (data[at] * of.value) / data[largest],
      (at) => halfUnitOf(of) * Math.abs(data[at] / data[largest]),
    ) ||
    isAt(
      (at) => data[at] - maxOf(at),
      () => 0,
    )
  );
}
