import { type Attended, type Attention, createAttended } from "../attention.js";
import type { BooleanMatrix, Matrix } from "../matrix.js";
import { tellProgress } from "../progress.js";
import { countThreads, workTogether } from "./helper.js";
import { type Kernels, reserve } from "./instance.js";
import { LANES, packRows, panelsOf } from "./panels.js";

// As in assembly/attention.ts and assembly/softmax.ts.
const TILE = 64;
const BLOCK = 64;
const STATISTICS = 6;
/** Columns of values that are worked at a time, at most. */
const WIDEST = 8;

/** Queries that are handed to the kernel at a time: enough work for all threads, and the memory does not grow with n. */
const ROWS = 4096;

/** Room for a Task (assembly/task.ts: two float64, then 32-bit numbers) and for the addresses of a Workspace. */
const TASK_BYTES = 128;
const WORKSPACE_BYTES = 64;

/** `attendPlainly` by the kernel; undefined when keys and values do not fit into its memory. */
export function attendByKernel(kernels: Kernels, attention: Attention): Attended | undefined {
  const { query, key, value } = attention;
  const attended = createAttended(query.rows, value.cols);
  const areas = reserveAreas(kernels, attention);
  if (!areas) return undefined;
  const { buffer } = kernels.memory;
  packRows(kernels, key, [areas.keyPanels, areas.workspaces[0]]);
  copyRows(
    value,
    new Float64Array(buffer, areas.value, paddedRows(key) * areas.valueStride),
    areas.valueStride,
  );
  if (attention.tanhWeights) new Float64Array(buffer, areas.tanhWeights).set(attention.tanhWeights);
  writeWorkspaces(buffer, areas, query.cols);
  for (let first = 0; first < query.rows; first += ROWS) {
    const rows = Math.min(ROWS, query.rows - first);
    writeTask(kernels, areas, attention, first, rows);
    workTogether(kernels, "attend", areas.task, areas.workspaces);
    readResults(buffer, areas, first, rows, attended);
    tellProgress(first + rows, query.rows, "working out");
  }
  return attended;
}

/** Where everything lies in the memory: byte addresses. */
interface Areas {
  readonly valueStride: number;
  readonly task: number;
  /** One a thread. */
  readonly workspaces: readonly number[];
  readonly query: number;
  readonly keyPanels: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly blocked: number;
  readonly bias: number;
  readonly tanhWeights: number;
  readonly output: number;
  readonly statistics: number;
}

function reserveAreas(
  kernels: Kernels,
  { query, key, value, blocked, bias, tanhWeights }: Attention,
): Areas | undefined {
  const rows = Math.min(ROWS, query.rows);
  const tiledRows = Math.ceil(rows / TILE) * TILE;
  const valueStride = panelsOf(value.cols) * LANES;
  const workspaceBytes = WORKSPACE_BYTES + 8 * workspaceNumbers(query.cols, valueStride);
  const bytes = {
    task: TASK_BYTES,
    workspaces: workspaceBytes * countThreads(),
    query: 8 * rows * query.cols,
    keyPanels: 8 * paddedRows(key) * key.cols,
    value: 8 * paddedRows(key) * valueStride,
    low: 8 * tiledRows,
    high: 8 * tiledRows,
    blocked: blocked ? Math.min(rows, blocked.rows) * blocked.cols : 0,
    bias: bias ? 8 * Math.min(rows, bias.rows) * bias.cols : 0,
    tanhWeights: tanhWeights ? 8 * tanhWeights.length : 0,
    output: 8 * rows * value.cols,
    statistics: 8 * rows * STATISTICS,
  };
  const addresses = reserve(kernels, Object.values(bytes));
  if (!addresses) return undefined;
  const areas = Object.fromEntries(Object.keys(bytes).map((name, index) => [name, addresses[index]]));
  const workspaces = Array.from(
    { length: countThreads() },
    (_, thread) => areas.workspaces + thread * workspaceBytes,
  );
  return { ...(areas as Omit<Areas, "valueStride" | "workspaces">), workspaces, valueStride };
}

/** Columns of panels in the parts of a workspace, in the order of its fields. */
function workspaceParts(size: number, valueStride: number): number[] {
  const panels = TILE / LANES;
  return [panels * size, 3 * BLOCK, 1, WIDEST, panels * valueStride, panels * STATISTICS];
}

