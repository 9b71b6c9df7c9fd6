import { setting } from "../../errors.js";
import { refuseIn } from "../source.js";
import { type Gathered, type MemberOfSource, memberOf } from "../source-matrices.js";
import { numbersIn } from "../value-axes.js";

/** A range of positions of an array. */
interface Positions {
  readonly first: number;
  readonly count: number;
}

/**
 * The positions that belong to each sequence: a whole axis, or a range if sequences are concatenated. Also says how
 * many keys count.
 */
export interface Sequences {
  readonly batches: number;
  queries(batch: number): Positions;
  keys(batch: number): Positions;
  /** The number of keys of a batch, if the dump gives lengths. */
  keyLength?(batch: number): number;
  /** Whether the keys are those of a cache; the queries are then its last positions. */
  readonly isCached: boolean;
  /** Whether sequences are concatenated. */
  readonly isVarlen: boolean;
}

interface Sizes {
  readonly batches: number;
  readonly queries: number;
  readonly keys: number;
}

/**
 * Reads the lengths of sequences in a dump: cu_seqlens, seqlens_k, cache_seqlens. Throws SHAPE_MISMATCH and BAD_VALUE.
 */
export function findSequences(gathered: Gathered, { batches, queries, keys }: Sizes): Sequences {
  const keyStarts = memberOf(gathered, "keyStarts");
  const starts = memberOf(gathered, "queryStarts") ?? keyStarts;
  const cached = memberOf(gathered, "cacheLengths");
  const lengths = memberOf(gathered, "keyLengths") ?? cached;
  if (!starts) {
    const all = (count: number) => () => ({ first: 0, count });
    const ends = lengths && lengthsOf(lengths, batches, keys);
    return {
      batches,
      queries: all(queries),
      keys: all(keys),
      isCached: cached !== undefined,
      isVarlen: false,
      ...(ends && { keyLength: (batch) => ends[batch] }),
    };
  }
  const [own, ofKeys] = [startsOf(starts, queries), startsOf(keyStarts ?? starts, keys)];
  if (own.length !== ofKeys.length) {
    const what = `${starts.key} has ${own.length} numbers, and ${keyStarts?.key} ${ofKeys.length}`;
    refuseIn(
      starts.parsed.source.name,
      "SHAPE_MISMATCH",
      `${what}.`,
      "Both need one number more than there are sequences.",
    );
  }
  const countIn = (places: readonly number[], index: number) => places[index + 1] - places[index];
  const all = [...own.slice(1).keys()];
  const asking = all.filter((index) => countIn(own, index) > 0);
  if (asking.length < all.length) {
    const empty = all.filter((index) => !asking.includes(index));
    gathered.notices.push(`left out sequence ${empty.join(", ")}, without queries: batches count the others`);
  }
  const between = (places: readonly number[]) => (batch: number) => {
    const count = countIn(places, asking[batch]);
    // A sequence without keys takes one key, which `keyLength` then excludes.
    return { first: Math.min(places[asking[batch]], (places.at(-1) ?? 1) - 1), count: Math.max(1, count) };
  };
  return {
    batches: asking.length,
    queries: between(own),
    keys: between(ofKeys),
    isCached: false,
    isVarlen: true,
    ...(all.some((index) => countIn(ofKeys, index) === 0) && {
      keyLength: (batch) => countIn(ofKeys, asking[batch]),
    }),
  };
}

function lengthsOf(member: MemberOfSource, batches: number, keys: number): readonly number[] {
  const found = numbersIn(member);
  const lengths = found.length === 1 ? Array<number>(batches).fill(found[0]) : found;
  if (lengths.length !== batches) {
    const message = `${member.key} has ${found.length} numbers, but there are ${batches} batches.`;
    refuseIn(
      member.parsed.source.name,
      "SHAPE_MISMATCH",
      message,
      "It needs the number of keys of each batch.",
    );
  }
  const odd = lengths.find((length) => !Number.isInteger(length) || length < 0 || length > keys);
  if (odd === undefined) return lengths;
  const message = `${member.key} has ${odd}, but there are ${keys} keys.`;
  return refuseIn(
    member.parsed.source.name,
    "BAD_VALUE",
    message,
    `It needs the number of keys of each batch, as ${setting("keyLength")} does for one.`,
  );
}

function startsOf(member: MemberOfSource, length: number): readonly number[] {
  const places = numbersIn(member);
  const isSorted = places.every(
    (place, index) => Number.isInteger(place) && (index === 0 ? place === 0 : place >= places[index - 1]),
  );
  if (places.length > 1 && isSorted && places[places.length - 1] <= length) return places;
  const message = `${member.key} is ${places.join(", ")}, but the arrays have ${length} positions.`;
  return refuseIn(
    member.parsed.source.name,
    "BAD_VALUE",
    message,
    "It needs the start of each sequence, from 0 on, and the end of the last one.",
  );
}
