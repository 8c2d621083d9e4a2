// A second verifier, made from the specifications alone. It shares no line with the desk, so that a mistake would have
// to be made twice to stay unseen.

export { unpack } from './archive.ts'
export { type Judgement, judgeBundle, type Kept } from './bundle.ts'
export { jcs } from './canonical.ts'
export { commitment, leafOf, walk } from './entries.ts'
export {
  headText,
  knownFromSeed,
  openCheckpoint,
  openNote,
  readVerifier,
  shortCode,
  signNote,
  verifierText,
} from './notes.ts'
export { consistencyPath, consistent, includes, inclusionPath, leafHash, treeHash } from './tree.ts'
