#!/usr/bin/env node
// Runs dist/program.cjs. Compiling it takes longer than starting Node, so the code that V8 makes of it is kept in the
// user's cache folder, for each kind of command line what such a run needs. Whatever is wrong with that folder or its
// contents, the program is compiled, without a word.
const fs = require("node:fs");
const { Script } = require("node:vm");

/** Of a run that takes longer V8 has let go of the code that it began with. */
const LONG_SECONDS = 2;

/** Of the number at the end of a file of code: where the code of the front ends. */
const LENGTH_BYTES = 8;

/** Files that are kept, of 0.4 to 1 MB. */
const MOST_KINDS = 32;

const filename = `${__dirname}/../dist/program.cjs`;
const program = fs.openSync(filename);
const [, version, hash, numBytes] = readProgram(0, 120, Buffer.allocUnsafe(120)).split(/ +/);
const frontLength = Number(numBytes);
// Of the text and, when that is a string, of the code: memory that was used before takes less time than new.
const memory = Buffer.allocUnsafeSlow(Math.max(frontLength, 2 ** 20));
const front = readProgram(0, frontLength, memory);
const place = placeOfCode();
const kept = place && keptCode(place);
const scripts = [new Script(front, { filename, cachedData: kept?.front })];
const exported = {};
scripts[0].runInThisContext()(exported, require, () => {
  const length = fs.fstatSync(program).size - frontLength;
  const back = readProgram(frontLength, length, Buffer.allocUnsafeSlow(length));
  scripts[1] = new Script(back, { filename, cachedData: kept?.back });
  return scripts[1].runInThisContext();
});

exported.main(`${__dirname}/..`).then((exitCode) => {
  const isCompiled = scripts.some(({ cachedDataRejected }) => cachedDataRejected !== false);
  if (place && isCompiled && exitCode < 2 && process.uptime() < LONG_SECONDS) keepCode(place);
  // Everything is written by now, so nothing is cut short; leaving at once spares the tidying up of memory.
  process.exit(exitCode);
});

/** The build writes ASCII; reading it as latin1 spares the decoding. */
function readProgram(from, length, memory) {
  fs.readSync(program, memory, 0, length, from);
  return memory.latin1Slice(0, length);
}

/** Where code for this kind of command line, version and Node is kept; undefined when the surroundings name no folder. */
function placeOfCode() {
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

/** The words of a command line, by which code is used or not, as a number: neither its data nor what is still being typed. */
function kindOf(argv) {
  const typed = argv[0] === "__complete" ? argv.slice(0, 1) : argv;
  const words = typed.flatMap((word) => /^[a-z_-]+(?=$|=)/.exec(word) ?? []).join(" ");
  let kind = 0;
  for (let at = 0; at < words.length; at++) kind = (Math.imul(kind, 31) + words.charCodeAt(at)) >>> 0;
  return kind.toString(36);
}

/** The code of the front and, where it was needed, of the back; undefined unless it was kept for this very program, by this user. */
function keptCode({ folder, file, time }) {
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
    return undefined;
  }
}

/** True for a folder in which nobody else can put code for us to run. */
function isOwn(folder) {
  const { uid, mode } = fs.lstatSync(folder);
  return uid === process.getuid() && (mode & 0o022) === 0;
}

/** Processes that do this at the same time write a file each, and give it its name when it is whole. */
function keepCode({ folder, file, time }) {
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
