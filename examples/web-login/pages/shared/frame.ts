import { type Child, h } from './h.ts'

export interface FrameParts {
  readonly brand: string
  readonly mark: string
  readonly links: readonly { readonly href: string; readonly label: string }[]
  readonly foot: Child
}

/** What stands around every page of a site: brand, navigation, the person, and a foot. */
export interface Frame {
  /** Where the person's part of the bar is put. */
  readonly corner: HTMLElement
  readonly main: HTMLElement
}

export function buildFrame({ brand, mark, links, foot }: FrameParts): Frame {
  const corner = h('div', { class: 'corner row' })
  const main = h('main', { id: 'content', tabindex: '-1' })
  const here = location.pathname
  const nav = h(
    'nav',
    { 'aria-label': 'Pages' },
    h(
      'ul',
      { class: 'nav' },
      links.map(({ href, label }) =>
        h('li', {}, h('a', { href, 'aria-current': href === here ? 'page' : undefined }, label)),
      ),
    ),
  )
  document.body.replaceChildren(
    h(
      'header',
      { class: 'bar' },
      h('a', { class: 'skip', href: '#content' }, 'Skip to content'),
      h(
        'a',
        { class: 'brand', href: '/' },
        h('img', { src: mark, alt: '', width: '36', height: '36' }),
        brand,
      ),
      links.length > 0 && nav,
      corner,
    ),
    main,
    h('footer', { class: 'foot' }, foot),
  )
  return { corner, main }
}
