/** Tells leads and deputies, on a page that they open anyway, that an application waits for their view. */
import { useI18n } from "../../i18n";
import { objectionList } from "../../sync/applications";
import { Button, Notice } from "../../ui";
import { useSnapshot } from "../core";
import { useResource } from "../resource";

export function ObjectionsNotice() {
  const asked = useSnapshot(({ me }) => me?.role === "lead" || me?.role === "deputy");
  return asked ? <Waiting /> : null;
}

function Waiting() {
  const { t } = useI18n();
  const [resource] = useResource("/api/objections", objectionList);
  if (resource.state !== "ready") return null;
  const count = resource.value.filter(({ own }) => own === null).length;
  if (count === 0) return null;
  return (
    <Notice
      action={
        <Button size="s" href="/objections">
          {t("vetting.objecting.notice_act")}
        </Button>
      }
    >
      {t("vetting.objecting.notice", { count })}
    </Notice>
  );
}
