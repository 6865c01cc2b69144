/** Signing in before both factors; one's sessions and keys after them. */
import { Redirect, Route, Switch } from "wouter";
import { useSnapshot } from "../core";
import { Keys } from "./Keys";
import { Sessions } from "./Sessions";
import { SignIn } from "./SignIn";

export function AccountsRoutes() {
  const signedIn = useSnapshot((snapshot) => snapshot.phase.name === "ready");
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
      <Route>
        <Redirect to="/account/keys" replace />
      </Route>
    </Switch>
  );
}
