import { stepsToResults } from "../../check/answered.js";
import { besides } from "../../check/mistakes/alter.js";
import { fillBlocked } from "../../check/mistakes/masks.js";
import { resultOf, UserError, userError } from "../../errors.js";
import { blocksOf, placements } from "../../input/documents/input-blocks.js";
import type { Expected, Subject } from "../../input/documents/items.js";
import type { SheetText } from "../../input/documents/lines.js";
import { type NameFinder, nameFinder } from "../../input/documents/names.js";
import { readDocument } from "../../input/documents/read-document.js";
import type { Reading } from "../../input/documents/reading.js";
import { scoringsIn } from "../../input/documents/scorings.js";
import { MAY_BE_OF_HEADS, OF_HEADS, sheetNames } from "../../input/documents/sheet-names.js";
import { sheetText } from "../../input/documents/sheet-text.js";
import type { FormName } from "../../input/forms/form-names.js";
import type { Files } from "../../input/open.js";
import { openSheet } from "../../input/open-sheet.js";
import { upTo } from "../../math/lists.js";
import { cellOf, type Matrix, sameShape } from "../../math/matrix.js";
import type { FilledIn } from "../../systems/fill-in.js";
import { replay } from "../../trace/recorder.js";
import { computeStep, findStep, indexIn, keyOf, nameIn, type Step, type Trace } from "../../trace/trace.js";
import type { CommandSpec, RunRequest } from "../command-spec.js";
import type { ReadingValues } from "../read/reading-settings.js";
import { recordProblem } from "../record-problem.js";
import { withAsides } from "./asides.js";

/** The maximum number of cells of a matrix on a person's sheet. */
const MAX_CELLS = 10_000;
/** The maximum number of steps and inputs of a sheet. A model has thousands. */
const MAX_ITEMS = 400;

/** Returns what is needed to read sheets about a run. Returns undefined if the run is too large for a sheet. */
export function subjectOf(
  given: Trace,
): { readonly subject: Subject; readonly finder: NameFinder } | undefined {
  const trace = withAsides(given);
  const asked = stepsToResults(trace);
  const asides = new Set(trace.steps.filter(({ key }) => !findStep(given, key)));
  // Another form of the same numbers, such as wavelengths for rates.
  const isOtherForm = ({ view, inputs, shape }: Step) =>
    view === "margin" &&
    inputs.every((key) => [...asked].some((step) => step.key === key && sameShape(step.shape, shape)));
  // A given gradient of the output is read as an input, not as a step.
  const isGiven = ({ id, inputs }: Step) => id === "d-output" && inputs.join() === "backward";
  // The only head has the numbers of the whole.
  const isCopy = ({ id, scope, shape }: Step) =>
    indexIn(scope, "head") === 0 &&
    trace.steps.some(
      (step) => step.id === id && indexIn(step.scope, "head") === undefined && sameShape(step.shape, shape),
    );
  const isOnSheets = (step: Step) =>
    (asked.has(step) || asides.has(step) || isOtherForm(step)) && !isGiven(step) && !isCopy(step);
  const steps = trace.steps.filter((step) => isOnSheets(step) && isSmall(step.shape));
  const inputs = trace.inputs.filter(({ matrix }) => isSmall(matrix));
  if (steps.length + inputs.length > MAX_ITEMS || steps.length < [...asked].filter(isOnSheets).length)
    return undefined;
  const scorings = [...new Set(steps.flatMap(({ scope }) => nameIn(scope, "scoring") ?? []))];
  const parts = partsOfHeads(trace);
  const items = [
    ...inputs.map(itemOfInput),
    ...parts.map(({ item }) => item),
    ...steps.map((step) => ({
      ...itemOfStep(step, scorings),
      ...(asides.has(step) && { isRare: true, isAside: true as const }),
    })),
  ];
  const axes = new Map([
    ...inputs.map((input) => [input.name, input.axes] as const),
    ...steps.map((step) => [keyOf(step), step.axes] as const),
  ]);
  const finder = nameFinder(
    sheetNames(
      steps.flatMap(({ id }) => (inputs.some(({ name }) => name === id) ? [] : [id])),
      inputs.map(({ name }) => name),
      trace.conventions.find(({ name }) => name === "scoring")?.value,
    ),
    scorings.length > 0 ? scoringsIn(scorings) : undefined,
  );
  const subject: Subject = {
    items,
    predict: (read) =>
      new Map([
        ...predict(trace, steps, read),
        ...parts.map(({ item, matrix }) => [item.key, [matrix]] as const),
      ]),
    labels: (key) => {
      const [rows, cols] = axes.get(key) ?? [];
      return [rows?.labels ?? [], cols?.labels ?? []];
    },
  };
  return { subject, finder };
}

/** Reads a sheet about a run. Returns undefined if the sheet answers nothing of it. */
export function readAbout(text: SheetText, trace: Trace): Reading | undefined {
  const known = subjectOf(trace);
  const reading = known && readDocument(text, known.finder, known.subject);
  return reading?.matrices.some(({ item }) => !item.isInput) ? reading : undefined;
}

const isSmall = ({ rows, cols }: Pick<Matrix, "rows" | "cols">) => rows * cols <= MAX_CELLS;

const itemOfInput = ({ name, matrix: { rows, cols } }: Trace["inputs"][number]) => ({
  key: name,
  id: name,
  isInput: true,
  isRare: false,
  addsUpToOne: false,
  shape: { rows, cols },
});

