/** The screens of this domain, by path. */
import { Route, Switch } from "wouter";
import { useSnapshot } from "../core";
import { CharterPage } from "./CharterPage";
import { DraftPage } from "./Draft";
import "../members/members.css";

export function CharterRoutes() {
  const officer = useSnapshot((snapshot) => snapshot.session?.account?.role === "officer");
  return (
    <Switch>
      <Route path="/charter/draft">{officer ? <DraftPage /> : <CharterPage />}</Route>
      <Route path="/charter/:number?">{({ number }) => <CharterPage number={number} />}</Route>
    </Switch>
  );
}
