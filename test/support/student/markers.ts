import type { NamedAnswer } from "../../../src/check/answers.js";
import { type Check, checkAnswers, type Diagnosis } from "../../../src/check/check.js";
import type { Homework } from "../../../src/check/mistakes/mistake.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { remember } from "../../../src/math/remember.js";
import { recordAttend, recordComparison, recordLayer, recordMultihead, recordPosenc } from "../record.js";
import { type Marks, type Named, placeOf } from "./score.js";
import type { TrueSheet } from "./sheets.js";
import type { Work } from "./work.js";

/** A function that marks a sheet. */
export type Marker = (sheet: TrueSheet) => Marks;

const RECORDERS = {
  attend: recordAttend,
  "compare-scoring": recordComparison,
  layer: recordLayer,
  multihead: recordMultihead,
  posenc: recordPosenc,
};

/** Makes a problem as qkv takes it, once for all students who solve it. */
export const homeworkOf = (work: Work): Homework => remember(homeworks, work, () => homeworkFor(work));

const homeworks = new WeakMap<Work, Homework>();

function homeworkFor({ command, matrices, settings }: Work): Homework {
  const record = RECORDERS[command];
  const given = Object.entries(matrices).map(([name, rows]) => [name, matrixFromRows(rows)] as const);
  const problem = { matrices: Object.fromEntries(given), settings };
  return { trace: record(problem), problem, record };
}

/** Makes a sheet as qkv reads it. */
export const answersOf = ({ steps }: TrueSheet): readonly NamedAnswer[] =>
  steps.map(({ key, rows, decimals }) => ({
    ...{ key, source: "sheet" },
    rows: rows.map((cells) =>
      cells.map((value) => ({ value, decimals: Number.isFinite(value) ? decimals : 0 })),
    ),
  }));

/** Marks a sheet as `qkv check` does. */
export const markWithCheck: Marker = (sheet) => {
  const check = checkAnswers(homeworkOf(sheet.work), answersOf(sheet));
  return { wrong: new Set(check.steps.flatMap(wrongPlaces)), named: namedIn(check, sheet.work) };
};

/** Finds the cells with ✗. Cells that follow from the person's own numbers have → instead. */
const wrongPlaces = ({ marks, answer }: Check["steps"][number]): string[] =>
  marks.flatMap((mark, index) =>
    mark === "wrong" ? [placeOf(answer.key, Math.floor(index / answer.cols), index % answer.cols)] : [],
  );

/** Verdicts that do not name a mistake. */
const UNEXPLAINED = ["output-not-from-weights", "softmax-guessed", "step-not-followed"];

/** Finds what is named. Mistakes that fit equally well count as one of several. */
function namedIn({ diagnosis }: Check, { settings }: Work): readonly Named[] {
  const groups = new Map<string | undefined, Diagnosis[]>();
  for (const found of diagnosis) groups.set(found.cause, [...(groups.get(found.cause) ?? []), found]);
  return [...groups.values()].flatMap((group): readonly Named[] => {
    const [{ cells, mistake, key = "", rows, heads }] = group;
    if (UNEXPLAINED.includes(mistake.id)) return [{ kind: "unexplained", key }];
    if (cells)
      return cells.map(({ step, row, col }) => ({ kind: "slip", place: placeOf(step.key, row, col) }));
    const numberOf = (name: string) =>
      Array.isArray(settings.scorings) ? settings.scorings.indexOf(name) : Number(/\d+/.exec(name)?.[0]);
    const head = heads?.length === 1 ? numberOf(heads[0]) : undefined;
    return [{ kind: "concept", ids: group.map((one) => one.mistake.id), rows, head }];
  });
}
