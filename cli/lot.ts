import * as z from "zod";
import { GenealogyAnswer } from "../core/genealogy/genealogy-answer.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT } from "./failure.ts";
import { reachOf } from "./reach.ts";
import { SharedOptions } from "./shared-options.ts";
import { localTime, print, printJson, shown } from "./show.ts";
import { dictionary, type Language } from "./words.ts";

export const LotOptions = SharedOptions.extend({ site: z.string(), material: z.string().optional(), forward: z.boolean().default(false) });

/** What a lot was made of, or with --forward what it went into, as a tree. */
export async function lot(number: string, options: z.infer<typeof LotOptions>): Promise<number> {
  const { site, material, forward, lang } = options;
  const reach = reachOf(options.url, process.env);
  const query = new URLSearchParams({ number, direction: forward ? "forward" : "back", ...(material === undefined ? {} : { material }) });
  const answer = await call(reach, { method: "GET", path: `/v1/sites/${encodeURIComponent(site)}/lots/-/genealogy?${query}`, headers: asPerson(reach) });
  if (answer.status !== 200)
    throw refusal({ en: `lot ${number} at ${site}`, "zh-CN": `工厂 ${site} 的批次 ${number}` }, answer, {
      en: `orderlane open --site ${site} lists what is not posted yet`,
      "zh-CN": `orderlane open --site ${site} 列出尚未过账的单据`,
    });
  if (options.json) printJson(answer.body);
  else print(genealogyLines(read(GenealogyAnswer, answer), lang));
  return EXIT.done;
}

const WORDS = dictionary(
  {
    back: "was made of",
    forward: "went into",
    order: "order",
    operation: "operation",
    test: "test",
    persons: "by",
    equipment: "on",
    parameters: "with",
    downtime: "stood still",
    above: "as above",
    cut: "It goes on beyond 10 levels or 1,000 lots: ask for one of the last lots.",
  },
  {
    back: "由以下批次制成",
    forward: "用于以下批次",
    order: "工单",
    operation: "工序",
    test: "检验",
    persons: "人员",
    equipment: "设备",
    parameters: "参数",
    downtime: "停机",
    above: "见上",
    cut: "超出 10 层或 1,000 个批次：请对最后的批次再查询。",
  },
);

type Lot = GenealogyAnswer["lots"][number];
type Order = GenealogyAnswer["orders"][number];
const keyOf = ({ material, lot: number }: { readonly material: string; readonly lot: string }): string => JSON.stringify([material, number]);

/** Each lot is unfolded once; where it stands again, it says so. */
export function genealogyLines(answer: GenealogyAnswer, lang: Language): string[] {
  const words = WORDS[lang];
  const lots = new Map(answer.lots.map((each) => [keyOf(each), each]));
  const told = new Set<string>();
  const branch = (name: { readonly material: string; readonly lot: string }, depth: number): string[] => {
    const indent = "  ".repeat(depth);
    const key = keyOf(name);
    const known = lots.get(key);
    const line = `${indent}${name.material}  ${name.lot}`;
    if (known === undefined) return [`${line} …`];
    if (told.has(key)) return [known.next.length === 0 ? line : `${line} (${words.above})`];
    told.add(key);
    return [line, ...factsOf(known, answer, lang).map((fact) => `${indent}  ${fact}`), ...known.next.flatMap((next) => branch(next, depth + 1))];
  };
  const lines = [`${answer.material} ${answer.lot} ${words[answer.direction]}`, ...branch(answer, 1), ...(answer.complete ? [] : ["", words.cut])];
  return lines.map(shown);
}

function factsOf(known: Lot, answer: GenealogyAnswer, lang: Language): string[] {
  const words = WORDS[lang];
  const tests = known.tests.map(
    ({ result, at, measurements }) =>
      `${words.test} ${result} ${localTime(at)}${measurements.map(({ id, value, unit }) => `, ${id} ${value}${unit === undefined ? "" : ` ${unit}`}`).join("")}`,
  );
  const orders = known.orders.flatMap((number) => answer.orders.filter(({ order }) => order === number)).flatMap((order) => orderFacts(order, answer, lang));
  return [...tests, ...orders];
}

function orderFacts({ order, worked }: Order, { persons }: GenealogyAnswer, lang: Language): string[] {
  const words = WORDS[lang];
  const person = (id: string): string => (persons[id] === undefined ? id : `${id} ${persons[id]}`);
  return [
    `${words.order} ${order}`,
    ...worked.map((work) =>
      [
        `  ${words.operation} ${work.operation ?? "-"}`,
        ...(work.persons.length === 0 ? [] : [`${words.persons} ${work.persons.map(person).join(", ")}`]),
        ...(work.equipment.length === 0 ? [] : [`${words.equipment} ${work.equipment.join(", ")}`]),
        ...(work.parameters.length === 0
          ? []
          : [`${words.parameters} ${work.parameters.map(({ id, value, unit }) => `${id} ${value}${unit === undefined ? "" : ` ${unit}`}`).join(", ")}`]),
        ...work.downtimes.map(({ reason, from, to }) => `${words.downtime} ${reason} ${localTime(from)} – ${localTime(to)}`),
      ].join("; "),
    ),
  ];
}
