import type { Credentials } from "./sender-credentials.ts";

/** One attempt of the sender, as its own log keeps it: what a checker reads instead of our ledger. */
export type SentWebhook = {
  readonly id: string;
  readonly body: string;
  /** Clock milliseconds. */
  readonly at: number;
  /** Undefined where no answer came. */
  readonly status?: number;
  readonly answer?: string;
};

export type WebhookSenderOptions = {
  /** Where documents are posted, path included. */
  readonly url: string;
  /** By the scheme of its connection. */
  readonly credentials: Credentials;
  /** What its messages are written in; by default JSON. */
  readonly contentType?: string;
  readonly now: () => number;
};

export interface WebhookSender {
  /** One attempt. The same id and body again is a resend; a lost answer is in the log as an attempt without a status. */
  send(id: string, body: string): Promise<SentWebhook>;
  /** Sends until it is taken (2xx) or refused for good (4xx but 408, 425 and 429), `attempts` times at the most; `Retry-After` is honoured, else the wait doubles from half a second. */
  deliver(id: string, body: string, attempts?: number): Promise<SentWebhook>;
  log(): readonly SentWebhook[];
}

const LONGEST_WAIT_MS = 8_000;
const LONGEST_CALL_MS = 30_000;
const PASSING = new Set([408, 425, 429]);

/** The sending side of an ERP, signed anew for each attempt. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const log: SentWebhook[] = [];
  const contentType = options.contentType === undefined ? "application/json" : options.contentType;

  const attempt = async (id: string, body: string): Promise<{ readonly sent: SentWebhook; readonly retryAfter: string | null }> => {
    const at = options.now();
    const headers = { "content-type": contentType, ...options.credentials({ id, timestampSeconds: Math.floor(at / 1000), body }) };
    try {
      const response = await fetch(options.url, { method: "POST", headers, body, signal: AbortSignal.timeout(LONGEST_CALL_MS) });
      const sent = { id, body, at, status: response.status, answer: await response.text() };
      log.push(sent);
      return { sent, retryAfter: response.headers.get("retry-after") };
    } catch {
      // No answer is an expected end of an attempt; the log says so.
      const sent = { id, body, at };
      log.push(sent);
      return { sent, retryAfter: null };
    }
  };

  return {
    send: async (id, body) => (await attempt(id, body)).sent,
    async deliver(id, body, attempts = 8) {
      let last = await attempt(id, body);
      for (let n = 1; n < attempts && !isFinal(last.sent.status); n += 1) {
        await wait(waitOf(n, last.retryAfter));
        last = await attempt(id, body);
      }
      return last.sent;
    },
    log: () => log,
  };
}

const isFinal = (status: number | undefined): boolean => status !== undefined && status < 500 && !PASSING.has(status);

const waitOf = (n: number, retryAfter: string | null): number =>
  Math.min(LONGEST_WAIT_MS, retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : 500 * 2 ** (n - 1));

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
