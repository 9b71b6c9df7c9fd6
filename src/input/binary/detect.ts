import { endingOf } from "../endings.js";

/** The binary formats that qkv reads, and those that it only recognises to name them in an error. */
export type BinaryKind = "npy" | "npz" | "safetensors" | "legacy torch" | "pickle" | ForeignKind;

type ForeignKind = keyof typeof FOREIGN;

const PHOTO = "Type its numbers into a text file, or paste the result of a text recognition.";

/** Hints for recognised formats that qkv does not read. */
export const FOREIGN = {
  gzip: "Unpack it first: gunzip FILE.",
  HDF5: "Save the arrays with np.savez (h5py reads them; MATLAB: save('-v7') and scipy.io.loadmat).",
  "MATLAB's MAT": "Save the matrix as text: writematrix(A, 'a.csv'), or paste mat2str(A).",
  GGUF: "Save the tensors as .safetensors.",
  PDF: "Save it as text or .docx in the program that wrote it, or copy its numbers into a text file (pdftotext -layout FILE).",
  PNG: PHOTO,
  JPEG: PHOTO,
  GIF: PHOTO,
  "HEIC or AVIF": PHOTO,
  WebP: PHOTO,
  "the old .doc or .xls": "Open it and save it as .docx, .xlsx or CSV.",
  RTF: "Open it and save it as .docx or as text.",
} as const;

export const isForeign = (kind: BinaryKind | undefined): kind is ForeignKind =>
  kind !== undefined && Object.hasOwn(FOREIGN, kind);

/** The first bytes of each format, one character per byte. */
const STARTS: readonly (readonly [BinaryKind, string])[] = [
  ["npy", "\x93NUMPY"],
  ["npz", "PK\x03\x04"],
  // an archive without files
  ["npz", "PK\x05\x06"],
  ["gzip", "\x1f\x8b"],
  // a pickle of only the number 0x1950a86a20f9469cfc6c, with which torch.save began before version 1.6
  ["legacy torch", "\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."],
  ["pickle", "\x80\x02"],
  ["pickle", "\x80\x03"],
  ["pickle", "\x80\x04"],
  ["pickle", "\x80\x05"],
  ["HDF5", "\x89HDF\r\n"],
  ["MATLAB's MAT", "MATLAB 5.0 MAT-file"],
  ["GGUF", "GGUF\x03\0"],
  ["PDF", "%PDF-"],
  ["PNG", "\x89PNG\r\n"],
  ["JPEG", "\xff\xd8\xff"],
  ["GIF", "GIF8"],
  ["the old .doc or .xls", "\xd0\xcf\x11\xe0"],
  ["RTF", "{\\rtf"],
];

/**
 * Finds the binary format of a file from its first bytes. A file named .npy, .npz, .safetensors or .pt counts as binary
 * even if damaged, so that it is not read as text. Returns undefined for text.
 */
export function binaryKind(bytes: Uint8Array, name: string): BinaryKind | undefined {
  // A .safetensors file begins with the header's length in eight bytes, little-endian, then JSON. Lengths are below
  // 2^32, so bytes 4 to 7 are 0, which text never has. This test comes first because the first bytes may look like
  // another format: the length 640 starts like a pickle.
  if (bytes[4] === 0 && bytes[5] === 0 && bytes[6] === 0 && bytes[7] === 0 && bytes[8] === 0x7b) {
    return "safetensors";
  }
  if (startsWith(bytes.subarray(4, 8), "ftyp") && bytes[0] === 0) return "HEIC or AVIF";
  if (startsWith(bytes, "RIFF") && startsWith(bytes.subarray(8, 12), "WEBP")) return "WebP";
  const found = STARTS.find((one) => startsWith(bytes, one[1]));
  if (found) return found[0];
  const ending = endingOf(name);
  if (ending === "npz" || ending === "npy" || ending === "safetensors") return ending;
  // .pt and .pth files are zip archives too
  return ending === "pt" || ending === "pth" ? "npz" : undefined;
}

/** Whether bytes begin like a zip archive. */
export const isZip = (bytes: Uint8Array): boolean =>
  startsWith(bytes, "PK\x03") || startsWith(bytes, "PK\x05");

function startsWith(bytes: Uint8Array, start: string): boolean {
  for (let at = 0; at < start.length; at++) if (bytes[at] !== start.charCodeAt(at)) return false;
  return true;
}
