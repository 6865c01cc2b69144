/** Signing in before both factors; one's sessions, keys and what happened after them. */
import { lazy } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useSnapshot } from "../core";
import { Keys } from "./Keys";
import { PasskeyNeeded } from "./PasskeyNeeded";
import { Sessions } from "./Sessions";
import { SignIn } from "./SignIn";

// Not with the sign-in, which is the first page of all.
const OwnLog = lazy(async () => ({ default: (await import("../audit/OwnLog")).OwnLog }));

const ProfilePage = lazy(async () => ({ default: (await import("../directory/ProfilePage")).ProfilePage }));

export function AccountsRoutes() {
  const needed = useSnapshot((snapshot) => snapshot.phase.name === "passkey_needed");
  const signedIn = useSnapshot((snapshot) => snapshot.phase.name === "ready");
  if (needed) {
    return <PasskeyNeeded />;
  }
  if (!signedIn) {
    return <SignIn />;
  }
  return (
    <Switch>
      <Route path="/account/sessions">
        <Sessions />
      </Route>
      <Route path="/account/keys">
        <Keys />
      </Route>
      <Route path="/account/profile">
        <ProfilePage />
      </Route>
      <Route path="/account/log">
        <OwnLog />
      </Route>
      <Route>
        <Redirect to="/account/keys" replace />
      </Route>
    </Switch>
  );
}
