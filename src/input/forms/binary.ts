import type { Source } from "../source.js";
import type { Form } from "./form.js";

/** An archive that is not called like one of arrays: an office document, perhaps. */
const isArchive = ({ bytes, name }: Source) =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && !/\.(?:npz|pth?)$/i.test(name);

/** .npy, .npz, .safetensors and .pt, which are recognised when they are opened. Their cells have no place in a text. */
export const binary: Form = {
  keepsSigns: true,
  looksLike: ({ isBinary }) => isBinary === true,
  async parse(source, options) {
    if (isArchive(source)) {
      const read = await (await import("../containers/matrix.js")).readTableOf(source, options);
      if (read) return read;
    }
    const { readBinary } = await import("../binary/read.js");
    const reading = await readBinary(source.bytes, source.name, source.pick);
    if (!reading) throw new TypeError("these bytes are in no binary format");
    return { source, ...reading, remarks: [], spanOf: () => ({ start: 0, end: 0 }) };
  },
};
