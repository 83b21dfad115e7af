import { open } from "node:fs/promises";
import * as z from "zod";

/** What was asked of the roles, as local/emulator_rights.py records it. */

const Question = z.object({ role: z.string(), action: z.string(), resource: z.string(), allowed: z.boolean() });
export type Question = z.infer<typeof Question>;

/** A function's own log named an action that it was refused. */
const Said = z.object({ function: z.string(), refused: z.string() });

const Line = z.union([Question, Said]);
type Line = z.infer<typeof Line>;

export interface RightsLog {
  /** All that was recorded since the last call. */
  read(): Promise<readonly Line[]>;
  close(): Promise<void>;
}

const CHUNK = 1 << 20;

/** @param path a file that another process appends whole lines to */
export async function openRightsLog(path: string): Promise<RightsLog> {
  const file = await open(path, "r");
  let at = 0;
  let rest = "";
  const buffer = Buffer.alloc(CHUNK);
  return {
    async read() {
      const lines: Line[] = [];
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, CHUNK, at);
        at += bytesRead;
        const texts = (rest + buffer.toString("utf8", 0, bytesRead)).split("\n");
        rest = texts.pop() ?? "";
        for (const text of texts) lines.push(Line.parse(JSON.parse(text)));
        if (bytesRead < CHUNK) return lines;
      }
    },
    close: () => file.close(),
  };
}

export const isQuestion = (line: Line): line is Question => "role" in line;
