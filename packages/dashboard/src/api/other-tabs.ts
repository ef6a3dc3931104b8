/** What one tab tells the others of this browser. */
type Message = 'signed-in' | 'signed-out'

const CHANNEL = 'sternpost-session'

/** Tells the other tabs that somebody signed in or out here. */
export function tellOtherTabs(message: Message): void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage(message)
  channel.close()
}

/** Hears what other tabs tell, until the function that is returned is called. */
export function hearOtherTabs(listener: (message: Message) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === 'signed-in' || data === 'signed-out') listener(data)
  }
  return () => channel.close()
}
