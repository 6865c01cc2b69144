import "./members.css";

/** A code that two people read aloud to each other: in groups, always from left to right. */
export function Code({ value }: { value: string }) {
  const groups = value.includes(" ") ? value.split(/\s+/) : (value.match(/.{1,5}/g) ?? []);
  return (
    <p className="compare-code" dir="ltr">
      {groups.map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the groups of one code never change places
        <span key={index}>{group} </span>
      ))}
    </p>
  );
}
