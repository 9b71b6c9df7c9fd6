import { parseSettings } from "../../attention/setting.js";
import { checkAnswers } from "../../check/check.js";
import type { Homework } from "../../check/mistakes/mistake.js";
import { MISTAKES } from "../../check/mistakes/registry.js";
import { UNCHANGED } from "../../check/person/changes.js";
import { Numbers } from "../../check/person/numbers.js";
import { sourcesOf } from "../../check/solution.js";
import { UserError } from "../../errors.js";
import { type Matrix, toRows } from "../../math/matrix.js";
import { createRandom } from "../../math/random.js";
import { homeworkOf } from "../../runs/record-problem.js";
import type { Step, Trace } from "../../trace/trace.js";
import { DECIMALS, type Exercise, keyText, type Level, type WrongAnswer } from "./exercise.js";
import { KINDS, type Kind, type KindName } from "./exercise-kinds.js";

/** What is asked of every exercise of a class. */
export interface Asked {
  readonly kind: KindName;
  readonly seed: number;
  readonly level: Level;
}

/** Drafts that are tried before a seed is given up. */
const MOST_DRAFTS = 2000;

/** Exercise `number` of a class: the first draft of its seed whose numbers are friendly and in which each mistake gives other numbers. */
export function makeExercise({ kind: name, seed, level }: Asked, number: number): Exercise {
  const kind: Kind = KINDS[name];
  const random = createRandom(seed, `exercise ${name} ${number}`);
  for (let count = 0; count < MOST_DRAFTS; count++) {
    const draft = kind.draw(random);
    const { matrices: given, settings, task } = draft;
    const { command, title } = kind;
    const homework = homeworkOf(command, {
      matrices: given,
      settings: parseSettings(command.settings, settings),
    });
    const { trace } = homework;
    const way = stepsOf(trace, kind.way);
    const end = stepsOf(trace, kind.end);
    const blanks = level === 2 ? [...way, ...end] : end;
    if (![...way, ...end].every(isFriendly)) continue;
    const wrong = tellApart(homework, kind.mistakes(draft), blanks);
    if (!wrong) continue;
    const rows = Object.entries(given).map(([input, matrix]) => [input, toRows(matrix)]);
    return {
      kind: name,
      title,
      seed,
      number,
      level,
      task,
      blanks,
      wrong,
      trace,
      command: command.name,
      given,
      decimals: DECIMALS,
      problem: { ...Object.fromEntries(rows), settings },
      shown: level === 1 ? way : [],
    };
  }
  throw new UserError(
    "BAD_VALUE",
    `No problem of ${name} with seed ${seed} has friendly numbers.`,
    "Try another seed.",
  );
}

/** The steps of these keys that a run has: one without a mask has no masked scores. */
const stepsOf = (trace: Trace, keys: readonly string[]): readonly Step[] =>
  keys.flatMap((key) => trace.steps.filter((step) => step.key === key));

/** How near to a half of its last decimal a number may come, in that decimal: nobody is to doubt how it is rounded. */
const DOUBT = 0.01;

/** Larger numbers are tiresome to write. */
const LARGEST = 60;

/** Whether each number rounds beyond doubt, and none is so small that nothing is left of it; and whether weights differ. */
function isFriendly(step: Step): boolean {
  const matrix = step.output();
  const isClear = matrix.data.every((value) => {
    if (!Number.isFinite(value)) return true;
    const units = Math.abs(value) * 10 ** DECIMALS;
    const isSeen = Math.abs(value) < 1e-12 || units >= (step.view === "distribution" ? 10 : 1);
    return isSeen && Math.abs(value) < LARGEST && Math.abs((units % 1) - 0.5) > DOUBT;
  });
  if (!isClear || step.view !== "distribution") return isClear;
  return toRows(matrix).some((weights) => {
    const seen = weights.filter((weight) => weight > 0);
    return Math.max(...seen) - Math.min(...seen) > 0.05;
  });
}

/** The answers that each mistake gives, when a sheet with them is named as that mistake and no other; undefined where one is not. */
function tellApart(
  homework: Homework,
  ids: readonly string[],
  blanks: readonly Step[],
): readonly WrongAnswer[] | undefined {
  const wrong: WrongAnswer[] = [];
  for (const id of ids) {
    const mistake = MISTAKES.find((known) => known.id === id);
    const [altered] = mistake?.apply(homework) ?? [];
    if (!mistake || !altered) return undefined;
    const sources = sourcesOf(altered);
    const numbers = new Numbers(sources, UNCHANGED);
    const steps = new Map<string, Matrix>();
    const sheet = blanks.map(({ key }) => {
      const matrix = sources.has(key) ? numbers.of(key) : undefined;
      if (matrix) steps.set(key, matrix);
      return { key, source: key, rows: matrix ? toRows(matrix).map((row) => row.map(written)) : [] };
    });
    if (!isNamedAlone(checkAnswers(homework, sheet).diagnosis, id)) return undefined;
    wrong.push({ mistake, steps });
  }
  return wrong;
}

const written = (value: number) =>
  Number.isFinite(value) ? { value: Number(keyText(value)), decimals: DECIMALS } : null;

function isNamedAlone(diagnosis: ReturnType<typeof checkAnswers>["diagnosis"], id: string): boolean {
  const [first, ...others] = diagnosis;
  return (
    first?.mistake.id === id &&
    first.with === undefined &&
    first.explains === first.of &&
    others.every(({ explains }) => explains < first.explains)
  );
}
