type Stream = { readonly isTTY?: boolean; write(text: string): unknown };

const CLEAR_LINE = "\r\u001b[K";

/** One line that is written over while something long runs; nothing where no terminal shows it. */
export function progressOn(stream: Stream): { at(text: string): void; end(): void } {
  if (stream.isTTY !== true) return { at: () => undefined, end: () => undefined };
  return {
    at: (text) => void stream.write(`${CLEAR_LINE}${text}`),
    end: () => void stream.write(CLEAR_LINE),
  };
}
