/** Views of the same thing, one at a time: tabs with a line, or a segmented bar over a list. */
import type { ReactNode } from "react";
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from "react-aria-components";
import { defined } from "./classes";
import { Count } from "./Marks";
import "./Tabs.css";

export interface TabView {
  id: string;
  title: string;
  count?: number;
  content: ReactNode;
}

export interface TabsProps {
  label: string;
  tabs: readonly TabView[];
  selected?: string;
  onChange?: (id: string) => void;
  look?: "line" | "segments";
}

export function Tabs({ label, tabs, selected, onChange, look = "line" }: TabsProps) {
  return (
    <AriaTabs
      className="tabs"
      {...defined({ selectedKey: selected })}
      onSelectionChange={(key) => onChange?.(String(key))}
    >
      <TabList aria-label={label} className={look === "segments" ? "segments" : "tabs__list"}>
        {tabs.map((tab) => (
          <Tab key={tab.id} id={tab.id} className="tabs__tab">
            {tab.title}
            {tab.count === undefined ? null : <Count value={tab.count} />}
          </Tab>
        ))}
      </TabList>
      {tabs.map((tab) => (
        <TabPanel key={tab.id} id={tab.id} className="tabs__panel">
          {tab.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
