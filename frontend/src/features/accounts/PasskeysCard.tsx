/** One's passkeys: added, named, removed. The last second factor stays, which the server sees to. */
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import { put, remove } from "../../sync/http";
import { Button, Card, Chip, Dialog, Notice, Skeleton, Table, TextField, toast } from "../../ui";
import { useCore } from "../core";
import { type Outcome, useAct } from "../members/act";
import { useActProblem, useErrorText } from "../members/errors";
import { useResource } from "../resource";
import { addPasskey, askForPasskey, type Passkey, passkeysSchema } from "./passkeys";
import { passkeysSupported } from "./webauthn";

type Asked =
  | { to: "add"; options: PublicKeyCredentialCreationOptionsJSON }
  | { to: "rename" | "remove"; passkey: Passkey };

export function PasskeysCard() {
  const { t, formatDate, formatDay } = useI18n();
  const core = useCore();
  const act = useAct();
  const errorText = useErrorText();
  const problemOf = useActProblem("accounts.keys.failed");
  const [passkeys, reload] = useResource("/api/passkeys", passkeysSchema);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const close = (done: boolean) => {
    setAsked(null);
    if (done) {
      void reload();
      void core.refresh().catch(() => undefined); // it says how many there are
    }
  };
  const begin = async () => {
    setPending(true);
    setProblem(null);
    const outcome = await act(askForPasskey);
    setPending(false);
    if (outcome.done) {
      setAsked({ to: "add", options: outcome.value });
    } else if (outcome.failure !== null) {
      setProblem(problemOf(outcome.failure));
    }
  };
  const listed = passkeys.state === "ready" ? passkeys.value : [];
  return (
    <Card title={t("passkeys.list.title")} flush>
      <p className="card-lead">{t("passkeys.list.text")}</p>
      {passkeys.state === "loading" ? (
        <div className="card-lead">
          <Skeleton lines={2} />
        </div>
      ) : null}
      {passkeys.state === "failed" ? (
        <div className="card-lead">
          <Notice tone="bad">{errorText(passkeys.failure)}</Notice>
        </div>
      ) : null}
      {passkeys.state === "ready" && listed.length === 0 ? (
        <p className="card-lead subtle">{t("passkeys.list.none")}</p>
      ) : null}
      {listed.length > 0 ? (
        <Table
          label={t("passkeys.list.title")}
          columns={[
            { id: "name", title: t("passkeys.list.name"), hideTitle: true },
            { id: "added", title: t("passkeys.list.added") },
            { id: "used", title: t("passkeys.list.last_used") },
            { id: "act", title: t("passkeys.list.act"), hideTitle: true, end: true },
          ]}
          rows={listed.map((passkey) => ({
            id: passkey.id,
            cells: {
              name: (
                <span className="row-notes">
                  <b>
                    <bdi>{passkey.name}</bdi>
                  </b>
                  {passkey.synced ? <Chip tone="neutral">{t("passkeys.list.synced")}</Chip> : null}
                </span>
              ),
              added: formatDate(passkey.created),
              used: passkey.last_used === null ? t("passkeys.list.never") : formatDay(passkey.last_used),
              act: (
                <span className="actions">
                  <Button
                    size="s"
                    aria-label={t("passkeys.rename.this", { name: passkey.name })}
                    onPress={() => setAsked({ to: "rename", passkey })}
                  >
                    {t("passkeys.rename.act")}
                  </Button>
                  <Button
                    size="s"
                    variant="danger"
                    aria-label={t("passkeys.remove.this", { name: passkey.name })}
                    onPress={() => setAsked({ to: "remove", passkey })}
                  >
                    {t("passkeys.remove.act")}
                  </Button>
                </span>
              ),
            },
          }))}
        />
      ) : null}
      <div className="card-lead stack">
        {listed.some(({ synced }) => synced) ? (
          <p className="small muted">{t("passkeys.list.synced_text")}</p>
        ) : null}
        {problem === null ? null : (
          <Notice tone="bad" live>
            {problem}
          </Notice>
        )}
        <div>
          <Button
            icon={KeyRound}
            isPending={pending}
            pendingLabel={t("passkeys.list.asking")}
            whyDisabled={passkeysSupported() ? null : t("common.errors.passkey_unsupported")}
            onPress={() => void begin()}
          >
            {t("passkeys.list.add")}
          </Button>
        </div>
      </div>
      {asked?.to === "add" ? <AddDialog options={asked.options} onClose={close} /> : null}
      {asked?.to === "rename" ? <RenameDialog passkey={asked.passkey} onClose={close} /> : null}
      {asked?.to === "remove" ? <RemoveDialog passkey={asked.passkey} onClose={close} /> : null}
    </Card>
  );
}

