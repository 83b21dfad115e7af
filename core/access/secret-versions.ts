/** The store of secrets, written to. */
export interface SecretVersions {
  /** The values now valid, newest first; none where it was never filled. */
  current(name: string): Promise<readonly string[]>;
  /** Makes them the secret's values, under this version's id (32 to 64 letters and digits); the same id again changes nothing. */
  put(name: string, version: string, values: readonly string[]): Promise<void>;
}
