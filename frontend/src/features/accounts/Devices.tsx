/** The browsers that hold keys of the person; a lost one is revoked here. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Card, Chip, Dialog, Notice, Skeleton, Table, toast } from "../../ui";
import { useCore } from "../core";
import { useAct } from "../members/act";
import { useActProblem, useErrorText } from "../members/errors";
import { useResource } from "../resource";
import { type Device, devicesSchema, UNKNOWN_BROWSER } from "./answers";

export function Devices() {
  const { t, formatDate, formatDay } = useI18n();
  const errorText = useErrorText();
  const [devices, reload] = useResource("/api/devices", devicesSchema);
  const [asked, setAsked] = useState<Device | null>(null);
  const nameOf = (device: Device) =>
    device.label === "" || device.label === UNKNOWN_BROWSER
      ? t("accounts.keys.unnamed", { id: device.device.slice(0, 6) })
      : device.label;
  return (
    <Card title={t("accounts.keys.devices_title")} flush>
      <p className="card-lead">{t("accounts.keys.devices_text")}</p>
      {devices.state === "loading" ? (
        <div className="card-lead">
          <Skeleton lines={3} />
        </div>
      ) : null}
      {devices.state === "failed" ? (
        <div className="card-lead">
          <Notice tone="bad">{errorText(devices.failure)}</Notice>
        </div>
      ) : null}
      {devices.state === "ready" && devices.value.length === 0 ? (
        <p className="card-lead subtle">{t("accounts.keys.devices_none")}</p>
      ) : null}
      {devices.state === "ready" && devices.value.length > 0 ? (
        <Table
          label={t("accounts.keys.devices_title")}
          columns={[
            { id: "device", title: t("accounts.keys.device"), hideTitle: true },
            { id: "since", title: t("accounts.keys.enrolled") },
            { id: "seen", title: t("accounts.keys.last_seen") },
            { id: "act", title: t("accounts.keys.act"), hideTitle: true, end: true },
          ]}
          rows={devices.value.map((device) => ({
            id: device.device,
            cells: {
              device: (
                <span className="row-notes">
                  <b>
                    <bdi>{nameOf(device)}</bdi>
                  </b>
                  {device.current ? <Chip tone="accent">{t("accounts.keys.this_device")}</Chip> : null}
                </span>
              ),
              since: formatDate(device.enrolled),
              seen: device.last_seen === null ? "–" : formatDay(device.last_seen),
              act: device.current ? null : device.active ? (
                <Button
                  size="s"
                  variant="danger"
                  aria-label={t("accounts.keys.revoke_this", { browser: nameOf(device) })}
                  onPress={() => setAsked(device)}
                >
                  {t("accounts.keys.revoke")}
                </Button>
              ) : (
                <span className="subtle">{t("accounts.keys.revoked")}</span>
              ),
            },
          }))}
        />
      ) : null}
      {asked === null ? null : (
        <RevokeDialog
          device={asked}
          name={nameOf(asked)}
          onClose={(done) => {
            setAsked(null);
            if (done) {
              void reload();
            }
          }}
        />
      )}
    </Card>
  );
}

interface RevokeProps {
  device: Device;
  name: string;
  onClose: (done: boolean) => void;
}

function RevokeDialog({ device, name, onClose }: RevokeProps) {
  const { t } = useI18n();
  const core = useCore();
  const act = useAct();
  const problemOf = useActProblem("accounts.keys.failed");
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const revoke = async () => {
    setPending(true);
    setProblem(null);
    const outcome = await act(() => core.revokeDevice(device.device));
    if (outcome.done) {
      toast(t("accounts.keys.revoke_done"));
      onClose(true);
      return;
    }
    setPending(false);
    if (outcome.failure !== null) {
      setProblem(problemOf(outcome.failure));
    }
  };
  return (
    <Dialog
      isOpen
      isAlert
      isBusy={pending}
      onClose={() => onClose(false)}
      title={t("accounts.keys.revoke_title", { browser: name })}
      actions={
        <>
          <Button
            variant="danger"
            isPending={pending}
            pendingLabel={t("accounts.keys.revoking")}
            onPress={() => void revoke()}
          >
            {t("accounts.keys.revoke_act")}
          </Button>
          <Button variant="quiet" isDisabled={pending} onPress={() => onClose(false)}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      <p>{t("accounts.keys.revoke_text")}</p>
      {problem === null ? null : (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
    </Dialog>
  );
}
