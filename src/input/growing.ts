/** Numbers that are added one by one, without an object for each. */
export interface GrowingNumbers {
  data: Float64Array;
  length: number;
}

const FIRST_CAPACITY = 256;

/** The size from which the storage itself is returned, not a copy. */
const WORTH_KEEPING = 8192;

export function createNumbers(): GrowingNumbers {
  return { data: new Float64Array(FIRST_CAPACITY), length: 0 };
}

/** The minimum growth factor near the end. While storage is copied, it exists twice. */
const MIN_GROWTH = 1.25;

/** Appends numbers that end at byte `read` of a text of `total` bytes. */
export function appendNumbers(
  numbers: GrowingNumbers,
  more: Float64Array,
  read: number,
  total: number,
): void {
  const length = numbers.length + more.length;
  if (length > numbers.data.length) makeRoom(numbers, length, read, total);
  numbers.data.set(more, numbers.length);
  numbers.length = length;
}

/** Makes room for `least` numbers, which were in `read` of `total` bytes, and for the expected rest of the text. */
export function makeRoom(numbers: GrowingNumbers, least: number, read: number, total: number): void {
  const { data } = numbers;
  const expected = read > 0 ? Math.ceil((least / read) * total * 1.02) : 0;
  // A text has at most one number per two bytes, plus one.
  const most = least + Math.ceil((total - read) / 2) + 1;
  const larger = new Float64Array(
    Math.max(least, Math.min(Math.max(Math.ceil(MIN_GROWTH * data.length), expected), most)),
  );
  larger.set(data);
  numbers.data = larger;
}

/** Returns the numbers so far, and empties the storage. */
export function takeNumbers(numbers: GrowingNumbers): Float64Array {
  const { data, length } = numbers;
  numbers.length = 0;
  if (length < WORTH_KEEPING) return data.slice(0, length);
  numbers.data = new Float64Array(FIRST_CAPACITY);
  return length > 0.8 * data.length ? data.subarray(0, length) : data.slice(0, length);
}
