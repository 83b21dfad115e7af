import { Option } from "commander";
import * as z from "zod";
import { GrantOptions, grant, ListOptions, list as listGrants, RevokeOptions, revoke } from "./access.ts";
import { AuditListOptions, AuditVerifyOptions, list as listAudit, verify as verifyAudit } from "./audit.ts";
import type { CommandLine } from "./command-line.ts";
import { end, wholeNumber } from "./run.ts";
import { putSecret, SecretOptions } from "./secret.ts";
import type { Text } from "./words.ts";

const WHY: Text = { en: "written into the audit", "zh-CN": "原因，写入审计" };

/** access, audit, secret: who may do what, who did what, and by what we know each other. */
export function addAccessCommands(line: CommandLine): void {
  addGrants(line);
  addAudit(line);
  const { add, group, say } = line;
  const secret = group("secret", { en: "the secrets that a connection and we know each other by", "zh-CN": "连接与我方互相识别的密钥" });
  add("put <connection>", { en: "put a new secret; the former one stays valid beside it", "zh-CN": "放入新密钥；旧的仍然有效" }, secret)
    .addOption(
      new Option(
        "--which <secret>",
        say({ en: "source: what it shows us; call: what we show it", "zh-CN": "source：对方向我方出示的；call：我方向对方出示的" }),
      )
        .choices(["source", "call"])
        .makeOptionMandatory(),
    )
    .requiredOption("--from-env <name>", say({ en: "the variable that holds the value", "zh-CN": "存放其值的环境变量" }))
    .option("--alone", say({ en: "the former one is no longer valid: it has leaked", "zh-CN": "旧的不再有效：已泄露" }))
    .requiredOption("--why <text>", say(WHY))
    .action((connection: unknown, options: unknown) => end(putSecret(z.string().parse(connection), SecretOptions.parse(options))));
}

function addGrants(line: CommandLine): void {
  const { add, group, say } = line;
  const access = group("access", { en: "who may do what: grants of tokens and AWS identities", "zh-CN": "谁可以做什么：令牌和 AWS 身份的授权" });
  add(
    "grant [principal]",
    {
      en: "give a person or an agent a token, told once; or let an AWS role or user in",
      "zh-CN": "给人员或代理程序一个令牌（只显示一次），或准许一个 AWS 角色或用户",
    },
    access,
  )
    .requiredOption("--sites <ids>", say({ en: "the sites, separated by commas", "zh-CN": "工厂，以逗号分隔" }))
    .option("--connections <ids>", say({ en: "the connections, to post for or to administer", "zh-CN": "可代其发送或可管理的连接" }))
    .option("--types <names>", say({ en: "the document types, to post", "zh-CN": "可发送的单据类型" }))
    .requiredOption(
      "--actions <names>",
      say({
        en: "of post, lease, verdict, read, command, administer",
        "zh-CN": "post（发送）、lease（领取）、verdict（答复）、read（查询）、command（命令）、administer（管理）中的若干",
      }),
    )
    .requiredOption("--days <n>", say({ en: "how long, 1 to 366", "zh-CN": "天数，1 至 366" }), wholeNumber(line))
    .requiredOption("--why <text>", say(WHY))
    .option(
      "--aws-role <arn>",
      say({ en: "the ARN of an IAM role or user, instead of a principal with a token", "zh-CN": "IAM 角色或用户的 ARN，代替持令牌者" }),
    )
    .action((principal: unknown, options: unknown) => end(grant(z.string().optional().parse(principal), GrantOptions.parse(options))));
  add("list", { en: "the grants in force, and when each was last used", "zh-CN": "有效的授权，以及各自上次使用的时间" }, access)
    .option("--all", say({ en: "also those that have ended", "zh-CN": "也包括已终止的" }))
    .action((options: unknown) => end(listGrants(ListOptions.parse(options))));
  add("revoke <id>", { en: "end a grant at once", "zh-CN": "立即撤销一个授权" }, access)
    .requiredOption("--why <text>", say(WHY))
    .action((id: unknown, options: unknown) => end(revoke(z.string().parse(id), RevokeOptions.parse(options))));
}

function addAudit({ add, group, say }: CommandLine): void {
  const audit = group("audit", { en: "who did what, when, from where and why", "zh-CN": "审计：谁、何时、从哪里、为什么、做了什么" });
  add("list", { en: "the audit's records of its last day, or of a span", "zh-CN": "最近一天或一段时间的审计记录" }, audit)
    .option("--from <day>", say({ en: "the first day, UTC, such as 2026-03-01", "zh-CN": "起始日，UTC，如 2026-03-01" }))
    .option("--to <day>", say({ en: "the last day", "zh-CN": "截止日" }))
    .action((options: unknown) => end(listAudit(AuditListOptions.parse(options))));
  add(
    "verify",
    {
      en: "prove that nothing was removed or altered; exit code 3 and the record's name where something was",
      "zh-CN": "证明没有记录被删改；若有，退出码为 3 并指出是哪条",
    },
    audit,
  )
    .option("--from <day>", say({ en: "begin with this day", "zh-CN": "从这一天开始" }))
    .option("--to <day>", say({ en: "end with this day", "zh-CN": "到这一天为止" }))
    .option(
      "--known <place>",
      say({ en: "what an earlier verify printed; may be given several times", "zh-CN": "先前 verify 打印的内容；可给多次" }),
      (place: string, before: readonly string[]) => [...before, place],
      [],
    )
    .action((options: unknown) => end(verifyAudit(AuditVerifyOptions.parse(options))));
}
