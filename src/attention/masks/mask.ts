import type { BooleanMatrix, Matrix } from "../../math/matrix.js";
import type { AttendSettings } from "../attend-settings.js";

/** The numbers of queries and keys, and their positions. */
export interface MaskSizes {
  readonly numQueries: number;
  readonly numKeys: number;
  /** The number of keys that came before the queries (a KV cache). By default query 0 is placed after them. */
  readonly pastKeys?: number | undefined;
  /**
   * The number of keys after the others that every query may attend to: bias_k, a zero key. Mask rules do not apply to
   * them.
   */
  readonly unmaskedKeys?: number;
  /** For local attention: the position that each query looks at among the keys, n×1. */
  readonly alignedPositions?: Matrix | undefined;
}

/** What mask rules depend on: n queries, m keys, and query 0 at key `offset`. */
export interface MaskContext extends MaskSizes {
  readonly offset: number;
  readonly settings: AttendSettings;
  /** The boolean matrix that was given, n×m or 1×m, unchanged. */
  readonly givenMask?: BooleanMatrix | undefined;
}

/** The keys from `low` up to, but not including, `high`. The range may extend beyond the existing keys. */
interface KeyRange {
  readonly low: number;
  readonly high: number;
}

/**
 * A rule about which keys a query may attend to. One entry per rule in registry.ts. All active rules must allow a key.
 */
export interface Mask {
  isOn(context: MaskContext): boolean;
  /** Returns a range of keys; query `i` may attend to no key outside it. */
  range(i: number, context: MaskContext): KeyRange;
  /** Whether query `i` may attend to key `j` of its range. Absent if it may attend to all of them. */
  allows?(i: number, j: number, context: MaskContext): boolean;
  /** Says why a blocked cell is blocked: "key 2 comes after query 1". */
  reason(i: number, j: number, context: MaskContext): string;
  /** Describes the rule, for the conventions of a run. */
  describe(context: MaskContext): string;
  /** Whether the rule depends on the position of query 0 among the keys. */
  readonly needsAlignment?: true;
}
