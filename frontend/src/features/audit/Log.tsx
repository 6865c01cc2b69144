/** The whole log, for officers: who did what when, what to look for in it, and the file that can be verified. */
import { Download, TriangleAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import { getBytes } from "../../sync/http";
import {
  Button,
  Card,
  Chip,
  EmptyState,
  Link,
  Notice,
  Page,
  PageHeader,
  Skeleton,
  Table,
  toast,
} from "../../ui";
import { saveFile } from "../enrolment/keep";
import { ActProvider, useAct } from "../members/act";
import { useErrorText } from "../members/errors";
import type { Row } from "./answers";
import { FilterFields } from "./FilterFields";
import { everything, type Filters, filtersSomething, queryOf, turnedRound } from "./filters";
import { useNames } from "./names";
import { usePage } from "./useLog";
import { useProposalName, useSigners } from "./useSentences";
import "./audit.css";

const FILE = "entente-audit.ndjson";

export function Log() {
  return (
    <ActProvider>
      <LogPage />
    </ActProvider>
  );
}

function LogPage() {
  const { t } = useI18n();
  const [filters, setFilters] = useState<Filters>(everything);
  /** What to ask for to come to the present page and to those before it; null is the newest. */
  const [trail, setTrail] = useState<readonly (number | null)[]>([null]);
  const before = trail.at(-1) ?? null;
  const [reading, again] = usePage(turnedRound(filters) ? null : `/api/audit?${queryOf(filters, before)}`);
  const filter = (next: Filters) => {
    setFilters(next);
    setTrail([null]);
  };
  const table = useRef<HTMLElement>(null);
  const turned = useRef(false);
  const turn = (next: readonly (number | null)[]) => {
    turned.current = true;
    setTrail(next);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that was turned is read from its first row
  useEffect(() => {
    if (turned.current) {
      turned.current = false;
      table.current?.focus();
    }
  }, [reading.page]);
  return (
    <Page>
      <PageHeader
        title={t("audit.log.title")}
        lead={
          <p>
            {t("audit.log.lead")} <Link href="/secretariat">{t("audit.log.to_office")}</Link>
          </p>
        }
        actions={<Export filters={filters} onDone={() => void again()} />}
      />
      <div className="stack stack--wide">
        <Card title={t("audit.log.filters")}>
          <FilterFields filters={filters} onChange={filter} />
          {filtersSomething(filters) ? (
            <div className="actions">
              <Button size="s" onPress={() => filter(everything)}>
                {t("audit.log.clear")}
              </Button>
              <p className="small muted">{t("audit.log.export_part")}</p>
            </div>
          ) : null}
        </Card>
        <section className="log-rows" ref={table} tabIndex={-1} aria-label={t("audit.log.title")}>
          <Rows
            reading={reading}
            isFiltered={filtersSomething(filters)}
            onAgain={() => void again()}
            onClear={() => filter(everything)}
          />
        </section>
        {reading.page !== null && reading.page.rows.length > 0 ? (
          <nav className="log-pages" aria-label={t("audit.log.pages")}>
            <Button
              whyDisabled={trail.length === 1 ? t("audit.log.newest") : null}
              onPress={() => turn(trail.slice(0, -1))}
            >
              {t("audit.log.newer")}
            </Button>
            <Button
              whyDisabled={reading.page.next === null ? t("audit.log.oldest") : null}
              isPending={reading.isReading}
              pendingLabel={t("audit.log.reading")}
              onPress={() => turn([...trail, reading.page?.next ?? null])}
            >
              {t("audit.log.older")}
            </Button>
            {reading.page.next === null ? <p className="subtle">{t("audit.log.oldest")}</p> : null}
          </nav>
        ) : null}
        <Chain />
      </div>
    </Page>
  );
}

interface RowsProps {
  reading: ReturnType<typeof usePage>[0];
  isFiltered: boolean;
  onAgain: () => void;
  onClear: () => void;
}

function Rows({ reading: { page, failure, isReading }, isFiltered, onAgain, onClear }: RowsProps) {
  const { t } = useI18n();
  const errorText = useErrorText();
  if (failure !== null) {
    return (
      <Notice
        tone="bad"
        live
        action={
          <Button size="s" onPress={onAgain}>
            {t("common.actions.try_again")}
          </Button>
        }
      >
        {errorText(failure)}
      </Notice>
    );
  }
  if (page === null) {
    return isReading ? <Skeleton lines={8} /> : null;
  }
  if (page.rows.length === 0) {
    return (
      <Card>
        {isFiltered ? (
          <EmptyState
            title={t("audit.log.none_title")}
            action={<Button onPress={onClear}>{t("audit.log.clear")}</Button>}
          >
            {t("audit.log.none_text")}
          </EmptyState>
        ) : (
          <EmptyState title={t("audit.log.empty_title")}>{t("audit.log.empty_text")}</EmptyState>
        )}
      </Card>
    );
  }
  return (
    <div aria-busy={isReading}>
      <Card flush>
        <RowTable rows={page.rows} />
      </Card>
    </div>
  );
}

function RowTable({ rows }: { rows: readonly Row[] }) {
  const { t, formatMoment } = useI18n();
  const names = useNames();
  return (
    <Table
      label={t("audit.log.title")}
      columns={[
        { id: "time", title: t("audit.log.time") },
        { id: "who", title: t("audit.log.who") },
        { id: "what", title: t("audit.log.what") },
        { id: "about", title: t("audit.log.about") },
        { id: "authority", title: t("audit.log.authority") },
        { id: "number", title: t("audit.log.number"), end: true },
      ]}
      rows={rows.map((row) => ({
        id: String(row.id),
        cells: {
          time: <time dateTime={new Date(row.at).toISOString()}>{formatMoment(row.at)}</time>,
          who:
            row.actor === "" ? (
              <span className="subtle">{names.nobody(row.action)}</span>
            ) : (
              <bdi>{names.person(row.actor)}</bdi>
            ),
          what: <What row={row} />,
          about: row.about === "" ? null : <bdi>{names.person(row.about)}</bdi>,
          authority: row.authority === "" ? null : <bdi>{names.authority(row.authority)}</bdi>,
          number:
            row.sequence === null ? (
              <Chip tone="warn">{t("audit.log.not_chained")}</Chip>
            ) : (
              <span className="log-rows__number">{row.sequence}</span>
            ),
        },
      }))}
    />
  );
}

function What({ row }: { row: Row }) {
  const { t, lookup } = useI18n();
  const signed = useSigners()(row);
  const proposalName = useProposalName();
  const act = lookup(`audit.act.${row.action}`) ?? t("audit.unknown_act");
  return (
    <>
      {row.action.startsWith("stranger:") ? (
        <Chip tone="warn" icon={TriangleAlert}>
          {act}
        </Chip>
      ) : (
        act
      )}
      {row.details.type === undefined ? null : (
        <p className="happened__beside">{proposalName(row.details.type)}</p>
      )}
      {signed === null ? null : <p className="happened__beside">{signed}</p>}
    </>
  );
}

/** The server wants a second factor of the last ten minutes, and notes who took the file. */
function Export({ filters, onDone }: { filters: Filters; onDone: () => void }) {
  const { t } = useI18n();
  const act = useAct();
  const errorText = useErrorText();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async () => {
    setPending(true);
    setProblem(null);
    const outcome = await act(() => getBytes(`/api/audit/export?${queryOf(filters)}`));
    setPending(false);
    if (outcome.done) {
      saveFile(FILE, new Blob([outcome.value as BlobPart], { type: "application/x-ndjson" }));
      toast(t("audit.log.exported", { count: lines(outcome.value) }));
      onDone();
    } else if (outcome.failure !== null) {
      setProblem(t("audit.log.export_failed", { reason: errorText(outcome.failure) }));
    }
  };
  return (
    <div className="stack stack--tight">
      <Button
        variant="main"
        icon={Download}
        isPending={pending}
        pendingLabel={t("audit.log.exporting")}
        onPress={() => void save()}
      >
        {t("audit.log.export")}
      </Button>
      {problem === null ? null : (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
    </div>
  );
}

const LINE_FEED = 10;

function lines(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (byte === LINE_FEED ? sum + 1 : sum), 0);
}

function Chain() {
  const { t } = useI18n();
  return (
    <Card title={t("audit.log.chain_title")}>
      <div className="stack read">
        <p>{t("audit.log.chain_text")}</p>
        <p>{t("audit.log.chain_end")}</p>
        <p>{t("audit.log.chain_late")}</p>
        <div>
          <p>{t("audit.log.chain_how")}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what may be wider than its box is scrolled with the keyboard */}
          <code className="code log-command" translate="no" tabIndex={0}>
            ./entente audit verify {FILE}
          </code>
        </div>
      </div>
    </Card>
  );
}
