import jsqr from 'jsqr'
import { describe, expect, test } from 'vitest'
import { markup } from '../../src/paper/node.ts'
import { qr } from '../../src/paper/qr.ts'
import { checkpoint } from './a-handoff.ts'

type Read = typeof import('jsqr').default
const read = ((jsqr as unknown as { default?: Read }).default ?? jsqr) as unknown as Read

/** The drawing as a scanner sees it, `scale` dots to a module. */
function seen(svg: string, scale = 4): { dots: Uint8ClampedArray; size: number } {
  const modules = Number(/viewBox="0 0 (\d+)/.exec(svg)![1])
  const size = modules * scale
  const dots = new Uint8ClampedArray(size * size * 4).fill(255)
  for (const [, x, y, width] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1/g))
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++)
      for (let at = Number(x) * scale; at < (Number(x) + Number(width)) * scale; at++)
        dots.fill(0, (row * size + at) * 4, (row * size + at) * 4 + 3)
  return { dots, size }
}

const readBack = (text: string) => {
  const { dots, size } = seen(markup(qr(text, 'x')))
  return read(dots, size, size)
}

describe('the QR code', () => {
  test('gives the signed checkpoint back to the byte', () => {
    expect(checkpoint.note).toContain('\u2014 ')
    expect(readBack(checkpoint.note)?.data).toBe(checkpoint.note)
  })

  test.each(['A', '条目 48213 · 存证', '🔒 \n\n', 'x'.repeat(900)])('gives %j back', (text) => {
    expect(readBack(text)?.data).toBe(text)
  })

  test('has the light margin that readers need', () => {
    const svg = markup(qr('x', 'x'))
    const size = Number(/viewBox="0 0 (\d+)/.exec(svg)![1])
    const places = [...svg.matchAll(/M(\d+) (\d+)h(\d+)/g)].map(([, x, y, w]) => [
      Number(x),
      Number(y),
      Number(x) + Number(w),
    ])
    expect(Math.min(...places.map(([x]) => x!))).toBe(4)
    expect(Math.min(...places.map(([, y]) => y!))).toBe(4)
    expect(Math.max(...places.map(([, , end]) => end!))).toBe(size - 4)
  })
})
