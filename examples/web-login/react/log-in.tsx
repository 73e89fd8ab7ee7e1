import { isUportError, type Outcome, remoteExchange } from '@uport-kit/core'
import type { UportRequestElement } from '@uport-kit/transport-qr/element'
import { useEffect, useRef, useState } from 'react'
import type { LibraryVisit } from '../src/shared/library-api.ts'

/** The server holds a report for 20 seconds at most: what takes longer does not come. */
const json = async (path: string, { signal, ...init }: RequestInit = {}) => {
  const signals = [AbortSignal.timeout(45_000), ...(signal ? [signal] : [])]
  return (await fetch(path, { ...init, signal: AbortSignal.any(signals) })).json()
}

/** The server makes the request and verifies the answer; the page shows it and asks what came of it. */
async function begin() {
  const { request } = await json('/api/login', { method: 'POST' })
  return remoteExchange<Outcome>(request, {
    status: async ({ signal }) => (await json(`/api/requests/${request.id}`, { signal })).status,
    cancel: () => fetch(`/api/requests/${request.id}`, { method: 'DELETE' }),
  })
}

function useLogin() {
  const dialog = useRef<UportRequestElement>(null)
  const [visit, setVisit] = useState<LibraryVisit>()
  const [problem, setProblem] = useState<string>()

  useEffect(() => {
    json('/api/session').then(setVisit, () => setProblem('The server does not answer.'))
  }, [])

  const logIn = async () => {
    setProblem(undefined)
    try {
      const outcome = await dialog.current?.request(begin)
      setVisit(await json(`/api/login/${outcome?.requestId}/enter`, { method: 'POST' }))
    } catch (error) {
      setProblem(isUportError(error, 'REQUEST_REFUSED') ? 'You said no.' : 'Nobody was logged in.')
    }
  }
  return { dialog, person: visit?.person, problem, logIn }
}

export function LogIn() {
  const { dialog, person, problem, logIn } = useLogin()
  return (
    <>
      <uport-request ref={dialog} />
      <p role="status">{person === undefined ? problem : `Good to see you, ${person.name}.`}</p>
      {person === undefined && (
        <button type="button" className="button" onClick={logIn}>
          Log in with your wallet
        </button>
      )}
    </>
  )
}
