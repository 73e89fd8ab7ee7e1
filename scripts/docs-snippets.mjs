// Code in the docs is code that runs: a fenced block under `<!-- snippet: path/to/file.ts -->` is that file, or, with
// `file.ts#name`, what stands between its lines `// #region name` and `// #endregion`. This writes the blocks anew.
//
// usage: node scripts/docs-snippets.mjs [--check]

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { root } from './lib/run.mjs'

const snippet = /^<!-- snippet: (?<file>[^\s#]+)(?:#(?<region>[\w-]+))? -->\n+```[^\n]*\n(?:[^\n]*\n)*?```$/gm
const languages = new Map([
  ['.ts', 'ts'],
  ['.tsx', 'tsx'],
  ['.mjs', 'js'],
  ['.js', 'js'],
  ['.json', 'json'],
  ['.html', 'html'],
  ['.sol', 'solidity'],
])
const check = process.argv.includes('--check')

const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
let blocks = 0
let stale = 0
for (const name of listed.split('\n').filter((line) => line !== '' && !line.startsWith('.changeset/'))) {
  const text = readFileSync(join(root, name), 'utf8')
  const marks = text.match(/^<!-- snippet: /gm)?.length ?? 0
  let replaced = 0
  const fresh = text.replace(snippet, (_, file, region) => {
    replaced += 1
    return block(name, file, region)
  })
  if (replaced !== marks) throw new Error(`${name}: a snippet mark without a fenced block under it`)
  blocks += replaced
  if (fresh === text) continue
  stale += 1
  if (check) console.error(`${name} is out of date: run \`node scripts/docs-snippets.mjs\``)
  else writeFileSync(join(root, name), fresh)
}
console.log(`${blocks} snippets, ${stale} pages ${check ? 'out of date' : 'written anew'}`)
process.exitCode = check && stale > 0 ? 1 : 0

/**
 * @param {string} page
 * @param {string} file
 * @param {string | undefined} region
 */
function block(page, file, region) {
  if (normalize(file) !== file || file.startsWith('..'))
    throw new Error(`${page}: ${file} is no path from the root`)
  const code = region === undefined ? readFileSync(join(root, file), 'utf8') : readRegion(file, region)
  const mark = `<!-- snippet: ${file}${region === undefined ? '' : `#${region}`} -->`
  return `${mark}\n\n\`\`\`${languages.get(extname(file)) ?? ''}\n${dedent(code.trimEnd())}\n\`\`\``
}

/**
 * @param {string} file
 * @param {string} name
 */
function readRegion(file, name) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n')
  const start = lines.findIndex((line) => line.trim() === `// #region ${name}`)
  const end = lines.findIndex((line, index) => index > start && line.trim() === '// #endregion')
  if (start < 0 || end < 0) throw new Error(`${file} has no region ${name}`)
  return lines.slice(start + 1, end).join('\n')
}

/** @param {string} code */
function dedent(code) {
  const lines = code.split('\n')
  const depths = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length)
  const depth = Math.min(...depths)
  return lines.map((line) => line.slice(depth)).join('\n')
}
