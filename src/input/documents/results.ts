import type { Line } from "./lines.js";
import { isEquals, type Run } from "./runs.js";

/**
 * Joins the results of consecutive calculations into one row: `e^0 = 1, e^0.71 = 2.03`, also if each is in its own
 * line. Does the same with percentages in a sentence: `pays 40 % to token 1, 60 % to token 2`.
 */
export function withRowsOfResults(runs: readonly Run[], lines: readonly Line[]): readonly Run[] {
  const joined: Run[] = [];
  let intermediate: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (run.isIntermediate) {
      intermediate.push(run);
      continue;
    }
    const between = [...intermediate, run].flatMap(({ before }) => before);
    const isNext =
      last !== undefined &&
      (intermediate.length > 0
        ? isResult(last) && isNextResult(run, last, between, lines)
        : isPercent(last) && isPercent(run) && run.line === last.line && between.every(isOfSentence));
    if (isNext)
      joined[joined.length - 1] = {
        ...last,
        cells: [...last.cells, ...run.cells],
        last: run.last,
        closes: run.closes,
      };
    else {
      // The end of a sentence says nothing about the next line.
      const isBelow = last !== undefined && isPercent(last) && run.line > last.line;
      const before = isBelow
        ? run.before.filter((token) => token.line > last.line || !isOfSentence(token))
        : run.before;
      joined.push(...intermediate, { ...run, before });
    }
    intermediate = [];
  }
  return [...joined, ...intermediate];
}

export const isPercent = ({ cells, depth }: Run): boolean =>
  depth === 0 && cells.every(({ text }) => text.endsWith("%"));

const isOfSentence = ({ kind }: Run["before"][number]): boolean =>
  kind === "word" || kind === "separator" || kind === "other";

/** Whether a run is right behind an equals sign. */
const isResult = ({ before, cells }: Run): boolean => isEquals(before.at(-1)) && cells.length > 0;

/** Whether only arithmetic is between two results in a line, or in two lines with the same calculation. */
function isNextResult(run: Run, last: Run, between: Run["before"], lines: readonly Line[]): boolean {
  const { line } = last.cells[last.cells.length - 1];
  // The label of the row is before the first of its calculations.
  const [calculation, above] = [run.line, line].map((at) =>
    lines[at].text.trim().replace(NUMBERS, "0").replace(SUMS, "+0"),
  );
  // A label before each single result is that of a cell, `cat: 0.135/1.742 = 0.078`, else that of a row.
  const isSingle = calculation.split("=").length === 2;
  const names = [calculation, above].map((one) => NAME_OF_CELL.exec(one)?.[1]);
  const isOfCell = names[0] !== undefined && names[0] === names[1];
  const isAlike = isOfCell
    ? calculation.replace(/^[^=]*/, "") === above.replace(/^[^=]*/, "")
    : (isSingle ? withoutLabel(calculation) : calculation) === withoutLabel(above);
  const isWord = ({ kind }: Run["before"][number]) => kind === "word";
  const label = between.findIndex(({ kind }) => !["word", "line"].includes(kind));
  const endOfLabel = isOfCell ? between.findIndex(isEquals) : between[label]?.text === ":" ? label : -1;
  const calculated = run.line > line ? between.slice(endOfLabel + 1) : between;
  // Calculations of another kind are another step: `q·k = 2·1 = 2, 2/√3 = 1.15, exp(1.15) = 3.16`.
  const kinds = [last.cells[last.cells.length - 1], run.cells[0]].map((cell) =>
    kindOf(lines[cell.line].text.slice(0, cell.at)),
  );
  return (
    run.cells.length === 1 &&
    (kinds.includes(undefined) || kinds[0] === kinds[1]) &&
    (run.line === line || (run.line === line + 1 && isAlike)) &&
    isResult(run) &&
    // A result may be used for another result: `q·k = 2, /√3 = 1.15`, `q·k = 2 → 2/√3 = 1.15`.
    !["/", "→"].includes(between[0]?.text) &&
    calculated.every((token) => !isWord(token) && token.kind !== "blank")
  );
}

/** Returns which kind the calculation before a result is: exponentials, quotients, or products and sums. */
function kindOf(text: string): number | undefined {
  const [, calculation] = /([^=≈,;:]*)[=≈]\s*$/.exec(text.slice(-LONGEST)) ?? [];
  if (calculation === undefined) return undefined;
  return [/(?<!\p{L})(?:exp|e\s?\^)/u, /[/÷]/].findIndex((kind) => kind.test(calculation));
}

/** The maximum length of a calculation. */
const LONGEST = 100;

/** A name that ends in the word for its key, before a calculation and its result: `q·cat = 1·2 + 0·1 = 2`. */
const NAME_OF_CELL = /^([^=\d\p{L}]*\p{L}[^=\d]{0,40}[^=\d\p{L}])\p{L}+\W*=[^=]*=[^=]*$/u;

/** Removes the label of a row before its calculation: `cat: 0.135/1.742`. */
const withoutLabel = (calculation: string): string => calculation.replace(/^[^=]*?:\s*/, "");

/** Numbers, with the brackets of negative ones. */
const NUMBERS = /\([-−]?\d[\d.,]*\)|[-−]?\d[\d.,]*/g;

/** A number that is added or subtracted. */
const SUMS = /(?<=\S)\s?[-+−]\s?0/g;
