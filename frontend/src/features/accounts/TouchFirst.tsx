/** A touch of a passkey, offered before the recovery code that does the same. */
import { KeyRound } from "lucide-react";
import { Button, type ButtonProps, Notice } from "../../ui";
import "./accounts.css";

interface TouchFirstProps extends Pick<ButtonProps, "variant" | "size" | "isDisabled"> {
  act: string;
  /** What leads on to the code. */
  or: string;
  problem: string | null;
  onTouch: () => void;
}

export function TouchFirst({ act, or, problem, onTouch, ...button }: TouchFirstProps) {
  return (
    <>
      <Button {...button} icon={KeyRound} onPress={onTouch} autoFocus>
        {act}
      </Button>
      {problem === null ? null : (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
      <p className="either small muted">{or}</p>
    </>
  );
}
