import type { BooleanMatrix, Matrix } from "../../math/matrix.js";
import type { AttendSettings } from "../attend-settings.js";

/** How many queries and keys there are, and where they stand. */
export interface MaskSizes {
  readonly numQueries: number;
  readonly numKeys: number;
  /** Of the keys, so many came before the queries (a KV cache): query 0 stands behind them when nothing else is said. */
  readonly pastKeys?: number | undefined;
  /** Keys behind the others that every query may attend to, whatever the rules say: bias_k, a zero key. */
  readonly openKeys?: number;
  /** Of local attention: where each query looks among the keys, n×1. */
  readonly places?: Matrix | undefined;
}

/** Where masks are decided: n queries, m keys, and query 0 standing at key `offset`. */
export interface MaskContext extends MaskSizes {
  readonly offset: number;
  readonly settings: AttendSettings;
  /** The boolean matrix that was given, n×m or 1×m, as given. */
  readonly given?: BooleanMatrix | undefined;
}

/** The keys from `low` to before `high`, which may reach beyond the keys that there are. */
interface KeyRange {
  readonly low: number;
  readonly high: number;
}

/** A rule that lets a query see keys. One entry of registry.ts each; all that are on must allow. */
export interface Mask {
  isOn(context: MaskContext): boolean;
  /** Whether query `i` may attend to key `j`. */
  allows(i: number, j: number, context: MaskContext): boolean;
  /** The consecutive keys outside of which query `i` may attend to none. */
  range(i: number, context: MaskContext): KeyRange;
  /** Why a blocked cell is blocked: "key 2 comes after query 1". */
  reason(i: number, j: number, context: MaskContext): string;
  /** The rule in words, for the conventions of a run. */
  describe(context: MaskContext): string;
  /** Whether the rule depends on where query 0 stands among the keys. */
  readonly needsAlignment?: true;
}

/** A rule that allows all keys of its range. */
export const rangeMask = (rule: Omit<Mask, "allows">): Mask => ({
  ...rule,
  allows(i, j, context) {
    const { low, high } = rule.range(i, context);
    return low <= j && j < high;
  },
});
