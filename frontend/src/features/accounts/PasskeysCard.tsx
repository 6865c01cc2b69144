/**
 * One's passkeys: added, named, removed, and let open one's keys. The last second factor stays, which the server sees to;
 * which of them open the keys is what the Register says.
 */
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { Bytes } from "../../crypto/encoding";
import { useI18n } from "../../i18n";
import { put, remove } from "../../sync/http";
import { Button, Card, Chip, Dialog, Notice, Skeleton, Table, TextField, toast } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { useAct } from "../members/act";
import { useActProblem, useErrorText } from "../members/errors";
import { useResource } from "../resource";
import {
  askForPasskey,
  confirmByPasskey,
  makeAndKeep,
  type Passkey,
  passkeysSchema,
  secretOf,
} from "./passkeys";
import { useUnlockKeys } from "./unlocking";
import { passkeysSupported } from "./webauthn";

type Asked =
  | { to: "add"; options: PublicKeyCredentialCreationOptionsJSON }
  | { to: "rename" | "remove"; passkey: Passkey };

const NEW = "new";

export function PasskeysCard() {
  const { t, formatDate, formatDay } = useI18n();
  const core = useCore();
  const act = useAct();
  const errorText = useErrorText();
  const problemOf = useActProblem("accounts.keys.failed");
  const [passkeys, reload] = useResource("/api/passkeys", passkeysSchema);
  const network = useSnapshot((snapshot) => snapshot.session?.network.id ?? null);
  const unlockKeys = useUnlockKeys();
  const [asked, setAsked] = useState<Asked | null>(null);
  /** What runs: the server is asked for a new one, or the passkey or unlock key with this id is changed. */
  const [running, setRunning] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const close = (done: boolean) => {
    setAsked(null);
    if (done) {
      void reload();
      void core.refresh().catch(() => undefined); // it says how many there are
    }
  };
  const run = async <T,>(id: string, work: () => Promise<T>, done: (value: T) => void) => {
    setRunning(id);
    setProblem(null);
    const outcome = await act(work);
    setRunning(null);
    if (outcome.done) {
      done(outcome.value);
    } else if (outcome.failure !== null) {
      setProblem(problemOf(outcome.failure));
    }
  };
  const letUnlock = async (passkey: Passkey, derived: Bytes | null) => {
    let secret = derived;
    const work = async () => {
      secret ??= secretOf(await confirmByPasskey(network, passkey));
      await core.addPasskey(secret, passkey.id);
    };
    await run(passkey.id, work, () => toast(t("passkeys.list.let_done")));
    secret?.fill(0);
    await reload();
  };
  const takeBack = (key: string) =>
    run(
      key,
      () => core.removeUnlockKey(key),
      () => toast(t("passkeys.list.taken_back")),
    );
  const listed = passkeys.state === "ready" ? passkeys.value : [];
  const named = unlockKeys ?? [];
  const unlocks = ({ unlock_key }: Passkey) => named.some(({ key }) => key === unlock_key);
  const gone =
    passkeys.state === "ready"
      ? named.filter(({ key, kind }) => kind === "passkey" && !listed.some((one) => one.unlock_key === key))
      : [];
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
                  {unlocks(passkey) ? (
                    <Chip tone="ok" icon={KeyRound}>
                      {t("passkeys.list.unlocks")}
                    </Chip>
                  ) : passkey.prf ? null : (
                    <Chip tone="neutral">{t("passkeys.list.only_signs")}</Chip>
                  )}
                  {passkey.synced ? <Chip tone="neutral">{t("passkeys.list.synced")}</Chip> : null}
                </span>
              ),
              added: formatDate(passkey.created),
              used: passkey.last_used === null ? t("passkeys.list.never") : formatDay(passkey.last_used),
              act: (
                <span className="actions">
                  {passkey.prf && unlockKeys !== null && !unlocks(passkey) ? (
                    <Button
                      size="s"
                      isPending={running === passkey.id}
                      pendingLabel={t("passkeys.list.letting")}
                      onPress={() => void letUnlock(passkey, null)}
                    >
                      {t("passkeys.list.let")}
                    </Button>
                  ) : null}
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
      <div className="card-foot stack">
        {listed.some(({ prf }) => !prf) ? (
          <p className="small muted">{t("passkeys.list.only_signs_text")}</p>
        ) : null}
        {gone.map(({ key, date }) => (
          <Notice
            key={key}
            tone="warn"
            action={
              <Button
                size="s"
                isPending={running === key}
                pendingLabel={t("passkeys.list.letting")}
                onPress={() => void takeBack(key)}
              >
                {t("passkeys.list.take_back")}
              </Button>
            }
          >
            {t("passkeys.list.gone", { date: formatDate(date) })}
          </Notice>
        ))}
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
            isPending={running === NEW}
            pendingLabel={t("passkeys.list.letting")}
            whyDisabled={passkeysSupported() ? null : t("common.errors.passkey_unsupported")}
            onPress={() => void run(NEW, askForPasskey, (options) => setAsked({ to: "add", options }))}
          >
            {t("passkeys.list.add")}
          </Button>
        </div>
      </div>
      {asked?.to === "add" ? (
        <AddDialog
          options={asked.options}
          network={network}
          onMade={({ passkey, secret }) => {
            close(true);
            if (passkey.prf) {
              void letUnlock(passkey, secret);
            }
          }}
          onClose={() => close(false)}
        />
      ) : null}
      {asked?.to === "rename" ? <RenameDialog passkey={asked.passkey} onClose={close} /> : null}
      {asked?.to === "remove" ? (
        <RemoveDialog
          passkey={asked.passkey}
          unlockKey={unlocks(asked.passkey) ? asked.passkey.unlock_key : null}
          onClose={close}
        />
      ) : null}
    </Card>
  );
}

