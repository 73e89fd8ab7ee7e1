import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where things are kept. */
export interface Paths {
  readonly configFile: string
  /** Encrypted keys. */
  readonly keys: string
  /** What the wallet keeps: requests, credentials, activity. */
  readonly wallet: string
  readonly identities: string
}

/**
 * One folder for everything where `--home` or `UPORT_HOME` names it, else the folders of the XDG Base Directory
 * Specification: configuration and data apart.
 */
export function pathsOf(home: string | undefined, env: NodeJS.ProcessEnv): Paths {
  const own = home ?? given(env['UPORT_HOME'])
  const config = own ?? join(given(env['XDG_CONFIG_HOME']) ?? join(homedir(), '.config'), 'uport')
  const data = own ?? join(given(env['XDG_DATA_HOME']) ?? join(homedir(), '.local', 'share'), 'uport')
  return {
    configFile: join(config, 'config.json'),
    keys: join(data, 'keys'),
    wallet: join(data, 'wallet'),
    identities: join(data, 'identities.json'),
  }
}

function given(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text
}
