/** One attention, laid out by src/math/kernels/attention.ts. Pointers are byte addresses; matrices are float64, row by row. */
@unmanaged
export class Task {
  scale: f64;
  softcap: f64; // 0: none
  squareScale: f64; // what values are multiplied with in squareValue
  tilesLeft: i32; // counted down by all threads
  rows: i32;
  keys: i32;
  size: i32; // columns of query and key
  valueSize: i32; // columns of the output
  valueStride: i32; // columns of value, with padding to a multiple of four
  squareStride: i32; // columns of squareValue; 0: no sums by the squares of weights
  query: usize;
  keyPanels: usize;
  value: usize; // behind the last row zeros, to a multiple of four rows
  squareValue: usize; // float32: v², v and ‖k‖² of each key, scaled so that none is too large; rows as in value
  low: usize; // for each query the first key it may attend to,
  high: usize; // and the first behind the last; TILE·⌈rows / TILE⌉ of both, none above `keys`
  mask: usize; // bytes, 1 = may not attend; 0: no mask
  maskStride: i32; // 0: one row for all
  bias: usize; // 0: no bias
  biasStride: i32;
  tanhWeights: usize; // v_a of additive scoring; 0: scores are dot products
  output: usize; // rows×valueSize
  squares: usize; // Σ α² v² and, behind it, Σ α² (v − o)², rows×valueSize each; in the scale of squareValue
  statistics: usize; // rows×7, in the order of softmax.ts, and Σ α² ‖k‖² / Σ α²
  isWide: i32; // whether tiles are for vectors of 256 bits: src/math/kernels/wide.ts
}
