#!/usr/bin/env node
// Runs dist/program.cjs. Compiling it takes longer than starting Node, so the code that V8 makes of it is kept in the
// user's cache folder. Whatever is wrong with that folder or its contents, the program is compiled, without a word.
const fs = require("node:fs");
const { Script } = require("node:vm");

const filename = `${__dirname}/../dist/program.cjs`;
// The build writes ASCII; reading it as latin1 spares the decoding.
const text = fs.readFileSync(filename, "latin1");
const place = placeOfCode();
const script = new Script(text, { filename, cachedData: place && keptCode(place) });
const program = { exports: {} };
script.runInThisContext()(program.exports, require, program);

program.exports.main(`${__dirname}/..`).then(async (exitCode) => {
  if (place && script.cachedDataRejected !== false) await keepCode(place, program.exports.rehearse);
  // Everything is written by now, so nothing is cut short; leaving at once spares the tidying up of memory.
  process.exit(exitCode);
});

/** Where the code of this program in this version of Node is kept; undefined when the surroundings name no folder. */
function placeOfCode() {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const caches = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
  if (!caches?.startsWith("/")) return undefined;
  const folder = `${caches}/qkv`;
  const [, version, hash] = text.slice(0, 100).split(" ");
  return {
    folder,
    file: `${folder}/${version}-${process.version}-${process.arch}`,
    // V8 notices neither a program that has changed nor damage to its code, which crashes it. So the file carries a time
    // that follows from the text of the program, and that every later change would overwrite.
    time: 2 * Number.parseInt(hash.slice(0, 7), 16),
  };
}

/** Undefined unless it was kept for this very program, by this user. */
function keptCode({ folder, file, time }) {
  try {
    if (!isOwn(folder)) return undefined;
    // A pipe in its place would be waited for.
    const descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    const code = fs.fstatSync(descriptor).mtimeMs === time * 1000 ? fs.readFileSync(descriptor) : undefined;
    fs.closeSync(descriptor);
    return code;
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
async function keepCode({ folder, file, time }, rehearse) {
  const draft = `${file}.${process.pid}-${process.hrtime.bigint()}`;
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.accessSync(folder, fs.constants.W_OK);
    if (!isOwn(folder)) return;
    await rehearse();
    fs.writeFileSync(draft, script.createCachedData(), { flag: "wx", mode: 0o600, flush: true });
    fs.utimesSync(draft, time, time);
    fs.renameSync(draft, file);
  } catch {
    discard(draft);
  }
}

function discard(draft) {
  try {
    fs.unlinkSync(draft);
  } catch {
    // It was not even begun.
  }
}
