import {
  type Attended,
  type Attention,
  createAttended,
  type Measurable,
  type Measured,
  type SquaredSums,
} from "../attention.js";
import { sumOver, tabulate } from "../lists.js";
import { type Matrix, rowsOf } from "../matrix.js";
import { variancesOf } from "../moments.js";
import { tellProgress } from "../progress.js";
import { once } from "../remember.js";
import { countThreads, startTogether } from "./helper.js";
import { finishWork, type Kernels, occupy, reserve } from "./instance.js";
import { LANES, packWritten, panelsOf } from "./panels.js";
import { attendedKeys, type Scales, scalesOf, surveyIn, writeSquares } from "./squares.js";

// The same values as in assembly/attention.ts and assembly/softmax.ts.
const TILE = 64;
const BLOCK = 64;
const STATISTICS = 6;
/** As many factors of each row as in assembly/measure.ts. */
const FACTORS = 4;
/** The maximum number of value columns that are computed at a time. */
const WIDEST = 8;
const UNSCALED: Scales = { value: 1, norm: 1 };

/**
 * Queries that go to the kernel at a time. That is enough work for all threads, and the memory does not grow with n.
 */
const ROWS = 4096;

/** Room for a Task (assembly/task.ts: four float64, then 32-bit numbers) and for the addresses of a Workspace. */
const TASK_BYTES = 128;
const WORKSPACE_BYTES = 64;

/** Does what `attendPlainly` does, in the kernel. Returns undefined if keys and values do not fit into its memory. */
export const attendByKernel = (kernels: Kernels, attention: Attention): Attended | undefined =>
  beginByKernel(kernels, attention, true)?.();

/**
 * Begins the same work, with the helper at once, and returns a function that finishes it. Returns undefined also if
 * float32 cannot hold the squares. Unless the matrices of the results are collected, they are in the memory of the
 * kernels. When other work has got that memory, the function returns undefined.
 */
export function beginByKernel(
  kernels: Kernels,
  attention: Attention,
  isCollected = attention.query.rows > ROWS,
): (() => Attended | undefined) | undefined {
  const { query, key, value } = attention;
  const areas = reserveAreas(kernels, attention, !isCollected);
  if (!areas) return undefined;
  const { buffer } = kernels.memory;
  const matrices = isCollected ? undefined : matricesIn(buffer, areas, query.rows, value.cols);
  const attended = createAttended(query.rows, value.cols, attention.squares, matrices);
  copyRows(
    value,
    new Float64Array(buffer, areas.value, paddedRows(key) * areas.valueStride),
    areas.valueStride,
  );
  new Float64Array(buffer, areas.keyPanels).set(key.data);
  const prepared = attended.squares && prepareSquares(kernels, attention, areas);
  if (attended.squares && !prepared) return undefined;
  if (prepared) attended.squares?.meanSquares.set(prepared.meanSquares);
  const scales = prepared?.scales ?? UNSCALED;
  packWritten(kernels, key, [areas.keyPanels, areas.workspaces[0]]);
  if (attention.tanhWeights) new Float64Array(buffer, areas.tanhWeights).set(attention.tanhWeights);
  writeWorkspaces(buffer, areas, query.cols);
  const begin = (first: number) => {
    const rows = Math.min(ROWS, query.rows - first);
    writeTask(kernels, areas, { ...attention, squareScale: scales.value }, first, rows);
    const work = startTogether(kernels, "attend", areas.task, areas.workspaces);
    if (attended.squares && prepared)
      weighQueries(kernels, areas, attended.squares, prepared, first, rows, query.cols);
    return () => {
      work();
      if (isCollected) collect(buffer, areas, first, rows, attended);
      readStatistics(buffer, areas, first, rows, attended, scales);
      tellProgress(first + rows, query.rows, "working out");
    };
  };
  // The helper has worked on the attention before this one until now.
  finishWork();
  const endFirst = begin(0);
  const end = once(() => {
    endFirst();
    for (let first = ROWS; first < query.rows; first += ROWS) begin(first)();
  });
  let isGone = false;
  occupy({
    finish: end,
    leave() {
      isGone = !isCollected;
    },
  });
  return () => {
    end();
    if (isGone) return undefined;
    return isCollected ? attended : { ...attended, measure: (answer) => measureIn(kernels, areas, answer) };
  };
}

