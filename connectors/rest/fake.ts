/** One thing that goes wrong with one call; planned by the caller: the fake has no randomness. */
export type PartnerFault =
  /** Says no under HTTP 200, and keeps nothing. */
  | { readonly kind: "refuse"; readonly message: string }
  /** Keeps it; the answer never comes. */
  | { readonly kind: "lose-answer" }
  /** Its session ended, before or after it kept the document. */
  | { readonly kind: "session-lost"; readonly committed: boolean }
  /** Another has the record open; nothing kept. */
  | { readonly kind: "locked" }
  /** HTTP 500. */
  | { readonly kind: "fail"; readonly committed: boolean }
  /** A page of what stands in front of it, under HTTP 200. */
  | { readonly kind: "page"; readonly committed: boolean }
  /** It says yes to somebody else's key. */
  | { readonly kind: "other-key" };

/** How one system says things: its table set's counterpart, given by the caller, since no vendor's word stands in code. */
export type PartnerWords = {
  /** Our key in the body told; undefined where it has none. */
  readonly keyIn: (body: unknown) => string | undefined;
  readonly applied: (key: string, number: string) => unknown;
  readonly refused: (message: string) => unknown;
  /** To a second one under the same key; absent: it keeps a second one. */
  readonly repeated?: (key: string, number: string) => unknown;
  readonly sessionLost: unknown;
  readonly locked: unknown;
};

export type PartnerAnswer = { readonly kind: "answer"; readonly status: number; readonly type: string; readonly body: string } | { readonly kind: "silent" };

/** What the partner holds, in the order it took it. */
export type Told = { readonly number: string; readonly key: string; readonly path: string; readonly body: unknown };

export interface FakePartner {
  tell(path: string, body: string): PartnerAnswer;
  books(): readonly Told[];
  /** Calls that arrived, kept or not. */
  calls(): number;
  faultNext(...faults: readonly PartnerFault[]): void;
}

/** A stateful partner of the connector `rest`: pure but for its own state. */
export function createFakePartner(words: PartnerWords): FakePartner {
  const books: Told[] = [];
  const queue: PartnerFault[] = [];
  let calls = 0;

  const keep = (path: string, body: unknown, key: string): PartnerAnswer => {
    const first = books.find((told) => told.key === key);
    if (first !== undefined && words.repeated !== undefined) return json(200, words.repeated(key, first.number));
    const number = `R${String(books.length + 1).padStart(6, "0")}`;
    books.push({ number, key, path, body });
    return json(200, words.applied(key, number));
  };

  return {
    tell: (path, text) => {
      calls += 1;
      const fault = queue.shift();
      const body: unknown = JSON.parse(text);
      const key = words.keyIn(body);
      if (key === undefined) return json(200, words.refused("the document has no number"));
      const prevented = fault && preventedBy(fault, words);
      if (prevented !== undefined) return prevented;
      return distortedBy(fault, words, keep(path, body, key));
    },
    books: () => books,
    calls: () => calls,
    faultNext: (...faults) => {
      queue.push(...faults);
    },
  };
}

const json = (status: number, body: unknown): PartnerAnswer => ({ kind: "answer", status, type: "application/json", body: JSON.stringify(body) });
const PAGE: PartnerAnswer = { kind: "answer", status: 200, type: "text/html", body: "<html><body>gateway</body></html>" };

/** The answer to a call that is not processed at all; undefined where it is. */
function preventedBy(fault: PartnerFault, words: PartnerWords): PartnerAnswer | undefined {
  if ("committed" in fault && fault.committed) return undefined;
  switch (fault.kind) {
    case "refuse":
      return json(200, words.refused(fault.message));
    case "locked":
      return json(200, words.locked);
    case "other-key":
      return json(200, words.applied("0000000000000000", "R999999"));
    case "session-lost":
    case "fail":
    case "page":
      return distortedBy(fault, words, { kind: "silent" });
    case "lose-answer":
      return undefined;
  }
}

/** What the caller sees of a call that was processed and would have been answered with `whole`. */
function distortedBy(fault: PartnerFault | undefined, words: PartnerWords, whole: PartnerAnswer): PartnerAnswer {
  switch (fault?.kind) {
    case "lose-answer":
      return { kind: "silent" };
    case "session-lost":
      return json(200, words.sessionLost);
    case "fail":
      return json(500, { error: "internal error" });
    case "page":
      return PAGE;
    default:
      return whole;
  }
}
