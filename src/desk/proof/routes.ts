import { unbuilt } from '../unbuilt.ts'

export const proofRoutes = unbuilt(
  'work.get',
  'work.cancel',
  'proof.verify',
  'proof.compare',
  'witnesses.list',
  'witness.present',
  'export.start',
  'exports.list',
  'export.remove',
)
