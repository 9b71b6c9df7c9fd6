import { type Concept, isAt, makeOtherwise } from "./concepts.js";
import type { Get, Rows, Work, WorkStep } from "./work.js";

/** A concept that a student gets wrong, or another right route: in all heads or one, in all rows or some. */
export interface Made {
  readonly concept: Concept;
  readonly head?: number | undefined;
  readonly rows?: readonly number[] | undefined;
}

/** A wrong number in one cell of a written step. */
export interface Slip {
  readonly key: string;
  readonly row: number;
  readonly col: number;
  /** The wrong number on the sheet. */
  readonly value: number;
  /** Whether the student goes on with the right number, so that only the copy is wrong. */
  readonly isCopied?: boolean;
}

/** How a student works. */
export interface Student {
  readonly decimals: number;
  /** The ids of the steps that are written, without the head. */
  readonly writes: ReadonlySet<string>;
  /** Whether the student goes on with the rounded numbers of a step. */
  readonly rounds: (key: string) => boolean;
  readonly made: readonly Made[];
  readonly slips: readonly Slip[];
}

/** How a cell has to be marked. "either" if nobody can tell. */
export type CellTruth = "wrong" | "sound" | "either";

/** A step on the sheet, with the truth of its cells. */
export interface WrittenStep {
  readonly key: string;
  readonly rows: Rows;
  /** Decimals; 0 for whole numbers. */
  readonly decimals: number;
  readonly truth: readonly (readonly CellTruth[])[];
}

const WHOLE_STEPS = ["q", "k", "v", "scores"];

/** On paper, 1.005 is rounded away from 0. In binary it is less than that. */
const rounded = (x: number, decimals: number): number =>
  Number.isFinite(x) ? Number((x + Math.sign(x) * 1e-9).toFixed(decimals)) + 0 : x;

const roundRows = (rows: Rows, decimals: number): Rows =>
  rows.map((row) => row.map((x) => rounded(x, decimals)));

const decimalsOf = ({ id }: WorkStep, rows: Rows, decimals: number): number =>
  WHOLE_STEPS.includes(id) && rows.every((row) => row.every(Number.isInteger)) ? 0 : decimals;

/** Computes the steps in order. `carry` returns the numbers that later steps use. */
function workOn(work: Work, carry: (step: WorkStep, rows: Rows, get: Get) => Rows): Get {
  const known = new Map<string, Rows>();
  const get: Get = (key) => {
    const rows = known.get(key) ?? work.matrices[key];
    if (!rows) throw new RangeError(`"${key}" comes later`);
    return rows;
  };
  for (const step of work.steps) known.set(step.key, carry(step, step.make(get), get));
  return get;
}

/** Computes every step right. */
export const solve = (work: Work): Get => workOn(work, (_, rows) => rows);

function otherwise(made: readonly Made[], work: Work, step: WorkStep, get: Get, right: Rows): Rows {
  return made
    .filter(({ concept, head }) => isAt(concept, step) && (head === undefined || head === step.head))
    .reduce(
      (rows, { concept, rows: some }) => makeOtherwise(concept, { step, get, work, rows: some }, rows),
      right,
    );
}

function withSlips(rows: Rows, slips: readonly Slip[]): Rows {
  return rows.map((cells, row) =>
    cells.map((x, col) => slips.find((slip) => slip.row === row && slip.col === col)?.value ?? x),
  );
}

/** The numbers of a step on the sheet. */
interface Written {
  readonly rows: Rows;
  readonly decimals: number;
}

/**
 * Computes what follows from the student's own numbers if nothing goes wrong after the last written step. If an earlier
 * written step shows a mistake, later steps repeat it and are not wrong: it is made once.
 */
