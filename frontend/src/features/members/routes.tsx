/** The screens of this domain, by path. */
import { Route, Switch } from "wouter";
import { Directory } from "./Directory";
import { People } from "./People";
import { Secretariat } from "./Secretariat";

export function MembersRoutes() {
  return (
    <Switch>
      <Route path="/directory">
        <Directory />
      </Route>
      <Route path="/people">
        <People />
      </Route>
      <Route path="/secretariat">
        <Secretariat />
      </Route>
    </Switch>
  );
}
