import type { Flow } from "./flow.js";
import { formulaText } from "./formula.js";
import type { Element } from "./markup.js";

/** A function that adds an element of a document to the flow. */
export type ElementReader<Reading> = (element: Element, reading: Reading) => void;

/**
 * Returns the actions for elements that all kinds of documents have, whatever their names. `readContent` reads an element's
 * content.
 */
export function meanings<Reading extends { readonly flow: Flow }>(readContent: ElementReader<Reading>) {
  /** Reads an element's content, with an action before and one after it. */
  const wrapped =
    (
      begin: (flow: Flow, element: Element) => void,
      end: (flow: Flow) => void = () => {},
    ): ElementReader<Reading> =>
    (element, reading) => {
      begin(reading.flow, element);
      readContent(element, reading);
      end(reading.flow);
    };
  const doing =
    (what: (flow: Flow) => void): ElementReader<Reading> =>
    (_, { flow }) =>
      what(flow);
  const struck: ElementReader<Reading> = (element, reading) =>
    reading.flow.strike(() => readContent(element, reading));
  const formula: ElementReader<Reading> = (element, { flow }) => flow.append(` ${formulaText(element)} `);
  return {
    wrapped,
    skip: () => {},
    append: (text: string) => doing((flow) => flow.append(text)),
    endLine: doing((flow) => flow.endLine()),
    struck,
    formula,
    table: wrapped(
      (flow) => flow.startTable(),
      (flow) => flow.endTable(),
    ),
    row: wrapped(
      (flow) => flow.startRow(),
      (flow) => flow.endRow(),
    ),
    /** A cell that spans several columns and rows. */
    cell: (sizeOf: (element: Element) => readonly [wide?: number, high?: number]) =>
      wrapped(
        (flow, element) => flow.startCell(...sizeOf(element)),
        (flow) => flow.endCell(),
      ),
  };
}
