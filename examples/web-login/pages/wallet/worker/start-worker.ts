import { type PushGrants, PushInbox } from '@uport-kit/transport-push'
import { WakeUp } from '../wake-up/wake-up.ts'

/** The wallet of a page, as far as its worker concerns it. */
export interface WorkerHost {
  readonly grants: PushGrants
  /** Shows a place of the wallet: the person has touched a notification. */
  readonly onGo?: ((path: string) => void) | undefined
}

/** The wallet's wake-up calls, as the settings turn them on and off. */
export function wakeUpOf({ grants }: WorkerHost): WakeUp {
  return new WakeUp({ grants, inbox: new PushInbox({ grants }) })
}

/** Starts the service worker. A browser that has none, or a server that is away, leaves the wallet as it is. */
export async function startWorker(host: WorkerHost): Promise<void> {
  await wakeUpOf(host)
    .start((path) => host.onGo?.(path))
    .catch(() => {})
}
