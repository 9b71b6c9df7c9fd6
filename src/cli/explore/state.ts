import type { CellReference } from "../../explain/cell-reference.js";
import { leavesOf } from "../../explain/why.js";
import { explainStep, findStep, keptSteps, shapeOf, type Trace } from "../../trace/trace.js";

/** What somebody who explores a run looks at: a cell of an input or a step. */
export interface State extends CellReference {
  readonly trace: Trace;
  /** The inputs and steps that can be looked at. */
  readonly keys: readonly string[];
  /** Where Backspace goes back to. */
  readonly way: readonly CellReference[];
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

/** A run as it is first looked at: its first weights, or its last step. */
export function startExploring(trace: Trace): State {
  const steps = keptSteps(trace);
  const keys = [...trace.inputs.map(({ name }) => name), ...steps.map((step) => step.key)];
  const { key } = steps.find(({ view }) => view === "distribution") ?? { key: keys[keys.length - 1] };
  return { trace, keys, key, row: 0, col: 0, way: [], isInList: false, showsHelp: false, isLeaving: false };
}

/** The cells that make the one under the cursor, in the order they are used. */
export function usedCells({ trace, keys, key, row, col }: State): readonly CellReference[] {
  const step = findStep(trace, key);
  if (!step) return [];
  return leavesOf(explainStep(trace, step)(row, col))
    .map((leaf) => ({ key: step.inputs[leaf.input], row: leaf.row, col: leaf.col }))
    .filter((cell) => keys.includes(cell.key));
}

type Move = readonly [rows: number, cols: number];

const MOVES: Readonly<Record<string, Move>> = {
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
  if (state.search !== undefined) return pressInSearch(state, state.search, name, typed);
  if (state.showsHelp) return { ...state, showsHelp: false };
  if (name === "q" || name === "escape") return { ...state, isLeaving: true };
  if (typed === "?") return { ...state, showsHelp: true };
  if (typed === "/") return { ...state, search: "" };
  if (name === "tab") return { ...state, isInList: !state.isInList };
  if (name === "backspace") return { ...state, ...state.way.at(-1), way: state.way.slice(0, -1) };
  if (name === "return") return state.isInList ? { ...state, isInList: false } : goInto(state, 0);
  if (/^[1-9]$/.test(typed)) return goInto(state, Number(typed) - 1);
  const move = MOVES[name];
  if (!move) return state;
  return state.isInList ? moveInList(state, move) : moveTo(state, state.key, move);
}

/** Up and down from step to step; left and right to the same step of another head or layer. */
function moveInList(state: State, [rows, cols]: Move): State {
  const { keys, key } = state;
  const idOf = (one: string) => one.split("/").at(-1);
  const list = rows === 0 ? keys.filter((one) => idOf(one) === idOf(key)) : keys;
  return moveTo(state, list[clamp(list.indexOf(key) + rows + cols, list.length)]);
}

/** As near to a cell of an input or step as it has one. */
function moveTo(state: State, key: string, [rows, cols]: Move = [0, 0]): State {
  const shape = shapeOf(state.trace, key);
  return {
    ...state,
    key,
    row: clamp(state.row + rows, shape.rows),
    col: clamp(state.col + cols, shape.cols),
  };
}

const clamp = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));

function goInto(state: State, which: number): State {
  const used = usedCells(state)[which];
  if (!used) return state;
  const { key, row, col, way } = state;
  return { ...state, ...used, way: [...way, { key, row, col }] };
}

function pressInSearch(state: State, search: string, name: string, typed: string): State {
  if (name === "escape") return { ...state, search: undefined };
  if (name === "return") {
    const found = state.keys.find((key) => key.includes(search)) ?? state.key;
    return { ...moveTo(state, found), search: undefined };
  }
  if (name === "backspace") return { ...state, search: search.slice(0, -1) };
  return /^[^\p{Cc}]$/u.test(typed) ? { ...state, search: search + typed } : state;
}
