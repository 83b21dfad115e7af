import { readFileSync } from "node:fs";
import { usage } from "./failure.ts";
import { same } from "./words.ts";

/** A file's bytes; `-`: standard input. @throws Failure */
export function readDocument(file: string): Uint8Array {
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usage({ en: `${file} cannot be read`, "zh-CN": `无法读取 ${file}` }, same(why), {
      en: "give the path of a file; - reads standard input",
      "zh-CN": "给出文件路径；- 表示读标准输入",
    });
  }
}

/** By its first character; what comes of a file has no header. */
export const contentTypeOf = (body: Uint8Array): string =>
  /^(?:\ufeff)?\s*</.test(Buffer.from(body.subarray(0, 200)).toString("utf8")) || isUtf16(body) ? "application/xml" : "application/json";

const isUtf16 = ([first, second]: Uint8Array): boolean => (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
