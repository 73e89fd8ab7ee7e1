#!/usr/bin/env node
import { processIo } from '@uport-kit/server-operations/command'
import { runRelayCommand } from './relay-command.ts'

process.exitCode = await runRelayCommand(process.argv.slice(2), processIo())
