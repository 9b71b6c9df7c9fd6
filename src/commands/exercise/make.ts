import { parseSettings } from "../../attention/setting.js";
import { checkAnswers } from "../../check/check.js";
import type { Homework } from "../../check/mistakes/mistake.js";
import { MISTAKES } from "../../check/mistakes/registry.js";
import { UNCHANGED } from "../../check/person/changes.js";
import { Numbers } from "../../check/person/numbers.js";
import { sourcesOf } from "../../check/solution.js";
import { refuseAs } from "../../errors.js";
import { type Matrix, toRows } from "../../math/matrix.js";
import { createRandom } from "../../math/random.js";
import { homeworkOf } from "../../runs/record-problem.js";
import type { Step, Trace } from "../../trace/trace.js";
import { DECIMALS, type Exercise, keyText, type Level, type WrongAnswer } from "./exercise.js";
import { KINDS, type Kind, type KindName } from "./exercise-kinds.js";

/** The maximum number of drafts that are tried for a seed. */
const MAX_DRAFTS = 2000;

/**
 * Makes exercise `number` of a class. It is the first draft of its seed with friendly numbers, in which each mistake
 * can be recognised by its numbers.
 */
export function makeExercise(name: KindName, seed: number, level: Level, number: number): Exercise {
  const kind: Kind = KINDS[name];
  const random = createRandom(seed, `exercise ${name} ${number}`);
  for (let count = 0; count < MAX_DRAFTS; count++) {
    const draft = kind.draw(random);
    const { matrices, settings, task } = draft;
    const { command, title } = kind;
    const homework = homeworkOf(command, { matrices, settings: parseSettings(command.settings, settings) });
    const { trace } = homework;
    const intermediate = stepsOf(trace, kind.intermediate);
    const end = stepsOf(trace, kind.end);
    const blanks = level === 2 ? [...intermediate, ...end] : end;
    if (![...intermediate, ...end].every(isFriendly)) continue;
    const wrong = tellApart(homework, kind.mistakes(draft), blanks);
    if (!wrong) continue;
    const rows = Object.entries(matrices).map(([input, matrix]) => [input, toRows(matrix)]);
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
      given: matrices,
      decimals: DECIMALS,
      problem: { ...Object.fromEntries(rows), settings },
      shown: level === 1 ? intermediate : [],
    };
  }
  refuseAs("BAD_VALUE", `No problem of ${name} with seed ${seed} has friendly numbers.`, "Try another seed.");
}

/** Returns the steps with these keys that a run has. A run without a mask has no masked scores. */
const stepsOf = (trace: Trace, keys: readonly string[]) =>
  keys.flatMap((key) => trace.steps.filter((step) => step.key === key));

/**
 * The smallest allowed distance between a number and a half of its last decimal, in units of that decimal. Otherwise
 * its rounding would be doubtful.
 */
const DOUBT = 0.01;

/** The limit for the size of a number. Larger numbers are tedious to write. */
const LARGEST = 60;

/**
 * Whether each number rounds without doubt and is not too small to be visible. Weights must also differ from each
 * other.
 */
function isFriendly(step: Step) {
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

/**
 * Returns the answers that each mistake gives. Returns undefined if a sheet with such answers is not diagnosed as that
 * mistake alone.
 */
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

function isNamedAlone(diagnosis: ReturnType<typeof checkAnswers>["diagnosis"], id: string) {
  const [first, ...others] = diagnosis;
  return (
    first?.mistake.id === id &&
    first.with === undefined &&
    first.explains === first.of &&
    others.every(({ explains }) => explains < first.explains)
  );
}
