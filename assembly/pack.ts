import { packFour } from "./panel";

/** Puts rows of `size` numbers side by side by four, where they lie, as float64 or as float32. `scratch`: room for four rows. */
export function pack(rows: usize, panels: i32, size: i32, scratch: usize, isSingle: bool): void {
  const bytes = <usize>size << 5;
  let to = rows;
  for (let p = 0; p < panels; p++) {
    memory.copy(scratch, rows, bytes);
    if (isSingle) packFour<f32>(scratch, 0, 4, size, to);
    else packFour<f64>(scratch, 0, 4, size, to);
    rows += bytes;
    to += isSingle ? bytes >> 1 : bytes;
  }
}