/** Returns the columns of each head in the projections: people write W_Q or Q of each head. */
function partsOfHeads({ inputs, steps }: Trace) {
  return inputs.flatMap((input) => {
    const { name, matrix } = input;
    const letter = MAY_BE_OF_HEADS.test(name) && (OF_HEADS.test(name) ? name[1] : name[0]);
    const ofHead = steps.find(({ id, scope }) => id === letter && indexIn(scope, "head") !== undefined);
    const width = ofHead?.shape.cols ?? matrix.cols;
    return upTo(matrix.cols / width).flatMap((head) => {
      const columns = upTo((head + 1) * width, head * width);
      const data = upTo(matrix.rows).flatMap((row) => columns.map((col) => cellOf(matrix, row, col)));
      const part = { rows: matrix.rows, cols: width, data: Float64Array.from(data) };
      const item = { ...itemOfInput({ ...input, matrix: part }), key: `${name} of head ${head}`, head };
      return width < matrix.cols ? [{ item: { ...item, isPart: true as const }, matrix: part }] : [];
    });
  });
}

function itemOfStep(step: Step, scorings: readonly string[]) {
  const scoring = nameIn(step.scope, "scoring");
  const head = scoring === undefined ? indexIn(step.scope, "head") : scorings.indexOf(scoring);
  return {
    key: keyOf(step),
    id: step.id,
    isInput: false,
    isRare: step.view === "margin" || step.id === "exponentials",
    addsUpToOne: step.view === "distribution",
    shape: step.shape,
    ...(head !== undefined && { head }),
  };
}

type Change = Matrix | ((inputs: readonly Matrix[]) => Matrix);

/**
 * Returns the numbers that steps may have: the right ones, those that follow from the numbers already read, and both
 * without the scale. Scores before a mask may already be masked.
 */
function predict(trace: Trace, steps: readonly Step[], read: ReadonlyMap<string, Matrix>): Expected {
  const unscaled = new Map<string, Change>(
    steps.filter(({ id }) => id === "scaled-scores").map((step) => [keyOf(step), ([scores]) => scores]),
  );
  const runs = [
    ...(read.size > 0 ? [replay(trace, { replace: read })] : []),
    ...(unscaled.size > 0
      ? [replay(trace, { replace: new Map<string, Change>([...unscaled, ...read]) })]
      : []),
  ];
  const expected = new Map<string, Matrix[]>(trace.inputs.map(({ name, matrix }) => [name, [matrix]]));
  for (const step of steps) {
    const right = step.output();
    const followed = runs.map((run) => followedIn(run, step));
    const blocked = SCORES.includes(step.role) ? besides(trace, step, "masked-scores")?.blocked : undefined;
    const masked = blocked && fillBlocked(right, blocked, Number.NEGATIVE_INFINITY);
    expected.set(keyOf(step), [right, ...followed, ...(masked ? [masked] : [])]);
  }
  return expected;
}

/** The steps before a mask in which people already write −∞. */
const SCORES: readonly Step["role"][] = ["scores", "scaled-scores"];

/** Computes a step from the numbers of its inputs, even if the person wrote other numbers for the step. */
function followedIn(run: Trace, step: Step) {
  const outputs = step.inputs.map((key) => {
    const input = run.inputs.find(({ name }) => name === key);
    return input?.matrix ?? run.steps.find((one) => keyOf(one) === key)?.output();
  });
  return outputs.every((matrix) => matrix !== undefined) ? computeStep(step, outputs) : step.output();
}

/** The inputs that may be on the sheet instead of in the problem: the values, and the gradient of the output. */
const LEFT_TO_SHEETS = ["value", "backward"] as const;

/**
 * Completes a problem with matrices from a sheet, if that explains the sheet better. Returns undefined if nothing is
 * missing, or if the sheet does not contain it.
 */
export async function completeFromSheet(
  { command, values }: RunRequest,
  problem: FilledIn["problem"],
  file: string,
  files: Files,
) {
  const lacking = LEFT_TO_SHEETS.filter((name) => command.inputs.includes(name) && !problem.matrices[name]);
  const isThere = file === "-" || (files.exists?.(file) === true && !files.listFolder?.(file));
  if (lacking.length === 0 || !isThere) return problem;
  // Marking the file reports why it cannot be read.
  const text = await textIn(file, (values as Partial<ReadingValues>).form, files).catch(userError);
  if (!text || text instanceof UserError) return problem;
  const completed = placements(text, lacking)
    .map(({ candidates }) =>
      blocksOf(candidates, lacking).flatMap(({ name, matrix }) => (matrix ? [[name, matrix] as const] : [])),
    )
    .filter((found) => found.length > 0)
    .map((found) => ({ ...problem, matrices: { ...problem.matrices, ...Object.fromEntries(found) } }));
  if (completed.length === 0) return problem;
  const [best] = [problem, ...completed]
    .map((one) => ({ one, total: explained(text, command, one) }))
    .sort((one, other) => other.total - one.total);
  return best.one;
}

/** Reads the text of a sheet. Returns undefined for arrays. */
async function textIn(file: string, form: FormName | undefined, files: Files) {
  const { source, text } = await openSheet(file, files);
  return text === undefined ? undefined : sheetText(text, source.name, form);
}

/**
 * Returns how well a problem explains a sheet. Returns −∞ if the problem cannot be computed, or if the sheet answers
 * nothing of it.
 */
function explained(text: SheetText, command: CommandSpec, problem: FilledIn["problem"]) {
  const trace = resultOf(() => recordProblem(command, problem, { needs: "steps" }));
  const reading = trace instanceof UserError ? undefined : readAbout(text, trace);
  return reading?.total ?? Number.NEGATIVE_INFINITY;
}
