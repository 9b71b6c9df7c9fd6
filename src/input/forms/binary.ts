import type { Form } from "./form.js";

/** .npy, .npz, .safetensors and .pt, which are recognised when they are opened. Their cells have no place in a text. */
export const binary: Form = {
  name: "binary",
  looksLike: ({ isBinary }) => isBinary === true,
  async parse(source, { slice }) {
    const { readBinary } = await import("../binary/read.js");
    const reading = await readBinary(source.bytes, source.name, { ...slice, text: source.pick });
    if (!reading) throw new TypeError("these bytes are in no binary format");
    return { source, ...reading, remarks: [], spanOf: () => ({ start: 0, end: 0 }) };
  },
};
