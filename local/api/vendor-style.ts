/** Of the page for MES vendors; nothing in it asks the network. No `>`: it is well-formed XML as it stands. */
export const VENDOR_STYLE = `
body { font: 16px/1.5 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 0; color: #1c2430; background: #fff; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccd3dc; }
.zh { color: #2f4a68; }
pre { background: #f3f5f8; padding: .75rem 1rem; overflow-x: auto; border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font: 14px/1.45 ui-monospace, Menlo, Consolas, monospace; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border: 1px solid #dde2e9; overflow-wrap: anywhere; }
input[type=radio] { position: absolute; opacity: 0; }
.choice label { border: 1px solid #8b98a9; border-radius: 4px; padding: .2rem .7rem; margin-right: .5rem; cursor: pointer; }
#show-en:checked ~ main .zh, #show-zh:checked ~ main .en { display: none; }
#show-both:checked ~ main label[for=show-both], #show-en:checked ~ main label[for=show-en], #show-zh:checked ~ main label[for=show-zh] { background: #1c2430; color: #fff; }
input:focus-visible ~ main .choice { outline: 2px solid #2a6fdb; }
@media print { .choice { display: none; } }
`;
