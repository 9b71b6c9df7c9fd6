import { packFour, PANEL } from "./panel";

/**
 * Packs rows of `size` numbers in place into panels of four, as float64 or as float32. `scratch` has room for four
 * rows.
 */
export function pack(rows: usize, panels: i32, size: i32, scratch: usize, isSingle: bool): void {
  const bytes = <usize>size << 5;
  let to = rows;
  for (let p = 0; p < panels; p++) {
    memory.copy(scratch, rows, bytes);
    if (isSingle) packFour<f32>(scratch, <usize>size << 3, 4, size, to, 16, false);
    else packFour<f64>(scratch, <usize>size << 3, 4, size, to, PANEL, false);
    rows += bytes;
    to += isSingle ? bytes >> 1 : bytes;
  }
}
