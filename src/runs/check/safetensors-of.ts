/** An array with its name. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
  /** Whether its numbers are booleans. */
  readonly isTrue?: boolean;
}

/**
 * Returns the bytes of a .safetensors file: the length of the header, the header, the numbers. Numbers are float32 if
 * they are given so, else float64.
 */
export function safetensorsOf(arrays: readonly NamedArray[]): Uint8Array {
  let end = 0;
  const parts = arrays.map(({ name, shape, data, isTrue }) => {
    const bytes = isTrue ? Uint8Array.from(data) : bytesOf(data);
    const dtype = isTrue ? "BOOL" : data instanceof Float32Array ? "F32" : "F64";
    const offsets = [end, end + bytes.length];
    end += bytes.length;
    return { bytes, entry: [name, { dtype, shape, data_offsets: offsets }] as const };
  });
  const header = JSON.stringify(Object.fromEntries(parts.map(({ entry }) => entry)));
  // The numbers begin at a multiple of 8 bytes, so that they can be used without copying.
  const text = Buffer.from(header);
  const padded = Buffer.concat([text, Buffer.alloc(-text.length & 7, " ")]);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([prefix, padded, ...parts.map(({ bytes }) => bytes)]);
}

function bytesOf(data: ArrayLike<number>): Uint8Array {
  const size = data instanceof Float32Array ? 4 : 8;
  const view = new DataView(new ArrayBuffer(size * data.length));
  for (let at = 0; at < data.length; at++) {
    if (size === 4) view.setFloat32(at * size, data[at], true);
    else view.setFloat64(at * size, data[at], true);
  }
  return new Uint8Array(view.buffer);
}
