/** The screens of the directory, by path. */
import { lazy } from "react";
import { Redirect, Route, Switch } from "wouter";
import { ActProvider } from "../members/act";
import { DirectoryPage } from "./DirectoryPage";
import { EntryPage } from "./EntryPage";

const EditPage = lazy(async () => ({ default: (await import("./EditPage")).EditPage }));

export function DirectoryRoutes() {
  return (
    <Switch>
      <Route path="/directory">
        <DirectoryPage />
      </Route>
      <Route path="/directory/:kind/:id">
        {({ kind, id }) => <EntryPage key={id} subject={`${kind}/${id}`} />}
      </Route>
      <Route path="/directory/:kind/:id/edit">
        {({ kind, id }) => (
          <ActProvider>
            <EditPage key={id} subject={`${kind}/${id}`} />
          </ActProvider>
        )}
      </Route>
      <Route>
        <Redirect to="/directory" replace />
      </Route>
    </Switch>
  );
}
