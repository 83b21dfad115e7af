/** Boundaries of the layout: who may import whom. test/toolchain/boundaries.test.ts seeds a violation of every rule. */

const OURS = "^(functions|workflows|connectors|aws|core|cli|local|bench|infra|test)/";
/** What runs in production: all but what only develops, measures, builds or tests. */
const PRODUCT = "^(core|aws|connectors|functions|workflows|cli)/";
const STEPS = "^workflows/[^/]+/steps\\.ts$";
const ENV = "^functions/[^/]+/env\\.ts$";
const NEVER_IN_A_BUNDLE = "(^|/)node_modules/(jsonata|jsonpath-plus|asl-validator|lodash\\.set)/";
const SDK = "(^|/)node_modules/(@aws-sdk|@smithy|@middy|@aws-lambda-powertools|aws-cdk-lib|constructs|@types/aws-lambda)/";
/** Built-in modules that compute and reach nothing outside: the only ones that core may use. */
const COMPUTING_BUILTINS = "^(node:)?(buffer|crypto|string_decoder|util|zlib)$";
/** node:net's BlockList is no socket: the one file of core that may name that module. */
const ALLOWLIST = "^core/access/allowlist\\.ts$";

/** `from` may import of our folders only those that match `allowed`. */
const only = (name, comment, from, ...allowed) => ({ name, comment, severity: "error", from: { path: from }, to: { path: OURS, pathNot: allowed } });

module.exports = {
  forbidden: [
    only("core-imports-only-core", "core/ is the product, pure: it knows nothing of who calls it.", "^core/", "^core/"),
    only("aws-imports-only-core", "aws/ implements ports of core/ and nothing else.", "^aws/", "^aws/", "^core/"),
    only("connectors-import-only-core", "A connector knows its system and core/.", "^connectors/", "^connectors/", "^core/"),
    only("workflows-import-only-core", "steps.ts names steps and shapes.", "^workflows/", "^workflows/", "^core/"),
    only(
      "functions-import-only-product",
      "A function composes connectors/, aws/ and core/; of a workflow it knows steps.ts.",
      "^functions/",
      "^functions/",
      "^connectors/",
      "^aws/",
      "^core/",
      STEPS,
    ),
    only(
      "cli-imports-only-product",
      "The command composes connectors/, aws/ and core/, starts itself on Node 24, and reads the settings that are deployed.",
      "^cli/",
      "^cli/",
      "^connectors/",
      "^aws/",
      "^core/",
      "^local/with-node-24\\.mjs$",
      "^infra/(settings|stage)\\.ts$",
    ),
    only(
      "infra-imports-only-contracts",
      "infra/ knows of the product its API's operations, its settings, the document types they name, the environment of each function and the steps of each workflow.",
      "^infra/",
      "^infra/",
      "^core/api/operations\\.ts$",
      "^core/settings/",
      "^core/documents/document-types\\.ts$",
      ENV,
      STEPS,
    ),
    {
      name: "connectors-not-each-other",
      comment: "Deleting a connector is deleting its folder.",
      severity: "error",
      from: { path: "^connectors/([^/]+)/" },
      to: { path: "^connectors/[^/]+/", pathNot: "^connectors/$1/" },
    },
    {
      name: "functions-not-each-other",
      comment: "What two functions share belongs to core/ or aws/.",
      severity: "error",
      from: { path: "^functions/([^/]+)/" },
      to: { path: "^functions/[^/]+/", pathNot: "^functions/$1/" },
    },
    { name: "core-uses-no-sdk", comment: "core/ runs anywhere: no AWS, no middleware.", severity: "error", from: { path: "^core/" }, to: { path: SDK } },
    {
      name: "core-reaches-nothing-outside",
      comment: "core/ opens no socket or file and starts no process; ports do.",
      severity: "error",
      from: { path: "^core/", pathNot: ALLOWLIST },
      to: { dependencyTypes: ["core"], pathNot: COMPUTING_BUILTINS },
    },
    {
      name: "allowlist-compares-addresses-only",
      comment: "Of node:net it uses what compares addresses; biome.json lets no other name through.",
      severity: "error",
      from: { path: ALLOWLIST },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?net$" },
    },
    {
      name: "no-hanging-expressions",
      comment:
        "A hostile expression hangs these past any timeout (LIBRARIES.md): tests may use them, and the bench that mapping is measured against; nothing else.",
      severity: "error",
      from: { path: OURS, pathNot: "^(test|bench/mapping)/" },
      to: { path: NEVER_IN_A_BUNDLE },
    },
    {
      name: "product-uses-no-development-package",
      comment: "What runs in production stands under dependencies in package.json.",
      severity: "error",
      from: { path: PRODUCT },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    { name: "no-circular", comment: "Two files that need each other hold one idea.", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-unresolvable",
      comment: "An import that leads nowhere; also how a checker that reads no module would show.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "(^|/)node_modules/" },
    exclude: { path: "^(dist|cdk\\.out|coverage|\\.local)(/|$)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "require", "default", "types"] },
  },
};
