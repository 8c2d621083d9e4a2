/** The desks a station starts with: they can be renamed and manned, never deleted. */
export const startsWith: ReadonlySet<string> = new Set(['mediation', 'antiFraud', 'criminal', 'supervisor'])
