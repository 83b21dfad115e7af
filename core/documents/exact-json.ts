/** Placeholder of the shape; see helper H3. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export type Json = string | boolean | null | number | NumberText | readonly Json[] | { readonly [name: string]: Json };
