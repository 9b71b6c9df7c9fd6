/**
 * The processor time that the search for a cause may take, in seconds. Measured on 40 wrong dumps of kernels: most are
 * named in 10 s, and those without a known cause took 29 to more than 425 s.
 */
export const MAX_SEARCH_SECONDS = 20;

/**
 * Returns a function for the processor time of this process, in seconds. It does not depend on what else the machine
 * does. The search asks at every step, but while other threads run, a call of the system takes up to 0.08 ms, so it is
 * made at most every few milliseconds.
 */
function processorTime(): () => number {
  let seconds = 0;
  let next = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now >= next) {
      const { user, system } = process.cpuUsage();
      seconds = (user + system) / 1e6;
      next = now + MS_BETWEEN;
    }
    return seconds;
  };
}

/** The least time between two calls of the system. */
const MS_BETWEEN = 20;

/** The time that the search for a cause in one dump may take. */
export class SearchTime {
  readonly #end: number;
  #isCut = false;

  constructor(
    readonly seconds = MAX_SEARCH_SECONDS,
    private readonly now = processorTime(),
  ) {
    this.#end = now() + seconds;
  }

  /** Whether the time is over. Whoever asks leaves out something if it is. */
  isOver = (): boolean => {
    this.#isCut ||= this.now() >= this.#end;
    return this.#isCut;
  };

  /** Whether the search was stopped. */
  get wasCut(): boolean {
    return this.#isCut;
  }
}
