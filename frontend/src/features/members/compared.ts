/** The tick under a code says that this very code was compared: with another code in its place it is gone. */
import { useState } from "react";

export function useCompared(code: string | null): [boolean, (compared: boolean) => void] {
  const [compared, setCompared] = useState<string | null>(null);
  return [
    code !== null && compared === code,
    (is) => {
      setCompared(is ? code : null);
    },
  ];
}
