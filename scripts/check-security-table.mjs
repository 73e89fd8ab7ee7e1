// SECURITY.md says which test holds off which attack. A row whose test was renamed or removed fails.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './lib/run.mjs'

const page = 'SECURITY.md'
const section = '## Known attacks on the originals'
const idHeads = ['id', 'pain']
/** `path` › "title" */
const named = /`([^`]+)` › "([^"]+)"/g
const notBuilt = /^part not built yet\b/
/** Where tests run with the genuine packages, or the original contracts, at hand. */
const besideOriginals = /^(test\/interop|packages\/core\/src\/did-jwt|packages\/account-contract)\//
const weaknesses = Array.from({ length: 25 }, (_, index) => `W${index + 1}`)

const rows = readRows()
const missing = weaknesses.filter((id) => !rows.some((row) => row.id === id)).map((id) => `${id}: has no row`)
const twice = rows.filter(({ id }, index) => rows.findIndex((row) => row.id === id) !== index)
const problems = [...missing, ...twice.map(({ id }) => `${id}: has two rows`), ...rows.flatMap(problemsOf)]
for (const problem of problems) console.error(`${page}: ${problem}`)
const tests = rows.flatMap((row) => row.tests)
const open = rows.filter((row) => row.tests.length === 0).length
console.log(
  `${rows.length} attacks and pains, ${tests.length} tests, ${open} of parts that are not built yet`,
)
process.exitCode = tests.length > 0 && problems.length === 0 ? 0 : 1

/** The rows of every table in the section. */
function readRows() {
  const text = readFileSync(join(root, page), 'utf8')
  const start = text.indexOf(`${section}\n`)
  if (start < 0) throw new Error(`${page} has no section "${section}"`)
  const end = text.indexOf('\n## ', start + section.length)
  const lines = text.slice(start, end < 0 ? undefined : end).split('\n')
  const tables = lines.filter((line) => line.startsWith('|') && !/^\|[\s|:-]+\|$/.test(line))
  const cells = tables.map((line) =>
    line
      .slice(1, line.lastIndexOf('|'))
      .split('|')
      .map((cell) => cell.trim()),
  )
  return cells
    .filter(([first]) => !idHeads.includes(first ?? ''))
    .map(([id = '', , answer = '', test = '', original = '']) => {
      const tests = [...test.matchAll(named)].map(([, file = '', title = '']) => ({ file, title }))
      return { id, answer, test, tests, original }
    })
}

/** @param {ReturnType<typeof readRows>[number]} row */
function problemsOf({ id, answer, test, tests, original }) {
  if (tests.length === 0) {
    const isOpen = test === '' && notBuilt.test(answer)
    return isOpen ? [] : [`${id}: names no test, and does not say "part not built yet"`]
  }
  const rest = test.replace(named, '').replaceAll('<br>', '').trim()
  const unread = rest === '' ? [] : [`${id}: cannot read "${rest}" as a test`]
  const absent = tests.flatMap(({ file, title }) => {
    if (!existsSync(join(root, file))) return [`${id}: there is no ${file}`]
    return readTitles(file).has(title) ? [] : [`${id}: ${file} has no test "${title}"`]
  })
  const runsThem = tests.some(({ file }) => besideOriginals.test(file))
  const isRun = /^yes(, |$)/.test(original)
  if (isRun && !runsThem) absent.push(`${id}: none of its tests runs beside the original`)
  if (!isRun && !/^(no|not installable): ./.test(original))
    absent.push(`${id}: says neither "yes" nor why it does not run on the original`)
  return [...unread, ...absent]
}

/**
 * What a test file calls its tests, as written: a template keeps its `${}`, a table its `%s`.
 *
 * @param {string} file
 */
function readTitles(file) {
  const titles = new Set()
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest)
  /** @param {ts.Node} node */
  function visit(node) {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const [title] = node.arguments
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.add(title.text)
      else if (title !== undefined && ts.isTemplateExpression(title))
        titles.add(title.getText(source).slice(1, -1))
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return titles
}

/**
 * Whether this is `it`, `it.each([...])`, `describe.skip` and the like.
 *
 * @param {ts.Node} callee
 * @returns {boolean}
 */
function isTest(callee) {
  if (ts.isIdentifier(callee)) return /^(it|test|describe\w*)$/.test(callee.text)
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) return isTest(callee.expression)
  return false
}
