/** Who did something; whoever sat at the machine before there were users has no name. */
export function PersonName({ name }: { readonly name: string }) {
  return name === 'loopback' ? 'somebody at the machine itself' : <bdi>{name}</bdi>
}
