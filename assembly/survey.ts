import { address } from "./panel";

// What is needed besides the attention itself to sum with squared weights: src/math/kernels/squares.ts.

/**
 * Sums the columns of rows that begin `stride` numbers apart: `columns` gets Σ x of each, then Σ x² of each. `ofRows`
 * gets Σ x² of each row, then the largest |x| of each. Numbers are added in order, as in JavaScript.
 */
export function survey(from: usize, stride: i32, rows: i32, cols: i32, columns: usize, ofRows: usize): void {
  memory.fill(columns, 0, <usize>cols << 4);
  for (let row = 0; row < rows; row++) {
    let norm: f64 = 0;
    let mosts = f64x2.splat(0);
    let col = 0;
    for (; col + 2 <= cols; col += 2) {
      const x = v128.load(address(from, col));
      const sum = address(columns, col);
      const squares = address(sum, cols);
      const square = f64x2.mul(x, x);
      v128.store(sum, f64x2.add(v128.load(sum), x));
      v128.store(squares, f64x2.add(v128.load(squares), square));
      norm += f64x2.extract_lane(square, 0);
      norm += f64x2.extract_lane(square, 1);
      // A NaN is not larger.
      mosts = f64x2.pmax(mosts, f64x2.abs(x));
    }
    let most = max<f64>(f64x2.extract_lane(mosts, 0), f64x2.extract_lane(mosts, 1));
    for (; col < cols; col++) {
      const x = load<f64>(address(from, col));
      const sum = address(columns, col);
      const squares = address(sum, cols);
      store<f64>(sum, load<f64>(sum) + x);
      store<f64>(squares, load<f64>(squares) + x * x);
      norm += x * x;
      if (abs(x) > most) most = abs(x);
    }
    store<f64>(address(ofRows, row), norm);
    store<f64>(address(ofRows, rows + row), most);
    from = address(from, stride);
  }
}

/** Stores Σ_c q_c·m_c, Σ_c q_c²·w_c and Σ_c q_c² of each query. `moments` has m and then w. */
export function weighQueries(query: usize, rows: i32, cols: i32, moments: usize, into: usize): void {
  for (let row = 0; row < rows; row++) {
    let mean: f64 = 0;
    let variance: f64 = 0;
    let norm: f64 = 0;
    for (let col = 0; col < cols; col++) {
      const q = load<f64>(address(query, col));
      mean += q * load<f64>(address(moments, col));
      variance += q * q * load<f64>(address(moments, cols + col));
      norm += q * q;
    }
    store<f64>(into, mean);
    store<f64>(into, variance, 8);
    store<f64>(into, norm, 16);
    into += 24;
    query = address(query, cols);
  }
}

/**
 * Writes (s·v)² and s·v of each value as float32, in rows of `columns` numbers, and zeros behind them. The rows of values
 * are `stride` numbers apart.
 */
export function squareValues(value: usize, stride: i32, rows: i32, cols: i32, scale: f64, into: usize, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const own = load<f64>(address(value, col)) * scale;
      store<f32>(into + (<usize>col << 2), <f32>(own * own));
      store<f32>(into + (<usize>(cols + col) << 2), <f32>own);
    }
    memory.fill(into + (<usize>cols << 3), 0, <usize>(columns - 2 * cols) << 2);
    value = address(value, stride);
    into += <usize>columns << 2;
  }
}
