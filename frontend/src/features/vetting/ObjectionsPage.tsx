/** Applications that a member may object to: what is told of them, until when, and what one's authority has said. */
import { useState } from "react";
import { localeTag, useI18n } from "../../i18n";
import { type Objection, objectionList } from "../../sync/applications";
import { post, remove } from "../../sync/http";
import {
  Button,
  Card,
  Chip,
  DescriptionList,
  EmptyState,
  Link,
  Notice,
  Page,
  PageHeader,
  Skeleton,
  StateTile,
  toast,
} from "../../ui";
import { ActDialog } from "../members/ActDialog";
import { ActProvider } from "../members/act";
import { useErrorText } from "../members/errors";
import { useResource } from "../resource";
import { WordsDialog } from "./WordsDialog";
import { useWords } from "./words";

export function ObjectionsPage() {
  const { t } = useI18n();
  const errorText = useErrorText();
  const [resource, reload] = useResource("/api/objections", objectionList);
  // To those who may not object, the server says that there is nothing.
  const nothing = resource.state === "failed" && resource.failure.code === "not_found";
  return (
    <Page layout="narrow">
      <ActProvider>
        <PageHeader title={t("vetting.objecting.title")} lead={t("vetting.objecting.lead")} />
        {resource.state === "loading" ? (
          <Skeleton lines={6} />
        ) : resource.state === "failed" && !nothing ? (
          <Notice
            tone="bad"
            live
            title={t("vetting.failed")}
            action={
              <Button size="s" onPress={() => void reload()}>
                {t("common.actions.try_again")}
              </Button>
            }
          >
            {errorText(resource.failure)}
          </Notice>
        ) : resource.state === "failed" || resource.value.length === 0 ? (
          <Card>
            <EmptyState title={t("vetting.objecting.none_title")}>
              {t("vetting.objecting.none_text")}
            </EmptyState>
          </Card>
        ) : (
          <div className="stack stack--wide">
            {[...resource.value]
              .sort((one, other) => one.until - other.until)
              .map((application) => (
                <Open key={application.id} application={application} onChanged={reload} />
              ))}
          </div>
        )}
      </ActProvider>
    </Page>
  );
}

const DAY = 86_400_000;

function Open({ application, onChanged }: { application: Objection; onChanged: () => Promise<void> }) {
  const { t, formatDate, formatTime, language } = useI18n();
  const words = useWords();
  const [asked, setAsked] = useState<"object" | "withdraw" | null>(null);
  const { id, name, state, membership, until, own, website } = application;
  const called = words.title(application);
  const title =
    state === "" ? called : t("members.authority_of_state", { name: called, state: words.state(state) });
  const days = Math.floor((until - Date.now()) / DAY);
  const zone =
    new Intl.DateTimeFormat(localeTag(language), { timeZoneName: "short" })
      .formatToParts(until)
      .find(({ type }) => type === "timeZoneName")?.value ?? "";
  const address = webAddress(website);
  const lines = [
    { term: t("vetting.objecting.powers"), text: words.powers(application.powers) },
    { term: t("vetting.objecting.mandate"), text: application.mandate },
    { term: t("vetting.objecting.legal_basis"), text: application.legal_basis },
  ].filter(({ text }) => text !== "");
  return (
    <article className="card">
      <div className="objection__head">
        <StateTile code={state === "" ? "–" : state} />
        <div>
          <h2>{title}</h2>
          <p className="line">
            {name !== "" && name !== called ? <bdi>{name}</bdi> : null}
            <span>{t(`vetting.membership.${membership}`)}</span>
          </p>
        </div>
        <Chip tone={days < 3 ? "warn" : "neutral"}>
          {days < 1 ? t("vetting.objecting.last_day") : t("vetting.objecting.days", { count: days })}
        </Chip>
      </div>
      <div className="card__body stack">
        <p className="small">
          {t("vetting.objecting.until", { date: formatDate(until), time: formatTime(until), zone })}
        </p>
        <DescriptionList
          items={[
            ...lines.map(({ term, text }) => ({
              term,
              value: (
                <span className="answers__words" dir="auto">
                  {text}
                </span>
              ),
            })),
            ...(website === ""
              ? []
              : [
                  {
                    term: t("vetting.objecting.website"),
                    value:
                      address === null ? (
                        <bdi dir="ltr">{website}</bdi>
                      ) : (
                        <Link href={address}>
                          <bdi dir="ltr">{website}</bdi>
                        </Link>
                      ),
                  },
                ]),
          ]}
        />
        {own === null ? null : (
          <Notice tone="warn" title={t("vetting.objecting.own", { date: formatDate(own.at) })}>
            <p dir="auto">{own.text}</p>
          </Notice>
        )}
        <div className="actions">
          <Button onPress={() => setAsked("object")}>
            {t(own === null ? "vetting.objecting.object" : "vetting.objecting.change")}
          </Button>
          {own === null ? null : (
            <Button variant="danger" onPress={() => setAsked("withdraw")}>
              {t("vetting.objecting.withdraw")}
            </Button>
          )}
        </div>
      </div>
      {asked === "object" && (
        <WordsDialog
          title={t("vetting.objecting.dialog", { name: called })}
          text={t("vetting.objecting.reason_hint")}
          label={t("vetting.objecting.reason")}
          begin={own?.text ?? ""}
          act={t("vetting.objecting.send")}
          acting={t("vetting.objecting.sending")}
          done={t("vetting.objecting.sent")}
          call={async (text) => {
            await post(`/api/objections/${id}`, { text });
            await onChanged();
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === "withdraw" && (
        <ActDialog
          danger
          title={t("vetting.objecting.withdraw_title")}
          act={t("vetting.objecting.withdraw")}
          call={async () => {
            await remove(`/api/objections/${id}`);
            await onChanged();
          }}
          onDone={() => toast(t("vetting.objecting.withdrawn"))}
          onClose={() => setAsked(null)}
        >
          <p>{t("vetting.objecting.withdraw_text")}</p>
        </ActDialog>
      )}
    </article>
  );
}

/** Only what leads to a web page becomes a link; anything else an applicant wrote is text. */
function webAddress(text: string): string | null {
  try {
    const { protocol, href } = new URL(text);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}
