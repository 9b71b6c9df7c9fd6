import { isZip } from "../binary/detect.js";
import { textContainer } from "../containers/kind.js";
import type { Form } from "./form.js";

/**
 * Files that are not plain text. Documents contain a table among other things. In .npy, .npz, .safetensors and .pt
 * files the cells have no place in a text.
 */
export const files: Form = {
  keepsSigns: true,
  looksLike: ({ isBinary, name }, _, head) => isBinary === true || textContainer(name, head) !== undefined,
  async parse(source, options) {
    const { bytes, isBinary, name, pick } = source;
    if (!isBinary || isZip(bytes)) {
      const read = await (await import("../containers/matrix.js")).readTableOf(source, options);
      if (read) return read;
    }
    const { readBinary } = await import("../binary/read.js");
    const reading = await readBinary(bytes, name, pick);
    if (!reading) throw new TypeError("these bytes are not in a known binary format");
    return { source, ...reading, remarks: [], spanOf: () => ({ start: 0, end: 0 }) };
  },
};
