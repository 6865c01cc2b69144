/** The frame of every step of an enrolment: where one stands on the way, and the step itself. */
import type { ReactNode } from "react";
import { useI18n } from "../../i18n";
import { Page, Steps } from "../../ui";
import { useSnapshot } from "../core";
import type { Invited } from "./answers";
import "./enrolment.css";

export type Stage = "invitation" | "password" | "second_factor" | "founding" | "recovery_code" | "last";

interface Props {
  stage: Stage;
  kind: Invited["kind"] | null;
  /** Who signs at the end, where the kind does not tell. */
  role?: Invited["role"];
  aside?: ReactNode;
  asideLabel?: string;
  children: ReactNode;
}

/** Puts a step into the frame of the way that it is part of. */
export type Around = (stage: Stage, children: ReactNode) => ReactNode;

export function enrolmentFrame(invited: Partial<Pick<Invited, "kind">> | null): Around {
  return (stage, children) => (
    <Frame stage={stage} kind={invited?.kind ?? null}>
      {children}
    </Frame>
  );
}

/** With new keys one signs in as ever: there is nothing to choose before. */
const notWithNewKeys: readonly Stage[] = ["password", "second_factor"];

/** Whether the lead of an authority signs, or two officers do. */
export function byLead({ kind, role }: { kind: Invited["kind"] | null; role?: Invited["role"] | undefined }) {
  return kind === "focal_point" || (kind === "rekey" && (role === "member" || role === "deputy"));
}

export function Frame({ stage, kind, role, aside, asideLabel, children }: Props) {
  const { t } = useI18n();
  const founding = useSnapshot(
    (snapshot) => snapshot.founding !== null || (kind === "officer" && snapshot.session?.network.id === null),
  );
  const all: { stage: Stage; title: string }[] = [
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
          : byLead({ kind, role })
            ? "enrolment.steps.waiting_lead"
            : "enrolment.steps.waiting_officers",
      ),
    },
  ];
  const stages = all.filter((each) => kind !== "rekey" || !notWithNewKeys.includes(each.stage));
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
