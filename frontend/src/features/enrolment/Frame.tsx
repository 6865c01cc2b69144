/** The frame of every step of an enrolment: where one stands on the way, and the step itself. */
import type { ReactNode } from "react";
import { useI18n } from "../../i18n";
import { Page, Steps } from "../../ui";
import { useSnapshot } from "../core";
import "./enrolment.css";

export type Stage = "invitation" | "password" | "second_factor" | "founding" | "recovery_code" | "last";

interface Props {
  stage: Stage;
  kind: "focal_point" | "lead" | "officer" | null;
  aside?: ReactNode;
  asideLabel?: string;
  children: ReactNode;
}

export function Frame({ stage, kind, aside, asideLabel, children }: Props) {
  const { t } = useI18n();
  const founding = useSnapshot(
    (snapshot) => snapshot.founding !== null || (kind === "officer" && snapshot.session?.network.id === null),
  );
  const stages: { stage: Stage; title: string }[] = [
    { stage: "invitation", title: t("enrolment.steps.invitation") },
    { stage: "password", title: t("enrolment.steps.password") },
    { stage: "second_factor", title: t("enrolment.steps.second_factor") },
    ...(founding ? [{ stage: "founding" as const, title: t("enrolment.steps.founding") }] : []),
    { stage: "recovery_code", title: t("enrolment.steps.recovery_code") },
    {
      stage: "last",
      title: t(
        founding
          ? "enrolment.steps.founded"
          : kind === "focal_point"
            ? "enrolment.steps.waiting_lead"
            : "enrolment.steps.waiting_officers",
      ),
    },
  ];
  return (
    <div className="enrolling">
      <section className="enrolling__steps" aria-label={t("enrolment.steps.label")}>
        <Steps
          steps={stages.map((each) => each.title)}
          current={stages.findIndex((each) => each.stage === stage)}
        />
      </section>
      {aside === undefined ? (
        <Page>
          <div className="enrolling__step">{children}</div>
        </Page>
      ) : (
        <Page aside={aside} asideLabel={asideLabel ?? ""}>
          {children}
        </Page>
      )}
    </div>
  );
}
