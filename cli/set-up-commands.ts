import { Argument, Option } from "commander";
import * as z from "zod";
import { StageName } from "../infra/stage.ts";
import type { CommandLine } from "./command-line.ts";
import { completionScript, SHELLS } from "./completion.ts";
import { end } from "./run.ts";

/** doctor, completion: what helps with the command itself. */
export function addSetUpCommands(line: CommandLine): void {
  const { add, program, say } = line;
  add("doctor", {
    en: "what is wrong with the set-up and how to mend it; exit code 3 where something is, 1 where it could not look",
    "zh-CN": "检查设置有什么问题、如何解决；有问题则退出码为 3，无法检查则为 1",
  })
    .option(
      "--site <id>",
      say({ en: "the site; may be given several times; without it those of the local cloud", "zh-CN": "工厂；可给多次；不给时为本地云的各工厂" }),
      (site: string, before: readonly string[]) => [...before, site],
      [],
    )
    .addOption(new Option("--stage <stage>", say({ en: "whose settings", "zh-CN": "用哪个阶段的设置" })).choices([...StageName.options]).default("local"))
    .option(
      "--secrets",
      say({
        en: "also ask AWS, with this machine's credentials, whether the stage's secrets are there",
        "zh-CN": "同时用本机的 AWS 凭证检查该阶段的密钥是否都在",
      }),
    )
    .action(async (options: unknown) => {
      const { DoctorOptions, doctor } = await import("./doctor/doctor.ts");
      await end(doctor(DoctorOptions.parse(options)));
    });

  program
    .command("completion")
    .description(
      say({
        en: "a script that lets a shell complete the command: source <(orderlane completion bash)",
        "zh-CN": "供 shell 补全本命令的脚本：source <(orderlane completion bash)",
      }),
    )
    .addArgument(new Argument("<shell>", say({ en: "which", "zh-CN": "哪种 shell" })).choices([...SHELLS]))
    .action((shell: unknown) => {
      process.stdout.write(completionScript(program, z.enum(SHELLS).parse(shell)));
    });
}
