/** Files that come with an application. */
export const documents = {
  look: "Look at it",
  download: "Download",
  copy_hash: "Copy the whole hash",
  picture: "Picture: {name}",
  kilobytes: "{size} kB",
  megabytes: "{size} MB",
  changed_title: "This is not the file that was uploaded",
  changed_text:
    "Its content does not have the hash that is noted for it, so it is not shown. Tell the operator of the portal.",
} as const;
