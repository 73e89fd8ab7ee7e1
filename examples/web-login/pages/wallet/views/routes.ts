import { accountsView } from './accounts-view.ts'
import { activityView } from './activity-view.ts'
import { appsView } from './apps-view.ts'
import { backupView } from './backup-view.ts'
import { createView } from './create-view.ts'
import { credentialsView, credentialView } from './credentials-view.ts'
import { deleteView } from './delete-view.ts'
import { detailsView } from './details-view.ts'
import { homeView } from './home-view.ts'
import { pasteView } from './paste-view.ts'
import { requestView } from './request-view.ts'
import { restoreView } from './restore-view.ts'
import { scanView } from './scan-view.ts'
import { settingsView } from './settings-view.ts'
import type { CreateView } from './view.ts'
import { welcomeView } from './welcome-view.ts'

export interface Route {
  readonly name: string
  readonly create: CreateView
  /** Whether the navigation is beside it: not where one thing is to be done or decided. */
  readonly isFramed: boolean
}

const PLACES: ReadonlyMap<string, CreateView> = new Map([
  ['/', homeView],
  ['/credentials', credentialsView],
  ['/accounts', accountsView],
  ['/apps', appsView],
  ['/activity', activityView],
  ['/settings', settingsView],
  ['/details', detailsView],
  ['/create', createView],
  ['/backup', backupView],
  ['/restore', restoreView],
  ['/delete', deleteView],
  ['/scan', scanView],
  ['/paste', pasteView],
])

const FIRST_PLACES: ReadonlyMap<string, CreateView> = new Map([
  ['/create', createView],
  ['/restore', restoreView],
])

/** What an address of the wallet shows. Without an identity there is nothing but the way to one. */
export function viewOf(path: string, hasIdentity: boolean): Route {
  if (!hasIdentity) return { name: path, create: FIRST_PLACES.get(path) ?? welcomeView, isFramed: false }
  if (path === '/request' || path.startsWith('/request/')) {
    return { name: 'request', create: requestView, isFramed: false }
  }
  if (path.startsWith('/credentials/')) return { name: path, create: credentialView, isFramed: true }
  return { name: path, create: PLACES.get(path) ?? homeView, isFramed: true }
}
