// Programs that tests need and npm does not bring: where they are, and how they come onto a Debian.

import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Minutes of downloading are a failure of the network, not patience. */
const INSTALL_TIMEOUT_MS = 300_000

/**
 * `pathVariable` names the program where it is not on the PATH; `requiredVariable` is set to `required` where the program was
 * found, so that a test which then misses it fails.
 *
 * @type {readonly import('./programs.mjs').Program[]}
 */
export const programs = [
  {
    name: 'chromium',
    debianPackage: 'chromium',
    commands: ['chromium', 'chromium-browser', 'google-chrome'],
    pathVariable: 'CHROMIUM_PATH',
    requiredVariable: 'UPORT_BROWSER',
  },
  {
    name: 'redis-server',
    debianPackage: 'redis-server',
    commands: ['redis-server'],
    pathVariable: 'REDIS_SERVER_PATH',
    requiredVariable: 'UPORT_REDIS',
  },
]

/**
 * Where a program of the table is; undefined where it is not.
 *
 * @param {string} name
 * @param {Readonly<Record<string, string | undefined>>} [env]
 * @returns {string | undefined}
 */
export function findProgram(name, env = process.env) {
  const program = programOf(name)
  const given = env[program.pathVariable]
  if (given !== undefined && given !== '') return isExecutable(given) ? given : undefined
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return program.commands
    .flatMap((command) => folders.map((folder) => join(folder, command)))
    .find(isExecutable)
}

/**
 * Finds the programs, installs those that are missing where that is possible (root on a Debian or Ubuntu), and says in a line
 * what somebody else has to install.
 *
 * @returns {Promise<{ env: Record<string, string>, missing: string[] }>} what the tests' environment gains, and what to say of
 * the tests that are left out
 */
export async function providePrograms() {
  const missing = programs.filter(({ name }) => findProgram(name) === undefined)
  if (missing.length > 0 && mayInstall()) await aptInstall(missing.map(({ debianPackage }) => debianPackage))
  const found = programs.filter(({ name }) => findProgram(name) !== undefined)
  const absent = programs.filter((program) => !found.includes(program))
  for (const { name, debianPackage, pathVariable } of absent) {
    console.error(
      `No ${name} here: install it (Debian: apt-get install ${debianPackage}) or set ${pathVariable}. Its tests are left out.`,
    )
  }
  return {
    env: Object.fromEntries(found.map(({ requiredVariable }) => [requiredVariable, 'required'])),
    missing: absent.map(({ name }) => `what needs ${name} (not installed)`),
  }
}

/** @param {string} name */
function programOf(name) {
  const program = programs.find((one) => one.name === name)
  if (program === undefined) throw new TypeError(`${name} is not in the table of programs`)
  return program
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function mayInstall() {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

/** @param {readonly string[]} packages */
async function aptInstall(packages) {
  console.error(`Installing ${packages.join(' and ')} from the distribution (the first time only)…`)
  const wanted = ['install', '-y', '--no-install-recommends', ...packages]
  if (hasLists() && (await apt(wanted)) === 0) return
  // Lists that are missing or old name packages that are not on the servers any more.
  if ((await apt(['update'])) !== 0 || (await apt(wanted)) !== 0) {
    console.error('The installation failed: see the lines above.')
  }
}

function hasLists() {
  try {
    return readdirSync('/var/lib/apt/lists').some(
      (name) => name.endsWith('_Packages') || name.includes('_Packages.'),
    )
  } catch {
    return false
  }
}

/**
 * Runs apt-get without questions; a server that it installs is not started.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
function apt(args) {
  return new Promise((resolve) => {
    const child = spawn('apt-get', ['-qq', '-o=DPkg::Lock::Timeout=120', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: INSTALL_TIMEOUT_MS,
    })
    child.on('error', () => resolve(1))
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
