import { backward, createDrawer, type Drawer, dtype, masks, scores, small } from "./drawer.js";
import { drawLayer, drawModel, drawMultihead, ROPE_SCALINGS } from "./drawn-heads.js";

// Draws command lines of runs that can be written as scripts: every command, with options that people combine.

type Commands = "attend" | "multihead" | "layer" | "model" | "posenc" | "compare-scoring";

/** A command line. qkv may refuse it. */
export function drawRun(random: () => number, command: Commands): readonly string[] {
  return [command, ...DRAWN[command](createDrawer(random))];
}

const DRAWN: Readonly<Record<Commands, (draw: Drawer) => readonly string[]>> = {
  attend: drawAttend,
  multihead: drawMultihead,
  layer: drawLayer,
  model: drawModel,
  posenc: drawPosenc,
  "compare-scoring": drawScorings,
};

export const DRAWN_COMMANDS = Object.keys(DRAWN) as readonly Commands[];

const SCORINGS = [
  "dot",
  "general",
  "additive",
  "concat",
  "cosine",
  "local-m",
  "local-p",
  "britz-add",
] as const;
function drawAttend(draw: Drawer): readonly string[] {
  const [n, m, d] = [draw.whole(1, 5), draw.whole(1, 6), draw.whole(1, 4)];
  const source = draw.one("vectors", "vectors", "x", "memory", "scores", "drawn", "preset");
  const shared = [
    ...masks(draw, n, source === "x" ? n : m),
    ...scores(draw),
    ...backward(draw),
    ...dtype(draw),
  ];
  const projected = () => [
    "--wq",
    draw.matrix(d, d),
    "--wk",
    draw.matrix(d, d),
    "--wv",
    draw.matrix(d, draw.whole(1, 3)),
  ];
  if (source === "vectors") {
    const given = [
      "--query",
      draw.matrix(n, d),
      "--key",
      draw.matrix(m, d),
      "--value",
      draw.matrix(m, draw.whole(1, 3)),
    ];
    return [...given, ...shared];
  }
  if (source === "scores")
    return ["--scores", draw.matrix(n, m), "--value", draw.matrix(m, 2), ...masks(draw, n, m)];
  if (source === "preset") {
    const preset = draw.one("luong-general", "luong-dot", "bahdanau", "transformer", "gpt2");
    return [
      "--preset",
      preset,
      "--random",
      "--seed",
      `${draw.whole(0, 99)}`,
      ...small(draw, n, 4),
      ...backward(draw),
    ];
  }
  if (source === "drawn") {
    const scoring = draw.one(...SCORINGS);
    const local = scoring.startsWith("local")
      ? ["--local-window", `${draw.whole(1, 4)}`, ...draw.maybe(0.5, () => ["--local-renormalize"])]
      : [];
    return [
      "--random",
      "--scoring",
      scoring,
      ...local,
      ...small(draw, n, d),
      "--source-length",
      `${m}`,
      ...shared,
    ];
  }
  const positions = draw.maybe(0.4, () => [
    "--add-positions",
    "sinusoidal",
    ...draw.maybe(0.5, () => ["--convention", draw.one("tensor2tensor", "fairseq", "paper")]),
  ]);
  const memory = source === "memory" ? ["--memory", draw.matrix(m, d)] : [];
  return ["--x", draw.matrix(n, d), ...memory, ...draw.maybe(0.7, projected), ...positions, ...shared];
}

function drawPosenc(draw: Drawer): readonly string[] {
  const [n, d] = [draw.whole(1, 6), draw.one(2, 3, 4, 6)];
  const places = draw.one(
    ["--length", `${n}`, "--offset", draw.one("0", "7", "5000")],
    ["--positions", draw.one("0,5,9", "3", "0.5,2", "-3,4")],
  );
  return draw.one<() => readonly string[]>(
    () => [
      ...[...places, "--d-model", `${d}`],
      ...draw.maybe(0.4, () => ["--convention", draw.one("tensor2tensor", "fairseq", "paper")]),
      ...draw.maybe(0.3, () => ["--columns", "halves"]),
      ...draw.maybe(0.3, () => ["--exponent", draw.one("half-minus-one", "doubled")]),
      ...draw.maybe(0.4, () => ["--shift", `${draw.whole(1, 4)}`]),
      ...draw.maybe(0.4, () => ["--dot-products"]),
      ...draw.maybe(0.2, () => ["--base", "100"]),
      ...draw.maybe(0.3, () => ["--odd-d", draw.one("zero", "sine")]),
    ],
    () => [
      ...["--kind", "rope", "--x", draw.matrix(n, 4), "--pairs", draw.one("interleaved", "half-split")],
      ...draw.maybe(0.5, () => ["--scaling", draw.one(...ROPE_SCALINGS)]),
      ...draw.maybe(0.3, () => ["--rotary-size", "2"]),
    ],
    () => [
      "--kind",
      "alibi",
      "--length",
      `${n}`,
      "--heads",
      `${draw.whole(1, 12)}`,
      ...draw.maybe(0.4, () => ["--symmetric"]),
    ],
    () => [
      "--kind",
      "t5",
      "--length",
      `${3 * n}`,
      "--buckets",
      draw.one("8", "32"),
      ...draw.maybe(0.5, () => ["--causal"]),
    ],
    () => ["--kind", "clipped", "--length", `${n}`, "--max-distance", `${draw.whole(1, 4)}`],
    () => ["--kind", "learned", "--positions", "0 1", "--table", draw.matrix(3, d)],
    () => ["--x", draw.matrix(n, d), ...draw.maybe(0.5, () => ["--embedding-scale", "sqrt"])],
  )();
}

function drawScorings(draw: Drawer): readonly string[] {
  const [n, m, d] = [draw.whole(1, 4), draw.whole(1, 4), draw.whole(1, 4)];
  const given = ["--query", draw.matrix(n, d), "--key", draw.matrix(m, d), "--value", draw.matrix(m, 2)];
  return [
    ...given,
    "--scorings",
    draw.one("dot,cosine", "dot,additive", "scaled-dot,general", "dot,concat"),
    "--random",
    ...masks(draw, n, m),
  ];
}
