/** The way in: from the link of an invitation to a person with keys, and the recovery code on a new browser. */
import { useEffect, useState } from "react";
import type { EnrolmentStep } from "../../sync/contract";
import { get } from "../../sync/http";
import { SignIn } from "../accounts/SignIn";
import { useCore, useSnapshot } from "../core";
import { type Invited, invitationSchema, type Secret } from "./answers";
import { BackupCodes } from "./BackupCodes";
import { Founding } from "./Founding";
import { NewBrowser } from "./NewBrowser";
import { Opened, OpenInvitation } from "./OpenInvitation";
import { Password } from "./Password";
import { RecoveryCodeStep } from "./RecoveryCodeStep";
import { SecondFactor } from "./SecondFactor";
import { Done, Waiting } from "./Waiting";

export function EnrolmentRoutes() {
  const phase = useSnapshot((snapshot) => snapshot.phase);
  // A link to new keys may be opened by somebody who has signed in already and cannot go on.
  const [linked] = useState(() => window.location.pathname === "/enrol" && window.location.hash.length > 1);
  if (phase.name === "new_browser" && !linked) return <NewBrowser />;
  return <Enrolling step={phase.name === "enrolling" ? phase.step : null} />;
}

/**
 * `step` is where the core stands; null before it knows of any enrolment. What this page alone holds, the secret of
 * the second factor and the backup codes, comes before it, until the person has gone on.
 */
function Enrolling({ step }: { step: EnrolmentStep | null }) {
  const core = useCore();
  const [invited, setInvited] = useState<Invited | null>(null);
  const [accepted, setAccepted] = useState<EnrolmentStep | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const [backupCodes, setBackupCodes] = useState<string[] | null>(null);
  const [arrivedAt] = useState(step);
  const [fresh] = useState(() => window.location.hash.length > 1);

  // After a reload the server still knows whose enrolment this session belongs to.
  const resumed = step !== null && invited === null;
  useEffect(() => {
    if (!resumed) return;
    let stopped = false;
    get("/api/enrolment", invitationSchema).then(
      (found) => {
        if (!stopped) setInvited(found);
      },
      () => undefined,
    );
    return () => {
      stopped = true;
    };
  }, [resumed]);

  if (backupCodes !== null) {
    const goOn = () => {
      // The core learns first where this person stands: keys, or the founding before them.
      void core
        .refresh()
        .catch(() => undefined)
        .then(() => {
          setAccepted("keys");
          setBackupCodes(null);
          setSecret(null);
        });
    };
    return <BackupCodes invited={invited} codes={backupCodes} onDone={goOn} />;
  }
  if (secret !== null) return <SecondFactor invited={invited} secret={secret} onDone={setBackupCodes} />;

  const now = step === null || (fresh && accepted === null) ? accepted : later(step, accepted);
  switch (now) {
    case null:
      return (
        <OpenInvitation
          onAccept={(opened, at) => {
            setInvited(opened);
            setAccepted(at);
            if (at !== "password" && at !== "second_factor" && at !== "sign_in")
              void core.refresh().catch(() => undefined);
          }}
        />
      );
    case "password":
      if (accepted === null) return <Opened invited={invited} onAccept={() => setAccepted("password")} />;
      return <Password invited={invited} onDone={setSecret} />;
    // Somebody who gets new keys has both factors, and signs in with them as ever.
    case "sign_in":
      return <SignIn />;
    // The secret of the second factor is only ever given after the password.
    case "second_factor":
      return <Password invited={invited} onDone={setSecret} />;
    case "founding":
      return <Founding />;
    case "keys":
    case "recovery_code":
      return <RecoveryCodeStep invited={invited} lost={arrivedAt === "recovery_code"} />;
    case "waiting":
      return <Waiting invited={invited} />;
    case "done":
      return <Done invited={invited} />;
  }
}

const order: readonly EnrolmentStep[] = [
  "sign_in",
  "password",
  "second_factor",
  "founding",
  "keys",
  "recovery_code",
  "waiting",
  "done",
];

/** The core may lag behind this page by one answer of the server, or be ahead of it; it is right from the keys on. */
function later(step: EnrolmentStep, accepted: EnrolmentStep | null): EnrolmentStep {
  if (accepted === null || order.indexOf(step) >= order.indexOf("founding")) return step;
  return order.indexOf(accepted) > order.indexOf(step) ? accepted : step;
}
