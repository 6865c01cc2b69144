/** Joins the form and the files of one application with the screen that shows them. */
import { useCallback, useEffect, useMemo, useReducer, useRef } from "react";
import { useI18n } from "../../i18n";
import type { OwnApplication } from "../../sync/applications";
import {
  announceDocument,
  completeDocument,
  readApplication,
  removeDocument,
  saveForm,
  sendPart,
} from "../../sync/applying";
import { announce } from "../../ui";
import { failureOf } from "../members/errors";
import { browserKeep, FormSaving } from "./saving";
import { browserProgress, Uploads } from "./uploads";

export interface EditingState {
  saving: FormSaving;
  uploads: Uploads;
  /** Reads the application anew, as after a document came or went. */
  reload: () => Promise<void>;
}

export function useEditing(
  application: OwnApplication,
  onChanged: (application: OwnApplication) => void,
  onEnded: () => void,
): EditingState {
  const { t } = useI18n();
  const [, draw] = useReducer((turn: number) => turn + 1, 0);
  const reload = useCallback(async () => {
    try {
      onChanged(await readApplication());
    } catch (thrown) {
      if (failureOf(thrown).code === "not_found") onEnded();
      // without an answer the page shows what it knew; the next save tells what changed
    }
  }, [onChanged, onEnded]);
  const latest = useRef({ t, reload });
  latest.current = { t, reload };

  // One of each for as long as the screen stands; what changes in the application is told to them below.
  const first = useRef(application);
  const { saving, uploads } = useMemo(
    () => ({
      saving: new FormSaving(first.current, { save: saveForm, read: readApplication }, browserKeep, draw),
      uploads: new Uploads(
        {
          announce: announceDocument,
          send: sendPart,
          complete: completeDocument,
          remove: removeDocument,
        },
        browserProgress,
        draw,
        (document) => {
          announce(latest.current.t("apply.upload.done", { name: document.name }));
          void latest.current.reload();
        },
      ),
    }),
    [],
  );
  useEffect(() => saving.adopt(application), [saving, application]);
  useEffect(() => {
    const online = () => {
      void saving.flush();
      for (const upload of uploads.shown) {
        if (upload.state === "waiting") uploads.retry(upload.key);
      }
    };
    const looked = () => {
      if (document.hidden) {
        void saving.flush();
      } else {
        void latest.current.reload();
      }
    };
    window.addEventListener("online", online);
    document.addEventListener("visibilitychange", looked);
    return () => {
      window.removeEventListener("online", online);
      document.removeEventListener("visibilitychange", looked);
      void saving.flush();
      saving.end();
      uploads.end();
    };
  }, [saving, uploads]);
  return { saving, uploads, reload };
}
