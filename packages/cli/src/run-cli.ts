import { Arguments } from './arguments.ts'
import { CliError } from './cli-error.ts'
import type { CommandSpec } from './command-spec.ts'
import { COMMANDS } from './commands.ts'
import { readSettings } from './config/settings.ts'
import { EXIT } from './exit-code.ts'
import type { Sink, Source } from './output/streams.ts'
import { Terminal } from './output/terminal.ts'
import { type Call, parseCall } from './parse-call.ts'
import { renderHelp } from './render-help.ts'
import { reportError } from './report-error.ts'

export interface CliIo {
  readonly stdin: Source
  readonly stdout: Sink
  readonly stderr: Sink
  readonly env: NodeJS.ProcessEnv
  readonly version: string
  /** Aborting it interrupts the command. */
  readonly signal: AbortSignal
}

/**
 * Runs the `uport` command.
 *
 * @param argv what follows the program's name
 * @returns the exit code
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const debug = argv.includes('--debug')
  const json = argv.includes('--json')
  try {
    const call = parseCall(argv, COMMANDS)
    return await perform(call, io)
  } catch (error) {
    return reportError(error, { stderr: io.stderr, debug, json, aborted: io.signal.aborted })
  }
}

async function perform(call: Call, io: CliIo): Promise<number> {
  switch (call.kind) {
    case 'help':
      io.stdout.write(renderHelp(call.topic, COMMANDS))
      return EXIT.done
    case 'version':
      io.stdout.write(`${io.version}\n`)
      return EXIT.done
    case 'run':
      return run(call.spec, call.args, io)
  }
}

async function run(spec: CommandSpec, args: Arguments, io: CliIo): Promise<number> {
  const { stdin, stdout, stderr, env, signal } = io
  const terminal = new Terminal({ stdin, stdout, stderr, json: args.flag('json'), quiet: args.flag('quiet') })
  // Another package's command reads its options itself.
  const own = spec.delegate === undefined ? args : new Arguments(new Map(), new Map(), args.rest)
  const settings = await readSettings(own, env)
  const { run: command } = await spec.load()
  if (signal.aborted) throw new CliError('Interrupted.', EXIT.interrupted)
  return (await command(own, { terminal, settings, signal, env })) ?? EXIT.done
}
