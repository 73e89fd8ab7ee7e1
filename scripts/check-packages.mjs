// Packs every package as npm would publish it, and asks publint and attw whether others can use what is inside.
//
// usage: node scripts/check-packages.mjs [package folder...]

import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './lib/run.mjs'

const testFile = /[.]test[.]|(?:^|\/)(?:test-support|broken)\//

const chosen = process.argv.slice(2)
const names = chosen.length > 0 ? chosen : readdirSync(join(root, 'packages'))
const npm = process.env.npm_execpath
const directory = mkdtempSync(join(tmpdir(), 'uport-packages-'))
const waiting = [...names]
let failed = 0

try {
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))
} finally {
  rmSync(directory, { recursive: true, force: true })
}
console.log(`${names.length} packages, ${failed} with problems`)
process.exitCode = failed === 0 ? 0 : 1

async function work() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const problems = await check(name)
    if (problems === '') console.log(`${name}: good`)
    else {
      failed += 1
      console.error(`${name}:\n${problems}`)
    }
  }
}

/** @param {string} name */
async function check(name) {
  const folder = join(root, 'packages', name)
  if (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).private === true) return ''
  const pack = ['pack', folder, '--json', '--ignore-scripts', '--pack-destination', directory]
  const packed = await (npm === undefined ? run('npm', pack) : run(process.execPath, [npm, ...pack]))
  if (packed.code !== 0) return packed.output
  const [{ filename, files }] = JSON.parse(packed.stdout)
  const tarball = join(directory, filename)
  const strays = files.map(({ path }) => path).filter((path) => testFile.test(path))
  const publint = await run(process.execPath, ['node_modules/publint/src/cli.js', tarball, '--strict'])
  const attw = await run(process.execPath, [
    'node_modules/@arethetypeswrong/cli/dist/index.js',
    tarball,
    '--profile=esm-only',
    '--no-color',
  ])
  const problems = [publint, attw].flatMap(({ code, output }) => (code === 0 ? [] : [output]))
  return [...problems, ...strays.map((path) => `${path} is only for tests: exclude it from the build`)].join(
    '\n',
  )
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number | null, stdout: string, output: string }>}
 */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, output }))
  })
}
