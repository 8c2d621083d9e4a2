export const handoff = {
  title: '交接班',
}
