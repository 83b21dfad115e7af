import type { Particle } from "./schema-types.ts";
import type { XmlElement } from "./xml-elements.ts";

type Found =
  | { readonly kind: "fits"; readonly child: XmlElement; readonly choice: Particle["choices"][number] }
  | { readonly kind: "fault"; readonly fault: string };

/** From left to right: no schema here lets one element stand for two of its places. What does not belong is told, and left out. */
export function orderOf(children: readonly XmlElement[], particles: readonly Particle[], namespace: string): readonly Found[] {
  const found: Found[] = [];
  let [at, count] = [0, 0];
  children.forEach((child) => {
    const next = nextPlace(particles, at, count, child, namespace);
    const choice = next === undefined ? undefined : particles[next]?.choices.find(({ name }) => name === child.name);
    if (next === undefined || choice === undefined) {
      found.push({ kind: "fault", fault: `${child.name} is not expected here; ${expected(particles, at, count, child.name)}` });
      return;
    }
    found.push(...missed(particles.slice(at, next), count), { kind: "fits", child, choice });
    count = next === at ? count + 1 : 1;
    at = next;
  });
  return [...found, ...missed(particles.slice(at), count)];
}

/** What must be there, of the places that were passed. @param count how many stand in the first of them */
const missed = (passed: readonly Particle[], count: number): Found[] =>
  passed
    .filter(({ least }, index) => least && (index > 0 || count === 0))
    .map(({ choices }) => ({ kind: "fault", fault: `${choices.map(({ name }) => name).join(" or ")} is missing` }));

/** Where the next element goes: the first place from here on that takes it. */
function nextPlace(particles: readonly Particle[], at: number, count: number, child: XmlElement, namespace: string): number | undefined {
  if (child.namespace !== namespace) return undefined;
  for (let next = at; next < particles.length; next += 1) {
    const particle = particles[next];
    const isFull = next === at && count > 0 && particle?.many !== true;
    if (!isFull && particle?.choices.some(({ name }) => name === child.name) === true) return next;
  }
  return undefined;
}

const MOST_NAMES = 3;

/** The one that is spelt almost so, wherever it belongs; else what could stand here. */
function expected(particles: readonly Particle[], at: number, count: number, sent: string): string {
  const alike = particles.flatMap(({ choices }) => choices.map(({ name }) => name)).find((name) => name !== sent && isAlike(name, sent));
  if (alike !== undefined) return `expected ${alike}`;
  const next = namesNext(particles, at, count);
  if (next.length === 0) return "expected nothing more";
  return `expected ${next.slice(0, MOST_NAMES).join(", ")}${next.length > MOST_NAMES ? ", …" : ""}`;
}

function namesNext(particles: readonly Particle[], at: number, count: number): readonly string[] {
  const names: string[] = [];
  for (const particle of particles.slice(at)) {
    const isCurrent = particle === particles[at];
    if (!isCurrent || count === 0 || particle.many) names.push(...particle.choices.map(({ name }) => name));
    if (particle.least && (!isCurrent || count === 0)) break;
  }
  return names;
}

/** One letter more, fewer, other or in another case. */
function isAlike(one: string, other: string): boolean {
  const [short, long] = [one.toLowerCase(), other.toLowerCase()].sort((first, second) => first.length - second.length);
  if (short === undefined || long === undefined || long.length - short.length > 1 || long.length < 4) return false;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same += 1;
  const rest = long.length - same - 1;
  return same === long.length || short.endsWith(long.slice(long.length - Math.max(rest, 0))) || short === long;
}
