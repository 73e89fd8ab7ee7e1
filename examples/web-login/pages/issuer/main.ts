import '../design.css'
import '../shared/site.css'
import './issuer.css'
import { openDesk } from './desk.ts'
import { openOffice } from './open-office.ts'

await (location.pathname === '/desk' ? openDesk() : openOffice())
