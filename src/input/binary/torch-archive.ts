import type { ZipEntry } from "./zip.js";

/** What torch.save calls the description of the tensors in its archive. */
export const PICKLE = "data.pkl";

/** The description of the tensors, in the folder that they are in. */
export const findPickle = (entries: readonly ZipEntry[]): ZipEntry | undefined =>
  entries.find(({ name }) => name.split("/").at(-1) === PICKLE);

/** Whether the files of an archive are those that torch.save writes. */
export const isTorchArchive = (entries: readonly ZipEntry[]): boolean => findPickle(entries) !== undefined;
