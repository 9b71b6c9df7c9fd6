// Loads the program from two texts, with the code that V8 compiled in an earlier run. README.md explains how and why.
const fs = require("node:fs");
const { Script } = require("node:vm");
const { keepCode, placeOfCode, readCode } = require("./kept-code.js");

const FOLDER = `${__dirname}/../../dist/fast-start`;

/**
 * In a longer run, V8 has already discarded much of the code it began with, so such a run caches none. Processor time
 * counts: a run that only waits, for input or on a busy machine, still has its code.
 */
const LONG_SECONDS = 2;

/** Returns what dist/program.cjs exports. Throws if a text is missing or unreadable, before the program begins. */
exports.loadFast = () => {
  // Both are opened at once, so that a missing back is found here and not during a run.
  const [front, back] = ["front.cjs", "back.cjs"].map(openText);
  // Reused memory is faster than new memory: it holds first the text, and then the code.
  const memory = Buffer.allocUnsafeSlow(Math.max(front.size, 2 ** 20));
  const text = readText(front, memory);
  const [, version, hash] = text.slice(0, text.indexOf("*/")).split(" ");
  const place = placeOfCode(version, hash);
  const kept = place && readCode(place, memory);
  const scripts = [new Script(text, { filename: front.filename, cachedData: kept?.front })];
  const program = {};
  scripts[0].runInThisContext()(program, require, () => {
    const text = readText(back, Buffer.allocUnsafeSlow(back.size));
    scripts[1] = new Script(text, { filename: back.filename, cachedData: kept?.back });
    return scripts[1].runInThisContext();
  });
  return { main: (home) => program.main(home).then(keepAfter) };

  function keepAfter(exitCode) {
    const isCompiled = scripts.some(({ cachedDataRejected }) => cachedDataRejected !== false);
    if (place && isCompiled && exitCode < 2 && workedSeconds() < LONG_SECONDS) keepCode(place, scripts);
    return exitCode;
  }
};

function workedSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function openText(name) {
  const filename = `${FOLDER}/${name}`;
  const descriptor = fs.openSync(filename);
  return { filename, descriptor, size: fs.fstatSync(descriptor).size };
}

/** The build writes ASCII. Reading it as latin1 saves the decoding. */
function readText({ descriptor, size }, memory) {
  fs.readSync(descriptor, memory, 0, size, 0);
  return memory.latin1Slice(0, size);
}
