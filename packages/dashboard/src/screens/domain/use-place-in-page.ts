import { useIsFetching } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

/** Goes to the part of the page that the address names once what stands above it has come, as that moves it. */
export function usePlaceInPage(): void {
  const { hash, pathname } = useLocation()
  const isStill = useIsFetching() === 0
  const gone = useRef('')
  useEffect(() => {
    const place = `${pathname}#${hash}`
    if (!isStill || hash === '' || gone.current === place) return
    gone.current = place
    document.getElementById(hash)?.scrollIntoView()
  }, [isStill, hash, pathname])
}
