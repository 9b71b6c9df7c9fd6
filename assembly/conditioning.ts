import { hyperbolicTangent } from "./exponential";
import { address, PANEL, storeColumn } from "./panel";
import { Task } from "./task";

/** Turns scores into masked scores: applies scale, softcap, bias and mask. */
export function conditionScores(task: Task, row: i32, firstKey: i32, count: i32, scores: usize): void {
  const end = scores + <usize>count * PANEL;
  const scale = f64x2.splat(task.scale);
  for (let at = scores; at < end; at += PANEL) {
    storeColumn(at, f64x2.mul(v128.load(at), scale), f64x2.mul(v128.load(at, 16), scale));
  }
  if (task.softcap != 0) {
    const cap = f64x2.splat(task.softcap);
    for (let at = scores; at < end; at += 16) {
      v128.store(at, f64x2.mul(cap, hyperbolicTangent(f64x2.div(v128.load(at), cap))));
    }
  }
  if (task.bias) {
    for (let lane = 0; lane < 4; lane++) {
      const from = address(task.bias, min(row + lane, task.rows - 1) * task.biasStride + firstKey);
      addLane(address(scores, lane), from, count);
    }
  }
  if (task.mask) {
    for (let lane = 0; lane < 4; lane++) {
      const from = task.mask + <usize>(min(row + lane, task.rows - 1) * task.maskStride + firstKey);
      blockLane(address(scores, lane), from, count);
    }
  }
  if (!reachesAll(task, row, firstKey, count)) blockOutside(task, row, firstKey, scores, end);
}

/** Whether the ranges of four queries contain all of these keys. */
function reachesAll(task: Task, row: i32, firstKey: i32, count: i32): bool {
  const low = address(task.low, row);
  const high = address(task.high, row);
  const first = f64x2.splat(<f64>firstKey);
  const end = f64x2.splat(<f64>(firstKey + count));
  const starts = v128.and(f64x2.le(v128.load(low), first), f64x2.le(v128.load(low, 16), first));
  const ends = v128.and(f64x2.ge(v128.load(high), end), f64x2.ge(v128.load(high, 16), end));
  return i64x2.all_true(v128.and(starts, ends));
}

function addLane(at: usize, bias: usize, count: i32): void {
  for (let j = 0; j < count; j++) {
    store<f64>(at, load<f64>(at) + load<f64>(address(bias, j)));
    at += PANEL;
  }
}

function blockLane(at: usize, mask: usize, count: i32): void {
  for (let j = 0; j < count; j++) {
    if (load<u8>(mask + j)) store<f64>(at, -Infinity);
    at += PANEL;
  }
}

/** Writes −∞ for keys outside the range of their query. */
function blockOutside(task: Task, row: i32, firstKey: i32, scores: usize, end: usize): void {
  const low = address(task.low, row);
  const high = address(task.high, row);
  const low0 = v128.load(low);
  const low1 = v128.load(low, 16);
  const high0 = v128.load(high);
  const high1 = v128.load(high, 16);
  const blocked = f64x2.splat(-Infinity);
  let key = f64x2.splat(<f64>firstKey);
  for (let at = scores; at < end; at += PANEL) {
    const allowed0 = v128.and(f64x2.ge(key, low0), f64x2.lt(key, high0));
    const allowed1 = v128.and(f64x2.ge(key, low1), f64x2.lt(key, high1));
    v128.store(at, v128.bitselect(v128.load(at), blocked, allowed0));
    v128.store(at, v128.bitselect(v128.load(at, 16), blocked, allowed1), 16);
    key = f64x2.add(key, f64x2.splat(1));
  }
}
