// Time passing, for what is said only after a while.

import { useEffect, useState } from "preact/hooks";

/** Whether so many milliseconds have passed since this was first drawn. */
export function useLate(after: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), after);
    return () => clearTimeout(timer);
  }, [after]);
  return late;
}
