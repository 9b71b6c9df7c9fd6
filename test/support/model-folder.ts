import type { PlainModel } from "../../src/index.js";
import { safetensorsFile } from "./alter.js";

type Tensors = PlainModel["tensors"];

/** A .safetensors file of these tensors, in float64. */
export function storedTensors(tensors: Tensors): Uint8Array {
  const blobs: Buffer[] = [];
  const header: Record<string, object> = {};
  let end = 0;
  for (const [name, tensor] of Object.entries(tensors)) {
    const numbers = Array.from<number | ArrayLike<number>>(tensor);
    const rows = numbers.map((row) => (typeof row === "number" ? [row] : Array.from(row)));
    const shape = typeof tensor[0] === "number" ? [rows.length] : [rows.length, rows[0].length];
    const bytes = Buffer.from(Float64Array.from(rows.flat()).buffer);
    header[name] = { dtype: "F64", shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
    blobs.push(bytes);
  }
  return safetensorsFile(JSON.stringify(header), Buffer.concat(blobs));
}

/** The files of a model in a folder, for `given` of a run. */
export const modelFolder = (folder: string, { config, tensors }: PlainModel) => ({
  [`${folder}/config.json`]: JSON.stringify(config),
  [`${folder}/model.safetensors`]: storedTensors(tensors),
});
