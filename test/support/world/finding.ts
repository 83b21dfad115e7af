/** One thing that is not as it must be. `defect`: an error or a transition that can never be right, whatever the books say. */
export type Finding = { readonly measure: "lost" | "doubled" | "inverted" | "stuck" | "defect"; readonly what: string };
