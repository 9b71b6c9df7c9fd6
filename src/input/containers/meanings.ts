import type { Flow } from "./flow.js";
import { formulaText } from "./formula.js";
import type { Element } from "./markup.js";

/** A function that adds an element of a document to the flow. */
export type Meet<Reading> = (element: Element, reading: Reading) => void;

/**
 * Returns the actions for elements that all kinds of documents have, whatever their names. `into` reads an element's
 * content.
 */
export function meanings<Reading extends { readonly flow: Flow }>(into: Meet<Reading>) {
  /** Reads an element's content, with an action before and one after it. */
  const around =
    (begin: (flow: Flow, element: Element) => void, end: (flow: Flow) => void = () => {}): Meet<Reading> =>
    (element, reading) => {
      begin(reading.flow, element);
      into(element, reading);
      end(reading.flow);
    };
  const doing =
    (what: (flow: Flow) => void): Meet<Reading> =>
    (_, { flow }) =>
      what(flow);
  const struck: Meet<Reading> = (element, reading) => reading.flow.strike(() => into(element, reading));
  const formula: Meet<Reading> = (element, { flow }) => flow.say(` ${formulaText(element)} `);
  return {
    around,
    skip: () => {},
    say: (text: string) => doing((flow) => flow.say(text)),
    endLine: doing((flow) => flow.endLine()),
    struck,
    formula,
    table: around(
      (flow) => flow.startTable(),
      (flow) => flow.endTable(),
    ),
    row: around(
      (flow) => flow.startRow(),
      (flow) => flow.endRow(),
    ),
    /** A cell that spans several columns and rows. */
    cell: (sizeOf: (element: Element) => readonly [wide?: number, high?: number]) =>
      around(
        (flow, element) => flow.startCell(...sizeOf(element)),
        (flow) => flow.endCell(),
      ),
  };
}
