import { type LookupAddress, lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Where calls of other systems may go: https, to public addresses, and to nothing else (BAD-INPUT 63; the ranges are IANA's special-purpose registries). */

const NOT_PUBLIC_V4 = blockListOf("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
]);

// Only 2000::/3 is public; of it, what tunnels to an IPv4 address or is for documentation is not.
const NOT_PUBLIC_V6 = blockListOf("ipv6", [
  ["::", 3],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
  ["4000::", 2],
  ["8000::", 1],
]);

// Node matches a mapped address against rules of the other family, so each family has a list of its own.
const LOOPBACK_V4 = blockListOf("ipv4", [["127.0.0.0", 8]]);
const LOOPBACK_V6 = blockListOf("ipv6", [["::1", 128]]);

function blockListOf(family: "ipv4" | "ipv6", subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family);
  return list;
}

/** A call may connect to this address. `allowLoopback` is true on stage `local` only, and lets in nothing else. */
export function mayConnect(address: string, allowLoopback: boolean): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const loopback = family === 4 ? LOOPBACK_V4.check(address, "ipv4") : LOOPBACK_V6.check(address, "ipv6");
  if (loopback) return allowLoopback;
  return family === 4 ? !NOT_PUBLIC_V4.check(address, "ipv4") : !NOT_PUBLIC_V6.check(address, "ipv6");
}

export type TargetUrl = { readonly kind: "allowed"; readonly url: URL } | { readonly kind: "refused"; readonly why: string };

/**
 * A target's base URL as written in the settings. The WHATWG parser has already turned decimal, hexadecimal, short and full-width hosts into dotted ones.
 * Plain http only to a loopback address, and only where `allowLoopbackHttp`.
 */
export function targetUrlOf(text: string, allowLoopbackHttp: boolean): TargetUrl {
  if (!URL.canParse(text)) return { kind: "refused", why: "not a URL" };
  const url = new URL(text);
  const host = hostOf(url);
  const loopbackHttp = allowLoopbackHttp && url.protocol === "http:" && isIP(host) !== 0 && !mayConnect(host, false) && mayConnect(host, true);
  if (url.protocol !== "https:" && !loopbackHttp) return { kind: "refused", why: "only https (plain http to a loopback address on stage local)" };
  if (url.username !== "" || url.password !== "") return { kind: "refused", why: "a user or password stands in the URL" };
  if (url.search !== "" || url.hash !== "") return { kind: "refused", why: "a query or fragment stands in the URL" };
  if (isIP(host) !== 0 && !mayConnect(host, allowLoopbackHttp)) return { kind: "refused", why: `${host} is not a public address` };
  return { kind: "allowed", url };
}

/** The host without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

export class AddressBlocked extends Error {
  override readonly name = "AddressBlocked";
}

/** Resolves a name for one connection, and fails where any of its addresses is not public: what was checked is what is connected to, so a name cannot be rebound in between. */
export function publicLookup(allowLoopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const failure = error ?? refusalOf(hostname, addresses, allowLoopback);
      if (failure !== undefined) callback(failure, "");
      else hand(addresses, options.all === true, callback);
    });
  };
}

function hand(addresses: LookupAddress[], all: boolean, callback: Parameters<LookupFunction>[2]): void {
  const [first] = addresses;
  if (all) callback(null, addresses);
  else if (first === undefined) callback(new Error("the name has no address"), "");
  else callback(null, first.address, first.family);
}

function refusalOf(hostname: string, addresses: readonly LookupAddress[], allowLoopback: boolean): AddressBlocked | undefined {
  const blocked = addresses.find(({ address }) => !mayConnect(address, allowLoopback));
  return blocked && new AddressBlocked(`${hostname} resolves to ${blocked.address}, which is not a public address`);
}
