/** What a browser that can install pages tells them. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>
}

/** The browser's offer to install the wallet, kept until the person takes it up. */
export class Installer {
  #offer: InstallEvent | undefined
  readonly #listeners = new Set<() => void>()

  constructor() {
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault()
      this.#set(event as InstallEvent)
    })
    addEventListener('appinstalled', () => this.#set(undefined))
  }

  get canInstall(): boolean {
    return this.#offer !== undefined
  }

  get isInstalled(): boolean {
    return matchMedia('(display-mode: standalone)').matches
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async install(): Promise<void> {
    const offer = this.#offer
    this.#set(undefined)
    await offer?.prompt()
  }

  #set(offer: InstallEvent | undefined): void {
    this.#offer = offer
    for (const listener of [...this.#listeners]) listener()
  }
}
