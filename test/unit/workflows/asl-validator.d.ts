/** asl-validator 4 publishes no types; this is the part that is used. It writes the query language into each state of what it is given. */
declare module "asl-validator" {
  export default function validate(definition: unknown): { readonly isValid: boolean; errorsText(separator?: string): string };
}
