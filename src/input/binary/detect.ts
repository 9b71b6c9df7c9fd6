import { endingOf } from "../endings.js";

/** The binary formats that qkv reads. */
export type BinaryKind = "npy" | "npz" | "safetensors" | "legacy torch" | "pickle";

/** A format that qkv only recognises, to name it in an error, and what to do instead. */
export interface ForeignFormat {
  readonly foreign: string;
  readonly hint: string;
}

const foreign = (name: string, hint: string): ForeignFormat => ({ foreign: name, hint });
const packed = (name: string) => foreign(name, "Unpack it first, and give the file in it.");
const columns = (name: string) =>
  foreign(name, "Save its numbers as CSV: pandas' df.to_csv('q.csv', index=False).");
const photo = (name: string) =>
  foreign(name, "Type its numbers into a text file, or paste the result of a text recognition.");

/** The first bytes of a .npy file. */
export const NPY_START = "\x93NUMPY";

/** The first bytes of each format, one character per byte; ? is any byte. The first that fits is taken. */
const STARTS: readonly (readonly [start: string, BinaryKind | ForeignFormat])[] = [
  // The header's length in eight bytes, little-endian, then JSON. Lengths are below 2^32, so bytes 4 to 7 are 0, which
  // text never has. The first bytes may look like another format: the length 640 starts like a pickle.
  ["????\0\0\0\0{", "safetensors"],
  [NPY_START, "npy"],
  ["PK\x03\x04", "npz"],
  // an archive without files
  ["PK\x05\x06", "npz"],
  ["\x1f\x8b", foreign("gzip", "Unpack it first: gunzip FILE.")],
  // a pickle of only the number 0x1950a86a20f9469cfc6c, with which torch.save began before version 1.6
  ["\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.", "legacy torch"],
  ["\x80\x02", "pickle"],
  ["\x80\x03", "pickle"],
  ["\x80\x04", "pickle"],
  ["\x80\x05", "pickle"],
  [
    "\x89HDF\r\n",
    foreign(
      "HDF5",
      "Save the arrays with np.savez (h5py reads them; MATLAB: save('-v7') and scipy.io.loadmat).",
    ),
  ],
  [
    "MATLAB 5.0 MAT-file",
    foreign("MATLAB's MAT", "Save the matrix as text: writematrix(A, 'a.csv'), or paste mat2str(A)."),
  ],
  ["GGUF?\0", foreign("GGUF", "Save the tensors as .safetensors.")],
  ["PAR1\x15", columns("Parquet")],
  ["ARROW1\0", columns("Arrow or Feather")],
  ["\xfd7zXZ\0", packed("xz")],
  ["BZh?1AY&SY", packed("bzip2")],
  ["\x28\xb5\x2f\xfd", packed("Zstandard")],
  ["7z\xbc\xaf", packed("7-Zip")],
  ["Rar!\x1a", packed("RAR")],
  [
    "%PDF-",
    foreign(
      "PDF",
      "Save it as text or .docx in the program that wrote it, or copy its numbers into a text file (pdftotext -layout FILE).",
    ),
  ],
  ["\x89PNG\r\n", photo("PNG")],
  ["\xff\xd8\xff", photo("JPEG")],
  ["GIF8", photo("GIF")],
  ["\0???ftyp", photo("HEIC or AVIF")],
  ["RIFF????WEBP", photo("WebP")],
  ["\xd0\xcf\x11\xe0", foreign("the old .doc or .xls", "Open it and save it as .docx, .xlsx or CSV.")],
  ["{\\rtf", foreign("RTF", "Open it and save it as .docx or as text.")],
];

/** Endings by which a file counts as binary even if it is damaged, so that it is not read as text. */
const ENDINGS: ReadonlyMap<string, BinaryKind> = new Map([
  ["npy", "npy"],
  ["npz", "npz"],
  ["pt", "npz"],
  ["pth", "npz"],
  ["safetensors", "safetensors"],
]);

/** Finds the binary format of a file from its first bytes, else from its name. Returns undefined for text. */
export const binaryKind = (bytes: Uint8Array, name: string): BinaryKind | ForeignFormat | undefined =>
  STARTS.find(([start]) => startsWith(bytes, start))?.[1] ?? ENDINGS.get(endingOf(name));

/** Whether bytes begin like a zip archive. */
export const isZip = (bytes: Uint8Array): boolean =>
  startsWith(bytes, "PK\x03") || startsWith(bytes, "PK\x05");

/** Whether bytes begin with these, one character per byte; ? is any byte. */
export const startsWith = (bytes: Uint8Array, start: string): boolean =>
  Array.from(start).every((sign, at) =>
    sign === "?" ? at < bytes.length : bytes[at] === sign.charCodeAt(0),
  );
