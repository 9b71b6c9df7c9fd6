import type { NameFinder } from "./names.js";
import type { Run } from "./runs.js";
import type { SheetParts } from "./titles.js";

/** So near 1 a sum is that of weights, which answers no step: it is taken for arithmetic on the way. */
const OF_WEIGHTS = 0.05;

/** The same runs, where sums that stand behind the rows of a block, `2.03 1.00 -> sum 3.03`, come below it. */
export function withSumsBelow(parts: SheetParts, finder: NameFinder): readonly Run[] {
  const sorted: Run[] = [];
  let sums: Run[] = [];
  parts.runs.forEach((given, at) => {
    const run = isCheckOfWeights(given, parts, finder) ? { ...given, isWorking: true } : given;
    const row = parts.runs[at - 1];
    const sum = row && isSum(run, row, parts, finder) ? run.cells[0].cell : undefined;
    if (sum && Math.abs(sum.value - 1) > OF_WEIGHTS) sums.push(run);
    else if (sum) sorted.push({ ...run, isWorking: true });
    else {
      const isNext = sums.length === 0 || run.line === sums[sums.length - 1].line + 1;
      if (!isNext || run.cells.length < 2) {
        sorted.push(...sums);
        sums = [];
      }
      sorted.push(run);
    }
  });
  return [...sorted, ...sums];
}

/** `rows sum to 1.00, 1.00`: sums of weights answer no step. */
function isCheckOfWeights({ cells, line }: Run, { lines }: SheetParts, finder: NameFinder): boolean {
  const areOnes = cells.every(({ cell }) => cell && Math.abs(cell.value - 1) <= OF_WEIGHTS);
  return areOnes && (finder.find(lines[line].text.slice(0, cells[0].at)).get("row-sums") ?? 0) > 0.7;
}

function isSum(run: Run, row: Run, { lines, tokens }: SheetParts, finder: NameFinder): boolean {
  const [{ at, line }] = run.cells;
  if (run.cells.length !== 1 || row.cells.length < 2 || row.line !== run.line || line !== row.line)
    return false;
  const said = lines[line].text.slice(tokens[row.last].end, at);
  return (finder.find(said).get("row-sums") ?? 0) > 0.7;
}
