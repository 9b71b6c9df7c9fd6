/** One attention, laid out by src/math/kernels/attention.ts. Pointers are byte addresses; matrices are float64, row by row. */
@unmanaged
export class Task {
  scale: f64;
  softcap: f64; // 0: none
  tilesLeft: i32; // counted down by all threads
  rows: i32;
  keys: i32;
  size: i32; // columns of query and key
  valueSize: i32; // columns of the output
  valueStride: i32; // columns of value, with padding to a multiple of four
  squaredFrom: i32; // the column of value, a multiple of four, from which on weights are squared; valueStride: none are
  query: usize;
  keyPanels: usize;
  value: usize; // behind the last row zeros, to a multiple of four rows
  low: usize; // for each query the first key it may attend to,
  high: usize; // and the first behind the last; TILE·⌈rows / TILE⌉ of both, none above `keys`
  mask: usize; // bytes, 1 = may not attend; 0: no mask
  maskStride: i32; // 0: one row for all
  bias: usize; // 0: no bias
  biasStride: i32;
  tanhWeights: usize; // v_a of additive scoring; 0: scores are dot products
  output: usize; // rows×valueSize
  statistics: usize; // rows×6, in the order of softmax.ts
  isWide: i32; // whether tiles are for vectors of 256 bits: src/math/kernels/wide.ts
}
