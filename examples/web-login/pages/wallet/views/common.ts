import type { Child } from '../dom/h.ts'
import { h } from '../dom/h.ts'
import { type IconName, icon } from '../dom/icon.ts'
import { shortDid } from '../text/did-text.ts'

/** The heading of a view; it gets the focus, so that readers of the screen hear where they are. */
export function viewHeading(text: string): HTMLElement {
  return h('h1', { class: 'view-title', tabindex: '-1' }, text)
}

export function backLink(href: string, text: string): HTMLElement {
  return h('a', { class: 'back-link', href }, icon('back'), text)
}

/** Shows an identifier's ends, and copies the whole of it. */
export function copyable(text: string, label: string, shown: string = shortDid(text)): HTMLElement {
  const said = h('span', { class: 'visually-hidden', role: 'status' })
  const button = h(
    'button',
    {
      type: 'button',
      class: 'copyable',
      title: text,
      'aria-label': `Copy ${label}: ${shown}`,
      on: {
        click: () => {
          void navigator.clipboard.writeText(text).then(
            () => tell(`Copied ${label}`),
            () => tell('The browser does not let pages copy'),
          )
        },
      },
    },
    h('code', {}, shown),
    icon('copy'),
  )
  const tell = (words: string): void => {
    said.textContent = words
    button.classList.add('is-copied')
    setTimeout(() => button.classList.remove('is-copied'), 1500)
  }
  return h('span', { class: 'copyable-frame' }, button, said)
}

export function emptyState(name: IconName, title: string, ...text: readonly Child[]): HTMLElement {
  return h(
    'div',
    { class: 'empty' },
    icon(name, 'icon large'),
    h('h2', {}, title),
    h('p', { class: 'soft' }, ...text),
  )
}

/** A fact and its name; the name may be one of ours alone. */
export function fact(name: string, ...value: readonly Child[]): readonly HTMLElement[] {
  return [h('dt', {}, name), h('dd', {}, ...value)]
}

/** A stranger's words. */
export function theirs(text: string): HTMLElement {
  return h('bdi', { class: 'theirs' }, text)
}

/** A disc with the first letter of a name: a help for the eye, and no proof. */
export function monogram(text: string, className = 'monogram'): HTMLElement {
  const [letter = '?'] = text.replace(/^did:[a-z0-9]+:/, '').trim()
  return h('span', { class: className, 'aria-hidden': 'true' }, letter.toLocaleUpperCase())
}
