/** Returns at most `room` positions of `count`. Position `at` is among them, as near to the middle as possible. */
export function windowAround(at: number, count: number, room: number): readonly number[] {
  const first = Math.max(0, Math.min(at - Math.floor(room / 2), count - room));
  return Array.from({ length: Math.min(room, count) }, (_, index) => first + index);
}
