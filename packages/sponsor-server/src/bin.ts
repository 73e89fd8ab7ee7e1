#!/usr/bin/env node
import { processIo } from '@uport-kit/server-operations/command'
import { runSponsorCommand } from './sponsor-command.ts'

process.exitCode = await runSponsorCommand(process.argv.slice(2), {
  ...processIo(),
  environment: process.env,
})
