import { loadSingles, multiplyTile, packFour, PANEL, storeColumn, storeFour } from "./panel";

/** One product A·Bᵀ, prepared by src/math/kernels/product.ts. Pointers are byte addresses. */
@unmanaged
export class Product {
  groupsLeft: i32; // groups of columns of the result, counted down by all threads
  panelsOfA: i32; // of four rows
  size: i32; // the number of products per sum
  columns: i32; // columns of the result
  panelsAtOnce: i32; // panels of B per group
  isSingle: i32; // whether the numbers of B are float32
  columnStep: i32; // bytes in B between the numbers of one result column and of the next,
  dottedStep: i32; // and between a number and the next one of the same sum
  a: usize; // panels, [number][4]
  b: usize;
  result: usize; // its rows are as wide as all panels of B; numbers after the columns are padding
}

/**
 * How many rows of B are packed at a time if its columns are dotted. Their cache lines are reused for the next panel.
 */
const ROWS_AT_ONCE: i32 = 32;

/**
 * Computes one group of columns after the other until all are taken, by this thread or others. It packs the needed part
 * of B into `panels`, which stays in the cache for all rows of A. Sums add in order. They are rounded as in JavaScript
 * in every build, because small products are computed there.
 */
export function multiply(product: Product, panels: usize): void {
  takeGroups<f64>(product, panels);
}

/** Does the same as `multiply` in float32: A, B, each product and each sum are rounded to it. */
export function multiplySingles(product: Product, panels: usize): void {
  takeGroups<f32>(product, panels);
}

function takeGroups<T>(product: Product, panels: usize): void {
  const counter = changetype<usize>(product) + offsetof<Product>("groupsLeft");
  for (let left = atomic.sub<i32>(counter, 1); left > 0; left = atomic.sub<i32>(counter, 1)) {
    multiplyGroup<T>(product, (left - 1) * product.panelsAtOnce, panels);
  }
}

/** Returns the number of columns of B in one panel. */
// @ts-ignore: decorator
@inline
function lanesOf<T>(): i32 {
  return <i32>(PANEL / sizeof<T>());
}

function multiplyGroup<T>(product: Product, firstPanel: i32, panels: usize): void {
  const size = product.size;
  const all = (product.columns + lanesOf<T>() - 1) / lanesOf<T>();
  const count = min(product.panelsAtOnce, all - firstPanel);
  const isAlong = product.dottedStep == (product.isSingle ? 4 : 8);
  const rowsAtOnce = isAlong ? size : ROWS_AT_ONCE;
  for (let first = 0; first < size; first += rowsAtOnce) {
    const end = min(first + rowsAtOnce, size);
    for (let p = 0; p < count; p++) {
      packPart<T>(product, (firstPanel + p) * lanesOf<T>(), first, end, panels + <usize>(p * size + first) * PANEL);
    }
  }
  const panel = <usize>size * PANEL;
  const lanes = <usize>lanesOf<T>() << 3;
  const stride = <usize>all * lanes;
  let a = product.a;
  let to = product.result + <usize>firstPanel * lanes;
  for (let i = 0; i < product.panelsOfA; i++) {
    for (let p = 0; p < count; p++) {
      multiplyTile<T>(panels + <usize>p * panel, a, 4 * sizeof<T>(), size, to + <usize>p * lanes, stride, false);
    }
    a += <usize>size * 4 * sizeof<T>();
    to += stride * 4;
  }
}

/**
 * Packs the numbers `first` to `end` for the columns of a panel, starting at `column`, [number][columns]. Columns that
 * do not exist are zeros.
 */
function packPart<T>(product: Product, column: i32, first: i32, end: i32, to: usize): void {
  const columnStep = <usize>product.columnStep;
  const dottedStep = <usize>product.dottedStep;
  const isSingle = product.isSingle != 0;
  const bytes: usize = isSingle ? 4 : 8;
  const there = product.columns - column;
  let from = product.b + <usize>column * columnStep + <usize>first * dottedStep;
  if (dottedStep == bytes) {
    packFour<T>(from, columnStep, there, end - first, to, PANEL, isSingle);
    if (sizeof<T>() == 4) packFour<T>(from + 4 * columnStep, columnStep, there - 4, end - first, to + 16, PANEL, isSingle);
    return;
  }
  // Here the columns are adjacent in memory.
  for (let t = first; t < end; t++) {
    if (there >= lanesOf<T>()) {
      if (sizeof<T>() == 4) {
        v128.store(to, loadSingles(from, isSingle));
        v128.store(to, loadSingles(from + 4 * bytes, isSingle), 16);
      } else if (isSingle) storeFour<T>(to, v128.load(from));
      else storeColumn(to, v128.load(from), v128.load(from, 16));
    } else {
      for (let lane = 0; lane < lanesOf<T>(); lane++) {
        const at = from + <usize>lane * bytes;
        store<T>(to + <usize>lane * sizeof<T>(), lane >= there ? <T>0 : isSingle ? <T>load<f32>(at) : <T>load<f64>(at));
      }
    }
    from += dottedStep;
    to += PANEL;
  }
}
