#!/usr/bin/env node
// Runs the command line. dist/program.cjs runs all of it from one plain file. bin/fast-start/ starts the same program in less
// time, and may be deleted.

const { main } = loadProgram();

main(`${__dirname}/..`).then((exitCode) => {
  // Everything is written by now, so nothing is cut short; leaving at once spares the tidying up of memory.
  process.exit(exitCode);
});

/** The fast start throws where its files are missing or unreadable, and before the program has begun. */
function loadProgram() {
  try {
    return require("./fast-start/load.js").loadFast();
  } catch {
    return require("../dist/program.cjs");
  }
}