function workspaceNumbers(size: number, valueStride: number): number {
  return LANES * workspaceParts(size, valueStride).reduce((total, columns) => total + columns, 0);
}

/** The queries from `first` on, what holds for them, and the fields of their Task. */
function writeTask(
  { memory: { buffer }, isWide }: Kernels,
  areas: Areas,
  attention: Attention,
  first: number,
  rows: number,
): void {
  const { query, key, value, scale, softcap, low, high, blocked, bias } = attention;
  const numbers = (at: number, count: number) => new Float64Array(buffer, at, count);
  numbers(areas.query, rows * query.cols).set(
    query.data.subarray(first * query.cols, (first + rows) * query.cols),
  );
  const tiledRows = Math.ceil(rows / TILE) * TILE;
  // Rows that fill up the last tile attend to nothing.
  numbers(areas.low, tiledRows)
    .fill(0)
    .set(low.subarray(first, first + rows));
  numbers(areas.high, tiledRows)
    .fill(0)
    .set(high.subarray(first, first + rows));
  if (blocked) new Uint8Array(buffer, areas.blocked).set(rowsFrom(blocked, first, rows));
  if (bias) new Float64Array(buffer, areas.bias).set(rowsFrom(bias, first, rows));
  numbers(areas.task, 2).set([scale, softcap ?? 0]);
  new Int32Array(buffer, areas.task + 16).set([
    tiledRows / TILE,
    rows,
    key.rows,
    query.cols,
    value.cols,
    areas.valueStride,
    Math.min(attention.squaredFrom ?? areas.valueStride, areas.valueStride),
    areas.query,
    areas.keyPanels,
    areas.value,
    areas.low,
    areas.high,
    ...(blocked ? [areas.blocked, blocked.rows === 1 ? 0 : blocked.cols] : [0, 0]),
    ...(bias ? [areas.bias, bias.rows === 1 ? 0 : bias.cols] : [0, 0]),
    attention.tanhWeights ? areas.tanhWeights : 0,
    areas.output,
    areas.statistics,
    isWide ? 1 : 0,
  ]);
}

/** A workspace starts with the addresses of its parts, which stand behind them. */
function writeWorkspaces(buffer: SharedArrayBuffer, { workspaces, valueStride }: Areas, size: number): void {
  for (const workspace of workspaces) {
    let at = workspace + WORKSPACE_BYTES;
    const fields = workspaceParts(size, valueStride).map((columns) => {
      const address = at;
      at += 8 * LANES * columns;
      return address;
    });
    new Int32Array(buffer, workspace).set(fields);
  }
}

/** The rows of these queries. Of one row for all nothing is left behind the first queries: it is in its place since then. */
function rowsFrom<T extends Matrix | BooleanMatrix>(
  { cols, data }: T,
  first: number,
  count: number,
): T["data"] {
  return data.subarray(first * cols, (first + count) * cols);
}

/** Rows up to the end of the last panel. */
const paddedRows = ({ rows }: Matrix): number => panelsOf(rows) * LANES;

/** The rows of a matrix, each filled up to `stride` numbers, and zeros behind them. */
function copyRows({ rows, cols, data }: Matrix, into: Float64Array, stride: number): void {
  into.fill(0);
  if (stride === cols) {
    into.set(data);
    return;
  }
  for (let row = 0; row < rows; row++) into.set(data.subarray(row * cols, (row + 1) * cols), row * stride);
}

function readResults(
  buffer: SharedArrayBuffer,
  areas: Areas,
  first: number,
  rows: number,
  { output, maximum, sum, moment, strongest, squares, squaredMoment }: Attended,
): void {
  output.data.set(new Float64Array(buffer, areas.output, rows * output.cols), first * output.cols);
  const statistics = new Float64Array(buffer, areas.statistics, rows * STATISTICS);
  for (let row = 0, at = 0; row < rows; row++) {
    maximum[first + row] = statistics[at++];
    sum[first + row] = statistics[at++];
    moment[first + row] = statistics[at++];
    strongest[first + row] = statistics[at++];
    squares[first + row] = statistics[at++];
    squaredMoment[first + row] = statistics[at++];
  }
}
