import type { FloatName } from "../../src/check/machine/float-names.js";
import { FLOAT_TYPES, roundTo } from "../../src/check/machine/float-types.js";
import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import type { BackMachine, BackProblem } from "./gradient-machines.js";
import { turn } from "./kernel-positions.js";
import type { Rope } from "./machines.js";

// Problems for backward passes, drawn by a seed, with the options of qkv that describe them.

type Random = () => number;

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)];

/** Numbers of a normal distribution (Box and Muller 1958). */
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export type Mask = "none" | "causal" | "bottom" | "window" | "random";

/** What a problem has to have. */
export interface Fixed {
  readonly compute?: FloatName;
  readonly rows?: number;
  readonly keys?: number;
  readonly isSquare?: boolean;
  readonly size?: number;
  readonly mask?: Mask;
  readonly softcap?: number | "none";
  readonly bias?: boolean;
  readonly rope?: boolean;
  readonly group?: number;
  readonly kvHeads?: number;
  readonly kind?: string;
  readonly isScaled?: boolean;
  readonly hasSameWidth?: boolean;
  readonly dropout?: boolean;
  /** The minimum number of queries and keys, if sizes are drawn. */
  readonly fewest?: number;
}

export interface DrawnBack {
  readonly problem: BackProblem;
  readonly compute: FloatName;
  /** The type of the files. */
  readonly kept: FloatName;
  readonly options: readonly string[];
  readonly kind: string;
  readonly mask: Mask;
  /** Queries and keys before RoPE rotated them. */
  readonly unturned?: {
    readonly query: readonly Matrix[];
    readonly key: readonly Matrix[];
    readonly rope: Rope;
  };
}

const TYPES: readonly FloatName[] = [
  ...(["float64", "float32", "float32", "tf32", "float16", "bfloat16", "bfloat16"] as const),
];
const KINDS = [
  ...(["normal", "normal", "normal", "small", "large", "saturated", "mean-value", "mean-key"] as const),
  ...(["mean-query", "mean-all", "tiny", "ones", "outlier", "sparse", "alike", "mean-gradient"] as const),
  ...(["repeat", "trend"] as const),
] as const;
const MASKS: readonly Mask[] = ["none", "none", "causal", "causal", "window", "bottom", "random"];

/** A size between 2 and `most`, small ones as often as large ones. */
const sizeUpTo = (random: Random, most: number, least = 2) =>
  Math.max(least, Math.min(most, Math.round(2 ** (1 + random() * (Math.log2(most) - 1)))));

export function drawBackProblem(random: Random, most: number, fixed: Fixed = {}): DrawnBack {
  const compute = fixed.compute ?? pick(random, TYPES);
  const rows = fixed.rows ?? sizeUpTo(random, most);
  const drawnKeys = random() < 0.7 ? rows : sizeUpTo(random, most);
  const keys = fixed.isSquare ? rows : (fixed.keys ?? drawnKeys);
  const size =
    fixed.size ??
    pick(
      random,
      [8, 16, 24, 32, 64, 80, 128].filter((d) => most > 200 || d <= 64),
    );
  const drawnWidth = random() < 0.9 ? size : pick(random, [8, 32, 64]);
  const width = fixed.hasSameWidth ? size : drawnWidth;
  const isLarge = rows * keys * size > 4e6;
  const kvHeads = fixed.kvHeads ?? (isLarge ? 1 : pick(random, [1, 1, 2]));
  const group = fixed.group ?? (isLarge ? 1 : pick(random, [1, 1, 2, 4]));
  const kind = fixed.kind ?? pick(random, KINDS);
  const kept = compute === "tf32" ? "float32" : compute;
  const store = (value: number) => roundTo(FLOAT_TYPES[kept], value);
  const heads = kvHeads * group;
  const matrices = drawMatrices(random, kind, { rows, keys, size, width, heads, kvHeads, store });
  const asked = fixed.mask ?? pick(random, MASKS);
  const mask =
    (asked === "bottom" && keys < rows) || (asked === "window" && keys !== rows) ? "causal" : asked;
  const { sees, options } = drawMask(random, mask, rows, keys);
  const scale = fixed.isScaled || random() < 0.7 ? size ** -0.5 : pick(random, [0.125, 0.25]);
  const drawnCap = random() < 0.15 ? pick(random, [5, 20, 50]) : undefined;
  const softcap = fixed.softcap === "none" ? undefined : (fixed.softcap ?? drawnCap);
  const hasBias = fixed.bias ?? random() < 0.12;
  const bias = hasBias
    ? createMatrix(rows, keys, () => store(pick(random, [0.5, 2]) * normal(random)))
    : undefined;
  const hasRope = (fixed.rope ?? random() < 0.1) && rows === keys;
  const rope: Rope = { pairs: pick(random, ["interleaved", "half-split"] as const), base: 10_000 };
  const turned = (list: readonly Matrix[]) => list.map((one) => stored(turn(one, rope, 0), store));
  const { query, key } = matrices;
  const hasDropout = fixed.dropout ?? random() < 0.1;
  const probability = pick(random, [0.1, 0.2, 0.5]);
  const masks = query.map(() =>
    createMatrix(rows, keys, () => (hasDropout && random() >= probability ? 1 : 0)),
  );
  return {
    problem: {
      ...matrices,
      ...(hasRope && { query: turned(query), key: turned(key) }),
      ...{ scale, softcap, bias, sees, ...(hasDropout && { dropout: { masks, probability } }) },
    },
    ...{ compute, kept, kind, mask },
    options: [
      ...options,
      ...(scale === size ** -0.5 ? [] : ["--scale", String(scale)]),
      ...(softcap === undefined ? [] : ["--softcap", String(softcap)]),
      ...(hasRope ? ["--rope", rope.pairs] : []),
    ],
    ...(hasRope && { unturned: { query, key, rope } }),
  };
}

