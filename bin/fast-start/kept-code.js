// Keeps the code that V8 makes of the program in the user's cache folder, one file for each kind of command line. Whatever is
// wrong with the folder or its files, the program is compiled, and nothing is said.
const fs = require("node:fs");

/** Files that are kept, of 0.4 to 1 MB. */
const MOST_KINDS = 32;

/** Size of the number at the end of a file: how many bytes the code of the front has. That of the back follows it. */
const LENGTH_BYTES = 8;

/** Where code for this kind of command line, version and Node is kept; undefined when the environment names no folder. */
function placeOfCode(version, hash) {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const caches = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
  if (!caches?.startsWith("/")) return undefined;
  const folder = `${caches}/qkv`;
  return {
    folder,
    file: `${folder}/${version}-${process.version}-${process.arch}-${kindOf(process.argv.slice(2))}`,
    // V8 notices neither a program that has changed nor damage to its code, which crashes it. So the file carries a time
    // that follows from the text of the program, and that every later change would overwrite.
    time: 2 * Number.parseInt(hash.slice(0, 7), 16),
  };
}

/**
 * The kind of a command line, as a number: its command and the names of its options, by which code is used or not. Neither
 * its data counts nor what is still being typed.
 */
function kindOf(argv) {
  const typed = argv[0] === "__complete" ? argv.slice(0, 1) : argv;
  const words = typed.flatMap((word) => /^[a-z_-]+(?=$|=)/.exec(word) ?? []).join(" ");
  let kind = 0;
  for (let at = 0; at < words.length; at++) kind = (Math.imul(kind, 31) + words.charCodeAt(at)) >>> 0;
  return kind.toString(36);
}

/**
 * The code of the front and, where it was needed, of the back; undefined unless it was kept for this very program, by this
 * user. It is read into `memory` when it fits.
 */
function readCode({ folder, file, time }, memory) {
  try {
    if (!isOwn(folder)) return undefined;
    // A pipe in its place would be waited for.
    const descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    const { size, mtimeMs } = fs.fstatSync(descriptor);
    const isOurs = mtimeMs === time * 1000;
    const bytes = isOurs && size > memory.length ? Buffer.allocUnsafeSlow(size) : memory.subarray(0, size);
    const isWhole = isOurs && fs.readSync(descriptor, bytes) === size;
    fs.closeSync(descriptor);
    if (!isWhole) return undefined;
    const end = size - LENGTH_BYTES;
    const frontEnd = bytes.readDoubleLE(end);
    return {
      front: bytes.subarray(0, frontEnd),
      back: frontEnd < end ? bytes.subarray(frontEnd, end) : undefined,
    };
  } catch {
    // The folder or the file is not there, or nobody may read it.
    return undefined;
  }
}

/** True for a folder in which nobody else can put code for us to run. */
function isOwn(folder) {
  const { uid, mode } = fs.lstatSync(folder);
  return uid === process.getuid() && (mode & 0o022) === 0;
}

/** Keeps the code of these scripts. Processes that do so at once write a file each, and name it when it is whole. */
function keepCode({ folder, file, time }, scripts) {
  const draft = `${file}.${process.pid}-${process.hrtime.bigint()}`;
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOwn(folder)) return;
    const codes = scripts.map((script) => script.createCachedData());
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeDoubleLE(codes[0].length);
    fs.writeFileSync(draft, Buffer.concat([...codes, length]), { flag: "wx", mode: 0o600, flush: true });
    fs.utimesSync(draft, time, time);
    fs.renameSync(draft, file);
    discardOldest(folder);
  } catch {
    // Nothing can be written there, or something else has the name.
    discard(draft);
  }
}

/** Leaves what was kept last, whatever the version. */
function discardOldest(folder) {
  const files = fs.readdirSync(folder).map((name) => `${folder}/${name}`);
  if (files.length <= MOST_KINDS) return;
  const times = new Map(files.map((file) => [file, fs.lstatSync(file).ctimeMs]));
  for (const file of files.sort((one, other) => times.get(other) - times.get(one)).slice(MOST_KINDS))
    discard(file);
}

function discard(file) {
  try {
    fs.unlinkSync(file);
  } catch {
    // It was not even begun, or another process was faster.
  }
}

module.exports = { keepCode, placeOfCode, readCode };
