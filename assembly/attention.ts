import { conditionScores } from "./conditioning";
import { hyperbolicTangent } from "./exponential";
import { multiplyAdd } from "./multiply-add";
import { address, multiplyTile, multiplyWideTile, packFour, PANEL, storeColumn } from "./panel";
import { BLOCK, clearStatistics, SQUARES, SUM, softmaxBlock, squareBlock, STATISTICS } from "./softmax";
import { Task } from "./task";

/**
 * The number of queries that are computed together, so that a block of keys and values is reused while it is in the
 * cache.
 */
const TILE: i32 = 64;

/** The buffers of one thread, with room for panels of TILE queries. */
@unmanaged
export class Workspace {
  query: usize;
  scores: usize; // 3·BLOCK columns of a panel
  factors: usize; // one column
  fresh: usize; // eight columns
  output: usize;
  statistics: usize;
  squares: usize; // BLOCK columns of a panel of float32
  squareFactors: usize; // two columns
  squareOutput: usize; // columns of two float64 panels side by side
}

/**
 * Computes one tile after the other until all are taken, by this thread or others. The last tiles come first: under a
 * causal mask they are the most work, and the small ones remain for the end.
 */
export function attend(task: Task, workspace: Workspace): void {
  const counter = changetype<usize>(task) + offsetof<Task>("tilesLeft");
  for (let left = atomic.sub<i32>(counter, 1); left > 0; left = atomic.sub<i32>(counter, 1)) {
    attendTile(task, workspace, (left - 1) * TILE);
  }
}

function attendTile(task: Task, workspace: Workspace, firstRow: i32): void {
  const panels = (min(TILE, task.rows - firstRow) + 3) >> 2;
  const queryPanel = <usize>task.size * PANEL;
  const outputPanel = <usize>task.valueStride * PANEL;
  for (let p = 0; p < panels; p++) {
    const row = firstRow + p * 4;
    const from = address(task.query, row * task.size);
    packFour<f64>(from, <usize>task.size << 3, task.rows - row, task.size, workspace.query + <usize>p * queryPanel, PANEL, false);
    clearStatistics(workspace.statistics + <usize>p * STATISTICS);
  }
  memory.fill(workspace.output, 0, <usize>panels * outputPanel);
  memory.fill(workspace.squareOutput, 0, <usize>((panels + 1) >> 1) * 2 * <usize>task.squareStride * PANEL);
  for (let block = 0; block < task.keys; block += BLOCK) {
    for (let p = 0; p < panels; p += 2) attendPair(task, workspace, firstRow, block, p, min(p + 2, panels));
  }
  for (let p = 0; p < panels; p++) storeRows(task, firstRow + p * 4, workspace, p);
}

/**
 * Computes a block of keys for one or two panels of queries. Squares are summed in float32; such a panel has eight
 * rows.
 */
function attendPair(task: Task, workspace: Workspace, firstRow: i32, block: i32, from: i32, to: i32): void {
  let least = block + BLOCK;
  let end = block;
  if (task.squareStride > 0) clearSquares(workspace);
  for (let p = from; p < to; p++) {
    const row = firstRow + p * 4;
    // Panels of keys are always whole. Their keys outside the ranges are masked later, like all others.
    const first = max(block, lowest(address(task.low, row)) & -4);
    const count = (min(block + BLOCK, highest(address(task.high, row))) - first + 3) & -4;
    if (count <= 0) continue;
    scoreBlock(task, workspace.query + <usize>p * <usize>task.size * PANEL, first, count, workspace.scores);
    conditionScores(task, row, first, count, workspace.scores);
    const statistics = workspace.statistics + <usize>p * STATISTICS;
    softmaxBlock(workspace.scores, first, count, statistics, workspace.factors);
    addValues(task, first, count, workspace, workspace.output + <usize>p * <usize>task.valueStride * PANEL);
    if (task.squareStride == 0) continue;
    const lanes = <usize>(p - from) << 4;
    const squares = workspace.squares + <usize>(first - block) * PANEL + lanes;
    squareBlock(workspace.scores, count, statistics, workspace.factors, squares, workspace.squareFactors + 2 * lanes);
    least = min(least, first);
    end = max(end, first + count);
  }
  if (least < end) addSquares(task, least, end - least, workspace, workspace.squares + <usize>(least - block) * PANEL, from);
}

