import type { Posting } from "../connectors/plain-json/fake.ts";
import { addDecimals, compareDecimals } from "../core/quantities/decimals.ts";
import type { Installation } from "../local/scenario/installation.ts";
import { consumptionOf } from "./sample-documents.ts";
import { until } from "./until.ts";

/** How often the ERP is called for consumption of one kind that a plant reports line by line. */
export type Aggregation = {
  /** What the connection's `aggregate` says. */
  readonly windows: string;
  readonly lines: number;
  /** Postings that stand in the ERP's book. */
  readonly postings: number;
  /** All calls of the ERP: postings and look-ups. */
  readonly erpCalls: number;
};

class WrongBook extends Error {}

/** One message of as many lines, all of one order, operation, material and lot; done when the ERP's book holds their exact sum. */
export async function countErpCalls(installation: Installation, windows: string, lines: number, order: string): Promise<Aggregation> {
  const plant = installation.plants.find(({ site }) => site === "hamburg");
  if (plant === undefined) throw new WrongBook("there is no plant in hamburg");
  const { fake } = installation.erp;
  const documents = Array.from({ length: lines }, (_, at) => consumptionOf(order, `${order}-${at}`));
  const sum = documents.map(({ quantity }) => quantity.value).reduce(addDecimals, "0");
  const before = fake.calls().length;
  const results = await plant.agent.postUpward(
    plant.connection,
    documents.map((document) => ({ key: document.id, document })),
    AbortSignal.timeout(60_000),
  );
  const refused = results.find(({ result }) => result === "refused");
  if (refused !== undefined || results.length !== lines) throw new WrongBook(`not every line was taken: ${refused?.detail}`);
  await until(`the ERP's book holds ${sum} of order ${order}`, () => compareDecimals(sumOf(inForce(fake.books(), order)), sum) >= 0);
  const postings = inForce(fake.books(), order);
  if (compareDecimals(sumOf(postings), sum) !== 0) throw new WrongBook(`the ERP's book holds ${sumOf(postings)} of order ${order}, not ${sum}`);
  return { windows, lines, postings: postings.length, erpCalls: fake.calls().length - before };
}

const inForce = (books: readonly Posting[], order: string): readonly Posting[] =>
  books.filter(({ action, reversedBy, orderNumber }) => action === "post" && reversedBy === undefined && orderNumber === order);

const sumOf = (postings: readonly Posting[]): string =>
  postings.reduce((sum, { document }) => (document.type === "MaterialActual" ? addDecimals(sum, document.quantity.value) : sum), "0");
