import { plainName } from "../../attention/names.js";
import { byWord } from "../words.js";

/** Arrays that dumps contain beside query, key and value, and that are no input of a command. */
export type MemberKind = keyof typeof NAMES | "keyLengths";

/** The names that libraries use for them, in the form that `plainName` returns. */
const NAMES = {
  /** Query, key and value packed into one array. */
  qkv: "qkv packedqkv qkvpacked mixedqkv qkvstates fusedqkv",
  /** Key and value packed into one array. */
  kv: "kv packedkv kvpacked kvcache",
  /** True if a key is padding (torch's MultiheadAttention). */
  keyPadding: "keypaddingmask srckeypaddingmask paddingmask padmask",
  /** 1 if a key may be attended to (Hugging Face), or numbers that are added to the scores. */
  attentionMask: "attentionmask attnmask causalmask",
  slopes: "alibislopes slopes alibi",
  /** The number of filled keys in a cache. */
  cacheLengths: "cacheseqlens cachelens cachelengths kvseqlens",
  /** New rows that are appended to a cache of keys and of values. */
  newKeys: "knew newk newkeys",
  newValues: "vnew newv newvalues",
  /** The number of queries of each sequence. */
  queryLengths: "seqlensq seqlenq qlens qlen qseqlens querylens querylengths",
  /** The pages of the cache that each batch uses, in order. */
  pages: "blocktable blocktables pagetable pagetables kvpagetable blockids pageindices",
  /** The scales by which numbers of a few bits are multiplied. */
  queryScale: "qdescale descaleq qscaleinv",
  keyScale: "kdescale descalek kscaleinv",
  valueScale: "vdescale descalev vscaleinv",
  /** Tables by which queries and keys are rotated, and whether columns side by side are pairs. */
  rotaryCos: "rotarycos rotarycoscache ropecos coscache coscached cos",
  rotarySin: "rotarysin rotarysincache ropesin sincache sincached sin",
  rotaryInterleaved: "rotaryinterleaved ropeinterleaved",
  /** The number of keys in a chunk: queries see the keys of their own chunk only. */
  attentionChunk: "attentionchunk attentionchunksize chunkedattentionsize",
  /** The starts of concatenated sequences. */
  queryStarts: "cuseqlens cuseqlensq cuseqlenq cuseqlen qoindptr qindptr cusumseqlens",
  keyStarts: "cuseqlensk cuseqlenk cuseqlenskv cuseqlenkv kvindptr",
} as const;

const KINDS = byWord(NAMES);

/** Whether this member may be a single number instead of an array. */
export const mayBeNumber = (kind: MemberKind): boolean => /Scale$|^cache|Chunk$|Interleaved$/.test(kind);

/** The number of keys of each batch: seqlens_k, kv_lens, context_lengths, seqused_k. */
const KEY_LENGTHS =
  /^(?:actual|valid|real)?(?:kv?|keys?|memory|src|context)?(?:seq|sequence)?(?:len|length|used)s?(?:kv?|keys?)?$/;

/** Returns the kind of a dump's member from its name. */
export function memberNamed(name: string): MemberKind | undefined {
  const plain = plainName(name);
  return KINDS.get(plain) ?? (KEY_LENGTHS.test(plain) ? "keyLengths" : undefined);
}

/** Words in names that do not say what the array is, but whose it is, which one, or of which type. */
const SAYING_NOTHING =
  /^(?:(?:my|mine|the|your|our|ref|reference|expected|actual|got|golden|gold|test|dump|dumped|debug|tensor|array|arr|torch|pytorch|triton|cuda|cutlass|hip|rocm|jax|pallas|numpy|np|flash|fa\d?|sdpa|mha|gqa|naive|eager|kernel|custom|naive|cpu|gpu|host|device|d|h|fwd|forward|bwd|backward|in|input|inputs|final|result|layer|block|mat|matrix|step|iter|batch|rank|run|case|fp\d+|f\d+|bf\d+|float\d*|half|bhsd|bshd|bhnd|bnhd)\d*|\d+)$/i;

export const saysNothing = (word: string): boolean => SAYING_NOTHING.test(word);

const wordsOf = (name: string): readonly string[] => name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/**
 * Finds the part of a name for which `known` returns something, if all other words say nothing: `query` of
 * `layer0_query`. Returns what `known` returned.
 */
export function withinName<T>(name: string, known: (part: string) => T | undefined): T | undefined {
  const words = wordsOf(name);
  for (let length = words.length; length > 0; length--) {
    for (let first = words.length - length; first >= 0; first--) {
      const rest = [...words.slice(0, first), ...words.slice(first + length)];
      const found = rest.every(saysNothing) ? known(words.slice(first, first + length).join("_")) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
