import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DEFAULT_RELAY_LIMITS } from '../packages/relay-server/src/relay-limits.ts'
import { RELAY_METRICS } from '../packages/relay-server/src/telemetry/relay-metrics.ts'
import { createPrometheus, prometheusName } from '../packages/server-operations/src/command/index.ts'
import type { MetricDefinition } from '../packages/server-operations/src/metrics.ts'
import { DEFAULT_SPONSOR_BUDGETS, parseWei } from '../packages/sponsor-server/src/sponsor-budgets.ts'
import { DEFAULT_SPONSOR_LIMITS } from '../packages/sponsor-server/src/sponsor-limits.ts'
import { SPONSOR_METRICS } from '../packages/sponsor-server/src/telemetry/sponsor-metrics.ts'

const page = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8')

/** The rows of the tables whose head begins so, in their order: cells without their code marks. */
function tables(head: string): string[][][] {
  const found: string[][][] = []
  const lines = page.split('\n')
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith(`| ${head} |`)) continue
    const rows = lines.slice(index + 2)
    const end = rows.findIndex((row) => !row.startsWith('|'))
    found.push(
      rows.slice(0, end).map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
    )
  }
  return found
}

const bare = (cell = ''): string => cell.replaceAll('`', '')

test.each([
  ['the relay', 0, DEFAULT_RELAY_LIMITS],
  ['the sponsor', 1, DEFAULT_SPONSOR_LIMITS],
])('the limits of %s stand there with their defaults', (_, index, limits) => {
  const rows = tables('limit')[index] ?? []
  const told = rows.map(([name, value = '']) => [bare(name), Number(value.replaceAll(',', ''))])
  expect(told).toEqual(Object.entries(limits))
})

test('so do the budgets', () => {
  const [rows = []] = tables('budget')
  const told = rows.map(([name, amount = '']) => [bare(name), parseWei(amount)])
  expect(told).toEqual(Object.entries(DEFAULT_SPONSOR_BUDGETS))
})

test.each([
  ['relay', RELAY_METRICS],
  ['sponsor', SPONSOR_METRICS],
])('every metric of the %s stands there with its labels', (name, definitions) => {
  const [rows = []] = tables(`${name} | labels`)
  const told = rows.map(([metric, labels]) => [bare(metric), bare(labels)])
  const real = Object.values<MetricDefinition>(definitions).map((definition) => [
    prometheusName(definition),
    definition.labels.map((label) => label.replaceAll('.', '_')).join(', '),
  ])
  expect(told).toEqual(real)
})

test('alarms name metrics and limits that exist', async () => {
  const [alarms = []] = tables('alarm')
  const text = alarms.flat().join(' ')
  const definitions = [...Object.values<MetricDefinition>(RELAY_METRICS), ...Object.values(SPONSOR_METRICS)]
  const known = new Set(
    definitions.flatMap((definition) =>
      ['', '_count', '_bucket'].map((end) => prometheusName(definition) + end),
    ),
  )
  const ofProcess = await createPrometheus().text()
  const named = text.match(/\b(?:uport|http_server|process|nodejs)_\w+/g) ?? []
  expect(named.length).toBeGreaterThan(10)
  const labels = definitions.flatMap((definition) =>
    definition.labels.map((label) => label.replaceAll('.', '_')),
  )
  for (const label of labels) known.add(label)
  const unknown = named.filter((name) => !known.has(name) && !ofProcess.includes(`\n${name} `))
  expect(unknown).toEqual([])
  const limits = { ...DEFAULT_RELAY_LIMITS, ...DEFAULT_SPONSOR_LIMITS, ...DEFAULT_SPONSOR_BUDGETS }
  for (const name of text.match(/\b(?:max|min|per)[A-Z]\w+/g) ?? []) expect(limits).toHaveProperty(name)
})

test('numbers in the text are those of the code', () => {
  const told = [...page.matchAll(/`(\w+)` \(([\d,]+)\)/g)].map(([, name = '', number = '']) => [
    name,
    Number(number.replaceAll(',', '')),
  ])
  expect(told.length).toBeGreaterThan(3)
  for (const [name, number] of told)
    expect([
      Reflect.get(DEFAULT_RELAY_LIMITS, String(name)),
      Reflect.get(DEFAULT_SPONSOR_LIMITS, String(name)),
    ]).toContain(number)
})
