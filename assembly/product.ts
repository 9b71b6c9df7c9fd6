import { multiplyTile, PANEL } from "./panel";

/**
 * A·Bᵀ of packed matrices. The rows of the result are as long as the panels of B are wide together; what stands beyond
 * the rows of B is padding. Small products are made in JavaScript, so that large ones are rounded as it does in every build.
 */
export function multiplyPanels(a: usize, panelsA: i32, b: usize, panelsB: i32, size: i32, to: usize): void {
  const panel = <usize>size * PANEL;
  const stride = <usize>panelsB * PANEL;
  for (let i = 0; i < panelsA; i++) {
    for (let j = 0; j < panelsB; j++) {
      multiplyTile(b + <usize>j * panel, a, PANEL, size, to + <usize>j * PANEL, stride, false);
    }
    a += panel;
    to += stride * 4;
  }
}
