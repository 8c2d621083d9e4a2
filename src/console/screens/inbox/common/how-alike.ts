/** From here on a text says nearly the same; likenesses of short texts are small numbers. */
const nearlySame = 0.5
const quiteAlike = 0.28

/** A likeness for a person: how long a bar, and in which of three words. */
export function howAlike(likeness: number): { percent: number; step: 'very' | 'quite' | 'maybe' } {
  const percent = Math.round(Math.min(1, likeness / nearlySame) * 100)
  return { percent, step: likeness >= nearlySame ? 'very' : likeness >= quiteAlike ? 'quite' : 'maybe' }
}
