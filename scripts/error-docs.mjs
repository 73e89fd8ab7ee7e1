// Writes docs/errors.md from the declarations of `UportErrorData`: a member is a code, its doc comment says what
// happened and what to do, its type is the data.
//
// usage: node scripts/error-docs.mjs [--check]

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { root } from './lib/run.mjs'

const page = 'docs/errors.md'
const check = process.argv.includes('--check')

const rows = readdirSync(join(root, 'packages')).sort(coreFirst).flatMap(readPackage)
const codes = rows.map(({ code }) => code)
const twice = codes.filter((code, index) => codes.indexOf(code) !== index)
const bare = rows.filter(({ meaning }) => meaning === '').map(({ code }) => code)
if (rows.length === 0) throw new Error('no declaration of UportErrorData was found')
if (twice.length > 0) throw new Error(`declared twice: ${twice.join(', ')}`)
if (bare.length > 0) throw new Error(`without a doc comment: ${bare.join(', ')}`)

const fresh = render()
const file = join(root, page)
let current = ''
try {
  current = readFileSync(file, 'utf8')
} catch (error) {
  if (error.code !== 'ENOENT') throw error
}
if (check && current !== fresh) console.error(`${page} is out of date: run \`node scripts/error-docs.mjs\``)
if (!check) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, fresh)
}
console.log(`${rows.length} error codes`)
process.exitCode = check && current !== fresh ? 1 : 0

/**
 * @param {string} a
 * @param {string} b
 */
function coreFirst(a, b) {
  return Number(b === 'core') - Number(a === 'core') || a.localeCompare(b)
}

/** @param {string} name */
function readPackage(name) {
  const folder = join(root, 'packages', name, 'src')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .sort()
    .flatMap((path) => {
      const text = readFileSync(join(folder, path), 'utf8')
      return text.includes('interface UportErrorData') ? readSource(name, path, text) : []
    })
}

/**
 * @param {string} name
 * @param {string} path
 * @param {string} text
 */
function readSource(name, path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
  const found = []
  visit(source)
  return found

  /** @param {ts.Node} node */
  function visit(node) {
    if (ts.isInterfaceDeclaration(node) && node.name.text === 'UportErrorData') {
      for (const member of node.members) {
        if (ts.isPropertySignature(member)) found.push(row(name, member, source))
      }
      return
    }
    ts.forEachChild(node, visit)
  }
}

/**
 * @param {string} name
 * @param {ts.PropertySignature} member
 * @param {ts.SourceFile} source
 */
function row(name, member, source) {
  const [comment] = ts.getJSDocCommentsAndTags(member)
  const text = comment === undefined ? '' : (ts.getTextOfJSDocComment(comment.comment) ?? '')
  const members = member.type !== undefined && ts.isTypeLiteralNode(member.type) ? member.type.members : []
  const data = members.filter(ts.isPropertySignature).map((part) => {
    const optional = part.questionToken === undefined ? '' : '?'
    const type = part.type
      ?.getText(source)
      .replace(/^readonly /, '')
      .replace(/\s+/g, ' ')
    return `${part.name.getText(source)}${optional}: ${type}`
  })
  return { code: member.name.getText(source), name, meaning: text.replace(/\s+/g, ' ').trim(), data }
}

function render() {
  const cells = rows.map(({ code, name, meaning, data }) => {
    const members = data.map((part) => `\`${part.replaceAll('|', '\\|')}\``).join('<br>')
    return `| \`${code}\` | ${name} | ${meaning.replaceAll('|', '\\|')} | ${members} |`
  })
  return `# Errors

Every failure that comes from outside is a \`UportError\` with one of these codes. Match on \`code\`, or narrow \`data\` with
\`isUportError(error, 'REQUEST_EXPIRED')\`; never match on the message. \`retryable\` says whether the same call may succeed
later. A wrong argument from the caller is a \`TypeError\` and has no code.

This page is generated from the declarations (\`node scripts/error-docs.mjs\`).

| code | package | meaning | data |
| --- | --- | --- | --- |
${cells.join('\n')}
`
}
