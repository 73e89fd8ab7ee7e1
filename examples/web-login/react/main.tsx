import '../pages/design.css'
import './react.css'
import { defineUportRequest } from '@uport-kit/transport-qr/element'
import { createRoot } from 'react-dom/client'
import { LogIn } from './log-in.tsx'

defineUportRequest()
const root = document.querySelector('#root')
if (root === null) throw new TypeError('the page has no #root')
createRoot(root).render(
  <main className="narrow">
    <div className="card">
      <h1>The same login, in React</h1>
      <LogIn />
    </div>
  </main>,
)
