import { multiplyAdd, roundTwice } from "./multiply-add";

// A *panel* holds rows of a matrix side by side, [column][rows]: four of float64, or eight of float32 where products are summed in that.
// Two vectors hold one column of it.

/** Bytes of one column of a panel. */
export const PANEL: usize = 32;

/** The address of number `index` from `at` on. */
// @ts-ignore: decorator
@inline
export function address(at: usize, index: i32): usize {
  return at + (<usize>index << 3);
}

/** Rows `first` to `first + 3` of a float64 matrix with `rows` rows side by side, [column][4], in T. Rows that are not there are zeros. */
export function packFour<T>(from: usize, first: i32, rows: i32, size: i32, to: usize): void {
  for (let lane = 0; lane < 4; lane++) {
    const isThere = first + lane < rows;
    let source = address(from, (first + lane) * size);
    let at = to + <usize>lane * sizeof<T>();
    for (let k = 0; k < size; k++) {
      store<T>(at, isThere ? <T>load<f64>(source) : <T>0);
      source += 8;
      at += 4 * sizeof<T>();
    }
  }
}

/**
 * Four columns of B against the lanes of a panel A: c[j][lane] = Σ_t a[t][lane]·b[t][j], in T. Sums run over t in order.
 * Eight sums are what fits into the registers beside two vectors of A and one of B. The loop stays rolled: written
 * out, V8 loads everything first and spills. `mayFuse` is a constant: whether a build may round a·b + c once; only float64 does.
 */
// @ts-ignore: decorator
@inline
export function multiplyTile<T>(a: usize, b: usize, strideB: usize, count: i32, c: usize, strideC: usize, mayFuse: bool): void {
  let c00 = v128.splat<T>(<T>0);
  let c01 = v128.splat<T>(<T>0);
  let c10 = v128.splat<T>(<T>0);
  let c11 = v128.splat<T>(<T>0);
  let c20 = v128.splat<T>(<T>0);
  let c21 = v128.splat<T>(<T>0);
  let c30 = v128.splat<T>(<T>0);
  let c31 = v128.splat<T>(<T>0);
  for (let t = 0; t < count; t++) {
    const a0 = v128.load(a);
    const a1 = v128.load(a, 16);
    let s = v128.load_splat<T>(b);
    c00 = addProduct<T>(a0, s, c00, mayFuse);
    c01 = addProduct<T>(a1, s, c01, mayFuse);
    s = v128.load_splat<T>(b, sizeof<T>());
    c10 = addProduct<T>(a0, s, c10, mayFuse);
    c11 = addProduct<T>(a1, s, c11, mayFuse);
    s = v128.load_splat<T>(b, 2 * sizeof<T>());
    c20 = addProduct<T>(a0, s, c20, mayFuse);
    c21 = addProduct<T>(a1, s, c21, mayFuse);
    s = v128.load_splat<T>(b, 3 * sizeof<T>());
    c30 = addProduct<T>(a0, s, c30, mayFuse);
    c31 = addProduct<T>(a1, s, c31, mayFuse);
    a += PANEL;
    b += strideB;
  }
  storeLanes<T>(c, c00, c01);
  c += strideC;
  storeLanes<T>(c, c10, c11);
  c += strideC;
  storeLanes<T>(c, c20, c21);
  c += strideC;
  storeLanes<T>(c, c30, c31);
}

/**
 * `multiplyTile` for twice as many columns: those at `b` and those at `b + second`, side by side in c. It is for engines that make one vector
 * of 256 bits of two (src/math/kernels/wide.ts), where four sums would wait for each other. With vectors of 128 bits it spills.
 */
