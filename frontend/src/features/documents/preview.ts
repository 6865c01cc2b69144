/** What stands in the frame of a preview: a page of its own, without script, that holds one picture and nothing else. */

/** Kinds that are looked at in the page; a PDF is downloaded, since no browser shows one in a frame without rights. */
export const pictures: readonly string[] = ["image/png", "image/jpeg"];

/**
 * A document with the picture inside it, for a frame with an empty `sandbox`.
 *
 * The picture is part of the text (a data URL): the frame has no origin, so it could read nothing of ours.
 * It is laid out by attributes, since the content policy, which the frame inherits, allows no inline style.
 */
export async function framePage(
  bytes: Uint8Array<ArrayBuffer>,
  mediaType: string,
  language: string,
): Promise<Blob> {
  const picture = await dataAddress(new Blob([bytes], { type: mediaType }));
  const margins = 'topmargin="0" leftmargin="0" marginwidth="0" marginheight="0"';
  return new Blob(
    [
      `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>.</title></head>`,
      `<body bgcolor="#ffffff" ${margins}><img alt="" width="100%" src="${picture}"></body></html>`,
    ],
    { type: "text/html" },
  );
}

function dataAddress(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
