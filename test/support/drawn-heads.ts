import { backward, type Drawer, dtype, masks, scores, small } from "./drawer.js";

// Command lines of runs with heads.

export const ROPE_SCALINGS = [
  "linear:factor=2",
  "ntk:factor=3",
  "dynamic:factor=2,original=4,sequence=9",
  "yarn:factor=4,original=8",
  "llama3:factor=8,original=16",
] as const;

export function drawMultihead(draw: Drawer): readonly string[] {
  const [n, m, heads, size] = [draw.whole(1, 4), draw.whole(1, 5), draw.whole(1, 4), draw.one(2, 4)];
  const kvHeads = heads % 2 === 0 ? draw.one(1, 2, heads) : draw.one(1, heads);
  const columns = kvHeads * size;
  const [wide, narrow] = [() => draw.matrix(1, heads * size), () => draw.matrix(1, columns)];
  const crossed = draw.maybe(0.25, () => ["--memory", draw.matrix(m, heads * size)]);
  const biases = draw.maybe(0.3, () => ["--bq", wide(), "--bk", narrow(), "--bv", narrow()]);
  const added = draw.maybe(0.25, () =>
    draw.one(["--bias-k", narrow(), "--bias-v", narrow()], ["--add-zero-attention"]),
  );
  const cache = () => ["--past-key", draw.matrix(2, columns), "--past-value", draw.matrix(2, columns)];
  const past = crossed.length + added.length > 0 ? [] : draw.maybe(0.25, cache);
  const numKeys = (crossed.length > 0 ? m : n) + (past.length > 0 ? 2 : 0);
  return [
    ...["--x", draw.matrix(n, heads * size), "--heads", `${heads}`, "--kv-heads", `${kvHeads}`, "--random"],
    ...[...crossed, ...biases, ...draw.maybe(0.3, () => ["--bo", wide()]), ...added, ...past],
    ...draw.maybe(0.15, () => ["--layout", "out-in"]),
    ...(crossed.length + added.length > 0 ? [] : turned(draw)),
    ...masks(draw, n, numKeys),
    ...[...scores(draw), ...backward(draw), ...dtype(draw)],
    ...draw.maybe(0.1, () => ["--average-weights"]),
  ];
}

/** Options about the positions of heads. */
function turned(draw: Drawer): readonly string[] {
  const rope = () => [
    ...["--rope", draw.one("half-split", "interleaved")],
    ...draw.maybe(0.5, () => ["--scaling", draw.one(...ROPE_SCALINGS)]),
    ...draw.maybe(0.2, () => ["--rotary-size", "2"]),
  ];
  return draw.one([], [], ["--alibi"], rope(), ["--add-positions", "sinusoidal"]);
}

const PRESETS = ["transformer", "gpt1", "gpt2", "gpt3", "bert", "roberta", "palm"] as const;

export function drawLayer(draw: Drawer): readonly string[] {
  const n = draw.whole(1, 4);
  if (draw.one(true, false, false)) {
    const sizes = [...small(draw, n, 8), "--heads", "2", "--d-ff", "8"];
    return ["--preset", draw.one(...PRESETS), "--random", ...sizes, ...backward(draw)];
  }
  const crossed = draw.maybe(0.25, () => ["--memory", draw.matrix(draw.whole(1, 4), 4)]);
  const norm = draw.one("post", "pre", "none", ...(crossed.length > 0 ? [] : ["parallel"]));
  const ofNorms = () => [
    ...["--norm-kind", draw.one("layer", "rms")],
    ...draw.maybe(0.3, () => ["--eps", "0.01"]),
  ];
  return [
    ...["--x", draw.matrix(n, 4), "--heads", draw.one("1", "2", "4"), "--random"],
    ...["--d-ff", draw.one("3", "8"), ...crossed, "--norm", norm, ...(norm === "none" ? [] : ofNorms())],
    ...["--activation", draw.one("relu", "gelu", "gelu-tanh", "silu", "swiglu", "geglu")],
    ...draw.maybe(0.4, () => ["--causal"]),
    ...(crossed.length > 0 ? [] : turned(draw)),
    ...[...scores(draw), ...backward(draw), ...dtype(draw)],
  ];
}

export function drawModel(draw: Drawer): readonly string[] {
  const loss = draw.maybe(0.3, () => ["--backward", "ones"]);
  if (draw.one(true, false, false, false))
    return ["--demo", ...loss, ...draw.maybe(0.3, () => ["--logit-lens"]), ...dtype(draw)];
  const sizes = ["--layers", draw.one("1", "2"), "--d-model", "4", "--heads", draw.one("1", "2")];
  const ids = ["--vocabulary", "9", "--ids", draw.one("1,2", "3", "2,1,2,4")];
  return ["--preset", draw.one(...PRESETS, "macaw"), "--random", ...sizes, ...ids, ...loss];
}
