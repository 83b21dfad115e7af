import * as z from "zod";
import { CommandOptions, command } from "./command.ts";
import type { CommandLine } from "./command-line.ts";
import { end, wholeNumber } from "./run.ts";
import { ConnectionsOptions, connections, SteerOptions, steer } from "./steer.ts";
import type { Text } from "./words.ts";

const SUMMARIES = {
  replay: { en: "try a parked, rejected, undone or skipped document again", "zh-CN": "重试一个已挂起、被拒绝、已冲销或已跳过的单据" },
  skip: { en: "pass over a parked document that left nothing behind", "zh-CN": "跳过一个已挂起且没有留下任何影响的单据" },
  resolve: {
    en: "say that a parked document's posting was entered by hand; it is looked up in the target",
    "zh-CN": "声明一个已挂起单据的过账已人工补录；会到目标系统中查找",
  },
  undo: { en: "reverse what a parked, or delivered, document applied", "zh-CN": "冲销一个已挂起或已送达的单据所产生的影响" },
} as const satisfies Readonly<Record<string, Text>>;

/** replay, skip, resolve, undo; pause, resume, connections: what changes how things go on. */
export function addSteeringCommands(line: CommandLine): void {
  const { add, say } = line;
  for (const name of ["replay", "skip", "resolve", "undo"] as const) {
    const given = add(`${name} <id>`, SUMMARIES[name])
      .requiredOption("--why <text>", say({ en: "written into the document's timeline and the audit", "zh-CN": "原因，写入该单据的时间线和审计" }))
      .option("--site <id>", say({ en: "the site; without it those of the local cloud", "zh-CN": "工厂；不给时在本地云的各工厂中查找" }))
      .option("--attempt <n>", say({ en: "only if the document is in this attempt", "zh-CN": "仅当单据处于这一次尝试时" }), wholeNumber(line))
      .option("--plan", say({ en: "only show what would be done", "zh-CN": "只显示将要做什么" }))
      .option("--yes", say({ en: "do it without asking; needed where nobody is at a terminal", "zh-CN": "不询问直接执行；终端前没有人时必须给出" }))
      .option("--no-wait", say({ en: "do not wait for what the lane makes of it", "zh-CN": "不等待通道的处理结果" }));
    if (name === "resolve") {
      given.requiredOption("--posted-as <number>", say({ en: "the target's own number of what was entered", "zh-CN": "补录内容在目标系统中的单号" }));
      given.option(
        "--unchecked",
        say({ en: "the target cannot be asked for a number, and you have looked there", "zh-CN": "目标系统无法按单号查询，您已亲自核对" }),
      );
    }
    given.action((id: unknown, options: unknown) => end(command(name, z.string().parse(id), CommandOptions.parse(options))));
  }

  const WAYS = {
    pause: { en: "let what comes for a connection wait, in order", "zh-CN": "暂停一个连接：发往它的单据按顺序等待" },
    resume: { en: "let it go on", "zh-CN": "恢复该连接" },
  } as const;
  for (const name of ["pause", "resume"] as const) {
    add(`${name} <connection>`, WAYS[name])
      .requiredOption("--site <id>", say({ en: "a site that the connection serves", "zh-CN": "该连接所服务的一个工厂" }))
      .requiredOption("--why <text>", say({ en: "written into the audit", "zh-CN": "原因，写入审计" }))
      .action((connection: unknown, options: unknown) => end(steer(name, z.string().parse(connection), SteerOptions.parse(options))));
  }
  add("connections", {
    en: "how each connection of a site stands: paused, by whom and why, breaker, silent agent",
    "zh-CN": "工厂的各个连接：是否暂停、由谁因何暂停、是否熔断、代理程序是否失联",
  })
    .requiredOption("--site <id>", say({ en: "the site", "zh-CN": "工厂" }))
    .action((options: unknown) => end(connections(ConnectionsOptions.parse(options))));
}
