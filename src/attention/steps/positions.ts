import { rowsWithRows, type StepKind, singleAxis } from "./step-kind.js";

const FREQUENCIES = {
  rows: singleAxis("frequency", "ω"),
  columns: "pair",
} as const;

const DOT_PRODUCTS = { formula: "(R x)(R x)ᵀ", view: "similarity" } as const;

/** The steps of positions, in `posenc` and in heads. */
export const POSITION_STEPS = {
  "scaled-embeddings": { formula: "√d_model·X" },
  rates: { rows: singleAxis("rate", "ω"), columns: "pair" },
  wavelengths: {
    formula: "λ_i = 2π / ω_i positions",
    view: "margin",
    rows: singleAxis("wavelength", "λ"),
  },
  angles: { formula: "pos·ω_i, in radians", view: "angle" },
  encoding: {
    names: "pe encodings positionalencoding positionalencodings positionencoding posenc",
    view: "curve",
    columns: "column",
  },
  "learned-encoding": {
    id: "encoding",
    formula: "row pos of the table",
    view: "curve",
    columns: "column",
  },
  "encoded-output": { id: "output" },
  rotation: { view: "similarity" },
  "shifted-angles": { formula: "(pos + k)·ω_i" },
  shifted: { title: "Shifted encoding" },
  unshifted: { title: "Encoding", formula: "PE(pos)" },
  mapped: { title: "Mapped by M" },
  difference: { formula: "shifted − mapped" },
  fit: { title: "Fit of the shifted sines", rows: { name: "pair" } },
  "column-frequencies": {
    formula: "cos ω = Σ x_t (x_t+1 + x_t−1) / 2 Σ x_t², radians a position",
    rows: singleAxis("frequency", "ω"),
  },
  "first-encoding": { formula: "PE of the first position" },
  "dot-by-distance": {
    title: "Dot product against distance",
    formula: "PE(pos)·PE(first)",
    view: "curve",
    columns: singleAxis("dot product", "PE·PE"),
  },
  "dot-products": { formula: "PE·PEᵀ", view: "similarity", axes: rowsWithRows },
  "inverse-frequencies": { ...FREQUENCIES },
  "unscaled-frequencies": { ...FREQUENCIES },
  ramp: { title: "Share kept", rows: singleAxis("share", "k") },
  cos: { view: "curve" },
  sin: { view: "curve" },
  rotated: {},
  "rotated-half-split": { title: "Rotated in half-split pairs" },
  "rotated-scores": { id: "scores", ...DOT_PRODUCTS },
  "shifted-scores": { title: "Scores, shifted", ...DOT_PRODUCTS },
  "score-difference": { formula: "shifted − unshifted" },
  slopes: { rows: { name: "head" }, columns: singleAxis("slope", "m") },
  distance: { formula: "i − j" },
  bias: { view: "similarity", axes: ([, distance]) => distance.axes },
  "relative-position": {},
  bucket: {
    formula: "near distances one by one, then logarithmically up to the last bucket",
    view: "similarity",
  },
  index: { formula: "clip(j − i, −K, K) + K", view: "similarity" },
} as const satisfies Record<string, StepKind>;
