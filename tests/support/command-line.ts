import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './station.ts'

export interface Ran {
  code: number | null
  out: string
  err: string
}

const node = join(root, 'node_modules', '.bin', 'node')

/** `desk …` as a program of its own. */
export function desk(...args: string[]): Promise<Ran> {
  return run(join(root, 'src', 'hosts', 'command-line', 'main.ts'), ...args)
}

export function run(program: string, ...args: string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [program, ...args], {
      cwd: root,
      env: { ...process.env, DUTY_DESK_DATA: join(root, 'no-such-data') },
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}
