/** The screens of this domain, by path. */
import { Route, Switch } from "wouter";
import { ApplicationsPage } from "./ApplicationsPage";
import { ObjectionsPage } from "./ObjectionsPage";
import { PipelinePage } from "./PipelinePage";
import "../members/members.css";
import "./vetting.css";

export function VettingRoutes() {
  return (
    <Switch>
      <Route path="/objections">
        <ObjectionsPage />
      </Route>
      <Route path="/secretariat/vetting">
        <PipelinePage />
      </Route>
      <Route path="/secretariat/applications/:id?">{({ id }) => <ApplicationsPage id={id ?? null} />}</Route>
    </Switch>
  );
}
