/** Files that come with an application. */
export const documents = {
  look: "Look at it",
  download: "Download",
  copy_hash: "Copy the whole digital fingerprint",
  picture: "Picture: {name}",
  kilobytes: "{size} kB",
  megabytes: "{size} MB",
  changed_title: "This is not the file that was uploaded",
  changed_text:
    "Its content does not match the digital fingerprint recorded for it, so it is not shown. Tell the operator of the portal.",
} as const;
