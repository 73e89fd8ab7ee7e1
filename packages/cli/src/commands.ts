import type { CommandSpec } from './command-spec.ts'
import { EXCHANGE_COMMANDS } from './table/exchange-commands.ts'
import { IDENTITY_COMMANDS } from './table/identity-commands.ts'
import { KEY_COMMANDS } from './table/key-commands.ts'
import { SERVICE_COMMANDS } from './table/service-commands.ts'
import { TOKEN_COMMANDS } from './table/token-commands.ts'

/** Every command there is. */
export const COMMANDS: readonly CommandSpec[] = Object.freeze<CommandSpec[]>([
  ...IDENTITY_COMMANDS,
  ...TOKEN_COMMANDS,
  ...EXCHANGE_COMMANDS,
  ...KEY_COMMANDS,
  ...SERVICE_COMMANDS,
  {
    path: ['completion'],
    summary: 'print a script that completes the command in a shell',
    positionals: [
      { name: 'shell', description: 'which shell', required: true, choices: ['bash', 'zsh', 'fish'] },
    ],
    examples: [
      { command: 'source <(uport completion bash)', comment: 'in ~/.bashrc' },
      { command: 'uport completion zsh > ~/.zfunc/_uport', comment: 'a folder of fpath' },
      { command: 'uport completion fish > ~/.config/fish/completions/uport.fish', comment: 'fish' },
    ],
    load: async () => ({ run: (await import('./commands/completion.ts')).completionOf(COMMANDS) }),
  },
])
