// Caches the code that V8 compiles for the program, in the user's cache folder: one file per kind of command line. If
// anything is wrong with the folder or its files, the program is compiled as usual, without a message.
const fs = require("node:fs");

/** The maximum number of cached files, of 0.4 to 1 MB each. */
const MOST_KINDS = 32;

/**
 * The size of the number at the end of a file: how many bytes the code of the front has. The code of the back follows
 * the front.
 */
const LENGTH_BYTES = 8;

/**
 * Returns where code for this kind of command line, version and Node is cached. Returns undefined if the environment
 * names no folder.
 */
function placeOfCode(version, hash) {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const caches = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
  if (!caches?.startsWith("/")) return undefined;
  const folder = `${caches}/qkv`;
  return {
    folder,
    file: `${folder}/${version}-${process.version}-${process.arch}-${kindOf(process.argv.slice(2))}`,
    // V8 does not notice if the program has changed, or if its code is damaged, and would crash. So the file's time is
    // a number computed from the program's text. Any later change to the file would overwrite that time.
    time: 2 * Number.parseInt(hash.slice(0, 7), 16),
  };
}

/**
 * Returns the kind of a command line as a text: a hash of its command and option names, which decide what code runs.
 * Data and unfinished words do not count.
 */
function kindOf(argv) {
  const typed = argv[0] === "__complete" ? argv.slice(0, 1) : argv;
  const words = typed.flatMap((word) => /^[a-z_-]+(?=$|=)/.exec(word) ?? []).join(" ");
  let kind = 0;
  for (let at = 0; at < words.length; at++) kind = (Math.imul(kind, 31) + words.charCodeAt(at)) >>> 0;
  return kind.toString(36);
}

/**
 * Returns the cached code of the front and, if it was needed, of the back. Returns undefined unless this user cached it
 * for exactly this program. It is read into `memory` if it fits.
 */
function readCode({ folder, file, time }, memory) {
  try {
    if (!isOwn(folder)) return undefined;
    // Without O_NONBLOCK, opening a pipe in its place would wait.
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
    // The folder or file is missing, or may not be read.
    return undefined;
  }
}

/** Whether nobody else can write code into this folder. */
function isOwn(folder) {
  const { uid, mode } = fs.lstatSync(folder);
  return uid === process.getuid() && (mode & 0o022) === 0;
}

/**
 * Caches the code of some scripts. Processes that do this at the same time each write their own file, and rename it
 * when it is complete.
 */
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
    // The folder cannot be written to, or something else has the name.
    discard(draft);
  }
}

/** Deletes all but the newest files, of any version. */
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
    // The file was never created, or another process has deleted it.
  }
}

module.exports = { keepCode, placeOfCode, readCode };