function soundNumbers(
  work: Work,
  { writes, rounds, made, decimals }: Student,
  carried: Get,
  written: ReadonlyMap<string, Written>,
): ReadonlyMap<string, Rows> {
  const routes = made.filter(({ concept }) => concept.isRight);
  const right = solve(work);
  const shown = new Set<string>();
  const workAgain = (until: string): Rows => {
    let found: Rows = [];
    workOn(work, (step, rows, get) => {
      const here = otherwise(shown.has(step.key) ? made : routes, work, step, get, rows);
      if (step.key === until) found = here;
      if (writes.has(step.id)) return carried(step.key);
      return rounds(step.key) ? roundRows(here, decimalsOf(step, here, decimals)) : here;
    });
    return found;
  };
  return new Map(
    [...written].map(([key, { rows, decimals: digits }]) => {
      const sound = workAgain(key);
      const step = work.steps.find((other) => other.key === key);
      const isWrong = rows.some((cells, row) =>
        cells.some((x, col) => {
          const [own, exact] = [sound, right(key)].map((of) => rounded(of[row][col], digits));
          return compare(x, own, exact, digits) === "wrong";
        }),
      );
      if (step && isWrong) for (const other of stepsBefore(work, step)) shown.add(other);
      return [key, sound] as const;
    }),
  );
}

/** Finds the keys of a step and of the steps that it is computed from. */
function stepsBefore(work: Work, step: WorkStep): ReadonlySet<string> {
  const right = solve(work);
  const found = new Set<string>();
  const visit = (key: string): void => {
    const one = work.steps.find((other) => other.key === key);
    if (!one || found.has(key)) return;
    found.add(key);
    one.make((input) => {
      visit(input);
      return right(input);
    });
  };
  visit(step.key);
  return found;
}

/** A step without the truth of its cells. */
export type WrittenRows = Pick<WrittenStep, "key" | "rows" | "decimals">;

/** Returns what a student writes, without the truth of its cells. */
export const writeRows = (work: Work, student: Student): readonly WrittenRows[] =>
  Array.from(workAndWrite(work, student).written, ([key, one]) => ({ key, ...one }));

/** Computes the numbers that a student uses, and those on the sheet. */
function workAndWrite(work: Work, { decimals, writes, made, slips, rounds }: Student) {
  const written = new Map<string, Written>();
  const carried = workOn(work, (step, right, get) => {
    const rows = otherwise(made, work, step, get, right);
    const digits = decimalsOf(step, rows, decimals);
    const here = slips.filter(({ key }) => key === step.key);
    if (writes.has(step.id))
      written.set(step.key, { rows: withSlips(roundRows(rows, digits), here), decimals: digits });
    const kept = withSlips(
      rows,
      here.filter(({ isCopied }) => !isCopied),
    );
    return rounds(step.key) ? roundRows(kept, digits) : kept;
  });
  return { written, carried };
}

/** Returns the sheet that a student writes, with the truth of its cells. */
export function writeSheet(work: Work, student: Student): readonly WrittenStep[] {
  const { slips } = student;
  const { written, carried } = workAndWrite(work, student);
  const right = solve(work);
  const sound = soundNumbers(work, student, carried, written);
  // With a coarse number, cells may be marked either way.
  const isCoarse = student.made.some(({ concept }) => concept.isCoarse);
  return [...written].map(([key, { rows, decimals: digits }]) => {
    const truthOf = (value: number, row: number, col: number): CellTruth => {
      const own = rounded((sound.get(key) ?? right(key))[row][col], digits);
      const slip = slips.some((one) => one.key === key && one.row === row && one.col === col);
      if (isCoarse && !slip) return "either";
      return slip ? "wrong" : compare(value, own, rounded(right(key)[row][col], digits), digits);
    };
    return {
      key,
      rows,
      decimals: digits,
      truth: rows.map((cells, row) => cells.map((x, col) => truthOf(x, row, col))),
    };
  });
}

/** A mistake that changes a cell by less cannot be distinguished from rounding. */
const UNITS_OF_DOUBT = 2.5;

function compare(value: number, own: number, right: number, decimals: number): CellTruth {
  const unit = 10 ** -decimals;
  const isAs = (number: number, units: number) => value === number || Math.abs(value - number) < units * unit;
  if (isAs(own, 0.1)) return "sound";
  return isAs(own, decimals === 0 ? 0.1 : UNITS_OF_DOUBT) || isAs(right, 1.1) ? "either" : "wrong";
}
