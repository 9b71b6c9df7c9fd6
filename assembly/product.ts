import { loadSingles, multiplyTile, packFour, PANEL, storeColumn, storeFour } from "./panel";

/** One product A·Bᵀ, laid out by src/math/kernels/product.ts. Pointers are byte addresses. */
@unmanaged
export class Product {
  groupsLeft: i32; // of columns of the result, counted down by all threads
  panelsOfA: i32; // of four rows
  size: i32; // how many numbers are dotted
  columns: i32; // of the result
  panelsAtOnce: i32; // of B in a group
  isSingle: i32; // whether the numbers of B are float32, which no step has made float64 yet
  columnStep: i32; // bytes in B from what is dotted for one column of the result to the next one's,
  dottedStep: i32; // and from one number that is dotted to the next
  a: usize; // panels, [number][4]
  b: usize;
  result: usize; // rows as long as the panels of B are wide together: what stands beyond the columns is padding
}

/** Rows of B that are packed at a time where its columns are dotted: what is read of them stays in the cache for the next panel. */
const ROWS_AT_ONCE: i32 = 32;

/**
 * Works one group of columns after the other until all are taken, by this thread or another: packs what it needs of B into
 * `panels`, where it stays in the cache while all rows of A pass. Sums run over the dotted numbers in order, and are rounded as
 * JavaScript rounds them in every build, since small products are made there.
 */
export function multiply(product: Product, panels: usize): void {
  takeGroups<f64>(product, panels);
}

/** `multiply` in float32, to which A and B are rounded, then each product and each sum. */
export function multiplySingles(product: Product, panels: usize): void {
  takeGroups<f32>(product, panels);
}

function takeGroups<T>(product: Product, panels: usize): void {
  const counter = changetype<usize>(product) + offsetof<Product>("groupsLeft");
  for (let left = atomic.sub<i32>(counter, 1); left > 0; left = atomic.sub<i32>(counter, 1)) {
    multiplyGroup<T>(product, (left - 1) * product.panelsAtOnce, panels);
  }
}

/** Columns of B side by side in a panel. */
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

/** Numbers `first` to `end` that are dotted for the columns of a panel from `column` on, [number][columns]. Columns that are not there are zeros. */
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
  // Columns lie beside each other.
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
