/** Numbers of an array with any number of axes, in order. */
export type StoredTensor = readonly [shape: readonly number[], numbers: readonly number[]];

/** A .safetensors file of float32: the length of a JSON header, the header, the numbers. */
export function safetensorsFile(tensors: Readonly<Record<string, StoredTensor>>): Uint8Array {
  const header: Record<string, object> = {};
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, [shape, numbers]] of Object.entries(tensors)) {
    const bytes = new Uint8Array(Float32Array.from(numbers).buffer);
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
    parts.push(bytes);
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer);
  return Buffer.concat([length, text, ...parts]);
}
