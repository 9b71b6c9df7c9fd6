import { cellOf, type Matrix } from "../../math/matrix.js";
import type { Pairs } from "../../trace/ops/shift.js";

/** What least squares makes of the shifted sines. */
export interface PairFit {
  /** R² of the pair that a multiple of its own sine column fits worst; NaN when there is one row. */
  readonly sineOnlyR2: number;
  readonly worstPair: number | undefined;
  /** For each pair the coefficients of its sine and its cosine column: cos kω and sin kω. */
  readonly coefficients: readonly (readonly [number, number])[];
}

/**
 * Fits the sine column of each pair, `shifted`, from the columns of that pair in `table`: once from the sines alone,
 * which fails, and once from both. Both n×d. R² = 1 − Σ(y − fit)² / Σ(y − ȳ)².
 */
export function fitPairs(table: Matrix, shifted: Matrix, { pairing, pairs }: Pairs): PairFit {
  if (table.rows < 2) return { sineOnlyR2: Number.NaN, worstPair: undefined, coefficients: [] };
  const fits = Array.from({ length: pairs }, (_, pair) =>
    pairing === "interleaved"
      ? fitPair(table, shifted, 2 * pair, 2 * pair + 1)
      : fitPair(table, shifted, pair, pair + pairs),
  );
  let worstPair = 0;
  for (const [pair, { alone }] of fits.entries()) if (alone < fits[worstPair].alone) worstPair = pair;
  return {
    sineOnlyR2: fits[worstPair].alone,
    worstPair,
    coefficients: fits.map(({ coefficients }) => coefficients),
  };
}

function fitPair(table: Matrix, shifted: Matrix, sine: number, cosine: number) {
  let [ss, sc, cc, ys, yc, yy, sum] = [0, 0, 0, 0, 0, 0, 0];
  for (let row = 0; row < table.rows; row++) {
    const [s, c, y] = [cellOf(table, row, sine), cellOf(table, row, cosine), cellOf(shifted, row, sine)];
    ss += s * s;
    sc += s * c;
    cc += c * c;
    ys += y * s;
    yc += y * c;
    yy += y * y;
    sum += y;
  }
  const determinant = ss * cc - sc * sc;
  const coefficients = [(ys * cc - yc * sc) / determinant, (yc * ss - ys * sc) / determinant] as const;
  const spread = yy - (sum * sum) / table.rows;
  // What the multiple ys/ss of the sines leaves is yy − ys²/ss.
  const rest = ss === 0 ? yy : yy - (ys * ys) / ss;
  const alone = spread > 0 ? 1 - rest / spread : 1;
  return { coefficients, alone };
}