/** Runs what a dialog is for; its problem is said in the dialog. */
function useDialogAct(onClose: (done: boolean) => void) {
  const act = useAct();
  const problemOf = useActProblem("accounts.keys.failed");
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (work: () => Promise<unknown>, done: string) => {
    setPending(true);
    setProblem(null);
    const outcome: Outcome<unknown> = await act(work);
    if (outcome.done) {
      toast(done);
      onClose(true);
      return;
    }
    setPending(false);
    if (outcome.failure !== null) {
      setProblem(problemOf(outcome.failure));
    }
  };
  return { pending, problem, run };
}

interface AddProps {
  options: PublicKeyCredentialCreationOptionsJSON;
  onClose: (done: boolean) => void;
}

function AddDialog({ options, onClose }: AddProps) {
  const { t } = useI18n();
  const { pending, problem, run } = useDialogAct(onClose);
  const [question, setQuestion] = useState<PublicKeyCredentialCreationOptionsJSON | null>(options);
  const add = async (name: string) => {
    // A question is answered once: after a failure the server is asked for another.
    const fresh = question ?? (await askForPasskey());
    setQuestion(null);
    await addPasskey(fresh, name);
  };
  return (
    <NameDialog
      title={t("passkeys.add.title")}
      text={t("passkeys.add.text")}
      name=""
      act={t("passkeys.add.act")}
      acting={t("passkeys.add.acting")}
      pending={pending}
      problem={problem}
      onName={(name) => void run(() => add(name), t("passkeys.add.done"))}
      onClose={() => onClose(false)}
    />
  );
}

interface OneProps {
  passkey: Passkey;
  onClose: (done: boolean) => void;
}

function RenameDialog({ passkey, onClose }: OneProps) {
  const { t } = useI18n();
  const { pending, problem, run } = useDialogAct(onClose);
  return (
    <NameDialog
      title={t("passkeys.rename.title")}
      text={null}
      name={passkey.name}
      act={t("passkeys.rename.save")}
      acting={t("passkeys.rename.saving")}
      pending={pending}
      problem={problem}
      onName={(name) =>
        void run(() => put(`/api/passkeys/${passkey.id}`, { name }), t("passkeys.rename.done"))
      }
      onClose={() => onClose(false)}
    />
  );
}

interface NameProps {
  title: string;
  text: string | null;
  name: string;
  act: string;
  acting: string;
  pending: boolean;
  problem: string | null;
  onName: (name: string) => void;
  onClose: () => void;
}

function NameDialog({ title, text, name, act, acting, pending, problem, onName, onClose }: NameProps) {
  const { t } = useI18n();
  const [typed, setTyped] = useState(name);
  const [tried, setTried] = useState(false);
  const plain = typed.trim();
  return (
    <Dialog
      isOpen
      isBusy={pending}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (plain !== "") {
          onName(plain);
        }
      }}
      title={title}
      actions={
        <>
          <Button type="submit" variant="main" isPending={pending} pendingLabel={acting}>
            {act}
          </Button>
          <Button variant="quiet" isDisabled={pending} onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      {text === null ? null : <p>{text}</p>}
      <TextField
        label={t("passkeys.add.name")}
        hint={t("passkeys.add.hint")}
        value={typed}
        onChange={setTyped}
        maxLength={60}
        autoComplete="off"
        error={tried && plain === "" ? t("passkeys.add.missing") : null}
        autoFocus
      />
      {problem === null ? null : (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
    </Dialog>
  );
}

function RemoveDialog({ passkey, onClose }: OneProps) {
  const { t } = useI18n();
  const { pending, problem, run } = useDialogAct(onClose);
  return (
    <Dialog
      isOpen
      isAlert
      isBusy={pending}
      onClose={() => onClose(false)}
      title={t("passkeys.remove.title", { name: passkey.name })}
      actions={
        <>
          <Button
            variant="danger"
            isPending={pending}
            pendingLabel={t("passkeys.remove.acting")}
            onPress={() => void run(() => remove(`/api/passkeys/${passkey.id}`), t("passkeys.remove.done"))}
          >
            {t("passkeys.remove.confirm")}
          </Button>
          <Button variant="quiet" isDisabled={pending} onPress={() => onClose(false)}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      <p>{t("passkeys.remove.text")}</p>
      {problem === null ? null : (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
    </Dialog>
  );
}
