// Measures the processor time to read or refuse a text that repeats one piece, after the start of each form, and before
// an end that does not fit. For comparison: as many bytes of rows in brackets.
//   node bench/nasty-texts.js [bytes=262144] [shown=12]
import { pathToFileURL } from "node:url";
import { bundleSources, inFolder, print } from "./measure.js";

const [bytes = 2 ** 18, shown = 12] = process.argv.slice(2).map(Number);
const { NASTY_ENDS, NASTY_PIECES, NASTY_STARTS, readProblem, storedBytes } = await inFolder(
  async (folder) => {
    const modules = ["input/read.ts", "../test/support/nasty-texts.ts"];
    return import(pathToFileURL(await bundleSources(folder, modules)));
  },
);

const texts = NASTY_STARTS.flatMap((start) =>
  NASTY_PIECES.flatMap((piece) =>
    NASTY_ENDS.map((end) => ({
      name: [start, piece, end].map((one) => JSON.stringify(one)).join(" "),
      start,
      piece,
      end,
    })),
  ),
);
const plain = await timeOf("[", "[1], ", "[1]]");
const times = [];
for (const { name, start, piece, end } of texts) {
  let time = await timeOf(start, piece, end);
  // Other work on the machine may slow one try down. A slow reader is slow in all tries.
  for (let again = 0; again < 3 && time > plain; again++)
    time = Math.min(time, await timeOf(start, piece, end));
  times.push({ name, time });
}
times.sort((one, other) => other.time - one.time);
print(`${bytes} bytes of rows of one number: ${plain.toFixed(0)} ms`);
for (const { name, time } of times.slice(0, shown)) print(`${time.toFixed(0).padStart(6)} ms  ${name}`);
print(`${times.length} texts, of which half take less than ${times[times.length >> 1].time.toFixed(0)} ms`);

async function timeOf(start, piece, end = "") {
  const length = bytes - Buffer.byteLength(start + end);
  const text = start + piece.repeat(length / Buffer.byteLength(piece)) + end;
  const files = { openStdin: () => storedBytes(Buffer.from(text)) };
  const request = { sources: [], matrices: { query: "-" }, transpose: [], accepts: ["query"], settings: {} };
  const before = process.cpuUsage();
  await readProblem(request, files).catch((error) => {
    if (error.name !== "UserError") throw error;
  });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