/** What is known of keys and values before their squares are summed. */
interface Prepared {
  readonly scales: Scales;
  /** The means and the variances of the columns of the keys. */
  readonly ofKeys: readonly [means: Float64Array, variances: Float64Array];
  /** The mean of v² of each column. */
  readonly meanSquares: Float64Array;
}

/** Writes the matrix of squares, before the keys are packed. Returns undefined if float32 cannot hold it. */
function prepareSquares(kernels: Kernels, attention: Attention, areas: Areas): Prepared | undefined {
  const { key, value } = attention;
  const { buffer } = kernels.memory;
  const range = attendedKeys(attention);
  const keys = { at: areas.keyPanels, stride: key.cols, cols: key.cols };
  const values = { at: areas.value, stride: areas.valueStride, cols: value.cols };
  const [ofKeys, ofValues] = [keys, values].map((one) => surveyIn(kernels, one, range, areas.survey));
  const scales = scalesOf(ofKeys, ofValues);
  if (!scales) return undefined;
  const { squareStride: stride } = areas;
  new Float32Array(buffer, areas.squareValue, paddedRows(key) * stride)
    .fill(0, 0, range.first * stride)
    .fill(0, range.end * stride);
  writeSquares(kernels, values, range, ofKeys.norms, scales, { at: areas.squareValue, stride });
  const { moments } = ofKeys;
  return { scales, ofKeys: [moments.means, variancesOf(moments)], meanSquares: ofValues.moments.squares };
}

/** Estimates the scores of some queries from the columns of the keys. */
function weighQueries(
  { memory: { buffer }, exports }: Kernels,
  { query, survey }: Areas,
  { means, variances, lengths }: SquaredSums,
  { ofKeys }: Prepared,
  first: number,
  rows: number,
  cols: number,
) {
  for (const [at, moments] of ofKeys.entries())
    new Float64Array(buffer, survey + 8 * at * cols, cols).set(moments);
  const into = survey + 16 * cols;
  exports.weighQueries(query, rows, cols, survey, into);
  const numbers = new Float64Array(buffer, into, 3 * rows);
  for (let row = 0; row < rows; row++) {
    means[first + row] = numbers[3 * row];
    variances[first + row] = numbers[3 * row + 1];
    lengths[first + row] = numbers[3 * row + 2];
  }
}

/** The byte address of each area of the memory. */
interface Areas {
  readonly valueStride: number;
  /** Columns of the squares matrix (see squares.ts), padded to whole panels. 0 if no squares are needed. */
  readonly squareStride: number;
  readonly task: number;
  /** One workspace per thread. */
  readonly workspaces: readonly number[];
  readonly query: number;
  readonly keyPanels: number;
  readonly value: number;
  readonly squareValue: number;
  readonly low: number;
  readonly high: number;
  readonly blocked: number;
  readonly bias: number;
  readonly tanhWeights: number;
  readonly output: number;
  readonly squares: number;
  /** What is summed over rows or columns of the inputs. */
  readonly survey: number;
  /** An answer and what it is measured by. */
  readonly measured: number;
  readonly statistics: number;
}

