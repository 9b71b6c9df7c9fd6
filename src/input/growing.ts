/** Numbers that arrive one by one, kept without an object for each. */
export interface GrowingNumbers {
  data: Float64Array;
  length: number;
}

const FIRST_CAPACITY = 256;

/** From this many numbers on the storage itself is handed out, not a copy. */
const WORTH_KEEPING = 8192;

export function createNumbers(): GrowingNumbers {
  return { data: new Float64Array(FIRST_CAPACITY), length: 0 };
}

/** When more is needed again near the end, this much more: storage is copied, and all of it stands twice meanwhile. */
const LEAST_GROWTH = 1.25;

/** Makes room for one number more, as `makeRoom` does. */
export function growNumbers(numbers: GrowingNumbers, read: number, total: number): void {
  makeRoom(numbers, numbers.length + 1, numbers.length, read, total);
}

/** Adds numbers at the end; they end at byte `read` of the text of `total` bytes. */
export function appendNumbers(
  numbers: GrowingNumbers,
  more: Float64Array,
  read: number,
  total: number,
): void {
  const length = numbers.length + more.length;
  if (length > numbers.data.length) makeRoom(numbers, length, length, read, total);
  numbers.data.set(more, numbers.length);
  numbers.length = length;
}

/**
 * Makes room for `least` numbers, and for what the text still to come will need if it goes on like the `read` of its
 * `total` bytes that gave `count` numbers.
 */
function makeRoom(numbers: GrowingNumbers, least: number, count: number, read: number, total: number): void {
  const { data } = numbers;
  const expected = read > 0 ? Math.ceil((count / read) * total * 1.02) : 0;
  // No text holds more numbers than half its bytes and one.
  const most = count + Math.ceil((total - read) / 2) + 1;
  const larger = new Float64Array(
    Math.max(least, Math.min(Math.max(Math.ceil(LEAST_GROWTH * data.length), expected), most)),
  );
  larger.set(data);
  numbers.data = larger;
}

/** The numbers so far, leaving none behind. */
export function takeNumbers(numbers: GrowingNumbers): Float64Array {
  const { data, length } = numbers;
  numbers.length = 0;
  if (length < WORTH_KEEPING) return data.slice(0, length);
  numbers.data = new Float64Array(FIRST_CAPACITY);
  return length > 0.8 * data.length ? data.subarray(0, length) : data.slice(0, length);
}
