/** The screens of this domain, by path. */
import { lazy } from "react";
import { Route, Switch } from "wouter";
import { People } from "./People";
import { Secretariat } from "./Secretariat";

const Log = lazy(async () => ({ default: (await import("../audit/Log")).Log }));

export function MembersRoutes() {
  return (
    <Switch>
      <Route path="/people">
        <People />
      </Route>
      <Route path="/secretariat">
        <Secretariat />
      </Route>
      <Route path="/secretariat/log">
        <Log />
      </Route>
    </Switch>
  );
}
