import { plainName } from "../../attention/names.js";
import { byWord } from "../words.js";

/** What stands beside query, key and value in dumps, and is no input of a command. */
export type MemberKind = keyof typeof NAMES | "keyLengths";

/** What libraries call it, as `plainName` leaves names. */
const NAMES = {
  /** Query, key and value in one array. */
  qkv: "qkv packedqkv qkvpacked mixedqkv qkvstates fusedqkv",
  /** Key and value in one. */
  kv: "kv packedkv kvpacked kvcache",
  /** True where a key is padding (torch's MultiheadAttention). */
  keyPadding: "keypaddingmask srckeypaddingmask paddingmask padmask",
  /** 1 where a key may be attended to (Hugging Face), or numbers that are added. */
  attentionMask: "attentionmask attnmask causalmask",
  slopes: "alibislopes slopes alibi",
  /** How many keys of a cache are filled. */
  cacheLengths: "cacheseqlens cachelens cachelengths kvseqlens",
  /** What is appended to a cache of keys, and of values. */
  newKeys: "knew newk newkeys",
  newValues: "vnew newv newvalues",
  /** How many queries each sequence has. */
  queryLengths: "seqlensq seqlenq qlens qlen qseqlens querylens querylengths",
  /** Which pages of a cache each batch has, in their order. */
  pages: "blocktable blocktables pagetable pagetables kvpagetable blockids pageindices",
  /** By what numbers of a few bits are multiplied. */
  queryScale: "qdescale descaleq qscaleinv",
  keyScale: "kdescale descalek kscaleinv",
  valueScale: "vdescale descalev vscaleinv",
  /** Where sequences begin that stand behind each other. */
  queryStarts: "cuseqlens cuseqlensq cuseqlenq cuseqlen qoindptr qindptr cusumseqlens",
  keyStarts: "cuseqlensk cuseqlenk cuseqlenskv cuseqlenkv kvindptr",
} as const;

const KINDS = byWord(NAMES);

/** Whether a member may be one number. */
export const mayBeNumber = (kind: MemberKind): boolean => /Scale$|^cache/.test(kind);

/** How many keys each batch has: seqlens_k, kv_lens, context_lengths, seqused_k. */
const KEY_LENGTHS =
  /^(?:actual|valid|real)?(?:kv?|keys?|memory|src|context)?(?:seq|sequence)?(?:len|length|used)s?(?:kv?|keys?)?$/;

/** What a member of a dump is by its name. */
export function memberNamed(name: string): MemberKind | undefined {
  const plain = plainName(name);
  return KINDS.get(plain) ?? (KEY_LENGTHS.test(plain) ? "keyLengths" : undefined);
}

/** Words that stand within names and say nothing of what is named: whose it is, which one, in which type. */
const SAYING_NOTHING =
  /^(?:my|mine|the|your|our|ref|reference|expected|actual|got|golden|gold|test|dump|dumped|debug|tensor|array|arr|torch|pytorch|triton|cuda|cutlass|hip|rocm|jax|pallas|numpy|np|flash|fa\d?|sdpa|mha|gqa|naive|eager|kernel|custom|naive|cpu|gpu|host|device|d|h|fwd|forward|bwd|backward|in|input|inputs|final|result|layers?|blocks?|blk|attn|attention|mat|matrix|step|iter|batch|rank|run|case|fp\d+|f\d+|bf\d+|float\d*|half|bhsd|bshd|bhnd|bnhd|layer\d+|step\d+|\d+)$/i;

export const saysNothing = (word: string): boolean => SAYING_NOTHING.test(word);

const wordsOf = (name: string): readonly string[] => name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/** The part of a name that `known` says something of, where all other words say nothing: `query` of `layer0_query`. */
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
