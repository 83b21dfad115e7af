import * as z from "zod";
import type { ConnectionId } from "../documents/ids.ts";
import { itemOf, parseIfThere, parseItem } from "../ledger/items.ts";
import { pollKey, TOLD_PREFIX, toldKey } from "../ledger/keys.ts";
import type { Key, LedgerStore, Write } from "../ledger/ledger-store.ts";
import type { Clock } from "../ledger/ports.ts";
import type { Claim, PollMemory, Told } from "./poller.ts";

const keys = { pk: z.string(), sk: z.string() };
const PollItem = z.object({
  ...keys,
  revision: z.number().int(),
  /** Who polls, and until when that counts. */
  poller: z.string().optional(),
  pollerUntil: z.number().int().optional(),
  startedAt: z.number().int(),
  /** The newest change that was told, by the system's own clock. */
  watermark: z.string().optional(),
});
type PollItem = z.infer<typeof PollItem>;
const ToldItem = z.object({ ...keys, number: z.string(), version: z.string(), digest: z.string() });

/** Told things come in pages of this many: each is about 200 bytes, and a page of DynamoDB holds 1 MB. */
const PAGE = 500;
/** A timer is not exact: what comes a little early is not a period late. */
const DUE_AFTER = 0.9;

type Options = {
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  readonly connection: ConnectionId;
  /** Unpredictable, new for each poll. */
  readonly poller: string;
  readonly leaseMs: number;
  readonly pollSeconds: number;
};

/** The memory in the ledger: an item for lease and watermark, one for each thing told (an item of DynamoDB holds 400 KB), all under CONNECTION#. */
export function ledgerMemory(options: Options): PollMemory {
  const { ledger, clock, connection, poller } = options;
  const place = pollKey(connection);
  const mine = [{ path: "poller", is: poller }];
  /** Only while the lease is ours: another may have taken over. */
  const fenced = async (write: Write): Promise<boolean> => (await ledger.write([write, { kind: "check", key: place, if: mine }])).kind === "written";

  return {
    claim: () => claim(options, place),
    remember: (what, told) => {
      const key = toldKey(connection, what);
      return fenced(told === undefined ? { kind: "delete", key } : { kind: "put", item: itemOf(key, told) });
    },
    advance: async (watermark) => (await ledger.write([{ kind: "update", key: place, set: { watermark }, if: mine }])).kind === "written",
    release: async () => {
      // Lost or not: there is nothing more to do.
      await ledger.write([{ kind: "update", key: place, set: { pollerUntil: clock.now() }, if: mine }]);
    },
  };
}

async function claim({ ledger, clock, connection, poller, leaseMs, pollSeconds }: Options, place: Key): Promise<Claim> {
  const known = parseIfThere(PollItem, await ledger.read(place));
  const now = clock.now();
  const refused = known === undefined ? undefined : whyNot(known, now, pollSeconds);
  if (refused !== undefined) return refused;
  const lease = { poller, pollerUntil: now + leaseMs, startedAt: now };
  const taken: Write =
    known === undefined
      ? { kind: "put", item: itemOf(place, { ...lease, revision: 1 }), if: [{ absent: true }] }
      : { kind: "update", key: place, set: lease, add: { revision: 1 }, if: [{ path: "revision", is: known.revision }] };
  if ((await ledger.write([taken])).kind === "refused") return { kind: "another-polls" };
  const told = await allTold(ledger, connection);
  return { kind: "claimed", told, ...(known?.watermark === undefined ? {} : { watermark: known.watermark }) };
}

function whyNot({ pollerUntil, startedAt }: PollItem, now: number, pollSeconds: number): Claim | undefined {
  if (pollerUntil !== undefined && pollerUntil > now) return { kind: "another-polls" };
  return now < startedAt + pollSeconds * 1000 * DUE_AFTER ? { kind: "not-due" } : undefined;
}

async function allTold(ledger: LedgerStore, connection: ConnectionId): Promise<Map<string, Told>> {
  const told = new Map<string, Told>();
  const { pk } = toldKey(connection, "");
  for (let after: string | undefined; ; ) {
    const page = await ledger.list(pk, { prefix: TOLD_PREFIX, limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const item of page) {
      const { sk, number, version, digest } = parseItem(ToldItem, item);
      told.set(sk.slice(TOLD_PREFIX.length), { number, version, digest });
    }
    after = page.at(-1)?.sk;
    if (page.length < PAGE || after === undefined) return told;
  }
}
