/** What has come of it once everything that can go on has gone on; undefined: nothing yet. */
export async function soFar<Answer>(promise: Promise<Answer>): Promise<Answer | undefined> {
  let answer: Answer | undefined;
  let error: { readonly error: unknown } | undefined;
  promise.then(
    (value) => {
      answer = value;
    },
    (thrown: unknown) => {
      error = { error: thrown };
    },
  );
  for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve));
  if (error !== undefined) throw error.error;
  return answer;
}

export type Opening = { readonly open: () => void; readonly opened: Promise<void> };

/** A gate that the test opens. */
export function closedGate(): Opening {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}
