import { conditionScores } from "./conditioning";
import { hyperbolicTangent } from "./exponential";
import { multiplyAdd } from "./multiply-add";
import { address, multiplyTile, multiplyWideTile, packFour, PANEL, storeColumn } from "./panel";
import { BLOCK, clearStatistics, SQUARES, SUM, softmaxBlock, squareBlock, STATISTICS } from "./softmax";
import { Task } from "./task";

/** Queries that are worked together, so that a block of keys and values is used while it is in the cache. */
const TILE: i32 = 64;

/** What a thread needs for itself; room for panels of TILE queries. */
@unmanaged
export class Workspace {
  query: usize;
  scores: usize; // 3·BLOCK columns of a panel
  factors: usize; // one column
  fresh: usize; // eight columns
  output: usize;
  statistics: usize;
}

/**
 * Works one tile after the other until all are taken, by this thread or another. The last ones come first: under a
 * causal mask they are the most work, and what is left for the end is small.
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
  for (let block = 0; block < task.keys; block += BLOCK) {
    for (let p = 0; p < panels; p++) {
      const row = firstRow + p * 4;
      // Panels of keys are whole. What they hold beyond the ranges is blocked with the rest.
      const first = max(block, lowest(address(task.low, row)) & -4);
      const count = (min(block + BLOCK, highest(address(task.high, row))) - first + 3) & -4;
      if (count <= 0) continue;
      scoreBlock(task, workspace.query + <usize>p * queryPanel, first, count, workspace.scores);
      conditionScores(task, row, first, count, workspace.scores);
      const statistics = workspace.statistics + <usize>p * STATISTICS;
      softmaxBlock(workspace.scores, first, count, statistics, workspace.factors);
      const output = workspace.output + <usize>p * outputPanel;
      addValues(task, first, count, workspace, output, 0, task.squaredFrom);
      if (task.squaredFrom == task.valueStride) continue;
      squareBlock(workspace.scores, count, statistics, workspace.factors);
      addValues(task, first, count, workspace, output, task.squaredFrom, task.valueStride);
    }
  }
  for (let p = 0; p < panels; p++) {
    const output = workspace.output + <usize>p * outputPanel;
    storeRows(task, firstRow + p * 4, output, workspace.statistics + <usize>p * STATISTICS);
  }
}

/** The first key that any of four queries may attend to. */
function lowest(low: usize): i32 {
  return <i32>min(min(load<f64>(low), load<f64>(low, 8)), min(load<f64>(low, 16), load<f64>(low, 24)));
}

/** The first key behind those that any of four queries may attend to. */
function highest(high: usize): i32 {
  return <i32>max(max(load<f64>(high), load<f64>(high, 8)), max(load<f64>(high, 16), load<f64>(high, 24)));
}

/** Scores of four queries, [key][4]. A dot product, or Σ_a v_a·tanh(q_a + k_a). */
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

/** Some columns of the values of a block, summed on their own and then added: sums over all keys in one chain would be less exact. */
function addValues(task: Task, firstKey: i32, count: i32, workspace: Workspace, output: usize, from: i32, to: i32): void {
  const stride = <usize>task.valueStride << 3;
  let value = address(task.value + <usize>firstKey * stride, from);
  output += <usize>from * PANEL;
  const factor0 = v128.load(workspace.factors);
  const factor1 = v128.load(workspace.factors, 16);
  for (let left = to - from; left > 0; ) {
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

/** Outputs over the sums of their rows, and the statistics, row by row. A row without a key has the sum 0 and the output 0. */
function storeRows(task: Task, row: i32, output: usize, statistics: usize): void {
  for (let lane = 0; lane < 4 && row + lane < task.rows; lane++) {
    const sum = load<f64>(address(statistics + SUM, lane));
    const squares = load<f64>(address(statistics + SQUARES, lane));
    let at = address(task.output, (row + lane) * task.valueSize);
    for (let column = 0; column < task.valueSize; column++) {
      const total = load<f64>(address(output + <usize>column * PANEL, lane));
      const divisor = column < task.squaredFrom ? sum : squares;
      store<f64>(at, divisor == 0 ? 0 : total / divisor);
      at += 8;
    }
    at = address(task.statistics, (row + lane) * <i32>(STATISTICS / PANEL));
    for (let measure: usize = 0; measure < STATISTICS; measure += PANEL) {
      store<f64>(at, load<f64>(address(statistics + measure, lane)));
      at += 8;
    }
  }
}
