import { rowsWithRows, type StepKind } from "./step-kind.js";

const FREQUENCIES = {
  rows: { name: "frequency", labels: ["ω"] },
  columns: "pair",
} as const;

const DOT_PRODUCTS = { formula: "(R x)(R x)ᵀ", view: "similarity" } as const;

/** The steps of positions, by themselves and in heads. */
export const POSITION_STEPS = {
  "scaled-embeddings": { title: "Scaled embeddings", formula: "√d_model·X" },
  rates: { title: "Rates", rows: { name: "rate", labels: ["ω"] }, columns: "pair" },
  wavelengths: {
    title: "Wavelengths",
    formula: "λ_i = 2π / ω_i positions",
    view: "margin",
    rows: { name: "wavelength", labels: ["λ"] },
  },
  angles: { title: "Angles", formula: "pos·ω_i, in radians", view: "angle" },
  encoding: {
    title: "Encoding",
    names: "pe encodings positionalencoding positionalencodings positionencoding posenc",
    view: "curve",
    columns: "column",
    role: "encoding",
  },
  "encoded-output": { id: "output", title: "Output" },
  rotation: { view: "similarity" },
  "shifted-angles": { title: "Shifted angles", formula: "(pos + k)·ω_i" },
  shifted: { title: "Shifted encoding" },
  unshifted: { title: "Encoding", formula: "PE(pos)" },
  mapped: { title: "Mapped by M" },
  difference: { title: "Difference", formula: "shifted − mapped" },
  fit: { title: "Fit of the shifted sines", rows: { name: "pair" } },
  "column-frequencies": {
    title: "Column frequencies",
    formula: "cos ω = Σ x_t (x_t+1 + x_t−1) / 2 Σ x_t², radians a position",
    rows: { name: "frequency", labels: ["ω"] },
  },
  "first-encoding": { title: "First encoding", formula: "PE of the first position" },
  "dot-by-distance": {
    title: "Dot product against distance",
    formula: "PE(pos)·PE(first)",
    view: "curve",
    columns: { name: "dot product", labels: ["PE·PE"] },
  },
  "dot-products": { title: "Dot products", formula: "PE·PEᵀ", view: "similarity", axes: rowsWithRows },
  "inverse-frequencies": { title: "Inverse frequencies", ...FREQUENCIES },
  "unscaled-frequencies": { title: "Unscaled frequencies", ...FREQUENCIES },
  ramp: { title: "Share kept", rows: { name: "share", labels: ["k"] } },
  cos: { view: "curve" },
  sin: { view: "curve" },
  rotated: { title: "Rotated" },
  "rotated-half-split": { title: "Rotated in half-split pairs" },
  "rotated-scores": { id: "scores", title: "Scores", ...DOT_PRODUCTS },
  "shifted-scores": { title: "Scores, shifted", ...DOT_PRODUCTS },
  "score-difference": { title: "Score difference", formula: "shifted − unshifted" },
  slopes: { title: "Slopes", rows: { name: "head" }, columns: { name: "slope", labels: ["m"] } },
  distance: { title: "Distance", formula: "i − j" },
  bias: { title: "Bias", view: "similarity", axes: ([, distance]) => distance.axes },
  "relative-position": { title: "Relative position" },
  bucket: {
    title: "Bucket",
    formula: "near distances one by one, then logarithmically up to the last bucket",
    view: "similarity",
  },
  index: { title: "Index", formula: "clip(j − i, −K, K) + K", view: "similarity" },
} as const satisfies Readonly<Record<string, StepKind>>;