function reserveAreas(
  kernels: Kernels,
  { query, key, value, blocked, bias, tanhWeights, squares }: Attention,
  isInPlace: boolean,
) {
  const rows = Math.min(ROWS, query.rows);
  const tiledRows = Math.ceil(rows / TILE) * TILE;
  const valueStride = panelsOf(value.cols) * LANES;
  const squareStride = squares ? panelsOf(2 * value.cols + 1) * LANES : 0;
  const strides = { valueStride, squareStride };
  const workspaceBytes = WORKSPACE_BYTES + 8 * workspaceNumbers(query.cols, strides);
  const bytes = {
    task: TASK_BYTES,
    workspaces: workspaceBytes * countThreads(),
    query: 8 * rows * query.cols,
    keyPanels: 8 * paddedRows(key) * key.cols,
    value: 8 * paddedRows(key) * valueStride,
    squareValue: 4 * paddedRows(key) * squareStride,
    low: 8 * tiledRows,
    high: 8 * tiledRows,
    blocked: blocked ? Math.min(rows, blocked.rows) * blocked.cols : 0,
    bias: bias ? 8 * Math.min(rows, bias.rows) * bias.cols : 0,
    tanhWeights: tanhWeights ? 8 * tanhWeights.length : 0,
    output: 8 * rows * value.cols,
    squares: squares ? 2 * 8 * rows * value.cols : 0,
    survey: squares ? 8 * (2 * Math.max(key.cols, value.cols) + Math.max(2 * key.rows, 3 * rows)) : 0,
    measured: squares && isInPlace ? 8 * (rows * (value.cols + FACTORS + 1) + value.cols) : 0,
    statistics: 8 * rows * (STATISTICS + 1),
  };
  const addresses = reserve(kernels, Object.values(bytes), isInPlace);
  if (!addresses) return undefined;
  const areas = Object.fromEntries(Object.keys(bytes).map((name, index) => [name, addresses[index]]));
  const workspaces = tabulate(countThreads(), (thread) => areas.workspaces + thread * workspaceBytes);
  return {
    ...(areas as Omit<Areas, "valueStride" | "squareStride" | "workspaces">),
    workspaces,
    valueStride,
    squareStride,
  };
}

/** Returns how many columns of panels each part of a workspace has, in the order of its fields. */
function workspaceParts(size: number, { valueStride, squareStride }: Strides) {
  const panels = TILE / LANES;
  const ofSquares = squareStride > 0 ? [BLOCK, 2, panels * squareStride] : [0, 0, 0];
  return [panels * size, 3 * BLOCK, 1, WIDEST, panels * valueStride, panels * STATISTICS, ...ofSquares];
}

type Strides = Pick<Areas, "valueStride" | "squareStride">;

function workspaceNumbers(size: number, strides: Strides) {
  return LANES * sumOver(workspaceParts(size, strides));
}

/** Writes the queries from `first` on, their limits and masks, and the fields of their Task. */
function writeTask(
  { memory: { buffer }, isWide }: Kernels,
  areas: Areas,
  attention: Attention & { readonly squareScale: number },
  first: number,
  rows: number,
) {
  const { query, key, value, scale, softcap, squareScale, low, high, blocked, bias } = attention;
  const numbers = (at: number, count: number) => new Float64Array(buffer, at, count);
  const own = { first, count: rows };
  numbers(areas.query, rows * query.cols).set(rowsOf(query, own).data);
  const tiledRows = Math.ceil(rows / TILE) * TILE;
  // Padding rows of the last tile attend to no key.
  numbers(areas.low, tiledRows)
    .fill(0)
    .set(low.subarray(first, first + rows));
  numbers(areas.high, tiledRows)
    .fill(0)
    .set(high.subarray(first, first + rows));
  // For the second and later calls, one row for all queries is empty here: it is already in its place.
  if (blocked) new Uint8Array(buffer, areas.blocked).set(rowsOf(blocked, own).data);
  if (bias) new Float64Array(buffer, areas.bias).set(rowsOf(bias, own).data);
  numbers(areas.task, 4).set([scale, softcap ?? 0, squareScale, squareScale ** -2]);
  new Int32Array(buffer, areas.task + 32).set([
    tiledRows / TILE,
    rows,
    key.rows,
    query.cols,
    value.cols,
    areas.valueStride,
    areas.squareStride,
    areas.query,
    areas.keyPanels,
    areas.value,
    areas.squareValue,
    areas.low,
    areas.high,
    ...(blocked ? [areas.blocked, blocked.rows === 1 ? 0 : blocked.cols] : [0, 0]),
    ...(bias ? [areas.bias, bias.rows === 1 ? 0 : bias.cols] : [0, 0]),
    attention.tanhWeights ? areas.tanhWeights : 0,
    areas.output,
    areas.squares,
    areas.statistics,
    isWide ? 1 : 0,
  ]);
}

