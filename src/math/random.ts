/** A stream of pseudo-random numbers that depends only on its seed: the same on every machine. */
export interface Random {
  /** Returns a number in [0, 1), with 32 bits. */
  uniform(): number;
  /** Returns a number from the standard normal distribution. */
  normal(): number;
}

/**
 * Creates the generator sfc32 (small fast counting, Doty-Humphrey). It starts from a seed and a name, so that streams
 * with different names are independent. seed: a whole number.
 */
export function createRandom(seed: number, name = ""): Random {
  let a = hash(`${seed}/${name}`);
  let b = hash(`${name}/${seed}`);
  let c = seed >>> 0;
  let count = 1;
  const bits = () => {
    const sum = (a + b + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  // The first numbers still depend visibly on the seed, so they are dropped.
  for (let round = 0; round < 15; round++) bits();
  const uniform = () => bits() / 2 ** 32;
  return { uniform, normal: normalFrom(uniform) };
}

/** Makes two normal numbers from two uniform ones (Box and Muller 1958). The second is kept for the next call. */
function normalFrom(uniform: () => number) {
  // An array, because a variable of the closure would put every number on the heap.
  const kept = new Float64Array(1);
  let hasKept = false;
  return () => {
    hasKept = !hasKept;
    if (!hasKept) return kept[0];
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    kept[0] = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** Returns the FNV-1a hash, 32 bits. */
function hash(text: string) {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
