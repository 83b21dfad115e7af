import { type Command, Option } from "commander";
import * as z from "zod";
import { PLANT_FORMATS } from "../core/mailbox/bodies.ts";
import { StageName } from "../infra/stage.ts";
import type { CommandLine } from "./command-line.ts";
import { LoadOptions, load } from "./load.ts";
import { DuplicatesOptions, duplicates } from "./master.ts";
import { end } from "./run.ts";
import { SendOptions, send } from "./send.ts";

/** send, try, master: what brings documents in. */
export function addSendingCommands(line: CommandLine): void {
  const { add, addOffline, group, say } = line;
  withCredentials(
    line,
    add("send <file>", { en: "send a file of documents as one message; - reads standard input", "zh-CN": "把一个单据文件作为一条报文发送；- 读标准输入" }),
  )
    .option(
      "--connection <id>",
      say({ en: "the connection that sends; without it the one that the local cloud names", "zh-CN": "发送方的连接；不给时用本地云指明的那个" }),
    )
    .option(
      "--key <key>",
      say({ en: "the message's idempotency key; without it the same file is the same message", "zh-CN": "报文的幂等键；不给时，同一文件就是同一报文" }),
    )
    .option("--key-header <name>", say({ en: "the header that brings the key, where the connection names one", "zh-CN": "承载该键的请求头（若连接指明了）" }))
    .action((file: unknown, options: unknown) => end(send(z.string().parse(file), SendOptions.parse(options), Date.now())));

  addOffline("try <file>", {
    en: "map a file as a connection would, without sending it: source, canonical form, the rule behind each value, what would park",
    "zh-CN": "按某个连接映射一个文件而不发送：来源、规范形式、每个值所依据的规则、什么会被挂起",
  })
    .requiredOption("--connection <id>", say({ en: "the connection whose tables read it", "zh-CN": "用哪个连接的映射表读取" }))
    .option("--site <id>", say({ en: "the site; without it the document names it", "zh-CN": "工厂；不给时由单据指明" }))
    .addOption(new Option("--stage <stage>", say({ en: "whose settings", "zh-CN": "用哪个阶段的设置" })).choices([...StageName.options]).default("local"))
    .addOption(
      new Option("--format <format>", say({ en: "what the plant's agent asks for", "zh-CN": "工厂代理程序要的格式" }))
        .choices([...PLANT_FORMATS])
        .default("canonical"),
    )
    .action(async (file: unknown, options: unknown) => {
      // Every connector's tables are compiled for it, which no other command waits for.
      const { TryOptions, tryFile } = await import("./try.ts");
      await end(tryFile(z.string().parse(file), TryOptions.parse(options)));
    });

  const master = group("master", { en: "master data: full loads, and what has two codes", "zh-CN": "主数据：全量装载、一物两码" });
  const loading = add(
    "load <file>",
    {
      en: "send a file of any size as messages, with progress; stopped anywhere, the same command goes on",
      "zh-CN": "把任意大小的文件分成多条报文发送并显示进度；中断后执行同一命令即可继续",
    },
    master,
  );
  withCredentials(line, loading)
    .requiredOption("--connection <id>", say({ en: "the connection that sends", "zh-CN": "发送方的连接" }))
    .action((file: unknown, options: unknown) => end(load(z.string().parse(file), LoadOptions.parse(options))));
  add(
    "duplicates",
    { en: "the same thing under two codes, and two things under one code; exit code 3 where there are any", "zh-CN": "一物两码与一码两物；有则退出码为 3" },
    master,
  )
    .requiredOption("--site <id>", say({ en: "the site", "zh-CN": "工厂" }))
    .action((options: unknown) => end(duplicates(DuplicatesOptions.parse(options))));
}

/** How a sender shows who it is (docs/signatures.md). */
const withCredentials = ({ say }: CommandLine, command: Command): Command =>
  command
    .option("--site <id>", say({ en: "the site; without it the documents name it", "zh-CN": "工厂；不给时由单据指明" }))
    .option(
      "--secret-env <name>",
      say({
        en: "sign with the secret in this environment variable, by Standard Webhooks unless --hmac-header is given",
        "zh-CN": "用此环境变量中的密钥签名；不给 --hmac-header 时按 Standard Webhooks",
      }),
    )
    .option("--hmac-header <name>", say({ en: "sign the body alone, and put the signature into this header", "zh-CN": "只对报文体签名，签名放入此请求头" }))
    .addOption(new Option("--hmac-encoding <encoding>", say({ en: "of that signature", "zh-CN": "该签名的编码" })).choices(["base64", "hex"]).default("base64"))
    .option("--hmac-prefix <text>", say({ en: "before that signature, such as sha256=", "zh-CN": "该签名前的文字，如 sha256=" }))
    .option("--basic-env <name>", say({ en: "send with the user:password in this environment variable", "zh-CN": "用此环境变量中的“用户名:密码”发送" }))
    .option(
      "--token <token>",
      say({
        en: "send with this bearer token, ours or an OAuth2 issuer's (a variable is safer: ORDERLANE_TOKEN)",
        "zh-CN": "用此令牌发送，我方的或 OAuth2 签发方的（用变量更安全：ORDERLANE_TOKEN）",
      }),
    );
