import { packPanel } from "./panel";

/** Makes panels of rows of `size` numbers where they lie. `scratch`: room for one panel. */
export function pack(rows: usize, panels: i32, size: i32, scratch: usize): void {
  const bytes = <usize>size << 5;
  for (let p = 0; p < panels; p++) {
    memory.copy(scratch, rows, bytes);
    packPanel(scratch, 0, 4, size, rows);
    rows += bytes;
  }
}