/** Writes the addresses of the parts at the start of each workspace. The parts follow the addresses. */
function writeWorkspaces(buffer: SharedArrayBuffer, areas: Areas, size: number) {
  for (const workspace of areas.workspaces) {
    let at = workspace + WORKSPACE_BYTES;
    const fields = workspaceParts(size, areas).map((columns) => {
      const address = at;
      at += 8 * LANES * columns;
      return address;
    });
    new Int32Array(buffer, workspace).set(fields);
  }
}

/** Returns the number of rows, rounded up to whole panels. */
const paddedRows = ({ rows }: Matrix) => panelsOf(rows) * LANES;

/** Copies the rows of a matrix, each padded to `stride` numbers. Everything else becomes zero. */
function copyRows({ rows, cols, data }: Matrix, into: Float64Array, stride: number) {
  if (stride === cols) {
    into.set(data);
    into.fill(0, data.length);
    return;
  }
  into.fill(0);
  for (let row = 0; row < rows; row++) into.set(data.subarray(row * cols, (row + 1) * cols), row * stride);
}

/** Returns the n×d_v matrices of an attention's results where the kernel writes them. */
function matricesIn(buffer: SharedArrayBuffer, areas: Areas, rows: number, cols: number): readonly Matrix[] {
  const ofSquares = areas.squareStride > 0 ? [areas.squares, areas.squares + 8 * rows * cols] : [];
  return [areas.output, ...ofSquares].map((at) => ({
    rows,
    cols,
    data: new Float64Array(buffer, at, rows * cols),
  }));
}

/** Measures an answer to the attention in these areas. */
function measureIn(
  { memory: { buffer }, exports }: Kernels,
  { task, measured }: Areas,
  { got, factors, columns, constant, most }: Measurable,
): Measured | "off" | undefined {
  const sums = new Float64Array(got.rows);
  const parts = [got.data, factors, columns, sums];
  let end = measured;
  const places = parts.map((part) => {
    const at = end;
    new Float64Array(buffer, at, part.length).set(part);
    end += 8 * part.length;
    return at;
  });
  const [ofGot, ofFactors, ofColumns, ofSums] = places;
  const worst = exports.measure(task, ofGot, ofFactors, ofColumns, constant, most, ofSums);
  if (worst < 0) return worst === -1 ? "off" : undefined;
  sums.set(new Float64Array(buffer, ofSums, sums.length));
  return { sums, worst, units: new Float64Array(buffer, ofGot, got.data.length) };
}

/** Copies the matrices of the results of some rows. */
function collect(
  buffer: SharedArrayBuffer,
  areas: Areas,
  first: number,
  rows: number,
  { output, squares }: Attended,
) {
  const into = [output, squares?.values, squares?.spread];
  for (const [at, { data }] of matricesIn(buffer, areas, rows, output.cols).entries())
    into[at]?.data.set(data, first * output.cols);
}

function readStatistics(
  buffer: SharedArrayBuffer,
  areas: Areas,
  first: number,
  rows: number,
  { maximum, sum, moment, strongest, squares }: Attended,
  scales: Scales,
) {
  const statistics = new Float64Array(buffer, areas.statistics, rows * (STATISTICS + 1));
  for (let row = 0, at = 0; row < rows; row++) {
    maximum[first + row] = statistics[at++];
    sum[first + row] = statistics[at++];
    moment[first + row] = statistics[at++];
    strongest[first + row] = statistics[at++];
    if (squares) {
      squares.total[first + row] = statistics[at];
      squares.moment[first + row] = statistics[at + 1];
      squares.norms[first + row] = statistics[at + 2] / scales.norm;
    }
    at += 3;
  }
}