/** Sets the squares of a block to 0, and the factors to 1. */
function clearSquares(workspace: Workspace): void {
  memory.fill(workspace.squares, 0, <usize>BLOCK * PANEL);
  for (let at: usize = 0; at < 2 * PANEL; at += 16) v128.store(workspace.squareFactors + at, f64x2.splat(1));
}

/** Returns the first key that any of four queries may attend to. */
function lowest(low: usize): i32 {
  return <i32>min(min(load<f64>(low), load<f64>(low, 8)), min(load<f64>(low, 16), load<f64>(low, 24)));
}

/** Returns the end of the keys that any of four queries may attend to: the last such key + 1. */
function highest(high: usize): i32 {
  return <i32>max(max(load<f64>(high), load<f64>(high, 8)), max(load<f64>(high, 16), load<f64>(high, 24)));
}

/** Computes scores of four queries, [key][4]: a dot product, or Σ_a v_a·tanh(q_a + k_a). */
function scoreBlock(task: Task, query: usize, firstKey: i32, count: i32, scores: usize): void {
  const size = task.size;
  const keyPanel = <usize>size * PANEL;
  let key = task.keyPanels + <usize>(firstKey >> 2) * keyPanel;
  for (let left = count; left > 0; left -= 4) {
    if (task.tanhWeights) addTangents(query, key, size, task.tanhWeights, scores);
    else if (task.isWide && left >= 8) {
      multiplyWideTile(query, key, keyPanel, PANEL, size, scores);
      left -= 4;
      key += keyPanel;
      scores += 4 * PANEL;
    } else multiplyTile<f64>(query, key, PANEL, size, scores, PANEL, true);
    key += keyPanel;
    scores += 4 * PANEL;
  }
}

function addTangents(query: usize, key: usize, size: i32, weights: usize, scores: usize): void {
  for (let j = 0; j < 4; j++) {
    let sum0 = f64x2.splat(0);
    let sum1 = f64x2.splat(0);
    for (let a = 0; a < size; a++) {
      const at = <usize>a * PANEL;
      const k = v128.load_splat<f64>(address(key + at, j));
      const weight = v128.load_splat<f64>(address(weights, a));
      sum0 = multiplyAdd(hyperbolicTangent(f64x2.add(v128.load(query + at), k)), weight, sum0);
      sum1 = multiplyAdd(hyperbolicTangent(f64x2.add(v128.load(query + at, 16), k)), weight, sum1);
    }
    storeColumn(scores, sum0, sum1);
    scores += PANEL;
  }
}

/** Adds v², v and ‖k‖² of a block, weighted by the squares of two panels. Within a block the sums are float32. */
function addSquares(task: Task, firstKey: i32, count: i32, workspace: Workspace, squares: usize, firstPanel: i32): void {
  const stride = <usize>task.squareStride << 2;
  let value = task.squareValue + <usize>firstKey * stride;
  let output = workspace.squareOutput + <usize>firstPanel * <usize>task.squareStride * PANEL;
  const factor = workspace.squareFactors;
  for (let left = task.squareStride; left > 0; left -= 4) {
    multiplyTile<f32>(squares, value, stride, count, workspace.fresh, 2 * PANEL, false);
    for (let at: usize = 0; at < 8 * PANEL; at += 2 * PANEL) {
      for (let lanes: usize = 0; lanes < 2 * PANEL; lanes += 16) {
        const sum = multiplyAdd(v128.load(output + lanes), v128.load(factor + lanes), v128.load(workspace.fresh + at + lanes));
        v128.store(output + lanes, sum);
      }
      output += 2 * PANEL;
    }
    value += 16;
  }
}

