/** The wallet's own places: paths of this site, by the history of the browser. */
export class Router {
  readonly #listeners = new Set<() => void>()

  constructor() {
    addEventListener('popstate', () => this.#tell())
  }

  get path(): string {
    return location.pathname
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  go(path: string, how: 'push' | 'replace' = 'push'): void {
    if (path === location.pathname) return
    if (how === 'push') history.pushState(undefined, '', path)
    else history.replaceState(undefined, '', path)
    this.#tell()
  }

  /** Follows a click on a link of this site without loading the page anew. */
  readonly follow = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    if (link === null || !isPlain || link.origin !== location.origin || link.target !== '' || link.download)
      return
    event.preventDefault()
    this.go(link.pathname)
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
