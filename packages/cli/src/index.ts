export { COMMANDS } from './commands.ts'
export { renderDocs } from './render-docs.ts'
export { type CliIo, runCli } from './run-cli.ts'
