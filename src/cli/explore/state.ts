import { leavesOf } from "../../explain/why.js";
import type { Shape } from "../../math/matrix.js";
import { explainStep, findStep, keptSteps, matrixOf, type Trace } from "../../trace/trace.js";

/** An input or a step that can be looked at. */
export interface Entry {
  readonly key: string;
  readonly shape: Shape;
}

export interface Place {
  readonly entry: number;
  readonly row: number;
  readonly col: number;
}

/** What somebody who explores a run looks at. */
export interface State extends Place {
  readonly trace: Trace;
  readonly entries: readonly Entry[];
  /** Where Backspace goes back to. */
  readonly way: readonly Place[];
  /** Whether keys move in the list of steps, and not in the matrix. */
  readonly isInList: boolean;
  /** What is looked for, while it is typed. */
  readonly search?: string | undefined;
  readonly showsHelp: boolean;
  /** Whether the next key decides if the explanation is printed. */
  readonly isLeaving: boolean;
}

/** What a key makes of a state: another one, or the end. */
export type Next = State | "leave" | "print";

/** A run as it is first looked at: its first result, or its last step. */
export function startExploring(trace: Trace): State {
  const entries: Entry[] = [
    ...trace.inputs.map(({ name, matrix }) => ({
      key: name,
      shape: { rows: matrix.rows, cols: matrix.cols },
    })),
    ...keptSteps(trace).map(({ key, shape }) => ({ key, shape })),
  ];
  const weights = entries.findIndex(({ key }) => findStep(trace, key)?.view === "distribution");
  return {
    trace,
    entries,
    entry: weights < 0 ? entries.length - 1 : weights,
    row: 0,
    col: 0,
    way: [],
    isInList: false,
    showsHelp: false,
    isLeaving: false,
  };
}

/** A cell that the arithmetic under the cursor uses. */
export interface Used extends Place {
  readonly key: string;
}

/** The cells that make the one under the cursor, in the order they are used. */
export function usedCells({ trace, entries, entry, row, col }: State): readonly Used[] {
  const step = findStep(trace, entries[entry].key);
  if (!step) return [];
  const inputs = step.inputs.map((key) => matrixOf(trace, key));
  return leavesOf(explainStep(step, inputs, row, col)).flatMap((leaf) => {
    const key = step.inputs[leaf.input];
    const at = entries.findIndex((one) => one.key === key);
    return at < 0 ? [] : [{ key, entry: at, row: leaf.row, col: leaf.col }];
  });
}

const MOVES: Readonly<Record<string, readonly [rows: number, cols: number]>> = {
  up: [-1, 0],
  k: [-1, 0],
  down: [1, 0],
  j: [1, 0],
  left: [0, -1],
  h: [0, -1],
  right: [0, 1],
  l: [0, 1],
};

/** What follows from a key, by the name that readline gives it; `typed` is its character. */
export function press(state: State, name: string, typed = ""): Next {
  if (state.isLeaving) return name === "return" ? "print" : "leave";
  if (state.search !== undefined) return pressInSearch(state, name, typed);
  if (state.showsHelp) return { ...state, showsHelp: false };
  if (name === "q" || name === "escape") return { ...state, isLeaving: true };
  if (typed === "?") return { ...state, showsHelp: true };
  if (typed === "/") return { ...state, search: "" };
  if (name === "tab") return { ...state, isInList: !state.isInList };
  if (name === "backspace") return goBack(state);
  if (name === "return") return state.isInList ? { ...state, isInList: false } : goInto(state, 0);
  if (/^[1-9]$/.test(typed)) return goInto(state, Number(typed) - 1);
  const move = MOVES[name];
  if (!move) return state;
  return state.isInList ? moveInList(state, move) : moveInMatrix(state, move);
}

function moveInMatrix(state: State, [rows, cols]: readonly [number, number]): State {
  const { shape } = state.entries[state.entry];
  return { ...state, row: clamp(state.row + rows, shape.rows), col: clamp(state.col + cols, shape.cols) };
}

/** Up and down from step to step; left and right to the same step of another head or layer. */
function moveInList(state: State, [rows, cols]: readonly [number, number]): State {
  if (rows !== 0) return goTo(state, clamp(state.entry + rows, state.entries.length));
  const id = state.entries[state.entry].key.split("/").at(-1);
  const alike = state.entries.flatMap(({ key }, at) => (key.split("/").at(-1) === id ? [at] : []));
  return goTo(state, alike[clamp(alike.indexOf(state.entry) + cols, alike.length)]);
}

/** Another step, at the same cell where it has one. */
function goTo(state: State, entry: number): State {
  const { shape } = state.entries[entry];
  return { ...state, entry, row: clamp(state.row, shape.rows), col: clamp(state.col, shape.cols) };
}

const clamp = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));

function goInto(state: State, which: number): State {
  const used = usedCells(state)[which];
  if (!used) return state;
  const { entry, row, col } = state;
  return {
    ...state,
    entry: used.entry,
    row: used.row,
    col: used.col,
    way: [...state.way, { entry, row, col }],
  };
}

function goBack(state: State): State {
  const last = state.way.at(-1);
  return last ? { ...state, ...last, way: state.way.slice(0, -1) } : state;
}

function pressInSearch(state: State, name: string, typed: string): State {
  const { search = "" } = state;
  if (name === "escape") return { ...state, search: undefined };
  if (name === "return") {
    const found = state.entries.findIndex(({ key }) => key.includes(search));
    return { ...(found < 0 ? state : goTo(state, found)), search: undefined };
  }
  if (name === "backspace") return { ...state, search: search.slice(0, -1) };
  return /^[^\p{Cc}]$/u.test(typed) ? { ...state, search: search + typed } : state;
}