const stored = (matrix: Matrix, store: (value: number) => number): Matrix => ({
  ...matrix,
  data: matrix.data.map(store),
});

interface Sizes {
  readonly rows: number;
  readonly keys: number;
  readonly size: number;
  readonly width: number;
  readonly heads: number;
  readonly kvHeads: number;
  store(value: number): number;
}

/** Draws query, key, value and the gradient of the output: of usual sizes, or as hard for rounding as real data get. */
function drawMatrices(random: Random, kind: string, sizes: Sizes) {
  const { rows, keys, size, width, heads, kvHeads, store } = sizes;
  const by =
    kind === "small" ? 0.1 : kind === "large" ? 2 : kind === "saturated" ? 5 : pick(random, [0.5, 1, 1.5]);
  const around = (cols: number, of: number) => Array.from({ length: cols }, () => of * normal(random));
  const has = (...kinds: readonly string[]) => kinds.includes(kind);
  const means = {
    query: around(
      size,
      has("mean-query", "mean-all") ? pick(random, [1, 2]) : has("ones") ? pick(random, [0, 1]) : 0,
    ),
    key: around(size, has("mean-key", "mean-all") ? pick(random, [1, 3]) : 0),
    value: around(width, has("mean-value", "mean-all") ? pick(random, [3, 10, 30]) : 0),
    gradient: around(width, has("mean-gradient", "mean-all") ? pick(random, [1, 5]) : 0),
  };
  const tiny = has("tiny") ? pick(random, [1e-3, 1e-5, 1e-7]) : 1;
  const open = new Set(
    Array.from({ length: Math.max(1, Math.round(rows / 10)) }, () => Math.floor(random() * rows)),
  );
  const slant = (row: number, count: number) => (count > 1 ? (2 * row) / (count - 1) - 1 : 0);
  const draw = (count: number, n: number, cols: number, cell: (row: number, col: number) => number) =>
    Array.from({ length: count }, () => createMatrix(n, cols, (row, col) => store(cell(row, col))));
  const query = draw(heads, rows, size, (_, c) => by * normal(random) + means.query[c]);
  const key = draw(kvHeads, keys, size, (row, c) => {
    const own = by * normal(random) * (has("outlier") && c === 0 ? 15 : 1);
    if (has("alike")) return 1 + 0.3 * own;
    return (has("trend") ? 0.3 * own + slant(row, keys) : own) + means.key[c];
  });
  const value = draw(kvHeads, keys, width, (row, c) => {
    const own = normal(random) * (has("outlier") && c === 1 ? 30 : 1);
    if (has("alike")) return 1 + 0.01 * own;
    return own + (has("trend") ? 5 * slant(row, keys) : 0) + means.value[c];
  });
  const gradient = draw(heads, rows, width, (row, c) => {
    if (has("ones")) return 1;
    if (has("sparse") && !open.has(row)) return 0;
    return tiny * (normal(random) * (has("outlier") && c === 2 % width ? 10 : 1) + means.gradient[c]);
  });
  if (has("repeat")) for (const one of [...query, ...gradient]) repeatFirst(one);
  return { query, key, value, gradient };
}

function repeatFirst({ cols, data }: Matrix): void {
  for (let at = cols; at < data.length; at++) data[at] = data[at % cols];
}

function drawMask(
  random: Random,
  mask: Mask,
  rows: number,
  keys: number,
): { readonly sees: Matrix; readonly options: readonly string[] } {
  const all = (allows: (i: number, j: number) => boolean) =>
    createMatrix(rows, keys, (i, j) => (allows(i, j) ? 1 : 0));
  const corner = rows === keys ? [] : ["--align", mask === "bottom" ? "bottom-right" : "top-left"];
  if (mask === "causal") return { sees: all((i, j) => j <= i), options: ["--causal", ...corner] };
  if (mask === "bottom")
    return { sees: all((i, j) => j <= i + keys - rows), options: ["--causal", ...corner] };
  if (mask === "window") {
    const width = Math.max(1, Math.floor(keys / 4));
    const sees = all((i, j) => j <= i && j > i - width);
    return { sees, options: ["--causal", "--window", String(width)] };
  }
  if (mask === "random") return { sees: all((_, j) => j === 0 || random() < 0.7), options: [] };
  return { sees: all(() => true), options: [] };
}

/** Draws a way of rounding that is right for a problem. */
export function drawBackMachine(random: Random, { compute, kept, problem }: DrawnBack): BackMachine {
  const isHalf = compute === "float16" || compute === "bfloat16";
  const ways: readonly BackMachine["way"][] = [
    ...(["tiled", "tiled", "tiled", "textbook", "sequential"] as const),
    ...(isHalf ? (["eager", "eager"] as const) : []),
    ...(isHalf && problem.softcap === undefined && !problem.bias ? (["rescaled"] as const) : []),
  ];
  return {
    ...{ compute, stored: isHalf && random() < 0.1 ? "float32" : kept },
    way: pick(random, ways),
    rowsOfTile: pick(random, [16, 32, 64, 128]),
    keysOfTile: pick(random, [16, 32, 64, 128]),
    order: pick(random, ["forward", "reverse", "shuffled"] as const),
    isBaseTwo: random() < 0.4,
  };
}
