// What the drawn command lines of all commands have in common.

/** The means to draw a command line. */
export interface Drawer {
  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number;
  one<T>(...values: readonly T[]): T;
  /** Returns the words with this chance, else none. */
  maybe(chance: number, words: () => readonly string[]): readonly string[];
  matrix(rows: number, cols: number): string;
  flags(rows: number, cols: number): string;
}

export function createDrawer(random: () => number): Drawer {
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const table = (rows: number, cols: number, cell: () => string) =>
    Array.from({ length: rows }, () => Array.from({ length: cols }, cell).join(" ")).join("; ");
  return {
    whole,
    one: (...values) => values[whole(0, values.length - 1)],
    maybe: (chance, words) => (random() < chance ? words() : []),
    matrix: (rows, cols) => table(rows, cols, () => ((random() - 0.5) * 4).toFixed(whole(0, 3))),
    flags: (rows, cols) => table(rows, cols, () => (random() < 0.7 ? "1" : "0")),
  };
}

const FILLS = ["replace:-1e9", "replace:-50", "add:-1e4", "add:-3", "subtract:1e9", "multiply-exp"] as const;

export const small = (draw: Drawer, n: number, d: number) => [
  "--length",
  `${n}`,
  "--d-model",
  `${d}`,
  ...draw.maybe(0.3, () => ["--seed", "7"]),
];

/** Draws masks of n queries and m keys, and options for the cells that they mask. */
export function masks(draw: Drawer, n: number, m: number): readonly string[] {
  const causal = draw.maybe(0.5, () => ["--causal"]);
  const window = draw.maybe(0.2, () => [
    "--window",
    causal.length > 0 ? draw.one("1", "2") : draw.one("2,0", "1,1", "1"),
  ]);
  const isPlaced = causal.length + window.length > 0 && n !== m;
  const align = isPlaced ? ["--align", draw.one("top-left", "bottom-right")] : [];
  const given = draw.maybe(0.3, () => [
    ...["--mask", draw.flags(draw.one(1, n), m)],
    ...draw.maybe(0.4, () => ["--mask-true", "drop"]),
  ]);
  const hidden = [...causal, ...window, ...align, ...given];
  const filled =
    hidden.length === 0
      ? []
      : draw.maybe(0.4, () =>
          draw.one(["--mask-fill", draw.one(...FILLS)], ["--empty-row", draw.one("zero", "nan", "uniform")]),
        );
  return [...hidden, ...filled, ...draw.maybe(0.25, () => ["--bias", draw.matrix(draw.one(1, n), m)])];
}

export const scores = (draw: Drawer): readonly string[] => [
  ...draw.maybe(0.2, () => ["--scale", draw.one("none", "0.3", "1/d_k", "-1", "20")]),
  ...draw.maybe(0.2, () => ["--softcap", draw.one("2", "0.5", "30")]),
];

export const backward = (draw: Drawer): readonly string[] =>
  draw.maybe(0.3, () => draw.one(["--backward", "ones"], ["--loss", "sum"]));

export const dtype = (draw: Drawer): readonly string[] =>
  draw.maybe(0.15, () => ["--dtype", draw.one("float32", "tf32", "float16", "bfloat16")]);
