import { spawnSync } from "node:child_process";
import { settingsFor } from "../../infra/settings.ts";
import type { StageName } from "../../infra/stage.ts";
import { same } from "../words.ts";
import { type Check, finding, fine } from "./checks.ts";

/** The Node that this runs on: cli/orderlane.mjs sees to the right one, a direct start may not. */
export function nodeCheck(version: string): Check {
  const major = Number(/^v(\d+)\./.exec(version)?.[1]);
  if (major >= 24) return fine({ en: `Node ${version}`, "zh-CN": `Node ${version}` });
  return finding(
    { en: `Node ${version} is too old`, "zh-CN": `Node ${version} 太旧` },
    { en: "the command runs on Node 24", "zh-CN": "本命令运行于 Node 24" },
    { en: "start it by npx orderlane, which brings Node 24 along", "zh-CN": "用 npx orderlane 启动，它自带 Node 24" },
  );
}

const PYTHONS = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
const VENV = "import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 10) else 3)";

/** What the local cloud needs: Python 3.10 with venv. */
export function pythonCheck(run: (program: string, args: readonly string[]) => number | null = status): Check {
  const found = PYTHONS.find((program) => run(program, ["-c", VENV]) === 0);
  if (found !== undefined) return fine({ en: `Python for the local cloud: ${found}`, "zh-CN": `本地云所需的 Python：${found}` });
  return finding(
    { en: "there is no Python for the local cloud", "zh-CN": "没有本地云所需的 Python" },
    { en: "npm start needs Python 3.10 or newer with its venv module", "zh-CN": "npm start 需要 Python 3.10 及以上和它的 venv 模块" },
    {
      en: "install it (Debian, Ubuntu: apt-get install python3 python3-venv), then npm start",
      "zh-CN": "安装它（Debian、Ubuntu：apt-get install python3 python3-venv），然后 npm start",
    },
  );
}

const status = (program: string, args: readonly string[]): number | null => spawnSync(program, args, { stdio: "ignore", timeout: 10_000 }).status;

/** infra/settings.ts of this checkout, by its schema. */
export function settingsCheck(stage: StageName): Check {
  try {
    const { connections, sites } = settingsFor(stage);
    return fine({
      en: `settings of stage ${stage}: ${sites.length} sites, ${connections.length} connections`,
      "zh-CN": `阶段 ${stage} 的设置：${sites.length} 个工厂，${connections.length} 个连接`,
    });
  } catch (error) {
    return finding(
      { en: `the settings of stage ${stage} are not valid`, "zh-CN": `阶段 ${stage} 的设置无效` },
      same(error instanceof Error ? error.message : String(error)),
      { en: `correct infra/settings.ts, then npx cdk synth -c stage=${stage}`, "zh-CN": `更正 infra/settings.ts，然后 npx cdk synth -c stage=${stage}` },
    );
  }
}
