import type { Rectangle } from 'electron'

export const smallest = { width: 1000, height: 640 }
const usual = { width: 1440, height: 900 }
/** How much of the title bar must be on a screen for the window to be caught with the mouse. */
const graspable = { width: 120, height: 24 }

const overlap = (from: number, size: number, otherFrom: number, otherSize: number) =>
  Math.min(from + size, otherFrom + otherSize) - Math.max(from, otherFrom)

function canBeGrasped(bounds: Rectangle, workArea: Rectangle): boolean {
  return (
    overlap(bounds.x, bounds.width, workArea.x, workArea.width) >= graspable.width &&
    bounds.y >= workArea.y - 8 &&
    bounds.y + graspable.height <= workArea.y + workArea.height
  )
}

/** Where the window opens: as it was, unless the screen it was on is gone; then in the middle of the first one. */
export function placeOnScreen(kept: Rectangle | null, workAreas: readonly Rectangle[]): Rectangle {
  const first = workAreas[0] ?? { x: 0, y: 0, ...usual }
  const screen = kept ? workAreas.find((area) => canBeGrasped(kept, area)) : undefined
  const room = screen ?? first
  const width = Math.min(Math.max(kept?.width ?? usual.width, smallest.width), room.width)
  const height = Math.min(Math.max(kept?.height ?? usual.height, smallest.height), room.height)
  if (kept && screen) return { x: kept.x, y: kept.y, width, height }
  return {
    x: first.x + Math.round((first.width - width) / 2),
    y: first.y + Math.round((first.height - height) / 2),
    width,
    height,
  }
}
