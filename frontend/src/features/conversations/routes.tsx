/** The screens of this domain, by path. */
import { Redirect, Route, Switch } from "wouter";
import { ConversationsPage } from "./ConversationsPage";
import { NewConversation } from "./NewConversation";

export function ConversationsRoutes() {
  return (
    <Switch>
      <Route path="/conversations">
        <ConversationsPage id={null} />
      </Route>
      <Route path="/conversations/new">
        <NewConversation />
      </Route>
      <Route path="/conversations/:id">{({ id }) => <ConversationsPage id={id} />}</Route>
      <Route>
        <Redirect to="/conversations" replace />
      </Route>
    </Switch>
  );
}
