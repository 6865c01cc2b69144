/** What a file of an applicant is called on the disk of whoever downloads it. */
import type { ApplicationDocument } from "../../sync/applications";

type Kind = NonNullable<ApplicationDocument["media_type"]>;

const ending: Record<Kind, string> = { "application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg" };
const endsAsItsKind: Record<Kind, RegExp> = {
  "application/pdf": /\.pdf$/i,
  "image/png": /\.png$/i,
  "image/jpeg": /\.jpe?g$/i,
};

/**
 * The name with an ending of its kind. An applicant chooses name and bytes, of which only the first few are known: under
 * another ending a file that begins as a PDF could be opened as a program.
 */
export function savedName(name: string, kind: Kind): string {
  return endsAsItsKind[kind].test(name) ? name : `${name}${ending[kind]}`;
}
