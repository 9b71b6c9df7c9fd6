/** Names that the scripts already use. */
const RESERVED = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from " +
    "global if import in is lambda nonlocal not or pass raise return try while with yield " +
    "np torch jax jnp keras ops math numbers check print float input range list len zip sum erf F forward mesh main os sys dist nn " +
    "rounded kept near unit top total p shift by_autograd TOLERANCE DeviceMesh PartitionSpec"
  ).split(" "),
);

/**
 * Creates Python names for the keys of a run: "head 0/scaled-scores" becomes head_0_scaled_scores. Each key gets its
 * own name.
 */
export function createNames() {
  const byKey = new Map<string, string>();
  const taken = new Set<string>();
  const fresh = (wanted: string): string => {
    const plain = wanted.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "") || "step";
    const stem = /^\d/.test(plain) ? `_${plain}` : RESERVED.has(plain) ? `${plain}_` : plain;
    let name = stem;
    for (let count = 2; taken.has(name); count++) name = `${stem}_${count}`;
    taken.add(name);
    return name;
  };
  return {
    /** Returns a new name that nothing else has. */
    fresh,
    of(key: string): string {
      const name = byKey.get(key) ?? fresh(key);
      byKey.set(key, name);
      return name;
    },
  };
}

export type Names = ReturnType<typeof createNames>;

/** Makes a text safe after a # in Python: on one line, without control characters. */
export const commentText = (text: string): string => text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ");

/** Writes a text as a Python string. */
export const pythonString = (text: string): string => JSON.stringify(text);
