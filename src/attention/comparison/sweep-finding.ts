import { setting } from "../../errors.js";
import { columnOf, type Matrix } from "../../math/matrix.js";
import type { Sweep } from "./sweep-range.js";

/**
 * The tables that a finding is computed from: one row per value, one column per scoring (variance: measured, theory).
 */
interface SweepTable {
  readonly names: readonly string[];
  readonly norms: Matrix;
  readonly largest: Matrix;
  readonly variance: Matrix;
}

/** For d_k below this, an unscaled softmax is not saturated yet, and scaling changes little. */
const SATURATING = 32;
/** The sampling error of the median norms is well below this factor. */
const CLEAR_FACTOR = 1.5;

/** Says in one sentence what a sweep shows, or why it cannot show it. */
export function describeFinding(sweep: Sweep, table: SweepTable): string {
  if (sweep.values.length === 1 && sweep.over !== "d_k") {
    return `One value of ${sweep.over} shows no change: sweep several, such as ${sweep.over}=1..16.`;
  }
  return sweep.over === "d_k" ? describeSizes(sweep.values, table) : describeChange(sweep, table);
}

function describeSizes(values: readonly number[], table: SweepTable): string {
  const [dot, scaled] = [table.names.indexOf("dot"), table.names.indexOf("scaled-dot")];
  if (dot < 0 || scaled < 0) {
    return `${describeChange({ over: "d_k", values }, table)} Compare dot and scaled-dot to see the purpose of scaling.`;
  }
  const [plain, divided] = [columnOf(table.norms, dot), columnOf(table.norms, scaled)];
  const largest = values.length - 1;
  if (values[largest] < SATURATING || values.length === 1) {
    const sizes =
      values.length === 1 ? `d_k = ${values[0]} alone` : `d_k from ${values[0]} to ${values[largest]}`;
    const reason =
      values.length === 1
        ? `one size shows no growth (median Jacobian norm ${short(plain[0])} unscaled, ${short(divided[0])} scaled)`
        : `q·k has a variance of only ${short(table.variance.data[2 * largest])} there, so the unscaled softmax is not saturated (median Jacobian norm ${short(plain[largest])}, scaled ${short(divided[largest])})`;
    return `${sizes} cannot show the purpose of scaling: ${reason}; use ${setting("sweep")} d_k=2..512.`;
  }
  const variance = columnOf(table.variance, 0);
  return (
    `From d_k = ${values[0]} to ${values[largest]} the variance of q·k grows from ${short(variance[0])} to ${short(variance[largest])} (theory: d_k), ` +
    `so without scaling the softmax saturates and its median Jacobian norm goes from ${short(plain[0])} to ${short(plain[largest])}; ` +
    `divided by √d_k it stays between ${short(Math.min(...divided))} and ${short(Math.max(...divided))}.`
  );
}

/** Describes the scoring whose Jacobian changes most. */
function describeChange(
  { over, values }: Pick<Sweep, "over" | "values">,
  { names, norms, largest }: SweepTable,
): string {
  const last = values.length - 1;
  const factors = names.map((_, index) => {
    const norm = columnOf(norms, index);
    return Math.abs(Math.log(norm[last] / norm[0]));
  });
  const most = factors.indexOf(Math.max(...factors));
  const range = `${over} = ${values[0]} to ${values[last]}`;
  if (!(factors[most] > Math.log(CLEAR_FACTOR))) {
    return `From ${range} no scoring's softmax changes much: every median Jacobian norm stays within a factor of ${CLEAR_FACTOR}.`;
  }
  const [norm, weight] = [columnOf(norms, most), columnOf(largest, most)];
  return `From ${range} ${names[most]} changes most: its median Jacobian norm goes from ${short(norm[0])} to ${short(norm[last])}, its mean largest weight from ${short(weight[0])} to ${short(weight[last])}.`;
}

const short = (value: number) => String(Number(value.toPrecision(2)));