/** Runs what a dialog is for; its problem is said in the dialog. */
function useDialogAct() {
  const act = useAct();
  const problemOf = useActProblem("accounts.keys.failed");
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async <T,>(work: () => Promise<T>, done: (value: T) => void) => {
    setPending(true);
    setProblem(null);
    const outcome = await act(work);
    if (outcome.done) {
      done(outcome.value);
      return;
    }
    setPending(false);
    if (outcome.failure !== null) {
      setProblem(problemOf(outcome.failure));
    }
  };
  return { pending, problem, run };
}

interface Made {
  passkey: Passkey;
  secret: Bytes | null;
}

interface AddProps {
  options: PublicKeyCredentialCreationOptionsJSON;
  network: string | null;
  onMade: (made: Made) => void;
  onClose: () => void;
}

export function AddDialog({ options, network, onMade, onClose }: AddProps) {
  const { t } = useI18n();
  const { pending, problem, run } = useDialogAct();
  const [question, setQuestion] = useState<PublicKeyCredentialCreationOptionsJSON | null>(options);
  const add = async (name: string) => {
    // A question is answered once: after a failure the server is asked for another.
    const fresh = question ?? (await askForPasskey());
    setQuestion(null);
    return makeAndKeep(fresh, name, network);
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
      onName={(name) =>
        void run(
          () => add(name),
          (made) => {
            toast(t("passkeys.add.done"));
            onMade(made);
          },
        )
      }
      onClose={onClose}
    />
  );
}

interface OneProps {
  passkey: Passkey;
  onClose: (done: boolean) => void;
}

function RenameDialog({ passkey, onClose }: OneProps) {
  const { t } = useI18n();
  const { pending, problem, run } = useDialogAct();
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
        void run(
          () => put(`/api/passkeys/${passkey.id}`, { name }),
          () => {
            toast(t("passkeys.rename.done"));
            onClose(true);
          },
        )
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

function RemoveDialog({ passkey, unlockKey, onClose }: OneProps & { unlockKey: string | null }) {
  const { t } = useI18n();
  const core = useCore();
  const { pending, problem, run } = useDialogAct();
  const work = async () => {
    if (unlockKey !== null) {
      await core.removeUnlockKey(unlockKey); // first: what is left then is seen in the list, and removed again
    }
    await remove(`/api/passkeys/${passkey.id}`);
  };
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
            onPress={() =>
              void run(work, () => {
                toast(t("passkeys.remove.done"));
                onClose(true);
              })
            }
          >
            {t("passkeys.remove.confirm")}
          </Button>
          <Button variant="quiet" isDisabled={pending} onPress={() => onClose(false)}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      <p>{t(unlockKey === null ? "passkeys.remove.text" : "passkeys.remove.text_unlocks")}</p>
      {problem === null ? null : (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
    </Dialog>
  );
}
