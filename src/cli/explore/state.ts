import type { CellReference } from "../../explain/cell-reference.js";
import { cellsIn } from "../../explain/why.js";
import { explainStep, findStep, keptSteps, shapeOf, type Trace } from "../../trace/trace.js";

/** The state of an exploration: the current cell of an input or a step. */
export interface State extends CellReference {
  readonly trace: Trace;
  /** The inputs and steps that can be shown. */
  readonly keys: readonly string[];
  /** The cells that Backspace returns to. */
  readonly history: readonly CellReference[];
  /** Whether keys move in the list of steps instead of the matrix. */
  readonly isInList: boolean;
  /** The text of a search while it is typed. */
  readonly search?: string | undefined;
  readonly showsHelp: boolean;
  /** Whether the next key decides if the explanation is printed. */
  readonly isLeaving: boolean;
}

/** The result of a key: another state, or the end. */
export type Next = State | "leave" | "print";

/** Returns the first state of a run: at its first weights, or at its last step. */
export function startExploring(trace: Trace): State {
  const steps = keptSteps(trace);
  const keys = [...trace.inputs.map(({ name }) => name), ...steps.map((step) => step.key)];
  const { key } = steps.find(({ view }) => view === "distribution") ?? { key: keys[keys.length - 1] };
  return {
    trace,
    keys,
    key,
    row: 0,
    col: 0,
    history: [],
    isInList: false,
    showsHelp: false,
    isLeaving: false,
  };
}

/** Returns the cells that the current cell is computed from, in the order of their use. */
export function usedCells({ trace, keys, key, row, col }: State): readonly CellReference[] {
  const step = findStep(trace, key);
  if (!step) return [];
  return cellsIn(explainStep(trace, step)(row, col), step).filter((cell) => keys.includes(cell.key));
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

/** Returns the next state after a key. `name` is its name by readline, `typed` its character. */
export function press(state: State, name: string, typed = ""): Next {
  if (state.isLeaving) return name === "return" ? "print" : "leave";
  if (state.search !== undefined) return pressInSearch(state, state.search, name, typed);
  if (state.showsHelp) return { ...state, showsHelp: false };
  const action = ACTIONS[name] ?? ACTIONS[typed];
  if (action) return { ...state, ...action(state) };
  if (/^[1-9]$/.test(typed)) return goInto(state, Number(typed) - 1);
  const move = MOVES[name];
  if (!move) return state;
  return state.isInList ? moveInList(state, move) : moveTo(state, state.key, move);
}

const leave = () => ({ isLeaving: true });

/** What other keys change, by their names or by what they type. */
const ACTIONS: Readonly<Record<string, (state: State) => Partial<State>>> = {
  q: leave,
  escape: leave,
  "?": () => ({ showsHelp: true }),
  "/": () => ({ search: "" }),
  tab: ({ isInList }) => ({ isInList: !isInList }),
  backspace: ({ history }) => ({ ...history.at(-1), history: history.slice(0, -1) }),
  return: (state) => (state.isInList ? { isInList: false } : goInto(state, 0)),
};

/** Moves in the list: up and down to another step, left and right to the same step of another head or layer. */
function moveInList(state: State, [rows, cols]: Move) {
  const { keys, key } = state;
  const idOf = (one: string) => one.split("/").at(-1);
  const list = rows === 0 ? keys.filter((one) => idOf(one) === idOf(key)) : keys;
  return moveTo(state, list[clamp(list.indexOf(key) + rows + cols, list.length)]);
}

/** Moves to a cell of an input or step, or to the nearest cell that it has. */
function moveTo(state: State, key: string, [rows, cols]: Move = [0, 0]) {
  const shape = shapeOf(state.trace, key);
  return {
    ...state,
    key,
    row: clamp(state.row + rows, shape.rows),
    col: clamp(state.col + cols, shape.cols),
  };
}

const clamp = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));

function goInto(state: State, which: number) {
  const used = usedCells(state)[which];
  if (!used) return state;
  const { key, row, col, history } = state;
  return { ...state, ...used, history: [...history, { key, row, col }] };
}

function pressInSearch(state: State, search: string, name: string, typed: string) {
  if (name === "escape") return { ...state, search: undefined };
  if (name === "return") {
    const found = state.keys.find((key) => key.includes(search)) ?? state.key;
    return { ...moveTo(state, found), search: undefined };
  }
  if (name === "backspace") return { ...state, search: search.slice(0, -1) };
  return /^[^\p{Cc}]$/u.test(typed) ? { ...state, search: search + typed } : state;
}
