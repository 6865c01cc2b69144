/** What the lead and deputies find at home beside their conversations; it comes after the list and never before it. */
import { AllWords } from "../../i18n";
import { useSnapshot } from "../core";
import { ActProvider } from "./act";
import { LeftBehind } from "./LeftBehind";
import { LoneHolderAtHome } from "./LoneHolder";
import "./members.css";

export function HomeNotices() {
  const me = useSnapshot((snapshot) => snapshot.me);
  const authority = useSnapshot(
    ({ authorities, me: own }) => authorities.find((each) => each.id === own?.authority) ?? null,
  );
  if (me === null || authority === null) return null;
  return (
    <AllWords waiting={null}>
      <ActProvider>
        <div className="home-notices">
          <LoneHolderAtHome />
          <LeftBehind me={me} authority={authority} />
        </div>
      </ActProvider>
    </AllWords>
  );
}