/**
 * Sums the weighted values of a block separately and then adds the sum. One long sum over all keys would be less exact.
 */
function addValues(task: Task, firstKey: i32, count: i32, workspace: Workspace, output: usize): void {
  const stride = <usize>task.valueStride << 3;
  let value = task.value + <usize>firstKey * stride;
  const factor0 = v128.load(workspace.factors);
  const factor1 = v128.load(workspace.factors, 16);
  for (let left = task.valueStride; left > 0; ) {
    const columns = task.isWide && left >= 8 ? 8 : 4;
    if (columns == 8) multiplyWideTile(workspace.scores, value, PANEL, stride, count, workspace.fresh);
    else multiplyTile<f64>(workspace.scores, value, stride, count, workspace.fresh, PANEL, true);
    for (let at = workspace.fresh, end = at + <usize>columns * PANEL; at < end; at += PANEL) {
      const sum0 = multiplyAdd(v128.load(output), factor0, v128.load(at));
      storeColumn(output, sum0, multiplyAdd(v128.load(output, 16), factor1, v128.load(at, 16)));
      output += PANEL;
    }
    value += <usize>columns << 3;
    left -= columns;
  }
}

/**
 * Stores the outputs of a panel, divided by the sums of their rows, and the statistics, row by row. A row without a key
 * has sum 0 and output 0.
 */
function storeRows(task: Task, row: i32, workspace: Workspace, panel: i32): void {
  const output = workspace.output + <usize>panel * <usize>task.valueStride * PANEL;
  const statistics = workspace.statistics + <usize>panel * STATISTICS;
  // The columns of two panels that are computed together are stored side by side.
  const squareOutput = workspace.squareOutput + (<usize>(panel & -2) * <usize>task.squareStride + <usize>(panel & 1)) * PANEL;
  for (let lane = 0; lane < 4 && row + lane < task.rows; lane++) {
    const sum = load<f64>(address(statistics + SUM, lane));
    const divisor = sum == 0 ? Infinity : sum;
    let at = address(task.output, (row + lane) * task.valueSize);
    for (let column = 0; column < task.valueSize; column++) {
      store<f64>(at, load<f64>(address(output + <usize>column * PANEL, lane)) / divisor);
      at += 8;
    }
    at = address(task.statistics, (row + lane) * (<i32>(STATISTICS / PANEL) + 1));
    for (let measure: usize = 0; measure < STATISTICS; measure += PANEL) {
      store<f64>(at, load<f64>(address(statistics + measure, lane)));
      at += 8;
    }
    if (task.squareStride == 0) continue;
    const squares = load<f64>(address(statistics + SQUARES, lane));
    const norms = storeSquares(task, row + lane, address(squareOutput, lane), divisor, squares);
    store<f64>(at, sum == 0 ? 0 : norms / squares);
  }
}

/**
 * Stores Σ α² v² and Σ α² (v − o)² of a row, from its sums weighted by squared exponentials. Returns the weighted sum
 * of ‖k‖².
 */
function storeSquares(task: Task, row: i32, from: usize, sum: f64, squares: f64): f64 {
  const cols = task.valueSize;
  const divisor = sum * sum;
  const concentration = squares / divisor;
  let at = address(task.squares, row * cols);
  const toSpread = <usize>(task.rows * cols) << 3;
  const toMixed = <usize>cols * 2 * PANEL;
  let own = address(task.output, row * cols);
  for (let column = 0; column < cols; column++) {
    const square = load<f64>(from) / divisor;
    const mixed = load<f64>(from + toMixed) / divisor;
    const o = load<f64>(own) * task.squareScale;
    store<f64>(at, square * task.squareUnit);
    store<f64>(at + toSpread, max<f64>(0, square + o * (o * concentration - 2 * mixed)) * task.squareUnit);
    from += 2 * PANEL;
    own += 8;
    at += 8;
  }
  return load<f64>(from + toMixed);
}
