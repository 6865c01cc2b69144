/** Three officers found the network together: each makes a key, all compare one code, each signs. */
import { Check, Circle, PenLine } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Card, Checkbox, Icon, Notice, PageHeader, Skeleton } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { Code } from "../members/Code";
import { useCompared } from "../members/compared";
import { failureOf, useErrorText } from "../members/errors";
import { Frame } from "./Frame";

export function Founding() {
  const { t } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const founding = useSnapshot((snapshot) => snapshot.founding);
  const [same, setSame] = useCompared(founding?.codeToCompare ?? null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const me = founding?.officers.find((officer) => officer.self) ?? null;
  const run = async (call: () => Promise<void>) => {
    setPending(true);
    setProblem(null);
    try {
      await call();
    } catch (thrown) {
      setProblem(errorText(failureOf(thrown)));
    }
    setPending(false);
  };
  return (
    <Frame stage="founding" kind="officer">
      <PageHeader title={t("enrolment.founding.title")} lead={t("enrolment.founding.text")} />
      {founding === null ? (
        <Skeleton />
      ) : (
        <div className="stack stack--wide">
          <Card title={t("enrolment.founding.officers")} flush>
            <ul className="founders">
              {founding.officers.map((officer) => (
                <li key={officer.account}>
                  <span>
                    <bdi>{officer.name}</bdi>
                    {officer.self && <span className="muted"> · {t("enrolment.founding.you")}</span>}
                  </span>
                  <span className={officer.hasKey ? "founders__done" : "founders__open"}>
                    <Icon icon={officer.signed ? PenLine : officer.hasKey ? Check : Circle} />
                    {t(
                      officer.signed
                        ? "enrolment.founding.state_signed"
                        : officer.hasKey
                          ? "enrolment.founding.state_key"
                          : "enrolment.founding.state_none",
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </Card>
          {founding.state === "collecting" && me?.hasKey === true && (
            <Notice tone="info" live>
              {t("enrolment.founding.offered")}
            </Notice>
          )}
          {founding.state === "signing" && founding.codeToCompare !== null && (
            <Card title={t("enrolment.founding.compare_title")}>
              <div className="stack">
                <p>{t("enrolment.founding.compare_text")}</p>
                <Code value={founding.codeToCompare} />
                {me?.signed !== true && (
                  <Checkbox isSelected={same} onChange={setSame}>
                    {t("enrolment.founding.same")}
                  </Checkbox>
                )}
              </div>
            </Card>
          )}
          {founding.state === "signing" && me?.signed === true && (
            <Notice tone="info" live>
              {t("enrolment.founding.signed")}
            </Notice>
          )}
          {founding.state === "founded" && (
            <Notice tone="ok" live title={t("enrolment.founding.founded_title")}>
              <p>{t("enrolment.founding.founded_text")}</p>
              {founding.networkId !== null && <p className="network-id">{founding.networkId}</p>}
            </Notice>
          )}
          {problem !== null && (
            <Notice tone="bad" live>
              {problem}
            </Notice>
          )}
          <div className="actions">
            {founding.state === "collecting" && me?.hasKey !== true && (
              <Button
                variant="main"
                isPending={pending}
                pendingLabel={t("enrolment.founding.offering")}
                onPress={() => void run(() => core.offerFoundingKey())}
              >
                {t("enrolment.founding.offer")}
              </Button>
            )}
            {founding.state === "signing" && me?.signed !== true && (
              <Button
                variant="main"
                icon={PenLine}
                isPending={pending}
                pendingLabel={t("enrolment.founding.signing")}
                whyDisabled={same ? null : t("enrolment.founding.sign_whydisabled")}
                onPress={() => void run(() => core.signFounding())}
              >
                {t("enrolment.founding.sign")}
              </Button>
            )}
            {founding.state === "founded" && (
              <Button variant="main" onPress={() => void run(() => core.refresh())}>
                {t("common.actions.continue")}
              </Button>
            )}
          </div>
        </div>
      )}
    </Frame>
  );
}
