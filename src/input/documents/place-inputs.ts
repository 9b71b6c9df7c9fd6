import { INPUTS } from "../../attention/inputs.js";
import { blocksOf, type Placed, placements } from "./input-blocks.js";
import type { SheetText } from "./lines.js";
import { bestPath } from "./place.js";
import type { TitledRun } from "./titles.js";

/** The runs of a text, read as inputs and steps. */
interface PlacedInputs extends Placed {
  /** Whether the other meaning of commas would give other inputs. */
  readonly isDoubted?: boolean;
}

/**
 * Reads the runs of a text as inputs and steps. Chooses the way to write numbers that explains most. Returns undefined
 * for a text without numbers.
 */
export function placeInputs(
  text: SheetText,
  names: readonly string[],
  decimalComma: boolean,
): PlacedInputs | undefined {
  const all = placements(text, names);
  const best = (isComma: boolean) => {
    const found = all.filter(({ commas }) => (commas === "decimals") === isComma);
    return found.length > 0 ? bestPath(found) : undefined;
  };
  const [plain, comma] = [best(false), best(true)];
  if (decimalComma) return comma ?? plain;
  if (!plain || !comma) return plain ?? comma;
  if (!isWhole(plain, names) && isWhole(comma, names)) return comma;
  const [inputs, others] = [plain, comma].map(({ candidates }) =>
    JSON.stringify(
      blocksOf(candidates, names).map(({ name, matrix }) => [name, matrix && Array.from(matrix.data)]),
    ),
  );
  if (inputs !== others) return { ...plain, isDoubted: true };
  return comma.total > plain.total ? comma : plain;
}

/** Whether each row belongs to a matrix, and each matrix has rows of one length. */
const isWhole = (placed: Placed, names: readonly string[]): boolean =>
  unnamedIn(placed) === undefined &&
  blocksOf(placed.candidates, names).every(({ matrix }) => matrix !== undefined);

/** The text before the place of a cell: `weights[0,0]`. */
const OF_PLACE = /\p{L}{3}\[$/u;

/** Names stronger than this, right before an array, are certain. */
const CERTAIN_NAME = 0.7;

/**
 * Returns the first row without a name, or the first arithmetic under the name of an input that is given nowhere else.
 * Numbers in lines of settings do not count.
 */
export function unnamedIn(
  { sheet, runs, candidates }: Placed,
  linesOfSettings: ReadonlySet<number> = new Set(),
): TitledRun | undefined {
  const used = new Set(candidates.flatMap(({ rows }) => rows));
  const given = new Set(candidates.map(({ item }) => item.id));
  const isMissing = (run: TitledRun) =>
    run.opens > 1 &&
    [...run.clauseNames].some(
      ([id, strength]) => strength > CERTAIN_NAME && Object.hasOwn(INPUTS, id) && !given.has(id),
    );
  return runs.find(
    (run) =>
      !used.has(run) &&
      !linesOfSettings.has(sheet.lines[run.line].number) &&
      !OF_PLACE.test(sheet.lines[run.line].text.slice(0, run.cells[0].at)) &&
      (run.isIntermediate ? isMissing(run) : run.cells.length > 1),
  );
}
