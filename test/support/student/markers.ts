import type { NamedAnswer } from "../../../src/check/answers.js";
import { settleAnswers } from "../../../src/check/answers.js";
import { type Check, checkAnswers, type Diagnosis } from "../../../src/check/check.js";
import type { Homework } from "../../../src/check/mistakes/mistake.js";
import { followPerson } from "../../../src/check/person/follow.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { isWrittenAs } from "../../../src/math/written.js";
import { indexIn } from "../../../src/trace/scope.js";
import { recordAttend, recordMultihead } from "../record.js";
import { type Marks, type Named, placeOf } from "./score.js";
import type { TrueSheet } from "./sheets.js";
import type { Work } from "./work.js";

/** Marks a sheet. */
export type Marker = (sheet: TrueSheet) => Marks;

/** A problem as qkv takes it. */
export function homeworkOf({ command, matrices, settings }: Work): Homework {
  const record = command === "attend" ? recordAttend : recordMultihead;
  const given = Object.entries(matrices).map(([name, rows]) => [name, matrixFromRows(rows)] as const);
  const problem = { matrices: Object.fromEntries(given), settings };
  return { trace: record(problem), problem, record };
}

/** A sheet as qkv reads it. */
export const answersOf = ({ steps }: TrueSheet): readonly NamedAnswer[] =>
  steps.map(({ key, rows, decimals }) => ({
    ...{ key, source: "sheet" },
    rows: rows.map((cells) =>
      cells.map((value) => ({ value, decimals: Number.isFinite(value) ? decimals : 0 })),
    ),
  }));

/** What `qkv check` says of a sheet today. */
export const markWithCheck: Marker = (sheet) => {
  const check = checkAnswers(homeworkOf(sheet.work), answersOf(sheet));
  return { wrong: new Set(check.steps.flatMap(wrongPlaces)), named: namedIn(check) };
};

/** The cells with ✗: those that follow from the person's own numbers have →. */
function wrongPlaces({
  verdict,
  judgement: { answer, wrong, own, exact },
}: Check["steps"][number]): string[] {
  if (verdict !== "differs") return [];
  const follows = (index: number) => {
    const cell = answer.cells[index];
    return own !== exact && cell !== null && isWrittenAs(own.data[index], cell);
  };
  return wrong
    .filter((index) => !follows(index))
    .map((index) => placeOf(answer.key, Math.floor(index / answer.cols), index % answer.cols));
}

/** Sentences that name nothing. */
const UNEXPLAINED = ["output-not-from-weights", "softmax-guessed"];

function namedIn({ diagnosis, steps }: Check): readonly Named[] {
  const groups = new Map<string, Diagnosis[]>();
  // What fits alike is told as one of several; what is told as a pair is two.
  diagnosis.forEach((found, at) => {
    const group = found.with === undefined ? `${found.explains} of ${found.step}` : String(at);
    groups.set(group, [...(groups.get(group) ?? []), found]);
  });
  return [...groups.values()].flatMap((group): readonly Named[] => {
    const [{ slipped, mistake, step }] = group;
    if (slipped)
      return slipped.map(({ step: { key }, row, col }) => ({ kind: "slip", place: placeOf(key, row, col) }));
    if (!UNEXPLAINED.includes(mistake.id))
      return [{ kind: "concept", ids: group.map((one) => one.mistake.id) }];
    const key = steps.find(({ id, verdict }) => id === step && verdict === "differs");
    return [{ kind: "unexplained", key: key?.judgement.answer.key ?? step }];
  });
}

/** What following the person says of a sheet. */
export const markByFollowing: Marker = (sheet) => {
  const homework = homeworkOf(sheet.work);
  const { steps, causes } = followPerson(homework, settleAnswers(homework.trace, answersOf(sheet)));
  const place = (key: string, index: number) => {
    const cols = steps.find(({ answer }) => answer.key === key)?.answer.cols ?? 1;
    return placeOf(key, Math.floor(index / cols), index % cols);
  };
  const wrong = steps.flatMap(({ answer: { key }, wrong: cells }) =>
    [...cells].flatMap((isWrong, index) => (isWrong ? [place(key, index)] : [])),
  );
  const named = causes.map((cause): Named => {
    if (cause.kind === "slip") return { kind: "slip", place: place(cause.key, cause.index) };
    if (cause.kind === "unexplained") return { kind: "unexplained", key: cause.key };
    const ids = [cause.variant, ...cause.alike].map(({ what }) => what.id);
    const [node] = cause.variant.nodes.values();
    const head = cause.variant.head === undefined ? undefined : indexIn(node.scope, "head");
    return { kind: "concept", ids, rows: cause.rows, head };
  });
  // What is done in several heads is one mistake.
  const merged = named.flatMap((one, at): Named[] => {
    if (one.kind !== "concept") return [one];
    const isSame = (other: Named) => other.kind === "concept" && other.ids[0] === one.ids[0];
    if (named.slice(0, at).some(isSame)) return [];
    return [named.filter(isSame).length > 1 ? { ...one, head: undefined } : one];
  });
  return { wrong: new Set(wrong), named: merged };
};
