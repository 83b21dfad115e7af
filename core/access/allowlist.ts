import { BlockList, isIP } from "node:net";

/** `node:net` for its pure address arithmetic only; nothing here opens a socket. */

const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** Whether a source address is in one of the CIDR blocks; an empty list lets every address in. An entry that is no block lets nobody in. */
export function isAllowed(address: string, blocks: readonly string[]): boolean {
  if (blocks.length === 0) return true;
  const plain = address.replace(MAPPED, "");
  const family = familyOf(plain);
  if (family === undefined) return false;
  const list = new BlockList();
  for (const block of blocks) addBlock(list, block);
  return list.check(plain, family);
}

function addBlock(list: BlockList, block: string): void {
  const [network, prefix] = block.split("/");
  const family = network === undefined ? undefined : familyOf(network);
  if (network === undefined || family === undefined) return;
  const most = family === "ipv4" ? 32 : 128;
  if (prefix === undefined) list.addSubnet(network, most, family);
  else if (/^\d{1,3}$/.test(prefix) && Number(prefix) <= most) list.addSubnet(network, Number(prefix), family);
}

function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? "ipv4" : "ipv6";
}
