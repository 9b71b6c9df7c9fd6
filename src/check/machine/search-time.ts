/**
 * The processor time that the search for a cause may take, in seconds. Measured on 40 wrong dumps of kernels: most are
 * named in 10 s, and those without a known cause took 29 to more than 425 s.
 */
export const MAX_SEARCH_SECONDS = 20;

/** Returns the processor time of this process, in seconds. It does not depend on what else the machine does. */
const processorTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** The time that the search for a cause in one dump may take. */
export class SearchTime {
  readonly #end: number;
  #isCut = false;

  constructor(
    readonly seconds = MAX_SEARCH_SECONDS,
    private readonly now = processorTime,
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
