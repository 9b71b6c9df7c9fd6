/**
 * One attention, prepared by src/math/kernels/attention.ts. Pointers are byte addresses; matrices are float64, row by
 * row.
 */
@unmanaged
export class Task {
  scale: f64;
  softcap: f64; // 0: none
  squareScale: f64; // the factor of the values in squareValue,
  squareUnit: f64; // and what a square in it stands for: 1 / squareScale²
  tilesLeft: i32; // counted down by all threads
  rows: i32;
  keys: i32;
  size: i32; // columns of query and key
  valueSize: i32; // columns of the output
  valueStride: i32; // columns of value, with padding to a multiple of four
  squareStride: i32; // columns of squareValue; 0: squares of weights are not summed
  query: usize;
  keyPanels: usize;
  value: usize; // zeros after the last row, up to a multiple of four rows
  squareValue: usize; // float32: v², v and ‖k‖² of each key, scaled so that none overflows; rows as in value
  low: usize; // for each query, the first key it may attend to,
  high: usize; // and the last one + 1; TILE·⌈rows / TILE⌉ numbers in both, at most `keys`
  mask: usize; // bytes, 1 = may not attend; 0: no mask
  maskStride: i32; // 0: one row for all
  bias: usize; // 0: no bias
  biasStride: i32;
  tanhWeights: usize; // v_a of additive scoring; 0: scores are dot products
  output: usize; // rows×valueSize
  squares: usize; // Σ α² v², then Σ α² (v − o)², rows×valueSize each
  statistics: usize; // rows×7: the order of softmax.ts, then Σ α² ‖k‖² / Σ α²
  isWide: i32; // whether to use tiles for vectors of 256 bits: src/math/kernels/wide.ts
}
