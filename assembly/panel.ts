import { multiplyAdd, roundTwice } from "./multiply-add";

// A *panel* contains rows of a matrix side by side, [column][rows]: four rows of float64, or eight rows of float32 if
// products are summed in float32. Two vectors hold one column of a panel.

/** The size of one column of a panel in bytes. */
export const PANEL: usize = 32;

/** Returns the address of number `index`, counted from `at`. */
// @ts-ignore: decorator
@inline
export function address(at: usize, index: i32): usize {
  return at + (<usize>index << 3);
}

/**
 * Packs four rows side by side as T, `size` numbers of each. The four numbers of the next index are `step` bytes later.
 * Rows begin `rowStep` bytes apart and are float32 if `isSingle`, otherwise float64. Rows from `there` on are zeros.
 */
export function packFour<T>(from: usize, rowStep: usize, there: i32, size: i32, to: usize, step: usize, isSingle: bool): void {
  const bytes: usize = isSingle ? 4 : 8;
  let done = 0;
  if (there >= 4) {
    if (sizeof<T>() == 8 && !isSingle) {
      for (; done + 2 <= size; done += 2) {
        turnTwo(from, rowStep, to, step);
        from += 16;
        to += 2 * step;
      }
    } else {
      for (; done + 4 <= size; done += 4) {
        turnFour<T>(from, rowStep, to, step, isSingle);
        from += 4 * bytes;
        to += 4 * step;
      }
    }
  }
  for (; done < size; done++) {
    for (let row = 0; row < 4; row++) {
      const at = from + <usize>row * rowStep;
      store<T>(to + <usize>row * sizeof<T>(), row >= there ? <T>0 : isSingle ? <T>load<f32>(at) : <T>load<f64>(at));
    }
    from += bytes;
    to += step;
  }
}

/** Packs two numbers of each of four float64 rows. */
// @ts-ignore: decorator
@inline
function turnTwo(from: usize, rowStep: usize, to: usize, step: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + rowStep);
  const c = v128.load(from + 2 * rowStep);
  const d = v128.load(from + 3 * rowStep);
  storeColumn(to, v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(c, d, 0, 2));
  storeColumn(to + step, v128.shuffle<f64>(a, b, 1, 3), v128.shuffle<f64>(c, d, 1, 3));
}

/** Packs four numbers of each of four rows. */
// @ts-ignore: decorator
@inline
function turnFour<T>(from: usize, rowStep: usize, to: usize, step: usize, isSingle: bool): void {
  const a = loadSingles(from, isSingle);
  const b = loadSingles(from + rowStep, isSingle);
  const c = loadSingles(from + 2 * rowStep, isSingle);
  const d = loadSingles(from + 3 * rowStep, isSingle);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  storeFour<T>(to, v128.shuffle<f64>(ab, cd, 0, 2));
  storeFour<T>(to + step, v128.shuffle<f64>(ab, cd, 1, 3));
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  storeFour<T>(to + 2 * step, v128.shuffle<f64>(ab2, cd2, 0, 2));
  storeFour<T>(to + 3 * step, v128.shuffle<f64>(ab2, cd2, 1, 3));
}

/**
 * Multiplies four columns of B with a panel A: c[j][lane] = Σ_t a[t][lane]·b[t][j], in T. Sums add in the order of t.
 * Eight sums fit into the registers, with two vectors of A and one of B. The loop is not unrolled: if it is, V8 loads
 * everything first and spills registers. `mayFuse` is a constant: whether a build may round a·b + c once; only float64
 * may.
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
 * Does the same as `multiplyTile` for twice as many columns, at `b` and at `b + second`; the results are side by side
 * in c. It is for engines that join two vectors into one of 256 bits (src/math/kernels/wide.ts), for which four columns
 * would leave the processor waiting. With vectors of 128 bits it spills registers.
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
  // V8 merges stores that differ only in their constant offsets.
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

/**
 * Stores one column of a panel. The two stores are adjacent, after all loads, so that engines can merge them into one.
 */
// @ts-ignore: decorator
@inline
export function storeColumn(at: usize, first: v128, second: v128): void {
  v128.store(at, first);
  v128.store(at, second, 16);
}

/** Stores the lanes of two vectors as float64. */
// @ts-ignore: decorator
@inline
function storeLanes<T>(at: usize, first: v128, second: v128): void {
  if (sizeof<T>() == 8) storeColumn(at, first, second);
  else {
    storeFour<f64>(at, first);
    storeFour<f64>(at + 32, second);
  }
}

/** Stores four float32 numbers as T. */
// @ts-ignore: decorator
@inline
export function storeFour<T>(at: usize, four: v128): void {
  if (sizeof<T>() == 4) v128.store(at, four);
  else storeColumn(at, f64x2.promote_low_f32x4(four), f64x2.promote_low_f32x4(v128.shuffle<f64>(four, four, 1, 1)));
}

/** Loads four numbers as float32. In memory they are float32 if `isSingle`, otherwise float64. */
// @ts-ignore: decorator
@inline
export function loadSingles(from: usize, isSingle: bool): v128 {
  if (isSingle) return v128.load(from);
  const low = f32x4.demote_f64x2_zero(v128.load(from));
  const high = f32x4.demote_f64x2_zero(v128.load(from, 16));
  return v128.shuffle<f64>(low, high, 0, 2);
}
