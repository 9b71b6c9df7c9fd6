import { type Profiler, Session } from "node:inspector";

export interface WorkMeter {
  workOf(run: () => Promise<unknown>): Promise<number>;
  stop(): void;
}

/**
 * Measures how much work the reading room does: how often each block of its code runs, and how many characters its
 * patterns examine. Unlike time, this is the same in every run, and does not depend on other work on the machine. It
 * counts only modules that are imported after the start.
 */
export function startMeter(): WorkMeter {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const plainExec = RegExp.prototype.exec;
  let characters = 0;
  // test, replace, split and matchAll call exec as well.
  RegExp.prototype.exec = function (this: RegExp, text: string) {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const match = plainExec.call(this, text);
    const end = match ? match.index + match[0].length : this.sticky ? from : String(text).length;
    characters += Math.max(1, end - from);
    return match;
  };
  return {
    async workOf(run) {
      characters = 0;
      blocksRun(session);
      await run();
      return characters + blocksRun(session);
    },
    stop() {
      RegExp.prototype.exec = plainExec;
      session.disconnect();
    },
  };
}

/** Returns how often the blocks of the reading room have run since the last call. */
function blocksRun(session: Session): number {
  let count = 0;
  session.post("Profiler.takePreciseCoverage", (error, coverage) => {
    if (error) throw error;
    for (const script of coverage.result) if (script.url.includes("/src/input/")) count += sumOf(script);
  });
  return count;
}

const sumOf = ({ functions }: Profiler.ScriptCoverage) =>
  functions.flatMap(({ ranges }) => ranges).reduce((sum, range) => sum + range.count, 0);
