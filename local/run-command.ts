import { spawn } from "node:child_process";

export interface CommandResult {
  readonly status: number;
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Each piece of output as it comes, both streams. */
  readonly onOutput?: (text: string) => void;
}

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a program to its end and collects both streams. It leads its own process group, which is ended with ours: on exit, Ctrl-C and the other ending signals.
 * @throws Error when the program cannot be started; a status other than 0 is a result.
 */
export function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const take = (piece: string): void => {
      output += piece;
      options.onOutput?.(piece);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    const endGroup = (): void => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGKILL");
    };
    const onSignal = (signal: NodeJS.Signals): void => {
      endGroup();
      forget();
      // With our own handler gone, an otherwise unhandled signal ends this process as it would have.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    const forget = (): void => {
      process.off("exit", endGroup);
      for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
    };
    process.on("exit", endGroup);
    for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
    child.on("error", (error) => {
      forget();
      reject(error);
    });
    child.on("close", (code, signal) => {
      forget();
      resolve({ status: code ?? 128, output: signal === null ? output : `${output}\n(ended by ${signal})` });
    });
  });
}
