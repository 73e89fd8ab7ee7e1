export function findUnlinked(project?: string): string[]
export function linkCommands(): Promise<boolean>
