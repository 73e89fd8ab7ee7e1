import type { Json } from '@uport-kit/core'
import { displayText } from '@uport-kit/wallet'
import { h } from '../dom/h.ts'
import { claimLabel, valueText } from '../text/claim-text.ts'
import { theirs } from '../views/common.ts'

/** Values below this depth are shown as one line of JSON: nobody reads deeper tables. */
const MAX_DEPTH = 3

/** Any JSON as nested lists of names and values, all of it text. */
export function jsonView(value: Json, depth = 0): HTMLElement {
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH)
    return h('span', {}, theirs(valueText(value)))
  const entries: readonly (readonly [string, Json])[] = Array.isArray(value)
    ? value.map((one: Json, index) => [String(index + 1), one] as const)
    : Object.entries(value)
  if (entries.length === 0) return h('span', { class: 'soft' }, 'nothing')
  return h(
    'dl',
    { class: depth === 0 ? 'facts' : 'facts nested' },
    entries.map(([name, member]) => [
      h('dt', {}, theirs(claimLabel(name))),
      h('dd', {}, jsonView(member, depth + 1)),
    ]),
  )
}

/** Data as it is, for those who check it: hex and JSON, in a box of its own. */
export function rawView(summary: string, text: string): HTMLElement {
  return h(
    'details',
    { class: 'raw' },
    h('summary', {}, summary),
    h('pre', { tabindex: '0' }, displayText(text, 20_000).text),
  )
}
