import { h } from '../dom/h.ts'
import { type IconName, icon } from '../dom/icon.ts'
import type { AppContext, CreateView, View } from './view.ts'

interface Place {
  readonly path: string
  readonly name: string
  readonly icon: IconName
}

const PLACES: readonly Place[] = [
  { path: '/', name: 'Home', icon: 'home' },
  { path: '/credentials', name: 'Credentials', icon: 'card' },
  { path: '/accounts', name: 'Accounts', icon: 'coins' },
  { path: '/activity', name: 'Activity', icon: 'clock' },
  { path: '/settings', name: 'Settings', icon: 'gear' },
]

/** The frame around the views: brand, navigation, words about what happens in the background. */
export class Shell {
  readonly element: HTMLElement
  readonly #main = h('main', { id: 'main' })
  readonly #nav = h('nav', { class: 'tabs', 'aria-label': 'Wallet' })
  readonly #notices = h('div', { class: 'notices', role: 'status', 'aria-live': 'polite' })
  #view: View | undefined

  constructor(context: AppContext) {
    const links = PLACES.map((place) =>
      h('a', { href: place.path }, icon(place.icon), h('span', {}, place.name)),
    )
    this.#nav.append(...links)
    const brand = h('a', { class: 'brand', href: '/' }, icon('shield', 'brand-mark'), 'Kit Wallet')
    const skip = h('a', { class: 'skip', href: '#main' }, 'Skip to the content')
    skip.addEventListener('click', (event) => {
      event.preventDefault()
      event.stopPropagation()
      this.#focus()
    })
    this.element = h(
      'div',
      { class: 'app' },
      skip,
      h('header', { class: 'top' }, brand),
      this.#nav,
      this.#main,
      this.#notices,
    )
    this.element.addEventListener('click', context.router.follow)
    const { notices } = context.session
    notices.onChange(() => {
      const shown = notices.list.map(({ text, kind }) => h('p', { class: `notice ${kind}` }, text))
      this.#notices.replaceChildren(...shown)
    })
  }

  show(createView: CreateView, context: AppContext, path: string, isFramed: boolean): void {
    this.#view?.dispose?.()
    const view = createView(context, path)
    const isFirst = this.#view === undefined
    this.#view = view
    this.#main.replaceChildren(view.element)
    this.element.classList.toggle('is-bare', !isFramed)
    this.#nav.hidden = !isFramed
    for (const link of this.#nav.querySelectorAll('a')) {
      const isHere = isWithin(path, link.pathname)
      if (isHere) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
    document.title = `${view.title} · Kit Wallet`
    scrollTo(0, 0)
    if (!isFirst) this.#focus()
  }

  #focus(): void {
    const heading = this.#main.querySelector('h1')
    heading?.focus({ preventScroll: true })
  }
}

const SETTINGS: ReadonlySet<string> = new Set([
  '/apps',
  '/details',
  '/create',
  '/backup',
  '/restore',
  '/delete',
])

function isWithin(path: string, place: string): boolean {
  if (place === '/settings' && SETTINGS.has(path)) return true
  return path === place || (place !== '/' && path.startsWith(`${place}/`))
}