// @ts-ignore: decorator
@inline
export function multiplyWideTile(a: usize, b: usize, second: usize, strideB: usize, count: i32, c: usize): void {
  let c00 = f64x2.splat(0);
  let c01 = f64x2.splat(0);
  let c10 = f64x2.splat(0);
  let c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0);
  let c21 = f64x2.splat(0);
  let c30 = f64x2.splat(0);
  let c31 = f64x2.splat(0);
  let c40 = f64x2.splat(0);
  let c41 = f64x2.splat(0);
  let c50 = f64x2.splat(0);
  let c51 = f64x2.splat(0);
  let c60 = f64x2.splat(0);
  let c61 = f64x2.splat(0);
  let c70 = f64x2.splat(0);
  let c71 = f64x2.splat(0);
  let d = b + second;
  for (let t = 0; t < count; t++) {
    const a0 = v128.load(a);
    const a1 = v128.load(a, 16);
    let s = v128.load_splat<f64>(b);
    c00 = multiplyAdd(a0, s, c00);
    c01 = multiplyAdd(a1, s, c01);
    s = v128.load_splat<f64>(b, 8);
    c10 = multiplyAdd(a0, s, c10);
    c11 = multiplyAdd(a1, s, c11);
    s = v128.load_splat<f64>(b, 16);
    c20 = multiplyAdd(a0, s, c20);
    c21 = multiplyAdd(a1, s, c21);
    s = v128.load_splat<f64>(b, 24);
    c30 = multiplyAdd(a0, s, c30);
    c31 = multiplyAdd(a1, s, c31);
    s = v128.load_splat<f64>(d);
    c40 = multiplyAdd(a0, s, c40);
    c41 = multiplyAdd(a1, s, c41);
    s = v128.load_splat<f64>(d, 8);
    c50 = multiplyAdd(a0, s, c50);
    c51 = multiplyAdd(a1, s, c51);
    s = v128.load_splat<f64>(d, 16);
    c60 = multiplyAdd(a0, s, c60);
    c61 = multiplyAdd(a1, s, c61);
    s = v128.load_splat<f64>(d, 24);
    c70 = multiplyAdd(a0, s, c70);
    c71 = multiplyAdd(a1, s, c71);
    a += PANEL;
    b += strideB;
    d += strideB;
  }
  // In V8 stores are merged that differ in their constant offsets.
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c10, 32);
  v128.store(c, c11, 48);
  v128.store(c, c20, 64);
  v128.store(c, c21, 80);
  v128.store(c, c30, 96);
  v128.store(c, c31, 112);
  v128.store(c, c40, 128);
  v128.store(c, c41, 144);
  v128.store(c, c50, 160);
  v128.store(c, c51, 176);
  v128.store(c, c60, 192);
  v128.store(c, c61, 208);
  v128.store(c, c70, 224);
  v128.store(c, c71, 240);
}

// @ts-ignore: decorator
@inline
function addProduct<T>(a: v128, b: v128, c: v128, mayFuse: bool): v128 {
  return mayFuse ? multiplyAdd(a, b, c) : roundTwice<T>(a, b, c);
}

/** One column of a panel. Engines that make one store of two find them beside each other, behind all that is loaded for them. */
// @ts-ignore: decorator
@inline
export function storeColumn(at: usize, first: v128, second: v128): void {
  v128.store(at, first);
  v128.store(at, second, 16);
}

/** The lanes of two vectors as float64. */
// @ts-ignore: decorator
@inline
function storeLanes<T>(at: usize, first: v128, second: v128): void {
  if (sizeof<T>() == 8) {
    v128.store(at, first);
    v128.store(at, second, 16);
  } else {
    storeFour(at, first);
    storeFour(at + 32, second);
  }
}

/** Four numbers of float32 as float64. */
// @ts-ignore: decorator
@inline
export function storeFour(at: usize, four: v128): void {
  v128.store(at, f64x2.promote_low_f32x4(four));
  v128.store(at, f64x2.promote_low_f32x4(i8x16.shuffle(four, four, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)), 16);
}

/** Four numbers of float64 as float32. */
// @ts-ignore: decorator
@inline
export function loadFour(from: usize): v128 {
  const low = f32x4.demote_f64x2_zero(v128.load(from));
  const high = f32x4.demote_f64x2_zero(v128.load(from, 16));
  return i8x16.shuffle(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}
