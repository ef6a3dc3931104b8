/**
 * The acronym of one of the three TLSA parameters.
 *
 * Shape: `known` holds the registry's acronyms, their places being their numbers. A number without acronym
 * stays a number.
 * Source: RFC 7218 §2.
 */
export function nameOfTlsaParameter<Name extends string>(
  known: readonly Name[],
  parameter: Name | number,
): Name | number {
  return typeof parameter === 'number' ? (known[parameter] ?? parameter) : parameter
}

/** The number of one of the three TLSA parameters, the other way round. */
export function numberOfTlsaParameter<Name extends string>(
  known: readonly Name[],
  parameter: Name | number,
): number {
  return typeof parameter === 'number' ? parameter : known.indexOf(parameter)
}
