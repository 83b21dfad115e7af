import { PRICES } from "../prices.ts";
import { type Amount, at, atMillion, exactly, sumOf } from "./money.ts";
import { ASSUMED, gbSeconds, type Usage } from "./usage.ts";

/** US dollars by what is billed. */
export type Cost = {
  readonly api: Amount;
  readonly table: Amount;
  readonly workflows: Amount;
  readonly functions: Amount;
  readonly queue: Amount;
  /** Objects and secrets. */
  readonly store: Amount;
  readonly total: Amount;
};

/** So many of one usage at list prices. */
export function cost(usage: Usage, times: number): Cost {
  const { perMillion, perGbSecond } = PRICES;
  const so = (count: number): Amount => exactly(count).times(exactly(times));
  const parts = {
    api: atMillion(so(usage.apiRequests), perMillion.apiRequest),
    table: atMillion(so(usage.writeUnits), perMillion.writeUnit).plus(atMillion(so(usage.readUnits), perMillion.readUnit)),
    workflows: sumOf([
      atMillion(so(usage.transitions), perMillion.transition),
      atMillion(so(usage.expressRequests), perMillion.expressRequest),
      at(so(gbSeconds(usage.expressMs, ASSUMED.expressMb)), perGbSecond.express),
    ]),
    functions: atMillion(so(usage.functionRequests), perMillion.functionRequest).plus(at(so(usage.functionGbSeconds), perGbSecond.function)),
    queue: atMillion(so(usage.queueRequests), perMillion.queueRequest),
    store: sumOf([
      atMillion(so(usage.objectPuts), perMillion.objectPut),
      atMillion(so(usage.objectGets), perMillion.objectGet),
      atMillion(so(usage.secretReads), perMillion.secretRead),
    ]),
  };
  return { ...parts, total: sumOf(Object.values(parts)) };
}
